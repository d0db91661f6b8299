"""The forms of accounts: signing in, a new password."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from riskmap.accounts import passwords
from riskmap.accounts.current import settings
from riskmap.accounts.models import User
from riskmap.web.forms import Form


class SignInForm(Form):
    """Name and password, and where to go on."""

    name = StringField(_l("User name"), [InputRequired(), Length(max=60)])
    password = PasswordField(_l("Password"), [InputRequired(), Length(max=500)])
    target = HiddenField()


class PasswordForm(Form):
    """The password that holds, and a new one twice; their names keep them out of what is kept
    of a form that comes too late."""

    password_old = PasswordField(_l("Present password"), [InputRequired(), Length(max=500)])
    password_new = PasswordField(_l("New password"), [InputRequired(), Length(max=500)])
    password_again = PasswordField(_l("New password once more"), [InputRequired(), Length(max=500)])

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def validate_password_old(self, field: PasswordField) -> None:
        if not passwords.matches(self.user.password, field.data or ""):
            raise ValidationError(_("That is not the present password."))

    def validate_password_new(self, field: PasswordField) -> None:
        new, old = field.data or "", self.password_old.data or ""
        said: Sequence[str] = passwords.problems(new, self.user.name, settings().rules)
        if new and passwords.normal(new) == passwords.normal(old):
            said = [*said, _("It is the present one; choose another.")]
        if said:
            raise ValidationError(" ".join(said))

    def validate_password_again(self, field: PasswordField) -> None:
        if field.data != self.password_new.data:
            raise ValidationError(_("The two do not agree."))

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
    """The password that holds, and a new one twice."""

    old = PasswordField(_l("Present password"), [InputRequired(), Length(max=500)])
    new = PasswordField(_l("New password"), [InputRequired(), Length(max=500)])
    again = PasswordField(_l("New password once more"), [InputRequired(), Length(max=500)])

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def validate_old(self, field: PasswordField) -> None:
        if not passwords.matches(self.user.password, field.data or ""):
            raise ValidationError(_("That is not the present password."))

    def validate_new(self, field: PasswordField) -> None:
        said: Sequence[str] = passwords.problems(field.data or "", self.user.name, settings().rules)
        if field.data and passwords.normal(field.data) == passwords.normal(self.old.data or ""):
            said = [*said, _("It is the present one; choose another.")]
        if said:
            raise ValidationError(" ".join(said))

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.new.data:
            raise ValidationError(_("The two do not agree."))

"""What every form keeps: the typed text, a number so that it acts once, a mark that it is whole."""

from secrets import token_urlsafe
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import ValidationError

from riskmap.db import db, now
from riskmap.db.base import BLANKS
from riskmap.web.models import Submission

CONTROL = {chr(each) for each in range(32)} - {"\n", "\t"} | {"\x7f", "\ufffe", "\uffff"}


def plain(text: str | None) -> str | None:
    """Return typed text without blanks around it, its line ends as one sign: a WTForms filter."""
    if text is None:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n").strip(BLANKS + "\n\t")


def printable(_form: object, field: Any) -> None:
    """Refuse control characters, which no sheet, workbook or chart can hold: a validator."""
    if isinstance(field.data, str) and CONTROL & set(field.data):
        raise ValidationError(_("There is a sign in it that cannot be printed; type it anew."))


class Form(FlaskForm):
    """A form of ours; its template ends with the macro `whole`, which prints `end`."""

    number = HiddenField(default=lambda: token_urlsafe(16))
    end = HiddenField(default="1")

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound: Any, options: Any) -> Any:
            """Give every text field the filter and the check of printable signs."""
            field = super().bind_field(form, unbound, options)
            if isinstance(field, StringField) and not isinstance(
                field, PasswordField | HiddenField
            ):
                field.filters = (*field.filters, plain)
                field.validators = [*field.validators, printable]
            return field

    def accepted(self) -> bool:
        """Return whether the form was handed in, whole, and is right; 400 if it was cut short."""
        if request.method != "POST":
            return False
        require_whole()
        good: bool = self.validate()
        return good

    @property
    def status(self) -> int:
        """Return the status of the page that shows the form: 422 if it was refused."""
        return 422 if self.errors else 200


def require_whole() -> None:
    """Answer 400 for a form that lacks its last field: the connection was cut while it was sent."""
    if "end" not in request.form:
        abort(400)


def before(number: str | None) -> ResponseReturnValue | None:
    """Return the answer to a form that was acted upon before, None for one that was not."""
    found = db.session.get(Submission, (number or "")[:40])
    return redirect(found.location, 303) if found else None


def once(form: Form) -> ResponseReturnValue | None:
    """Return the answer to a form that was acted upon before; 400 for one that was cut short."""
    if request.method != "POST":
        return None
    require_whole()
    return before(form.number.data)


def finish(number: str | None, location: str, said: str) -> ResponseReturnValue:
    """Commit what a form asked for, say so, and lead on; sent twice at once, it acts once."""
    if again := commit_once(number, location):
        return again
    flash(said)
    return redirect(location, 303)


def commit_once(number: str | None, location: str) -> ResponseReturnValue | None:
    """Commit what a form asked for; return the answer if the same form was faster elsewhere."""
    db.session.add(
        Submission(number=(number or token_urlsafe(16))[:40], at=now(), location=location)
    )
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        again = before(number)
        if again is None:
            raise
        return again
    return None

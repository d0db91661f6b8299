"""Two people on one row: the second sees what stands there now beside what was typed."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from flask_babel import gettext as _
from wtforms import HiddenField, SelectField

from riskmap.web.forms import Form
from riskmap.web.members import shown


class Versioned(Protocol):
    """A row that counts its changes."""

    version: Any


class Difference(NamedTuple):
    """A field of a form: what the row says now, and what was typed."""

    label: str
    theirs: str
    mine: str

    @property
    def apart(self) -> bool:
        return self.theirs != self.mine


class VersionedForm(Form):
    """A form on a row: the version it was made from, and the list it was opened from."""

    version = HiddenField()
    back = HiddenField()


def is_stale(form: VersionedForm, row: Versioned) -> bool:
    """Return whether a row has changed since a form was made from it."""
    known: bool = form.version.data == str(row.version)
    return not known


def stale_fields(form: Form, row: Any, theirs: Mapping[str, Any] | None = None) -> list[Difference]:
    """Return every field that both have: its label, the row's text now, and the typed text.

    `theirs` says what the row holds for fields that are not columns of the same name.
    """
    known = theirs or {}
    found = []
    for field in form:
        if isinstance(field, HiddenField) or field.type == "CSRFTokenField":
            continue
        if field.name not in known and not hasattr(row, field.name):
            continue
        there = known[field.name] if field.name in known else getattr(row, field.name)
        found.append(Difference(str(field.label.text), _text(there), _typed(field)))
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list | tuple):
        return "\n".join(sorted(filter(None, map(shown, value))))
    return shown(value)


def _typed(field: Any) -> str:
    """Return what was typed: the chosen word of a choice, the text even where it is no value."""
    if not isinstance(field, SelectField):
        wrong = field.errors and field.raw_data
        return str(field.raw_data[0]) if wrong else _text(field.data)
    labels = [choice.label for choice in field.iter_choices() if choice.selected]
    return str(labels[0]) if labels and field.data else ""


def refreshed(form: VersionedForm, row: Versioned) -> None:
    """Let the form be handed in again, now knowing of the row's newest version."""
    form.version.data = str(row.version)

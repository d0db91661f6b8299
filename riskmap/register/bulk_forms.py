"""The forms of a change of many rows: which field, and what it becomes."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from riskmap.db import db
from riskmap.organisation.models import Node
from riskmap.register import queries
from riskmap.register.codes import picked
from riskmap.register.forms import offered
from riskmap.register.shares import picked_node
from riskmap.register.terms import Control, Phase, RiskKind
from riskmap.web.forms import Form
from riskmap.web.members import MemberField

NODES = {"list": "nodes"}


class BulkForm(Form):
    """Which field changes, and to what; `fields` are its choices, in order."""

    fields: ClassVar[tuple[tuple[str, Any], ...]]
    field = RadioField(_l("What is to change"), [InputRequired()])
    back = HiddenField()
    sure = BooleanField(_l("Retire them although some are still used"))

    def __init__(self, bureau_id: int, **given: Any) -> None:
        super().__init__(**given)
        self.bureau_id = bureau_id
        self.field.choices = [SelectChoice(name, str(label)) for name, label in self.fields]
        self.value: Any = None

    def validate_field(self, field: RadioField) -> None:
        """Take the value of the chosen field; those of the others do not count."""
        if field.data not in dict(self.fields):
            return
        self.value = self.taken(field.data)
        if self.value is None or self.value == "":
            name = dict(self.fields)[field.data]
            raise ValidationError(_("Say what becomes of “%(field)s”.", field=name))

    def taken(self, name: str) -> Any:
        """Return the value typed for a field."""
        return self[name].data

    def inputs(self) -> Sequence[tuple[str, Any, Any]]:
        """Return the fields to choose among: name, label, input (None where none is needed)."""
        return [(name, label, self._fields.get(name)) for name, label in self.fields]


class MeasuresForm(BulkForm):
    """A change of many measures."""

    fields = (
        ("control", _l("How it works")),
        ("phase", _l("When")),
        ("frequency", _l("How often")),
        ("evidence", _l("Evidence")),
        ("add", _l("Responsible: one more")),
        ("remove", _l("Responsible: one less")),
        ("retire", _l("Retire them")),
    )
    control = MemberField(_l("How it works"), members=Control, blank="—")
    phase = MemberField(_l("When"), members=Phase, blank="—")
    frequency = StringField(_l("How often"), [Length(max=100)])
    evidence = StringField(_l("Evidence"), [Length(max=200)])
    add = StringField(_l("Responsible: one more"), [Length(max=400)], render_kw=NODES)
    remove = StringField(_l("Responsible: one less"), [Length(max=400)], render_kw=NODES)

    def taken(self, name: str) -> Any:
        if name == "retire":
            return True
        text = self[name].data
        if name == "add" and text:
            return picked_node(db.session, self.bureau_id, text)
        if name == "remove" and text:
            node = queries.of_code(db.session, Node, self.bureau_id, picked(text))
            return node or picked_node(db.session, self.bureau_id, text)
        return text


def _one_to_four() -> list[SelectChoice]:
    return [SelectChoice("", "—"), *(SelectChoice(str(each)) for each in range(1, 5))]


def _whole(value: str | None) -> int | None:
    return int(value) if value else None


class ItemsForm(BulkForm):
    """A change of many items."""

    fields = (
        ("category", _l("Category")),
        ("kind", _l("Kind")),
        ("likelihood", _l("Likelihood")),
        ("severity", _l("Severity")),
    )
    category = SelectField(_l("Category"), default="")
    kind = MemberField(_l("Kind"), members=RiskKind, blank="—")
    likelihood = SelectField(_l("Likelihood"), choices=_one_to_four, coerce=_whole)
    severity = SelectField(_l("Severity"), choices=_one_to_four, coerce=_whole)

    def __init__(self, bureau_id: int, **given: Any) -> None:
        super().__init__(bureau_id, **given)
        self._categories = {each.code: each for each in queries.categories(db.session, bureau_id)}
        self.category.choices = offered(list(self._categories.values()))

    def taken(self, name: str) -> Any:
        return self._categories.get(self.category.data) if name == "category" else self[name].data

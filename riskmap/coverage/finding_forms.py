"""The forms of findings: raised and changed, answered, judged; and of a gap that is accepted."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from sqlalchemy import Row
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from riskmap.coverage import evidence
from riskmap.coverage.blueprint import said
from riskmap.coverage.evidence import ENDINGS, LARGEST, File, Refused
from riskmap.coverage.gaps import Kind, Severity, Subject
from riskmap.coverage.models import Acceptance, Finding
from riskmap.db import today
from riskmap.organisation.forms import ChoiceField, DayField, needed
from riskmap.organisation.models import Node
from riskmap.organisation.picking import offered, picked
from riskmap.organisation.tree import NodeLevel
from riskmap.web.members import MemberField
from riskmap.web.row_form import RowForm

TITLE, TEXT = 300, 4000  # characters
MONTH, YEAR = timedelta(days=30), timedelta(days=365)


def indented(node: Node) -> str:
    """Return a unit's name, or an office's below it, as choices show it."""
    return ("\u3000" if node.level is NodeLevel.OFFICE else "") + node.name


class OfficeField(ChoiceField):
    """The office that is to mend: units and offices in use, offices indented."""

    def offer(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        blank = [("", _("Choose the office"))]
        self.choices = blank + [(each.code, indented(each)) for each in nodes]

    @property
    def node(self) -> Node:
        """Return the node that is chosen, of a form that was found right."""
        return next(each for each in self.nodes if each.code == self.data)


def _due(field: DayField, before: date | None = None) -> None:
    """Refuse a day that is past, unless it stood there before, and one out of all measure."""
    if field.data is None or field.data == before:
        return
    if field.data < today():
        raise ValidationError(_("That day is past; the office needs time to mend it."))
    if field.data > today() + 2 * YEAR:
        raise ValidationError(_("That is more than two years ahead; choose an earlier day."))


class RaiseForm(RowForm):
    """What is asked of whom, by when."""

    title = TextAreaField(
        _l("What is wrong"),
        [needed(_l("Say what is wrong.")), Length(max=TITLE)],
        render_kw={"rows": 3},
    )
    demand = TextAreaField(
        _l("What is asked of the office"),
        [needed(_l("Say what the office is to do.")), Length(max=TEXT)],
        render_kw={"rows": 4},
    )
    office = OfficeField(_l("Owner office"), [InputRequired(_l("Choose whose it is to mend."))])
    due = DayField(_l("Due"), [InputRequired(_l("Enter a day."))])

    def __init__(self, offices: Sequence[Node], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.office.offer(offices)

    def validate_due(self, field: DayField) -> None:
        _due(field)

    def values(self) -> dict[str, Any]:
        """Return what a command is given."""
        return {
            "title": self.title.data,
            "demand": self.demand.data,
            "node": self.office.node,
            "due": self.due.data,
        }


class FreeForm(RaiseForm):
    """A finding that no rule has made: how bad it is, and the map that it is about, if any."""

    severity = MemberField(
        _l("Severity"),
        [InputRequired(_l("Say how bad it is."))],
        members=Severity,
        blank=_l("Choose one"),
    )
    about = StringField(
        _l("About the map"), [Length(max=400)], render_kw={"list": "maps", "autocomplete": "off"}
    )

    def __init__(self, offices: Sequence[Node], maps: Sequence[Row[str, str]]) -> None:
        super().__init__(offices, due=today() + MONTH)
        self.maps = maps

    @property
    def offered(self) -> list[str]:
        """Return the maps to choose from."""
        return [offered(each) for each in self.maps]

    def validate_about(self, field: StringField) -> None:
        if field.data and picked(field.data, self.maps) is None:
            raise ValidationError(
                _("There is no map “%(text)s”; choose one of the list.", text=field.data)
            )

    def values(self) -> dict[str, Any]:
        found = picked(self.about.data or "", self.maps)
        subject = Subject(Kind.MAP, found.code) if found else None
        return super().values() | {"severity": self.severity.data, "subject": subject}


class ChangeForm(RaiseForm):
    """A finding asked for anew, with the reason."""

    reason = TextAreaField(
        _l("Why it is changed"),
        [needed(_l("Say why.")), Length(max=TEXT)],
        render_kw={"rows": 2},
    )

    def __init__(self, finding: Finding, offices: Sequence[Node]) -> None:
        known = [each for each in offices if each.id == finding.node_id]
        nodes = offices if known else [finding.node, *offices]
        super().__init__(nodes, obj=finding, office=finding.node.code)
        self.finding = finding

    def validate_due(self, field: DayField) -> None:
        _due(field, self.finding.due)

    def values(self) -> dict[str, Any]:
        return super().values() | {"reason": "\n".join([self.reason.data or "", *self.changed()])}

    def changed(self) -> list[str]:
        """Return what becomes another, in lines: what it was and what it is."""
        was = self.finding
        pairs = (
            (self.title, was.title, self.title.data),
            (self.demand, was.demand, self.demand.data),
            (self.office, was.node.name, self.office.node.name),
            (self.due, str(was.due), str(self.due.data)),
        )
        return [
            _("%(field)s: “%(old)s” → “%(new)s”", field=field.label.text, old=old, new=new)
            for field, old, new in pairs
            if old != new
        ]


class AnswerForm(RowForm):
    """What the office mended, with files that show it."""

    reply = TextAreaField(
        _l("Answer"),
        [needed(_l("Say what was done and since when.")), Length(max=TEXT)],
        render_kw={"rows": 5},
    )
    files = MultipleFileField(
        _l("Evidence files"),
        render_kw={"multiple": True, "accept": ",".join(f".{e}" for e in ENDINGS)},
    )

    def __init__(self, size: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = size
        self.taken: list[File] = []

    def validate_files(self, field: MultipleFileField) -> None:
        sent = [(each.filename or "", each.read(LARGEST + 1)) for each in field.data or ()]
        refusals = []
        for name, content in sent:
            try:
                self.taken.append(evidence.taken(name, content))
            except Refused as refused:
                refusals.append(refused.why)
        many = evidence.too_many([len(content) for _name, content in sent], self.size)
        refusals += [many] if many else []
        if refusals:
            raise ValidationError(" ".join(map(said, refusals)))


class ReasonForm(RowForm):
    """An act of the auditor that is done with a reason."""

    text = TextAreaField(
        _l("Reason"), [needed(_l("Say why.")), Length(max=TEXT)], render_kw={"rows": 3}
    )


class CloseForm(RowForm):
    """What the auditor found when checking again."""

    text = TextAreaField(_l("What the check found"), [Length(max=TEXT)], render_kw={"rows": 3})


class AcceptForm(RowForm):
    """Why a gap is left as it is, and until when."""

    reason = TextAreaField(
        _l("Reason"),
        [needed(_l("Say why it may stay, and what is done instead.")), Length(max=TEXT)],
        render_kw={"rows": 4},
    )
    until = DayField(_l("Accepted until"), [InputRequired(_l("Enter a day."))])

    def __init__(self, known: Acceptance | None) -> None:
        given: Mapping[str, Any] = {} if known else {"until": today() + 3 * MONTH, "version": "0"}
        super().__init__(obj=known, **given)

    def validate_until(self, field: DayField) -> None:
        if field.data and field.data < today():
            raise ValidationError(_("That day is past."))
        if field.data and field.data > today() + YEAR:
            raise ValidationError(_("A gap is accepted for a year at most; then look again."))

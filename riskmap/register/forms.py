"""The forms of the register: categories, items, measures, and what all of them share."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from riskmap.db import db
from riskmap.register import queries
from riskmap.register.models import Category, Item, Measure
from riskmap.register.rating import Level, level
from riskmap.register.shares import Share, SharesField, labelled, resolved
from riskmap.register.terms import Control, Phase, RiskKind
from riskmap.web.converters import is_code
from riskmap.web.members import MemberField, shown
from riskmap.web.stale import VersionedForm

LONG = 4000
"""Characters of a text without a limit in the database."""
TEXT = [DataRequired(), Length(max=LONG)]
CHOOSE = _l("choose …")


class RegisterForm(VersionedForm):
    """A form on a row of the register; on a new one it also asks for the code."""

    model: ClassVar[type[Any]]
    columns: ClassVar[tuple[str, ...]] = ()

    code = StringField(_l("Code"), [DataRequired(), Length(max=40)])

    def __init__(self, bureau_id: int, row: Any = None, **given: Any) -> None:
        self.bureau_id, self.row = bureau_id, row
        # Not `obj`: a basis has a number of its own, the form's says that it acts once.
        made = given if row is None else {**self.of(row), "version": str(row.version)}
        super().__init__(data=made)
        if row is not None:
            del self.code

    def of(self, row: Any) -> dict[str, Any]:
        """Return what the fields hold for a row."""
        return {name: getattr(row, name) for name in self.columns}

    def theirs(self) -> dict[str, Any]:
        """Return the row's words for the fields that are no columns of the same name."""
        return {}

    def values(self) -> dict[str, Any]:
        """Return the columns as they are to be; a text that was not sent is empty."""
        found = {name: _value(self[name]) for name in self.columns}
        if "code" in self:
            found["code"] = self.code.data
        return found

    def asked(self) -> list[Any]:
        """Return the fields that a page shows, in order."""
        return [each for each in self if each.widget.__class__.__name__ != "HiddenInput"]

    def validate_code(self, field: StringField) -> None:
        code = field.data or ""
        if not is_code(code):
            raise ValidationError(
                _("A code is made of letters, digits and hyphens, as FX-0101; at most 40.")
            )
        if queries.code_taken(db.session, self.model, self.bureau_id, code):
            raise ValidationError(
                _("%(code)s was issued before; a code is never issued twice.", code=code)
            )

    def refuse_same_name(self, name: str, **where: Any) -> None:
        other = queries.same_name(
            db.session, self.model, self.bureau_id, name, but=self.row, **where
        )
        if other is not None:
            raise ValidationError(
                _("%(code)s has that name already.", code=getattr(other, "code", ""))
            )


def _value(field: Any) -> Any:
    return (field.data or "") if isinstance(field, StringField) else field.data


def offered(rows: Sequence[Any]) -> list[SelectChoice]:
    """Return rows as the choices of a select, by code and name."""
    blank = SelectChoice("", str(CHOOSE))
    return [blank, *(SelectChoice(row.code, f"{row.code} {row.name}") for row in rows)]


class CategoryForm(RegisterForm):
    """A category's name."""

    model = Category
    columns = ("name",)
    name = StringField(_l("Called"), [DataRequired(), Length(max=200)])

    def validate_name(self, field: StringField) -> None:
        self.refuse_same_name(field.data or "")


def _ratings() -> list[SelectChoice]:
    return [
        SelectChoice(
            f"{likelihood}-{severity}",
            f"{likelihood}×{severity}={likelihood * severity} {shown(level(likelihood, severity))}",
        )
        for likelihood in range(4, 0, -1)
        for severity in range(1, 5)
    ]


class ItemForm(RegisterForm):
    """An item: what it is, where it stands on the matrix, a level set by hand with its reason."""

    model = Item
    columns = ("name", "kind", "manifestation", "override_level", "override_reason", "remark")

    category = SelectField(_l("Category"), [InputRequired()])
    name = StringField(_l("Called"), [DataRequired(), Length(max=200)])
    kind = MemberField(_l("Kind"), [InputRequired()], members=RiskKind, blank=CHOOSE)
    manifestation = TextAreaField(_l("How it shows"), TEXT, render_kw={"rows": 3})
    rating = RadioField(_l("Likelihood × severity"), [InputRequired()], choices=_ratings)
    override_level = MemberField(_l("Level set by hand"), members=Level, blank=_l("as rated"))
    override_reason = TextAreaField(
        _l("Reason for the level set by hand"), [Length(max=LONG)], render_kw={"rows": 2}
    )
    remark = TextAreaField(_l("Remark"), [Length(max=LONG)], render_kw={"rows": 2})

    def __init__(self, bureau_id: int, row: Item | None = None, **given: Any) -> None:
        self._categories = {each.code: each for each in queries.categories(db.session, bureau_id)}
        own = db.session.get(Category, row.category_id) if row else None
        if own is not None:
            self._categories.setdefault(own.code, own)
        self._own = own
        super().__init__(bureau_id, row, **given)
        self.category.choices = offered(list(self._categories.values()))

    def of(self, row: Item) -> dict[str, Any]:
        return super().of(row) | {
            "category": self._own.code if self._own else "",
            "rating": f"{row.likelihood}-{row.severity}",
        }

    def theirs(self) -> dict[str, Any]:
        rating = f"{self.row.likelihood}-{self.row.severity}"
        return {
            "category": f"{self._own.code} {self._own.name}" if self._own else "",
            "rating": next(each.label for each in _ratings() if each.value == rating),
        }

    def values(self) -> dict[str, Any]:
        found = super().values()
        likelihood, severity = (self.rating.data or "").split("-")
        category = self._categories[self.category.data]
        return found | {
            "category_id": category.id,
            "likelihood": int(likelihood),
            "severity": int(severity),
        }

    def validate_name(self, field: StringField) -> None:
        category = self._categories.get(self.category.data)
        if category is not None:
            self.refuse_same_name(field.data or "", category_id=category.id)

    def validate_override_reason(self, field: TextAreaField) -> None:
        if self.override_level.data and not field.data:
            raise ValidationError(_("Say why the level is not the one of the matrix."))
        if field.data and not self.override_level.data:
            raise ValidationError(
                _("There is a reason but no level; choose the level, or take the reason out.")
            )


class MeasureForm(RegisterForm):
    """A measure, and who owes it what."""

    model = Measure
    columns = ("text", "phase", "control", "frequency", "evidence", "indicator")

    text = TextAreaField(_l("Measure"), TEXT, render_kw={"rows": 3})
    phase = MemberField(_l("When"), [InputRequired()], members=Phase, blank=CHOOSE)
    control = MemberField(_l("How it works"), [InputRequired()], members=Control, blank=CHOOSE)
    frequency = StringField(_l("How often"), [Length(max=100)])
    evidence = StringField(_l("Evidence"), [Length(max=200)])
    indicator = StringField(_l("Indicator"), [Length(max=200)])
    shares = SharesField(_l("Responsible, supervising, cooperating"))

    def of(self, row: Measure) -> dict[str, Any]:
        self._before = queries.shares(db.session, row)
        return super().of(row) | {"shares": self._shares()}

    def theirs(self) -> dict[str, Any]:
        return {"shares": self._shares()}

    def _shares(self) -> list[Share]:
        return [Share(share.role.value, labelled(node)) for share, node in self._before]

    def validate_shares(self, field: SharesField) -> None:
        kept = [node.id for _share, node in self._before] if self.row else []
        self.resolved = resolved(db.session, self.bureau_id, field.filled, kept)


class RetireForm(VersionedForm):
    """Retire a row, or bring it back; what is still used asks for a tick."""

    sure = BooleanField(_l("Retire it although it is still used"))

    def __init__(self, row: Any, *, needs_tick: bool) -> None:
        self.needs_tick = needs_tick
        super().__init__(data={"version": str(row.version)})

    def validate_sure(self, field: BooleanField) -> None:
        if self.needs_tick and not field.data:
            raise ValidationError(
                _("It is still used; tick that it is to be retired all the same.")
            )

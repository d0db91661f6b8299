"""The forms of bases, their time limits, matters, and of items that do not concern somebody."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from riskmap.db import db, today
from riskmap.organisation.models import Node
from riskmap.register import queries
from riskmap.register.codes import picked
from riskmap.register.forms import CHOOSE, LONG, TEXT, RegisterForm, offered
from riskmap.register.models import Basis, Item, Matter, NotApplicable, StatutoryLimit
from riskmap.register.shares import labelled, picked_node
from riskmap.register.terms import (
    BasisKind,
    Binds,
    Evidence,
    LimitSense,
    LimitUnit,
    PowerKind,
)
from riskmap.web.members import MemberField

WHOLE = NumberRange(min=1, max=9999)


def titled(basis: Basis | None) -> str:
    """Return a basis as a picker offers it."""
    return f"{basis.title} {basis.code}" if basis else ""


class BasisForm(RegisterForm):
    """A basis: title, kind, number of the document, in force from and until, what replaced it."""

    model = Basis
    columns = ("title", "kind", "in_force_from", "in_force_until", "unverified")

    title = StringField(_l("Title"), [DataRequired(), Length(max=300)])
    kind = MemberField(_l("Kind"), [InputRequired()], members=BasisKind, blank=CHOOSE)
    issued = StringField(_l("Number of the document"), [Length(max=100)])
    in_force_from = DateField(_l("In force from"), [Optional()])
    in_force_until = DateField(_l("In force until"), [Optional()])
    replaced_by = StringField(_l("Replaced by"), [Length(max=400)], render_kw={"list": "bases"})
    unverified = BooleanField(_l("Still to be checked against the text in force"))

    def of(self, row: Basis) -> dict[str, Any]:
        return super().of(row) | self.theirs()

    def theirs(self) -> dict[str, Any]:
        by = db.session.get(Basis, self.row.replaced_by_id) if self.row.replaced_by_id else None
        return {"issued": self.row.number, "replaced_by": titled(by)}

    def values(self) -> dict[str, Any]:
        return super().values() | {
            "number": self.issued.data or "",
            "replaced_by_id": self._by.id if self._by else None,
        }

    def validate_in_force_until(self, field: DateField) -> None:
        if field.data and self.in_force_from.data and field.data < self.in_force_from.data:
            raise ValidationError(_("It cannot end before it begins; look at both days."))

    def validate_replaced_by(self, field: StringField) -> None:
        self._by: Basis | None = None
        if not field.data:
            return
        found = queries.of_code(db.session, Basis, self.bureau_id, picked(field.data))
        if found is None:
            raise ValidationError(
                _("There is no basis “%(text)s”; choose one of the list.", text=field.data)
            )
        if self.row is not None and self.row.id in self._after(found):
            raise ValidationError(
                _("%(title)s was itself replaced by this one.", title=titled(found))
                if found.id != self.row.id
                else _("A basis cannot be replaced by itself.")
            )
        self._by = found

    @staticmethod
    def _after(basis: Basis) -> set[int]:
        """Return the ids of a basis and of all that replaced it, one after another."""
        found: set[int] = set()
        each: Basis | None = basis
        while each is not None and each.id not in found:
            found.add(each.id)
            by = each.replaced_by_id
            each = db.session.get(Basis, by) if by else None
        return found


class LimitForm(RegisterForm):
    """A time limit that a basis sets."""

    model = StatutoryLimit
    columns = (
        "name", "article", "value", "unit", "sense", "binds", "start_event", "extension_value",
        "extension_unit", "extension_approver", "suspension", "evidence",
    )  # fmt: skip

    name = StringField(_l("Called"), [DataRequired(), Length(max=200)])
    article = StringField(_l("Article"), [Length(max=100)])
    sense = MemberField(_l("Sense"), [InputRequired()], members=LimitSense, blank=CHOOSE)
    value = IntegerField(_l("Length"), [InputRequired(), WHOLE])
    unit = MemberField(_l("Unit"), [InputRequired()], members=LimitUnit, blank=CHOOSE)
    binds = MemberField(_l("Binds"), [InputRequired()], members=Binds, blank=CHOOSE)
    start_event = TextAreaField(_l("Runs from"), TEXT, render_kw={"rows": 2})
    extension_value = IntegerField(_l("Extension by"), [Optional(), WHOLE])
    extension_unit = MemberField(_l("Unit of the extension"), members=LimitUnit, blank="—")
    extension_approver = StringField(_l("Who approves the extension"), [Length(max=200)])
    suspension = TextAreaField(_l("What suspends it"), [Length(max=LONG)], render_kw={"rows": 2})
    evidence = MemberField(_l("How it is known"), [InputRequired()], members=Evidence, blank=CHOOSE)

    def validate_extension_unit(self, field: MemberField) -> None:
        if (self.extension_value.data is None) != (field.data is None):
            raise ValidationError(_("An extension has both a length and a unit."))

    def validate_extension_approver(self, field: StringField) -> None:
        if self.extension_value.data is not None and not field.data:
            raise ValidationError(_("Say who approves it: nobody extends a limit on their own."))


class MatterForm(RegisterForm):
    """A matter: its name and the kind of power."""

    model = Matter
    columns = ("name", "kind")

    name = StringField(_l("Called"), [DataRequired(), Length(max=200)])
    kind = MemberField(_l("Kind of power"), [InputRequired()], members=PowerKind, blank=CHOOSE)

    def validate_name(self, field: StringField) -> None:
        self.refuse_same_name(field.data or "")


class NotApplicableForm(RegisterForm):
    """An item that does not concern a node: why, and until when; both fixed once entered."""

    model = NotApplicable
    columns = ("reason", "until")

    item = SelectField(_l("Item"), [InputRequired()])
    node = StringField(
        _l("Unit, office or post"), [DataRequired(), Length(max=400)], render_kw={"list": "nodes"}
    )
    reason = TextAreaField(_l("Reason"), TEXT, render_kw={"rows": 3})
    until = DateField(_l("Last day"), [Optional()])

    def __init__(self, bureau_id: int, row: NotApplicable | None = None, **given: Any) -> None:
        self._items: dict[str, Item] = {}
        self.found: Node | None = None
        super().__init__(bureau_id, row, **given)
        if row is not None:
            del self.item, self.node
            return
        del self.code
        self._items = {each.code: each for each in queries.items(db.session, bureau_id)}
        self.item.choices = offered(list(self._items.values()))

    def values(self) -> dict[str, Any]:
        found = super().values()
        if self.found is not None:
            found |= {"item_id": self._items[self.item.data].id, "node_id": self.found.id}
        return found

    def validate_node(self, field: StringField) -> None:
        node = picked_node(db.session, self.bureau_id, field.data or "")
        item = self._items.get(self.item.data)
        entry = queries.excuse(db.session, item.id, node.id) if item else None
        if item and entry and (entry.until is None or entry.until >= today()):
            raise ValidationError(
                _(
                    "%(item)s is already said not to concern %(node)s; edit that entry.",
                    item=item.code,
                    node=labelled(node),
                )
            )
        self.found = node

    def validate_until(self, field: DateField) -> None:
        if self.row is None and field.data and field.data < today():
            raise ValidationError(_("That day is past; choose today or a later day."))

"""The forms of the organisation: nodes, people, holdings, outside parties, the bureau."""

from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from riskmap.db import db, today
from riskmap.organisation import codes, keeping
from riskmap.organisation.models import Bureau, Holding, Node, Party, Person
from riskmap.organisation.picking import offered, picked
from riskmap.organisation.tenure import Tenure
from riskmap.organisation.tree import HoldingRole
from riskmap.web.converters import is_code
from riskmap.web.forms import Form
from riskmap.web.row_form import RowForm

Choices = Sequence[tuple[str, str]]


def needed(said: str) -> DataRequired:
    """Return the check that a text is more than blanks, with what to do in words."""
    return DataRequired(said)


class DayField(DateField):
    """A day; what cannot be one is refused with the typed text."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            text = " ".join(valuelist)
            raise ValueError(
                _("“%(text)s” is no day; write it as 2026-01-31.", text=text)
            ) from None


class ChoiceField(SelectField):
    """One of a few; what is none of them is refused in words."""

    def pre_validate(self, form: Any) -> None:
        if str(self.data) not in {str(value) for value, _name in self.choices}:
            raise ValidationError(_("Choose one from the list."))


class CodeForm(Form):
    """A new row's code: proposed, and fixed once it is saved."""

    code = StringField(_l("Code"), [needed(_l("Enter a code.")), Length(max=40)])
    issued: Collection[str] = ()

    def validate_code(self, field: StringField) -> None:
        code = field.data or ""
        if not is_code(code):
            raise ValidationError(
                _("A code is made of letters, digits and hyphens; “%(code)s” is not.", code=code)
            )
        if codes.taken(code, self.issued):
            raise ValidationError(
                _("%(code)s has been issued before; codes are never used twice.", code=code)
            )
        if codes.names_a_second_map(code):
            raise ValidationError(_("Endings such as -S2 are kept for the maps of a node."))


class _NodeFields:
    """What the form of a new node and that of an old one share."""

    siblings: Sequence[Node] = ()
    node: Node | None = None

    def validate_name(self, field: StringField) -> None:
        found = keeping.lookalike(self.siblings, field.data or "", self.node)
        if found is not None:
            raise ValidationError(
                _(
                    "“%(name)s” (%(code)s) stands at the same place and looks the same;"
                    " choose another name.",
                    name=found.name,
                    code=found.code,
                )
            )


def _name(said: str) -> StringField:
    return StringField(said, [needed(_l("Enter a name.")), Length(max=200)])


class NewNodeForm(_NodeFields, CodeForm):
    """A new unit, office or post."""

    name = _name(_l("Called"))
    duty_class = ChoiceField(_l("Class of duty"))

    def __init__(self, bureau: Bureau, parent: Node | None, duties: Choices, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.siblings = keeping.children(db.session, bureau.id, parent.id if parent else None)
        self.issued = keeping.codes(db.session, Node, bureau)
        _duties(self, parent is not None and parent.parent_id is not None, duties)


class NodeForm(_NodeFields, RowForm):
    """A node's name; of a post, its class of duty as well."""

    name = _name(_l("Called"))
    duty_class = ChoiceField(_l("Class of duty"))

    def __init__(self, node: Node, duties: Choices, **kwargs: Any) -> None:
        super().__init__(obj=node, **kwargs)
        self.node = node
        self.siblings = keeping.children(db.session, node.bureau_id, node.parent_id)
        _duties(self, node.duty_class is not None, duties)


def _duties(form: Any, of_post: bool, duties: Choices) -> None:
    if of_post:
        form.duty_class.choices = duties
    else:
        del form.duty_class


class MoveForm(RowForm):
    """Where a node is moved to."""

    to = ChoiceField(_l("Move below"))

    def __init__(self, node: Node, places: Sequence[Node], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.node, self.places = node, places
        self.to.choices = [(each.code, offered(each)) for each in places]

    @property
    def place(self) -> Node | None:
        """Return the node that is chosen."""
        return next((each for each in self.places if each.code == self.to.data), None)

    def validate_to(self, _field: ChoiceField) -> None:
        place = self.place
        if place is None:
            return
        if place.id == self.node.parent_id:
            raise ValidationError(_("It stands there already; choose another place."))
        siblings = keeping.children(db.session, place.bureau_id, place.id)
        found = keeping.lookalike(siblings, self.node.name)
        if found is not None:
            raise ValidationError(
                _(
                    "%(place)s has “%(name)s” (%(code)s) already; rename one of the two first.",
                    place=place.name,
                    name=found.name,
                    code=found.code,
                )
            )


class RetireForm(RowForm):
    """From which day something is out of use, and a tick where that takes more with it."""

    retired_on = DayField(_l("Out of use from"), [InputRequired(_l("Enter a day."))])
    knowing = BooleanField(_l("Retire its maps with it"))

    def __init__(self, row: Any, *, tick: bool, hindrances: Sequence[str] = ()) -> None:
        super().__init__(version=row.version, retired_on=today())
        self.hindrances = hindrances
        if not tick:
            del self.knowing

    def validate_retired_on(self, field: DayField) -> None:
        if field.data and field.data > today():
            raise ValidationError(_("That day is still to come; enter it when it is there."))

    def validate_knowing(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError(_("Maps go out of use with it: tick this if they are to."))

    def accepted(self) -> bool:
        """Return whether the form was handed in and nothing hinders it."""
        return super().accepted() and not self.hindrances

    @property
    def status(self) -> int:
        """Return the status of the page that shows the form."""
        hindered = self.hindrances and self.is_submitted()
        return 422 if hindered else super().status


class _PersonFields:
    """What the form of a new person and that of a known one share."""

    others: Sequence[Person] = ()
    person: Person | None = None

    def validate_name(self, field: StringField) -> None:
        found = keeping.lookalike(self.others, field.data or "", self.person)
        if found is not None and not self.namesake.data:  # type: ignore[attr-defined]
            raise ValidationError(
                _(
                    "There is %(name)s (%(code)s) already; tick below if this is somebody else.",
                    name=found.name,
                    code=found.code,
                )
            )


def _person_name() -> StringField:
    return StringField(_l("Name"), [needed(_l("Enter the person's name.")), Length(max=100)])


class NewPersonForm(_PersonFields, CodeForm):
    """Somebody new."""

    name = _person_name()
    namesake = BooleanField(_l("Somebody else of the same name"))

    def __init__(self, bureau: Bureau, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.others = keeping.people(db.session, bureau.id)
        self.issued = keeping.codes(db.session, Person, bureau)


class PersonForm(_PersonFields, RowForm):
    """A person's name."""

    name = _person_name()
    namesake = BooleanField(_l("Somebody else of the same name"))

    def __init__(self, person: Person) -> None:
        super().__init__(obj=person)
        self.person, self.others = person, keeping.people(db.session, person.bureau_id)


class HoldingForm(RowForm):
    """A person on a post from one day to another; a new holding picks both."""

    post = StringField(_l("Post"), [needed(_l("Enter a post.")), Length(max=300)])
    person = StringField(_l("Staff member"), [needed(_l("Enter a person.")), Length(max=200)])
    role = ChoiceField(_l("Role"))
    since = DayField(_l("First day"), [InputRequired(_l("Enter the first day."))])
    until = DayField(_l("Last day (empty while it lasts)"), [Optional()])
    both = BooleanField(_l("Two holders (A) at the same time are intended"))

    def __init__(
        self,
        roles: Choices,
        *,
        holding: Holding | None = None,
        posts: Sequence[Node] = (),
        people: Sequence[Person] = (),
        **kwargs: Any,
    ) -> None:
        if holding is not None:
            names = ("role", "since", "until", "version")
            kwargs |= {name: getattr(holding, name) for name in names}
        super().__init__(**kwargs)
        self.role.choices = roles
        self.holding, self.posts, self.people = holding, posts, people
        if holding is not None:
            del self.post, self.person

    @property
    def held_post(self) -> Node | None:
        """Return the post that the form is about."""
        if self.holding is not None:
            return self.holding.post
        return picked(self.post.data or "", self.posts)

    @property
    def holder(self) -> Person | None:
        """Return the person that the form is about."""
        if self.holding is not None:
            return self.holding.person
        return picked(self.person.data or "", self.people)

    def validate_post(self, field: StringField) -> None:
        if self.held_post is None:
            raise ValidationError(
                _("No post in use is called “%(text)s”; choose one from the list.", text=field.data)
            )

    def validate_person(self, field: StringField) -> None:
        if self.holder is None:
            raise ValidationError(
                _(
                    "“%(text)s” is nobody, or the name of several; choose one from the list.",
                    text=field.data,
                )
            )

    def validate_until(self, field: DayField) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_("The last day comes before the first; mend one of the two."))

    def validate_since(self, field: DayField) -> None:
        """Refuse a second entry of one person on one post for the same days."""
        post, holder = self.held_post, self.holder
        if post is None or holder is None or not field.data or self._ends_first:
            return
        for each in self._others(post):
            if each.person_id == holder.id and self._meets(each):
                raise ValidationError(
                    _(
                        "%(name)s holds this post %(days)s already; the two may not overlap.",
                        name=holder.name,
                        days=_days(each),
                    )
                )

    def validate_both(self, field: BooleanField) -> None:
        """Warn of a post with two holders at once."""
        post = self.held_post
        if field.data or post is None or not self.since.data or self._ends_first:
            return
        if self.role.data != HoldingRole.A:
            return
        for each in self._others(post):
            if each.role is HoldingRole.A and self._meets(each):
                raise ValidationError(
                    _(
                        "%(name)s is holder (A) %(days)s; end that first,"
                        " or tick this if both are meant.",
                        name=each.person.name,
                        days=_days(each),
                    )
                )

    @property
    def _ends_first(self) -> bool:
        return bool(self.until.data and self.until.data < self.since.data)

    def _others(self, post: Node) -> list[Holding]:
        mine = self.holding.id if self.holding else None
        return [each for each in keeping.holdings(db.session, post=post) if each.id != mine]

    def _meets(self, holding: Holding) -> bool:
        typed = Tenure(self.since.data, self.until.data)
        return typed.meets(Tenure(holding.since, holding.until))


def _days(holding: Holding) -> str:
    since, until = holding.since.isoformat(), holding.until
    if until is None:
        return str(_("since %(since)s", since=since))
    return str(_("from %(since)s to %(until)s", since=since, until=until.isoformat()))


class _PartyFields:
    """What the form of a new outside party and that of a known one share."""

    others: Sequence[Party] = ()
    party: Party | None = None

    def validate_name(self, field: StringField) -> None:
        name = field.data or ""
        found = keeping.lookalike(self.others, name, self.party) or next(
            (each for each in self.others if each.name == name and each is not self.party), None
        )
        if found is None:
            return
        if found.retired_on is None:
            said = _("“%(name)s” (%(code)s) looks the same; choose another name.")
        else:
            said = _("“%(name)s” (%(code)s) is retired; bring it back, or choose another name.")
        raise ValidationError(said % {"name": found.name, "code": found.code})


def _party_name() -> StringField:
    return StringField(_l("Called"), [needed(_l("Enter a name.")), Length(max=100)])


class NewPartyForm(_PartyFields, CodeForm):
    """A new outside party."""

    name = _party_name()
    role = ChoiceField(_l("Part in procedures"))

    def __init__(self, bureau: Bureau, roles: Choices, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = roles
        self.others = keeping.parties(db.session, bureau.id)
        self.issued = keeping.codes(db.session, Party, bureau)


class PartyForm(_PartyFields, RowForm):
    """An outside party's name and part."""

    name = _party_name()
    role = ChoiceField(_l("Part in procedures"))

    def __init__(self, party: Party, roles: Choices, **kwargs: Any) -> None:
        super().__init__(obj=party, **kwargs)
        self.role.choices = roles
        self.party, self.others = party, keeping.parties(db.session, party.bureau_id)


class BureauForm(RowForm):
    """The bureau's names."""

    name = _name(_l("Called"))
    short_name = StringField(
        _l("Short name"), [needed(_l("Enter the short name.")), Length(max=100)]
    )

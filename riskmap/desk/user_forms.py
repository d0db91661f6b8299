"""The forms that keep users: a new one, what is said of one, a password, roles."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import FieldList, FormField, PasswordField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import Length, ValidationError

from riskmap.accounts import passwords
from riskmap.accounts.current import settings
from riskmap.accounts.models import User
from riskmap.accounts.names import name_key
from riskmap.accounts.queries import INDISPENSABLE, last_of
from riskmap.accounts.roles import Granted, Role, clash
from riskmap.db import db
from riskmap.desk.words import word
from riskmap.organisation.forms import needed
from riskmap.organisation.models import Node, Person
from riskmap.organisation.picking import offered, picked
from riskmap.web.forms import Form
from riskmap.web.members import choices
from riskmap.web.row_form import RowForm
from riskmap.web.stale import Difference

Placed = tuple[Role, int | None]
SPARE = 3
"""Empty rows at the end of a user's roles."""


class _PersonPicker:
    """What forms with a person share."""

    people: Sequence[Person] = ()

    @property
    def linked(self) -> Person | None:
        """Return the person that is chosen."""
        return picked(self.person.data or "", self.people)  # type: ignore[attr-defined]

    def validate_person(self, field: StringField) -> None:
        if field.data and self.linked is None:
            raise ValidationError(
                _(
                    "“%(text)s” is nobody, or the name of several; choose one from the list.",
                    text=field.data,
                )
            )


def _shown() -> StringField:
    return StringField(
        _l("Shown as"), [needed(_l("Enter what the user is shown as.")), Length(max=100)]
    )


def _person() -> StringField:
    return StringField(_l("Staff member"), [Length(max=200)])


class _NewPassword:
    """What forms with a password to begin with share; left empty, one is generated."""

    for_name = ""

    @property
    def chosen(self) -> str:
        """Return the password that was typed, else a generated one."""
        typed: str = self.password.data or ""  # type: ignore[attr-defined]
        return typed or passwords.generated(self.for_name, settings().rules)

    def validate_password(self, field: PasswordField) -> None:
        if field.data:
            said = passwords.problems(field.data, self.for_name, settings().rules)
            if said:
                raise ValidationError(" ".join(said))


class NewUserForm(_NewPassword, _PersonPicker, Form):
    """Somebody who may sign in."""

    name = StringField(
        _l("User name"), [needed(_l("Enter the name to sign in with.")), Length(2, 60)]
    )
    shown = _shown()
    person = _person()
    password = PasswordField(_l("Password to begin with"), [Length(max=500)])

    def __init__(self, people: Sequence[Person]) -> None:
        super().__init__()
        self.people, self.for_name = people, self.name.data or ""

    def validate_name(self, field: StringField) -> None:
        name = field.data or ""
        key = name_key(name)
        if name != "".join(name.split()) or not 2 <= len(key) <= 60:
            raise ValidationError(_("A user name has 2 to 60 signs and no blanks."))
        taken = db.session.scalar(select(User.name).where(User.name_key == key))
        if taken is not None:
            raise ValidationError(
                _(
                    "“%(name)s” is taken; capitals, full-width and invisible signs make no"
                    " other name. Choose another.",
                    name=taken,
                )
            )


class UserForm(_PersonPicker, RowForm):
    """What a user is shown as, and the person it is."""

    shown = _shown()
    person = _person()

    def __init__(self, user: User, person: Person | None, people: Sequence[Person]) -> None:
        super().__init__(obj=user, person=offered(person) if person else "")
        self.people = [*people, *([person] if person and person not in people else [])]


class NewPasswordForm(_NewPassword, Form):
    """A password that the user has to change at the next sign-in."""

    password = PasswordField(_l("New password"), [Length(max=500)])

    def __init__(self, name: str) -> None:
        super().__init__()
        self.for_name = name


class GrantRow(PlainForm):
    """A role, and the node at and below which it holds."""

    role = SelectField(_l("User role"), validate_choice=False)
    place = StringField(_l("Where"))


class GrantsForm(RowForm):
    """All roles of a user; an empty row is none."""

    rows = FieldList(FormField(GrantRow), _l("Roles"), max_entries=40)

    def __init__(self, user: User, held: Sequence[Any], nodes: Sequence[Node]) -> None:
        self.user, self.held, self.nodes = user, held, nodes
        filled = [
            {"role": each.role.value, "place": offered(each) if each.code else ""} for each in held
        ]
        blank = {"role": "", "place": ""}
        super().__init__(rows=[*filled, *[blank] * SPARE], version=_version(held))
        for entry in self.rows:
            entry.form.role.choices = [("", _("(no role)")), *choices(Role)]

    @property
    def wanted(self) -> list[Placed]:
        """Return the roles that are typed, each once."""
        return list(
            dict.fromkeys((role, node.id if node else None) for role, node in self._typed())
        )

    def _typed(self) -> list[tuple[Role, Node | None]]:
        found = []
        for entry in self.rows:
            role, place = entry.form.role.data, (entry.form.place.data or "").strip()
            if role in tuple(Role):
                found.append((Role(role), picked(place, self.nodes) if place else None))
        return found

    def validate_rows(self, field: FieldList) -> None:
        """Refuse rows that name nothing, roles that exclude each other, and the last of a kind."""
        said = [each for number, entry in enumerate(field, 1) for each in self._row(number, entry)]
        if not said:
            said = self._together()
        if said:
            raise ValidationError(" ".join(said))

    def _row(self, number: int, entry: Any) -> list[str]:
        role, place = entry.form.role.data, (entry.form.place.data or "").strip()
        if role not in ("", *Role):
            return [_("Row %(number)s: choose a role from the list.", number=number)]
        if place and not role:
            return [_("Row %(number)s: choose a role, or empty the place.", number=number)]
        if place and role in INDISPENSABLE:
            return [
                _(
                    "Row %(number)s: %(role)s holds for the whole bureau; empty the place.",
                    number=number,
                    role=word(Role(role)),
                )
            ]
        if place and picked(place, self.nodes) is None:
            return [
                _(
                    "Row %(number)s: nothing in use is called “%(text)s”;"
                    " choose one from the list.",
                    number=number,
                    text=place[:60],
                )
            ]
        return []

    def _together(self) -> list[str]:
        typed = self._typed()
        granted = [Granted(role, node.path if node else "/") for role, node in typed]
        pair = clash(granted, three_admins=settings().three_admins)
        if pair:
            return [
                _(
                    "%(one)s and %(other)s exclude each other for the same part of the bureau;"
                    " take one of them away.",
                    one=word(pair[0]),
                    other=word(pair[1]),
                )
            ]
        return [
            _(
                "Nobody else is %(role)s; give it to somebody else first.",
                role=word(each),
            )
            for each in last_of(db.session, self.user, [role for role, _node in typed])
        ]

    def current(self, row: Any = None, **theirs: Any) -> bool:
        """Return whether the user has the roles that the form was made from."""
        now = _version(self.held)
        self.outdated = self.version.data != now
        if self.outdated:
            there = "\n".join(_said(each.role, each.name) for each in self.held)
            typed = "\n".join(
                _said(role, node.name if node else "") for role, node in self._typed()
            )
            self.stale = [Difference(str(_("Roles")), there, typed)]
            self.version.data = now
        return not self.outdated


def _said(role: Role, place: str | None) -> str:
    return f"{word(role)} · {place}" if place else word(role)


def _version(held: Sequence[Any]) -> str:
    """Return the roles that a user has, in a word."""
    return " ".join(sorted(f"{each.role.value}@{each.node_id or ''}" for each in held))

"""The record of changes as a page shows it: what was changed, by whom, from what to what."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Enum, Select, Table, func, or_, select
from sqlalchemy.orm import aliased

from riskmap.config import ZONE
from riskmap.db import AnySession
from riskmap.db.base import Base
from riskmap.desk.fields import field_word
from riskmap.desk.words import word
from riskmap.history.events import Kind
from riskmap.history.models import Change
from riskmap.maps.listed import Listed, contains
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import Scope
from riskmap.web.access import Policy

TARGETS = {
    "actor_node_id": "node",
    "actor_party_id": "party",
    "basis_id": "basis",
    "category_id": "category",
    "detail_map_id": "account_map",
    "first_id": "step",
    "item_id": "item",
    "last_id": "step",
    "matter_id": "matter",
    "measure_id": "measure",
    "node_id": "node",
    "parent_id": "node",
    "person_id": "person",
    "post_id": "node",
    "replaced_by_id": "basis",
    "risk_point_id": "risk_point",
    "source_id": "step",
    "statutory_limit_id": "statutory_limit",
    "step_id": "step",
    "target_id": "step",
    "user_id": "user",
}
"""Fields that hold the id of another row, and the table of that row."""

_NAMED = ("code", "key", "name", "title", "text", "statement", "shown")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a change: what it is called, its old and its new value in words."""

    column: str
    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the record: the row of `Change`, and its fields in words."""

    row: Change
    fields: tuple[Field, ...]
    map: str = ""  # the code of the map that the row is below

    @property
    def kind(self) -> Kind:
        return Kind(self.row.kind)


def trail(bureau: Bureau, asked: dict[str, str], user_id: int | None = None) -> Listed:
    """Entries by `q` (name of row or person), `kind`, `subject`, `since`, `until`; newest first."""
    statement: Select[Any] = select(Change).where(Change.bureau_id == bureau.id)
    if user_id is not None:
        statement = statement.where(Change.user_id == user_id)
    if text := asked.get("q"):
        statement = statement.where(or_(contains(Change.name, text), contains(Change.who, text)))
    if kind := asked.get("kind"):
        statement = statement.where(Change.kind == kind)
    if subject := asked.get("subject"):
        statement = statement.where(Change.subject == subject)
    if day := _day(asked.get("since", "")):
        statement = statement.where(Change.at >= _midnight(day))
    if day := _day(asked.get("until", "")):
        statement = statement.where(Change.at < _midnight(day + timedelta(days=1)))
    return statement, {"newest": (-Change.number,), "oldest": (Change.number,)}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


_BELONGING = {
    "basis": ("statutory_limit", "basis_id"),
    "item": ("not_applicable", "item_id"),
    "measure": ("responsibility", "measure_id"),
    "node": ("holding", "post_id"),
    "person": ("holding", "person_id"),
    "user": ("user_grant", "user_id"),
}
"""Per table, the rows told of together with it: their table and the column that says so."""

_PLACES = {"node_id", "post_id"}
"""Columns that say which part of the bureau such a row belongs to."""


def of_row(scope: Scope, subject: str, row_id: int) -> Listed:
    """Entries of one record and of what belongs to it, of a map with all that is below it.

    Who sees a part of the bureau is told of what belongs to that part.
    """
    if subject == "account_map":
        here = Change.map_id == row_id
    else:
        here = (Change.subject == subject) & (Change.row_id == row_id)
        if subject in _BELONGING:
            here = here | _belonging(scope, *_BELONGING[subject], row_id)
    statement: Select[Any] = select(Change).where(Change.bureau_id == scope.bureau.id, here)
    return statement, {"newest": (-Change.number,), "oldest": (Change.number,)}


def _belonging(scope: Scope, name: str, column: str, row_id: int) -> ColumnElement[bool]:
    """Return the condition for entries of rows that belong to a row, or did before they went."""
    table, past = Base.metadata.tables[name], aliased(Change)
    now = select(table.c.id).where(table.c[column] == row_id)
    if not scope.whole:
        # What is gone says no more whose it was, so that only what is there can be told.
        for place in _PLACES & set(table.c.keys()):
            now = now.where(table.c[place].in_(scope.node_ids()))
        return (Change.subject == name) & Change.row_id.in_(now)
    gone = select(past.row_id).where(
        past.subject == name, contains(past.details, f'"{column}": [null, {row_id}]')
    )
    return (Change.subject == name) & (Change.row_id.in_(now) | Change.row_id.in_(gone))


def in_words(session: AnySession, rows: Iterable[Change]) -> list[Entry]:
    """Return entries with their fields in words; one statement for each table referred to."""
    found = [(row, json.loads(row.details)) for row in rows]
    names = _names(session, found)
    maps = {row.map_id for row, _ in found if row.map_id and row.subject != "account_map"}
    codes = {each.id: each.code for each in session.execute(_codes(maps))} if maps else {}
    return [
        Entry(row, tuple(_fields(row, details, names)), codes.get(row.map_id, ""))
        for row, details in found
    ]


def _codes(maps: set[int]) -> Select[Any]:
    table = Base.metadata.tables["account_map"]
    return select(table.c.id, table.c.code).where(table.c.id.in_(maps))


Names = dict[tuple[str, int], str]


def _fields(row: Change, details: dict[str, Any], names: Names) -> Iterator[Field]:
    for column, values in details.items():
        old, new = values if row.subject and isinstance(values, list) else (None, values)
        shown = [_value(row.subject, column, each, names) for each in (old, new)]
        yield Field(column, field_word(column), *shown)


def asked_word(asked: str) -> str:
    """Return what somebody who was refused had asked for, in words."""
    return word(Policy(asked)) if asked in tuple(Policy) else field_word(asked)


def _value(subject: str, column: str, value: Any, names: Names) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if column == "asked":
        return asked_word(value)
    if column in TARGETS and isinstance(value, int):
        return names.get((TARGETS[column], value), f"#{value}")
    kind = _column_type(subject, column)
    if isinstance(kind, Enum) and kind.enum_class is not None:
        member: Any = kind.enum_class(value)
        return word(member) or str(value)
    return str(value)


def _column_type(subject: str, column: str) -> Any:
    table = Base.metadata.tables.get(subject)
    return table.c[column].type if table is not None and column in table.c else None


def _names(session: AnySession, found: Sequence[tuple[Change, dict[str, Any]]]) -> Names:
    """Return how the rows are called whose ids the entries hold, gone ones by the record."""
    wanted: dict[str, set[int]] = {}
    for row, details in found:
        for column, values in details.items():
            if row.subject and column in TARGETS:
                ids = {each for each in values if isinstance(each, int)}
                wanted.setdefault(TARGETS[column], set()).update(ids)
    names: Names = {}
    for name, ids in wanted.items():
        for row_id, text in session.execute(_naming(Base.metadata.tables[name], ids)):
            names[name, row_id] = text
        gone = [each for each in ids if (name, each) not in names]
        if gone:
            past = select(Change.row_id, func.max(Change.name)).where(
                Change.subject == name, Change.row_id.in_(gone)
            )
            for row_id, text in session.execute(past.group_by(Change.row_id)):
                names[name, row_id or 0] = text
    return names


def _naming(table: Table, ids: set[int]) -> Select[Any]:
    columns = [table.c[each] for each in _NAMED if each in table.c][:2]
    text: ColumnElement[Any] = columns[0]
    for each in columns[1:]:
        text = text + " " + each
    return select(table.c.id, text).where(table.c.id.in_(ids))

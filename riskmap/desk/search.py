"""Search over organisation, people, maps and register: what is found, counted by kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    bindparam,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    true,
)

from riskmap.db import AnySession, full_text
from riskmap.desk.lists import held_in
from riskmap.desk.models import Found, SearchEntry
from riskmap.desk.search_text import for_postgresql, for_sqlite, phrases
from riskmap.maps.in_use import map_ids
from riskmap.maps.models import AccountMap, RiskPoint, Step
from riskmap.organisation.models import Node, Person
from riskmap.organisation.scope import Scope
from riskmap.register.models import Basis, Item, Measure

REGISTER = (Found.ITEM, Found.MEASURE, Found.BASIS)
"""What every reader may find: the register is the whole bureau's."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: the code of its page, its text, the key of its row on a map's page."""

    kind: Found
    code: str
    text: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What is found of one kind: how many in all, and those that are to be shown."""

    kind: Found
    total: int
    hits: tuple[Hit, ...]


def find(
    session: AnySession,
    scope: Scope,
    question: str,
    *,
    kind: Found | None = None,
    start: int = 0,
    count: int = 8,
) -> list[Group]:
    """Return what a question finds, by kind in the order of `Found`, each in reading order.

    Of every kind the first `count` are shown; of one kind only, with `kind`, those from `start`.
    One statement finds them, one for each kind that is shown says what they are.
    """
    asked = phrases(question)
    if not asked:
        return []
    dialect = session.get_bind().dialect.name
    bound = {
        "asked": for_sqlite(asked) if dialect == "sqlite" else for_postgresql(asked),
        "bureau": scope.bureau.id,
        "start": start,
        "end": start + count,
        "kind": kind.value if kind else "",
    }
    statement = _everywhere(dialect) if scope.whole else _statement(dialect, _seen(dialect, scope))
    rows = session.execute(statement, bound).all()
    totals = {row.kind: row.total for row in rows}
    ids: dict[Found, list[int]] = {}
    for row in rows:
        if kind is None or (row.kind == kind.value and row.number > start):
            ids.setdefault(Found(row.kind), []).append(row.target_id)
    return [
        Group(each, totals[each.value], tuple(_shown(session, each, ids.get(each, []))))
        for each in Found
        if each.value in totals
    ]


@cache
def _everywhere(dialect: str) -> Select[*tuple[Any, ...]]:
    return _statement(dialect, true())


def _seen(dialect: str, scope: Scope) -> ColumnElement[bool]:
    """Return the condition that what an entry stands for may be seen."""
    kind, target = SearchEntry.kind, _unindexed(dialect, "target_id")
    return or_(
        _unindexed(dialect, "of_map").in_(map_ids(scope)),
        (kind == Found.NODE.value) & target.in_(scope.node_ids()),
        (kind == Found.PERSON.value) & target.in_(held_in(scope)),
        kind.in_([each.value for each in REGISTER]),
    )


def _statement(dialect: str, seen: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the statement that finds entries, numbered within their kind, with each kind's total.

    With a `kind`, the first of every other kind comes along: its total is shown as well.
    """
    numbered = (
        select(
            SearchEntry.kind,
            SearchEntry.target_id,
            func.count().over(partition_by=SearchEntry.kind).label("total"),
            func.row_number()
            .over(partition_by=SearchEntry.kind, order_by=(SearchEntry.place, SearchEntry.id))
            .label("number"),
        )
        .where(*_matching(dialect), seen)
        .subquery()
    )
    number, kind = numbered.c.number, bindparam("kind", type_=String)
    shown = (number > bindparam("start", type_=Integer)) & (number <= bindparam("end"))
    shown = shown & ((kind == "") | (numbered.c.kind == kind))
    return select(numbered).where(shown | ((kind != "") & (number == 1))).order_by(number)


def _matching(dialect: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions that entries are what is asked for, and the bureau's."""
    bureau, asked = bindparam("bureau", type_=Integer), bindparam("asked", type_=String)
    if dialect == "sqlite":
        index = table(full_text.TABLE, column("rowid"))
        matches = literal_column(full_text.TABLE).op("MATCH")(asked)
        found = SearchEntry.id.in_(select(index.c.rowid).where(matches))
        return found, _unindexed(dialect, "bureau_id") == bureau
    simple: ColumnElement[str] = literal_column("'simple'")
    vector, query = func.to_tsvector(simple, SearchEntry.words), func.to_tsquery(simple, asked)
    return vector.op("@@")(query), SearchEntry.bureau_id == bureau


def _unindexed(dialect: str, name: str) -> ColumnElement[Any]:
    """Return a column of the entries that no index is used for: those that match are few.

    The plus keeps SQLite from going through all entries of the bureau or of its maps instead.
    """
    return literal_column(f"{'+' if dialect == 'sqlite' else ''}search_entry.{name}")


_SIMPLE: dict[Found, tuple[Any, str]] = {
    Found.NODE: (Node, "name"),
    Found.PERSON: (Person, "name"),
    Found.MAP: (AccountMap, "title"),
    Found.ITEM: (Item, "name"),
    Found.MEASURE: (Measure, "text"),
    Found.BASIS: (Basis, "title"),
}


@cache
def _rows(kind: Found) -> Any:
    """Return the statement for the id, code, text and key of the rows of a kind with some `ids`."""
    ids: Any = bindparam("ids", expanding=True)
    if kind in _SIMPLE:
        model, name = _SIMPLE[kind]
        simple = select(model.id, model.code, getattr(model, name), literal(""))
        return simple.where(model.id.in_(ids))
    if kind is Found.STEP:
        step = select(Step.id, AccountMap.code, Step.text, Step.key)
        return step.join(AccountMap, Step.map_id == AccountMap.id).where(Step.id.in_(ids))
    risk = select(RiskPoint.id, AccountMap.code, RiskPoint.statement, RiskPoint.key)
    return risk.join(AccountMap, RiskPoint.map_id == AccountMap.id).where(RiskPoint.id.in_(ids))


def _shown(session: AnySession, kind: Found, ids: Sequence[int]) -> list[Hit]:
    if not ids:
        return []
    rows = session.execute(_rows(kind), {"ids": ids})
    found = {row[0]: Hit(kind, row[1], row[2], row[3]) for row in rows}
    return [found[each] for each in ids if each in found]

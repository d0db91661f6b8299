"""Search over organisation, people, maps and register: what is found, counted by kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal, literal_column, select, text
from sqlalchemy.orm import InstrumentedAttribute

from riskmap.desk.models import Found, SearchEntry
from riskmap.desk.search_text import for_postgresql, for_sqlite, phrases
from riskmap.maps.models import AccountMap, RiskPoint, Step
from riskmap.organisation.models import Bureau, Node, Person
from riskmap.organisation.queries import AnySession
from riskmap.register.models import Basis, Item, Measure


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: the code of its page, its text, the key of its row on a map's page."""

    kind: Found
    code: str
    text: str
    key: str = ""


def _matching(session: AnySession, asked: list[list[str]]) -> ColumnElement[bool]:
    """Return the condition on `SearchEntry` that the index answers."""
    if session.get_bind().dialect.name == "sqlite":
        rows = text("SELECT rowid FROM search_index WHERE search_index MATCH :asked")
        return SearchEntry.id.in_(rows.bindparams(asked=for_sqlite(asked)))
    vector = func.to_tsvector(literal_column("'simple'"), SearchEntry.words)
    query = func.to_tsquery(literal_column("'simple'"), for_postgresql(asked))
    return vector.op("@@")(query)


def counts(session: AnySession, bureau: Bureau, question: str) -> dict[Found, int]:
    """Return how many of each kind a question finds, in the order of `Found`; {} for no words."""
    asked = phrases(question)
    if not asked:
        return {}
    rows = session.execute(
        select(SearchEntry.kind, func.count())
        .where(SearchEntry.bureau_id == bureau.id, _matching(session, asked))
        .group_by(SearchEntry.kind)
    )
    found = {row[0]: row[1] for row in rows}
    return {kind: found[kind.value] for kind in Found if kind.value in found}


def hits(
    session: AnySession, bureau: Bureau, question: str, kind: Found, start: int, count: int
) -> list[Hit]:
    """Return what a question finds of one kind, in reading order, `count` from `start` on."""
    asked = phrases(question)
    if not asked:
        return []
    ids = session.scalars(
        select(SearchEntry.target_id)
        .where(
            SearchEntry.bureau_id == bureau.id,
            SearchEntry.kind == kind.value,
            _matching(session, asked),
        )
        .order_by(SearchEntry.place, SearchEntry.id)
        .offset(start)
        .limit(count)
    ).all()
    return _shown(session, kind, ids)


_SIMPLE: dict[Found, tuple[Any, str]] = {
    Found.NODE: (Node, "name"),
    Found.PERSON: (Person, "name"),
    Found.MAP: (AccountMap, "title"),
    Found.ITEM: (Item, "name"),
    Found.MEASURE: (Measure, "text"),
    Found.BASIS: (Basis, "title"),
}


def _rows(kind: Found) -> tuple[Any, InstrumentedAttribute[int]]:
    """Return the statement for the id, code, text and key of a kind, and the id it asks for."""
    if kind in _SIMPLE:
        model, name = _SIMPLE[kind]
        return select(model.id, model.code, getattr(model, name), literal("")), model.id
    if kind is Found.STEP:
        step = select(Step.id, AccountMap.code, Step.text, Step.key)
        return step.join(AccountMap, Step.map_id == AccountMap.id), Step.id
    risk = select(RiskPoint.id, AccountMap.code, RiskPoint.statement, RiskPoint.key)
    return risk.join(AccountMap, RiskPoint.map_id == AccountMap.id), RiskPoint.id


def _shown(session: AnySession, kind: Found, ids: Sequence[int]) -> list[Hit]:
    statement, column = _rows(kind)
    rows = session.execute(statement.where(column.in_(ids)))
    found = {row[0]: Hit(kind, row[1], row[2], row[3]) for row in rows}
    return [found[each] for each in ids if each in found]

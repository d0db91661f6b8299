"""What search looks up follows every change: the rows of the index are written with the change."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, delete, event, insert, select
from sqlalchemy.orm import Session, UOWTransaction

from riskmap.desk.models import Found, SearchEntry
from riskmap.desk.search_text import words
from riskmap.maps.models import AccountMap, RiskPoint, Step
from riskmap.organisation.models import Bureau, Node, Person
from riskmap.register.models import Basis, Item, Measure

Entry = dict[str, object]


def _entry(kind: Found, row: Any, place: str, *texts: str, of_map: int | None = None) -> Entry:
    return {
        "bureau_id": row.bureau_id,
        "kind": kind.value,
        "target_id": row.id,
        "of_map": of_map,
        "place": place,
        "words": words(*texts),
    }


# Per kind of row that stands for itself, what it is found by beside its code.
_SINGLE: dict[type[Any], tuple[Found, tuple[str, ...]]] = {
    Node: (Found.NODE, ("name",)),
    Person: (Found.PERSON, ("name",)),
    Item: (Found.ITEM, ("name", "manifestation")),
    Measure: (Found.MEASURE, ("text",)),
    Basis: (Found.BASIS, ("title", "number")),
}


def _singles(rows: Iterable[Any]) -> Iterator[Entry]:
    """Yield the entries of rows that stand for themselves; none for a retired one."""
    for row in rows:
        if row.retired_on is None:
            kind, names = _SINGLE[type(row)]
            texts = (getattr(row, name) for name in names)
            yield _entry(kind, row, row.code, row.code, *texts)


def _of_maps(session: Session, ids: list[int]) -> Iterator[Entry]:
    """Yield the entries of some maps and of what is below them; none for a retired map."""
    maps = {
        row.id: row
        for row in session.scalars(
            select(AccountMap).where(AccountMap.id.in_(ids), AccountMap.retired_on.is_(None))
        )
    }
    for row in maps.values():
        yield _entry(Found.MAP, row, row.code, row.code, row.title, row.goal, of_map=row.id)
    steps = select(Step.bureau_id, Step.id, Step.map_id, Step.number, Step.text, Step.document)
    for step in session.execute(steps.where(Step.map_id.in_(maps))):
        place = f"{maps[step.map_id].code} {step.number:03}"
        yield _entry(Found.STEP, step, place, step.text, step.document, of_map=step.map_id)
    risks = select(
        RiskPoint.bureau_id, RiskPoint.id, RiskPoint.map_id, RiskPoint.key, RiskPoint.statement,
        Step.number,
    ).join(Step, RiskPoint.step_id == Step.id)  # fmt: skip
    for risk in session.execute(risks.where(RiskPoint.map_id.in_(maps))):
        place = f"{maps[risk.map_id].code} {risk.number:03} {risk.key}"
        yield _entry(Found.RISK_POINT, risk, place, risk.statement, of_map=risk.map_id)


def _write(connection: Connection, entries: Iterable[Entry]) -> None:
    if found := list(entries):
        connection.execute(insert(SearchEntry), found)


def _drop_single(connection: Connection, rows: Iterable[Any]) -> None:
    table = SearchEntry.__table__
    ids: dict[Found, list[int]] = {}
    for row in rows:
        ids.setdefault(_SINGLE[type(row)][0], []).append(row.id)
    for kind, targets in ids.items():
        connection.execute(
            delete(SearchEntry).where(table.c.kind == kind.value, table.c.target_id.in_(targets))
        )


@event.listens_for(Session, "after_flush")
def note_changes(session: Session, _context: UOWTransaction) -> None:
    """Remember which rows and maps a flush changed; the index is written when it has ended.

    A change below a map has raised the map's version (`maps.touching`), so the map is among them.
    """
    rows, maps = session.info.setdefault("riskmap_to_index", (set(), set()))
    for row in (*session.new, *session.dirty, *session.deleted):
        if type(row) in _SINGLE:
            rows.add(row)
        elif isinstance(row, AccountMap):
            maps.add(row.id)


@event.listens_for(Session, "after_flush_postexec")
def index_changes(session: Session, _context: UOWTransaction) -> None:
    """Write the index anew for what the flush before changed."""
    rows, maps = session.info.pop("riskmap_to_index", (set(), set()))
    if not rows and not maps:
        return
    connection = session.connection()
    _drop_single(connection, rows)
    with session.no_autoflush:
        _write(connection, _singles(row for row in rows if row in session))
        if maps:
            connection.execute(delete(SearchEntry).where(SearchEntry.of_map.in_(maps)))
            _write(connection, _of_maps(session, sorted(maps)))


def complete(connection: Connection) -> None:
    """Index the bureaus of which nothing is indexed: those of a database that was upgraded."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        indexed = select(SearchEntry.id).where(SearchEntry.bureau_id == Bureau.id).exists()
        for bureau in session.scalars(select(Bureau.id).where(~indexed)).all():
            _write(connection, _of_bureau(session, bureau))
        session.commit()


def _of_bureau(session: Session, bureau: int) -> Iterator[Entry]:
    for kind in _SINGLE:
        yield from _singles(session.scalars(select(kind).filter_by(bureau_id=bureau)))
    maps = session.scalars(select(AccountMap.id).where(AccountMap.bureau_id == bureau)).all()
    yield from _of_maps(session, list(maps))

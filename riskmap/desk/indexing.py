"""What search looks up follows every change: the rows of the index are written with the change."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, delete, event, insert, select
from sqlalchemy.orm import Session, UOWTransaction

from riskmap.desk.models import Found, SearchEntry
from riskmap.desk.search_text import words
from riskmap.maps.models import AccountMap, RiskPoint, Step
from riskmap.maps.touching import touched_maps
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


def _single(row: object) -> Entry | None:
    """Return the entry of a row that stands for itself, None for a row of another kind."""
    match row:
        case Node():
            return _entry(Found.NODE, row, row.code, row.code, row.name)
        case Person():
            return _entry(Found.PERSON, row, row.code, row.code, row.name)
        case Item():
            return _entry(Found.ITEM, row, row.code, row.code, row.name, row.manifestation)
        case Measure():
            return _entry(Found.MEASURE, row, row.code, row.code, row.text)
        case Basis():
            return _entry(Found.BASIS, row, row.code, row.code, row.title, row.number)
    return None


_KINDS: dict[type[Any], Found] = {
    Node: Found.NODE,
    Person: Found.PERSON,
    Item: Found.ITEM,
    Measure: Found.MEASURE,
    Basis: Found.BASIS,
}


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
    for step in session.scalars(select(Step).where(Step.map_id.in_(maps))):
        place = f"{maps[step.map_id].code} {step.number:03}"
        yield _entry(Found.STEP, step, place, step.text, step.document, of_map=step.map_id)
    risks = select(RiskPoint, Step.number).join(Step, RiskPoint.step_id == Step.id)
    for risk, number in session.execute(risks.where(RiskPoint.map_id.in_(maps))):
        place = f"{maps[risk.map_id].code} {number:03} {risk.key}"
        yield _entry(Found.RISK_POINT, risk, place, risk.statement, of_map=risk.map_id)


def _write(connection: Connection, entries: Iterable[Entry]) -> None:
    if found := list(entries):
        connection.execute(insert(SearchEntry), found)


def _drop_single(connection: Connection, rows: Iterable[Any]) -> None:
    table = SearchEntry.__table__
    ids: dict[Found, list[int]] = {}
    for row in rows:
        ids.setdefault(_KINDS[type(row)], []).append(row.id)
    for kind, targets in ids.items():
        connection.execute(
            delete(SearchEntry).where(table.c.kind == kind.value, table.c.target_id.in_(targets))
        )


@event.listens_for(Session, "after_flush")
def note_changes(session: Session, _context: UOWTransaction) -> None:
    """Remember which rows and maps a flush changed; the index is written when it has ended."""
    noted = session.info.setdefault("riskmap_to_index", (set(), set()))
    rows, maps = noted
    rows |= {row for row in (*session.new, *session.dirty, *session.deleted) if type(row) in _KINDS}
    new = {row.id for row in session.new if isinstance(row, AccountMap)}
    maps |= new | {row.id for row in touched_maps(session)}


@event.listens_for(Session, "after_flush_postexec")
def index_changes(session: Session, _context: UOWTransaction) -> None:
    """Write the index anew for what the flush before changed."""
    rows, maps = session.info.pop("riskmap_to_index", (set(), set()))
    if not rows and not maps:
        return
    connection = session.connection()
    _drop_single(connection, rows)
    kept = [row for row in rows if row in session and getattr(row, "retired_on", None) is None]
    with session.no_autoflush:
        _write(connection, (entry for row in kept if (entry := _single(row))))
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
    for kind in _KINDS:
        for row in session.scalars(select(kind).filter_by(bureau_id=bureau)):
            if getattr(row, "retired_on", None) is None and (entry := _single(row)):
                yield entry
    maps = session.scalars(select(AccountMap.id).where(AccountMap.bureau_id == bureau)).all()
    yield from _of_maps(session, list(maps))

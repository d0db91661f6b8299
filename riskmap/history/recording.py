"""Every change of a row is recorded with the change itself, in the same transaction.

Listens to every session; statements that would change rows past the session are refused, since
nobody could say afterwards what they changed. Only `added` is told of rows that were put in past
the session, with all that they hold. A class says `__recorded__ = False` where its rows are no
business record, `__noted__ = True` beside it where what happens to them is recorded by their
commands as events, and names in `__recorded_as_secret__` what is recorded only as changed.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Table, UpdateBase, event, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, UOWTransaction

from riskmap.db import AnySession, Model, now
from riskmap.db.base import Base
from riskmap.history import models as _models  # noqa: F401 (the tables)
from riskmap.history.chain import FIRST, digest
from riskmap.history.events import Kind, actor

QUIET = frozenset({"id", "bureau_id", "map_id", "version", "changed_at", "changes", "next_key"})
"""Columns that say nothing to a reader of the record."""

_CHANGES: Table = Base.metadata.tables["change"]
_HEADS: Table = Base.metadata.tables["chain_head"]
OFF = "riskmap_unrecorded"
Entry = dict[str, Any]


class UnrecordedChange(RuntimeError):
    """A statement would change rows without leaving a record."""


def recorded(row: object) -> bool:
    """Return whether changes of a row are recorded."""
    found: bool = getattr(row, "__recorded__", True)
    return found


def kept(row: object) -> bool:
    """Return whether what happens to a row, or to rows of a class, is in the record somehow."""
    return recorded(row) or bool(getattr(row, "__noted__", False))


def bureau_of(row: Any) -> int | None:
    """Return the id of the bureau that a row belongs to: a bureau's own is its id."""
    found: int | None = row.id if row.__tablename__ == "bureau" else row.bureau_id
    return found


def note(
    session: AnySession,
    kind: Kind,
    bureau_id: int | None,
    name: str = "",
    **details: Any,
) -> None:
    """Record something that somebody did, in the session's transaction."""
    entry = {"kind": kind.value, "subject": "", "row_id": None, "map_id": None, "name": name[:200]}
    append(session.connection(), bureau_id, [{**entry, "details": _json(details)}])


def append(connection: Connection, bureau_id: int | None, entries: Iterable[Entry]) -> None:
    """Put entries at the end of a bureau's chain, whose head stays locked until the commit."""
    chain = bureau_id or 0
    number, before = _lock(connection, chain)
    who, moment = actor(), now()
    common = {
        "bureau_id": bureau_id,
        "chain": chain,
        "at": moment,
        "user_id": who.user_id,
        "who": who.name[:100],
        "origin": who.origin[:64],
        "request": who.request[:32],
    }
    rows = []
    for entry in entries:
        number += 1
        row = {**entry, **common, "number": number, "previous": before}
        row["hash"] = before = digest(row)
        rows.append(row)
    connection.execute(insert(_CHANGES), rows)
    head = update(_HEADS).where(_HEADS.c.chain == chain)
    connection.execute(head.values(number=number, hash=before))


def _lock(connection: Connection, chain: int) -> tuple[int, str]:
    """Return number and hash of a chain's head, which nobody else can move until the commit."""
    asked = select(_HEADS.c.number, _HEADS.c.hash).where(_HEADS.c.chain == chain)
    found = connection.execute(asked.with_for_update()).first()
    if found is None:
        try:
            with connection.begin_nested():
                connection.execute(insert(_HEADS).values(chain=chain, number=0, hash=FIRST))
        except IntegrityError:  # two began the chain at once
            found = connection.execute(asked.with_for_update()).one()
        else:
            return 0, FIRST
    return found.number, found.hash


def added(session: AnySession, model: type[Any], rows: Iterable[Mapping[str, Any]]) -> None:
    """Record rows of one model that were inserted past the session.

    They are whole: their ids, and every column by the name of its attribute.
    """
    if session.info.get(OFF) or not recorded(model):
        return
    chains: dict[int | None, list[Entry]] = defaultdict(list)
    names = [each.key for each in inspect(model).column_attrs if each.key not in QUIET]
    secret = getattr(model, "__recorded_as_secret__", ())
    for row in rows:
        fields = {
            name: ["…", "…"] if name in secret else [None, _shown(row[name])]
            for name in names
            if row[name] not in (None, "")
        }
        named = next((row[each] for each in _NAMES if row.get(each)), "")
        chains[row["bureau_id"]].append({
            "kind": Kind.ADDED.value,
            "subject": model.__tablename__,
            "row_id": row["id"],
            "map_id": row["id"] if model.__tablename__ == "account_map" else row.get("map_id"),
            "name": str(named)[:200],
            "details": _json(fields),
        })  # fmt: skip
    for bureau, entries in sorted(chains.items(), key=lambda each: each[0] or 0):
        append(session.connection(), bureau, entries)


def _json(value: Any) -> str:
    return _JSON.encode(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=_plain)


def _fields(row: Any, kind: Kind) -> dict[str, list[Any]]:
    """Return the fields of a row that a change is about: old and new value of each."""
    state = inspect(row)
    secret = getattr(row, "__recorded_as_secret__", ())
    found: dict[str, list[Any]] = {}
    for column in state.mapper.column_attrs:
        name = column.key
        if name in QUIET:
            continue
        new = getattr(row, name) if kind is not Kind.REMOVED else None
        if kind is Kind.CHANGED:
            past = state.attrs[name].history
            old = past.deleted[0] if past.deleted else None
            if not past.has_changes() or old == new:
                continue
        else:
            old = getattr(row, name) if kind is Kind.REMOVED else None
        if old in (None, "") and new in (None, ""):
            continue
        found[name] = ["…", "…"] if name in secret else [_shown(old), _shown(new)]
    return found


def _shown(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else _plain(value)


def _entries(session: Session) -> Iterator[tuple[int | None, Entry]]:
    rows = [
        *((row, Kind.ADDED) for row in session.new),
        *((row, Kind.CHANGED) for row in session.dirty if session.is_modified(row)),
        *((row, Kind.REMOVED) for row in session.deleted),
    ]
    for row, kind in rows:
        if not recorded(row):
            continue
        fields = _fields(row, kind)
        if kind is Kind.CHANGED and not fields:
            continue
        table = row.__tablename__
        yield (
            bureau_of(row),
            {
                "kind": kind.value,
                "subject": table,
                "row_id": row.id,
                "map_id": row.id if table == "account_map" else getattr(row, "map_id", None),
                "name": _name(row),
                "details": _json(fields),
            },
        )


_NAMES = ("code", "key", "name")


def _name(row: Any) -> str:
    for name in _NAMES:
        if found := getattr(row, name, None):
            return str(found)[:200]
    return ""


@event.listens_for(Mapper, "mapper_configured")
def keep_old_values(mapper: Mapper[Any], _class: type) -> None:
    """Let a field remember its old value even where it is set without having been read."""
    for column in mapper.column_attrs:
        event.listen(column.class_attribute, "set", lambda *_: None, active_history=True)


@event.listens_for(Session, "after_flush")
def record_changes(session: Session, _context: UOWTransaction) -> None:
    """Record what a flush added, changed and removed."""
    if session.info.get(OFF):
        return
    chains: dict[int | None, list[Entry]] = defaultdict(list)
    for bureau, entry in _entries(session):
        chains[bureau].append(entry)
    for bureau, entries in sorted(chains.items(), key=lambda each: each[0] or 0):
        append(session.connection(), bureau, entries)


@event.listens_for(Session, "do_orm_execute")
def refuse_unrecorded_changes(state: ORMExecuteState) -> None:
    """Refuse INSERT, UPDATE and DELETE statements on rows whose changes are recorded."""
    if not isinstance(state.statement, UpdateBase) or state.session.info.get(OFF):
        return
    table = state.statement.table  # also of a statement that names the table, not the class
    for mapper in Model.registry.mappers:
        if mapper.local_table == table and kept(mapper.class_):
            raise UnrecordedChange(f"change {mapper.class_.__name__} rows one by one, not in bulk")

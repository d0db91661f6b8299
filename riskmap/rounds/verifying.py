"""Whether the signatures that carried maps forward are still what was recorded of them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Table, select

from riskmap.db.base import Base
from riskmap.history.events import Kind
from riskmap.history.queries import brief, details_of
from riskmap.rounds import models as _models  # noqa: F401 (the tables)

_CARRIED: Table = Base.metadata.tables["carried_forward"]
_ENTRIES: Table = Base.metadata.tables["round_entry"]
_ROUNDS: Table = Base.metadata.tables["round"]
_MAPS: Table = Base.metadata.tables["account_map"]
_REVISIONS: Table = Base.metadata.tables["revision"]
_CHANGES: Table = Base.metadata.tables["change"]

Key = tuple[int, str, int]
"""A bureau's id, a map's code, a round's number: what names a signature in the record."""

_SIGNED: Final = ("revision", "digest", "who", "day")


@dataclass(frozen=True, slots=True)
class Altered:
    """A signature that is not what the record says, and in what."""

    bureau_id: int
    code: str
    round: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How many signatures were looked at, and which of them are not what they were."""

    count: int
    altered: tuple[Altered, ...]


def verify(connection: Connection) -> Verified:
    """Hold every signature that carried a map forward against the record of changes."""
    with brief(connection):
        kept, told = _kept(connection), _told(connection)
    times = Counter(key for key, _said in told)
    said = dict(told)
    found = []
    for key, signed in kept:
        if key not in said:
            found.append(Altered(*key, "变更记录里没有它"))
        elif times[key] > 1 or said[key] != signed:
            found.append(Altered(*key, "签字与变更记录不符"))
    lost = sorted(set(said) - {key for key, _signed in kept})
    found += [Altered(*key, "变更记录里有，库中不见了") for key in lost]
    return Verified(len(kept), tuple(found))


def _kept(connection: Connection) -> list[tuple[Key, tuple[Any, ...]]]:
    query = (
        select(
            _CARRIED.c.bureau_id,
            _MAPS.c.code,
            _ROUNDS.c.number.label("round"),
            _REVISIONS.c.number,
            _REVISIONS.c.digest,
            _CARRIED.c.who,
            _CARRIED.c.day,
        )
        .join(_ENTRIES, _ENTRIES.c.id == _CARRIED.c.round_entry_id)
        .join(_ROUNDS, _ROUNDS.c.id == _ENTRIES.c.round_id)
        .join(_MAPS, _MAPS.c.id == _ENTRIES.c.map_id)
        .join(_REVISIONS, _REVISIONS.c.id == _CARRIED.c.revision_id)
        .order_by(_CARRIED.c.id)
    )
    rows = connection.execute(query).all()
    return [
        (
            (row.bureau_id, row.code, row.round),
            (row.number, row.digest, row.who, row.day.isoformat()),
        )
        for row in rows
    ]


def _told(connection: Connection) -> list[tuple[Key, tuple[Any, ...]]]:
    query = (
        select(_CHANGES.c.bureau_id, _CHANGES.c.name, _CHANGES.c.details)
        .where(_CHANGES.c.kind == Kind.CARRIED_FORWARD.value, _CHANGES.c.subject == "")
        .order_by(_CHANGES.c.bureau_id, _CHANGES.c.number)
    )
    rows = connection.execute(query).all()
    found = []
    for row in rows:
        about = details_of(row.details)
        key = (row.bureau_id or 0, row.name, about.get("round", 0))
        found.append((key, tuple(about.get(each) for each in _SIGNED)))
    return found

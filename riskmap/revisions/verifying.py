"""Whether revisions are still what was handed in, signed and recorded."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, select

from riskmap.db.base import Base
from riskmap.history.events import Kind
from riskmap.history.queries import brief, details_of
from riskmap.maps import models as _maps  # noqa: F401 (the tables)
from riskmap.revisions import models as _models  # noqa: F401 (as above)
from riskmap.revisions.sign_offs import as_text
from riskmap.revisions.states import RevisionState as S

BATCH = 100
_REVISIONS: Table = Base.metadata.tables["revision"]
_SIGN_OFFS: Table = Base.metadata.tables["sign_off"]
_REMARKS: Table = Base.metadata.tables["revision_remark"]
_MAPS: Table = Base.metadata.tables["account_map"]
_CHANGES: Table = Base.metadata.tables["change"]

LEFT: Final[Mapping[Kind, tuple[S, ...]]] = {
    Kind.HANDED_IN: (S.SUBMITTED,),
    Kind.SIGNED: (S.SIGNING,),
    Kind.APPROVED: (S.APPROVED, S.SUPERSEDED),
    Kind.SENT_BACK: (S.RETURNED,),
    Kind.TAKEN_BACK: (S.WITHDRAWN,),
    Kind.REVISION_RETIRED: (S.RETIRED,),
}
"""The states that a revision can be in after what is recorded of it last."""

Key = tuple[int, str, int]
"""A bureau's id, a map's code, a revision's number: what names a revision in the record."""


@dataclass(frozen=True, slots=True)
class Altered:
    """A revision that is not what the record says, and in what."""

    bureau_id: int
    code: str
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How many revisions were looked at, and which of them are not what they were."""

    count: int
    altered: tuple[Altered, ...]


def verify(connection: Connection) -> Verified:
    """Hold every revision against its own digest and against the record of changes.

    No transaction outlasts a batch: nobody waits for a long reading.
    """
    seen: set[Key] = set()
    found: list[Altered] = []
    last = 0
    while True:
        with brief(connection):
            rows = _batch(connection, last)
            told = _told(connection, {row.code for row in rows})
            signed = _signatures(connection, [row.id for row in rows])
            said = _remarks(connection, [row.id for row in rows])
        for row in rows:
            key = (row.bureau_id, row.code, row.number)
            seen.add(key)
            recorded = told.get(key, [])
            reasons = [
                *_wrong(row, recorded, signed.get(row.id, [])),
                *_remarks_wrong(recorded, said.get(row.id, [])),
            ]
            found += [Altered(*key, reason) for reason in reasons]
        if len(rows) < BATCH:
            break
        last = rows[-1].id
    with brief(connection):
        lost = sorted(set(_told(connection)) - seen - _keys(connection))
    found += [Altered(*key, "变更记录里有，库中不见了") for key in lost]
    return Verified(len(seen), tuple(found))


def _batch(connection: Connection, last: int) -> Sequence[Row[Any]]:
    query = (
        select(_REVISIONS, _MAPS.c.code)
        .join(_MAPS, _MAPS.c.id == _REVISIONS.c.map_id)
        .where(_REVISIONS.c.id > last)
        .order_by(_REVISIONS.c.id)
    )
    return connection.execute(query.limit(BATCH)).all()


def _keys(connection: Connection) -> set[Key]:
    query = select(_REVISIONS.c.bureau_id, _MAPS.c.code, _REVISIONS.c.number)
    rows = connection.execute(query.join(_MAPS, _MAPS.c.id == _REVISIONS.c.map_id))
    return {(row.bureau_id, row.code, row.number) for row in rows}


Told = list[tuple[Kind, dict[str, Any]]]


def _told(connection: Connection, codes: Collection[str] | None = None) -> dict[Key, Told]:
    """Return what the record says of revisions, the oldest first; of some maps, or of all."""
    query = (
        select(_CHANGES.c.bureau_id, _CHANGES.c.name, _CHANGES.c.kind, _CHANGES.c.details)
        .where(
            _CHANGES.c.kind.in_([each.value for each in (*LEFT, Kind.REMARKED)]),
            _CHANGES.c.subject == "",
        )
        .order_by(_CHANGES.c.bureau_id, _CHANGES.c.number)
    )
    if codes is not None:
        query = query.where(_CHANGES.c.name.in_(codes))
    found: dict[Key, Told] = {}
    for row in connection.execute(query):
        details = details_of(row.details)
        if number := details.get("revision"):
            key = (row.bureau_id or 0, row.name, number)
            found.setdefault(key, []).append((Kind(row.kind), details))
    return found


Signature = tuple[Any, str, Any, str]


def _signatures(connection: Connection, ids: Sequence[int]) -> dict[int, list[Signature]]:
    query = select(_SIGN_OFFS).where(_SIGN_OFFS.c.revision_id.in_(ids)).order_by(_SIGN_OFFS.c.id)
    found: dict[int, list[Signature]] = {}
    for row in connection.execute(query):
        found.setdefault(row.revision_id, []).append((row.box, row.who, row.day, row.number))
    return found


def _remarks(connection: Connection, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    query = select(_REMARKS).where(_REMARKS.c.revision_id.in_(ids)).order_by(_REMARKS.c.id)
    found: dict[int, list[tuple[str, str]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.revision_id, []).append((row.step, row.text))
    return found


def _remarks_wrong(recorded: Told, remarks: Sequence[tuple[str, str]]) -> Iterator[str]:
    said = [
        (about.get("step"), about.get("text")) for kind, about in recorded if kind is Kind.REMARKED
    ]
    if said != list(remarks):
        yield "意见与变更记录不符"


def _wrong(row: Row[Any], recorded: Told, signed: Sequence[Signature]) -> Iterator[str]:
    """Yield what of a revision is not what it was, in words."""
    told = [each for each in recorded if each[0] in LEFT]
    if hashlib.sha256(row.document.encode()).hexdigest() != row.digest:
        yield "内容与摘要不符"
    if not told:
        yield "变更记录里没有它"
        return
    if any(about.get("digest", row.digest) != row.digest for _kind, about in told):
        yield "摘要与变更记录不符"
    if row.state not in LEFT[told[-1][0]]:
        yield "状态与变更记录不符"
    approved = next((about for kind, about in told if kind is Kind.APPROVED), None)
    if approved is not None:
        day = row.approved_on.isoformat() if row.approved_on else ""
        if (approved.get("day"), approved.get("signatures")) != (day, as_text(signed)):
            yield "签字或生效日期与变更记录不符"
    elif sum(kind is Kind.SIGNED for kind, _about in told) != len(signed):
        yield "签字与变更记录不符"

"""Whether editions are still what was bound and recorded."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from riskmap.db.base import Base
from riskmap.history.events import Kind
from riskmap.history.queries import brief, details_of
from riskmap.revisions import edition_models as _models  # noqa: F401 (the table)

_EDITIONS: Table = Base.metadata.tables["edition"]
_CHANGES: Table = Base.metadata.tables["change"]


Key = tuple[int, int]
"""A bureau's id and an edition's number."""


@dataclass(frozen=True, slots=True)
class AlteredEdition:
    """An edition that is not what the record says, and in what."""

    bureau_id: int
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class VerifiedEditions:
    """How many editions were looked at, and which of them are not what they were."""

    count: int
    altered: tuple[AlteredEdition, ...]


def verify_editions(connection: Connection) -> VerifiedEditions:
    """Hold every edition against its digests and against the record of changes.

    Each is read by itself: its files are large.
    """
    with brief(connection):
        ids = connection.execute(select(_EDITIONS.c.id).order_by(_EDITIONS.c.id)).scalars().all()
        told = _told(connection)
    found: list[AlteredEdition] = []
    seen = set()
    for each in ids:
        with brief(connection):
            query = select(_EDITIONS).where(_EDITIONS.c.id == each)
            row = connection.execute(query).one()._mapping
        key = (row["bureau_id"], row["number"])
        seen.add(key)
        held = {
            "digest": (row["content"].encode(), row["digest"], "内容"),
            "pdf": (row["pdf"], row["pdf_digest"], "PDF"),
            "public": (row["public_pdf"], row["public_digest"], "公开版 PDF"),
        }
        said = told.get(key, {})
        for name, (content, digits, word) in held.items():
            if hashlib.sha256(content).hexdigest() != digits or said.get(name) != digits:
                found.append(AlteredEdition(*key, f"的{word}与制作时记录的不符"))
    found += [AlteredEdition(*key, "不见了，记录里制作过") for key in sorted(set(told) - seen)]
    return VerifiedEditions(len(ids), tuple(found))


def _told(connection: Connection) -> dict[Key, dict[str, Any]]:
    """Return what is recorded of each edition."""
    query = select(_CHANGES.c.bureau_id, _CHANGES.c.name, _CHANGES.c.details).where(
        _CHANGES.c.kind == Kind.EDITION_MADE.value
    )
    return {
        (row.bureau_id or 0, int(row.name)): details_of(row.details)
        for row in connection.execute(query.order_by(_CHANGES.c.id))
        if row.name.isdecimal()
    }

"""The record read back: chains, their entries and heads, and whether they hold."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, func, select, tuple_

from riskmap.db import AnySession
from riskmap.db.base import Base
from riskmap.history import models as _models  # noqa: F401 (the tables)
from riskmap.history.chain import FIRST, Broken, first_broken

BATCH = 1000
_CHANGES: Table = Base.metadata.tables["change"]
_HEADS: Table = Base.metadata.tables["chain_head"]

Head = tuple[int, str]
"""Number and hash of the newest entry of a chain."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A chain that was read through: its head, and its first broken link if it has one."""

    chain: int
    head: Head | None
    broken: Broken | None


@dataclass(frozen=True, slots=True)
class Known:
    """A head as it was told earlier, kept outside the database."""

    chain: int
    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.chain}:{self.number}:{self.hash}"


def chains(session: AnySession | Connection) -> list[int]:
    """Return the chains there are: those with entries and those with a head."""
    found = select(_CHANGES.c.chain).union(select(_HEADS.c.chain))
    return sorted(session.execute(found).scalars())


def heads(session: AnySession | Connection) -> dict[int, Head]:
    """Return the head of every chain."""
    rows = session.execute(select(_HEADS).order_by(_HEADS.c.chain))
    return {row.chain: (row.number, row.hash) for row in rows}


def details_of(text: str) -> dict[str, Any]:
    """Return what an entry is about, nothing where somebody spoilt it: the chain tells of that."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@contextmanager
def brief(connection: Connection) -> Iterator[None]:
    """End the transaction that a reading begins, unless it is the caller's."""
    lent = connection.in_transaction()
    yield
    if not lent:
        connection.rollback()


def entries(
    connection: Connection, chain: int, until: int | None = None
) -> Iterator[Mapping[str, Any]]:
    """Yield the entries of a chain in order of number, read a batch at a time.

    Outside a transaction of the caller's none outlasts a batch: nobody waits for a long reading.
    """
    place = (_CHANGES.c.number, _CHANGES.c.id)
    statement = select(_CHANGES).where(_CHANGES.c.chain == chain).order_by(*place).limit(BATCH)
    if until is not None:
        statement = statement.where(_CHANGES.c.number <= until)
    following = statement
    while True:
        with brief(connection):
            batch = connection.execute(following).all()
        yield from (row._asdict() for row in batch)
        if len(batch) < BATCH:
            return
        following = statement.where(tuple_(*place) > tuple_(batch[-1].number, batch[-1].id))


def check(connection: Connection, chain: int) -> Checked:
    """Read a chain through, as far as it went at the start."""
    with brief(connection):
        head = heads(connection).get(chain)
    number = head[0] if head else None
    broken = first_broken(chain, entries(connection, chain, number), head)
    with brief(connection):
        beyond = _beyond(connection, chain)
    return Checked(chain, head, broken or beyond)


def check_all(connection: Connection) -> list[Checked]:
    """Read every chain through."""
    with brief(connection):
        found = chains(connection)
    return [check(connection, chain) for chain in found]


def _beyond(connection: Connection, chain: int) -> Broken | None:
    """Return the first entry after the head, which moves together with what is appended.

    The entry is asked for first: what is appended in between moves the head past it.
    """
    newest = connection.execute(
        select(func.max(_CHANGES.c.number)).where(_CHANGES.c.chain == chain)
    ).scalar()
    head = heads(connection).get(chain)
    if newest is None or head is None or newest <= head[0]:
        return None
    return Broken(chain, head[0] + 1, "在链尾之后")


def holds(connection: Connection, known: Known) -> bool:
    """Return whether the record still holds the entry that was a chain's head earlier."""
    if known.number == 0:
        return known.hash == FIRST
    found = select(_CHANGES.c.hash).where(
        _CHANGES.c.chain == known.chain, _CHANGES.c.number == known.number
    )
    return connection.execute(found).scalars().all() == [known.hash]

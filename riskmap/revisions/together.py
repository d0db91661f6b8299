"""Signing several revisions at once: each as if it were alone, none that was not read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import undefer

from riskmap.accounts.current import Asking
from riskmap.db import AnySession
from riskmap.maps.commands import lock
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Node
from riskmap.revisions import commands, readings
from riskmap.revisions.models import Revision
from riskmap.revisions.sign_offs import SignOffRole
from riskmap.revisions.states import OPEN, Move, NotNow
from riskmap.revisions.words import ERRORS


@dataclass(frozen=True, slots=True)
class Ticked:
    """A revision that somebody ticked, its map, and the version that they saw it in."""

    revision: Revision
    account_map: AccountMap
    version: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a revision that was ticked: the box that was signed, or why none was."""

    ticked: Ticked
    box: SignOffRole | None = None
    in_force: bool = False
    error: Exception | None = None


def ticked(session: AnySession, picks: Sequence[tuple[int, int]]) -> list[tuple[Ticked, Node]]:
    """Return what was ticked, of (id, version) each, with the places; none that is not there."""
    query = (
        select(Revision, AccountMap, Node)
        .join(AccountMap, AccountMap.id == Revision.map_id)
        .join(Node, Node.id == AccountMap.node_id)
        .where(Revision.id.in_([each for each, _version in picks]))
        .options(undefer(Revision.document))
    )
    rows = {row[0].id: row for row in session.execute(query)}
    return [
        (Ticked(rows[each][0], rows[each][1], version), rows[each][2])
        for each, version in picks
        if each in rows
    ]


def sign_together(
    session: AnySession, asking: Asking, chosen: Sequence[Ticked], *, day: date, number: str = ""
) -> list[Outcome]:
    """Sign the next box of each, in a savepoint of its own; return what became of each.

    All maps are locked first, in one order: two who sign at once wait for each other, not forever.
    """
    for each in sorted(chosen, key=lambda one: one.account_map.id):
        lock(session, each.account_map)
    return [_signed(session, asking, each, day, number) for each in chosen]


def _signed(session: AnySession, asking: Asking, each: Ticked, day: date, number: str) -> Outcome:
    try:
        with session.begin_nested():
            box = _sign(session, asking, each, day, number)
    except ERRORS as error:
        return Outcome(each, error=error)
    return Outcome(each, box, each.revision.state not in OPEN)


def _sign(session: AnySession, asking: Asking, each: Ticked, day: date, number: str) -> SignOffRole:
    revision = each.revision
    session.refresh(revision)
    if revision.state not in OPEN:
        raise NotNow(revision.state, Move.SIGN)
    box = commands.require_turn(session, asking, revision, each.account_map)
    if revision.version != each.version:
        raise commands.ChangedSince(each.account_map.code)
    if readings.version_read(session, asking.user, revision) != revision.version:
        raise readings.NotRead(each.account_map.code)
    commands.sign(session, asking, revision, box, version=each.version, day=day, number=number)
    readings.keep(session, asking.user, revision)  # what they signed themselves they know of
    return box

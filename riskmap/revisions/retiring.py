"""A map goes out of use, its document out of force and what waits taken back; and comes back.

Everything flushes; whoever asked commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, select

from riskmap.accounts.current import Asking
from riskmap.db import AnySession
from riskmap.maps.commands import lock, require_free
from riskmap.maps.models import AccountMap, Step
from riskmap.organisation.models import Node
from riskmap.revisions import commands, queries
from riskmap.revisions.models import Revision


class PlaceRetired(ValueError):
    """A map of a unit, office or post that is out of use itself."""


@dataclass(frozen=True, slots=True)
class AtStake:
    """What taking a map out of use is about: its revisions, and who leads to it."""

    in_force: Revision | None
    waits: Revision | None
    leading: Sequence[Row[str, str, int]]  # code, title, step's number


def at_stake(session: AnySession, account_map: AccountMap) -> AtStake:
    """Return what hangs on a map: its open revision, its document in force, and the steps of
    other maps that it details, in order."""
    leading = (
        select(AccountMap.code, AccountMap.title, Step.number)
        .join(Step, Step.map_id == AccountMap.id)
        .where(Step.detail_map_id == account_map.id, AccountMap.retired_on.is_(None))
        .order_by(AccountMap.code, Step.number)
    )
    return AtStake(
        queries.in_force_of(session, account_map),
        queries.open_of(session, account_map),
        session.execute(leading).all(),
    )


def may(session: AnySession, asking: Asking, account_map: AccountMap) -> bool:
    """Return whether somebody may take a map out of use or bring it back.

    A map of which no document is in force is a draft: who edits it may, too.
    """
    if commands.may_retire(session, asking, account_map):
        return True
    node = session.get_one(Node, account_map.node_id)
    return commands.edits(asking, node) and queries.in_force_of(session, account_map) is None


def retire_map(
    session: AnySession,
    asking: Asking,
    account_map: AccountMap,
    *,
    version: int,
    day: date,
    reason: str = "",
) -> None:
    """Take a map out of use: it leaves lists, counts and the atlas, and keeps its code for good.

    Its document in force is retired, for a reason; what waits for signatures is taken back. Raises
    `NotYours`, `ChangedSince` and `NoReason`.
    """
    lock(session, account_map)
    if not may(session, asking, account_map):
        raise commands.NotYours(account_map.code)
    if account_map.version != version or account_map.retired_on is not None:
        raise commands.ChangedSince(account_map.code)
    stake = at_stake(session, account_map)
    if stake.waits is not None:
        commands.withdraw(session, stake.waits, account_map)
    if (found := stake.in_force) is not None:
        commands.retire(session, asking, found, version=found.version, reason=reason, day=day)
    account_map.retired_on = day
    session.flush()


def bring_back(
    session: AnySession, asking: Asking, account_map: AccountMap, *, version: int
) -> None:
    """Take a retired map into use again, as a working copy that has to be signed anew.

    Raises `NotYours`, `ChangedSince`, `PlaceRetired` and `MatterTaken`.
    """
    lock(session, account_map)
    if not may(session, asking, account_map):
        raise commands.NotYours(account_map.code)
    if account_map.version != version or account_map.retired_on is None:
        raise commands.ChangedSince(account_map.code)
    if session.get_one(Node, account_map.node_id).retired_on is not None:
        raise PlaceRetired(account_map.code)
    with session.no_autoflush:
        account_map.retired_on = None
        require_free(session, account_map, account_map.matter_id)
    session.flush()

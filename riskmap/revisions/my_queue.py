"""The queue of who is asking: in the order of the address, and on to the next after an act."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import url_for

from riskmap.accounts.current import me
from riskmap.db import db
from riskmap.maps.models import AccountMap
from riskmap.organisation.scope import my_scope
from riskmap.revisions import queries
from riskmap.revisions.models import Revision
from riskmap.revisions.queue import SORTS, Place, onward, ordered, place_in
from riskmap.web.access import Policy
from riskmap.web.listing import asked_for


@dataclass(frozen=True, slots=True)
class Opened:
    """The queue that a revision was opened from: its order, and the place in it."""

    by: str
    place: Place


def in_order(by: str) -> list[queries.Waiting]:
    """Return what waits for who is asking, in one of the orders of a queue."""
    return ordered(queries.waiting(db.session, me(), my_scope(Policy.SIGN)), by)


def opened_from(revision: Revision) -> Opened | None:
    """Return the queue that a revision was opened from, None where it was opened by itself."""
    by = asked_for("queue", SORTS)
    if not by or not me().may(Policy.SIGN):
        return None
    return Opened(by, place_in(in_order(by), revision))


def ids() -> list[int]:
    """Return the revisions of the queue that one was opened from, by their ids; none without."""
    by = asked_for("queue", SORTS)
    return [each.revision.id for each in in_order(by)] if by else []


def go_on(
    account_map: AccountMap, revision: Revision, was: Sequence[int], without: Collection[int] = ()
) -> str:
    """Return where to go on after a revision was acted on: to the next of the queue that it was
    opened from, to the queue where nothing is left; to its page where it was opened by itself."""
    by = asked_for("queue", SORTS)
    if not by:
        return url_for("revisions.show", code=account_map.code, number=revision.number)
    found = onward(was, in_order(by), revision.id, without)
    if found is None:
        return url_for("revisions.queue", sort=by)
    return url_for(
        "revisions.show", code=found.account_map.code, number=found.revision.number, queue=by
    )

"""Somebody's queue: its orders, and the way from one revision that waits on to the next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from riskmap.config import ZONE
from riskmap.revisions.models import Revision
from riskmap.revisions.queries import Waiting

SORTS: Final = ("level", "age")
"""The orders of a queue; the first is the usual one."""


def ordered(waiting: Sequence[Waiting], by: str) -> list[Waiting]:
    """Return a queue by level, the worst first and then the oldest, or by age alone."""
    oldest = sorted(waiting, key=lambda each: (each.revision.handed_in_at, each.revision.id))
    return oldest if by == "age" else sorted(oldest, key=lambda each: -each.revision.signed_at.rank)


def days(revision: Revision, day: date) -> int:
    """Return for how many days a revision has waited, on a day."""
    return (day - revision.handed_in_at.astimezone(ZONE).date()).days


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a queue a revision stands, and its neighbours; number 0 where it is not in it."""

    before: Waiting | None
    after: Waiting | None
    number: int
    total: int


def place_in(queue: Sequence[Waiting], revision: Revision) -> Place:
    """Return where in a queue a revision stands."""
    for at, each in enumerate(queue):
        if each.revision.id == revision.id:
            after = queue[at + 1] if at + 1 < len(queue) else None
            return Place(queue[at - 1] if at else None, after, at + 1, len(queue))
    return Place(None, None, 0, len(queue))


def onward(was: Sequence[int], now: Sequence[Waiting], revision_id: int,
           without: Collection[int] = ()) -> Waiting | None:  # fmt: skip
    """Return the revision to look at after one of a queue: the next that waits still, from the top
    again behind the last; `was` is the queue before it was acted on, by ids, `without` are passed
    over. None where nothing is left."""
    still = {each.revision.id: each for each in now if each.revision.id not in without}
    at = was.index(revision_id) + 1 if revision_id in was else 0
    return next((still[each] for each in [*was[at:], *was[:at]] if each in still), None)

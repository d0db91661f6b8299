"""Two orders of the same things: which stayed, and both woven into one."""

from bisect import bisect_left
from collections.abc import Collection, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def staying(old: Sequence[T], new: Sequence[T]) -> set[T]:
    """Return the most things that kept their order among themselves; the others moved.

    Both hold each thing once; what only one of them holds is left out. A longest increasing
    subsequence: of ten steps of which one was taken to the front, nine stayed.
    """
    places = {thing: place for place, thing in enumerate(old)}
    common = [thing for thing in new if thing in places]
    tails: list[int] = []  # the least place in which a run of each length can end
    ends: list[T] = []
    before: dict[T, T] = {}
    for thing in common:
        length = bisect_left(tails, places[thing])
        if length:
            before[thing] = ends[length - 1]
        tails[length:] = [places[thing], *tails[length + 1 :]]
        ends[length:] = [thing, *ends[length + 1 :]]
    kept: set[T] = set()
    here = ends[-1] if ends else None
    while here is not None:
        kept.add(here)
        here = before.get(here)
    return kept


def woven(first: Sequence[T], second: Sequence[T], there: Collection[T]) -> list[T]:
    """Return the things that are there in the first order, others behind what they follow."""
    wanted = set(there)
    found = [thing for thing in first if thing in wanted]
    at = 0
    for thing in second:
        if thing in found:
            at = found.index(thing) + 1
        elif thing in wanted:
            found.insert(at, thing)
            at += 1
    return found


def joined(first: Sequence[T], second: Sequence[T]) -> list[T]:
    """Return the things of both: those of the first, each of the others behind what it follows."""
    return woven(first, second, [*first, *second])

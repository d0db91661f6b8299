"""The orders of a queue, and the way on through it."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from riskmap.register.rating import Level
from riskmap.revisions.queue import days, onward, ordered, place_in

BEGAN = datetime(2026, 3, 2, 1, tzinfo=UTC)


def waiting(number, level, age):
    row = SimpleNamespace(id=number, signed_at=level, handed_in_at=BEGAN - timedelta(days=age))
    return SimpleNamespace(revision=row)


QUEUE = [
    waiting(1, Level.LOW, 9),
    waiting(2, Level.HIGH, 1),
    waiting(3, Level.MEDIUM, 30),
    waiting(4, Level.HIGH, 4),
    waiting(5, Level.HIGH, 4),
]


def ids(queue):
    return [each.revision.id for each in queue]


def test_the_worst_come_first_and_among_them_the_oldest():
    assert ids(ordered(QUEUE, "level")) == [4, 5, 2, 3, 1]


def test_by_age_the_oldest_come_first_whatever_their_level():
    assert ids(ordered(QUEUE, "age")) == [3, 1, 4, 5, 2]


@pytest.mark.parametrize(
    ("moment", "waited"),
    [
        (datetime(2026, 3, 2, 1, tzinfo=UTC), 0),
        (datetime(2026, 3, 1, 15, 59, tzinfo=UTC), 1),  # before midnight in China
        (datetime(2026, 3, 1, 16, tzinfo=UTC), 0),
        (datetime(2026, 2, 1, 1, tzinfo=UTC), 29),
    ],
)
def test_days_are_counted_by_the_calendar_of_the_bureau(moment, waited):
    assert days(SimpleNamespace(handed_in_at=moment), date(2026, 3, 2)) == waited


def test_a_revision_stands_between_its_neighbours():
    queue = ordered(QUEUE, "level")

    first, last = place_in(queue, queue[0].revision), place_in(queue, queue[-1].revision)
    middle = place_in(queue, queue[2].revision)

    assert (first.before, first.after.revision.id, first.number, first.total) == (None, 5, 1, 5)
    assert (middle.before.revision.id, middle.after.revision.id, middle.number) == (5, 3, 3)
    assert (last.before.revision.id, last.after, last.number) == (3, None, 5)


def test_what_is_not_in_the_queue_has_no_place():
    gone = place_in(QUEUE, SimpleNamespace(id=9))

    assert (gone.before, gone.after, gone.number, gone.total) == (None, None, 0, 5)


@pytest.mark.parametrize(
    ("was", "left", "at", "without", "next_one"),
    [
        ([1, 2, 3], [2, 3], 1, [], 2),
        ([1, 2, 3], [1, 3], 2, [], 3),
        ([1, 2, 3], [1, 2], 3, [], 1),  # from the top again
        ([1, 2, 3], [1, 2, 3], 2, [], 3),  # it waits still, in another box
        ([1], [1], 1, [], 1),
        ([1], [], 1, [], None),
        ([1, 2, 3], [2, 3], 1, [2], 3),
        ([1, 2], [1, 2], 2, [1, 2], None),
        ([1, 2], [1, 2], 9, [], 1),  # it was not in the queue
    ],
)
def test_one_goes_on_to_the_next_that_waits_still(was, left, at, without, next_one):
    now = [each for each in QUEUE if each.revision.id in left]

    found = onward(was, now, at, without)

    assert (found.revision.id if found else None) == next_one

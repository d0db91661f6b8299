"""For how long a post is held."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmap.organisation.tenure import Tenure

START = date(2026, 1, 1)


def of(days: tuple[int, int | None]) -> Tenure:
    first, last = days
    return Tenure(START + timedelta(first), START + timedelta(last) if last is not None else None)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ((0, 10), (10, 20), True),
        ((0, 10), (11, 20), False),
        ((0, None), (500, None), True),
        ((5, None), (0, 4), False),
        ((5, None), (0, 5), True),
        ((3, 3), (3, 3), True),
    ],
)
def test_two_holdings_meet_where_they_share_a_day(one, other, meet):
    assert of(one).meets(of(other)) is meet
    assert of(other).meets(of(one)) is meet


SPANS = st.tuples(st.integers(0, 20), st.none() | st.integers(0, 20)).map(
    lambda each: (each[0], None if each[1] is None else each[0] + each[1])
)


@given(SPANS, SPANS)
def test_meeting_is_sharing_a_day(one, other):
    days = [START + timedelta(each) for each in range(60)]
    shared = any(of(one).holds(day) and of(other).holds(day) for day in days)

    assert of(one).meets(of(other)) is shared

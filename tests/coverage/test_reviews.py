"""Reviews of maps: once a year, and soon after the post has changed hands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from riskmap.coverage.facts import Holding
from riskmap.organisation.tenure import Tenure
from riskmap.organisation.tree import HoldingRole
from tests.coverage import planting

CODE = "FZ-U1-K13-G03"
PERSON = "RY-160"


def ago(facts, days):
    return facts.day - timedelta(days=days)


def reviewed(facts, days, changed=0):
    """Return facts in which the map was reviewed so many days ago, never for None."""
    day = None if days is None else ago(facts, days)
    return planting.drawn(
        facts, CODE, lambda each: replace(each, reviewed=day, changed=ago(facts, changed))
    )


def handed_over(facts, days, role=HoldingRole.A):
    new = Holding(PERSON, CODE, role, Tenure(ago(facts, days)))
    return replace(facts, holdings=(*facts.holdings, new))


def abouts(gaps):
    return [(gap.subject.code, gap.about) for gap in gaps]


@pytest.mark.parametrize(("days", "found"), [(365, []), (366, [(CODE, "overdue")])])
def test_a_map_is_reviewed_within_a_year(facts, days, found):
    gaps = planting.new(facts, reviewed(facts, days), "G23")

    assert abouts(gaps) == found
    assert all(f"{days} days ago" in gap.message.text() for gap in gaps)


def test_a_map_never_reviewed_is_due_a_year_after_its_last_change(facts):
    fresh, old = reviewed(facts, None, changed=365), reviewed(facts, None, changed=366)

    assert planting.new(facts, fresh, "G23") == []
    (gap,) = planting.new(facts, old, "G23")
    assert abouts([gap]) == [(CODE, "overdue")]
    assert "never been reviewed" in gap.message.text()


@pytest.mark.parametrize(("days", "found"), [(30, []), (31, [(CODE, "handed over")])])
def test_a_map_is_reviewed_within_thirty_days_of_a_new_holder(facts, days, found):
    after = handed_over(reviewed(facts, 100), days)

    gaps = planting.new(facts, after, "G23")
    assert abouts(gaps) == found
    assert all(gap.seen[0].code == PERSON for gap in gaps)


def test_a_new_stand_in_is_a_new_holder_too(facts):
    after = handed_over(reviewed(facts, 100), 60, HoldingRole.B)

    assert abouts(planting.new(facts, after, "G23")) == [(CODE, "handed over")]


def test_a_review_since_the_new_holder_came_is_enough(facts):
    assert planting.new(facts, handed_over(reviewed(facts, 60), 60), "G23") == []
    assert planting.new(facts, handed_over(reviewed(facts, 59), 60), "G23") == []


def test_a_change_is_no_review_and_is_not_said_to_be_one(facts):
    after = handed_over(reviewed(facts, 100, changed=5), 60)

    (gap,) = planting.new(facts, after, "G23")
    assert ago(facts, 100).isoformat() in gap.message.text()
    assert "changed" not in gap.message.text()


def test_a_map_never_reviewed_is_told_by_its_last_change(facts):
    after = handed_over(reviewed(facts, None, changed=100), 60)

    (gap,) = planting.new(facts, after, "G23")
    assert abouts([gap]) == [(CODE, "handed over")]
    assert f"changed on {ago(facts, 100).isoformat()}" in gap.message.text()
    assert planting.new(facts, handed_over(reviewed(facts, None, changed=5), 60), "G23") == []

"""Risk points: attached, answered, rated."""

import pytest

from riskmap.coverage.facts import Facts
from riskmap.register.rating import Level
from tests.coverage import planting

CODE = "FZ-U1-K13-G03"


@pytest.fixture
def risk(facts: Facts):
    return planting.any_document(facts, CODE).risk_points[0]


def test_a_risk_point_of_a_retired_item_is_found(facts, risk):
    after = planting.entry(facts, "items", risk.item.code, retired=True)

    gaps = planting.new(facts, after, "G06")

    assert (CODE, risk.key) in planting.places(gaps)
    assert {gap.seen[0].code for gap in gaps} == {risk.item.code}


def test_a_risk_point_with_too_few_measures_is_found(facts, risk):
    after = planting.risk(facts, CODE, risk.key, measures=())

    assert planting.places(planting.new(facts, after, "G07")) == [(CODE, risk.key)]


def test_a_retired_measure_answers_nothing(facts, risk):
    after = planting.entry(facts, "measures", risk.measures[0].code, retired=True)

    assert (CODE, risk.key) in planting.places(planting.new(facts, after, "G07"))


def test_another_level_than_the_item_s_needs_a_reason(facts, risk):
    other = Level.LOW if risk.level is not Level.LOW else Level.MEDIUM
    bare = planting.risk(facts, CODE, risk.key, level=other, reason="")
    reasoned = planting.risk(facts, CODE, risk.key, level=other, reason="近三年没有发生过")

    assert planting.places(planting.new(facts, bare, "G09")) == [(CODE, risk.key)]
    assert planting.new(facts, reasoned, "G09") == []

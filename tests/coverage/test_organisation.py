"""Nodes, posts and persons: drawn once, held, answered for, not held for too long."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from riskmap.coverage.facts import Holding
from riskmap.coverage.gaps import Kind, Severity
from riskmap.document.model import Matter
from riskmap.organisation.tenure import Tenure
from riskmap.organisation.tree import HoldingRole
from riskmap.register.rating import Level
from riskmap.register.terms import PowerKind
from tests.coverage import planting

CODE = "FZ-U1-K13-G03"
OFFICE = "FZ-U1-K13"
PERSON, OTHER = "RY-053", "RY-054"
"""The post's first holder and stand-in."""
MEASURE = "CS-0301-01"


def holding(person, since, until=None, role=HoldingRole.A, post=CODE):
    return Holding(person, post, role, Tenure(since, until))


def held(facts, *holdings, post=CODE):
    """Return facts in which a post has these holdings and no other."""
    others = [each for each in facts.holdings if each.post != post]
    return replace(facts, holdings=(*others, *holdings))


def beside(facts, matter, code="FZ-TEST"):
    """Return facts with a second map of the post, about a matter."""
    drawn = facts.map_by_code[CODE]
    other = replace(drawn, document=replace(drawn.document, code=code, matter=matter))
    return replace(facts, maps=(*facts.maps, other))


def test_a_node_without_a_map_in_use_is_found(facts):
    after = replace(facts, maps=tuple(each for each in facts.maps if each.code != CODE))

    (gap,) = planting.new(facts, after, "G01")
    assert (gap.subject.kind, gap.subject.code, gap.node) == (Kind.NODE, CODE, CODE)


def test_a_retired_node_needs_no_map(facts):
    without = replace(facts, maps=tuple(each for each in facts.maps if each.code != CODE))

    assert planting.found(planting.entry(without, "nodes", CODE, retired=True), "G01") == {}


def test_two_maps_of_a_node_about_one_matter_are_one_too_many(facts):
    after = beside(facts, planting.any_document(facts, CODE).matter)

    (gap,) = planting.new(facts, after, "G01")
    assert (gap.subject.kind, gap.subject.code, gap.node) == (Kind.MAP, "FZ-TEST", CODE)
    assert [each.code for each in gap.seen] == [CODE]
    assert "QL-001" in gap.message.text()


def test_two_maps_of_a_node_about_two_matters_are_lawful(facts):
    other = Matter("QL-061", "企业年金方案备案", PowerKind.CONFIRMATION)

    assert planting.new(facts, beside(facts, other), "G01") == []
    assert planting.new(facts, beside(facts, None), "G01") == []


def test_two_maps_of_a_node_that_name_no_matter_are_one_too_many(facts):
    unnamed = planting.document(facts, CODE, matter=None)

    (gap,) = planting.new(unnamed, beside(unnamed, None), "G01")
    assert gap.subject.code == "FZ-TEST"
    assert "names no matter" in gap.message.text()


def test_a_map_in_use_of_a_retired_or_unknown_node_is_found(facts):
    retired = planting.entry(facts, "nodes", CODE, retired=True)
    unknown = replace(facts, nodes={c: node for c, node in facts.nodes.items() if c != CODE})

    assert planting.found(facts, "G02") == {}
    for after in (retired, unknown):
        (gap,) = planting.new(facts, after, "G02")
        assert (gap.subject.kind, gap.subject.code) == (Kind.MAP, CODE)


@pytest.mark.parametrize(("days", "vacant"), [(30, False), (31, True)])
def test_a_post_may_be_vacant_for_thirty_days(facts, days, vacant):
    last = facts.day - timedelta(days=days)
    after = held(facts, holding(PERSON, date(2023, 1, 1), last))

    gaps = planting.new(facts, after, "G28")
    assert planting.places(gaps) == [(CODE,)] * vacant
    assert all(f"for {days} days" in gap.message.text() for gap in gaps)


def test_a_stand_in_keeps_a_post_from_being_vacant(facts):
    long_ago = holding(PERSON, date(2023, 1, 1), date(2024, 1, 1))
    stand_in = holding(OTHER, date(2023, 1, 1), role=HoldingRole.B)

    assert planting.places(planting.new(facts, held(facts, long_ago), "G28")) == [(CODE,)]
    assert planting.new(facts, held(facts, long_ago, stand_in), "G28") == []


def test_a_post_that_nobody_has_held_yet_is_found(facts):
    tomorrow = holding(PERSON, facts.day + timedelta(days=1))

    for after in (held(facts), held(facts, tomorrow)):
        (gap,) = planting.new(facts, after, "G28")
        assert (gap.subject.code, gap.node) == (CODE, CODE)
        assert "yet" in gap.message.text()


def test_a_retired_post_needs_no_holder(facts):
    after = planting.entry(held(facts), "nodes", CODE, retired=True)

    assert (CODE,) not in planting.places(planting.new(facts, after, "G28"))


def test_a_measure_that_nobody_carries_out_is_found(facts):
    after = planting.entry(facts, "measures", MEASURE, responsible=())
    retired = planting.entry(after, "measures", MEASURE, retired=True)

    (gap,) = planting.new(facts, after, "G28")
    assert (gap.subject.kind, gap.subject.code) == (Kind.MEASURE, MEASURE)
    assert planting.new(facts, retired, "G28") == []


def test_a_measure_that_a_retired_or_unknown_node_carries_out_is_found(facts):
    node = "FZ-U1-K08-G01"
    retired = planting.entry(facts, "nodes", node, retired=True)
    unknown = planting.entry(facts, "measures", MEASURE, responsible=("FZ-U1-K99",))

    assert facts.measures[MEASURE].responsible == (node,)
    assert (MEASURE, node) in [
        (gap.subject.code, gap.about) for gap in planting.new(facts, retired, "G28")
    ]
    (gap,) = planting.new(facts, unknown, "G28")
    assert (gap.subject.code, gap.about, gap.node) == (MEASURE, "FZ-U1-K99", "FZ-U1-K99")


def test_who_has_left_the_bureau_and_still_holds_a_post_is_found(facts):
    left = planting.entry(facts, "persons", PERSON, retired=True)
    over = held(left, holding(PERSON, date(2023, 1, 1), date(2025, 1, 1)),
                holding(OTHER, date(2025, 1, 2)))  # fmt: skip

    (gap,) = planting.new(facts, left, "G28")
    assert (gap.subject.kind, gap.subject.code, gap.node) == (Kind.PERSON, PERSON, CODE)
    assert planting.new(facts, over, "G28") == []


def all_risks_with(facts, person, role=HoldingRole.A):
    posts = [node.code for node in facts.in_use if node.office == OFFICE and node.code != OFFICE]
    for post in posts:
        facts = held(facts, holding(person, date(2025, 6, 1), role=role, post=post), post=post)
    return facts


def test_one_person_behind_all_risks_of_an_office_is_worth_a_notice(facts):
    (gap,) = planting.new(facts, all_risks_with(facts, PERSON), "G28")

    assert (gap.subject.code, gap.about, gap.node) == (OFFICE, "alone", OFFICE)
    assert gap.severity is Severity.NOTICE
    assert gap.seen[0].code == PERSON


def test_a_second_first_holder_shares_the_risks_of_an_office(facts):
    alone = all_risks_with(facts, PERSON)
    shared = replace(alone, holdings=(*alone.holdings, holding(OTHER, date(2025, 6, 1))))

    assert planting.new(facts, shared, "G28") == []
    assert planting.new(facts, all_risks_with(facts, PERSON, HoldingRole.B), "G28") == []


FIVE_YEARS_AGO = date(2021, 1, 5)
"""Five years before the sample's day, 5 January 2026."""


def test_five_years_on_a_post_of_high_risk_are_allowed_and_a_day_more_is_not(facts):
    allowed = held(facts, holding(PERSON, FIVE_YEARS_AGO))
    over = held(facts, holding(PERSON, FIVE_YEARS_AGO - timedelta(days=1)))

    assert planting.any_document(facts, CODE).worst_level() is Level.HIGH
    assert planting.new(facts, allowed, "G29") == []
    (gap,) = planting.new(facts, over, "G29")
    assert (gap.subject.kind, gap.subject.code, gap.about) == (Kind.NODE, CODE, PERSON)
    assert CODE in {each.code for each in gap.seen if each.kind is Kind.MAP}


def test_a_term_that_follows_another_without_a_break_goes_on(facts):
    after = held(
        facts,
        holding(PERSON, date(2018, 1, 1), date(2023, 6, 30), HoldingRole.B),
        holding(PERSON, date(2023, 7, 1)),
    )

    (gap,) = planting.new(facts, after, "G29")
    assert "2018-01-01" in gap.message.text()


def test_who_left_a_post_and_came_back_counts_anew(facts):
    after = held(
        facts,
        holding(PERSON, date(2018, 1, 1), date(2023, 6, 30)),
        holding(PERSON, date(2023, 7, 2)),
    )

    assert planting.new(facts, after, "G29") == []


def test_who_no_longer_holds_a_post_does_not_hold_it_for_too_long(facts):
    after = held(
        facts,
        holding(PERSON, date(2010, 1, 1), facts.day - timedelta(days=1)),
        holding(OTHER, facts.day),
    )

    assert planting.new(facts, after, "G29") == []


def test_a_post_without_a_high_risk_may_be_held_for_longer(facts):
    risks = planting.any_document(facts, CODE).risk_points
    low = planting.document(
        facts, CODE, risk_points=tuple(replace(each, level=Level.MEDIUM) for each in risks)
    )

    assert planting.new(facts, held(low, holding(PERSON, date(2010, 1, 1))), "G29") == []

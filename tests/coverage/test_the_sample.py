"""An audit of the sample finds what was planted there, and no other error."""

import json

import pytest

from riskmap.coverage.auditing import audit, counted
from riskmap.coverage.gaps import Kind, Severity, as_data, from_data
from riskmap.coverage.rules import BY_CODE
from tests.sample.trade import planted


@pytest.fixture(scope="module")
def gaps(facts):
    return audit(facts)


def pairs(things):
    return sorted((each.rule, each.subject) for each in things)


def places(gaps):
    return sorted((gap.rule, gap.subject.code) for gap in gaps)


def test_the_errors_are_the_planted_ones_and_no_other(gaps):
    errors = [gap for gap in gaps if gap.severity is Severity.ERROR]
    expected = [
        each
        for each in planted()
        if each.rule in BY_CODE and BY_CODE[each.rule].severity is Severity.ERROR
    ]

    assert len(expected) > 15
    assert places(errors) == pairs(expected)


def test_every_planted_gap_whose_rule_exists_is_found(gaps):
    assert {(p.rule, p.subject) for p in planted() if p.rule in BY_CODE} <= set(places(gaps))


def test_nothing_is_planted_that_no_rule_looks_at():
    assert {each.rule for each in planted()} <= set(BY_CODE)


def test_no_two_gaps_have_one_identity(gaps):
    assert len({gap.identity for gap in gaps}) == len(gaps)
    assert len({gap.key for gap in gaps}) == len(gaps)


def test_every_gap_is_the_business_of_a_node_or_of_the_bureau(gaps, facts):
    assert [gap for gap in gaps if gap.node and gap.node not in facts.nodes] == []


def test_every_gap_is_about_something_that_is_there(gaps, facts):
    known = {
        Kind.BUREAU: {facts.code},
        Kind.NODE: facts.nodes,
        Kind.MAP: facts.map_by_code,
        Kind.PERSON: facts.persons,
        Kind.CATEGORY: facts.categories,
        Kind.ITEM: facts.items,
        Kind.MEASURE: facts.measures,
        Kind.BASIS: facts.bases,
        Kind.LIMIT: facts.limits,
        Kind.MATTER: facts.matters,
        Kind.FINDING: {each.code for each in facts.findings},
    }

    subjects = [each for gap in gaps for each in (gap.subject, *gap.seen)]
    assert [each for each in subjects if each.code not in known[each.kind]] == []


def test_every_part_that_a_gap_names_is_a_part_of_its_map(gaps, facts):
    subjects = [each for gap in gaps for each in (gap.subject, *gap.seen) if each.keys]

    assert subjects
    for each in subjects:
        document = facts.map_by_code[each.code].document
        parts = (*document.steps, *document.transitions, *document.risk_points)
        assert set(each.keys) <= {part.key for part in parts}


def test_every_message_has_all_its_values(gaps):
    texts = [gap.message.text() for gap in gaps]

    assert all(texts)
    assert [text for text in texts if "%(" in text] == []


def test_a_gap_is_kept_and_read_back_as_it_was(gaps):
    assert [from_data(json.loads(json.dumps(as_data(gap)))) for gap in gaps] == gaps


def test_gaps_stand_the_worst_first_and_are_counted(gaps):
    ranks = [gap.severity.rank for gap in gaps]

    assert ranks == sorted(ranks, reverse=True)
    assert list(counted(gaps)) == [Severity.ERROR, Severity.WARNING, Severity.NOTICE]
    assert sum(counted(gaps).values()) == len(gaps)

"""What every map must say."""

import pytest

from riskmap.document.terms import Duty
from tests.coverage import planting

CODE = "FZ-U1-K13-G01"


@pytest.mark.parametrize(
    ("about", "columns"),
    [
        ("goal", {"goal": " "}),
        ("duties", {"duties": ()}),
        ("bases", {"bases": ()}),
        ("matter", {"matter": None}),
        ("risks", {"risk_points": ()}),
    ],
)
def test_a_map_that_lacks_an_element_is_found(facts, about, columns):
    after = planting.document(facts, CODE, **columns)

    (gap,) = planting.new(facts, after, "G03")

    assert (gap.subject.code, gap.about, gap.node) == (CODE, about, CODE)


def test_a_map_without_any_time_limit_is_found(facts):
    found = planting.any_document(facts, CODE)
    after = planting.document(facts, CODE, limit_spans=())
    for step in found.steps:
        if step.limit:
            after = planting.step(after, CODE, step.key, limit=None)

    assert [gap.about for gap in planting.new(facts, after, "G03")] == ["limits"]


def test_a_map_of_two_steps_is_found(facts):
    found = planting.any_document(facts, CODE)
    after = planting.document(facts, CODE, steps=found.steps[:2], limit_spans=())

    assert "steps" in {gap.about for gap in planting.new(facts, after, "G03")}


def test_a_post_s_map_on_which_the_post_does_nothing_is_found(facts):
    after = facts
    for step in planting.any_document(facts, CODE).steps:
        if step.actor == CODE:
            after = planting.step(after, CODE, step.key, actor="FZ-U1-K13-G02")

    assert [gap.about for gap in planting.new(facts, after, "G03")] == ["own"]


def test_a_map_whose_duties_declare_that_no_risk_was_found_needs_no_risk_point(facts):
    duties = (*planting.any_document(facts, CODE).duties, "经排查，本岗无廉政风险点")
    after = planting.document(facts, CODE, risk_points=(), duties=duties)

    assert planting.new(facts, after, "G03") == []


def test_a_step_that_pays_without_a_risk_point_is_noticed(facts):
    found = planting.any_document(facts, CODE)
    risky = {risk.step for risk in found.risk_points}
    bare = next(each for each in found.steps[1:-1] if each.key not in risky and each.actor == CODE)
    after = planting.step(facts, CODE, bare.key, duty=Duty.PAY)

    (gap,) = planting.new(facts, after, "R04")
    assert (gap.subject.keys, gap.severity) == ((bare.key,), "notice")

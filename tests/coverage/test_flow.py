"""A sound flow, and somebody for every step."""

from dataclasses import replace

import pytest

from riskmap.document.terms import StepKind
from tests.coverage import planting

CODE = "FZ-U1-K13-G01"


@pytest.fixture
def drawn(facts):
    return planting.any_document(facts, CODE)


def abouts(facts, after):
    return {gap.about for gap in planting.new(facts, after, "G04")}


def test_a_step_that_nothing_leads_to_is_found(facts, drawn):
    lonely = drawn.steps[3].key
    lines = tuple(line for line in drawn.transitions if line.target != lonely)
    after = planting.document(facts, CODE, transitions=lines)

    assert {"unreachable", "start-not-marked", "too-few-branches"} & abouts(facts, after)
    assert (CODE, lonely) in planting.places(planting.new(facts, after, "G04"))


def test_a_step_that_leads_nowhere_is_found(facts, drawn):
    stuck = next(each for each in drawn.steps[1:] if each.kind is StepKind.PROCESS).key
    lines = tuple(line for line in drawn.transitions if line.source != stuck)
    after = planting.document(facts, CODE, transitions=lines)

    assert "dead-end" in abouts(facts, after)


def test_a_branch_without_condition_is_found(facts, drawn):
    decision = next(each for each in drawn.steps if each.kind is StepKind.DECISION).key
    lines = tuple(
        replace(line, condition="") if line.source == decision else line
        for line in drawn.transitions
    )
    after = planting.document(facts, CODE, transitions=lines)

    assert abouts(facts, after) == {"unlabelled-branch"}


def test_two_branches_of_one_condition_are_found(facts, drawn):
    decision = next(each for each in drawn.steps if each.kind is StepKind.DECISION).key
    lines = tuple(
        replace(line, condition="是") if line.source == decision else line
        for line in drawn.transitions
    )
    after = planting.document(facts, CODE, transitions=lines)

    assert abouts(facts, after) == {"equal-labels"}


def test_a_step_detailed_on_a_map_out_of_use_is_found(facts):
    owner, step = next(
        (each.code, step) for each in facts.maps for step in each.document.steps if step.detail
    )
    gone = replace(facts, maps=tuple(each for each in facts.maps if each.code != step.detail))

    assert (owner, step.key) in planting.places(planting.new(facts, gone, "G04"))
    nameless = planting.step(facts, owner, step.key, detail="")
    assert planting.places(planting.new(facts, nameless, "G04")) == [(owner, step.key)]


def test_a_step_of_nobody_or_of_a_post_out_of_use_is_found(facts, drawn):
    step = next(each for each in drawn.steps if each.actor == CODE)
    nobody = planting.step(facts, CODE, step.key, actor="")
    retired = planting.entry(facts, "nodes", CODE, retired=True)
    party = next(each for each in drawn.steps if each.actor in facts.parties)
    gone = planting.entry(facts, "parties", party.actor, retired=True)

    assert planting.places(planting.new(facts, nobody, "G05")) == [(CODE, step.key)]
    assert (CODE, step.key) in planting.places(planting.new(facts, retired, "G05"))
    assert (CODE, party.key) in planting.places(planting.new(facts, gone, "G05"))

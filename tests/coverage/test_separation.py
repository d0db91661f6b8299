"""Separation of duties, two persons, three stages."""

from dataclasses import replace
from datetime import date

import pytest

from riskmap.coverage.facts import Holding
from riskmap.coverage.rules.separation import INCOMPATIBLE
from riskmap.document.terms import Duty, StepKind
from riskmap.organisation.tenure import Tenure
from riskmap.organisation.tree import HoldingRole
from riskmap.register.terms import PowerKind
from tests.coverage import planting
from tests.coverage.procedure import CODE, procedure, step

FIRST, SECOND = "FZ-U1-K13-G02", "FZ-U1-K13-G03"


def two_steps(facts, pair, actors):
    made = (step(f"s{n}", duty=duty, actor=actor) for n, (duty, actor) in
            enumerate(zip(pair, actors, strict=True), 2))  # fmt: skip
    return procedure(step("s1"), *made, step("s9"), facts=facts)


@pytest.mark.parametrize("pair", INCOMPATIBLE, ids="-".join)
def test_one_post_does_not_check_itself(facts, pair):
    alone = two_steps(facts, pair, (FIRST, FIRST))
    apart = two_steps(facts, pair, (FIRST, SECOND))

    gaps = [gap for gap in planting.found(alone, "G11").values() if gap.subject.code == CODE]
    assert [gap.subject.keys for gap in gaps] == [("s2", "s3")]
    assert gaps[0].node == FIRST
    assert [g for g in planting.found(apart, "G11").values() if g.subject.code == CODE] == []


def holding(person, post, since=date(2025, 6, 1), until=None, role=HoldingRole.B):
    return Holding(person, post, role, Tenure(since, until))


def test_one_person_on_two_posts_does_not_check_themselves(facts):
    apart = two_steps(facts, (Duty.FIRST_REVIEW, Duty.SECOND_REVIEW), (FIRST, SECOND))
    person = facts.holders(FIRST)[0].person
    both = replace(apart, holdings=(*apart.holdings, holding(person, SECOND)))
    over = replace(
        apart, holdings=(*apart.holdings, holding(person, SECOND, until=date(2025, 7, 1)))
    )

    (gap,) = planting.new(apart, both, "G11")
    assert gap.subject.code == person
    assert {each.code for each in gap.seen} == {FIRST, SECOND, CODE}
    assert planting.new(apart, over, "G11") == []


def test_posts_of_different_classes_of_duty_are_not_in_one_hand(facts):
    business, audit = "FZ-U2-K03-G01", "FZ-U2-K05-G01"
    person = facts.holders(business)[0].person
    both = replace(facts, holdings=(*facts.holdings, holding(person, audit)))

    assert planting.places(planting.new(facts, both, "G11")) == [(person,)]


def test_bookkeeper_and_cashier_are_told_by_their_names(facts):
    person = facts.holders("FZ-U2-K04-G01")[0].person  # 基金会计岗
    both = replace(facts, holdings=(*facts.holdings, holding(person, "FZ-U2-K04-G02")))

    assert (person,) in planting.places(planting.new(facts, both, "G11"))


@pytest.mark.parametrize("duty", [Duty.INVESTIGATE, Duty.DRAW])
def test_investigating_and_drawing_take_two_persons(facts, duty):
    alone = procedure(step("s1"), step("s2", duty=duty), step("s3"), facts=facts)
    together = procedure(step("s1"), step("s2", duty=duty, min_persons=2), step("s3"), facts=facts)

    assert planting.places(planting.found(alone, "G12").values()) == [(CODE, "s2")]
    assert planting.found(together, "G12") == {}


def test_papers_of_an_examination_are_kept_by_two_and_other_papers_by_one(facts):
    kept = step("s2", duty=Duty.CUSTODY)
    papers = procedure(step("s1"), kept, step("s3"), matter="试卷保密保管", facts=facts)
    files = procedure(step("s1"), kept, step("s3"), matter="公文办理与机要管理", facts=facts)

    assert planting.places(planting.found(papers, "G12").values()) == [(CODE, "s2")]
    assert planting.found(files, "G12") == {}


def test_a_check_on_the_spot_takes_two_persons_of_the_bureau(facts):
    ours = step("s2", text="到培训机构现场核查实名签到")
    theirs = replace(ours, actor="CY-12")

    assert planting.found(procedure(step("s1"), ours, step("s3"), facts=facts), "G12")
    assert not planting.found(procedure(step("s1"), theirs, step("s3"), facts=facts), "G12")


def payment(facts, *, lines="", without=None):
    stages = [
        step("s2", duty=Duty.FIRST_REVIEW), step("s3", duty=Duty.SECOND_REVIEW),
        step("s4", duty=Duty.APPROVE), step("s5", duty=Duty.PAY),
    ]  # fmt: skip
    steps = [step("s1"), *(each for each in stages if each.duty is not without), step("s6")]
    return procedure(*steps, lines=lines, kind=PowerKind.PAYMENT, facts=facts)


@pytest.mark.parametrize("duty", [Duty.FIRST_REVIEW, Duty.SECOND_REVIEW, Duty.APPROVE])
def test_a_payment_passes_three_stages(facts, duty):
    assert planting.found(payment(facts), "G13") == {}

    (gap,) = planting.found(payment(facts, without=duty), "G13").values()
    assert gap.about == duty


def test_a_way_to_the_payment_that_passes_a_stage_by_is_found(facts):
    short = payment(facts, lines="s1>s2 s2>s3 s2>s4 s3>s4 s4>s5 s5>s6")

    (gap,) = planting.found(short, "G13").values()
    assert (gap.subject.keys, gap.about) == (("s5",), Duty.SECOND_REVIEW)


def test_a_terminator_is_nobody_s_act(facts):
    start = step("s1", duty=Duty.INVESTIGATE, kind=StepKind.TERMINATOR)

    assert planting.found(procedure(start, step("s2"), step("s3"), facts=facts), "G12") == {}

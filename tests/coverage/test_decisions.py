"""What the law asks of decisions."""

from dataclasses import replace

import pytest

from riskmap.document.model import Limit
from riskmap.document.terms import Duty, Recording
from riskmap.register.terms import LimitUnit, PowerKind
from tests.coverage import planting
from tests.coverage.procedure import CODE, NODE, procedure, step

LEGAL = "FZ-U1-K02-G01"
INVESTIGATED = step("s2", duty=Duty.INVESTIGATE, min_persons=2, recording=Recording.TEXT)
REVIEWED = step("s3", duty=Duty.LEGAL_REVIEW, actor=LEGAL)
TOLD = step("s4", duty=Duty.NOTIFY, text="告知事实、理由和陈述申辩权利")
HEARD = step("s5", duty=Duty.HEARING, recording=Recording.BOTH)
DECIDED = step(
    "s6", duty=Duty.DECIDE, recording=Recording.TEXT, document="处罚决定书（载明复议、诉讼）"
)
SHOWN = step("s7", "7工作日", duty=Duty.PUBLICISE)
KEPT = step("s8", duty=Duty.ARCHIVE)
WHOLE = (step("s1"), INVESTIGATED, REVIEWED, TOLD, HEARD, DECIDED, SHOWN, KEPT, step("s9"))


def penalty(facts, steps=WHOLE, *, major=True, lines="", kind=PowerKind.PENALTY):
    return procedure(
        *steps, lines=lines, kind=kind, major=major, matter="劳动保障行政处罚", facts=facts
    )


def without(duty):
    return tuple(each for each in WHOLE if each.duty is not duty)


def abouts(facts, rule):
    return [gap.about for gap in planting.found(facts, rule).values()]


@pytest.mark.parametrize("rule", ["G18", "G19", "G20", "G21"])
def test_a_penalty_as_the_law_asks_passes(facts, rule):
    assert planting.found(penalty(facts), rule) == {}


def test_a_penalty_that_is_not_marked_as_a_major_decision_is_found(facts):
    assert abouts(penalty(facts, major=False), "G18") == ["not-marked"]


def test_every_way_to_a_major_decision_passes_legal_review(facts):
    bare = penalty(facts, without(Duty.LEGAL_REVIEW))
    # 一条路经过法制审核，另一条从调查直接到告知。
    lines = "s1>s2 s2>s3 s2>s4 s3>s4 s4>s5 s5>s6 s6>s7 s7>s8 s8>s9"
    one_way = penalty(facts, lines=lines)

    assert planting.places(planting.found(bare, "G18").values()) == [(CODE, "s6")]
    assert planting.places(planting.found(one_way, "G18").values()) == [(CODE, "s6")]


def test_who_handles_the_case_does_not_review_its_legality(facts):
    same = tuple(replace(each, actor=NODE) if each is REVIEWED else each for each in WHOLE)

    (gap,) = planting.found(penalty(facts, same), "G18").values()
    assert gap.subject.keys == ("s2", "s3")


@pytest.mark.parametrize(
    ("kind", "days", "good"),
    [
        (PowerKind.PENALTY, 7, True),
        (PowerKind.PENALTY, 8, False),
        (PowerKind.LICENCE, 7, True),
        (PowerKind.LICENCE, 8, False),
        (PowerKind.INSPECTION, 20, True),
        (PowerKind.INSPECTION, 21, False),
        (PowerKind.COERCION, 21, False),
        (PowerKind.INTERNAL, 21, True),
    ],
)
def test_a_decision_is_published_within_its_working_days(facts, kind, days, good):
    shown = replace(SHOWN, limit=Limit(days, LimitUnit.WORKING_DAY))
    steps = tuple(shown if each is SHOWN else each for each in WHOLE)

    assert (planting.found(penalty(facts, steps, kind=kind), "G19") == {}) == good


def test_a_decision_that_is_not_published_or_without_limit_is_found(facts):
    timeless = tuple(replace(each, limit=None) if each is SHOWN else each for each in WHOLE)

    assert abouts(penalty(facts, without(Duty.PUBLICISE)), "G19") == ["none"]
    assert planting.places(planting.found(penalty(facts, timeless), "G19").values()) == [
        (CODE, "s7")
    ]


def test_a_matter_named_in_the_settings_is_published_within_twenty_working_days(facts):
    steps = (step("s1"), DECIDED, step("s9"))
    named = procedure(*steps, matter="工伤认定", facts=facts)
    other = procedure(*steps, matter="提前退休审批", facts=facts)

    assert abouts(named, "G19") == ["none"]
    assert abouts(other, "G19") == []


@pytest.mark.parametrize("bare", [INVESTIGATED, HEARD, DECIDED])
def test_an_act_that_does_not_say_how_it_is_recorded_is_found(facts, bare):
    steps = tuple(replace(each, recording=None) if each is bare else each for each in WHOLE)

    assert planting.places(planting.found(penalty(facts, steps), "G20").values()) == [
        (CODE, bare.key)
    ]


def test_a_procedure_that_is_not_archived_is_found(facts):
    assert abouts(penalty(facts, without(Duty.ARCHIVE)), "G20") == ["archive"]


def test_a_penalty_without_notice_hearing_or_remedies_is_found(facts):
    silent = tuple(
        replace(each, document="处罚决定书") if each is DECIDED else each for each in WHOLE
    )

    assert planting.places(
        planting.found(penalty(facts, without(Duty.NOTIFY)), "G21").values()
    ) == [(CODE, "s6")]
    assert abouts(penalty(facts, without(Duty.HEARING)), "G21") == ["hearing"]
    assert abouts(penalty(facts, silent), "G21") == ["remedies"]


def test_a_notice_that_one_way_passes_by_is_found(facts):
    lines = "s1>s2 s2>s3 s3>s4 s3>s5 s4>s5 s5>s6 s6>s7 s7>s8 s8>s9"

    assert planting.places(planting.found(penalty(facts, lines=lines), "G21").values()) == [
        (CODE, "s6")
    ]


def test_where_somebody_judges_somebody_can_step_aside(facts):
    judging = (step("s1"), INVESTIGATED, step("s9"))
    aside = (step("s1"), step("s3", duty=Duty.RECUSE), INVESTIGATED, step("s9"))
    other = procedure(*judging, matter="公文办理", facts=facts)

    assert planting.places(planting.found(procedure(*judging, facts=facts), "G22").values()) == [
        (CODE, "s2")
    ]
    assert planting.found(procedure(*aside, facts=facts), "G22") == {}
    assert planting.found(other, "G22") == {}


@pytest.mark.parametrize(
    ("rule", "code", "duty"),
    [
        ("G18", "FZ-U4-K02", Duty.LEGAL_REVIEW),
        ("G19", "FZ-U4-K02", Duty.PUBLICISE),
        ("G21", "FZ-U4-K02", Duty.HEARING),
        ("G22", "FZ-U1-K13", Duty.RECUSE),
    ],
)
def test_a_real_procedure_without_one_of_its_steps_is_found(facts, rule, code, duty):
    after = facts
    for each in planting.any_document(facts, code).steps:
        if each.duty is duty:
            after = planting.without_step(after, code, each.key)

    assert {gap.subject.code for gap in planting.new(facts, after, rule)} == {code}

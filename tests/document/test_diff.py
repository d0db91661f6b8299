"""What differs in two documents of a map: everything is seen, and nothing is seen twice."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmap.document.diff import Change, Part, diff
from riskmap.document.encoding import digest, from_json, to_json
from riskmap.document.model import Actor, Citation, Limit, MapDocument, Measure, Office
from riskmap.document.terms import ActorRole, Duty, StepKind
from riskmap.register.rating import Level
from riskmap.register.terms import Control, LimitUnit, Phase
from tests.document.test_encoding import DOCUMENTS, FULL, variants
from tests.drawing.notation import flow, with_step_after
from tests.drawing.random_flows import flows

MAP = flow("1>2 2>3[是] 2>4[否] 3>5 4>5 5>6 6>7", lanes="aabbaab", risks="3:low 5:medium")


def said(old: MapDocument, new: MapDocument) -> list[tuple[str, str, str, str]]:
    """Return the differences by part, change, key and field."""
    return [
        (each.part.value, each.change.value, each.key, each.field)
        for each in diff(old, new).differences
    ]


def step(document: MapDocument, key: str, **fields: object) -> MapDocument:
    steps = [replace(one, **fields) if one.key == key else one for one in document.steps]
    return replace(document, steps=tuple(steps))


def in_order(document: MapDocument, order: str) -> MapDocument:
    """Return the document with its steps in another order, numbered again."""
    steps = [document.step_by_key[f"s{number}"] for number in order]
    numbered = [replace(one, number=at) for at, one in enumerate(steps, start=1)]
    return replace(document, steps=tuple(numbered))


@given(DOCUMENTS)
@settings(deadline=None, max_examples=50)
def test_a_document_does_not_differ_from_itself(document):
    assert not diff(document, from_json(to_json(document)))


@given(DOCUMENTS, DOCUMENTS)
@settings(deadline=None, max_examples=150)
def test_documents_of_equal_digest_and_no_others_do_not_differ(one, other):
    assert bool(diff(one, other)) == (digest(one) != digest(other))


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_a_map_whose_parts_are_shuffled_differs(data):
    document = data.draw(flows())
    shuffled = replace(
        document,
        steps=tuple(data.draw(st.permutations(document.steps))),
        transitions=tuple(data.draw(st.permutations(document.transitions))),
        risk_points=tuple(data.draw(st.permutations(document.risk_points))),
    )

    assert bool(diff(document, shuffled)) == (digest(document) != digest(shuffled))


def test_a_change_of_any_field_is_seen_and_named():
    for changed in variants(FULL):
        found = diff(FULL, changed).differences

        assert found
        assert all(each.old != each.new for each in found)


def test_turning_a_comparison_round_turns_its_values():
    for changed in variants(FULL):
        forth, back = diff(FULL, changed), diff(changed, FULL)

        assert sorted(map(repr, _values(forth))) == sorted(map(repr, _values(back, True)))


def _values(of, turned=False):
    return [
        (each.part, (each.new, each.old) if turned else (each.old, each.new))
        for each in of.differences
    ]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (replace(FULL, goal="10日内"), [("map", "changed", "", "goal")]),
        (replace(FULL, matter=None), [("map", "changed", "", "matter")]),
        (replace(FULL, major_decision=True), [("map", "changed", "", "major_decision")]),
        (
            replace(FULL, place=replace(FULL.place, office="工伤科（劳动能力鉴定办）")),
            [("map", "changed", "", "place.office")],
        ),
        (replace(FULL, duties=("受理", "送达")), [("duty", "changed", "2", "")]),
        (replace(FULL, duties=("受理", "补正", "告知")), [("duty", "added", "2", "")]),
        (replace(FULL, duties=("告知",)), [("duty", "removed", "1", "")]),
        (
            replace(FULL, bases=(*FULL.bases, Citation("FG-9", "办法", "1号", "第一条"))),
            [("basis", "added", "FG-9", "")],
        ),
        (
            replace(FULL, bases=(replace(FULL.bases[0], unverified=True),)),
            [("basis", "changed", "FG-003", "unverified")],
        ),
        (
            replace(FULL, actors=(*FULL.actors, Actor("P1", "申请人", ActorRole.APPLICANT))),
            [("actor", "added", "P1", "")],
        ),
        (step(FULL, "s1", duty=Duty.NOTIFY), [("step", "changed", "s1", "duty")]),
        (step(FULL, "s1", limit=Limit(7, LimitUnit.DAY)), [("step", "changed", "s1", "limit")]),
        (step(FULL, "s1", kind=StepKind.DATA), [("step", "changed", "s1", "kind")]),
        (step(FULL, "s1", number=8), [("step", "changed", "s1", "number")]),
        (
            step(FULL, "s1", basis=replace(FULL.bases[0], number="国令")),
            [("step", "changed", "s1", "basis.number")],
        ),
        (
            step(FULL, "s1", basis=replace(FULL.bases[0], article="第二条")),
            [("step", "changed", "s1", "basis")],
        ),
        (
            replace(FULL, transitions=(replace(FULL.transitions[0], condition="齐"),)),
            [("line", "changed", "t1", "condition")],
        ),
        (replace(FULL, transitions=()), [("line", "removed", "t1", "")]),
        (replace(FULL, risk_points=()), [("risk", "removed", "r1", "")]),
        (
            replace(FULL, risk_points=(replace(FULL.risk_points[0], level=Level.LOW),)),
            [("risk", "changed", "r1", "level")],
        ),
        (
            replace(FULL, limit_spans=(replace(FULL.limit_spans[0], last="s1"),)),
            [("span", "changed", "SX-001", "last")],
        ),
        (replace(FULL, limit_spans=()), [("span", "removed", "SX-001", "")]),
        (
            replace(FULL, offices=(replace(FULL.offices[0], high=4),)),
            [("office", "changed", "FZ-U1-K13", "high")],
        ),
    ],
)  # fmt: skip
def test_each_difference_is_named_once_by_part_and_field(new, expected):
    assert said(FULL, new) == expected


def test_a_measure_that_was_rewritten_in_the_register_is_seen_at_each_risk_point():
    risk = FULL.risk_points[0]
    two = replace(FULL, risk_points=(risk, replace(risk, key="r2")))
    rewritten = replace(risk.measures[0], text="登记并拍照")
    points = [replace(each, measures=(rewritten,)) for each in two.risk_points]

    found = diff(two, replace(two, risk_points=tuple(points))).differences

    assert [(each.key, each.owner, each.field) for each in found] == [
        ("CS-1", "r1", "text"),
        ("CS-1", "r2", "text"),
    ]
    assert {(each.old, each.new) for each in found} == {("登记", "登记并拍照")}


def test_a_measure_that_answers_a_risk_point_anew_is_seen():
    more = Measure("CS-2", "公示", Phase.MONITOR, Control.PUBLICITY, "每月", "公示表")
    risk = replace(FULL.risk_points[0], measures=(*FULL.risk_points[0].measures, more))

    assert said(FULL, replace(FULL, risk_points=(risk,))) == [("measure", "added", "CS-2", "")]


def test_a_step_put_in_moves_no_other_and_renumbers_none():
    found = diff(MAP, with_step_after(MAP, "s1"))

    assert [(each.change, each.key) for each in found.of(Part.STEP)] == [(Change.ADDED, "new")]
    assert not list(found.of(Part.RISK))


def test_a_step_taken_to_the_front_is_the_only_one_that_moved():
    found = diff(MAP, in_order(MAP, "1623457"))

    assert [(each.change, each.key, each.old, each.new) for each in found.differences] == [
        (Change.MOVED, "s6", 6, 2)
    ]


def test_lines_and_risk_points_that_go_with_a_moved_step_did_not_move():
    moved = in_order(MAP, "1523467")
    places = {one.key: one.number for one in moved.steps}
    lines = sorted(moved.transitions, key=lambda line: places[line.source])
    risks = sorted(moved.risk_points, key=lambda risk: places[risk.step])
    follows = replace(moved, transitions=tuple(lines), risk_points=tuple(risks))

    assert follows.risk_points != MAP.risk_points
    assert said(MAP, follows) == [("step", "moved", "s5", "")]


def test_numbers_that_say_more_than_the_order_are_compared():
    tens = replace(MAP, steps=tuple(replace(one, number=one.number * 10) for one in MAP.steps))

    assert said(MAP, tens) == [
        ("step", "changed", f"s{number}", "number") for number in range(1, 8)
    ]


def test_branches_that_changed_places_are_seen():
    first, second, third, *others = MAP.transitions
    swapped = replace(MAP, transitions=(first, third, second, *others))

    assert [found[:2] for found in said(MAP, swapped)] == [("line", "moved")]


def test_offices_in_another_order_are_seen():
    offices = (*FULL.offices, Office("FZ-U1-K14", "人事科", "", 0, 0, 0))
    old, new = replace(FULL, offices=offices), replace(FULL, offices=offices[::-1])

    assert [found[:2] for found in said(old, new)] == [("office", "moved")]


def test_differences_are_in_the_order_of_a_document():
    head = replace(MAP, title="另一标题", goal="另一目标", duties=("一",))
    new = with_step_after(head, "s1")
    new = replace(new, risk_points=new.risk_points[1:])

    parts = [each.part for each in diff(MAP, new).differences]

    order = [Part.MAP, Part.MAP, Part.DUTY, Part.STEP, Part.LINE, Part.LINE, Part.RISK]
    assert parts == order

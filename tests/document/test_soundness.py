"""What a reader of a flowchart would stumble over."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from riskmap.document.model import (
    Item,
    MapDocument,
    Measure,
    Place,
    RiskPoint,
    Step,
    Transition,
)
from riskmap.document.soundness import UNWRITTEN, ProblemKind, problems
from riskmap.document.terms import StepKind
from riskmap.maps.queries import documents
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.register.rating import Level
from riskmap.register.terms import Control, Phase, RiskKind

KINDS = {"(": StepKind.TERMINATOR, "?": StepKind.DECISION, "": StepKind.PROCESS}
ITEM = Item("FX-0101", "受理与补正", "FX-01", "工伤认定", RiskKind.DUTY, "", 2, 2)


def flow(steps: str, lines: str = "") -> MapDocument:
    """Return a map: "(a b? c (d" are its steps, "a>b b>c:是" its lines."""
    made = []
    for number, word in enumerate(steps.split(), start=1):
        key = word.strip("(?")
        kind = KINDS[word.replace(key, "")]
        made.append(Step(key, number, kind, f"步骤{key}", actor="甲岗"))
    drawn = []
    for number, word in enumerate(lines.split(), start=1):
        way, _, condition = word.partition(":")
        source, target = way.split(">")
        drawn.append(Transition(f"t{number}", source, target, condition))
    place = Place("FZ-U1-K01-G01", NodeLevel.POST, "局", "局本级", "科", "岗")
    return MapDocument(
        "FZ-U1-K01-G01", "图", place, "", (), None, False, (), (), tuple(made), tuple(drawn), (), ()
    )  # fmt: skip


def found(document: MapDocument) -> list[tuple[str, str]]:
    return [(each.key, each.kind.value) for each in problems(document)]


@pytest.mark.parametrize(
    ("steps", "lines", "expected"),
    [
        ("(a b (c", "a>b b>c", []),
        ("(a b? c (d (e", "a>b b>c:是 b>d:否 c>e", []),
        ("(a b c d (e", "a>b a>c a>d b>e c>e d>e", []),  # three at once
        ("(a b? (c", "a>b b>c:是 b>a:否", []),  # back to the start
        ("", "", [("", "no-start"), ("", "no-end")]),
        ("(a", "", [("", "no-end"), ("a", "dead-end")]),
        ("(a b", "a>b", [("b", "dead-end")]),
        ("a (b", "a>b", [("a", "start-not-marked")]),
        ("(a b (c (d", "a>b b>d", [("c", "unreachable")]),
        ("(a b c (d", "a>d b>c c>d", [("b", "unreachable"), ("c", "unreachable")]),
        ("(a (b c (d", "a>c b>c c>d", [("b", "second-start")]),
        ("(a b c (d", "a>b b>c c>b a>d", [("b", "endless"), ("c", "endless")]),
        ("a b c", "a>b b>c c>a", [("", "no-start"), ("", "no-end")]),
        ("(a b c", "a>b b>c c>b", [("", "no-end")]),
        ("(a (b (c", "a>b b>c", [("b", "terminator-between")]),
        ("(a b? (c", "a>b b>c:是", [("b", "too-few-branches")]),
        ("(a b? (c (d", "a>b b>c:是 b>d", [("b", "unlabelled-branch")]),
        ("(a b? (c (d", "a>b b>c:是 b>d:是", [("b", "equal-labels")]),
        ("(a b (c", "a>b b>c:是", [("b", "condition-without-decision")]),
        ("(a b? (c", "a>b b>c:是 b>c:否", [("b", "two-lines-to-one-step")]),
        ("(a b (c", "a>b b>c b>b", [("b", "line-to-itself")]),
        ("(a b (c", "a>b b>c b>x", [("b", "line-to-nowhere")]),
        ("(a b (c", "a>b b>", [("c", "unreachable"), ("b", "line-to-nowhere"), ("b", "dead-end")]),
    ],
)
def test_a_flow_that_cannot_be_followed_is_told(
    steps: str, lines: str, expected: list[tuple[str, str]]
) -> None:
    assert sorted(found(flow(steps, lines))) == sorted(expected)


def test_problems_come_in_the_order_of_the_steps_those_of_the_map_first() -> None:
    document = flow("(a b? c", "a>b b>a:是 b>c")

    assert [each.key for each in problems(document)] == ["b", "c"]
    assert [each.key for each in problems(flow("b a", "b>a a>b"))] == ["", ""]


@pytest.mark.parametrize("text", ["", "  ", "\u3000", UNWRITTEN])
def test_a_step_without_text_is_told(text: str) -> None:
    document = flow("(a b (c", "a>b b>c")
    first, second, third = document.steps

    written = replace(document, steps=(first, replace(second, text=text), third))

    assert found(written) == [("b", "no-text")]


def test_a_step_that_nobody_carries_out_is_told() -> None:
    document = flow("(a (b", "a>b")

    alone = replace(document, steps=(document.steps[0], replace(document.steps[1], actor="")))

    assert found(alone) == [("b", "no-actor")]


def answered(level: Level, *controls: Control) -> MapDocument:
    measures = tuple(
        Measure(f"CS-{number}", "登记", Phase.PREVENT, control, "每件", "回执")
        for number, control in enumerate(controls)
    )
    risk = RiskPoint("r1", "b", ITEM, "收件不登记", level, "", measures)
    return replace(flow("(a b (c", "a>b b>c"), risk_points=(risk,))


RULE, CHECK, OVERSIGHT = Control.RULE, Control.CHECK, Control.SUPERVISION


@pytest.mark.parametrize(
    ("level", "controls", "expected"),
    [
        (Level.LOW, (), ["no-measure"]),
        (Level.HIGH, (), ["no-measure"]),
        (Level.LOW, (RULE,), []),
        (Level.MEDIUM, (RULE,), ["too-few-measures"]),
        (Level.MEDIUM, (RULE, RULE), []),
        (Level.HIGH, (RULE, CHECK), ["too-few-measures"]),
        (Level.HIGH, (RULE, RULE), ["too-few-measures", "no-check"]),
        (Level.HIGH, (RULE, RULE, RULE), ["no-check"]),
        (Level.HIGH, (RULE, RULE, CHECK), []),
        (Level.HIGH, (OVERSIGHT, RULE, RULE), []),
    ],
)
def test_a_risk_point_has_the_measures_that_its_level_asks_for(
    level: Level, controls: tuple[Control, ...], expected: list[str]
) -> None:
    assert found(answered(level, *controls)) == [("r1", kind) for kind in expected]


@st.composite
def graphs(draw: st.DrawFn) -> MapDocument:
    """Return a map of up to 7 steps with any lines, of any kinds."""
    keys = [f"k{number}" for number in range(draw(st.integers(1, 7)))]
    marks = [draw(st.sampled_from(["", "(", "?"])) for _ in keys]
    steps = " ".join(
        f"{mark}{key}" if mark == "(" else f"{key}{mark}"
        for mark, key in zip(marks, keys, strict=True)
    )
    ends = st.tuples(st.sampled_from(keys), st.sampled_from(keys))
    lines = draw(st.lists(ends, max_size=12, unique=True))
    return flow(steps, " ".join(f"{source}>{target}" for source, target in lines))


def ways(document: MapDocument) -> dict[str, set[str]]:
    """Return per step the steps that some way leads to, itself included, by walking every way."""
    pairs = {(line.source, line.target) for line in document.transitions}
    together = {step.key: {step.key} for step in document.steps}
    for _ in document.steps:
        for source, target in pairs:
            for reached in together.values():
                if source in reached:
                    reached.add(target)
    return together


@settings(max_examples=300)
@given(graphs())
def test_what_cannot_be_reached_and_what_cannot_end_is_what_no_way_leads_to_or_from(
    document: MapDocument,
) -> None:
    leads = ways(document)
    pairs = {(a.source, a.target) for a in document.transitions if a.source != a.target}
    told: dict[str, set[str]] = {kind.value: set() for kind in ProblemKind}
    for each in problems(document):
        told[each.kind.value].add(each.key)
    entered = {target for _, target in pairs}
    left = {source for source, _ in pairs}
    starts = [step for step in document.steps if step.key not in entered]
    marked = [s for s in starts if s.kind is StepKind.TERMINATOR and s.key in left]
    if not starts and document.steps[0].kind is StepKind.TERMINATOR:
        starts = list(document.steps[:1])
    begin = {step.key for step in (marked or starts[:1])}
    ends = {step.key for step in document.steps if step.key not in left} - begin

    reached = set().union(*(leads[key] for key in begin))
    assert told["unreachable"] == ({s.key for s in document.steps} - reached if begin else set())
    endless = {s.key for s in document.steps if not leads[s.key] & ends} & left
    assert told["endless"] == (endless if ends else set())
    assert bool(told["no-start"]) is (not begin)
    assert bool(told["no-end"]) is (not ends)


def test_on_the_sample_s_maps_only_the_planted_gaps_are_told(sample_session: Session) -> None:
    bureau = bureaus(sample_session)[0]

    told = [
        (document.code, each.key, each.kind)
        for document in documents(sample_session, Scope(bureau))
        for each in problems(document)
    ]

    assert told == [
        ("FZ-U2-K04-G03", "r1", ProblemKind.TOO_FEW_MEASURES),  # G07
        ("FZ-U2-K05-G02", "s6", ProblemKind.NO_ACTOR),  # G05
        ("FZ-U6-K02-G02", "s11", ProblemKind.UNLABELLED_BRANCH),  # G04
    ]

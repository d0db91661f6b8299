"""Documents from short notation: `flow("1>2 2>3[是] 2>1[否]", lanes="aab", risks="2:high")`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from riskmap.document.model import (
    Actor,
    Item,
    MapDocument,
    Measure,
    Place,
    RiskPoint,
    Step,
    Transition,
)
from riskmap.document.terms import ActorRole, StepKind
from riskmap.organisation.tree import NodeLevel
from riskmap.register.rating import Level
from riskmap.register.terms import Control, Phase, RiskKind

_LINE = re.compile(r"(\d+)>(\d+)(?:\[([^\]]*)\])?")
_KINDS = {kind.value[0:3]: kind for kind in StepKind}  # ter pro dec doc dat pre


def flow(
    lines: str,
    *,
    lanes: str = "",
    risks: str = "",
    kinds: Mapping[int, str] | None = None,
    texts: Mapping[int, str] | None = None,
) -> MapDocument:
    """Return a map of the lines; lanes are a letter a step, risks `step:level` with a measure each.

    A step without a way in or out is a terminator, one with labelled ways out a decision.
    """
    found = [(int(a), int(b), label) for a, b, label in _LINE.findall(lines)]
    count = max(max(a, b) for a, b, _ in found)
    lanes = (lanes or "a").ljust(count, (lanes or "a")[-1])
    steps = [
        Step(
            key=f"s{number}",
            number=number,
            kind=_KINDS[(kinds or {}).get(number, _kind(number, found))],
            text=(texts or {}).get(number, f"办理第{number}项"),
            actor=lanes[number - 1],
        )
        for number in range(1, count + 1)
    ]
    levels = [pair.split(":") for pair in risks.split()]
    return document(
        steps,
        [(f"s{a}", f"s{b}", label) for a, b, label in found],
        risks=[risk(n, f"s{step}", Level(level)) for n, (step, level) in enumerate(levels, 1)],
    )


def _kind(number: int, lines: Sequence[tuple[int, int, str]]) -> str:
    out = [label for source, _, label in lines if source == number]
    if len([label for label in out if label]) > 1:
        return "dec"
    return "pro" if out and any(target == number for _, target, _ in lines) else "ter"


def document(
    steps: Sequence[Step],
    lines: Sequence[tuple[str, str, str]],
    *,
    risks: Sequence[RiskPoint] = (),
    names: Mapping[str, str] | None = None,
) -> MapDocument:
    """Return a map of steps, of lines as (source, target, condition), and of risk points."""
    actors = dict.fromkeys(step.actor for step in steps if step.actor)
    return MapDocument(
        code="FZ-T1",
        title="试验账图",
        place=Place("U1", NodeLevel.POST, "局", "单位", "科", "岗"),
        goal="",
        duties=(),
        matter=None,
        major_decision=False,
        bases=(),
        actors=tuple(
            Actor(key, (names or {}).get(key, f"岗位{key}"), ActorRole.OWN) for key in actors
        ),
        steps=tuple(steps),
        transitions=tuple(
            Transition(f"t{number}", source, target, condition)
            for number, (source, target, condition) in enumerate(lines, start=1)
        ),
        risk_points=tuple(risks),
        limit_spans=(),
    )


def risk(
    number: int,
    step: str,
    level: Level = Level.HIGH,
    statement: str = "私自放宽标准",
    measures: Sequence[str] = ("两人经办，隔日复核",),
) -> RiskPoint:
    """Return the map's `number`th risk point, on a step."""
    item = Item("01", "风险", "01", "类别", RiskKind.DUTY, "表现", 3, 3)
    return RiskPoint(
        key=f"r{number}",
        step=step,
        item=item,
        statement=statement,
        level=level,
        measures=tuple(
            Measure(f"CS-{number:02}-{index:02}", text, Phase.PREVENT, Control.CHECK, "", "")
            for index, text in enumerate(measures, start=1)
        ),
    )


def with_step_after(before: MapDocument, key: str, text: str = "补入的一步") -> MapDocument:
    """Return the map with a step put in after `key`: the line to the next step runs through it."""
    at = next(index for index, step in enumerate(before.steps) if step.key == key) + 1
    new = Step("new", at + 1, StepKind.PROCESS, text, actor=before.steps[at - 1].actor)
    below = [replace(step, number=step.number + 1) for step in before.steps[at:]]
    cut = next(
        line for line in before.transitions
        if line.source == key and line.target == before.steps[at].key
    )  # fmt: skip
    lines = [replace(line, target="new") if line == cut else line for line in before.transitions]
    return replace(
        before,
        steps=(*before.steps[:at], new, *below),
        transitions=(*lines, Transition("tnew", "new", cut.target)),
    )

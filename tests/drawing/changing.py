"""A dozen ways in which people change a map, each for any document that has what it changes.

Each is what the editor would make of it: lines are led on past what was taken out, steps are
numbered in their order, new things have keys of their own.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from riskmap.document.model import (
    Actor,
    Limit,
    MapDocument,
    Measure,
    RiskPoint,
    Step,
    Transition,
)
from riskmap.document.terms import ActorRole, StepKind
from riskmap.register.rating import Level
from riskmap.register.terms import LimitUnit
from tests.drawing.notation import with_step_after

Change = Callable[[MapDocument], MapDocument]


def step_added(document: MapDocument) -> MapDocument:
    """Put a step in behind one in the middle that leads straight on."""
    return with_step_after(document, _straight(document)[0].key, "现场拍照并上传系统")


def step_removed(document: MapDocument) -> MapDocument:
    """Take a step out; what led to it leads to the next."""
    return without(document, _straight(document)[0].key)


def step_moved(document: MapDocument) -> MapDocument:
    """Take a step out and put it in two steps further down."""
    step = _straight(document)[0]
    left = without(document, step.key)
    risks = [risk for risk in document.risk_points if risk.step == step.key]
    places = [each.key for each in document.steps]
    after = next(
        each for each in _straight(left) if places.index(each.key) > places.index(step.key) + 1
    )
    put = with_step_after(left, after.key, step.text)
    steps = [replace(step, number=each.number) if each.key == "new" else each for each in put.steps]
    lines = [
        replace(
            line,
            source=step.key if line.source == "new" else line.source,
            target=step.key if line.target == "new" else line.target,
        )
        for line in put.transitions
    ]
    moved = replace(put, steps=tuple(steps), transitions=tuple(lines))
    return replace(moved, risk_points=_in_order(moved, [*moved.risk_points, *risks]))


def text_changed(document: MapDocument) -> MapDocument:
    """Write a step's text anew, in part."""
    step = _straight(document)[0]
    return changed(document, step.key, text=f"{step.text}，并由两人签名")


def actor_changed(document: MapDocument) -> MapDocument:
    """Give a step to another actor of the map: it goes to another lane."""
    step = _straight(document)[0]
    others = [actor for actor in document.actors if actor.key not in (step.actor, "")]
    leader = [each for each in others if each.role in (ActorRole.LEADER, ActorRole.OTHER)]
    return changed(document, step.key, actor=(leader or others)[0].key)


def branch_added(document: MapDocument) -> MapDocument:
    """Let a decision have one more way out, to the last step."""
    decision = _decision(document)
    targets = {line.target for line in document.after(decision.key)}
    last = next(each for each in reversed(document.steps) if each.key not in targets)
    line = Transition("t900", decision.key, last.key, "申请人撤回")
    return _with_lines(document, [*document.transitions, line])


def condition_renamed(document: MapDocument) -> MapDocument:
    """Call a branch of a decision something else."""
    line = document.after(_decision(document).key)[-1]
    lines = [
        replace(each, condition="材料不全") if each == line else each
        for each in document.transitions
    ]
    return _with_lines(document, lines)


def branch_redirected(document: MapDocument) -> MapDocument:
    """Let a branch of a decision lead to another step."""
    decision = _decision(document)
    line = document.after(decision.key)[-1]
    taken = {each.target for each in document.after(decision.key)} | {decision.key}
    target = next(each for each in document.steps[1:] if each.key not in taken)
    lines = [
        replace(each, target=target.key) if each == line else each for each in document.transitions
    ]
    return _with_lines(document, lines)


def risk_added(document: MapDocument) -> MapDocument:
    """Find a risk point at a step that had none."""
    taken = {risk.step for risk in document.risk_points}
    step = next(each for each in document.steps[1:-1] if each.key not in taken)
    like = document.risk_points[0]
    risk = replace(
        like, key="r900", step=step.key, statement="与申请人私下接触", level=Level.MEDIUM, reason=""
    )
    return replace(document, risk_points=_in_order(document, [*document.risk_points, risk]))


def risk_removed(document: MapDocument) -> MapDocument:
    """Take the second risk point out."""
    points = document.risk_points
    return replace(document, risk_points=(*points[:1], *points[2:]))


def level_raised(document: MapDocument) -> MapDocument:
    """Call a risk that was not high a high one, and say why."""
    risk = next(each for each in document.risk_points if each.level is not Level.HIGH)
    return _with_risk(document, risk, level=Level.HIGH, reason="近两年发生过同类问题")


def measure_rewritten(document: MapDocument) -> MapDocument:
    """Change the text of a measure in the register."""
    code = document.risk_points[0].measures[0].code

    def written(measure: Measure) -> Measure:
        return (
            replace(measure, text=f"{measure.text}，按月抽查") if measure.code == code else measure
        )

    points = [
        replace(risk, measures=tuple(map(written, risk.measures))) for risk in document.risk_points
    ]
    return replace(document, risk_points=tuple(points))


def limit_changed(document: MapDocument) -> MapDocument:
    """Give a step another time limit."""
    step = next(each for each in document.steps if each.limit)
    return changed(document, step.key, limit=Limit(20, LimitUnit.WORKING_DAY))


def several(document: MapDocument) -> MapDocument:
    """Do many of these at once, and change the head of the map."""
    for change in (step_removed, step_added, level_raised, risk_removed, condition_renamed):
        document = change(document)
    return replace(document, goal=f"{document.goal}不收受礼品。", duties=document.duties[1:])


CHANGES: dict[str, tuple[str, Change]] = {
    "step added": ("FZ-U1-K13-G02", step_added),
    "step removed": ("FZ-U2-K04-G02", step_removed),
    "step moved": ("FZ-U3-K02-G01", step_moved),
    "text changed": ("FZ-U1-K13-G01", text_changed),
    "actor changed": ("FZ-U1-K09", actor_changed),
    "branch added": ("FZ-U2-K05-G01", branch_added),
    "branch redirected": ("FZ-U5-K02-G01", branch_redirected),
    "condition renamed": ("FZ-U7-K01-G01", condition_renamed),
    "risk added": ("FZ-U1-K10-G01", risk_added),
    "risk removed": ("FZ-U4-K01-G01", risk_removed),
    "level raised": ("FZ-U1-K01-G01", level_raised),
    "measure rewritten": ("FZ-U3-K01-G01", measure_rewritten),
    "limit changed": ("FZ-U9-K01-G01", limit_changed),
    "several at once": ("FZ-U1-K13", several),
}
"""Each with the map of the sample on which it is looked at."""


def changed(document: MapDocument, key: str, **fields: object) -> MapDocument:
    """Return the document with fields of one step changed."""
    steps = [
        replace(step, **fields) if step.key == key else step  # type: ignore[arg-type]
        for step in document.steps
    ]
    return replace(document, steps=tuple(steps))


def without(document: MapDocument, key: str) -> MapDocument:
    """Return the document without a step: what led to it leads on to where it led first."""
    steps = [step for step in document.steps if step.key != key]
    after = document.after(key)[0].target
    lines = [
        replace(line, target=after) if line.target == key else line
        for line in document.transitions
        if line.source != key
    ]
    return _with_lines(
        replace(
            document,
            steps=tuple(replace(step, number=at) for at, step in enumerate(steps, start=1)),
            risk_points=tuple(risk for risk in document.risk_points if risk.step != key),
            limit_spans=tuple(
                span for span in document.limit_spans if key not in (span.first, span.last)
            ),
        ),
        lines,
    )


def renamed_actor(document: MapDocument, name: str) -> MapDocument:
    """Return the document with its first actor called something else."""
    first, *others = document.actors
    return replace(document, actors=(Actor(first.key, name, first.role), *others))


def _straight(document: MapDocument) -> list[Step]:
    """Return the steps in the middle that lead to the next step and nowhere else."""
    steps = document.steps
    return [
        step
        for step, after in zip(steps[2:-2], steps[3:], strict=False)
        if step.kind is StepKind.PROCESS
        and [line.target for line in document.after(step.key)] == [after.key]
    ]


def _decision(document: MapDocument) -> Step:
    return next(step for step in document.steps if step.kind is StepKind.DECISION)


def _with_lines(document: MapDocument, lines: Sequence[Transition]) -> MapDocument:
    places = {step.key: at for at, step in enumerate(document.steps)}
    return replace(document, transitions=tuple(sorted(lines, key=lambda one: places[one.source])))


def _with_risk(document: MapDocument, risk: RiskPoint, **fields: object) -> MapDocument:
    points = [
        replace(each, **fields) if each == risk else each  # type: ignore[arg-type]
        for each in document.risk_points
    ]
    return replace(document, risk_points=tuple(points))


def _in_order(document: MapDocument, risks: Sequence[RiskPoint]) -> tuple[RiskPoint, ...]:
    places = {step.key: at for at, step in enumerate(document.steps)}
    return tuple(sorted(risks, key=lambda risk: places[risk.step]))

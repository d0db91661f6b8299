"""What a reader of a flowchart would stumble over: no end, a step that nothing leads to, …"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from riskmap.document.model import MapDocument, RiskPoint, Step, Transition
from riskmap.document.terms import StepKind
from riskmap.register.rating import Level
from riskmap.register.terms import Control

UNWRITTEN: Final = "（未填写）"
"""What stands in a box whose text has not been typed yet."""

ENOUGH: Final = {Level.HIGH: 3, Level.MEDIUM: 2, Level.LOW: 1}
"""How many measures the level of a risk asks for."""

CHECKS: Final = frozenset({Control.CHECK, Control.SUPERVISION})
"""Of which a high risk asks for one at least."""


class ProblemKind(StrEnum):
    """What is wrong."""

    NO_START = "no-start"
    NO_END = "no-end"
    SECOND_START = "second-start"
    START_NOT_MARKED = "start-not-marked"
    TERMINATOR_BETWEEN = "terminator-between"
    UNREACHABLE = "unreachable"
    ENDLESS = "endless"
    DEAD_END = "dead-end"
    TOO_FEW_BRANCHES = "too-few-branches"
    UNLABELLED_BRANCH = "unlabelled-branch"
    EQUAL_LABELS = "equal-labels"
    CONDITION_WITHOUT_DECISION = "condition-without-decision"
    TWO_LINES_TO_ONE_STEP = "two-lines-to-one-step"
    LINE_TO_ITSELF = "line-to-itself"
    LINE_TO_NOWHERE = "line-to-nowhere"
    NO_TEXT = "no-text"
    NO_ACTOR = "no-actor"
    NO_MEASURE = "no-measure"
    TOO_FEW_MEASURES = "too-few-measures"
    NO_CHECK = "no-check"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a step or a risk point; the key is empty for the map as a whole."""

    key: str
    kind: ProblemKind


class Flow:
    """A document's steps and lines as a graph; lines that lead nowhere are left out of it."""

    def __init__(self, document: MapDocument) -> None:
        self.document = document
        self.lines: dict[str, list[Transition]] = {step.key: [] for step in document.steps}
        self.after: dict[str, list[str]] = {step.key: [] for step in document.steps}
        self.before: dict[str, list[str]] = {step.key: [] for step in document.steps}
        for line in document.transitions:
            if line.source not in self.lines:
                continue
            self.lines[line.source].append(line)
            if line.target in self.lines and line.target != line.source:
                self.after[line.source].append(line.target)
                self.before[line.target].append(line.source)

    @cached_property
    def starts(self) -> list[str]:
        """The start first, then every other terminator that only leads on."""
        free = [step for step in self.document.steps if not self.before[step.key]]
        marked = [step.key for step in free if _terminator(step) and self.after[step.key]]
        if marked:
            return marked
        first = self.document.steps[:1]
        return [step.key for step in (free or [step for step in first if _terminator(step)])][:1]

    @cached_property
    def ends(self) -> list[str]:
        """The steps that lead nowhere, the start left out."""
        return [key for key, after in self.after.items() if not after and key not in self.starts]

    @cached_property
    def reached(self) -> set[str]:
        """The steps that some way from a start leads to."""
        return _all_from(self.starts, self.after)

    @cached_property
    def ending(self) -> set[str]:
        """The steps from which some way leads to an end."""
        return _all_from(self.ends, self.before)


def _all_from(keys: Iterable[str], neighbours: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += neighbours[key]
    return found


def _terminator(step: Step) -> bool:
    return step.kind is StepKind.TERMINATOR


def problems(document: MapDocument) -> list[Problem]:
    """Return what is wrong: first with the map as a whole, then step by step."""
    flow = Flow(document)
    found = [Problem("", kind) for kind in _of_the_map(flow)]
    for step in document.steps:
        found += [Problem(step.key, kind) for rule in STEP_RULES for kind in rule(flow, step)]
        for risk in document.risks_of(step.key):
            found += [Problem(risk.key, kind) for kind in _of_a_risk(risk)]
    return found


def _of_the_map(flow: Flow) -> Iterator[ProblemKind]:
    if not flow.starts:
        yield ProblemKind.NO_START
    if not flow.ends:
        yield ProblemKind.NO_END


def _entrance(flow: Flow, step: Step) -> Iterator[ProblemKind]:
    if step.key not in flow.reached and flow.starts:
        yield ProblemKind.UNREACHABLE
    if step.key in flow.starts[1:]:
        yield ProblemKind.SECOND_START
    if step.key in flow.starts[:1] and not _terminator(step):
        yield ProblemKind.START_NOT_MARKED


def _exit(flow: Flow, step: Step) -> Iterator[ProblemKind]:
    start, leads_on = step.key in flow.starts, bool(flow.after[step.key])
    if not leads_on and (start or not _terminator(step)):
        yield ProblemKind.DEAD_END
    if step.key not in flow.ending and flow.ends and leads_on:
        yield ProblemKind.ENDLESS
    if _terminator(step) and leads_on and not start:
        yield ProblemKind.TERMINATOR_BETWEEN


def _branches(flow: Flow, step: Step) -> Iterator[ProblemKind]:
    conditions = [line.condition for line in flow.lines[step.key]]
    said = [each for each in conditions if each]
    if step.kind is not StepKind.DECISION:
        if said:  # without conditions, several lines go on at once
            yield ProblemKind.CONDITION_WITHOUT_DECISION
        return
    if len(conditions) < 2:
        yield ProblemKind.TOO_FEW_BRANCHES
    elif len(said) < len(conditions):
        yield ProblemKind.UNLABELLED_BRANCH
    if len(set(said)) < len(said):
        yield ProblemKind.EQUAL_LABELS


def _lines(flow: Flow, step: Step) -> Iterator[ProblemKind]:
    targets = [line.target for line in flow.lines[step.key]]
    if len(set(targets)) < len(targets):
        yield ProblemKind.TWO_LINES_TO_ONE_STEP
    if step.key in targets:
        yield ProblemKind.LINE_TO_ITSELF
    if any(target not in flow.lines for target in targets):
        yield ProblemKind.LINE_TO_NOWHERE


def _content(_flow: Flow, step: Step) -> Iterator[ProblemKind]:
    if step.text.strip() in ("", UNWRITTEN):
        yield ProblemKind.NO_TEXT
    if not step.actor:
        yield ProblemKind.NO_ACTOR


STEP_RULES: Final[tuple[Callable[[Flow, Step], Iterator[ProblemKind]], ...]] = (
    _entrance,
    _content,
    _branches,
    _lines,
    _exit,
)


def _of_a_risk(risk: RiskPoint) -> Iterator[ProblemKind]:
    if not risk.measures:
        yield ProblemKind.NO_MEASURE
        return
    if len(risk.measures) < ENOUGH[risk.level]:
        yield ProblemKind.TOO_FEW_MEASURES
    if risk.level is Level.HIGH and not any(each.control in CHECKS for each in risk.measures):
        yield ProblemKind.NO_CHECK

"""The problems of a flow in sentences that name steps and risk points by their numbers."""

from typing import Final

from riskmap.document.model import MapDocument
from riskmap.document.sentences import Said, Value, say
from riskmap.document.soundness import ENOUGH, Problem, ProblemKind

SENTENCES: Final = {
    ProblemKind.NO_START: say("The map has no start: no step that no other step leads to."),
    ProblemKind.NO_END: say("The map has no end: let the last step lead nowhere."),
    ProblemKind.SECOND_START: say(
        "Step %(number)s is a second start; let another step lead to it, or join the two."
    ),
    ProblemKind.START_NOT_MARKED: say(
        "Step %(number)s is where the work starts; make its kind “start or end”."
    ),
    ProblemKind.TERMINATOR_BETWEEN: say(
        "Step %(number)s is drawn as a start or end, but the work goes on from it; "
        "change its kind, or take its lines away."
    ),
    ProblemKind.UNREACHABLE: say(
        "Step %(number)s cannot be reached from the start; let another step lead to it."
    ),
    ProblemKind.ENDLESS: say("From step %(number)s no way leads to an end."),
    ProblemKind.DEAD_END: say(
        "Step %(number)s leads nowhere; say what comes next, or make it an end."
    ),
    ProblemKind.TOO_FEW_BRANCHES: say(
        "Step %(number)s is a decision and needs two branches at least."
    ),
    ProblemKind.UNLABELLED_BRANCH: say(
        "A branch of step %(number)s has no condition; write when it is taken."
    ),
    ProblemKind.EQUAL_LABELS: say("Two branches of step %(number)s have the same condition."),
    ProblemKind.CONDITION_WITHOUT_DECISION: say(
        "Step %(number)s has a condition on a line but is no decision; "
        "make its kind “decision”, or take the condition away."
    ),
    ProblemKind.TWO_LINES_TO_ONE_STEP: say(
        "Two lines of step %(number)s lead to the same step; keep one."
    ),
    ProblemKind.LINE_TO_ITSELF: say("Step %(number)s leads to itself; choose another step."),
    ProblemKind.LINE_TO_NOWHERE: say(
        "A line of step %(number)s does not say to which step it leads; choose one."
    ),
    ProblemKind.NO_TEXT: say("Step %(number)s has no text; write what is done."),
    ProblemKind.NO_ACTOR: say("Step %(number)s does not say who carries it out."),
    ProblemKind.NO_MEASURE: say("Risk point %(risk)s of step %(number)s has no measure."),
    ProblemKind.TOO_FEW_MEASURES: say(
        "Risk point %(risk)s of step %(number)s needs %(needed)s measures at least; "
        "it has %(found)s."
    ),
    ProblemKind.NO_CHECK: say(
        "Risk point %(risk)s of step %(number)s is a high risk and needs a measure of "
        "checks and balances or of oversight."
    ),
}


def sentence(problem: Problem, document: MapDocument) -> Said:
    """Return a problem in a sentence."""
    step = document.step_by_key.get(step_of(problem, document))
    values: dict[str, Value] = {"number": step.number if step else ""}
    for number, risk in enumerate(document.risk_points, start=1):
        if risk.key == problem.key:
            values |= {"risk": number, "needed": ENOUGH[risk.level], "found": len(risk.measures)}
    return say(SENTENCES[problem.kind].template, **values)


def step_of(problem: Problem, document: MapDocument) -> str:
    """Return the key of the step that a problem is at, "" for the map as a whole."""
    found = (risk.step for risk in document.risk_points if risk.key == problem.key)
    return next(found, problem.key)

"""Risk points: attached to an item in use, answered by enough measures, rated as the rules say."""

from collections.abc import Iterator
from typing import Final

from riskmap.coverage.facts import DrawnMap, Facts
from riskmap.coverage.gaps import Found, Kind, Severity, Subject, Value, on_map, say
from riskmap.coverage.rule import Rule
from riskmap.document.model import RiskPoint, Step
from riskmap.document.soundness import CHECKS, ENOUGH
from riskmap.document.terms import Duty
from riskmap.register.rating import Level


def every_risk(facts: Facts) -> Iterator[tuple[DrawnMap, Step, RiskPoint]]:
    """Yield the risk points of all maps with their steps, in reading order."""
    for drawn in facts.maps:
        for step, risk in drawn.risks():
            yield drawn, step, risk


def _attached(facts: Facts) -> Iterator[Found]:
    for drawn, step, risk in every_risk(facts):
        item = facts.items.get(risk.item.code)
        if item is None or item.retired:
            yield Found(
                on_map(drawn.code, risk.key),
                say(
                    "The risk point on step %(number)s belongs to item %(item)s, "
                    "which is no longer in use.",
                    number=step.number,
                    item=risk.item.code,
                ),
                node=drawn.node,
                seen=(Subject(Kind.ITEM, risk.item.code),),
            )


def _in_use(facts: Facts, code: str) -> bool:
    measure = facts.measures.get(code)
    return measure is not None and not measure.retired


def _answered(facts: Facts) -> Iterator[Found]:
    for drawn, step, risk in every_risk(facts):
        measures = [each for each in risk.measures if _in_use(facts, each.code)]
        values: dict[str, Value] = {
            "number": step.number,
            "level": risk.level,
            "found": len(measures),
        }
        needed = ENOUGH[risk.level]
        message = None
        if len(measures) < needed:
            message = say(
                "The risk point on step %(number)s is rated %(level)s and has %(found)s measures "
                "in use; it needs %(needed)s.",
                needed=needed,
                **values,
            )
        elif risk.level is Level.HIGH and not any(each.control in CHECKS for each in measures):
            message = say(
                "The risk point on step %(number)s is rated %(level)s, and none of its "
                "%(found)s measures is one of checks and balances or of oversight.",
                **values,
            )
        elif not any(facts.measures[each.code].item == risk.item.code for each in measures):
            message = say(
                "The risk point on step %(number)s is rated %(level)s, and none of its "
                "%(found)s measures belongs to its own item.",
                **values,
            )
        if message:
            yield Found(
                on_map(drawn.code, risk.key),
                message,
                node=drawn.node,
                seen=tuple(Subject(Kind.MEASURE, each.code) for each in risk.measures),
            )


def _rated(facts: Facts) -> Iterator[Found]:
    for drawn, step, risk in every_risk(facts):
        at = on_map(drawn.code, risk.key)
        item = facts.items.get(risk.item.code)
        seen = (Subject(Kind.ITEM, risk.item.code),)
        if step.duty is Duty.PAY and risk.level is not Level.HIGH:
            yield Found(
                at,
                say(
                    "Step %(number)s pays money; its risk point is to be rated high, "
                    "not %(level)s.",
                    number=step.number,
                    level=risk.level,
                ),
                node=drawn.node,
                seen=seen,
            )
        elif item and risk.level is not item.level and not risk.reason.strip():
            yield Found(
                at,
                say(
                    "The risk point on step %(number)s is rated %(level)s, its item %(other)s, "
                    "and no reason is given.",
                    number=step.number,
                    level=risk.level,
                    other=item.level,
                ),
                node=drawn.node,
                seen=seen,
            )


ATTACHED: Final = Rule(
    code="G06",
    severity=Severity.ERROR,
    statement=say("Every risk point belongs to one item in use and stands on a step of a map."),
    remedy=say("Choose an item in use for the risk point, or take the risk point away."),
    basis="设计建议",
    check=_attached,
)
ANSWERED: Final = Rule(
    code="G07",
    severity=Severity.ERROR,
    statement=say(
        "A high risk has three measures at least, one of them of checks and balances or of "
        "oversight; a medium one has two, a low one has one."
    ),
    remedy=say("Tick more measures for the risk point, or have a new one added to the register."),
    basis="设计建议",
    check=_answered,
)
RATED: Final = Rule(
    code="G09",
    severity=Severity.ERROR,
    statement=say("A risk point has its item's level, or a reason for another; paying is high."),
    remedy=say("Correct the level, or write the reason for it."),
    basis="设计建议；社会保险经办条例第三十七条（重点、高风险业务分级审核）",
    check=_rated,
)
RULES: Final = (ATTACHED, ANSWERED, RATED)

"""What every map must say: goal, duties, basis, matter, limits, own steps, risk points."""

from collections.abc import Iterator
from typing import Final

from riskmap.coverage.facts import DrawnMap, Facts
from riskmap.coverage.gaps import Found, Said, Severity, on_map, say
from riskmap.coverage.parameters import LEAST_STEPS
from riskmap.coverage.rule import Rule
from riskmap.document.terms import Duty
from riskmap.organisation.tree import NodeLevel

NO_RISK: Final = "经排查"
"""Begins the duty that declares, after looking for them, that there is no risk point."""

DELICATE: Final = frozenset(
    {Duty.PAY, Duty.APPROVE, Duty.DECIDE, Duty.DRAW, Duty.INVESTIGATE, Duty.APPRAISE, Duty.CUSTODY}
)
"""Duties in which power over money, rights or secrets is used."""


def _missing(facts: Facts, drawn: DrawnMap) -> Iterator[tuple[str, Said]]:
    document = drawn.document
    if not document.goal.strip():
        yield "goal", say("The map does not say what its work is to achieve.")
    if not document.duties:
        yield "duties", say("The map does not say what the duties are.")
    if not document.bases:
        yield "bases", say("The map names no basis.")
    if document.matter is None:
        yield "matter", say("The map names no matter, and is not marked as internal management.")
    if not document.risk_points and not declared(drawn):
        yield (
            "risks",
            say("The map has no risk point, and no duty declares that none was found."),
        )
    yield from _missing_steps(facts, drawn)


def _missing_steps(facts: Facts, drawn: DrawnMap) -> Iterator[tuple[str, Said]]:
    document = drawn.document
    if not document.limit_spans and not any(step.limit for step in document.steps):
        yield "limits", say("No step of the map has a time limit.")
    if len(document.steps) < facts.parameters.number(LEAST_STEPS):
        yield "steps", say("The map has only %(found)s steps.", found=len(document.steps))
    own = any(step.actor == drawn.node for step in document.steps)
    if document.place.level is NodeLevel.POST and not own:
        yield "own", say("No step of the map is carried out by the post it is drawn for.")


def declared(drawn: DrawnMap) -> bool:
    """Return whether a duty of a map declares that no risk point was found."""
    return any(NO_RISK in duty for duty in drawn.document.duties)


def _elements(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        for about, message in _missing(facts, drawn):
            yield Found(on_map(drawn.code), message, node=drawn.node, about=about)


def _delicate(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        if drawn.document.place.level is not NodeLevel.POST or not drawn.document.risk_points:
            continue
        risky = {risk.step for risk in drawn.document.risk_points}
        for step in drawn.with_duty(*DELICATE):
            if step.actor == drawn.node and step.key not in risky:
                yield Found(
                    on_map(drawn.code, step.key),
                    say(
                        "Step %(number)s (%(duty)s) is where this post decides, and has no "
                        "risk point.",
                        number=step.number,
                        duty=step.duty or Duty.OTHER,
                    ),
                    node=drawn.node,
                )


ELEMENTS: Final = Rule(
    code="G03",
    severity=Severity.ERROR,
    statement=say(
        "A map says goal, duties, basis, matter, steps, limits and risk points; a post's map "
        "shows what the post itself does."
    ),
    remedy=say("Complete the map on its page."),
    basis="设计建议；2023年法治政府建设工作年度报告：账图应明确工作目标、操作步骤、主要风险点",
    check=_elements,
    parameters=(LEAST_STEPS,),
)
DELICATE_STEPS: Final = Rule(
    code="R04",
    severity=Severity.NOTICE,
    statement=say(
        "A step in which a post pays, approves, decides, draws lots, investigates, appraises or "
        "keeps secrets has a risk point."
    ),
    remedy=say("Look whether the step can go wrong; if so, add the risk point."),
    basis="设计建议",
    check=_delicate,
)
RULES: Final = (ELEMENTS, DELICATE_STEPS)

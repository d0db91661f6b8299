"""The flow of a map is sound, and every step has somebody who carries it out."""

from collections.abc import Iterator
from typing import Final

from riskmap.coverage.facts import DrawnMap, Facts
from riskmap.coverage.gaps import Found, Kind, Said, Severity, Subject, on_map, say
from riskmap.coverage.rule import Rule
from riskmap.document.model import Step
from riskmap.document.problem_sentences import sentence
from riskmap.document.soundness import ProblemKind, problems
from riskmap.document.terms import StepKind

OTHERS: Final = frozenset(
    {
        ProblemKind.NO_ACTOR,
        ProblemKind.NO_MEASURE,
        ProblemKind.TOO_FEW_MEASURES,
        ProblemKind.NO_CHECK,
    }
)
"""Problems that rules of their own look for."""


def _sound(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        for problem in problems(drawn.document):
            if problem.kind not in OTHERS:
                keys = (problem.key,) if problem.key else ()
                yield Found(
                    on_map(drawn.code, *keys),
                    sentence(problem, drawn.document),
                    node=drawn.node,
                    about=problem.kind.value,
                )
        yield from _details(facts, drawn)


def _details(facts: Facts, drawn: DrawnMap) -> Iterator[Found]:
    """Yield the steps that should lead to another map and do not."""
    for step in drawn.document.steps:
        message = None
        if step.kind is StepKind.PREDEFINED and not step.detail:
            message = say(
                "Step %(number)s is drawn as detailed on another map, but names none.",
                number=step.number,
            )
        elif step.detail and step.detail not in facts.map_by_code:
            message = say(
                "Step %(number)s is detailed on map %(code)s, which is no longer in use.",
                number=step.number,
                code=step.detail,
            )
        if message:
            yield Found(on_map(drawn.code, step.key), message, node=drawn.node, about="detail")


def _lane(facts: Facts, step: Step) -> Said | None:
    """Return what is wrong with who carries a step out."""
    node, party = facts.nodes.get(step.actor), facts.parties.get(step.actor)
    if not step.actor or (node is None and party is None):
        return say("Step %(number)s does not say who carries it out.", number=step.number)
    retired = node.retired if node else party is not None and party.retired
    if retired:
        return say(
            "Step %(number)s is carried out by %(actor)s, which is no longer in use.",
            number=step.number,
            actor=facts.actor_name(step.actor),
        )
    return None


def _lanes(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        for step in drawn.document.steps:
            if message := _lane(facts, step):
                seen = (Subject(Kind.NODE, step.actor),) if step.actor in facts.nodes else ()
                yield Found(on_map(drawn.code, step.key), message, node=drawn.node, seen=seen)


SOUND: Final = Rule(
    code="G04",
    severity=Severity.ERROR,
    statement=say(
        "A map has one start and an end; every step is reached and leads to an end; a decision "
        "has two branches at least, each with a condition of its own."
    ),
    remedy=say("Correct the lines of the map; the chart beside the table follows."),
    basis="GB/T 1526—1989（ISO 5807:1985）",
    check=_sound,
)
LANES: Final = Rule(
    code="G05",
    severity=Severity.ERROR,
    statement=say("Every step stands in one lane: of a post in use, or of a named outside party."),
    remedy=say("Choose who carries the step out."),
    basis="设计建议",
    check=_lanes,
)
RULES: Final = (SOUND, LANES)

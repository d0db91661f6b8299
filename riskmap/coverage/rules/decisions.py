"""What the law asks of decisions: legal review, publicity, record, notice and hearing, recusal."""

from collections.abc import Iterator
from typing import Final

from riskmap.coverage import paths
from riskmap.coverage.facts import DrawnMap, Facts
from riskmap.coverage.gaps import Found, Kind, Severity, Subject, on_map, say
from riskmap.coverage.parameters import (
    ENFORCEMENT_WORDS,
    PUBLICITY_DAYS,
    PUBLICITY_SOON_DAYS,
    RECUSAL_WORDS,
    Parameter,
)
from riskmap.coverage.rule import Rule
from riskmap.document.model import Limit
from riskmap.document.terms import Duty, StepKind
from riskmap.organisation.tree import NodeLevel
from riskmap.register.terms import LimitUnit, PowerKind

HANDLING: Final = (Duty.INVESTIGATE, Duty.DRAFT, Duty.ACCEPT)
JUDGING: Final = frozenset({Duty.INVESTIGATE, Duty.APPRAISE, Duty.COLLECTIVE, Duty.DRAW})
RECORDED: Final = (Duty.INVESTIGATE, Duty.DRAW, Duty.HEARING, Duty.SERVE, Duty.DECIDE)
ENFORCING: Final = frozenset(
    {
        PowerKind.LICENCE,
        PowerKind.PENALTY,
        PowerKind.INSPECTION,
        PowerKind.CONFIRMATION,
        PowerKind.ADJUDICATION,
        PowerKind.COERCION,
    }
)


def _named(drawn: DrawnMap, words: tuple[str, ...]) -> bool:
    """Return whether a map's matter has one of some words in its name."""
    matter = drawn.document.matter
    return matter is not None and any(word in matter.name for word in words)


def _legal_review(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        if drawn.kind is PowerKind.PENALTY and not drawn.document.major_decision:
            yield Found(
                on_map(drawn.code),
                say("The map is about a penalty and is not marked as a major decision."),
                node=drawn.node,
                about="not-marked",
            )
        if drawn.document.major_decision:
            yield from _unreviewed(facts, drawn)


def _unreviewed(facts: Facts, drawn: DrawnMap) -> Iterator[Found]:
    reviews = drawn.with_duty(Duty.LEGAL_REVIEW)
    free = paths.reached(drawn.flow, {step.key for step in reviews})
    for decision in drawn.with_duty(Duty.DECIDE):
        if decision.key in free:
            yield Found(
                on_map(drawn.code, decision.key),
                say(
                    "A way leads to the decision in step %(number)s without legal review.",
                    number=decision.number,
                ),
                node=drawn.node,
            )
    handling = {step.actor: step for step in drawn.with_duty(*HANDLING)}
    for review in reviews:
        if review.actor in handling:
            yield Found(
                on_map(drawn.code, handling[review.actor].key, review.key),
                say(
                    "%(actor)s handles the case (step %(first)s) and reviews its legality "
                    "(step %(second)s).",
                    actor=facts.actor_name(review.actor),
                    first=handling[review.actor].number,
                    second=review.number,
                ),
                node=drawn.node,
                about="same-hand",
            )


def _publicity(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        within = _to_publish_within(facts, drawn)
        if within is None:
            continue
        published = drawn.with_duty(Duty.PUBLICISE)
        if not published:
            yield Found(
                on_map(drawn.code),
                say("The map has a decision and no step that publishes it."),
                node=drawn.node,
                about="none",
            )
        days = facts.parameters.number(within)
        allowed = paths.calendar_days(Limit(days, LimitUnit.WORKING_DAY))
        for step in published:
            if step.limit and paths.calendar_days(step.limit) <= allowed:
                continue
            yield Found(
                on_map(drawn.code, step.key),
                say(
                    "Step %(number)s publishes the decision within %(limit)s; "
                    "%(days)s working days are allowed.",
                    number=step.number,
                    limit=step.limit.text,
                    days=days,
                )
                if step.limit
                else say(
                    "Step %(number)s publishes the decision and says no time limit; "
                    "%(days)s working days are allowed.",
                    number=step.number,
                    days=days,
                ),
                node=drawn.node,
            )


def _to_publish_within(facts: Facts, drawn: DrawnMap) -> Parameter | None:
    """Return the setting that bounds the publicity of a map's decision, None where none does."""
    if not any(facts.own(step.actor) for step in drawn.with_duty(Duty.DECIDE)):
        return None
    if drawn.kind in (PowerKind.LICENCE, PowerKind.PENALTY):
        return PUBLICITY_SOON_DAYS
    enforcing = drawn.kind in (PowerKind.INSPECTION, PowerKind.COERCION)
    words = facts.parameters.words(ENFORCEMENT_WORDS)
    return PUBLICITY_DAYS if enforcing or _named(drawn, words) else None


def _recorded(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        for step in drawn.with_duty(*RECORDED):
            if step.kind in (StepKind.DECISION, StepKind.TERMINATOR) or step.recording:
                continue
            if facts.own(step.actor):
                yield Found(
                    on_map(drawn.code, step.key),
                    say(
                        "Step %(number)s (%(duty)s) does not say how it is recorded.",
                        number=step.number,
                        duty=step.duty or Duty.OTHER,
                    ),
                    node=drawn.node,
                )
        if drawn.document.place.level is NodeLevel.OFFICE and drawn.kind in ENFORCING:
            archived = Duty.ARCHIVE in drawn.by_duty
            if not archived and not any("归档" in step.text for step in drawn.document.steps):
                yield Found(
                    on_map(drawn.code),
                    say("The procedure ends without being archived."),
                    node=drawn.node,
                    about="archive",
                )


def _heard(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        decisions = drawn.with_duty(Duty.DECIDE)
        if drawn.kind is not PowerKind.PENALTY or not decisions:
            continue
        told = {
            step.key
            for step in drawn.with_duty(Duty.NOTIFY)
            if "陈述" in step.text and "申辩" in step.text
        }
        free = paths.reached(drawn.flow, told)
        for decision in decisions:
            if decision.key in free:
                yield Found(
                    on_map(drawn.code, decision.key),
                    say(
                        "A way leads to the penalty in step %(number)s without the party being "
                        "told that it may state its case.",
                        number=decision.number,
                    ),
                    node=drawn.node,
                )
        if Duty.HEARING not in drawn.by_duty:
            yield Found(
                on_map(drawn.code),
                say("The map of a penalty has no branch of a hearing."),
                node=drawn.node,
                about="hearing",
            )
        words = "".join(step.text + step.document for step in drawn.document.steps)
        if "复议" not in words:
            yield Found(
                on_map(drawn.code),
                say("The party is not told of review and suit against the penalty."),
                node=drawn.node,
                about="remedies",
            )


def _recusal(facts: Facts) -> Iterator[Found]:
    words = facts.parameters.words(RECUSAL_WORDS)
    for drawn in facts.maps:
        if not _named(drawn, words) or Duty.RECUSE in drawn.by_duty:
            continue
        if judging := [step for step in drawn.document.steps if step.duty in JUDGING]:
            matter = drawn.document.matter
            assert matter is not None, "its name has one of the words"
            yield Found(
                on_map(drawn.code, judging[0].key),
                say(
                    "Before step %(number)s nobody who has an interest in the case is asked to "
                    "step aside.",
                    number=judging[0].number,
                ),
                node=drawn.node,
                seen=(Subject(Kind.MATTER, matter.code),),
            )


LEGAL_REVIEW: Final = Rule(
    code="G18",
    severity=Severity.ERROR,
    statement=say(
        "Every way to a major decision passes legal review, by somebody who does not handle the "
        "case; a penalty is a major decision."
    ),
    remedy=say("Mark the map as a major decision, and lead every way through legal review."),
    basis="行政处罚法第五十八条：未经法制审核或者审核未通过的，不得作出决定",
    check=_legal_review,
)
PUBLICITY: Final = Rule(
    code="G19",
    severity=Severity.ERROR,
    statement=say("A decision of enforcement is published in time."),
    remedy=say("Add the step that publishes the decision, and its time limit."),
    basis="国办发〔2018〕118号：行政执法决定20个工作日，行政许可、行政处罚7个工作日",
    check=_publicity,
    parameters=(PUBLICITY_DAYS, PUBLICITY_SOON_DAYS, ENFORCEMENT_WORDS),
)
WHOLE_RECORD: Final = Rule(
    code="G20",
    severity=Severity.ERROR,
    statement=say(
        "Investigating, drawing, hearing, deciding and serving are recorded, and the record is "
        "archived."
    ),
    remedy=say("Write on the step how it is recorded; add the step that archives the record."),
    basis="行政处罚法第四十七条",
    check=_recorded,
)
HEARD: Final = Rule(
    code="G21",
    severity=Severity.ERROR,
    statement=say(
        "Before a penalty the party is told that it may state its case, and may be heard; with the "
        "penalty it is told of review and suit."
    ),
    remedy=say("Add the notice, the hearing or the instruction on remedies."),
    basis="行政处罚法第六十三条、第六十四条；其余条款由政策法规科核对",
    check=_heard,
)
RECUSAL: Final = Rule(
    code="G22",
    severity=Severity.ERROR,
    statement=say(
        "Where somebody investigates, appraises, draws or judges, who has an interest in the case "
        "steps aside first."
    ),
    remedy=say("Add the step in which interests are declared and checked."),
    basis="工伤保险条例第二十条、第二十七条；劳动保障监察条例第十六条；劳动争议调解仲裁法第三十三条",
    check=_recusal,
    parameters=(RECUSAL_WORDS,),
)
RULES: Final = (LEGAL_REVIEW, PUBLICITY, WHOLE_RECORD, HEARD, RECUSAL)

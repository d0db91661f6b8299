"""Separation of duties (不相容岗位分离): on the drawn steps, per post and per person; two persons;
three stages of checking by different posts."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from riskmap.coverage import paths
from riskmap.coverage.facts import DrawnMap, Facts, Holding
from riskmap.coverage.gaps import Found, Kind, Severity, Subject, Value, on_map, say
from riskmap.coverage.parameters import CUSTODY_WORDS, ON_SITE_WORDS, POSTS_APART
from riskmap.coverage.rule import Rule
from riskmap.document.model import Step
from riskmap.document.terms import Duty, StepKind
from riskmap.organisation.tree import DutyClass, NodeLevel
from riskmap.register.terms import PowerKind

INCOMPATIBLE: Final = (
    (Duty.FIRST_REVIEW, Duty.SECOND_REVIEW),
    (Duty.FIRST_REVIEW, Duty.APPROVE),
    (Duty.SECOND_REVIEW, Duty.APPROVE),
    (Duty.FIRST_REVIEW, Duty.PAY),
    (Duty.SECOND_REVIEW, Duty.PAY),
    (Duty.APPROVE, Duty.PAY),
    (Duty.INVESTIGATE, Duty.APPROVE),
    (Duty.INVESTIGATE, Duty.DECIDE),
    (Duty.INVESTIGATE, Duty.LEGAL_REVIEW),
    (Duty.ACCEPT, Duty.DRAW),
    (Duty.APPRAISE, Duty.DRAW),
    (Duty.PAY, Duty.RECONCILE),
)
"""Duties that one post, or one person, may not carry out both of on one map."""

STAGES: Final = (Duty.FIRST_REVIEW, Duty.SECOND_REVIEW, Duty.APPROVE)
"""The stages of checking a payment."""


def _pairs(steps: Iterable[Step]) -> Iterator[tuple[tuple[Duty, Duty], tuple[Step, Step]]]:
    """Yield the duties that may not meet among some steps, each with its first two steps."""
    first: dict[Duty, Step] = {}
    for step in steps:
        if step.duty:
            first.setdefault(step.duty, step)
    for pair in INCOMPATIBLE:
        if pair[0] in first and pair[1] in first:
            yield pair, (first[pair[0]], first[pair[1]])


def _per_post(facts: Facts, drawn: DrawnMap) -> Iterator[Found]:
    lanes: dict[str, list[Step]] = defaultdict(list)
    for step in drawn.document.steps:
        node = facts.nodes.get(step.actor)
        if node and node.level is NodeLevel.POST:
            lanes[step.actor].append(step)
    for actor, steps in lanes.items():
        for pair, two in _pairs(steps):
            yield Found(
                on_map(drawn.code, *(step.key for step in two)),
                say(
                    "%(post)s carries out both %(one)s (step %(first)s) and %(other)s "
                    "(step %(second)s).",
                    post=facts.actor_name(actor),
                    one=pair[0],
                    other=pair[1],
                    first=two[0].number,
                    second=two[1].number,
                ),
                node=actor,
                seen=(Subject(Kind.NODE, actor),),
                about="/".join(pair),
            )


@dataclass
class Meeting:
    """Two posts in one person's hand: why they may not be, and where that shows."""

    named: bool = False
    duties: tuple[Duty, Duty] | None = None
    places: list[Subject] = field(default_factory=list)


def _per_person(facts: Facts) -> Iterator[Found]:
    """Yield the posts that may not meet in one person and do, each two once."""
    drawn = _drawn_apart(facts)
    for person, held in sorted(facts.held.items()):
        for one, other in itertools.combinations(_by_post(held), 2):
            meeting = drawn.get((one.post, other.post)) or Meeting()
            meeting = replace(meeting, named=_apart(facts, one.post, other.post))
            if meeting.named or meeting.duties:
                yield _in_one_hand(facts, person, (one, other), meeting)


def _drawn_apart(facts: Facts) -> dict[tuple[str, str], Meeting]:
    """Return the posts, two by two, whose steps on some map check each other."""
    found: dict[tuple[str, str], Meeting] = {}
    for drawn in facts.maps:
        steps = [step for step in drawn.document.steps if step.duty and step.actor in facts.nodes]
        for first, second in itertools.combinations(steps, 2):
            pair = _incompatible(first, second)
            if pair is None or first.actor == second.actor:
                continue
            posts = (min(first.actor, second.actor), max(first.actor, second.actor))
            meeting = found.setdefault(posts, Meeting(duties=pair))
            meeting.places.append(on_map(drawn.code, first.key, second.key))
    return found


def _incompatible(one: Step, other: Step) -> tuple[Duty, Duty] | None:
    """Return the duties of two steps, in the order of the table, where they may not meet."""
    return next((pair for pair in INCOMPATIBLE if {one.duty, other.duty} == set(pair)), None)


def _apart(facts: Facts, one: str, other: str) -> bool:
    """Return whether two posts may not meet by their classes of duty, or by their names."""
    first, second = facts.nodes.get(one), facts.nodes.get(other)
    if first is None or second is None:
        return False
    if len({first.duty_class, second.duty_class} - {DutyClass.OTHER, None}) > 1:
        return True
    return any(
        (a in first.name and b in second.name) or (b in first.name and a in second.name)
        for a, b in facts.parameters.pairs(POSTS_APART)
    )


def _in_one_hand(
    facts: Facts, person: str, held: tuple[Holding, Holding], meeting: Meeting
) -> Found:
    one, other = held
    found = facts.persons.get(person)
    values: dict[str, Value] = {
        "person": found.name if found else person,
        "first": facts.actor_name(one.post),
        "second": facts.actor_name(other.post),
        "role": one.role.value,
        "other_role": other.role.value,
        "since": max(one.tenure.since, other.tenure.since).isoformat(),
    }
    if meeting.duties:
        message = say(
            "%(person)s holds %(first)s (%(role)s) and %(second)s (%(other_role)s), both since "
            "%(since)s, and so carries out both %(one)s and %(other)s on %(maps)s maps.",
            one=meeting.duties[0],
            other=meeting.duties[1],
            maps=len({place.code for place in meeting.places}),
            **values,
        )
    else:
        message = say(
            "%(person)s holds %(first)s (%(role)s) and %(second)s (%(other_role)s), both since "
            "%(since)s; they may not be in one hand.",
            **values,
        )
    return Found(
        Subject(Kind.PERSON, person),
        message,
        node=other.post,
        seen=(Subject(Kind.NODE, one.post), Subject(Kind.NODE, other.post), *meeting.places),
        about=f"{one.post}/{other.post}",
    )


def _by_post(held: Iterable[Holding]) -> list[Holding]:
    """Return one holding of each post in use, by post."""
    found = {each.post: each for each in sorted(held, key=lambda each: each.tenure.since)}
    return [found[post] for post in sorted(found)]


def _separated(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        yield from _per_post(facts, drawn)
    yield from _per_person(facts)


def _by_two(facts: Facts) -> Iterator[Found]:
    on_site = facts.parameters.words(ON_SITE_WORDS)
    papers = facts.parameters.words(CUSTODY_WORDS)
    for drawn in facts.maps:
        matter = drawn.document.matter
        kept = matter is not None and any(word in matter.name for word in papers)
        for step in drawn.document.steps:
            if step.kind is StepKind.TERMINATOR or step.min_persons > 1:
                continue
            if (
                step.duty in (Duty.INVESTIGATE, Duty.DRAW)
                or (step.duty is Duty.CUSTODY and kept)
                or (facts.own(step.actor) and any(word in step.text for word in on_site))
            ):
                yield Found(
                    on_map(drawn.code, step.key),
                    say(
                        "Step %(number)s is for two persons at least; the map does not say so.",
                        number=step.number,
                    ),
                    node=drawn.node,
                )


def _stages(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        if drawn.kind is PowerKind.PAYMENT or Duty.PAY in drawn.by_duty:
            yield from _missing_stages(drawn)
            yield from _passed_by(drawn)


def _missing_stages(drawn: DrawnMap) -> Iterator[Found]:
    """Yield the stages that a payment lacks; two in one hand are found by G11."""
    stages = {duty: drawn.with_duty(duty) for duty in STAGES}
    # A post's map may show its own stage alone; its office's map shows the whole chain.
    whole = drawn.document.place.level is not NodeLevel.POST or Duty.PAY in drawn.by_duty
    for duty, steps in stages.items():
        if whole and not steps:
            yield Found(
                on_map(drawn.code),
                say("The payment has no step of %(duty)s.", duty=duty),
                node=drawn.node,
                about=duty.value,
            )


def _passed_by(drawn: DrawnMap) -> Iterator[Found]:
    """Yield the payments that a way leads to which passes a stage by."""
    for pay in drawn.with_duty(Duty.PAY):
        for duty in STAGES:
            keys = {step.key for step in drawn.with_duty(duty)}
            if keys and pay.key in paths.reached(drawn.flow, keys):
                yield Found(
                    on_map(drawn.code, pay.key),
                    say(
                        "A way leads to the payment in step %(number)s without %(duty)s.",
                        number=pay.number,
                        duty=duty,
                    ),
                    node=drawn.node,
                    about=duty.value,
                )


SEPARATED: Final = Rule(
    code="G11",
    severity=Severity.ERROR,
    statement=say(
        "Duties that check each other are not in one hand: neither of one post on a map, nor of "
        "one person through the posts held; posts of the four classes of duty are held apart."
    ),
    remedy=say("Give one of the two steps, or one of the two posts, to somebody else."),
    basis="会计法第三十五条；人社厅发〔2021〕64号（四类岗位不得互兼，省级细则第十一条）",
    check=_separated,
    parameters=(POSTS_APART,),
)
BY_TWO: Final = Rule(
    code="G12",
    severity=Severity.ERROR,
    statement=say(
        "Investigations, drawing of experts, checks on the spot and the custody of papers are "
        "carried out by two persons at least."
    ),
    remedy=say("Write on the step that it takes two persons, and see that it does."),
    basis="劳动保障监察条例第十六条；行政处罚法第四十二条",
    check=_by_two,
    parameters=(ON_SITE_WORDS, CUSTODY_WORDS),
)
IN_STAGES: Final = Rule(
    code="G13",
    severity=Severity.ERROR,
    statement=say(
        "What is paid out is first reviewed, reviewed again and approved, on every way to the "
        "payment, before it is paid."
    ),
    remedy=say("Add the missing stage, or lead the way through it."),
    basis="社会保险经办条例第三十七条",
    check=_stages,
)
RULES: Final = (SEPARATED, BY_TWO, IN_STAGES)

"""Nodes, posts and persons: each node drawn once, each post held, nobody on a risk for too long."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from riskmap.coverage.facts import DrawnMap, Facts, Holding, Node
from riskmap.coverage.gaps import Found, Kind, Said, Severity, Subject, on_map, say
from riskmap.coverage.parameters import TENURE_YEARS, VACANT_DAYS
from riskmap.coverage.rule import Rule
from riskmap.organisation.tree import HoldingRole, NodeLevel
from riskmap.register.rating import Level

DAY: Final = timedelta(days=1)


def posts(facts: Facts) -> Iterator[Node]:
    """Yield the posts in use."""
    return (node for node in facts.in_use if node.level is NodeLevel.POST)


def _drawn(facts: Facts) -> Iterator[Found]:
    for node in facts.in_use:
        if node.code not in facts.maps_of:
            yield Found(
                Subject(Kind.NODE, node.code),
                say("%(name)s has no map in use.", name=node.name),
                node=node.code,
            )
    for drawn in facts.maps_of.values():
        yield from _twice(drawn)


def _twice(drawn: Iterable[DrawnMap]) -> Iterator[Found]:
    first: dict[str, DrawnMap] = {}
    for each in drawn:
        matter = each.document.matter
        other = first.setdefault(matter.code if matter else "", each)
        if other is each:
            continue
        message = (
            say(
                "Map %(map)s is about matter %(matter)s, and so is map %(other)s of the same node.",
                map=each.code,
                matter=matter.code,
                other=other.code,
            )
            if matter
            else say(
                "Map %(map)s names no matter, and neither does map %(other)s of the same node.",
                map=each.code,
                other=other.code,
            )
        )
        yield Found(on_map(each.code), message, node=each.node, seen=(on_map(other.code),))


def _in_place(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        node = facts.nodes.get(drawn.node)
        if node is None or node.retired:
            yield Found(
                on_map(drawn.code),
                say(
                    "Map %(map)s is in use, and its node %(name)s is not.",
                    map=drawn.code,
                    name=drawn.document.place.name,
                ),
                node=drawn.node,
                seen=(Subject(Kind.NODE, drawn.node),),
            )


def _answered_for(facts: Facts) -> Iterator[Found]:
    yield from _vacant(facts)
    yield from _carried_out(facts)
    yield from _gone(facts)
    yield from _alone(facts)


def _vacant(facts: Facts) -> Iterator[Found]:
    most = facts.parameters.number(VACANT_DAYS)
    for post in posts(facts):
        if facts.holders(post.code):
            continue
        ends = [
            each.tenure.until
            for each in facts.holdings_of.get(post.code, ())
            if each.tenure.until and each.tenure.until < facts.day
        ]
        days = (facts.day - max(ends)).days if ends else None
        if days is None or days > most:
            yield Found(
                Subject(Kind.NODE, post.code),
                _empty(post.name, max(ends, default=None), days, most),
                node=post.code,
            )


def _empty(name: str, end: date | None, days: int | None, most: int) -> Said:
    if end is None or days is None:
        return say("Nobody has held post %(name)s yet, as first holder or as stand-in.", name=name)
    return say(
        "Post %(name)s has had no holder since %(end)s, for %(days)s days, and no stand-in; "
        "%(most)s days are allowed.",
        name=name,
        end=end.isoformat(),
        days=days,
        most=most,
    )


def _carried_out(facts: Facts) -> Iterator[Found]:
    for measure in facts.measures.values():
        if measure.retired:
            continue
        subject = Subject(Kind.MEASURE, measure.code)
        if not measure.responsible:
            yield Found(
                subject, say("No node is responsible for measure %(code)s.", code=measure.code)
            )
        for code in measure.responsible:
            node = facts.nodes.get(code)
            if node is None or node.retired:
                yield Found(
                    subject,
                    say(
                        "Measure %(code)s is carried out by %(node)s %(name)s, "
                        "which is no longer in use.",
                        code=measure.code,
                        node=code,
                        name=node.name if node else "",
                    ),
                    node=code,
                    seen=(Subject(Kind.NODE, code),),
                    about=code,
                )


def _gone(facts: Facts) -> Iterator[Found]:
    for code, holdings in facts.held.items():
        person = facts.persons.get(code)
        if person is None or not person.retired:
            continue
        for holding in holdings:
            yield Found(
                Subject(Kind.PERSON, code),
                say(
                    "%(person)s has left the bureau and still holds post %(post)s.",
                    person=person.name,
                    post=facts.actor_name(holding.post) or holding.post,
                ),
                node=holding.post,
                seen=(Subject(Kind.NODE, holding.post),),
                about=f"{holding.post}:{holding.role.value}",
            )


def _alone(facts: Facts) -> Iterator[Found]:
    for office, risky in _risky(facts).items():
        first = {
            each.person
            for post in risky
            for each in facts.holders(post)
            if each.role is HoldingRole.A
        }
        if len(risky) > 1 and len(first) == 1:
            person = min(first)
            yield Found(
                Subject(Kind.NODE, office),
                say(
                    "All risk points of %(office)s stand on the steps of %(posts)s posts, "
                    "and %(person)s alone is first holder of them all.",
                    office=facts.actor_name(office) or office,
                    posts=len(risky),
                    person=_name(facts, person),
                ),
                node=office,
                seen=(Subject(Kind.PERSON, person), *(Subject(Kind.NODE, each) for each in risky)),
                about="alone",
                severity=Severity.NOTICE,
            )


def _risky(facts: Facts) -> dict[str, list[str]]:
    """Return the posts in use with a risk point on a step of theirs, office by office."""
    actors = {step.actor for drawn in facts.maps for step, _ in drawn.risks()}
    found: dict[str, list[str]] = defaultdict(list)
    for post in posts(facts):
        if post.code in actors:
            found[post.office].append(post.code)
    return found


def _name(facts: Facts, person: str) -> str:
    found = facts.persons.get(person)
    return found.name if found else person


def _rotated(facts: Facts) -> Iterator[Found]:
    years = facts.parameters.number(TENURE_YEARS)
    for post in posts(facts):
        maps = facts.maps_of.get(post.code, [])
        high = [each for each in maps if each.document.worst_level() is Level.HIGH]
        if not high:
            continue
        for person, since in _continuous(facts.holdings_of.get(post.code, ()), facts.day):
            if facts.day > years_after(since, years):
                yield Found(
                    Subject(Kind.NODE, post.code),
                    say(
                        "%(person)s has held post %(post)s since %(since)s without a break; "
                        "it has a high risk, and %(years)s years are allowed.",
                        person=_name(facts, person),
                        post=post.name,
                        since=since.isoformat(),
                        years=years,
                    ),
                    node=post.code,
                    seen=(Subject(Kind.PERSON, person), *(on_map(each.code) for each in high)),
                    about=person,
                )


def _continuous(holdings: Iterable[Holding], day: date) -> Iterator[tuple[str, date]]:
    """Yield who holds a post on a day, and since when without a break, as first or stand-in."""
    terms: dict[str, list[Holding]] = defaultdict(list)
    for each in holdings:
        if each.tenure.since <= day:
            terms[each.person].append(each)
    for person, held in terms.items():
        if not any(each.tenure.holds(day) for each in held):
            continue
        since = day
        for each in sorted(held, key=lambda each: each.tenure.since, reverse=True):
            if each.tenure.until is None or each.tenure.until >= since - DAY:
                since = min(since, each.tenure.since)
        yield person, since


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later, 1 March for a 29 February that is not there.

    >>> years_after(date(2020, 2, 29), 5)
    datetime.date(2025, 3, 1)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


DRAWN: Final = Rule(
    code="G01",
    severity=Severity.ERROR,
    statement=say(
        "Every unit, office and post in use has a map in use, and no two about the same matter."
    ),
    remedy=say("Draw the missing map, or retire the one that is there twice."),
    basis="设计建议",
    check=_drawn,
)
IN_PLACE: Final = Rule(
    code="G02",
    severity=Severity.ERROR,
    statement=say("A map in use is of a unit, office or post that is in use."),
    remedy=say("Retire the map, or move its steps to the map of the node that took over."),
    basis="设计建议",
    check=_in_place,
)
ANSWERED_FOR: Final = Rule(
    code="G28",
    severity=Severity.ERROR,
    statement=say(
        "Every post is held or stood in for, every measure has a node in use that carries it out, "
        "nobody who has left holds a post, and no single person stands behind all risks of "
        "an office."
    ),
    remedy=say("Name a holder or a stand-in, or another node for the measure."),
    basis="设计建议",
    check=_answered_for,
    parameters=(VACANT_DAYS,),
)
ROTATED: Final = Rule(
    code="G29",
    severity=Severity.WARNING,
    statement=say("Nobody holds a post of high risk for longer than the years allowed."),
    remedy=say("Let the holder change posts, or record a special audit and accept the gap."),
    basis="设计建议；任职年限未核实，须由业务科室核对本地轮岗规定",
    check=_rotated,
    parameters=(TENURE_YEARS,),
)
"""Also R12 of the gaps that comparable systems look for."""
RULES: Final = (DRAWN, IN_PLACE, ANSWERED_FOR, ROTATED)

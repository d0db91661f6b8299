"""Reviews of maps: once in a while, and after the post has changed hands."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from riskmap.coverage.facts import DrawnMap, Facts, Holding
from riskmap.coverage.gaps import Found, Kind, Said, Severity, Subject, Value, on_map, say
from riskmap.coverage.parameters import CHANGE_DAYS, REVIEW_DAYS
from riskmap.coverage.rule import Rule


def _reviewed(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        yield from _overdue(facts, drawn)
        yield from _handed_over(facts, drawn)


def _overdue(facts: Facts, drawn: DrawnMap) -> Iterator[Found]:
    most = facts.parameters.number(REVIEW_DAYS)
    last = drawn.reviewed or drawn.changed
    if last + timedelta(days=most) < facts.day:
        message = (
            say(
                "Map %(map)s was last reviewed on %(last)s, %(days)s days ago; "
                "%(most)s days are allowed.",
                map=drawn.code,
                last=last.isoformat(),
                days=(facts.day - last).days,
                most=most,
            )
            if drawn.reviewed
            else say(
                "Map %(map)s has never been reviewed and was last changed on %(last)s, "
                "%(days)s days ago; %(most)s days are allowed.",
                map=drawn.code,
                last=last.isoformat(),
                days=(facts.day - last).days,
                most=most,
            )
        )
        yield Found(on_map(drawn.code), message, node=drawn.node, about="overdue")


def _handed_over(facts: Facts, drawn: DrawnMap) -> Iterator[Found]:
    last = drawn.reviewed or drawn.changed
    most = facts.parameters.number(CHANGE_DAYS)
    new = [
        each
        for each in facts.holders(drawn.node)
        if last < each.tenure.since and each.tenure.since + timedelta(days=most) < facts.day
    ]
    if not new:
        return
    holding = min(new, key=lambda each: (each.tenure.since, each.person))
    yield Found(
        on_map(drawn.code),
        _since(facts, drawn, holding, last, most),
        node=drawn.node,
        seen=tuple(Subject(Kind.PERSON, each.person) for each in new),
        about="handed over",
    )


def _since(facts: Facts, drawn: DrawnMap, holding: Holding, last: date, most: int) -> Said:
    person = facts.persons.get(holding.person)
    values: dict[str, Value] = {
        "person": person.name if person else holding.person,
        "since": holding.tenure.since.isoformat(),
        "map": drawn.code,
        "last": last.isoformat(),
        "most": most,
    }
    if drawn.reviewed:
        return say(
            "%(person)s has held the post since %(since)s, and map %(map)s was last reviewed on "
            "%(last)s; it was to be reviewed within %(most)s days.",
            **values,
        )
    return say(
        "%(person)s has held the post since %(since)s, and map %(map)s has never been reviewed "
        "and was last changed on %(last)s; it was to be reviewed within %(most)s days.",
        **values,
    )


REVIEWED: Final = Rule(
    code="G23",
    severity=Severity.WARNING,
    statement=say("A map is reviewed once a year, and soon after its post changes hands."),
    remedy=say("Go through the map with its post, and note the day of the review."),
    basis="内部控制规范：经济活动风险评估每年至少一次；社会保险经办条例第三十六条；其余为设计建议",
    check=_reviewed,
    parameters=(REVIEW_DAYS, CHANGE_DAYS),
)
"""Also R13 of the gaps that comparable systems look for, as far as holders are concerned."""
RULES: Final = (REVIEWED,)

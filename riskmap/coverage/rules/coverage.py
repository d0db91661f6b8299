"""Blanks of the grids: what the register lets a node carry out, and no map of the node shows."""

from collections.abc import Iterator
from typing import Final

from riskmap.coverage import grid
from riskmap.coverage.facts import Facts
from riskmap.coverage.gaps import Found, Kind, Severity, Subject, say
from riskmap.coverage.rule import Rule


def _measures_shown(facts: Facts) -> Iterator[Found]:
    for post, measure in grid.by_measure(facts).gaps():
        yield Found(
            Subject(Kind.MEASURE, measure.code),
            say(
                "%(post)s carries out measure %(code)s, and none of its maps, nor a step of it on "
                "another map, shows what the measure answers.",
                post=post.name,
                code=measure.code,
            ),
            node=post.code,
            seen=(Subject(Kind.NODE, post.code), Subject(Kind.ITEM, measure.group)),
            about=post.code,
        )


def _items_shown(facts: Facts) -> Iterator[Found]:
    for item, office in grid.by_item(facts).gaps():
        yield Found(
            Subject(Kind.ITEM, item.code),
            say(
                "%(office)s carries out measures of item %(code)s %(item)s, and none of its maps "
                "has a risk point or a measure of it.",
                office=office.name,
                code=item.code,
                item=item.name,
            ),
            node=office.code,
            seen=(Subject(Kind.NODE, office.code),),
            about=office.key,
        )


MEASURES_SHOWN: Final = Rule(
    code="R09",
    severity=Severity.NOTICE,
    statement=say("What a post carries out by the register is shown on a map where it works."),
    remedy=say(
        "Tick the measure at the risk point that it answers, name another node for it, or say why "
        "its item does not concern the post."
    ),
    basis="设计建议",
    check=_measures_shown,
)
ITEMS_SHOWN: Final = Rule(
    code="R15",
    severity=Severity.NOTICE,
    statement=say("An office whose nodes carry out measures of an item shows the item on a map."),
    remedy=say(
        "Put the risk point on the map where it arises, or say why the item does not concern the "
        "office."
    ),
    basis="设计建议",
    check=_items_shown,
)
RULES: Final = (MEASURES_SHOWN, ITEMS_SHOWN)

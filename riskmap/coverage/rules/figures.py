"""Figures of a year's report against what is counted."""

from collections.abc import Iterator, Mapping
from typing import Final

from riskmap.coverage.facts import Facts
from riskmap.coverage.figures import recount
from riskmap.coverage.gaps import Found, Kind, Said, Severity, Subject, say
from riskmap.coverage.rule import Rule

MESSAGES: Final[Mapping[str, Said]] = {
    "categories": say(
        "The report of %(year)s gives %(given)s categories of risk; %(counted)s are in use."
    ),
    "items": say("The report of %(year)s gives %(given)s items; %(counted)s are in use."),
    "measures": say("The report of %(year)s gives %(given)s measures; %(counted)s are in use."),
    "units": say("The report of %(year)s gives %(given)s units; %(counted)s are in use."),
    "offices": say("The report of %(year)s gives %(given)s offices; %(counted)s are in use."),
    "posts": say("The report of %(year)s gives %(given)s posts; %(counted)s are in use."),
    "maps": say("The report of %(year)s gives %(given)s maps; %(counted)s are in use."),
    "steps": say("The report of %(year)s gives %(given)s steps; the maps in use have %(counted)s."),
    "risk_points": say(
        "The report of %(year)s gives %(given)s risk points; the maps in use have %(counted)s."
    ),
    "limit_spans": say(
        "The report of %(year)s gives %(given)s spans of time limits; "
        "the maps in use have %(counted)s."
    ),
}
"""What is said of each figure that differs."""


def _agreeing(facts: Facts) -> Iterator[Found]:
    year = facts.day.year
    given = facts.figures.get(year, {})
    for name, counted in recount(facts).items():
        if given.get(name, counted) != counted:
            yield Found(
                Subject(Kind.BUREAU, facts.code),
                say(MESSAGES[name].template, year=year, given=given[name], counted=counted),
                about=name,
            )


AGREEING: Final = Rule(
    code="G25",
    severity=Severity.ERROR,
    statement=say("The figures of the year's report are those that are counted."),
    remedy=say("Correct the report's figure, or enter or retire what it does not count."),
    basis="设计建议",
    check=_agreeing,
)
RULES: Final = (AGREEING,)

"""The figures of a bureau, recounted from its facts, and their differences to another year's."""

from collections.abc import Mapping
from dataclasses import dataclass

from riskmap.coverage.facts import Facts
from riskmap.document.counting import counted
from riskmap.organisation.tree import NodeLevel


def recount(facts: Facts) -> dict[str, int]:
    """Return how many of each are in use, under the names of the annual report's numbers."""
    levels = [node.level for node in facts.in_use]
    drawn = counted(each.document for each in facts.maps)
    return {
        "categories": sum(not each.retired for each in facts.categories.values()),
        "items": sum(not each.retired for each in facts.items.values()),
        "measures": sum(not each.retired for each in facts.measures.values()),
        "units": levels.count(NodeLevel.UNIT),
        "offices": levels.count(NodeLevel.OFFICE),
        "posts": levels.count(NodeLevel.POST),
        **{name: drawn[name] for name in ("maps", "steps", "risk_points", "limit_spans")},
    }


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of this year and, if it was kept, of an earlier one."""

    name: str
    value: int
    before: int | None

    @property
    def difference(self) -> int | None:
        return None if self.before is None else self.value - self.before


def figures(now: Mapping[str, int], before: Mapping[str, int]) -> tuple[Figure, ...]:
    """Return this year's numbers beside another's, in the order of this year's."""
    return tuple(Figure(name, value, before.get(name)) for name, value in now.items())


def year_before(facts: Facts, year: int) -> int | None:
    """Return the newest year before a year whose numbers were kept, None where there is none."""
    return max((each for each in facts.figures if each < year), default=None)

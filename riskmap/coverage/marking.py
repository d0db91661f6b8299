"""Where a gap is on the chart of a map: the parts that are marked."""

from collections.abc import Iterable

from riskmap.coverage.facts import Facts
from riskmap.coverage.gaps import Gap, Kind
from riskmap.drawing.marks import Mark
from riskmap.maps.pictures import marked


def map_of(facts: Facts, gap: Gap) -> str:
    """Return the code of the map in use that shows where a gap is, "" where none does."""
    for subject in (gap.subject, *gap.seen):
        if subject.kind is Kind.MAP and subject.code in facts.map_by_code:
            return subject.code
    return ""


def keys_on(code: str, gaps: Iterable[Gap]) -> dict[str, Mark]:
    """Return the parts of a map that gaps are at, marked."""
    return {
        key: Mark.GAP
        for gap in gaps
        for subject in (gap.subject, *gap.seen)
        if subject.kind is Kind.MAP and subject.code == code
        for key in subject.keys
    }


def chart_with(facts: Facts, gap: Gap) -> str | None:
    """Return the chart of a gap's map with its place marked, None where it is on no map.

    Raises `DrawingFailed`.
    """
    code = map_of(facts, gap)
    if not code:
        return None
    document = facts.map_by_code[code].document
    return marked(document, facts.map_by_code.keys(), keys_on(code, [gap]))

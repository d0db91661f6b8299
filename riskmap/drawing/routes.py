"""How each flow line runs: which side it leaves, which way it goes, which side it enters.

Levels number what a vertical line passes: row r is level 2r, the gap below it 2r + 1.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import count

from riskmap.document.model import MapDocument, Transition
from riskmap.document.terms import StepKind
from riskmap.drawing.grid import Grid


class Way(Enum):
    """The shapes a line can have."""

    DROP = "straight down its column"
    ACROSS = "down, across in the gap below the source, down the target's column"
    LATE = "down its own column, across in the gap above the target"
    TURN = "out of a side, then down the target's column"
    RETURN = "out on the left, up a channel left of all lanes, in on the left"
    SKIP = "out on the right, down a channel right of all lanes, in on the right"


@dataclass(frozen=True, slots=True)
class Route:
    """A line's way; `channel` counts from the lanes outwards, `track` from the top of its gap."""

    line: Transition
    way: Way
    side: int = 0  # of TURN: -1 left, 1 right
    channel: int = 0
    track: int = 0

    @property
    def uses_bottom(self) -> bool:
        return self.way in (Way.DROP, Way.ACROSS, Way.LATE)


def find(document: MapDocument, grid: Grid) -> list[Route]:
    """Return the route of every transition, in the document's order."""
    finder = _Finder(document, grid)
    lines = sorted(document.transitions, key=finder.urgency)
    routes = {line.key: finder.route(line) for line in lines}
    found = [routes[line.key] for line in document.transitions]
    return _with_tracks(_with_channels(found, grid), grid)


class _Finder:
    """Chooses ways one by one, main path first, remembering what each column already holds."""

    def __init__(self, document: MapDocument, grid: Grid) -> None:
        self.grid = grid
        self.lines = document.transitions
        labelled = Counter(line.source for line in self.lines if line.condition)
        self.decisions = {
            step.key
            for step in document.steps
            if step.kind is StepKind.DECISION or labelled[step.key] > 1
        }
        self.boxes = {(grid.columns[key], 2 * row) for key, row in grid.rows.items()}
        self.held: dict[tuple[int, int], list[Transition]] = {}
        self.bottoms: set[str] = set()

    def urgency(self, line: Transition) -> tuple[bool, int, int]:
        """Return the sorting key: the main path, then from short to long."""
        rows = self.grid.rows
        return (
            not self._is_main(line),
            abs(rows[line.target] - rows[line.source]),
            rows[line.source],
        )

    def route(self, line: Transition) -> Route:
        """Return the first way that is free, and hold its column."""
        rows, columns = self.grid.rows, self.grid.columns
        start, end = rows[line.source], rows[line.target]
        if end <= start:
            return Route(line, Way.RETURN)
        here, there = columns[line.source], columns[line.target]
        decides = line.source in self.decisions
        bottom = not (decides and line.source in self.bottoms)
        below, above = 2 * start + 1, 2 * end - 1
        ways: list[tuple[bool, Way, int, int]] = [
            (bottom and here == there, Way.DROP, here, below),
            (bottom and here != there, Way.ACROSS, there, below),
            (bottom and here != there, Way.LATE, here, below),
            (here != there, Way.TURN, there, below - 1),
        ]
        if decides and (not self._is_main(line) or self._drops_beside(line)):
            ways.insert(0, ways.pop())
        for possible, way, column, first in ways:
            if possible and self._take(line, column, range(first, above + 1)):
                if way is not Way.TURN:
                    self.bottoms.add(line.source)
                return Route(line, way, side=_sign(there - here) if way is Way.TURN else 0)
        return Route(line, Way.SKIP)

    def _is_main(self, line: Transition) -> bool:
        return self.grid.onward.get(line.source) == line.target

    def _drops_beside(self, line: Transition) -> bool:
        """Return whether another branch of the decision can go straight down: it has the foot."""
        rows, columns = self.grid.rows, self.grid.columns
        here = columns[line.source]
        return columns[line.target] != here and any(
            other.source == line.source
            and columns[other.target] == here
            and rows[other.target] == rows[line.source] + 1
            for other in self.lines
        )

    def _take(self, line: Transition, column: int, levels: Iterable[int]) -> bool:
        """Hold a column's levels for a line, unless a box or an unrelated line is there."""
        levels = list(levels)
        for level in levels:
            if (column, level) in self.boxes:
                return False
            for other in self.held.get((column, level), ()):
                if other.target != line.target and other.source != line.source:
                    return False
        for level in levels:
            self.held.setdefault((column, level), []).append(line)
        return True


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _with_channels(routes: list[Route], grid: Grid) -> list[Route]:
    """Return the routes with a channel for each return and skip: the short ones inside."""
    for way in (Way.RETURN, Way.SKIP):
        spans = {
            index: _span(route, grid) for index, route in enumerate(routes) if route.way is way
        }
        for index, channel in _colour(spans).items():
            routes[index] = replace(routes[index], channel=channel)
    return routes


def _span(route: Route, grid: Grid) -> tuple[int, int]:
    ends = (grid.rows[route.line.source], grid.rows[route.line.target])
    return min(ends), max(ends)


def _colour(spans: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    """Return the lowest number for each span that no shorter one it meets has."""
    places: dict[int, int] = {}
    for index in sorted(spans, key=lambda each: (spans[each][1] - spans[each][0], spans[each])):
        first, last = spans[index]
        taken = {
            places[other]
            for other in places
            if first <= spans[other][1] and spans[other][0] <= last
        }
        places[index] = next(number for number in count() if number not in taken)
    return places


def _with_tracks(routes: list[Route], grid: Grid) -> list[Route]:
    """Return the routes with a track for each that runs across a gap; those going on below last."""
    gaps: dict[int, list[int]] = {}
    for index, route in enumerate(routes):
        gap = gap_of(route, grid)
        if gap is not None:
            gaps.setdefault(gap, []).append(index)
    for inside in gaps.values():
        # A line that leaves the box above runs over one that only arrives at the box below:
        # otherwise the two would share the upright between their tracks.
        order = sorted(inside, key=lambda index: (routes[index].way is Way.LATE, index))
        for index, track in _tracks(order, routes, grid).items():
            routes[index] = replace(routes[index], track=track)
    return routes


def gap_of(route: Route, grid: Grid) -> int | None:
    """Return the row above the gap that a route runs across, if it runs across one."""
    if route.way is Way.ACROSS:
        return grid.rows[route.line.source]
    if route.way is Way.LATE:
        return grid.rows[route.line.target] - 1
    return None


def _tracks(order: Sequence[int], routes: list[Route], grid: Grid) -> dict[int, int]:
    def clash(one: int, other: int) -> bool:
        a, b = routes[one].line, routes[other].line
        if a.source == b.source or a.target == b.target:
            return False
        first, second = _reach(a, grid), _reach(b, grid)
        return first[0] <= second[1] and second[0] <= first[1]

    places: dict[int, int] = {}
    for index in order:
        below = [places[other] + 1 for other in places if clash(index, other)]
        places[index] = max(below, default=0)
    return places


def _reach(line: Transition, grid: Grid) -> tuple[int, int]:
    ends = (grid.columns[line.source], grid.columns[line.target])
    return min(ends), max(ends)

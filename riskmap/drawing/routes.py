"""How each flow line runs: which side it leaves, which way it goes, which side it enters.

Levels number what a vertical line passes: row r is level 2r, the gap below it 2r + 1.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from typing import NamedTuple

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


class Route(NamedTuple):
    """A line's way; `channel` counts from the lanes outwards, `track` from the top of its gap."""

    line: Transition
    way: Way
    side: int = 0  # of TURN: -1 left, 1 right
    reach: int = 0  # of TURN: how many columns away it goes down
    channel: int = 0
    track: int = 0

    @property
    def uses_bottom(self) -> bool:
        way = self.way
        return way is Way.DROP or way is Way.ACROSS or way is Way.LATE


def find(document: MapDocument, grid: Grid, said: Collection[str] = ()) -> list[Route]:
    """Return the route of every transition, in the document's order.

    `said` are the keys of lines that have a label for another reason than their condition.
    """
    finder = _Finder(document, grid, said)
    lines = sorted(document.transitions, key=finder.urgency)
    routes = {line.key: finder.route(line) for line in lines}
    found = [routes[line.key] for line in document.transitions]
    return _with_tracks(_with_channels(found, grid), grid)


@dataclass(slots=True)
class _Courses:
    """The level and upright parts of lines, in columns and levels; -1 is left of all lanes."""

    level: list[tuple[int, int, int]] = field(default_factory=list)  # level, from, to column
    upright: list[tuple[int, int, int]] = field(default_factory=list)  # column, from, to level

    def add(self, other: "_Courses") -> None:
        self.level += other.level
        self.upright += other.upright

    def crossings(self, other: "_Courses") -> int:
        """Return how often the lines of two sets cross."""
        return _crossings(self.level, other.upright) + _crossings(other.level, self.upright)


def _crossings(
    level: Sequence[tuple[int, int, int]], upright: Sequence[tuple[int, int, int]]
) -> int:
    return sum(
        left < column < right and top < at < bottom
        for at, left, right in level
        for column, top, bottom in upright
    )


class _Finder:
    """Chooses ways one by one, main path first, remembering what each column already holds."""

    def __init__(self, document: MapDocument, grid: Grid, said: Collection[str]) -> None:
        self.grid = grid
        self.lines = document.transitions
        self.leaving: dict[str, list[Transition]] = {key: [] for key in grid.rows}
        for line in self.lines:
            self.leaving[line.source].append(line)
        self.decisions = {
            step.key
            for step in document.steps
            if step.kind is StepKind.DECISION or _branches(self.leaving[step.key], said)
        }
        self.boxes = {(grid.columns[key], 2 * row) for key, row in grid.rows.items()}
        self.held: dict[tuple[int, int], list[Transition]] = {}
        self.bottoms: set[str] = set()
        self.placed = _Courses()
        for line in self.lines:
            if self._goes_back(line):
                self.placed.add(self._course(line, Way.RETURN))

    def urgency(self, line: Transition) -> tuple[bool, int, int]:
        """Return the sorting key: the main path, then from short to long."""
        rows = self.grid.rows
        return (
            not self._is_main(line),
            abs(rows[line.target] - rows[line.source]),
            rows[line.source],
        )

    def route(self, line: Transition) -> Route:
        """Return the free way that crosses the fewest lines, the usual one first; hold it."""
        if self._goes_back(line):
            return Route(line, Way.RETURN)
        main = self._is_main(line)
        best, course, fewest = Way.SKIP, _Courses(), -1
        for way in (*self._ways(line, main), Way.SKIP):
            if not self._is_free(line, way):
                continue
            tried = self._course(line, way)
            crossings = 0 if main else tried.crossings(self.placed)
            if fewest < 0 or crossings < fewest:
                best, course, fewest = way, tried, crossings
            if not crossings:
                break
        self.placed.add(course)
        self._hold(line, best)
        if best in (Way.SKIP, Way.TURN):
            far = self.grid.columns[line.target] - self.grid.columns[line.source]
            side = _sign(far) if best is Way.TURN else 0
            return Route(line, best, side=side, reach=abs(far))
        self.bottoms.add(line.source)
        return Route(line, best)

    def _ways(self, line: Transition, main: bool) -> list[Way]:
        """Return the ways through the lanes that come into question, the usual one first."""
        columns = self.grid.columns
        decides = line.source in self.decisions
        bottom = not (decides and line.source in self.bottoms)
        if columns[line.source] == columns[line.target]:
            return [Way.DROP] if bottom else []
        below = [Way.ACROSS, Way.LATE] if bottom else []
        if not decides:
            return [*below, Way.TURN]
        if self._leaves_foot(line) if main else not self._is_within_main(line):
            return [Way.TURN, *below]
        return [*below, Way.TURN]

    def _goes_back(self, line: Transition) -> bool:
        return self.grid.rows[line.target] <= self.grid.rows[line.source]

    def _is_main(self, line: Transition) -> bool:
        return self.grid.onward.get(line.source) == line.target

    def _leaves_foot(self, line: Transition) -> bool:
        """Return whether a decision's foot is better left to another branch.

        To one that can go straight down, or that goes to the same side, but less far.
        """
        return any(
            self._drops_beside(other, line) or self._is_within(other, line)
            for other in self.leaving[line.source]
        )

    def _drops_beside(self, down: Transition, line: Transition) -> bool:
        rows, columns = self.grid.rows, self.grid.columns
        is_below = rows[down.target] == rows[down.source] + 1
        return is_below and columns[down.target] == columns[line.source] != columns[line.target]

    def _is_within_main(self, line: Transition) -> bool:
        """Return whether a branch goes to the side of the main one, but less far."""
        return any(
            self._is_main(other) and self._is_within(line, other)
            for other in self.leaving[line.source]
        )

    def _is_within(self, near: Transition, far: Transition) -> bool:
        columns = self.grid.columns
        here = columns[far.source]
        one, other = columns[near.target] - here, columns[far.target] - here
        return not self._goes_back(near) and (0 < one < other or other < one < 0)

    def _course(self, line: Transition, way: Way) -> _Courses:
        """Return where a line runs if it goes a way."""
        rows, columns = self.grid.rows, self.grid.columns
        start, end = 2 * rows[line.source], 2 * rows[line.target]
        here, there = columns[line.source], columns[line.target]
        left, right = min(here, there), max(here, there)
        if way is Way.DROP:
            return _Courses([], [(here, start, end)])
        if way is Way.ACROSS:
            return _Courses([(start + 1, left, right)], [(there, start + 1, end)])
        if way is Way.LATE:
            return _Courses([(end - 1, left, right)], [(here, start, end - 1)])
        if way is Way.TURN:
            return _Courses([(start, left, right)], [(there, start, end)])
        if way is Way.SKIP:
            edge = self.grid.width
            return _Courses([(start, here, edge), (end, there, edge)], [])
        return _Courses([(start, -1, here), (end, -1, there)], [])

    def _column(self, line: Transition, way: Way) -> tuple[int, range]:
        """Return the column in which a way goes down, and its levels there."""
        rows, columns = self.grid.rows, self.grid.columns
        start, end = 2 * rows[line.source], 2 * rows[line.target]
        column = columns[line.source if way is Way.LATE else line.target]
        return column, range(start if way is Way.TURN else start + 1, end)

    def _is_free(self, line: Transition, way: Way) -> bool:
        """Return whether no box and no unrelated line is where a way goes down."""
        if way is Way.SKIP:
            return True
        column, levels = self._column(line, way)
        for level in levels:
            if (column, level) in self.boxes:
                return False
            for other in self.held.get((column, level), ()):
                if other.target != line.target and other.source != line.source:
                    return False
        return True

    def _hold(self, line: Transition, way: Way) -> None:
        if way is Way.SKIP:
            return
        column, levels = self._column(line, way)
        for level in levels:
            self.held.setdefault((column, level), []).append(line)


def _branches(lines: Sequence[Transition], said: Collection[str]) -> bool:
    """Return whether lines are told apart by labels, as a decision's are."""
    return len(lines) > 1 and sum(bool(one.condition) or one.key in said for one in lines) > 1


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _with_channels(routes: list[Route], grid: Grid) -> list[Route]:
    """Return the routes with a channel for each return and skip: the short ones inside."""
    for way in (Way.RETURN, Way.SKIP):
        spans = {
            index: _span(route, grid) for index, route in enumerate(routes) if route.way is way
        }
        for index, channel in _colour(spans).items():
            if channel:
                routes[index] = routes[index]._replace(channel=channel)
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
            if track:
                routes[index] = routes[index]._replace(track=track)
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

"""Where a line goes on on the next sheet: a pair of connectors with one letter (GB/T 1526)."""

from collections.abc import Sequence
from itertools import cycle
from typing import Final

from riskmap.drawing import style
from riskmap.drawing.shapes import Line, Point, Shape
from riskmap.drawing.sheets import EDGE, TOP, Sheets

SIDES: Final = ("to", "from")
LETTERS: Final = "ABCDEFGJKLPRSTXYZabdehkn"  # none wider than a connector
ABOVE: Final = EDGE - style.CONNECTOR / 2 - 2  # of a sheet's lower edge
BELOW: Final = TOP - style.CONNECTOR / 2 - 2  # a sheet's upper edge


class Connectors:
    """Cuts lines at the edges of sheets, with a new letter for each cut."""

    def __init__(self, sheets: Sheets) -> None:
        self.sheets = sheets
        self._letters = cycle(LETTERS)
        self._names: dict[tuple[float, float], tuple[str, ...]] = {}

    def cut(self, line: Line) -> tuple[list[Line], list[Shape]]:
        """Return a line's parts, each on one sheet, and the connectors between them.

        Lines that run together share a pair.
        """
        if self.sheets.sheet(max(y for _, y in line.points)) == 0:
            return [line], []
        half = style.CONNECTOR / 2
        parts: list[Line] = []
        between: list[Shape] = []
        points: list[Point] = [line.points[0]]
        source = line.source
        for (_, above), (x, y) in zip(line.points, line.points[1:], strict=False):
            for edge in self._edges(above, y):
                down = 1 if y > above else -1
                near, far = (edge - ABOVE, edge + BELOW)[::down]
                names = self._names.get((round(x, 1), edge))
                if names is None:
                    names = tuple(f"{line.name}-{side}-{len(parts)}-connector" for side in SIDES)
                    self._names[round(x, 1), edge] = names
                    letter = next(self._letters)
                    between.append(_connector(names[0], line, (x, near), letter))
                    between.append(_connector(names[1], line, (x, far), letter))
                points.append((x, near - down * half))
                parts.append(_part(line, len(parts), source, names[0], points))
                points, source = [(x, far + down * half)], names[1]
            points.append((x, y))
        parts.append(_part(line, len(parts), source, line.target, points))
        return parts, between

    def _edges(self, start: float, end: float) -> Sequence[float]:
        """Return the sheets' edges between two heights, in the order of going there."""
        first, last = self.sheets.sheet(min(start, end)), self.sheets.sheet(max(start, end))
        edges = [self.sheets.start(sheet) for sheet in range(first + 1, last + 1)]
        return edges if end > start else edges[::-1]


def _connector(name: str, line: Line, middle: Point, letter: str) -> Shape:
    side = style.CONNECTOR
    left, top = middle[0] - side / 2, middle[1] - side / 2
    return Shape(name, line.owner, "circle", "connector", left, top, side, side, (letter,))


def _part(line: Line, number: int, source: str, target: str, points: list[Point]) -> Line:
    name = f"{line.name}-part-{number}" if number else line.name
    return Line(name, line.owner, line.style, source, target, tuple(points), line.mark)

"""What a chart is made of, in points, y downwards: shapes with text, lines, sheets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Point = tuple[float, float]
Form = Literal["box", "pill", "diamond", "wave", "slant", "triangle", "circle", "bracket", "plain"]


@dataclass(frozen=True, slots=True)
class Frame:
    """Room for a chart: its width, its height on the first sheet and on each that follows."""

    width: float
    first: float
    rest: float


class Shape(NamedTuple):
    """A drawn shape and the text in it.

    `owner` is the key of the document's element, `name` that and the shape's part in it.
    """

    name: str
    owner: str
    form: Form
    style: str
    left: float
    top: float
    width: float
    height: float
    lines: tuple[str, ...] = ()
    left_aligned: bool = False
    mark: str = ""
    gone: bool = False  # drawn pale: it shows something removed

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> Point:
        return (self.left + self.width / 2, self.top + self.height / 2)


class Line(NamedTuple):
    """A drawn line from one named shape to another, by its corners."""

    name: str
    owner: str
    style: str
    source: str
    target: str
    points: tuple[Point, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A placed chart; `windows` are the heights from and to that each sheet shows."""

    title: str
    width: float
    height: float
    head: float
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    windows: tuple[tuple[float, float], ...]


def corners(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return a line's corners without those that stand where the one before does."""
    if len(points) == 2:
        return (points[0], points[1])
    kept = [points[0]]
    for x, y in points[1:]:
        if abs(x - kept[-1][0]) + abs(y - kept[-1][1]) > 0.01:
            kept.append((x, y))
    return tuple(kept)

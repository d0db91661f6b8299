"""A rendered SVG read back: shapes, lines and texts by their ids, in points from the top left."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations
from math import cos, pi, sin
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from fontTools.ttLib import TTFont

from riskmap.config import font_folder

Point = tuple[float, float]
Rect = tuple[float, float, float, float]

_SVG = "{http://www.w3.org/2000/svg}"
_PAIR = re.compile(r"(-?[\d.]+),(-?[\d.]+)")
_SHIFT = re.compile(r"translate\((-?[\d.]+) (-?[\d.]+)\)")


@dataclass(frozen=True)
class Text:
    """A line of text: where it is anchored, and how it is set."""

    words: str
    x: float
    y: float
    anchor: str
    size: float
    bold: bool

    @cached_property
    def box(self) -> Rect:
        """Return the room of its ink: as wide and as high as the font says."""
        wide, above, below = (each * self.size for each in ink(self.words, self.bold))
        left = self.x - wide / 2 if self.anchor == "middle" else self.x
        return (left, self.y - above, left + wide, self.y - below)


@dataclass(frozen=True)
class Figure:
    """A node's group: its outline and its texts."""

    name: str
    outline: tuple[Point, ...]
    texts: tuple[Text, ...]

    @cached_property
    def box(self) -> Rect:
        return bounds(self.outline)

    @property
    def words(self) -> str:
        return bare("".join(text.words for text in self.texts))


@dataclass(frozen=True)
class Arrow:
    """An edge's group: its course, and its head if it has one."""

    name: str
    course: tuple[Point, ...]
    head: tuple[Point, ...]
    pen: float

    @cached_property
    def path(self) -> tuple[Point, ...]:
        """Return the course to the seen tip of the head: a pen's mitre beyond its corner."""
        if not self.head:
            return self.course
        left, tip, right = self.head
        base, far = distance(left, right), distance(tip, middle(left, right))
        mitre = self.pen / 2 * ((base / 2) ** 2 + far**2) ** 0.5 / (base / 2)
        heel = middle(left, right)
        share = (far + mitre) / far
        end = (heel[0] + (tip[0] - heel[0]) * share, heel[1] + (tip[1] - heel[1]) * share)
        return (*self.course, end)

    @cached_property
    def segments(self) -> list[tuple[Point, Point]]:
        return list(zip(self.path, self.path[1:], strict=False))


class Picture:
    """An SVG of a chart; node groups are figures, edge groups arrows."""

    def __init__(self, svg: bytes) -> None:
        root = ElementTree.fromstring(svg)
        graph = root.find(f"{_SVG}g")
        assert graph is not None
        found = _SHIFT.search(graph.get("transform", ""))
        assert found is not None
        self.shift = (float(found[1]), float(found[2]))
        self.width, self.height = (float(each) for each in root.get("viewBox", "").split()[2:])
        self.ids = [each.get("id", "") for each in root.iter() if each.get("id")]
        groups = list(graph.findall(f"{_SVG}g"))
        self.figures = [self._figure(each) for each in groups if each.get("class") == "node"]
        edges = [self._arrow(each) for each in groups if each.get("class") == "edge"]
        self.outlines = [each for each in edges if part(each.name) == "outline"]
        self.arrows = _joined([each for each in edges if part(each.name) != "outline"])
        self.texts = [self._text(each) for each in root.iter(f"{_SVG}text")]

    def figure(self, name: str) -> Figure:
        return next(each for each in self.figures if each.name == name)

    def has(self, name: str) -> bool:
        return any(each.name == name for each in self.figures)

    def named(self, *parts: str) -> list[Figure]:
        """Return the figures whose part is one of `parts`: `step`, `label`, `card`, `badge` …"""
        return [each for each in self.figures if part(each.name) in parts]

    def _points(self, element: Element) -> tuple[Point, ...]:
        tag, (dx, dy) = element.tag.removeprefix(_SVG), self.shift
        if tag == "ellipse":
            x, y, rx, ry = (float(element.get(name, "0")) for name in ("cx", "cy", "rx", "ry"))
            turns = [index * pi / 12 for index in range(24)]
            corners = tuple((x + rx * cos(turn), y + ry * sin(turn)) for turn in turns)
        else:
            pairs = _PAIR.findall(element.get("points", "") or element.get("d", ""))
            corners = tuple((float(a), float(b)) for a, b in pairs)
        return tuple((x + dx, y + dy) for x, y in corners)

    def _figure(self, group: Element) -> Figure:
        drawn = next(
            each for each in group.iter()
            if each.tag.removeprefix(_SVG) in ("polygon", "path", "ellipse")
        )  # fmt: skip
        outline = self._points(drawn)
        if drawn.tag == f"{_SVG}path":  # a box with round corners
            left, top, right, bottom = bounds(outline)
            outline = ((left, top), (right, top), (right, bottom), (left, bottom))
        texts = tuple(self._text(each) for each in group.iter(f"{_SVG}text"))
        return Figure(group.get("id", ""), outline, texts)

    def _arrow(self, group: Element) -> Arrow:
        (path,) = group.iter(f"{_SVG}path")
        head = next(group.iter(f"{_SVG}polygon"), None)
        controls = self._points(path)
        return Arrow(
            group.get("id", ""),
            tuple(_sampled(controls)),
            self._points(head)[:-1] if head is not None else (),
            float(path.get("stroke-width", "1")),
        )

    def _text(self, element: Element) -> Text:
        return Text(
            words="".join(element.itertext()),
            x=float(element.get("x", "0")) + self.shift[0],
            y=float(element.get("y", "0")) + self.shift[1],
            anchor=element.get("text-anchor", ""),
            size=float(element.get("font-size", "0")),
            bold=element.get("font-weight") == "bold",
        )


def readable(svg: bytes) -> str:
    """Return an SVG's text with the dashes that Graphviz writes as references."""
    return svg.decode().replace("&#45;", "-")


def _joined(arrows: list[Arrow]) -> list[Arrow]:
    """Return the arrows with those that connectors cut put together again."""
    whole: dict[str, Arrow] = {}
    for each in arrows:
        name = each.name.split("-part-")[0]
        before = whole.get(name)
        if before is None:
            whole[name] = each
        else:
            whole[name] = Arrow(name, (*before.path, *each.course), each.head, each.pen)
    return list(whole.values())


def part(name: str) -> str:
    """Return the part an id names: `step` of `s1-step`, `measure` of `r1-measure-2`."""
    return next((each for each in reversed(name.split("-")) if each.isalpha()), "")


def bare(text: str) -> str:
    """Return a text without its white space."""
    return "".join(text.split())


def bounds(points: tuple[Point, ...]) -> Rect:
    x, y = zip(*points, strict=True)
    return (min(x), min(y), max(x), max(y))


def middle(one: Point, other: Point) -> Point:
    return ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)


def distance(one: Point, other: Point) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def overlap(one: Rect, other: Rect, least: float = 0.1) -> bool:
    """Return whether two boxes share more than a hair."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return wide > least and tall > least


def shrunk(box: Rect, by: float) -> Rect:
    return (box[0] + by, box[1] + by, box[2] - by, box[3] - by)


def crosses(start: Point, end: Point, box: Rect) -> bool:
    """Return whether a straight line passes through the inside of a box (Liang and Barsky)."""
    first, last = 0.0, 1.0
    for at, to, low, high in (
        (start[0], end[0], box[0], box[2]),
        (start[1], end[1], box[1], box[3]),
    ):
        way = to - at
        if abs(way) < 1e-9:
            if not low < at < high:
                return False
            continue
        enter, leave = sorted(((low - at) / way, (high - at) / way))
        first, last = max(first, enter), min(last, leave)
    return last - first > 1e-6


def gap(point: Point, outline: tuple[Point, ...]) -> float:
    """Return how far a point is from an outline."""
    return min(
        _to_segment(point, one, other)
        for one, other in zip(outline, (*outline[1:], outline[0]), strict=True)
    )


def inside(point: Point, outline: tuple[Point, ...]) -> bool:
    """Return whether a point is inside a polygon."""
    x, y = point
    odd = False
    for (ax, ay), (bx, by) in zip(outline, (*outline[1:], outline[0]), strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


def _to_segment(point: Point, one: Point, other: Point) -> float:
    dx, dy = other[0] - one[0], other[1] - one[1]
    long = dx * dx + dy * dy
    share = ((point[0] - one[0]) * dx + (point[1] - one[1]) * dy) / long if long else 0.0
    share = max(0.0, min(1.0, share))
    return distance(point, (one[0] + share * dx, one[1] + share * dy))


def _sampled(controls: tuple[Point, ...]) -> Iterator[Point]:
    """Yield points of joined Bézier curves: their ends, and three between where they bend."""
    yield controls[0]
    for at in range(0, len(controls) - 3, 3):
        a, b, c, d = controls[at : at + 4]
        straight = a == b and c == d
        for share in (1.0,) if straight else (0.25, 0.5, 0.75, 1.0):
            rest = 1 - share
            weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
            yield (
                sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)),
                sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True)),
            )


@cache
def face(bold: bool) -> TTFont:
    """Return one of our fonts, opened."""
    name = "NotoSansSC-Bold.ttf" if bold else "NotoSansSC-Regular.ttf"
    return TTFont(font_folder() / name, lazy=True)


@cache
def glyph(character: str, bold: bool) -> tuple[float, float, float]:
    """Return a character's advance and how high its ink reaches above and below, in em."""
    font = face(bold)
    em = font["head"].unitsPerEm
    name = font.getBestCmap().get(ord(character))
    if name is None:
        return (1.0, 0.88, -0.12)
    shape = font["glyf"][name]
    empty = shape.numberOfContours == 0
    top, bottom = (0, 0) if empty else (shape.yMax, shape.yMin)
    return (font["hmtx"][name][0] / em, top / em, bottom / em)


def ink(text: str, bold: bool) -> tuple[float, float, float]:
    """Return a text's width, and how high its ink reaches above and below, in em."""
    glyphs = [glyph(each, bold) for each in text]
    return (
        sum(wide for wide, _, _ in glyphs),
        max((above for _, above, _ in glyphs), default=0.0),
        min((below for _, _, below in glyphs), default=0.0),
    )


def crossings(picture: Picture) -> list[tuple[str, str]]:
    """Return the pairs of lines that cross, once for each place; leaders are no such lines."""
    lines = [each for each in picture.arrows if part(each.name) not in ("leader", "stub")]
    return [
        (one.name, other.name)
        for one, other in combinations(lines, 2)
        for a, b in one.segments
        for c, d in other.segments
        if _meet_across(a, b, c, d)
    ]


def _meet_across(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Return whether each of two straight lines has the ends of the other on both its sides."""

    def side(start: Point, end: Point, point: Point) -> float:
        dx, dy = end[0] - start[0], end[1] - start[1]
        long = max(1e-9, (dx * dx + dy * dy) ** 0.5)
        return (dx * (point[1] - start[1]) - dy * (point[0] - start[0])) / long

    return (
        side(a, b, c) * side(a, b, d) < 0
        and side(c, d, a) * side(c, d, b) < 0
        and min(map(abs, (side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)))) > 0.6
    )

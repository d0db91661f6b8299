"""A placed chart as DOT: every shape with its position, so that any Graphviz draws it alike.

Render with `nop2` (or `neato -n2`), which keep the positions. Names are ours (n1, n2, …), labels
plain, attributes from the style table: nothing of the document's text can become markup.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache

import graphviz
from graphviz import quoting

from riskmap.drawing import style
from riskmap.drawing.cleaning import clean, label
from riskmap.drawing.marks import Mark
from riskmap.drawing.shapes import Chart, Form, Line, Point, Shape

_NOT_IN_ID = re.compile(r"[^0-9A-Za-z_-]")
CORNER = 4.0
SWING = 12.0  # a curve with such control points is boxes.WAVE above and below its ends
BRACKET = 3.0

_FORMS: dict[Form, str] = {
    "box": "box",
    "pill": "box",
    "diamond": "diamond",
    "wave": "box",
    "slant": "parallelogram",
    "bracket": "box",
    "triangle": "triangle",
    "circle": "circle",
    "plain": "box",
}
_NODES = {
    # A label wider than its shape is drawn, not refused: a face of which we do not know the
    # widths stands in for the characters that ours lack.
    "fixedsize": "shape",
    "fontname": style.FACE,
    "fontsize": f"{style.TEXT:g}",
    "fontcolor": style.INK,
    "label": "",
    "margin": "0",
    "shape": "box",
    "style": "filled",
}
"""What holds for every node that says nothing else."""
SLANT_WIDER = 1.0367  # Graphviz draws a parallelogram this much wider than it was told


def source(chart: Chart, grey: bool = False) -> str:
    """Return the DOT of a placed chart, in shades of grey if asked.

    An invisible node holds the sheet's size. The outlines that Graphviz has no shape for are
    drawn as lines from a shape to itself.
    """
    graph = graphviz.Digraph(
        graph_attr={"pad": "0", "margin": "0", "bgcolor": "white", "outputorder": "nodesfirst"},
        node_attr=_coloured(_NODES, grey),
        edge_attr={"arrowsize": "0.6", "fontname": style.FACE, "fontsize": f"{style.TEXT:g}"},
    )
    names = {shape.name: f"n{number}" for number, shape in enumerate(chart.shapes, start=1)}
    sheet = chart.height
    title = _quoted(label((clean(chart.title),), "\\n"))
    graph.body += [
        f"\ttooltip={title}\n",
        f"\tsheet [style=invis {_box(0, 0, chart.width, sheet, sheet)}]\n",
        *(f"\t{names[each.name]} [{_shape(each, sheet, grey)}]\n" for each in chart.shapes),
        *(
            f"\t{names[each.name]} -> {names[each.name]} [{_outline(each, sheet, grey)}]\n"
            for each in chart.shapes
            if each.form in _OUTLINES
        ),
        *(
            f"\t{names[each.source]} -> {names[each.target]} [{_line(each, sheet, grey)}]\n"
            for each in chart.lines
        ),
    ]
    return str(graph.source)


def identity(name: str) -> str:
    """Return an element's name as an XML id."""
    return _NOT_IN_ID.sub("_", name)


def _quoted(text: str) -> str:
    return str(quoting.quote(graphviz.nohtml(text)))


@cache
def _shape_style(
    tone: str, form: Form, left_aligned: bool, mark: str, gone: bool, grey: bool
) -> str:
    """Return the attributes that all shapes of a style share."""
    attributes = {"shape": _FORMS[form], **style.SHAPES[tone]}
    if gone and not tone.startswith("flag-"):
        attributes |= style.GONE_FILLED if "filled" in attributes["style"] else style.GONE
    if form in _OUTLINES:
        attributes["penwidth"] = "0"
    elif mark:
        attributes |= _marked(attributes, mark)
    if left_aligned:
        attributes["margin"] = f"{style.PADDING / 72:.4f},0"
    attributes = _coloured(attributes, grey)
    own = {name: value for name, value in attributes.items() if _NODES.get(name) != value}
    return str(quoting.a_list(kwargs=own))


@cache
def _line_style(tone: str, mark: str, grey: bool) -> str:
    attributes = {**style.LINES[tone]}
    if mark:
        attributes |= style.MARKS[Mark(mark)]
    return str(quoting.a_list(kwargs=_coloured(attributes, grey)))


def _marked(attributes: dict[str, str], mark: str) -> dict[str, str]:
    """Return what a mark changes: the outline; a fill and round corners stay."""
    look = style.MARKS[Mark(mark)]
    kept = [each for each in attributes["style"].split(",") if each in ("filled", "rounded")]
    return {**look, "style": ",".join([*kept, look["style"]])}


def _coloured(attributes: dict[str, str], grey: bool) -> dict[str, str]:
    return {name: style.grey(value) for name, value in attributes.items()} if grey else attributes


def _box(left: float, top: float, wide: float, tall: float, sheet: float) -> str:
    return (
        f'pos="{left + wide / 2:.2f},{sheet - top - tall / 2:.2f}" '
        f"width={wide / 72:.4f} height={tall / 72:.4f}"
    )


def _shape(shape: Shape, sheet: float, grey: bool) -> str:
    look = _shape_style(shape.style, shape.form, shape.left_aligned, shape.mark, shape.gone, grey)
    said = f'id="{identity(shape.name)}" {look}'
    wide = shape.width / SLANT_WIDER if shape.form == "slant" else shape.width
    left = shape.middle[0] - wide / 2
    box = _box(left, shape.top, wide, shape.height, sheet)
    if not shape.lines:
        return f"{said} {box}"
    end = "\\l" if shape.left_aligned else "\\n"
    return f"{said} {box} label={_quoted(label(shape.lines, end))}"


def _outline(shape: Shape, sheet: float, grey: bool) -> str:
    """Return a shape's outline as a line of its own: a document's wave, a remark's bracket."""
    corners = [(x, sheet - y) for x, y in _OUTLINES[shape.form](shape)]
    curve = " ".join([f"{x:.2f},{y:.2f}" for x, y in corners])
    look = _line_style(f"{shape.style}-outline", shape.mark, grey)
    return f'id="{identity(shape.name)}-outline" {look} pos="{curve}"'


def _wave(shape: Shape) -> list[Point]:
    """Return a document's outline as joined Bézier curves: its foot swings about its lower edge."""
    left, top, right, foot = shape.left, shape.top, shape.right, shape.bottom
    third, swing = shape.width / 3, SWING
    bend = [(right - third, foot - swing), (left + third, foot + swing)]
    return [
        *_straight([(left, foot), (left, top), (right, top), (right, foot)]),
        *bend,
        (left, foot),
    ]


def _bracket(shape: Shape) -> list[Point]:
    """Return the open bracket of a remark."""
    left, top, foot, inner = shape.left, shape.top, shape.bottom, shape.left + BRACKET
    return _straight([(inner, top), (left, top), (left, foot), (inner, foot)])


def _straight(points: Sequence[Point]) -> list[Point]:
    """Return a polyline as the control points of joined Bézier curves."""
    curve = [points[0]]
    for before, after in zip(points, points[1:], strict=False):
        curve += [before, after, after]
    return curve


_OUTLINES: dict[Form, Callable[[Shape], list[Point]]] = {"wave": _wave, "bracket": _bracket}


def _line(line: Line, sheet: float, grey: bool) -> str:
    points = [(x, sheet - y) for x, y in line.points]
    tip = ""
    if style.LINES[line.style].get("dir") != "none":
        x, y = points[-1]
        tip = f"e,{x:.2f},{y:.2f} "
        points[-1] = _before(points[-1], points[-2], style.ARROW)
    curve = " ".join([f"{x:.2f},{y:.2f}" for x, y in _spline(points)])
    return (
        f'id="{identity(line.name)}" {_line_style(line.style, line.mark, grey)} pos="{tip}{curve}"'
    )


def _before(end: Point, back: Point, distance: float) -> Point:
    """Return the point `distance` from `end` towards `back`."""
    dx, dy = back[0] - end[0], back[1] - end[1]
    length = max((dx * dx + dy * dy) ** 0.5, 0.001)
    share = min(1.0, distance / length)
    return (end[0] + dx * share, end[1] + dy * share)


def _spline(points: list[Point]) -> list[Point]:
    """Return a polyline with rounded corners as the control points of joined Bézier curves."""
    curve = [points[0]]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(CORNER, _distance(before, corner) / 2, _distance(corner, after) / 2)
        enter, leave = _before(corner, before, radius), _before(corner, after, radius)
        curve += [curve[-1], enter, enter, corner, corner, leave]
    return [*curve, curve[-1], points[-1], points[-1]]


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])

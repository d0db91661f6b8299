"""What may be wrong with a drawn chart: rules that look at the picture as a reader would."""

from collections.abc import Callable, Iterator
from itertools import combinations

from riskmap.document.model import MapDocument, Transition
from tests.drawing.picture import (
    Arrow,
    Figure,
    Picture,
    Point,
    Rect,
    bounds,
    crosses,
    distance,
    gap,
    inside,
    overlap,
    part,
    shrunk,
)

Rule = Callable[[MapDocument, Picture], Iterator[str]]
TOUCH = 1.3  # points by which an end may miss an outline: half a pen and Graphviz's rounding


def faults(document: MapDocument, picture: Picture) -> list[str]:
    """Return every fault of a picture, rule by rule."""
    return [f"{rule.__name__}: {fault}" for rule in RULES for fault in rule(document, picture)]


def boxes_overlap(document: MapDocument, picture: Picture) -> Iterator[str]:
    """Steps, labels, cards and lane names keep clear of one another; badges of foreign boxes."""
    owners = {risk.key: risk.step for risk in document.risk_points}
    figures = picture.named("step", "label", "card", "head", "badge", "tag", "connector", "office")
    for one, other in combinations(figures, 2):
        badge = next((each for each in (one, other) if part(each.name) == "badge"), None)
        if badge is not None:
            step = owners[badge.name.removesuffix("-badge")]
            if f"{step}-step" in (one.name, other.name):
                continue
        if overlap(one.box, other.box):
            yield f"{one.name} {one.box} and {other.name} {other.box}"


def text_leaves_its_box(document: MapDocument, picture: Picture) -> Iterator[str]:
    """Every line of text is inside its outline by the fonts' own widths, none on another."""
    for figure in picture.figures:
        for text in figure.texts:
            left, top, right, bottom = text.box
            corners = ((left, top), (right, top), (left, bottom), (right, bottom))
            room = figure.box
            if _boxy(figure) and room[0] <= left and right <= room[2]:
                corners = () if room[1] <= top and bottom <= room[3] else corners
            for corner in corners:
                if not inside(corner, figure.outline) and gap(corner, figure.outline) > 0.3:
                    yield f"{figure.name}: {text.words} at {corner}"
        for one, other in combinations(figure.texts, 2):
            if overlap(one.box, other.box):
                yield f"{figure.name}: {one.words} on {other.words}"


def text_meets_badge(document: MapDocument, picture: Picture) -> Iterator[str]:
    """No badge covers a step's text."""
    badges = picture.named("badge")
    for figure in picture.named("step", "text", "tag", "who"):
        for text in figure.texts:
            for badge in badges:
                if overlap(text.box, badge.box) and _really(text.box, badge):
                    yield f"{badge.name} on {text.words}"


def _really(box: Rect, badge: Figure) -> bool:
    x = (box[0], (box[0] + box[2]) / 2, box[2])
    points = [(a, b) for a in x for b in (box[1], (box[1] + box[3]) / 2, box[3])]
    return any(inside(point, badge.outline) for point in points)


def line_crosses_box(document: MapDocument, picture: Picture) -> Iterator[str]:
    """No line or leader passes through a step, card or badge it does not start or end at."""
    lines = {line.key: {f"{line.source}-step", f"{line.target}-step"} for line in _lines(document)}
    for risk in document.risk_points:
        mine = {f"{risk.key}-{name}" for name in ("badge", "card")} | {f"{risk.step}-step"}
        lines[f"{risk.key}-leader"] = lines[f"{risk.key}-stub"] = mine
    figures = picture.named("step", "card", "badge", "head", "tag", "connector", "office")
    for arrow in picture.arrows:
        for figure in figures:
            if figure.name in lines[arrow.name] or _is_own_connector(figure, arrow):
                continue
            box = shrunk(figure.box, 0.3)
            if any(crosses(one, other, box) for one, other in arrow.segments):
                yield f"{arrow.name} through {figure.name}"


def _is_own_connector(figure: Figure, arrow: Arrow) -> bool:
    """Return whether a connector stands on a line: lines that run together share one."""
    left, top, right, bottom = figure.box
    x, y = (left + right) / 2, (top + bottom) / 2
    return part(figure.name) == "connector" and any(
        crosses(one, other, (x - 1, y - 1, x + 1, y + 1)) for one, other in arrow.segments
    )


def line_crosses_own_box(document: MapDocument, picture: Picture) -> Iterator[str]:
    """A line stays outside the two boxes it joins."""
    for line in _lines(document):
        for figure in (picture.figure(f"{key}-step") for key in (line.source, line.target)):
            for point in _along(_arrow(picture, line), within=figure.box):
                if inside(point, figure.outline) and gap(point, figure.outline) > TOUCH:
                    yield f"{line.key} inside {figure.name} at {point}"
                    break


def line_ends_in_the_air(document: MapDocument, picture: Picture) -> Iterator[str]:
    """A line starts on its source's outline and its head's tip is on its target's."""
    for line in _lines(document):
        arrow = _arrow(picture, line)
        for key, point in ((line.source, arrow.path[0]), (line.target, arrow.path[-1])):
            missed = gap(point, picture.figure(f"{key}-step").outline)
            if missed > TOUCH:
                yield f"{line.key} misses {key} by {missed:.1f}"


def leader_ends_in_the_air(document: MapDocument, picture: Picture) -> Iterator[str]:
    """A leader starts on its badge's outline and ends on its card's."""
    for arrow in picture.arrows:
        key, _, name = arrow.name.rpartition("-")
        if name == "leader":
            starts = gap(arrow.path[0], picture.figure(f"{key}-badge").outline)
            ends = gap(arrow.path[-1], picture.figure(f"{key}-card").outline)
            if max(starts, ends) > TOUCH:
                yield f"{arrow.name} misses by {starts:.1f} and {ends:.1f}"


def label_is_crossed(document: MapDocument, picture: Picture) -> Iterator[str]:
    """No line runs through a branch's label, not even its own."""
    for label in picture.named("label"):
        for text in label.texts:
            box = shrunk(text.box, 0.2)
            for arrow in picture.arrows:
                if any(crosses(one, other, box) for one, other in arrow.segments):
                    yield f"{arrow.name} through {label.name}"


def label_is_far_from_its_line(document: MapDocument, picture: Picture) -> Iterator[str]:
    """A branch's label stands by the start of its own line and by no other's."""
    for label in picture.named("label"):
        left, top, right, bottom = label.box
        near = (left - 6, top - 6, right + 6, bottom + 6)
        own = next(each for each in picture.arrows if f"{each.name}-label" == label.name)
        start = own.path[0]
        nearest = (max(left, min(start[0], right)), max(top, min(start[1], bottom)))
        if distance(start, nearest) > 100:
            yield f"{label.name} is far from where its line starts"
        if not any(crosses(one, other, near) for one, other in own.segments):
            yield f"{label.name} is off its line"


def lines_share_a_course(document: MapDocument, picture: Picture) -> Iterator[str]:
    """Lines that share neither source nor target never run on top of each other."""
    lines = {line.key: line for line in document.transitions}
    for along, across in ((0, 1), (1, 0)):
        runs = [
            (arrow.name, one[across], *sorted((one[along], other[along])))
            for arrow in picture.arrows
            for one, other in arrow.segments
            if abs(one[across] - other[across]) < 0.01
        ]
        runs.sort(key=lambda run: run[1])
        for at, (name, level, first, last) in enumerate(runs):
            for other, beside, start, end in runs[at + 1 :]:
                if beside - level >= 1.2:
                    break
                shared = min(last, end) - max(first, start)
                if shared > 2 and name != other and not _joined(lines.get(name), lines.get(other)):
                    yield f"{name} on {other} for {shared:.1f}"


def _joined(one: Transition | None, other: Transition | None) -> bool:
    if one is None or other is None:
        return False
    return one.source == other.source or one.target == other.target


def outside_the_sheet(document: MapDocument, picture: Picture) -> Iterator[str]:
    """Everything is on the sheet."""
    sheet = (-0.5, -0.5, picture.width + 0.5, picture.height + 0.5)
    things = [(each.name, each.outline) for each in picture.figures]
    things += [(each.name, each.path) for each in picture.arrows]
    for name, points in things:
        left, top, right, bottom = bounds(points)
        if left < sheet[0] or top < sheet[1] or right > sheet[2] or bottom > sheet[3]:
            yield f"{name} at {left:.0f} {top:.0f} {right:.0f} {bottom:.0f}"


def _lines(document: MapDocument) -> tuple[Transition, ...]:
    return document.transitions


def _arrow(picture: Picture, line: Transition) -> Arrow:
    return next(each for each in picture.arrows if each.name == line.key)


def _boxy(figure: Figure) -> bool:
    """Return whether an outline is an upright box."""
    left, top, right, bottom = figure.box
    return all(x in (left, right) and y in (top, bottom) for x, y in figure.outline)


def _along(arrow: Arrow, within: Rect) -> Iterator[Point]:
    """Yield points of a line's parts that pass a box, none further than 4 points from the next."""
    for (ax, ay), (bx, by) in arrow.segments:
        if not crosses((ax, ay), (bx, by), within):
            continue
        count = max(1, int((abs(bx - ax) + abs(by - ay)) / 4))
        for index in range(count + 1):
            yield (ax + (bx - ax) * index / count, ay + (by - ay) * index / count)


RULES: tuple[Rule, ...] = (
    boxes_overlap,
    text_leaves_its_box,
    text_meets_badge,
    line_crosses_box,
    line_crosses_own_box,
    line_ends_in_the_air,
    leader_ends_in_the_air,
    label_is_crossed,
    label_is_far_from_its_line,
    lines_share_a_course,
    outside_the_sheet,
)

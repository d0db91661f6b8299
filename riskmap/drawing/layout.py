"""Where everything of a chart goes: rows downwards, lanes across, risk cards on the right.

Positions follow from what stands above: a step put in moves only what is below it. Nothing is
ever scaled; what does not fit a sheet begins on the next one.
"""

from riskmap.document.model import MapDocument
from riskmap.drawing import style
from riskmap.drawing.boxes import Card, card
from riskmap.drawing.cards import card_shapes, leader_lines, leaders
from riskmap.drawing.connectors import Connectors
from riskmap.drawing.grid import Lane
from riskmap.drawing.marks import Mark, Marks, mark_of, office_key
from riskmap.drawing.offices import place_offices
from riskmap.drawing.routes import Route, Way, gap_of
from riskmap.drawing.rows import GONE, Row, row_of, step_shapes
from riskmap.drawing.shapes import Chart, Frame, Line, Point, Shape, corners
from riskmap.drawing.sheets import EDGE, Sheets
from riskmap.drawing.skeleton import Columns, Skeleton
from riskmap.drawing.text import height, width, wrap

RISKS_TITLE = "风险点与防控措施"
APART = 6.0  # between two cards
SCREEN = Frame(760.0, 1e9, 1e9)
ARROW_ROOM = 13.0  # upright above a box, where an arrow's head stands


def place(document: MapDocument, frame: Frame | None = None, marks: Marks | None = None) -> Chart:
    """Return the chart of a document on sheets of a frame; without one, on a single long sheet.

    It is never narrower than `Layout.needed_width`, however narrow the frame. Marked parts say
    so, and their lines show it.
    """
    return Layout(document, marks).chart(frame or SCREEN)


class Layout:
    """How one document is laid out, whatever the paper: for whoever tries several."""

    def __init__(self, document: MapDocument, marks: Marks | None = None) -> None:
        self._skeleton = Skeleton(document, marks)

    @property
    def needed_width(self) -> float:
        """Return the least width in points at which the chart can be drawn."""
        return self._skeleton.least

    def head_height(self, room: float) -> float:
        """Return the height of the strip with the lanes' names in a chart `room` points wide."""
        return _below_head(self._skeleton.columns(room))

    def chart(self, frame: Frame) -> Chart:
        """Return the chart on sheets of a frame."""
        return _Placing(self._skeleton, frame).chart()


def _signs(document: MapDocument, marks: Marks) -> dict[str, str]:
    """Return what is shown of each risk point's number: removed ones are not counted."""
    gone = {risk.key for risk in document.risk_points if mark_of(marks, risk.key) is Mark.REMOVED}
    there = [risk.key for risk in document.risk_points if risk.key not in gone]
    numbers = {key: str(number) for number, key in enumerate(there, start=1)}
    return {risk.key: numbers.get(risk.key, GONE) for risk in document.risk_points}


def _below_head(columns: Columns) -> float:
    return columns.head + 1


class _Placing:
    """One chart being placed on sheets of one frame."""

    def __init__(self, skeleton: Skeleton, frame: Frame) -> None:
        document = skeleton.document
        self.document = document
        self.marks = skeleton.marks
        self.sheets = Sheets(frame)
        self.connectors = Connectors(self.sheets)
        self.skeleton = skeleton
        self.columns: Columns = self.skeleton.columns(frame.width)
        self.cards: dict[str, list[Card]] = {step.key: [] for step in document.steps}
        signs = _signs(document, self.marks)
        for number, risk in enumerate(document.risk_points, start=1):
            made = card(number, risk, self.columns.card_width, signs[risk.key], self.marks)
            self.cards[risk.step].append(made)
        self.rows = {
            step.key: row_of(
                step, self.skeleton, self.columns, [each.number for each in self.cards[step.key]]
            )
            for step in document.steps
        }
        self.in_order = list(self.rows.values())
        self.card_tops: dict[int, float] = {}
        self.shapes: list[Shape] = []
        self.lines: list[Line] = []

    def chart(self) -> Chart:
        """Return everything placed."""
        bottom = self._place_rows()
        offices, foot = place_offices(
            self.document.offices, self.columns.width, bottom, self.sheets, self.marks
        )
        self._draw_lanes(bottom)
        for row in self.in_order:
            self.shapes.extend(step_shapes(row, mark_of(self.marks, row.step.key)))
        for route in sorted(self.skeleton.routes, key=self._is_there):
            self._draw_line(route)
        self._draw_cards()
        self.shapes += offices
        bottom = self.sheets.end(foot) if offices else bottom
        return Chart(
            title=self.document.title,
            width=self.columns.width,
            height=bottom,
            head=_below_head(self.columns),
            shapes=tuple(self._faded(self.shapes)),
            lines=tuple(self.lines),
            windows=self.sheets.windows(bottom),
        )

    def _is_there(self, route: Route) -> bool:
        """Return whether a line is not removed: removed ones are drawn first, below the others."""
        return mark_of(self.marks, route.line.key) is not Mark.REMOVED

    def _faded(self, shapes: list[Shape]) -> list[Shape]:
        """Return the shapes, those that show something removed as gone."""
        gone = {key for key in self.marks if mark_of(self.marks, key) is Mark.REMOVED}
        if not gone:
            return shapes
        return [
            shape._replace(gone=bool(gone & {shape.owner, office_key(shape.owner)}))
            for shape in shapes
        ]

    # downwards

    def _place_rows(self) -> float:
        """Give every row and card its height from the top; return the chart's height."""
        below = cards_below = _below_head(self.columns)
        above = 0.0
        for number, row in enumerate(self.in_order):
            key = row.step.key
            hangs = self._hangs(row)
            gap = self.skeleton.gap(number - 1, above) if number else 10.0
            tall = row.box.height + hangs
            above = hangs
            row.top = self._top(below + gap, tall, gap, cards_below, self.cards[key])
            below = row.top + tall
            if not self.cards[key]:
                continue
            top = self._cards_top(row.top, cards_below, self.cards[key])
            for each in self.cards[key]:
                top = self.sheets.fit(top, each.height, APART)
                self.card_tops[each.number] = top
                cards_below = top + each.height
                top = cards_below + APART
        return self.sheets.end(max(below, cards_below))

    def _hangs(self, row: Row) -> float:
        """Return the height of what hangs below a row's box: labels right of its line, its tag."""
        labels = self.skeleton.label_height(row.step.key)
        return max(labels, row.hung - row.bottom + height(1)) if row.box.tag else labels

    def _top(
        self, top: float, tall: float, gap: float, cards_below: float, cards: list[Card]
    ) -> float:
        """Return a row's top: on one sheet, and on that of its first card."""
        sheets = self.sheets
        top = sheets.fit(top, tall, gap)
        if cards:
            begin = self._cards_top(top, cards_below, cards)
            first = sheets.sheet(sheets.fit(begin, cards[0].height, APART))
            if first > sheets.sheet(top):
                return sheets.fit(sheets.start(first), tall, gap)
        return top

    def _cards_top(self, row_top: float, cards_below: float, cards: list[Card]) -> float:
        """Return where a row's cards begin: beside it, or higher if only that keeps them on its
        sheet."""
        beside = max(row_top, cards_below + APART)
        tall = sum(each.height + APART for each in cards) - APART
        sheet = self.sheets.sheet(row_top)
        highest = max(cards_below, self.sheets.start(sheet)) + APART
        lowest = self.sheets.start(sheet + 1) - EDGE - tall
        return lowest if highest <= lowest < beside else beside

    # across

    def _draw_lanes(self, bottom: float) -> None:
        columns = self.columns
        for number, lane in enumerate(self.skeleton.grid.lanes):
            left, wide = columns.column(lane.first), lane.columns * columns.pitch
            self._draw_lane(lane, "lane-even" if number % 2 else "lane", left, wide, bottom)
        if self.document.risk_points:
            self._draw_head("risks", columns.cards, columns.card_width, RISKS_TITLE)

    def _draw_lane(self, lane: Lane, tone: str, left: float, wide: float, bottom: float) -> None:
        name = lane.actor or "nobody"
        self.shapes.append(
            Shape(f"{name}-lane", lane.actor, "box", tone, left, 1, wide, bottom - 2)
        )
        self._draw_head(name, left, wide, self.skeleton.head_text(lane))

    def _draw_head(self, name: str, left: float, wide: float, text: str) -> None:
        lines = wrap(text, wide - 6, style.TEXT, True)
        self.shapes.append(
            Shape(f"{name}-head", name, "box", "head", left, 1, wide, self.columns.head, lines)
        )

    # lines

    def _draw_line(self, route: Route) -> None:
        line = route.line
        points = self._points(route)
        tone = "return" if route.way is Way.RETURN else "flow"
        ends = (f"{line.source}-step", f"{line.target}-step")
        whole = Line(
            line.key, line.key, tone, *ends, corners(points), mark_of(self.marks, line.key) or ""
        )
        parts, between = self.connectors.cut(whole)
        self.lines += parts
        self.shapes += between
        lines = self.skeleton.labels.get(line.key)
        if lines:
            self.shapes.append(self._label(route, lines, points[0]))

    def _points(self, route: Route) -> list[Point]:
        source, target = self.rows[route.line.source], self.rows[route.line.target]
        into = (target.x, target.top)
        out = (source.x, source.bottom)
        if route.way is Way.DROP:
            return [out, into]
        if route.way in (Way.ACROSS, Way.LATE):
            level = self._track_level(route)
            return [out, (source.x, level), (target.x, level), into]
        key = route.line.key
        right = route.way is Way.SKIP or route.side > 0
        start = source.side(source.ports.find(key, right=right), right)
        if route.way is Way.TURN:
            return [start, (target.x, start[1]), into]
        end = target.side(target.ports.find(key, right=right, entry=True), right)
        x = self.columns.channel(route.channel, right)
        return [start, (x, start[1]), (x, end[1]), end]

    def _track_level(self, route: Route) -> float:
        """Return the height at which a route runs across its gap: above the arrow's room."""
        gap = gap_of(route, self.skeleton.grid)
        assert gap is not None
        below = self.skeleton.tracks[gap] - 1 - route.track
        return self.in_order[gap + 1].top - ARROW_ROOM - style.TRACK * below

    def _label(self, route: Route, lines: tuple[str, ...], start: Point) -> Shape:
        source = self.rows[route.line.source]
        wide = max(width(each, style.TEXT, True) for each in lines) + 2
        tall = height(len(lines))
        if route.uses_bottom:
            left, top = start[0] + 4, source.bottom
        elif route.way is Way.SKIP or route.side > 0:
            left, top = source.right + 2, start[1] - tall - 0.5
        else:
            left, top = source.left - 2 - wide, start[1] - tall - 0.5
        key = route.line.key
        tone = "return-label" if route.way is Way.RETURN else "label"
        mark = mark_of(self.marks, key)
        if mark and mark.word:
            tone = f"label-{mark}"
        return Shape(f"{key}-label", key, "plain", tone, left, top, wide, tall, lines)

    # risk points

    def _draw_cards(self) -> None:
        cards = [each for mine in self.cards.values() for each in mine]
        cards.sort(key=lambda each: each.number)
        room = self.skeleton.leaders
        for leader in leaders(cards, self.rows, self.card_tops, self.columns, room):
            mark = mark_of(self.marks, leader.card.risk.key) or ""
            self.shapes.extend(card_shapes(leader, self.columns, mark))
            self.lines.extend(leader_lines(leader, self.columns, mark))

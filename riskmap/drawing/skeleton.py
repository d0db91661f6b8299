"""What of a chart its paper does not change: grid, routes, labels, and the width it needs."""

from dataclasses import dataclass

from riskmap.document.model import MapDocument
from riskmap.drawing import style
from riskmap.drawing.grid import Grid, Lane, arrange
from riskmap.drawing.marks import Marks, head_key, word
from riskmap.drawing.routes import Route, Way, find, gap_of
from riskmap.drawing.text import height, width, wrap


@dataclass(frozen=True, slots=True)
class Columns:
    """Where lanes, channels and cards stand on a sheet of some width, in points."""

    left: float  # edge of the first lane
    pitch: float
    right: float  # edge of the last lane
    left_channel: float
    right_channel: float
    cards: float  # left edge
    card_width: float
    width: float
    head: float

    def column(self, number: int) -> float:
        """Return the left edge of a column."""
        return self.left + number * self.pitch

    def channel(self, number: int, right: bool) -> float:
        """Return where a channel runs, counted from the lanes outwards."""
        beyond = number * style.CHANNEL
        return self.right_channel + beyond if right else self.left_channel - beyond


class Skeleton:
    """A document's grid and routes, looked up from every side."""

    def __init__(self, document: MapDocument, marks: Marks | None = None) -> None:
        self.document = document
        self.marks = marks or {}
        self.grid: Grid = arrange(document)
        said = {line.key for line in document.transitions if word(self.marks, line.key)}
        self.routes = find(document, self.grid, said)
        self.out: dict[str, list[Route]] = {key: [] for key in self.grid.rows}
        self.into: dict[str, list[Route]] = {key: [] for key in self.grid.rows}
        self.labels: dict[str, tuple[str, ...]] = {}
        self.below: dict[str, int] = {}  # lines of the longest label right below a step
        self.tracks: dict[int, int] = {}
        for route in self.routes:
            self._enter(route)
        self.left_pad, returns = self._beside(Way.RETURN, 0)
        self.right_pad, skips = self._beside(Way.SKIP, self.grid.width - 1)
        if self._has_badge_outside():
            self.right_pad = max(self.right_pad, style.BADGE_OUTSIDE)
        self.left = 2 + self.left_pad + returns
        self.right = self.right_pad + skips
        risks = len(document.risk_points)
        self.leaders = max(style.LEADERS, 8.0 + 2 * risks) if risks else 2.0

    def _enter(self, route: Route) -> None:
        line = route.line
        self.out[line.source].append(route)
        self.into[line.target].append(route)
        said = word(self.marks, line.key) + line.condition
        if said:
            lines = wrap(said, self._label_room(route), style.TEXT, True)
            self.labels[line.key] = lines
            if route.uses_bottom:
                most = max(self.below.get(line.source, 0), len(lines))
                self.below[line.source] = most
        gap = gap_of(route, self.grid)
        if gap is not None:
            self.tracks[gap] = max(self.tracks.get(gap, 0), route.track + 1)

    def _label_room(self, route: Route) -> float:
        """Return how wide a line's label may be: narrow where it stands outside all lanes."""
        column = self.grid.columns[route.line.source]
        outside = (route.way is Way.RETURN and column == 0) or (
            route.way is Way.SKIP and column == self.grid.width - 1
        )
        return style.LABEL_OUTSIDE if outside else style.LABEL

    def _beside(self, way: Way, column: int) -> tuple[float, float]:
        """Return the room beside the outermost lane for labels of lines leaving there, and for
        the channels beyond it."""
        mine = [route for route in self.routes if route.way is way]
        if not mine:
            return 0.0, 0.0
        wide = [
            width(line, style.TEXT, True)
            for route in mine
            if self.grid.columns[route.line.source] == column
            for line in self.labels.get(route.line.key, ())
        ]
        channels = 1 + max(route.channel for route in mine)
        return max(wide, default=0.0), channels * style.CHANNEL + 6

    def _has_badge_outside(self) -> bool:
        last = self.grid.width - 1
        return any(self.grid.columns[risk.step] == last for risk in self.document.risk_points)

    @property
    def least(self) -> float:
        """Return the least width at which the chart can be drawn."""
        cards = style.LEAST_CARD if self.document.risk_points else 0.0
        return self._fixed + self.grid.width * style.LEAST_PITCH + cards

    @property
    def _fixed(self) -> float:
        return self.left + self.right + self.leaders + 2

    def columns(self, room: float) -> Columns:
        """Return what stands where in `room` points, or in the least width if that is more."""
        count = max(1, self.grid.width)
        risks = bool(self.document.risk_points)
        wide = max(room, self.least)
        spare = (wide - self.least) * (0.8 if risks else 1.0) / count
        pitch = min(style.MOST_PITCH, style.LEAST_PITCH + spare)
        right = self.left + count * pitch
        cards = right + self.right + self.leaders
        card_width = min(style.MOST_CARD, wide - 2 - cards) if risks else 0.0
        return Columns(
            left=self.left,
            pitch=pitch,
            right=right,
            left_channel=self.left - self.left_pad - 6,
            right_channel=right + self.right_pad + 6,
            cards=cards,
            card_width=card_width,
            width=cards + card_width + 2,
            head=self._head(pitch),
        )

    def _head(self, pitch: float) -> float:
        """Return the height of the strip with the lanes' names."""
        counts = [
            len(wrap(self.head_text(lane), lane.columns * pitch - 6, style.TEXT, True))
            for lane in self.grid.lanes
        ]
        return max(style.HEAD, height(max(counts, default=1)) + 5)

    def head_text(self, lane: Lane) -> str:
        """Return what a lane's head says."""
        return word(self.marks, head_key(lane.actor)) + lane.name

    def gap(self, row: int, below: float) -> float:
        """Return the room between a row, with what hangs `below` its box, and the next row."""
        tracks = self.tracks.get(row, 0)
        if below:
            return style.GAP_BELOW + (style.TRACK * tracks + 3 if tracks else 0.0)
        return style.GAP + style.TRACK * tracks

    def label_height(self, key: str) -> float:
        """Return the room for labels right below a step's box, beside the lines that leave it."""
        return height(self.below.get(key, 0))

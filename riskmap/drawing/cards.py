"""Risk points on a chart: a badge on the step, a card on the right, a leader between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from riskmap.drawing import style
from riskmap.drawing.boxes import Card
from riskmap.drawing.marks import Mark
from riskmap.drawing.rows import GONE, Row
from riskmap.drawing.shapes import Form, Line, Point, Shape, corners
from riskmap.drawing.skeleton import Columns
from riskmap.register.rating import Level

_INTO = 10.0  # below a card's top, where its leader arrives
_APART = 3.0  # leaders nearer than this count as meeting


@dataclass(frozen=True, slots=True)
class Badge:
    """The form of a badge; `waist` is its half width where leaders touch it."""

    form: Form
    width: float
    height: float
    waist: float


def badge(number: int, level: Level) -> Badge:
    """Return the badge of a level; a triangle grows for a number of two digits."""
    if level is Level.HIGH:
        return Badge("diamond", style.BADGE + 6, style.BADGE + 3, style.BADGE / 2 + 3)
    if level is Level.LOW:
        return Badge("circle", style.BADGE, style.BADGE, style.BADGE / 2)
    wide, tall = (style.BADGE + 5, style.BADGE + 3) if number < 10 else (28.0, 24.0)
    return Badge("triangle", wide, tall, wide / 3)


@dataclass(frozen=True, slots=True)
class Leader:
    """A placed card and where its leader runs: from the badge's height, by a turn, to the card."""

    card: Card
    row: Row
    top: float
    turn: float

    @property
    def start(self) -> float:
        return self.row.y + self.row.ports.badge(self.card.number).offset

    @property
    def end(self) -> float:
        return self.top + _INTO


def leaders(
    cards: Sequence[Card],
    rows: Mapping[str, Row],
    tops: Mapping[int, float],
    columns: Columns,
    room: float,
) -> list[Leader]:
    """Return every card's leader, turning in `room` points left of the cards."""
    flat = [Leader(each, rows[each.risk.step], tops[each.number], 0.0) for each in cards]
    places = _turns([(each.start, each.end) for each in flat])
    step = (room - 10) / max(1, *places) if places else 0.0
    first = columns.cards - room + 4
    return [
        Leader(each.card, each.row, each.top, first + step * place)
        for each, place in zip(flat, places, strict=True)
    ]


def _turns(spans: Sequence[tuple[float, float]]) -> list[int]:
    """Return how far right each leader turns, so that none crosses or covers another.

    Of two that go down side by side the upper turns further right; of two that go up, the lower.
    """
    places = [0] * len(spans)
    downwards = [index for index, (start, end) in enumerate(spans) if end >= start]
    upwards = [index for index, (start, end) in enumerate(spans) if end < start]
    for order in (downwards[::-1], upwards):
        for at, index in enumerate(order):
            passed = [
                places[other] + 1 for other in order[:at] if _meet(spans[index], spans[other])
            ]
            places[index] = max(passed, default=0)
    return places


def _meet(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return min(one) <= max(other) + _APART and min(other) <= max(one) + _APART


def card_shapes(leader: Leader, columns: Columns, mark: str = "") -> Iterator[Shape]:
    """Yield the flag, the statement, the measures, their frame, and the badge on the step."""
    each = leader.card
    key, level = each.risk.key, each.risk.level

    def shape(
        part: str, form: Form, tone: str, top: float, tall: float, lines: tuple[str, ...]
    ) -> Shape:
        return Shape(
            f"{key}-{part}", key, form, tone, columns.cards, top, columns.card_width, tall, lines,
            left_aligned=True, mark=mark if part == "card" else "",
        )  # fmt: skip

    head = leader.top + each.flag_height
    if each.flag:
        yield shape("flag", "box", f"flag-{mark}", leader.top, each.flag_height, each.flag)
    yield shape("risk", "box", f"risk-{level}", head, each.head_height, each.statement)
    tone = "measure" if each.risk.measures else "unanswered"
    below = head + each.head_height
    tall = each.height - each.flag_height - each.head_height
    yield shape("measures", "plain", tone, below, tall, each.measures)
    yield shape("card", "box", f"card-{level}", leader.top, each.height, ())
    yield _badge(leader)


def _badge(leader: Leader) -> Shape:
    risk, number = leader.card.risk, leader.card.number
    drawn = badge(number, risk.level)
    return Shape(
        f"{risk.key}-badge",
        risk.key,
        drawn.form,
        f"badge-{risk.level}",
        leader.row.right - drawn.width / 2,
        leader.start - drawn.height / 2,
        drawn.width,
        drawn.height,
        # A cross as wide as a sign of Chinese has no room in a triangle.
        ("x" if leader.card.sign == GONE else leader.card.sign,),
    )


def leader_lines(leader: Leader, columns: Columns, mark: str = "") -> Iterator[Line]:
    """Yield the line from badge to card; one from outline to badge where they do not touch.

    Of marks only that of something removed is on them.
    """
    mark = mark if mark == Mark.REMOVED else ""
    row, turn, number = leader.row, leader.turn, leader.card.number
    edge, y = row.side(row.ports.badge(number), True)
    waist = badge(number, leader.card.risk.level).waist
    into = (columns.cards, leader.end)
    if row.right - waist - edge > 0.5:
        yield _line(leader, "stub", [(edge, y), (row.right - waist, y)], mark)
    yield _line(leader, "leader", [(row.right + waist, y), (turn, y), (turn, into[1]), into], mark)


def _line(leader: Leader, part: str, points: list[Point], mark: str) -> Line:
    risk = leader.card.risk
    return Line(
        f"{risk.key}-{part}",
        risk.key,
        f"leader-{risk.level}",
        f"{risk.key}-badge",
        f"{risk.key}-card",
        corners(points),
        mark,
    )

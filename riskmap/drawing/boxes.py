"""How large each step's box, label and risk card must be for its text."""

from dataclasses import dataclass

from riskmap.document.model import RiskPoint, Step
from riskmap.document.terms import StepKind
from riskmap.drawing import style
from riskmap.drawing.text import height, width, wrap

LEAST_HEIGHT = 32.0
SLANT = 0.2046  # how far Graphviz's parallelogram leans, as a share of its width
INNER = 5.0  # between the double sides of a predefined process
BADGE_CLEARANCE = 7.0
NO_MEASURE = "未设防控措施"


@dataclass(frozen=True, slots=True)
class Box:
    """A step's wrapped text and the height it needs at a given width."""

    lines: tuple[str, ...]
    width: float
    height: float


def note(step: Step) -> str:
    """Return what is said below a step's text: its limit, persons, and the map that details it."""
    parts = [step.limit.text] if step.limit else []
    if step.min_persons > 1:
        parts.append(f"{step.min_persons}人以上")
    if step.detail:
        parts.append(f"见{step.detail}")
    return f"〔{'，'.join(parts)}〕" if parts else ""


def has_chip(step: Step) -> bool:
    """Return whether the number stands in a bar of its own rather than before the text."""
    return step.kind in (StepKind.PROCESS, StepKind.DOCUMENT, StepKind.PREDEFINED)


def step_box(step: Step, room: float, badges: int = 0) -> Box:
    """Return a step's box in a column that leaves `room` points for it.

    The badges of its risk points stand on its right side; text keeps clear of them.
    """
    clear = BADGE_CLEARANCE if badges else 0.0
    if step.kind is StepKind.DECISION:
        return _diamond(f"{step.number} {step.text}", note(step), room)
    if step.kind is StepKind.TERMINATOR:
        lines = _lines(f"{step.number} {step.text}", note(step), room - 20 - clear, bold=True)
        return Box(lines, room, max(24.0, height(len(lines)) + 8))
    if step.kind is StepKind.DATA:
        lines = _lines(f"{step.number} {step.text}", note(step), room * (1 - 1.85 * SLANT) - clear)
        return Box(lines, room, max(LEAST_HEIGHT, height(len(lines)) + 2 * style.PADDING))
    inside = room - style.CHIP - 2 * style.PADDING - clear
    if step.kind is StepKind.PREDEFINED:
        inside -= 2 * INNER
    lines = _lines(step.text, note(step), inside)
    fold = 4.0 if step.kind is StepKind.DOCUMENT else 0.0
    return Box(lines, room, max(LEAST_HEIGHT, height(len(lines)) + 2 * style.PADDING + fold))


def _lines(text: str, below: str, room: float, bold: bool = False) -> tuple[str, ...]:
    lines = _even(text, room, bold)
    return lines + _even(below, room, bold) if below else lines


def _even(text: str, room: float, bold: bool) -> tuple[str, ...]:
    """Return a text's lines; a last line of a sign or two takes from those above where it can."""
    lines = wrap(text, room, style.TEXT, bold)
    narrower = room
    while len(lines) > 1 and len(lines[-1]) < 3 and narrower > room * 0.75:
        narrower -= style.TEXT
        again = wrap(text, narrower, style.TEXT, bold)
        if len(again) > len(lines):
            break
        lines = again
    return lines


def _diamond(text: str, below: str, room: float) -> Box:
    """Return the flattest diamond whose sides clear every line of its text."""
    full = room + 2 * style.BOX_MARGIN - 6
    best: Box | None = None
    for share in (0.45, 0.5, 0.55, 0.6, 0.65, 0.7):
        lines = _lines(text, below, full * share)
        tall = _clear_height(lines, full) + 4
        if best is None or tall < best.height:
            best = Box(lines, full, max(40.0, tall))
    assert best is not None
    return best


def _clear_height(lines: tuple[str, ...], full: float) -> float:
    line = height(1)
    total = line * len(lines)
    needed = 0.0
    for index, text in enumerate(lines):
        edge = max(abs(index * line - total / 2), abs((index + 1) * line - total / 2))
        free = 1 - min(0.92, (width(text, style.TEXT) + 4) / full)
        needed = max(needed, 2 * edge / free)
    return needed


@dataclass(frozen=True, slots=True)
class Card:
    """A risk point's card: the lines of its statement, and of its measures one below another."""

    number: int
    risk: RiskPoint
    statement: tuple[str, ...]
    measures: tuple[str, ...]

    @property
    def head_height(self) -> float:
        return height(len(self.statement)) + 6

    @property
    def height(self) -> float:
        return self.head_height + height(len(self.measures)) + 6


def statement_text(number: int, risk: RiskPoint) -> str:
    """Return what a card's head says."""
    return f"{style.SIGN[risk.level]}R{number}〔{risk.level.label}〕{risk.statement}"


def card(number: int, risk: RiskPoint, room: float) -> Card:
    """Return the card of a risk point that is the `number`th of its map."""
    inside = room - 2 * style.PADDING
    bold = not risk.measures
    texts = [f"{measure.code} {measure.text}" for measure in risk.measures] or [NO_MEASURE]
    return Card(
        number,
        risk,
        wrap(statement_text(number, risk), inside),
        tuple(line for text in texts for line in wrap(text, inside, style.TEXT, bold)),
    )

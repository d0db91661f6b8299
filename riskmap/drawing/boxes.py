"""How large each step's box, label and risk card must be for its text."""

from dataclasses import dataclass
from functools import lru_cache

from riskmap.document.model import RiskPoint, Step
from riskmap.document.terms import StepKind
from riskmap.drawing import style
from riskmap.drawing.marks import Marks, measure_key, word
from riskmap.drawing.text import height, width, wrap

LEAST_HEIGHT = 32.0
SLANT = 0.2046  # how far Graphviz's parallelogram leans, as a share of its width
INNER = 5.0  # between the double sides of a predefined process
WAVE = 3.5  # how far a document's foot swings above and below its line
BADGE_CLEARANCE = 7.0
INK = 2.0  # of a line's height above and below the signs themselves
NO_MEASURE = "未设防控措施"


@dataclass(frozen=True, slots=True)
class Box:
    """A step's wrapped text and the height it needs at a given width.

    `head` is said in a strip of its own above the text, `tag` on a tag hung below the box.
    """

    lines: tuple[str, ...]
    width: float
    height: float
    head: tuple[str, ...] = ()
    tag: str = ""


def strip_height(head: tuple[str, ...]) -> float:
    """Return the height of the strip above a box's text."""
    return height(len(head)) + 1 if head else 0.0


def has_chip(step: Step) -> bool:
    """Return whether the number stands in a bar of its own rather than before the text."""
    return step.kind in (StepKind.PROCESS, StepKind.DOCUMENT, StepKind.PREDEFINED)


def step_box(
    step: Step, room: float, badges: int = 0, said: str = "", mark: str = "", number: str = ""
) -> Box:
    """Return a step's box in a column that leaves `room` points for it.

    The badges of its risk points stand on its right side; text keeps clear of them. `said` is
    who acts where the lane does not tell, `mark` the word of its mark, `number` what is shown of
    its own.
    """
    clear = BADGE_CLEARANCE if badges else 0.0
    tag = _tag(step, room)
    below = _note(step, not tag)
    text = f"{number or step.number} {mark}{f'{said}：' if said else ''}{step.text}"
    if step.kind is StepKind.DECISION:
        return _diamond(text, below, room, tag)
    if step.kind is StepKind.TERMINATOR:
        lines = _lines(text, below, room - 20 - clear, bold=True)
        return Box(lines, room, max(24.0, height(len(lines)) + 8), tag=tag)
    if step.kind is StepKind.DATA:
        lines = _lines(text, below, room * (1 - 1.85 * SLANT) - clear)
        return Box(lines, room, max(LEAST_HEIGHT, height(len(lines)) + 2 * style.PADDING), tag=tag)
    inside = room - style.CHIP - 2 * style.PADDING - clear
    if step.kind is StepKind.PREDEFINED:
        inside -= 2 * INNER
    # Words of a mark can be many lines, set in the middle: down to where the badges are.
    beside = inside - clear if mark else inside
    head = wrap(mark + said, beside, style.TEXT, True) if mark or said else ()
    lines = _lines(step.text, below, inside)
    tall = strip_height(head) + height(len(lines)) + 2 * style.PADDING
    if step.kind is StepKind.DOCUMENT:
        tall += WAVE
    return Box(lines, room, max(LEAST_HEIGHT, tall), head, tag)


def _tag(step: Step, room: float) -> str:
    """Return the step's limit if it has room on a tag left of the line that leaves the box."""
    text = step.limit.text if step.limit else ""
    return text if text and width(text, style.TEXT) <= room / 2 + style.TAG_OUT else ""


def _note(step: Step, with_limit: bool) -> str:
    """Return what is said below a step's text: its limit, persons, and the map that details it."""
    parts = [step.limit.text] if step.limit and with_limit else []
    if step.min_persons > 1:
        parts.append(f"{step.min_persons}人以上")
    if step.detail:
        parts.append(f"见{step.detail}")
    return f"〔{'，'.join(parts)}〕" if parts else ""


@lru_cache(maxsize=20_000)
def _lines(text: str, below: str, room: float, bold: bool = False) -> tuple[str, ...]:
    """Return a box's lines; what is said below the text stands on its last line if it fits."""
    lines = _even(text, room, bold)
    if not below:
        return lines
    if width(lines[-1] + below, style.TEXT, bold) <= room:
        return (*lines[:-1], lines[-1] + below)
    return lines + _even(below, room, bold)


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


@lru_cache(maxsize=20_000)
def _diamond(text: str, below: str, room: float, tag: str) -> Box:
    """Return the flattest diamond whose sides clear every line of its text."""
    full = room + 2 * style.BOX_MARGIN - 6
    best: Box | None = None
    for share in (0.45, 0.5, 0.55, 0.6, 0.65, 0.7):
        lines = _lines(text, below, full * share)
        tall = _clear_height(lines, full) + 3
        if best is None or tall < best.height:
            best = Box(lines, full, max(36.0, tall), tag=tag)
    assert best is not None
    return best


def _clear_height(lines: tuple[str, ...], full: float) -> float:
    line = height(1)
    total = line * len(lines)
    needed = 0.0
    for index, text in enumerate(lines):
        edge = max(abs(index * line - total / 2), abs((index + 1) * line - total / 2)) - INK
        free = 1 - min(0.92, (width(text, style.TEXT) + 3) / full)
        needed = max(needed, 2 * edge / free)
    return needed


@dataclass(frozen=True, slots=True)
class Card:
    """A risk point's card: the lines of its statement, and of its measures one below another.

    Above them a flag with the words of its mark, if it has one.
    """

    number: int  # among the cards of the chart
    risk: RiskPoint
    sign: str  # what its badge says
    flag: tuple[str, ...]
    statement: tuple[str, ...]
    measures: tuple[str, ...]
    head_height: float
    height: float

    @property
    def flag_height(self) -> float:
        """Return the height of the flag, which is above the head."""
        return strip_height(self.flag)


def statement_text(sign: str, risk: RiskPoint) -> str:
    """Return what a card's head says."""
    return f"{style.SIGN[risk.level]}R{sign}〔{risk.level.label}〕{risk.statement}"


def card(
    number: int, risk: RiskPoint, room: float, sign: str = "", marks: Marks | None = None
) -> Card:
    """Return the card of a risk point that is the `number`th of its chart.

    `sign` is what is shown of its number: not the same where removed ones stand between.
    """
    sign, marks = sign or str(number), marks or {}
    inside = room - 2 * style.PADDING
    bold = not risk.measures
    texts = [
        f"{measure.code} {word(marks, measure_key(risk.key, measure.code))}{measure.text}"
        for measure in risk.measures
    ] or [NO_MEASURE]
    statement = wrap(statement_text(sign, risk), inside)
    measures = tuple(line for text in texts for line in wrap(text, inside, style.TEXT, bold))
    said = word(marks, risk.key)
    flag = wrap(said, inside, style.TEXT, True) if said else ()
    head = height(len(statement)) + 6
    tall = strip_height(flag) + head + height(len(measures)) + 6
    return Card(number, risk, sign, flag, statement, measures, head, tall)

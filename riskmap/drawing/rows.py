"""A step's row: its box, its ports on both sides, and the shapes that draw it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from riskmap.document.model import Step
from riskmap.document.terms import StepKind
from riskmap.drawing import style
from riskmap.drawing.boxes import INNER, SLANT, WAVE, Box, has_chip, step_box, strip_height
from riskmap.drawing.marks import word
from riskmap.drawing.ports import Port, Ports, assign
from riskmap.drawing.shapes import Form, Point, Shape
from riskmap.drawing.skeleton import Columns, Skeleton
from riskmap.drawing.text import height, width

_FORMS: dict[StepKind, Form] = {
    StepKind.TERMINATOR: "pill",
    StepKind.PROCESS: "box",
    StepKind.DECISION: "diamond",
    StepKind.DOCUMENT: "wave",
    StepKind.DATA: "slant",
    StepKind.PREDEFINED: "box",
}
Rect = tuple[float, float, float, float]  # left, top, width, height
_TONES = {StepKind.DECISION: "decision", StepKind.TERMINATOR: "terminator"}


@dataclass(slots=True)
class Row:
    """A step's place: its box in points, and its ports."""

    step: Step
    box: Box
    ports: Ports
    left: float
    top: float = 0.0

    @property
    def x(self) -> float:
        return self.left + self.box.width / 2

    @property
    def y(self) -> float:
        return self.top + self.box.height / 2

    @property
    def right(self) -> float:
        return self.left + self.box.width

    @property
    def bottom(self) -> float:
        return self.top + self.box.height

    @property
    def hung(self) -> float:
        """Return the height at which a tag begins: below all of the outline."""
        return self.bottom + 0.6 + (WAVE if self.step.kind is StepKind.DOCUMENT else 0.0)

    def side(self, port: Port, right: bool) -> Point:
        """Return where a port touches the box's outline."""
        half = self.box.width / 2
        if self.step.kind is StepKind.DECISION:
            half *= 1 - abs(port.offset) / (self.box.height / 2)
        elif self.step.kind is StepKind.DATA:
            share = port.offset / self.box.height
            half -= SLANT * self.box.width * (0.5 + share if right else 0.5 - share)
        return (self.x + (half if right else -half), self.y + port.offset)


def row_of(step: Step, skeleton: Skeleton, columns: Columns, badges: list[int]) -> Row:
    """Return a step's row, as high as its text and its ports need, not yet placed."""
    said = skeleton.grid.said.get(step.key, "")
    box = step_box(
        step,
        columns.pitch - 2 * style.BOX_MARGIN,
        len(badges),
        said,
        word(skeleton.marks, step.key),
    )
    ports = assign(skeleton.out[step.key], skeleton.into[step.key], badges, skeleton.labels)
    needed = ports.needed
    if step.kind is StepKind.DECISION and needed > box.height * 0.7:
        needed *= 1.25  # a diamond has little side near its ends
    if needed > box.height:
        box = replace(box, height=needed)
    left = columns.column(skeleton.grid.columns[step.key]) + (columns.pitch - box.width) / 2
    return Row(step, box, ports.spread(box.height), left)


def step_shapes(row: Row, mark: str = "") -> Iterator[Shape]:
    """Yield a step's outline; for most kinds the bar with its number and its text beside it."""
    step, box, kind = row.step, row.box, row.step.kind
    chip = has_chip(step)
    tone = _TONES.get(kind, "step")

    def shape(part: str, form: Form, tone: str, place: Rect, lines: tuple[str, ...] = ()) -> Shape:
        left, top, wide, tall = place
        return Shape(
            f"{step.key}-{part}", step.key, form, tone, left, top, wide, tall, lines,
            left_aligned=part == "text", mark=mark if part == "step" else "",
        )  # fmt: skip

    whole = (row.left, row.top, box.width, box.height)
    yield shape("step", _FORMS[kind], tone, whole, () if chip else box.lines)
    if box.tag:
        wide = width(box.tag, style.TEXT) + 3
        yield shape(
            "tag", "bracket", "tag", (row.x - 2 - wide, row.hung, wide, height(1)), (box.tag,)
        )
    if not chip:
        return
    lean = INNER if kind is StepKind.PREDEFINED else 0.0
    left, right = row.left + lean, row.right - lean
    if lean:
        yield shape("inner", "box", "inner", (left, row.top, right - left, box.height))
    yield shape(
        "number", "box", "chip", (left, row.top, style.CHIP, box.height), (str(step.number),)
    )
    beside, head = left + style.CHIP, strip_height(box.head)
    wide = right - beside
    if head:
        yield shape("who", "box", "strip", (beside, row.top, wide, head), box.head)
    yield shape(
        "text", "plain", "text", (beside, row.top + head, wide, box.height - head), box.lines
    )

"""A step's row: its box, its ports on both sides, and the shapes that draw it."""

from dataclasses import dataclass, replace

from riskmap.document.model import Step
from riskmap.document.terms import StepKind
from riskmap.drawing import style
from riskmap.drawing.boxes import INNER, SLANT, WAVE, Box, has_chip, step_box, strip_height
from riskmap.drawing.marks import Mark, mark_of, word
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


GONE = "×"
"""The number of what is no longer there."""


def number_of(step: Step, mark: Mark | None) -> str:
    """Return a step's number as it is shown: a removed one has none among those that are there."""
    return GONE if mark is Mark.REMOVED else str(step.number)


def row_of(step: Step, skeleton: Skeleton, columns: Columns, badges: list[int]) -> Row:
    """Return a step's row, as high as its text and its ports need, not yet placed."""
    said = skeleton.grid.said.get(step.key, "")
    box = step_box(
        step,
        columns.pitch - 2 * style.BOX_MARGIN,
        len(badges),
        said,
        word(skeleton.marks, step.key),
        number_of(step, mark_of(skeleton.marks, step.key)),
    )
    ports = assign(skeleton.out[step.key], skeleton.into[step.key], badges, skeleton.labels)
    needed = ports.needed
    if step.kind is StepKind.DECISION and needed > box.height * 0.7:
        needed *= 1.25  # a diamond has little side near its ends
    if needed > box.height:
        box = replace(box, height=needed)
    left = columns.column(skeleton.grid.columns[step.key]) + (columns.pitch - box.width) / 2
    return Row(step, box, ports.spread(box.height), left)


def step_shapes(row: Row, mark: Mark | None = None) -> list[Shape]:
    """Return a step's outline; for most kinds the bar with its number and its text beside it."""
    step, box, key = row.step, row.box, row.step.key
    left, top, wide, tall = row.left, row.top, box.width, box.height
    chip = has_chip(step)
    form, tone = _FORMS[step.kind], _TONES.get(step.kind, "step")
    lines = () if chip else box.lines
    shapes = [
        Shape(f"{key}-step", key, form, tone, left, top, wide, tall, lines, False, mark or "")
    ]
    if box.tag:
        said = width(box.tag, style.TEXT) + 3
        hung = (row.x - 2 - said, row.hung, said, height(1))
        shapes.append(Shape(f"{key}-tag", key, "bracket", "tag", *hung, (box.tag,)))
    if not chip:
        return shapes
    if step.kind is StepKind.PREDEFINED:
        left, wide = left + INNER, wide - 2 * INNER
        shapes.append(Shape(f"{key}-inner", key, "box", "inner", left, top, wide, tall))
    number = (number_of(step, mark),)
    shapes.append(Shape(f"{key}-number", key, "box", "chip", left, top, style.CHIP, tall, number))
    left, wide, head = left + style.CHIP, wide - style.CHIP, strip_height(box.head)
    if head:
        tone = f"flag-{mark}" if mark and mark.word else "strip"
        shapes.append(Shape(f"{key}-who", key, "box", tone, left, top, wide, head, box.head))
    below = (left, top + head, wide, tall - head)
    shapes.append(Shape(f"{key}-text", key, "plain", "text", *below, box.lines, True))
    return shapes

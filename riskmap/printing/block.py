"""The title block of a sheet: who, what, why and by which law, wrapped and measured.

Every line is broken here with our own metrics, so that Typst only draws and nothing moves.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from riskmap.document.model import Citation, LimitSpan, MapDocument
from riskmap.drawing.text import LINE, width, wrap
from riskmap.printing.paper import Paper
from riskmap.register.terms import Binds

TEXT: Final = 9.0
TITLE: Final = 16.0
HEAD: Final = 17.0  # the line above the title: bureau and page
BAR: Final = 31.0  # the title's bar with one line
LABEL: Final = 58.0  # the pale cell that names a panel
CODE_PADDING: Final = 22.0
REVISION: Final = 112.0  # room for version and date at the bar's right end
PADDING: Final = 5.0  # above and below the lines of a cell, together
INSET: Final = 12.0  # left and right of the lines of a cell, together
SEPARATOR: Final = "　"
SHARE: Final = 0.55  # of a page's height that panels may take, so that a chart begins below
CAPS: Final = (1000, 40, 20, 10, 5, 2)  # lines a panel is cut to where even that is too much
TITLE_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """A label and its lines; `width` is the whole cell's, label included."""

    label: str
    label_width: float
    width: float
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        return len(self.lines) * TEXT * LINE + PADDING


@dataclass(frozen=True, slots=True)
class Row:
    """Cells side by side, all as high as the highest."""

    cells: tuple[Cell, ...]

    @property
    def height(self) -> float:
        return max(cell.height for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Block:
    """The title block: title, fields in rows, panels in columns."""

    title: tuple[str, ...]
    code_width: float
    fields: tuple[Row, ...]
    panels: tuple[tuple[Cell, ...], ...]
    cut: bool = False  # whether texts were too long for the page

    @property
    def bar(self) -> float:
        """Return the height of the bar that holds the title."""
        return BAR + (len(self.title) - 1) * TITLE * LINE

    @property
    def panels_height(self) -> float:
        return _tallest(self.panels)

    @property
    def height(self) -> float:
        return HEAD + self.bar + sum(row.height for row in self.fields) + self.panels_height


def compose(document: MapDocument, paper: Paper) -> Block:
    """Return the title block of a document on a paper."""
    code_width = width(document.code, 10.5, True) + CODE_PADDING
    title = wrap(document.title, paper.room - code_width - REVISION, TITLE, True)
    panels, cut = _columns(_panels(document), paper)
    return Block(
        title=capped(title, TITLE_LINES),
        code_width=code_width,
        fields=tuple(_fields(document, paper.room)),
        panels=panels,
        cut=cut,
    )


def capped(lines: tuple[str, ...], most: int) -> tuple[str, ...]:
    """Return the first lines; where some are left out, the last ends in an ellipsis."""
    return lines if len(lines) <= most else (*lines[: most - 1], f"{lines[most - 1][:-1]}…")


def _fields(document: MapDocument, room: float) -> Iterator[Row]:
    """Yield the rows of short fields, each stretched to the full width."""
    row: list[tuple[str, str]] = []
    for field in _facts(document):
        if row and sum(_naturals([*row, field])) > room:
            yield _stretched(row, room)
            row = []
        row.append(field)
    yield _stretched(row, room)


def _facts(document: MapDocument) -> Iterator[tuple[str, str]]:
    place, matter = document.place, document.matter
    yield "单位", place.unit
    if place.office:
        yield "科室", place.office
    if place.post:
        yield "岗位", place.post
    if matter:
        yield "权力事项", f"{matter.name}（{matter.code} {matter.kind.value}）"
    if document.major_decision:
        yield "决策类别", "重大决定事项"


def _label_widths(fields: list[tuple[str, str]]) -> list[float]:
    """Return the widths of the labels; the first is as wide as a panel's below it."""
    return [LABEL, *(width(label, TEXT, True) + INSET for label, _ in fields[1:])]


def _naturals(fields: list[tuple[str, str]]) -> list[float]:
    return [
        label + width(value, TEXT) + INSET
        for label, (_, value) in zip(_label_widths(fields), fields, strict=True)
    ]


def _stretched(fields: list[tuple[str, str]], room: float) -> Row:
    naturals = _naturals(fields)
    spare = (room - sum(naturals)) / len(fields)
    cells = []
    for (name, value), label, natural in zip(fields, _label_widths(fields), naturals, strict=True):
        wide = natural + spare
        lines = wrap(value, wide - label - INSET + 0.01, TEXT)
        cells.append(Cell(name, label, wide, capped(lines, TITLE_LINES)))
    return Row(tuple(cells))


def _panels(document: MapDocument) -> list[tuple[str, list[str]]]:
    """Return the named texts of a sheet that have anything to say."""
    duties = [f"{number}．{each}" for number, each in enumerate(document.duties, start=1)]
    panels = [
        ("工作目标", [document.goal]),
        (f"{document.place.level.label}职责", duties),
        ("办理依据", list(_bases(document))),
        ("法定时限", [_span(document, each) for each in document.limit_spans]),
    ]
    return [(label, parts) for label, parts in panels if any(part.strip() for part in parts)]


def _bases(document: MapDocument) -> Iterator[str]:
    """Yield the map's bases, then those that only steps cite, each with the steps that cite it."""
    steps: dict[Citation, list[str]] = {each: [] for each in document.bases}
    for step in document.steps:
        if step.basis:
            steps.setdefault(step.basis, []).append(str(step.number))
    for each, numbers in steps.items():
        yield each.text + (f"（步骤{'、'.join(numbers)}）" if numbers else "")


def _span(document: MapDocument, span: LimitSpan) -> str:
    steps = document.step_by_key
    first, last = (steps[key].number if key in steps else "？" for key in (span.first, span.last))
    who = "（约束当事人）" if span.binds is Binds.PARTY else ""
    limit = f"{span.sense.label}{span.limit.text}"
    return f"{span.name}：{limit}{who}，步骤{first}→{last}，{span.citation.text}"


def pack(parts: Iterable[str], room: float) -> tuple[str, ...]:
    """Return the parts as lines; a part that fits on the line before it shares that line."""
    lines: list[str] = []
    for part in parts:
        joined = lines[-1] + SEPARATOR + part if lines else ""
        if joined and width(joined, TEXT) <= room:
            lines[-1] = joined
        else:
            lines.extend(wrap(part, room, TEXT))
    return tuple(lines)


def _columns(
    panels: list[tuple[str, list[str]]], paper: Paper
) -> tuple[tuple[tuple[Cell, ...], ...], bool]:
    """Return the panels broken into columns where the block is lowest, and whether they are cut."""
    best: tuple[tuple[Cell, ...], ...] = ()
    for cap in CAPS:
        best = min(_arrangements(panels, paper, cap), key=_tallest, default=())
        if _tallest(best) <= paper.body * SHARE:
            return best, cap != CAPS[0]
    return best, True


def _arrangements(
    panels: list[tuple[str, list[str]]], paper: Paper, cap: int
) -> Iterator[tuple[tuple[Cell, ...], ...]]:
    for columns in range(1, min(paper.columns, len(panels)) + 1):
        wide = paper.room / columns
        room = wide - LABEL - INSET
        cells = [
            Cell(label, LABEL, wide, capped(pack(parts, room), cap)) for label, parts in panels
        ]
        for breaks in combinations(range(1, len(panels)), columns - 1):
            ends = (0, *breaks, len(panels))
            yield tuple(tuple(cells[a:b]) for a, b in zip(ends, ends[1:], strict=False))


def _tall(column: tuple[Cell, ...]) -> float:
    return sum(cell.height for cell in column)


def _tallest(columns: tuple[tuple[Cell, ...], ...]) -> float:
    return max((_tall(column) for column in columns), default=0.0)

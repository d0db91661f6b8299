"""The ledger on paper: its rows broken into lines with our metrics, and put on pages.

So each page's number is known before anything is typeset, and Typst need not ask itself where
things came to stand, nor lay every cell out once more to find its row's height.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from riskmap.document.model import MapDocument
from riskmap.drawing.text import wrap
from riskmap.printing import ledger
from riskmap.printing.paper import A3_LANDSCAPE

MOST_LINES: Final = 40  # a row up to this height stays on one page
INSET: Final = 7.0  # left and right of the text in a cell, together
BAR: Final = 26.0  # the bar with the ledger's title
# Of a cell as atlas.typ sets it: its text, between its lines, between its paragraphs, above and
# below them.
SIZE: Final = 9.0
LEADING: Final = 0.32 * SIZE
SPACING: Final = 0.62 * SIZE
ROW_INSET: Final = 3.5
_UNIT: Final = A3_LANDSCAPE.room / sum(each.width for each in ledger.COLUMNS)
"""Points for each part of the columns' widths."""

Lines = tuple[str, ...]
Cell = tuple[Lines, ...]
"""The paragraphs of a cell."""


@dataclass(frozen=True, slots=True)
class Row:
    """A risk point in the ledger, or the part of it that is on one page."""

    level: str
    cells: tuple[Cell, ...]

    @property
    def height(self) -> float:
        return max(map(_height, self.cells))

    @property
    def breakable(self) -> bool:
        """Return whether the row is so tall that a page may end in it."""
        return max(sum(map(len, cell)) for cell in self.cells) > MOST_LINES

    def split(self, room: float) -> "tuple[Row | None, Row]":
        """Return what of the row fits into `room` points, if anything, and the rest.

        The rest begins with the code again, which is the first cell.
        """
        halves = [_split(cell, room) for cell in self.cells[1:]]
        fit, rest = zip(*halves, strict=True)
        part = Row(self.level, (self.cells[0], *fit))
        if not any(fit) or part.height > room:  # a long code can be higher than what fits
            return None, self
        return part, Row(self.level, (self.cells[0], *rest))


def titles() -> list[Lines]:
    """Return the titles of the columns, broken into lines."""
    return [_lines(column.title, column, True) for column in ledger.COLUMNS]


def head() -> float:
    """Return how high the row of the columns' titles is, in points."""
    return max(_height((title,)) for title in titles())


def pages(documents: Iterable[MapDocument]) -> Iterator[list[Row]]:
    """Yield the rows of each page of a ledger; a very tall row goes on over its page's end."""
    whole = A3_LANDSCAPE.body - BAR - head()
    page: list[Row] = []
    left = whole
    for entry in ledger.entries(documents):
        row = _row(entry)
        while (tall := row.height) > left:
            part, row = row.split(left) if row.breakable else (None, row)
            yield [*page, part] if part else page
            page, left = [], whole
        page.append(row)
        left -= tall
    if page:
        yield page


def _row(entry: ledger.Entry) -> Row:
    cells = (
        tuple(_lines(paragraph, column) for paragraph in column.text(entry))
        for column in ledger.COLUMNS
    )
    return Row(entry.risk.level.value, tuple(cells))


def _lines(text: str, column: ledger.Column, bold: bool = False) -> Lines:
    return wrap(text, column.width * _UNIT - INSET, SIZE, bold)


def _height(cell: Sequence[Lines]) -> float:
    """Return how high a cell is, in points."""
    gaps = sum(len(lines) - 1 for lines in cell)
    return (
        SIZE * sum(map(len, cell))
        + LEADING * gaps
        + SPACING * max(0, len(cell) - 1)
        + 2 * ROW_INSET
    )


def _split(cell: Cell, room: float) -> tuple[Cell, Cell]:
    """Return as many of a cell's lines as fit into `room` points, and the others."""
    fit: list[Lines] = []
    for number, lines in enumerate(cell):
        for count in range(len(lines), 0, -1):
            if _height([*fit, lines[:count]]) <= room:
                fit.append(lines[:count])
                break
        else:
            return tuple(fit), cell[number:]
        if count < len(lines):
            return tuple(fit), (lines[count:], *cell[number + 1 :])
    return tuple(fit), ()

"""The rows below the heads of a table, merged cells and dittos filled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from riskmap.workbooks.found.cells import nothing
from riskmap.workbooks.found.columns import Column
from riskmap.workbooks.found.fields import LABELS, Field
from riskmap.workbooks.found.grid import Grid
from riskmap.workbooks.found.heads import Head

_DITTO: Final = frozenset(
    {"同上", "〃", "″", '"', "''", "同左", "ditto", "Ditto", "-同上-", "(同上)", "（同上）"}
)
_ABOVE: Final = frozenset({Field.OFFICE_HEAD, Field.LEADER})


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: its texts by column, and how they came there.

    `own` are the columns in which it says something itself, `merged` those it takes from a merged
    cell that begins above, `above` those it takes from the row above because they say ditto or are
    blank.
    """

    row: int
    cells: dict[int, str]
    own: frozenset[int]
    merged: frozenset[int]
    above: frozenset[int]


@dataclass(frozen=True, slots=True)
class Table:
    """A table in a sheet: its heads, its columns, the rows between them and the next heads."""

    grid: Grid
    head: Head
    columns: tuple[Column, ...]
    titles: tuple[int, ...]
    rows: tuple[int, ...]
    said_above: dict[Field, str]

    def of(self, *fields: Field) -> tuple[Column, ...]:
        """Return the columns that hold some fields."""
        return tuple(each for each in self.columns if each.field in fields)

    @property
    def merges_down(self) -> bool:
        """Say whether cells are merged downwards here; then a blank cell is meant to be blank."""
        return any(
            top > self.head.last and bottom > top for top, _, bottom, _ in self.grid.merged
        )  # fmt: skip


def own_line(table: Table, row: int, before: Line | None) -> Line:
    """Return a row with its merged cells filled, and dittos from the row `before`.

    A merged cell spreads down, and to the right where the columns say where a row belongs.
    """
    cells: dict[int, str] = {}
    own, merged, above = set(), set(), set()
    for column in table.columns:
        at = column.column
        value = table.grid.own(row, at)
        if value in _DITTO and before:
            cells[at] = before.cells.get(at, "")
            above.add(at)
        elif value:
            cells[at] = "" if nothing(value) else value
            own |= set() if nothing(value) else {at}
        else:
            cells[at], from_above = _spread(table, row, column)
            merged |= {at} if from_above else set()
    return Line(row, cells, frozenset(own), frozenset(merged), frozenset(above))


def _spread(table: Table, row: int, column: Column) -> tuple[str, bool]:
    top, left, bottom, _ = table.grid.range_at(row, column.column)
    if top <= table.head.last or (left != column.column and column.field not in LABELS):
        return "", False
    value = table.grid.own(top, left)
    return ("" if nothing(value) else value), top < row and bool(value)


def with_blanks_filled(table: Table, line: Line, before: Line | None) -> Line:
    """Return a row with the blanks of its place filled from the row `before`.

    Only where no cells are merged downwards, as in a CSV of a table that had them: a blank is the
    place above, unless a column left of it begins anew. A leader goes with the office.
    """
    if before is None or table.merges_down:
        return line
    cells = dict(line.cells)
    filled = set(line.above)
    begun = False
    for column in sorted(_places(table, line), key=lambda each: each.column):
        begun = begun or column.column in line.own
        if not begun and not cells[column.column] and before.cells.get(column.column):
            cells[column.column] = before.cells[column.column]
            filled.add(column.column)
    if any(each.column in filled for each in table.of(Field.UNIT, Field.OFFICE)):
        for column in table.of(*_ABOVE):
            if not cells[column.column] and before.cells.get(column.column):
                cells[column.column] = before.cells[column.column]
                filled.add(column.column)
    return Line(line.row, cells, line.own, line.merged, frozenset(filled))


def _places(table: Table, line: Line) -> Sequence[Column]:
    found = table.of(*LABELS)
    if any(each.column in line.own for each in table.of(Field.MANIFESTATION)):
        found += table.of(Field.RISK)
    return found

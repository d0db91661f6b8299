"""A sheet as texts by row and column, with what is merged."""

from functools import cached_property

from riskmap.workbooks.book import Range, ReadSheet
from riskmap.workbooks.found.cells import text


class Grid:
    """A sheet as texts by row and column from 1, with what is merged."""

    def __init__(self, sheet: ReadSheet) -> None:
        self.name = sheet.name
        self.hidden = sheet.hidden
        self.rows = tuple(tuple(text(value) for value in row) for row in sheet.rows)
        self.anything = tuple(
            any(value is not None and value != "" for value in row) for row in sheet.rows
        )
        self.width = max(map(len, self.rows), default=0)
        self.merged = tuple(self._within(each) for each in sheet.merged)

    def _within(self, merged: Range) -> Range:
        top, left, bottom, right = merged
        return top, left, min(bottom, len(self.rows)), min(right, self.width)

    @cached_property
    def by_row(self) -> dict[int, tuple[Range, ...]]:
        """Return the merged ranges that touch each row."""
        found: dict[int, list[Range]] = {}
        for merged in self.merged:
            for row in range(merged[0], merged[2] + 1):
                found.setdefault(row, []).append(merged)
        return {row: tuple(ranges) for row, ranges in found.items()}

    def own(self, row: int, column: int) -> str:
        """Return what stands in a cell itself, beyond the sheet nothing."""
        if not (1 <= row <= len(self.rows) and 1 <= column <= len(self.rows[row - 1])):
            return ""
        return self.rows[row - 1][column - 1]

    def filled(self, row: int) -> list[tuple[int, str]]:
        """Return the cells of a row that hold something themselves, by column."""
        if not 1 <= row <= len(self.rows):
            return []
        return [(at, value) for at, value in enumerate(self.rows[row - 1], start=1) if value]

    def range_at(self, row: int, column: int) -> Range:
        """Return the merged range that a cell lies in, or the cell alone."""
        for merged in self.by_row.get(row, ()):
            if merged[1] <= column <= merged[3]:
                return merged
        return row, column, row, column

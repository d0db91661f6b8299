"""A workbook as it was read: sheets of plain values, by the place where a person finds them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

Value = str | int | float | bool | date | datetime | time | timedelta | None
"""What a cell holds; None where it is empty. A formula is the value that was kept with it."""

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 1."""


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet: its rows from row 1 on, empty ones included, each from column A on.

    Rows may differ in length; `merged` are the ranges whose value stands in their first cell.
    """

    name: str
    rows: tuple[tuple[Value, ...], ...]
    merged: tuple[Range, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of a file in their order; a CSV file is one sheet."""

    sheets: tuple[ReadSheet, ...]


@cache
def letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def cell_name(row: int, column: int) -> str:
    """Return how a spreadsheet names a cell, such as C7."""
    return f"{letters(column)}{row}"

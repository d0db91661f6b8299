"""Cells with signs that nothing can print, so that they can be refused by name."""

from collections.abc import Iterator

from riskmap.web.forms import CONTROL
from riskmap.workbooks.book import Book, cell_name

UNPRINTABLE = CONTROL - {"\r"}  # a line's end of Excel's own, which taking over makes one sign


def unprintable(book: Book) -> Iterator[tuple[str, str]]:
    """Yield the sheet and the name of every cell whose text holds what a form would refuse."""
    for sheet in book.sheets:
        for number, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row, start=1):
                if isinstance(value, str) and not UNPRINTABLE.isdisjoint(value):
                    yield sheet.name, cell_name(number, column)

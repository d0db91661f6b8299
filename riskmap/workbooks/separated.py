"""Tables of separated values (CSV): in UTF-8 or GB18030, parted by commas, semicolons or tabs."""

import csv
from io import StringIO
from pathlib import PurePath
from typing import Final

from riskmap.document.sentences import say
from riskmap.workbooks.book import Book, ReadSheet, Value, cell_name
from riskmap.workbooks.cells import MOST_COLUMNS, MOST_ROWS
from riskmap.workbooks.refusals import LONGEST, Refused, too_long

SEPARATORS: Final = (",", ";", "\t")
ENCODINGS: Final = ("utf-8-sig", "gb18030")
GIVEN_UP: Final = 1024 * 1024
"""Characters of a field that the library collects before it gives up."""


def read_separated(content: bytes, name: str) -> Book:
    """Return a CSV file as one sheet named after it, every value as text; raises `Refused`."""
    text = _text(content)
    csv.field_size_limit(GIVEN_UP)
    lines = csv.reader(StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    sheet = PurePath(name).stem
    rows: list[tuple[Value, ...]] = []
    try:
        for line in lines:
            if len(rows) == MOST_ROWS:
                raise Refused(
                    say(
                        "The table has more than %(limit)s rows. Divide it into several files.",
                        limit=MOST_ROWS,
                    )
                )
            rows.append(_row(line, len(rows) + 1, sheet))
    except csv.Error as error:
        raise Refused(
            say(
                "Line %(line)s of the text cannot be divided into cells: a quotation mark is "
                "missing or too many. Open the file in Excel or WPS and save it as “CSV UTF-8”.",
                line=lines.line_num,
            )
        ) from error
    return Book((ReadSheet(sheet, tuple(rows)),))


def _text(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            place = error.start
    raise Refused(
        say(
            "Line %(line)s of the text holds signs in neither UTF-8 nor GB18030. Save the table "
            "as “CSV UTF-8” and upload it again.",
            line=content.count(b"\n", 0, place) + 1,
        )
    )


def _separator(text: str) -> str:
    """Return what divides the first line with anything in it into the most cells."""
    start = text[:GIVEN_UP]

    def cells(separator: str) -> int:
        lines = csv.reader(StringIO(start, newline=""), delimiter=separator)
        try:
            return len(next((line for line in lines if any(line)), ()))
        except csv.Error:
            return 0

    return max(SEPARATORS, key=cells)  # the first of equals


def _row(line: list[str], number: int, sheet: str) -> tuple[Value, ...]:
    if len(line) > MOST_COLUMNS and any(line[MOST_COLUMNS:]):
        raise Refused(
            say(
                "Row %(row)s reaches to cell %(cell)s; at most %(limit)s columns are read. Delete "
                "the columns that are too many.",
                row=number,
                cell=cell_name(number, len(line)),
                limit=MOST_COLUMNS,
            )
        )
    for column, each in enumerate(line, start=1):
        if len(each) > LONGEST:
            raise too_long(sheet, cell_name(number, column), len(each))
    return tuple(each or None for each in line[:MOST_COLUMNS])

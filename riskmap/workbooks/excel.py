"""Workbooks as values: the only module that runs calamine, on parts that came through the door."""

import math
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final
from zipfile import ZipFile

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from riskmap.document.sentences import say
from riskmap.workbooks import door
from riskmap.workbooks.book import Book, ReadSheet, Value, cell_name
from riskmap.workbooks.refusals import LONGEST, Refused, too_long

EXACT: Final = 10**15
"""Below it every whole number is one in a workbook; above, its last digits are not kept."""


def read_workbook(content: bytes) -> Book:
    """Return a workbook's sheets; raises `Refused`, and what the parser raises."""
    workbook = CalamineWorkbook.from_filelike(_packed_anew(content))
    names = workbook.sheet_names
    if len({name.casefold() for name in names}) < len(names):
        raise Refused(
            say(
                "Two sheets of the workbook have the same name. Open it in Excel or WPS, give "
                "them different names and save it."
            )
        )
    sheets = tuple(
        _sheet(workbook.get_sheet_by_index(number), about.visible != SheetVisibleEnum.Visible)
        for number, about in enumerate(workbook.sheets_metadata)
        if about.typ == SheetTypeEnum.WorkSheet
    )
    if not sheets:
        raise Refused(
            say("The workbook has no sheet with cells. Copy the table into a new workbook.")
        )
    return Book(sheets)


def _packed_anew(content: bytes) -> BytesIO:
    """Return a workbook of the checked parts alone: two readers may see a zip differently."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for part, data in door.parts(content):
            archive.writestr(part, data)
    packed.seek(0)
    return packed


def _sheet(sheet: CalamineSheet, hidden: bool) -> ReadSheet:
    rows: list[tuple[Value, ...]] = []
    for number, row in enumerate(_rows(sheet), start=1):
        values = [
            _value(value, sheet.name[:100], number, column)
            for column, value in enumerate(row, start=1)
        ]
        while values and values[-1] is None:
            values.pop()
        rows.append(tuple(values))
    while rows and not rows[-1]:
        rows.pop()
    merged = tuple(
        (top + 1, left + 1, bottom + 1, right + 1)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    return ReadSheet(sheet.name, tuple(rows), merged, hidden)


def _rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """Yield the rows from row 1 on, each from column A on; calamine leaves out empty columns."""
    if sheet.start is None:
        return
    top, left = sheet.start
    before = [""] * left
    for number, row in enumerate(sheet.iter_rows()):
        yield before + row if number >= top else []


def _value(value: Any, sheet: str, row: int, column: int) -> Value:
    """Return a value as we hold it; refuse one that a cell cannot hold."""
    if value == "":
        return None
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Refused(
                say(
                    "Sheet “%(sheet)s”, cell %(cell)s holds a number too large for a workbook. "
                    "Type it anew.",
                    sheet=sheet,
                    cell=cell_name(row, column),
                )
            )
        return int(value) if value.is_integer() and abs(value) < EXACT else value
    if isinstance(value, str) and len(value) > LONGEST:
        raise too_long(sheet, cell_name(row, column), len(value))
    found: Value = value
    return found

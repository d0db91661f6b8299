"""Sheets of a workbook, written so that text stays text and every sheet prints.

What people typed never becomes a formula: a cell that begins like one is marked as quoted, and
signs that a workbook cannot hold are shown as �.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell as _Cell
from openpyxl.cell import MergedCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

Place = _Cell | MergedCell
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
MIMETYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST: Final = 32_767
"""Characters that a cell can hold."""


class Tone(StrEnum):
    """How a cell looks: plain, a head, or told apart by fill and frame."""

    PLAIN = "plain"
    HEAD = "head"
    STRONG = "strong"
    GAP = "gap"
    EXCUSED = "excused"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with how it looks; `turned` writes it upright, as heads of narrow columns are."""

    value: str | int | None
    tone: Tone = Tone.PLAIN
    turned: bool = False
    centred: bool = False


Value = Cell | str | int | None


@dataclass(frozen=True)
class Sheet:
    """A sheet: what stands above the table, its heads, its rows.

    `widths` are in characters, one a column; `frozen` is how many columns stay in sight; `merged`
    are ranges of the heads, counted in rows and columns from 1 below the titles.
    """

    name: str
    titles: Sequence[str]
    heads: Sequence[Sequence[Value]]
    rows: Iterable[Sequence[Value]]
    widths: Sequence[float]
    frozen: int = 0
    landscape: bool = True
    large: bool = False
    merged: Sequence[tuple[int, int, int, int]] = field(default=())
    filtered: bool = True


_FILLS: Final = {
    Tone.HEAD: "D9E2EC",
    Tone.STRONG: "EEF2F7",
    Tone.GAP: "FDEEEE",
    Tone.EXCUSED: "E3E3E3",
}
_INKS: Final = {Tone.GAP: "A61B1B", Tone.EXCUSED: "56657A", Tone.QUIET: "56657A"}
_THIN: Final = Side(style="thin", color="8A97A6")
_THICK: Final = Side(style="medium", color="A61B1B")
_A3: Final = 8  # as openpyxl.worksheet counts papers
_A4: Final = 9


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook of some sheets, in their order."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _write(book.create_sheet(sheet.name[:31]), sheet)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _write(page: Worksheet, sheet: Sheet) -> None:
    for number, title in enumerate(sheet.titles, start=1):
        _put(page.cell(number, 1), Cell(title))
        page.cell(number, 1).font = Font(bold=number == 1, size=14 if number == 1 else 10)
        page.cell(number, 1).border = Border()
        page.cell(number, 1).alignment = Alignment(wrap_text=False)
    above = len(sheet.titles)
    for number, heads in enumerate(sheet.heads, start=above + 1):
        for column, value in enumerate(heads, start=1):
            _put(page.cell(number, column), _as_cell(value, Tone.HEAD))
    for top, left, bottom, right in sheet.merged:
        page.merge_cells(
            start_row=above + top, start_column=left, end_row=above + bottom, end_column=right
        )
    first = above + len(sheet.heads) + 1
    last = first - 1
    for last, row in enumerate(sheet.rows, start=first):
        for column, value in enumerate(row, start=1):
            _put(page.cell(last, column), _as_cell(value, Tone.PLAIN))
    _set_up(page, sheet, above, first, last)


def _as_cell(value: Value, tone: Tone) -> Cell:
    return value if isinstance(value, Cell) else Cell(value, tone)


def _put(place: Place, cell: Cell) -> None:
    if isinstance(place, MergedCell):
        return
    if isinstance(cell.value, str) and cell.value:
        text = ILLEGAL_CHARACTERS_RE.sub("�", cell.value)[:LONGEST]
        place.value = text
        place.data_type = "s"
        place.quotePrefix = text.startswith(FORMULA)
    else:
        place.value = cell.value if isinstance(cell.value, int) else None
    _dress(place, cell)


def _dress(place: Place, cell: Cell) -> None:
    tone = cell.tone
    strong = tone in (Tone.HEAD, Tone.STRONG, Tone.GAP)
    place.font = Font(bold=strong, size=10, color=_INKS.get(tone, "22303F"))
    if tone in _FILLS:
        place.fill = PatternFill("solid", fgColor=_FILLS[tone])
    side = _THICK if tone is Tone.GAP else _THIN
    place.border = Border(side, side, side, side)
    place.alignment = Alignment(
        wrap_text=not cell.turned,
        vertical="bottom" if cell.turned else "center",
        horizontal="center" if cell.centred or cell.turned else None,
        text_rotation=255 if cell.turned else 0,
    )


def _set_up(page: Worksheet, sheet: Sheet, above: int, first: int, last: int) -> None:
    """Freeze the heads, offer filters, and let the sheet print on paper with its heads repeated."""
    for column, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = f"{get_column_letter(sheet.frozen + 1)}{first}"
    across = len(sheet.heads[-1]) if sheet.heads else 1
    if sheet.filtered and last >= first:
        page.auto_filter.ref = f"A{first - 1}:{get_column_letter(across)}{last}"
    page.print_title_rows = f"{above + 1}:{first - 1}"
    page.page_setup.orientation = "landscape" if sheet.landscape else "portrait"
    page.page_setup.paperSize = _A3 if sheet.large else _A4
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    footer = HeaderFooterItem()
    footer.center.text, footer.left.text = "第 &P 页，共 &N 页", "&A"
    page.oddFooter = footer

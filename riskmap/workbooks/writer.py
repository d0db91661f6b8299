"""A bureau's rows as a workbook: a sheet a table, made from the table of columns.

Texts are shared strings: written into each cell, they would make a sheet of 100,000 steps larger
than what the door lets in; an empty cell has its column's format. What people typed stays text: no
cell is ever a formula, and one that begins like a formula is marked as quoted.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any, Final

import xlsxwriter
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from riskmap.config import ZONE
from riskmap.web.language import DEFAULT, chosen
from riskmap.web.members import shown
from riskmap.workbooks.columns import ACT, BY_NAME, JOINED, TABLES, VERSION, Column, Kind, Table
from riskmap.workbooks.rows import Snapshot
from riskmap.workbooks.showing import NO, YES, Showing, named
from riskmap.workbooks.writing import FORMULA

A3: Final = 8
A4: Final = 9
SPARE: Final = 500
"""Rows below the last one in which what is typed is still helped by lists."""

DELETE: Final = _l("delete")
"""What the column of deletions says of a row that is to go."""

GUIDE: Final = _l("About this workbook")
LISTS: Final = _l("Choices")
BUREAU: Final = _l("Code of the bureau")


@dataclass(frozen=True, slots=True)
class About:
    """What the first sheet says of a workbook: whose, what of it, when, by whom."""

    bureau: str
    name: str
    scope: str
    at: datetime
    who: str
    sample: bool = False


Progress = Callable[[int, int], object]


def heads(table: Table) -> list[tuple[Any, Column | None]]:
    """Return the heads of a sheet in their order, each with its column; None for what all have."""
    found: list[tuple[Any, Column | None]] = [(JOINED, None)] if table.joined else []
    found += [(each.head, each) for each in table.columns]
    return [*found, (ACT, None), (VERSION, None)]


def shown_rows(table: Table, known: Snapshot) -> Iterator[list[str]]:
    """Yield what the cells of a table's rows show, in the order of the heads."""
    showing = Showing(known)
    for row in known.rows.get(table.name, {}).values():
        said = row.values
        on = said.get("map", row.key if table.name == "account_map" else "")
        cells = [row.key] if table.joined else []
        cells += [showing.cell(each, said.get(each.name, ""), on) for each in table.columns]
        yield [*cells, "", row.state(table)]


def workbook(
    about: About,
    known: Snapshot,
    *,
    tables: Sequence[Table] = TABLES,
    more: Iterable[Callable[[Any, "Formats"], object]] = (),
) -> bytes:
    """Return the workbook; `more` write further sheets behind those of the tables."""
    content = BytesIO()
    book = xlsxwriter.Workbook(
        content,
        {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )  # fmt: skip
    formats = Formats(book)
    lists = Lists(known, tables)
    _guide(book.add_worksheet(str(GUIDE)), formats, about, known, tables)
    for table in tables:
        _sheet(book.add_worksheet(str(table.title)[:31]), formats, table, known, lists)
    for write in more:
        write(book, formats)
    lists.write(book.add_worksheet(str(LISTS)), formats)
    book.close()
    return content.getvalue()


class Formats:
    """The formats of a workbook."""

    def __init__(self, book: Any) -> None:
        plain = {"font_size": 10, "border": 1, "border_color": "#8A97A6", "valign": "vcenter",
                 "text_wrap": True}  # fmt: skip
        quiet = {**plain, "bg_color": "#EEF2F7", "font_color": "#56657A"}
        self.book = book
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self.head: Format = book.add_format({**plain, "bold": True, "bg_color": "#D9E2EC"})
        self.fixed: Format = book.add_format({**quiet, "locked": True})
        self.fixed_quoted: Format = book.add_format({**quiet, "quote_prefix": True})
        self.open: Format = book.add_format({**plain, "locked": False, "num_format": "@"})
        self.open_quoted: Format = book.add_format(
            {**plain, "locked": False, "num_format": "@", "quote_prefix": True}
        )
        self.top: Format = book.add_format({**plain, "valign": "top"})
        self.number: Format = book.add_format({**plain, "locked": False})
        self.empty: Format = book.add_format({"locked": False, "text_wrap": True, "font_size": 10})

    def text(self, text: str, *, locked: bool) -> Format:
        """Return the format of a text: one that begins like a formula is marked as quoted."""
        if text.startswith(FORMULA):
            return self.fixed_quoted if locked else self.open_quoted
        return self.fixed if locked else self.open


class Lists:
    """What drop-down lists offer: a column of the last sheet for each kind of row."""

    def __init__(self, known: Snapshot, tables: Sequence[Table]) -> None:
        self.columns: dict[tuple[str, ...], int] = {}
        self.texts: list[tuple[str, list[str]]] = []
        for table in tables:
            for column in table.columns:
                self._offer(column, known)

    def _offer(self, column: Column, known: Snapshot) -> None:
        wanted = self._of(column)
        if wanted is None or wanted in self.columns:
            return
        if column.kind is Kind.CHOICE and column.members:
            texts = [shown(each) for each in column.members]
        else:
            texts = [
                named(label.name, code)
                for table in column.to
                for code, label in known.labels.get(table, {}).items()
                if not label.retired and known.may_name(table, code)
            ]
        self.columns[wanted] = len(self.texts)
        self.texts.append((str(column.head), texts))

    @staticmethod
    def _of(column: Column) -> tuple[str, ...] | None:
        if column.kind is Kind.CODE:
            return column.to
        return (column.members.__name__,) if column.members else None

    def source(self, column: Column) -> str | None:
        """Return the range that a column's drop-down list shows, None for one without."""
        wanted = self._of(column)
        if wanted is None or column.told or not self.texts[self.columns[wanted]][1]:
            return None
        at = self.columns[wanted]
        name, last = str(xl_col_to_name(at)), len(self.texts[at][1]) + 1
        return f"='{LISTS}'!${name}$2:${name}${last}"

    def write(self, page: Worksheet, formats: Formats) -> None:
        """Write the sheet of choices."""
        page.set_column(0, max(0, len(self.texts) - 1), 30)
        for column, (head, _texts) in enumerate(self.texts):
            page.write_string(0, column, head, formats.head)
        for row in range(max((len(texts) for _head, texts in self.texts), default=0)):
            for column, (_head, texts) in enumerate(self.texts):
                if row < len(texts):
                    text = texts[row]
                    page.write_string(row + 1, column, text, formats.text(text, locked=True))


def _sheet(page: Worksheet, formats: Formats, table: Table, known: Snapshot, lists: Lists) -> None:
    columns = heads(table)
    rows = known.rows.get(table.name, {})
    _prepare(page, formats, table, columns, len(rows), lists)
    for at, (head, column) in enumerate(columns):
        must = "*" if column and column.needed else ""
        page.write_string(0, at, f"{head}{must}", formats.head)
        page.write_comment(0, at, hint(table, column, str(head)), {"x_scale": 2, "y_scale": 1.4})
    locked = [_locked(table, column) for _head, column in columns]
    numbers = [column is not None and column.kind is Kind.NUMBER for _head, column in columns]
    for number, cells in enumerate(shown_rows(table, known), start=1):
        for at, text in enumerate(cells):
            if not text:
                if locked[at] and columns[at][1] is not None:  # else the column's format holds
                    page.write_blank(number, at, None, formats.fixed)
            elif numbers[at]:
                page.write_number(number, at, int(text), formats.number)
            else:
                page.write_string(number, at, text, formats.text(text, locked=locked[at]))


def _locked(table: Table, column: Column | None) -> bool:
    """Return whether the cells of a column's rows are for reading only."""
    keys = () if table.joined else table.key
    return column is None or column.told or column.fixed or column.name in keys


def _prepare(
    page: Worksheet, formats: Formats, table: Table, columns: Sequence[tuple[Any, Column | None]],
    count: int, lists: Lists,
) -> None:  # fmt: skip
    """Set widths, locks, lists and the way the sheet prints."""
    for at, (head, column) in enumerate(columns):
        width = column.width if column else 18 if head is JOINED else 12
        page.set_column(at, at, width, _below(table, head, column, formats))
        if column is not None:
            _help(page, column, at, count + SPARE, lists)
        elif head is ACT:
            page.data_validation(1, at, count + SPARE, at, {"validate": "list",
                                                            "source": [str(DELETE)]})  # fmt: skip
    wide = len(columns) > 9
    page.freeze_panes(1, 1 if table.joined else len(table.key))
    page.autofilter(0, 0, max(1, count), len(columns) - 1)
    page.set_landscape()
    page.set_paper(A3 if wide else A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_margins(0.4, 0.4, 0.5, 0.6)
    page.set_footer(_("&L&A&CPage &P of &N"))
    page.protect("", {
        "format_cells": True, "format_columns": True, "format_rows": True, "insert_rows": True,
        "delete_rows": False, "sort": True, "autofilter": True,
    })  # fmt: skip


def _below(table: Table, head: Any, column: Column | None, formats: Formats) -> Format:
    """Return the format of a column's empty cells, those of new rows among them.

    New rows are typed in every column, so none is locked; what looks like a number or a day stays
    the text that was typed.
    """
    if column is not None and column.kind is Kind.NUMBER:
        return formats.number
    return formats.open if head is ACT or not _locked(table, column) else formats.empty


def _help(page: Worksheet, column: Column, at: int, last: int, lists: Lists) -> None:
    """Let a column's cells offer what they may hold."""
    if column.told:
        return
    if column.kind is Kind.FLAG:
        page.data_validation(1, at, last, at, {"validate": "list", "source": [str(YES), str(NO)]})
    elif column.kind is Kind.NUMBER:
        page.data_validation(1, at, last, at, {
            "validate": "integer", "criteria": "between", "minimum": column.least,
            "maximum": column.most, "error_title": str(column.head),
            "error_message": _("A whole number from %(least)s to %(most)s.", least=column.least,
                               most=column.most),
        })  # fmt: skip
    elif source := lists.source(column):
        page.data_validation(1, at, last, at, {
            "validate": "list", "source": source,
            "error_type": "stop" if column.kind is Kind.CHOICE else "information",
        })  # fmt: skip


def hint(table: Table, column: Column | None, head: str) -> str:
    """Return what a column is, and what its cells may hold, in a few sentences."""
    if column is None:
        told: dict[str, str] = {
            str(JOINED): _("Tells the row from all others. Leave it empty in a new row."),
            str(ACT): _("Choose “delete” to take this row away. A row that is left out stays."),
            str(VERSION): _(
                "What the row said when this workbook was made. Leave it as it is, and empty in a "
                "new row."
            ),
        }
        return told[head]
    said = [str(column.help)] if column.help else []
    if column.told:
        return _sentences([*said, _("For reading only: changes here are not read back.")])
    if column.name == "code":
        said.append(_("Issued once, never changed. In a new row a code that was never used, or "
                      "nothing: then it is issued."))  # fmt: skip
    elif column.name == "key":
        said.append(_("Issued once, never changed. In a new row any short name, by which other "
                      "new rows can name it, or nothing."))  # fmt: skip
    else:
        said += _kinds(column)
    if column.needed:
        said.append(_("Must be filled in."))
    if column.fixed and column.name not in ("code", "key"):
        said.append(_("Fixed once the row is there."))
    return _sentences(said)


def _sentences(said: Sequence[str]) -> str:
    """Return sentences one after another; Chinese ones need no blank between them."""
    return ("" if chosen() == DEFAULT else " ").join(said)


def _kinds(column: Column) -> list[str]:
    names = "、".join(str(BY_NAME[each].title) for each in column.to)
    return {
        Kind.TEXT: [_("Text, %(most)s signs at most.", most=column.longest)],
        Kind.LINES: [_("Text of several lines, %(most)s signs at most.", most=column.longest)],
        Kind.NUMBER: [
            _("A whole number from %(least)s to %(most)s.", least=column.least, most=column.most)
        ],
        Kind.DAY: [_("A day, as 2026-01-31.")],
        Kind.FLAG: [_("yes or nothing.")],
        Kind.CHOICE: [_("One of: %(words)s.", words="、".join(map(shown, column.members or ())))],
        Kind.CODE: [_("One of the sheet “%(names)s”: its code, with or without its name.",
                      names=names)],
        Kind.CODES: [_("Codes of the sheet “%(names)s”, one after another.", names=names)],
        Kind.STEP: [_("A step of the same map: its key, with or without its text.")],
    }[column.kind]  # fmt: skip


def _guide(
    page: Worksheet, formats: Formats, about: About, known: Snapshot, tables: Sequence[Table]
) -> None:
    lines: list[tuple[str, str]] = [
        (str(BUREAU), about.bureau),
        (_("Bureau"), about.name),
        (_("What of it"), about.scope),
        (_("Made on"), about.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")),
        (_("Made by"), about.who),
    ]
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 100)
    page.write_string(0, 0, str(GUIDE), formats.title)
    if about.sample:
        page.write_string(1, 0, _("Fictional sample data"), formats.title)
    for number, (name, text) in enumerate(lines, start=2):
        page.write_string(number, 0, name, formats.head)
        page.write_string(number, 1, text, formats.text(text, locked=True))
    at = len(lines) + 3
    for number, text in enumerate(how(), start=at):
        page.write_number(number, 0, number - at + 1, formats.fixed)
        page.write_string(number, 1, text, formats.fixed)
    at += len(how()) + 1
    page.write_string(at, 0, _("Sheet"), formats.head)
    page.write_string(at, 1, _("Rows"), formats.head)
    for number, table in enumerate(tables, start=at + 1):
        page.write_string(number, 0, str(table.title), formats.fixed)
        page.write_number(number, 1, len(known.rows.get(table.name, {})), formats.fixed)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.protect("")


def how() -> list[str]:
    """Return how a workbook is filled in and handed back, a sentence at a time."""
    return [
        _("Change white cells; grey ones say what a row is and are not read back."),
        _("New rows go below the last one, with the state at export left empty."),
        _("A row that is left out stays as it is; to take one away, choose “delete” in its row."),
        _("Where a row names another, its code is enough; the name beside it is for reading."),
        _("Hand the file in under “Excel”: what it would change is shown first, cell by cell."),
        _("A row that somebody else has changed since this export is not overwritten; both texts "
          "are shown."),
    ]  # fmt: skip


def as_csv(table: Table, known: Snapshot) -> bytes:
    """Return one table as CSV in UTF-8 with a BOM, which spreadsheets know Chinese by.

    A cell that begins like a formula, or with an apostrophe, gets an apostrophe before it.
    """
    content = StringIO(newline="")
    writer = csv.writer(content)
    writer.writerow([str(head) for head, _column in heads(table)])
    for cells in shown_rows(table, known):
        writer.writerow([quoted(text) for text in cells])
    return b"\xef\xbb\xbf" + content.getvalue().encode()


def quoted(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith((*FORMULA, "'")) else text


def unquoted(text: str) -> str:
    """Return a text without the apostrophe that `quoted` put before it."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*FORMULA, "'")) else text

"""Sheets of which a reader loses nothing: rows, cells, merged ranges, looked over as bytes.

The reader drops silently what it does not expect: a formula without its value, an error value, the
first of two cells of one name, a text of which only the number is missing. So every cell has to be
written as spreadsheet programs write them; the first that is not is named. Quantifiers here are
possessive (`*+`): no text, however made, is gone over twice.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from operator import lt
from typing import Final, NoReturn

from riskmap.document.sentences import say
from riskmap.workbooks.book import cell_name, letters
from riskmap.workbooks.refusals import Refused

LAST_ROW: Final = 1_048_576
"""The last row that a spreadsheet program knows."""
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 100
MOST_PLACES: Final = 5_000_000
"""Rows times columns, over all sheets: what the reader has to hold."""
MOST_MERGED: Final = 5_000
MOST_MERGED_PLACES: Final = 1_000_000
MOST_STRINGS: Final = 1_000_000

# An attribute as programs write it; of a cell, `r` comes before `t`.
_VALUE = rb"(?:\"[^\"<>]*+\"|'[^'<>]*+')"
_OTHERS = rb"(?:\s++(?![rt]=)[\w:.-]++=" + _VALUE + rb")*+"
_ANY = rb"(?:\s++[\w:.-]++=" + _VALUE + rb")*+"
_OPEN = _ANY + rb"\s*+>"
_SHUT = _ANY + rb"\s*+/>"
_F = rb"(?:<f(?:" + _SHUT + rb"|" + _OPEN + rb"[^<]*+</f>)\s*+)?+"
_NO_V = rb"(?:<v(?:" + _SHUT + rb"|" + _OPEN + rb"\s*+</v>))?+"


def _v(content: bytes) -> bytes:
    return rb"<v" + _OPEN + content + rb"</v>"


_IS = rb"<is(?:" + _SHUT + rb"|" + _OPEN + rb"[^<]*+(?:<(?!/is>)[^<]*+)*+</is>)"
_NUMBER = rb"[-+]?+(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][-+]?+[0-9]++)?+"


def _typed(kind: bytes, content: bytes) -> bytes:
    """Return how a cell of a type goes on after its place: its other attributes, its content."""
    return (
        rb"\s++t=[\"']" + kind + rb"[\"']" + _OTHERS + rb"\s*+>\s*+(?:" + content + rb")\s*+</c>|"
    )


_CELL = re.compile(
    rb"<c" + _OTHERS + rb"(?:\s++r=[\"']([A-Z]{1,3})([1-9][0-9]{0,6})[\"'])?+" + _OTHERS + rb"(?:"
    rb"(?:\s++t=[\"']\w++[\"'])?+" + _OTHERS + rb"\s*+/>|"
    rb"\s*+>\s*+(?:"
    + _F
    + _v(_NUMBER)
    + rb"|"
    + _NO_V
    + rb")\s*+</c>|"
    + _typed(rb"n", _F + _v(_NUMBER) + rb"|" + _NO_V)
    + _typed(rb"s", _F + _v(rb"[0-9]{1,9}") + rb"|" + _NO_V)
    + _typed(rb"str", _F + rb"(?:" + _v(rb"[^<]*+") + rb"|<v" + _SHUT + rb")|")
    + _typed(rb"inlineStr", _IS + rb"|")
    + _typed(rb"b", _F + _v(rb"(?:[01]|true|false)") + rb"|" + _NO_V)
    + _typed(rb"e", _F + _v(rb"#[^<]++"))
    + _typed(rb"d", _F + _v(rb"[0-9T:.Z+-]++") + rb"|" + _NO_V)
    + rb"(?!))"
)
_A_CELL: Final = re.compile(rb"<c(?=[\s/>])")
_PLACE: Final = re.compile(rb"\sr=[\"']([^\"'<>]{1,20})[\"']")
_A_ROW: Final = re.compile(rb"<row(?=[\s/>])")
_ROW_NUMBER: Final = re.compile(rb"<row(?:\s++(?!r=)[\w:.-]++=" + _VALUE + rb")*+\s++r=" + _VALUE)
_ROW_BEGINS: Final = re.compile(rb"<row" + _OPEN + rb"\s*+")
_ROW_ENDS: Final = re.compile(rb"\s*+</row>\s*+")
_EMPTY_ROW: Final = re.compile(rb"<row(?:" + _SHUT + rb"|" + _OPEN + rb"\s*+</row>)\s*+")
_A_FORMULA: Final = re.compile(rb"<f(?=[\s/>])")
_A_VALUE: Final = re.compile(rb"<v" + _ANY + rb"\s*+>\s*+[^<\s]")
_SHEET_DATA: Final = re.compile(rb"<([\w.-]+:)?sheetData(?:" + _OPEN + rb"|" + _SHUT + rb")")
_FOREIGN: Final = re.compile(rb"<(?:/?+[\w.-]++:|[!?])")
_AN_ERROR: Final = re.compile(
    rb"(<c" + _OTHERS + rb"(?:\s++r=" + _VALUE + rb")?+" + _OTHERS + rb"\s++t=[\"'])e(?=[\"'])"
)
_A_MERGE: Final = re.compile(rb"<(?:[\w.-]++:)?+mergeCell(?=[\s/>])([^<>]*+)")
_MERGED: Final = re.compile(
    rb"\sref=[\"']([A-Z]{1,3})([1-9][0-9]{0,6})(?::([A-Z]{1,3})([1-9][0-9]{0,6}))?+[\"']"
)
_A_STRING: Final = re.compile(rb"<(?:[\w.-]++:)?+si(?=[\s/>])")


@dataclass
class Room:
    """What the sheets of a workbook may still hold, together."""

    rows: int = MOST_ROWS
    places: int = MOST_PLACES
    merged: int = MOST_MERGED
    merged_places: int = MOST_MERGED_PLACES


def count_strings(data: bytes) -> None:
    """Let a sane number of shared strings pass; raises `Refused`."""
    if b"sst" in data and _more(_A_STRING, data, MOST_STRINGS):
        raise Refused(
            say(
                "The workbook holds more than %(limit)s different texts. Divide the table into "
                "several files.",
                limit=MOST_STRINGS,
            )
        )


def checked(data: bytes, sheet: str, room: Room) -> bytes:
    """Return a part as the reader reads it whole; raises `Refused`, with the cell's name.

    Of a sheet, comments are taken out, and error values become texts: the reader would drop them.
    Parts that are no sheets are returned as they are.
    """
    if b"sheetData" not in data:
        return data
    bare = _without(_without(data, b"<!--", b"-->", sheet), b"<?", b"?>", sheet)
    begin = _SHEET_DATA.search(bare)
    if begin is None:
        raise _broken(sheet)
    if begin[0].endswith(b"/>"):
        body, end = b"", begin.end()
    else:
        end = bare.find(b"</" + (begin[1] or b"") + b"sheetData", begin.end())
        if end < 0:
            raise _broken(sheet)
        body = bare[begin.end() : end]
    if begin[1]:
        body = body.replace(b"<" + begin[1], b"<").replace(b"</" + begin[1], b"</")
    if _FOREIGN.search(body) or b"<![" in bare or _SHEET_DATA.search(bare, end):
        raise _broken(sheet)
    _check_rows(body, sheet, room)
    _check_merged(bare[end:], sheet, room)
    if b'"e"' in body or b"'e'" in body:
        body = _AN_ERROR.sub(rb"\1str", body)
    return bare[: begin.end()] + body + bare[end:]


def _without(data: bytes, opening: bytes, closing: bytes, sheet: str) -> bytes:
    pieces: list[bytes] = []
    at = 0
    while (start := data.find(opening, at)) >= 0:
        stop = data.find(closing, start)
        if stop < 0:
            raise _broken(sheet)
        pieces.append(data[at:start])
        at = stop + len(closing)
    return b"".join([*pieces, data[at:]])


def _check_rows(body: bytes, sheet: str, room: Room) -> None:
    starts = [found.start() for found in islice(_A_ROW.finditer(body), room.rows + 1)]
    if len(starts) > room.rows:
        raise _too_many_rows(sheet)
    if body[: starts[0] if starts else len(body)].strip():
        raise _broken(sheet)
    number = widest = 0
    for start, stop in pairwise([*starts, len(body)]):
        row = body[start:stop]
        number = _row_number(row, number, sheet)
        if number > room.rows:
            raise _too_many_rows(sheet)
        widest = max(widest, _check_cells(row, number, sheet))
    room.rows -= number
    room.places -= number * widest
    if room.places < 0:
        raise Refused(
            say(
                "Sheet “%(sheet)s” reaches from A1 to %(cell)s, which is too large to be read. "
                "Delete what stands far away from the table, also empty cells with formats.",
                sheet=sheet,
                cell=cell_name(number, widest),
            )
        )


def _row_number(row: bytes, before: int, sheet: str) -> int:
    """Return a row's number: its own, or the next; refuse one that does not come after the last."""
    found = _ROW_NUMBER.match(row)
    if found is None:
        return before + 1
    said = found[0].rpartition(b"=")[2][1:-1]
    number = int(said) if said.isdigit() and len(said) < 20 else 0
    if number > LAST_ROW or number < 1:
        raise Refused(
            say(
                "Sheet “%(sheet)s” has a row with the number %(row)s, which no spreadsheet "
                "program has. Open it in Excel or WPS and save it as a new .xlsx.",
                sheet=sheet,
                row=said[:20].decode("ascii", "replace"),
            )
        )
    if number <= before:
        raise Refused(
            say(
                "In sheet “%(sheet)s” row %(row)s stands after row %(before)s: rows are out of "
                "order or there twice, and some would be lost. Open it in Excel or WPS and save "
                "it as a new .xlsx.",
                sheet=sheet,
                row=number,
                before=before,
            )
        )
    return number


def _check_cells(row: bytes, number: int, sheet: str) -> int:
    """Return the last column of a row; refuse a cell that would be lost or read wrongly."""
    pieces = _CELL.split(row)
    between, columns, rows = pieces[::3], pieces[1::3], pieces[2::3]
    if not _a_row_around(between):
        _refuse_cell(row, number, sheet)
    strange = set(rows) - {b"%d" % number, None}
    if strange:
        at = next(at for at, each in enumerate(rows) if each in strange)
        raise _written_wrongly(sheet, (columns[at] + rows[at]).decode())
    places = _counted(columns) if None in columns else [_column(each) for each in columns]
    last = max(places, default=0)
    if last > MOST_COLUMNS:
        raise Refused(
            say(
                "Sheet “%(sheet)s” reaches to cell %(cell)s; at most %(limit)s columns (to "
                "%(last)s) are read. Delete the columns right of the table, also empty ones with "
                "formats.",
                sheet=sheet,
                cell=cell_name(number, last),
                limit=MOST_COLUMNS,
                last=letters(MOST_COLUMNS),
            )
        )
    if not all(map(lt, places, places[1:])):
        _refuse_order(places, number, sheet)
    return last


def _a_row_around(between: Sequence[bytes]) -> bool:
    """Return whether what stands between the cells is a row, and nothing that would be lost."""
    if len(between) == 1:
        return _EMPTY_ROW.fullmatch(between[0]) is not None
    return (
        _ROW_BEGINS.fullmatch(between[0]) is not None
        and _ROW_ENDS.fullmatch(between[-1]) is not None
        and not b"".join(between[1:-1]).strip()
    )


def _counted(columns: Sequence[bytes | None]) -> list[int]:
    """Return the columns of cells some of which do not say theirs: the one after the last."""
    places: list[int] = []
    for each in columns:
        places.append(_column(each) if each else (places[-1] if places else 0) + 1)
    return places


@cache
def _column(said: bytes) -> int:
    """Return the number of a column by its letters: A is 1, AA is 27."""
    number = 0
    for letter in said:
        number = number * 26 + letter - 64
    return number


def _refuse_cell(row: bytes, number: int, sheet: str) -> NoReturn:
    """Name the first cell of a row that is not written as cells are, and say why if known."""
    starts = [found.start() for found in _A_CELL.finditer(row)]
    for place, (start, stop) in enumerate(pairwise([*starts, len(row)]), start=1):
        if _CELL.match(row, start, stop):
            continue
        cell = row[start:stop]
        said = _PLACE.search(cell[: cell.find(b">")])
        name = said[1].decode("ascii", "replace") if said else cell_name(number, place)
        if _A_FORMULA.search(cell) and not _A_VALUE.search(cell):
            raise _without_result(sheet, name)
        raise _written_wrongly(sheet, name)
    raise _broken(sheet)


def _without_result(sheet: str, name: str) -> Refused:
    return Refused(
        say(
            "Sheet “%(sheet)s”, cell %(cell)s: the formula has no result stored with it, so nobody "
            "can say what it shows. Open the file in Excel or WPS, let it calculate, and save it.",
            sheet=sheet,
            cell=name,
        )
    )


def _written_wrongly(sheet: str, name: str) -> Refused:
    return Refused(
        say(
            "Sheet “%(sheet)s”, cell %(cell)s is not written as a spreadsheet program writes it, "
            "and would be read wrongly. Type it anew, or open the file in Excel or WPS and save "
            "it as a new .xlsx.",
            sheet=sheet,
            cell=name,
        )
    )


def _refuse_order(places: Sequence[int], number: int, sheet: str) -> NoReturn:
    wrong = next(after for before, after in pairwise(places) if after <= before)
    raise Refused(
        say(
            "In sheet “%(sheet)s” cell %(cell)s stands there twice or out of order, and one would "
            "be lost. Open it in Excel or WPS and save it as a new .xlsx.",
            sheet=sheet,
            cell=cell_name(number, wrong),
        )
    )


def _check_merged(tail: bytes, sheet: str, room: Room) -> None:
    for found in _A_MERGE.finditer(tail):
        room.merged -= 1
        if room.merged < 0:
            raise Refused(
                say(
                    "The workbook has more than %(limit)s merged ranges. Undo the merging of "
                    "cells below the head of the table.",
                    limit=MOST_MERGED,
                )
            )
        ends = _MERGED.search(found[1])
        if ends is None:
            raise _broken(sheet)
        left, right = _column(ends[1]), _column(ends[3] or ends[1])
        top, bottom = int(ends[2]), int(ends[4] or ends[2])
        if bottom < top or right < left:
            raise _broken(sheet)
        room.merged_places -= (bottom - top + 1) * (right - left + 1)
        if bottom > MOST_ROWS or right > MOST_COLUMNS or room.merged_places < 0:
            raise Refused(
                say(
                    "Sheet “%(sheet)s” has cells merged from %(first)s to %(last)s, which is too "
                    "much. Undo the merging and merge only cells of the table.",
                    sheet=sheet,
                    first=cell_name(top, left),
                    last=cell_name(bottom, right),
                )
            )


def _more(pattern: re.Pattern[bytes], data: bytes, limit: int) -> bool:
    """Return whether a pattern is found more often than that, without counting further."""
    return next(islice(pattern.finditer(data), limit, None), None) is not None


def _too_many_rows(sheet: str) -> Refused:
    return Refused(
        say(
            "Sheet “%(sheet)s” goes beyond what is read: %(limit)s rows in all sheets together. "
            "Delete empty rows below the table, also those with formats, or divide it.",
            sheet=sheet,
            limit=MOST_ROWS,
        )
    )


def _broken(sheet: str) -> Refused:
    return Refused(
        say(
            "Sheet “%(sheet)s” is damaged, or was not written by a spreadsheet program. Open it in "
            "Excel or WPS and save it as a new .xlsx.",
            sheet=sheet,
        )
    )

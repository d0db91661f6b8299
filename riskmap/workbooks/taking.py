"""From a book as it was read to the rows that it says, by the table of columns."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _

from riskmap.workbooks.book import Book, ReadSheet, cell_name
from riskmap.workbooks.columns import ACT, JOINED, TABLES, VERSION, Table
from riskmap.workbooks.ledger_sheets import TITLES
from riskmap.workbooks.showing import heads as spelled
from riskmap.workbooks.showing import same
from riskmap.workbooks.texts import plain
from riskmap.workbooks.writer import BUREAU, GUIDE, LISTS, heads
from riskmap.workbooks.writer import unquoted as plainly

DELETES, STATE, KEY = "?delete", "?state", "?key"
"""What the columns are called that every sheet has before or behind its own."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be taken, and why; `cell` is "" where it is about the whole sheet."""

    sheet: str
    cell: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class TakenRow:
    """A row of a sheet: its number, and what its cells hold as plain text, by column."""

    table: Table
    sheet: str
    number: int
    texts: Mapping[str, str]
    places: Mapping[str, int]

    def cell(self, name: str) -> str:
        """Return how a spreadsheet names a column's cell, the first where there is no such."""
        return cell_name(self.number, self.places.get(name, 1))

    def fault(self, name: str, reason: str) -> Fault:
        """Return a fault of the cell of a column."""
        return Fault(self.sheet, self.cell(name), self.texts.get(name, ""), reason)

    def key(self) -> str:
        """Return what the row says its key is, "" where it says nothing."""
        if self.table.joined:
            return self.texts.get(KEY, "")
        parts = [code_in(self.texts.get(name, "")) for name in self.table.key]
        return "/".join(parts) if all(parts) else ""

    @property
    def version(self) -> str:
        return self.texts.get(STATE, "")

    @property
    def deletes(self) -> bool:
        return bool(self.texts.get(DELETES))


def code_in(text: str) -> str:
    """Return the code in "name code": the last word."""
    return (text.split() or [""])[-1]


@dataclass
class Tally:
    """What became of the rows of a ledger: entries by sheet and first row, with how many rows.

    The rows of one entry are taken in together or not: `balance` counts each row once.
    """

    read: int
    entries: dict[tuple[str, int], int] = field(default_factory=dict)
    refused: int = 0
    left: int = 0

    def balance(self, refused: Iterable[TakenRow]) -> dict[str, int]:
        """Return rows read, and of them imported, refused and left out; they add up."""
        lost = {(each.sheet, each.number) for each in refused if each.table.name != "transition"}
        more = sum(rows for at, rows in self.entries.items() if at in lost)
        imported = sum(self.entries.values()) - more
        return {"read": self.read, "imported": imported, "refused": self.refused + more,
                "left": self.left}  # fmt: skip


@dataclass
class Taken:
    """What a book says: rows in order, whole sheets that cannot be read, what was left aside.

    Of a ledger as found, `notes` are what should be looked at, and `tally` counts its rows.
    """

    rows: list[TakenRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    bureau: str = ""
    notes: list[str] = field(default_factory=list)
    tally: Tally | None = None


def unquoted(book: Book) -> Book:
    """Return a book of CSV without the apostrophes that keep its texts from being formulas."""
    return Book(tuple(
        replace(sheet, rows=tuple(
            tuple(plainly(each) if isinstance(each, str) else each for each in row)
            for row in sheet.rows
        ))
        for sheet in book.sheets
    ))  # fmt: skip


def is_ours(book: Book) -> bool:
    """Return whether a book has a sheet of our workbook; else it is a ledger of another form."""
    titles, (guide, bureau) = _titles(), spelled((GUIDE, BUREAU))
    return any(
        (_table(sheet, book, titles) and _has_state(sheet))
        or (same(sheet.name) in guide and _said(sheet, bureau))
        for sheet in book.sheets
    )


def _titles() -> dict[str, Table]:
    return {name: table for table, names in zip(TABLES, spelled(t.title for t in TABLES),
            strict=True) for name in names}  # fmt: skip


def _table(sheet: ReadSheet, book: Book, titles: Mapping[str, Table]) -> Table | None:
    found = titles.get(same(sheet.name))
    return found or (_by_heads(sheet) if len(book.sheets) == 1 else None)


def take(book: Book) -> Taken:
    """Return the rows of the sheets that are ours; others are named in `left`."""
    taken, titles = Taken(), _titles()
    guide, lists, bureau = spelled((GUIDE, LISTS, BUREAU))
    to_read = lists.union(*spelled(TITLES))
    for sheet in book.sheets:
        name = same(sheet.name)
        table = _table(sheet, book, titles)
        if table is not None:
            _take(taken, sheet, table)
        elif name in guide:
            taken.bureau = _said(sheet, bureau)
        elif name not in to_read:
            taken.left.append(_("sheet “%(name)s”", name=sheet.name))
    return taken


def _has_state(sheet: ReadSheet) -> bool:
    """Return whether a sheet has the column of states, which no ledger of another form has."""
    state = spelled((VERSION,))[0]
    return any(same(plain(each)) in state for row in sheet.rows[:10] for each in row)


def _by_heads(sheet: ReadSheet) -> Table | None:
    """Return the table whose heads the only sheet of a file has, as a CSV file does."""
    row = {same(plain(each)) for each in (sheet.rows[0] if sheet.rows else ())}
    fitting = [
        table
        for table in TABLES
        if all(names & row for names in spelled(head for head, _column in heads(table)))
    ]
    return max(fitting, key=lambda each: len(each.columns), default=None)


def _said(sheet: ReadSheet, names: set[str]) -> str:
    for row in sheet.rows:
        if len(row) > 1 and same(plain(row[0])) in names:
            return plain(row[1])
    return ""


def _take(taken: Taken, sheet: ReadSheet, table: Table) -> None:
    """Take a sheet's rows; its heads stand in the first row that has any of them."""
    columns = heads(table)
    names = [_name(head, column) for head, column in columns]
    known = dict(zip(names, spelled(head for head, _column in columns), strict=True))
    at, places, doubles = _places(sheet, known)
    wanted = [KEY] if table.joined else list(table.key)
    missing = [str(head) for (head, _column), name in zip(columns, names, strict=True)
               if name in (*wanted, STATE) and name not in places]  # fmt: skip
    if missing or doubles:
        said = (
            _("There is no column “%(names)s”; the heads stand in one row, as they were exported.",
              names="、".join(missing))
            if missing
            else _("Two columns are called “%(names)s”; rename or delete one.",
                   names="、".join(doubles))
        )  # fmt: skip
        taken.faults.append(Fault(sheet.name, "", "", said))
        return
    head_row = sheet.rows[at]
    for number, text in enumerate(map(plain, head_row), start=1):
        if text and number not in places.values():
            name = cell_name(at + 1, number)
            taken.left.append(_("sheet “%(sheet)s”, column %(cell)s “%(head)s”",
                                sheet=sheet.name, cell=name, head=text))  # fmt: skip
    taken.rows += _rows(sheet, table, at, places)


def _name(head: Any, column: Any) -> str:
    if column is not None:
        return str(column.name)
    return {id(JOINED): KEY, id(ACT): DELETES}.get(id(head), STATE)


def _places(
    sheet: ReadSheet, known: Mapping[str, set[str]]
) -> tuple[int, dict[str, int], list[str]]:
    """Return the row of the heads, counted from 0, where each column stands, and doubles."""
    for at, row in enumerate(sheet.rows[:10]):
        texts = [same(plain(each)) for each in row]
        found = {
            name: texts.index(text) + 1
            for name, spellings in known.items()
            for text in spellings
            if text in texts
        }
        if len(found) > 1:
            counts = Counter(text for text in texts if text)
            all_of_them = set().union(*known.values())
            return at, found, [each for each, n in counts.items() if n > 1 and each in all_of_them]
    return 0, {}, []


def _rows(sheet: ReadSheet, table: Table, at: int, places: Mapping[str, int]) -> Iterator[TakenRow]:
    saying = [name for name in places if name not in (DELETES, STATE)]
    for number, row in enumerate(sheet.rows[at + 1 :], start=at + 2):
        texts = _texts(row, places)
        if any(texts[name] for name in saying):
            yield TakenRow(table, sheet.name, number, texts, places)


def _texts(row: Sequence[Any], places: Mapping[str, int]) -> dict[str, str]:
    broad = len(row)
    return {name: plain(row[place - 1]) if place <= broad else "" for name, place in places.items()}

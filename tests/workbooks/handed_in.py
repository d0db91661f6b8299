"""A workbook as somebody hands it in: exported from a session's rows, then changed cell by cell."""

from typing import Any

from sqlalchemy.orm import Session

from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.workbooks.book import Book, ReadSheet
from riskmap.workbooks.columns import BY_NAME, TABLES, Column
from riskmap.workbooks.importing import Outcome, import_book
from riskmap.workbooks.plan import May
from riskmap.workbooks.rows import Snapshot, snapshot
from riskmap.workbooks.writer import heads, shown_rows


def anybody(_policy: object, _path: str) -> bool:
    return True


class HandedIn:
    """The sheets of a workbook as lists of cells; `known` is what was exported."""

    def __init__(self, session: Session, scope: Scope | None = None) -> None:
        self.session = session
        self.scope = scope or Scope(bureaus(session)[0])
        self.known: Snapshot = snapshot(session, self.scope)
        self.rows: dict[str, list[list[Any]]] = {
            table.name: [
                [str(head) for head, _column in heads(table)],
                *shown_rows(table, self.known),
            ]
            for table in TABLES
        }

    def place(self, table: str, column: str) -> int:
        """Return where a column stands, counted from 0; "delete" and "state" are among them."""
        names = [_name(each) for each in heads(BY_NAME[table])]
        return names.index(column)

    def row(self, table: str, key: str) -> int:
        """Return the index of a row by its key."""
        return 1 + list(self.known.rows[table]).index(key)

    def set(self, table: str, key: str, **cells: Any) -> None:
        """Type something into cells of a row."""
        for column, value in cells.items():
            self.rows[table][self.row(table, key)][self.place(table, column)] = value

    def add(self, table: str, **cells: Any) -> int:
        """Type a new row below the last; return its number in the sheet."""
        row: list[Any] = [None] * len(self.rows[table][0])
        for column, value in cells.items():
            row[self.place(table, column)] = value
        self.rows[table].append(row)
        return len(self.rows[table])

    def delete(self, table: str, key: str) -> None:
        """Choose “delete” in a row."""
        self.set(table, key, delete="删除")

    def drop(self, table: str, key: str) -> None:
        """Leave a row out of the file."""
        self.rows[table][self.row(table, key)] = [None] * len(self.rows[table][0])

    def book(self) -> Book:
        return Book(tuple(
            ReadSheet(str(BY_NAME[name].title), tuple(map(tuple, rows)))
            for name, rows in self.rows.items()
        ))  # fmt: skip

    def outcome(self, may: May = anybody) -> Outcome:
        """Take the workbook in."""
        return import_book(self.session, self.scope, self.book(), may)


def _name(head: tuple[Any, Column | None]) -> str:
    text, column = head
    if column is not None:
        return column.name
    return {"Key": "joined", "Delete?": "delete"}.get(text._args[0], "state")


def refused(outcome: Outcome) -> list[tuple[str, str, str]]:
    """Return sheet, cell and reason of what was refused."""
    return [(each.sheet, each.cell, each.reason) for each in outcome.of("refused")]


def values(session: Session, scope: Scope) -> dict[str, dict[str, dict[str, str]]]:
    """Return what all rows say, by table and key."""
    now = snapshot(session, scope)
    return {
        name: {key: dict(row.values) | {"retired": str(row.retired)} for key, row in rows.items()}
        for name, rows in now.rows.items()
    }

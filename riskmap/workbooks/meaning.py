"""What the cells of a row mean: numbers, days, words of closed sets, other rows by their codes."""

from flask_babel import gettext as _

from riskmap.workbooks.columns import BY_NAME, TABLES, Column, Kind, Table
from riskmap.workbooks.rows import Row, Snapshot
from riskmap.workbooks.showing import Showing, flag, member
from riskmap.workbooks.taking import Fault, TakenRow, code_in
from riskmap.workbooks.texts import apart, day, joined, narrow, tidy

Values = dict[str, str]


class Meaning:
    """Reads cells against what is known, and what new rows of the same file bring.

    `new` are codes by table, of nodes with their level; `steps` the keys of new steps by map.
    """

    def __init__(self, known: Snapshot) -> None:
        self.known = known
        self.showing = Showing(known)
        self.new: dict[str, Values] = {table.name: {} for table in TABLES}
        self.steps: dict[str, set[str]] = {}

    def announce(self, table: Table, rows: list[TakenRow]) -> None:
        """Note the codes and keys that new rows bring, by which others of the file name them."""
        for row in rows:
            if row.version or row.key() in self.known.rows.get(table.name, {}):
                continue
            if table.key == ("code",):
                code = code_in(narrow(row.texts.get("code", "")))
                self.new[table.name][code] = row.texts.get("level", "")
            elif table.name == "step" and (key := code_in(row.texts.get("key", ""))):
                on = self.code(BY_NAME["step"].by_name["map"], row.texts.get("map", ""))
                self.steps.setdefault(on or "", set()).add(key)

    def key_part(self, taken: TakenRow, name: str, faults: list[Fault]) -> str:
        """Return what a new row says of a part of its key."""
        column, text = taken.table.by_name[name], taken.texts.get(name, "")
        if column.kind is Kind.CODE:
            if not text:
                faults.append(taken.fault(name, _("There is nothing in it; fill it in.")))
                return ""
            return self._said(taken, column, text, "", faults)
        if name == "key":
            return code_in(text)
        return narrow(text)

    def values(self, taken: TakenRow, row: Row | None) -> tuple[dict[str, str], list[Fault]]:
        """Return what the cells of a row say, and those that say nothing that can be meant."""
        faults: list[Fault] = []
        values: dict[str, str] = {}
        if row is not None and not taken.table.joined:
            values |= {name: row.values[name] for name in taken.table.key}
        on = self._map(taken)
        for column in taken.table.read:
            name = column.name
            if name not in taken.places:
                continue
            text = taken.texts.get(name, "")
            if row is not None and text == self._shown(column, row.values.get(name, ""), on):
                values[name] = row.values.get(name, "")
            else:
                values[name] = self._said(taken, column, text, on, faults)
        return values, faults

    def _map(self, taken: TakenRow) -> str:
        """Return the code of the map that a row belongs to, "" if it names none."""
        column = taken.table.by_name.get("map")
        return (column and self.code(column, taken.texts.get("map", ""))) or ""

    def _shown(self, column: Column, said: str, on: str) -> str:
        return tidy(self.showing.cell(column, said, on)) if said else ""

    def as_exported(self, taken: TakenRow) -> Values:
        """Return what a row says of which nothing is known any more, without any faults."""
        found = {}
        for column in taken.table.columns:
            text = taken.texts.get(column.name, "")
            if column.told:
                continue
            if column.kind is Kind.STEP or column.name == "key":
                found[column.name] = code_in(text)
            else:
                found[column.name] = self._said(taken, column, text, "", [])
        return found

    def _said(
        self, taken: TakenRow, column: Column, text: str, on: str, faults: list[Fault]
    ) -> str:
        """Return what a cell says; what cannot be meant is a fault."""
        if column.kind in (Kind.TEXT, Kind.LINES):
            return text
        if not text or not narrow(text):
            return column.default
        found = self._meant(column, text, on)
        if found is None:
            faults.append(taken.fault(column.name, self._reason(column, text)))
            return ""
        return found

    def _meant(self, column: Column, text: str, on: str) -> str | None:
        """Return what a text means in a column, None if that cannot be said."""
        if column.kind is Kind.NUMBER:
            digits = narrow(text)
            good = digits.isascii() and digits.isdigit() and len(digits) < 10
            return str(int(digits)) if good else None
        if column.kind is Kind.DAY:
            return day(text)
        if column.kind is Kind.FLAG:
            return flag(text)
        if column.kind is Kind.CHOICE and column.members:
            return member(column.members, text)
        if column.kind is Kind.STEP:
            key = code_in(text)
            there = key in self.known.steps.get(on, {}) or key in self.steps.get(on, set())
            return key if there else None
        if column.kind is Kind.CODES:
            return None if self._lost(column, text) else joined(apart(text))
        return self.code(column, text)

    def _reason(self, column: Column, text: str) -> str:
        """Return why nothing can be meant by a text."""
        names = sheets(column)
        if column.kind is Kind.CODES:
            lost = "、".join(self._lost(column, text))
            said = _("There is no “%(codes)s” on the sheet “%(names)s”.", codes=lost, names=names)
        elif column.kind is Kind.CODE:
            said = _("There is none such on the sheet “%(names)s”; write its code.", names=names)
        else:
            said = {
                Kind.NUMBER: _("A whole number from %(least)s to %(most)s.", least=column.least,
                               most=column.most),
                Kind.DAY: _("It is no day; write it as 2026-01-31."),
                Kind.FLAG: _("Write yes, or leave it empty."),
                Kind.CHOICE: _("Choose one from the list."),
                Kind.STEP: _("The map has no such step; name it by its key."),
            }[column.kind]  # fmt: skip
        return str(said)

    def _lost(self, column: Column, text: str) -> list[str]:
        """Return the codes of a text that no row has."""
        return [code for code in apart(text) if not self._names(column, code)]

    def code(self, column: Column, text: str) -> str | None:
        """Return the code that a cell names: in "name code", alone, or by a name only one has."""
        text = narrow(text)
        if not text:
            return None
        for each in (code_in(text), text):
            if self._names(column, each):
                return each
        alike = [
            code
            for table in column.to
            for code, label in self.known.labels.get(table, {}).items()
            if not label.retired and narrow(label.name) == text
        ]
        return alike[0] if len(alike) == 1 else None

    def _names(self, column: Column, code: str) -> bool:
        if not code:
            return False
        for table in column.to:
            if code in self.known.labels.get(table, {}) or code in self.new[table]:
                return True
        return False


def sheets(column: Column) -> str:
    """Return the sheets whose codes a column takes."""
    return "、".join(str(BY_NAME[each].title) for each in column.to)

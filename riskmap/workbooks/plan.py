"""What a workbook would change, old → new: rows of the file held against those of the database.

A row is compared with the state that it had when it was exported: what nobody touched in the file
is no change, whatever has happened since; what was touched in both places is refused with both
texts. Only what differs is looked at: what is there already is never refused.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from riskmap.web.access import Policy
from riskmap.workbooks.columns import TABLES, Column, Kind, Table
from riskmap.workbooks.meaning import Meaning, Values, sheets
from riskmap.workbooks.rows import Row, Snapshot, key_of, state
from riskmap.workbooks.sense import nonsense
from riskmap.workbooks.showing import display
from riskmap.workbooks.taking import DELETES, KEY, Fault, TakenRow
from riskmap.workbooks.texts import apart

May = Callable[[Policy, str], bool]
"""Whether who asks may do something at a path, "" being what is the bureau's."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that changes: what it said and what it is to say."""

    column: Column
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A row of the file that asks for something; `row` is the database's, None for a new one.

    `values` is what the row says, of a row that is there with what the file leaves out.
    """

    taken: TakenRow
    row: Row | None
    values: Mapping[str, str]
    cells: tuple[Cell, ...] = ()

    @property
    def table(self) -> Table:
        return self.taken.table

    def fault(self, name: str, reason: str) -> Fault:
        """Return a fault of the cell of a column."""
        return self.taken.fault(name, reason)


@dataclass(frozen=True, slots=True)
class Shift:
    """A step whose place follows from what was done to others."""

    map: str
    key: str
    old: int
    new: int


@dataclass
class Plan:
    """What a workbook would do; `refused` names every cell that is not taken."""

    added: list[Planned] = field(default_factory=list)
    changed: list[Planned] = field(default_factory=list)
    removed: list[Planned] = field(default_factory=list)
    brought: list[Planned] = field(default_factory=list)  # retired rows taken into use again
    shifted: list[Shift] = field(default_factory=list)
    refused: list[Fault] = field(default_factory=list)
    refused_rows: list[TakenRow] = field(default_factory=list)
    unchanged: int = 0

    def refuse(self, taken: TakenRow, faults: Iterable[Fault]) -> None:
        """Note that a row is not taken, and why."""
        self.refused_rows.append(taken)
        self.refused += faults

    def take_back(self, refused: Iterable[tuple[Planned, Sequence[Fault]]]) -> None:
        """Refuse rows that were planned."""
        gone = {id(planned): (planned, faults) for planned, faults in refused}
        if not gone:
            return
        for where in (self.added, self.changed, self.removed):
            where[:] = [each for each in where if id(each) not in gone]
        for planned, faults in gone.values():
            self.refuse(planned.taken, faults)

    @property
    def anything(self) -> bool:
        """Return whether there is anything to do."""
        return bool(self.added or self.changed or self.removed or self.brought)


def plan(rows: Iterable[TakenRow], known: Snapshot, may: May) -> Plan:
    """Return what some rows would change of what is known."""
    return Planner(known, may).plan(rows)


class Planner:
    """Holds the rows of a file against a snapshot, table by table in their order."""

    def __init__(self, known: Snapshot, may: May) -> None:
        self.known, self.may = known, may
        self.found = Plan()
        self.seen: dict[tuple[str, str], int] = {}
        self.meaning = Meaning(known)
        self.paths = dict(known.paths)

    def plan(self, rows: Iterable[TakenRow]) -> Plan:
        by_table: dict[str, list[TakenRow]] = {table.name: [] for table in TABLES}
        for row in rows:
            by_table[row.table.name].append(row)
        for table in TABLES:
            self.meaning.announce(table, by_table[table.name])
            for row in by_table[table.name]:
                self._row(row)
        return self.found

    # One row

    def _row(self, taken: TakenRow) -> None:
        table, key = taken.table, taken.key()
        first = self.seen.setdefault((table.name, key), taken.number) if key else taken.number
        if first != taken.number:
            said = _("Row %(row)s says the same key; a new row has none.", row=first)
            self._refuse(taken, KEY if table.joined else table.key[-1], said)
            return
        row = self.known.rows.get(table.name, {}).get(key)
        values, faults = self.meaning.values(taken, row)
        if row is not None:
            self._old(taken, row, values, faults)
        elif key and taken.version:
            self._gone(taken)
        else:
            self._new(taken, values, faults)

    def _refuse(self, taken: TakenRow, name: str, reason: str) -> None:
        self.found.refuse(taken, [taken.fault(name, reason)])

    def _gone(self, taken: TakenRow) -> None:
        """A row that is no longer there, or not to be seen: untouched, it is nothing to do."""
        said = self.meaning.as_exported(taken)
        if state(taken.table, said) == taken.version and not taken.deletes:
            self.found.unchanged += 1
            return
        self._refuse(
            taken,
            KEY if taken.table.joined else taken.table.key[-1],
            _("This row is no longer there, or is not yours to change."),
        )

    def _old(self, taken: TakenRow, row: Row, values: Values, faults: list[Fault]) -> None:
        table = taken.table
        cells = tuple(
            Cell(column, row.values.get(column.name, ""), values[column.name])
            for column in table.read
            if column.name in values and values[column.name] != row.values.get(column.name, "")
        )
        untouched = state(table, values) == taken.version and not taken.deletes and not faults
        if untouched or not (cells or faults or taken.deletes):
            self.found.unchanged += 1  # whatever somebody else has made of it since
        elif taken.version != row.state(table) and not faults:
            self._conflict(taken, row, cells)
        elif taken.deletes:
            self._remove(taken, row, values, faults)
        else:
            self._change(taken, row, {**row.values, **values}, cells, faults)

    def _remove(self, taken: TakenRow, row: Row, values: Values, faults: list[Fault]) -> None:
        faults = [*self._forbidden(taken, row.path), *faults]
        if taken.table.name == "node":
            said = _(
                "Units, offices and posts are retired on the page of the organisation, where "
                "what goes with them is shown."
            )
            faults.append(taken.fault(DELETES, said))
        elif row.retired:
            faults.append(taken.fault(DELETES, _("It is retired already.")))
        self._decide(self.found.removed, Planned(taken, row, values), faults)

    def _change(
        self, taken: TakenRow, row: Row, values: Values, cells: tuple[Cell, ...],
        faults: list[Fault],
    ) -> None:  # fmt: skip
        planned = Planned(taken, row, values, cells)
        faults = [*self._forbidden(taken, row.path), *faults]
        if row.retired:
            said = _("It is retired; bring it back on its page before changing it.")
            faults.append(taken.fault(taken.table.key[-1], said))
        faults += self._checked(planned, [cell.column for cell in cells])
        self._decide(self.found.changed, planned, faults)

    def _decide(self, where: list[Planned], planned: Planned, faults: list[Fault]) -> None:
        if faults:
            self.found.refuse(planned.taken, faults)
        else:
            where.append(planned)

    def _conflict(self, taken: TakenRow, row: Row, cells: tuple[Cell, ...]) -> None:
        """Refuse what somebody else has changed since, with both texts."""
        name = KEY if taken.table.joined else taken.table.key[-1]
        on = row.values.get("map", row.key)
        if not taken.version:
            said = _("There is such a row already; a new row needs another code, or none.")
            self._refuse(taken, name, said)
        elif not cells:
            said = _("It has been changed since this export; look at it before taking it away.")
            self._refuse(taken, DELETES, said)
        else:
            self.found.refuse(taken, [self._both(taken, cell, on) for cell in cells])

    def _both(self, taken: TakenRow, cell: Cell, on: str) -> Fault:
        said = _(
            "This row has been changed since this export: there it says “%(there)s”, here "
            "“%(here)s”. Export again, or change it on its page.",
            there=display(cell.column, cell.old, self.known, on),
            here=display(cell.column, cell.new, self.known, on),
        )
        return taken.fault(cell.column.name, said)

    def _new(self, taken: TakenRow, values: Values, faults: list[Fault]) -> None:
        table = taken.table
        if taken.deletes:
            self._refuse(taken, DELETES, _("There is no such row to take away."))
            return
        for name in () if table.joined else table.key:
            values[name] = self.meaning.key_part(taken, name, faults)
        path = self._path(table, values)
        planned = Planned(taken, None, values)
        faults = [*self._forbidden(taken, path), *faults]
        faults += self._checked(planned, list(table.read))
        if table.joined and not faults and self._told_before(planned):
            faults.append(taken.fault(table.key[-1], _("Another row says the same.")))
        self._decide(self.found.added, planned, faults)
        if not faults and table.key == ("code",) and values["code"]:
            self.meaning.new[table.name][values["code"]] = values.get("level", "")
            self.paths.setdefault((table.name, values["code"]), path)

    def _told_before(self, planned: Planned) -> bool:
        table, key = planned.table, key_of(planned.table, planned.values)
        first = self.seen.setdefault((table.name, key), planned.taken.number)
        return key in self.known.rows.get(table.name, {}) or first != planned.taken.number

    def _path(self, table: Table, values: Mapping[str, str]) -> str:
        """Return where a new row would belong."""
        if table.name == "node":
            return self.paths.get(("node", values.get("parent", "")), "")
        if table.of_map and table.name != "account_map":
            return self.paths.get(("account_map", values.get("map", "")), "")
        at = values.get("node") or values.get("post") or ""
        return self.paths.get(("node", at), "")

    def _forbidden(self, taken: TakenRow, path: str) -> list[Fault]:
        if self.may(taken.table.policy, path):
            return []
        return [taken.fault(
            KEY if taken.table.joined else taken.table.key[-1],
            _("Your role does not change this; ask whoever keeps it."),
        )]  # fmt: skip

    # Checks of what is new

    def _checked(self, planned: Planned, columns: Iterable[Column]) -> list[Fault]:
        """Return what is wrong with the cells that change, and with what they make of the row."""
        faults: list[Fault] = []
        table, values = planned.table, planned.values
        for column in columns:
            text = values.get(column.name, "")
            if text or column.needed:
                reasons = self._wrong(column, text, planned)
                faults += [planned.fault(column.name, reason) for reason in reasons]
        if not faults:
            faults = [
                planned.fault(name, reason)
                for name, reason in nonsense(
                    table.name, values, planned.row, self.known, self.meaning.new
                )
            ]
        return faults

    def _wrong(self, column: Column, text: str, planned: Planned) -> Iterator[str]:
        taken = planned.taken
        if not text:
            if column.needed and not taken.texts.get(column.name):
                yield _("There is nothing in it; fill it in.")
            return
        if planned.row is not None and column.fixed:
            yield _("This is fixed once the row is there; take the row away and add another.")
        if column.kind in (Kind.TEXT, Kind.LINES):
            yield from _unfit(column, text)
        if column.kind is Kind.NUMBER and not column.least <= int(text) <= column.most:
            yield _("A whole number from %(least)s to %(most)s.", least=column.least,
                    most=column.most)  # fmt: skip
        if column.kind in (Kind.CODE, Kind.CODES):
            old = planned.row.values.get(column.name, "") if planned.row else ""
            for code in _codes(column, text) - _codes(column, old):
                yield from self._unusable(column, code)

    def _unusable(self, column: Column, code: str) -> Iterator[str]:
        """Yield why a row may not be named anew."""
        for table in column.to:
            label = self.known.labels.get(table, {}).get(code)
            if label is None:
                continue
            if label.retired:
                yield _("“%(name)s” has been retired; choose another.", name=label.name)
            elif not self.known.may_name(table, code):
                yield _("There is none such on the sheet “%(names)s”; write its code.",
                        names=sheets(column))  # fmt: skip


def _codes(column: Column, text: str) -> set[str]:
    """Return the codes that a cell says."""
    return set(apart(text)) if column.kind is Kind.CODES else {text}


def _unfit(column: Column, text: str) -> Iterator[str]:
    if "\ufffd" in text:
        yield _("There is a sign in it that cannot be printed; type it anew.")
    if column.kind is Kind.TEXT and ("\n" in text or "\t" in text):
        yield _("It is one line; take the line breaks out.")
    if len(text) > column.longest:
        yield _("%(found)s signs, %(most)s at most; shorten it.", found=len(text),
                most=column.longest)  # fmt: skip

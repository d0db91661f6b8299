"""Taking a workbook in: what it says, what that would change, and doing it as one step."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import msgspec
from flask_babel import gettext as _

from riskmap.db import AnySession
from riskmap.organisation.scope import Scope
from riskmap.workbooks.book import Book
from riskmap.workbooks.carrying import Carrier
from riskmap.workbooks.choices import Choices
from riskmap.workbooks.columns import BY_NAME, STEP, Kind, Table
from riskmap.workbooks.known import Known, Progress, no_progress
from riskmap.workbooks.ledger_taking import take_ledger
from riskmap.workbooks.plan import May, Plan, Planned, Shift, plan
from riskmap.workbooks.rows import Snapshot, key_of, snapshot
from riskmap.workbooks.showing import Showing
from riskmap.workbooks.taking import Fault, Taken, take

What = Literal["added", "changed", "removed", "refused"]


class OtherBureau(ValueError):
    """A workbook that was made from another bureau's rows."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A cell that was added, changed, taken away or refused: old and new, and why if refused.

    `old` and `new` are as the cell shows them, `was` and `said` as they are compared.
    """

    what: What
    sheet: str
    cell: str
    row: int = 0
    table: str = ""
    key: str = ""
    column: str = ""
    old: str = ""
    new: str = ""
    was: str = ""
    said: str = ""
    reason: str = ""


@dataclass
class Outcome:
    """What became of a workbook: its cells, and how many rows of each kind.

    Of a ledger as found, `balance` counts its own rows: read = imported + refused + left; `notes`
    are what somebody should look at.
    """

    entries: list[Entry] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    balance: dict[str, int] = field(default_factory=dict)

    def of(self, what: What) -> list[Entry]:
        """Return the cells of a kind, in the order of the file."""
        return [each for each in self.entries if each.what == what]

    @property
    def anything(self) -> bool:
        """Return whether anything changes."""
        return any(self.rows.get(each, 0) for each in ("added", "changed", "removed"))

    def to_json(self) -> str:
        """Return the outcome as text."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> "Outcome":
        """Return the outcome that `to_json` wrote."""
        return msgspec.json.decode(text, type=cls)


def import_book(
    session: AnySession,
    scope: Scope,
    book: Book,
    may: May,
    progress: Progress = no_progress,
    choices: Choices | None = None,
) -> Outcome:
    """Take a book in and flush: whoever asks commits, or rolls back after a preview.

    `scope` is what who asks may see; `choices` are how a ledger of another form is read, None for
    a workbook of ours. Raises `OtherBureau`, and `FieldTwice`.
    """
    known = snapshot(session, scope)
    taken = take(book) if choices is None else take_ledger(book, choices, known)
    if taken.bureau and taken.bureau != scope.bureau.code:
        raise OtherBureau(taken.bureau)
    planned = plan(taken.rows, known, may)
    carrier = Carrier(session, scope.bureau, progress)
    carrier.carry_out(planned)
    return outcome(planned, known, carrier.known, taken)


def outcome(planned: Plan, before: Snapshot, after: Known, taken: Taken) -> Outcome:
    """Return what a plan that was carried out has become."""
    found = Outcome(left=taken.left, notes=taken.notes)
    telling = _Telling(before, after, planned.added)
    for each in planned.added:
        found.entries += telling.added(each)
    for each in planned.changed:
        found.entries += telling.changed(each)
    for each in planned.removed:
        found.entries += telling.removed(each)
    found.entries += _shifted(planned.shifted, found.entries)
    found.entries += [_refused(each) for each in (*taken.faults, *planned.refused)]
    found.rows = {
        "read": len(taken.rows),
        "added": len(planned.added),
        "changed": len(planned.changed),
        "removed": len(planned.removed),
        "refused": len({id(each) for each in planned.refused_rows}),
        "unchanged": planned.unchanged,
    }
    if taken.tally:
        found.balance = taken.tally.balance(planned.refused_rows)
    return found


def _shifted(shifts: Iterable[Shift], told: list[Entry]) -> Iterator[Entry]:
    """Yield the steps whose places follow from what was done to others."""
    explicit = {each.key: at for at, each in enumerate(told)
                if (each.what, each.column) == ("changed", "number")}  # fmt: skip
    for each in shifts:
        key, old, new = f"{each.map}/{each.key}", str(each.old), str(each.new)
        if key in explicit:  # the place that it got, whatever number was typed
            at = explicit[key]
            told[at] = msgspec.structs.replace(told[at], new=new, said=new)
        else:
            yield Entry("changed", str(STEP.title), "", 0, STEP.name, key, "number", old, new, old,
                        new)  # fmt: skip


def _refused(fault: Fault) -> Entry:
    return Entry("refused", fault.sheet, fault.cell, new=fault.value, reason=fault.reason)


OF_STEPS: Final = {
    table.name: tuple(each.name for each in table.columns if each.kind is Kind.STEP)
    for table in BY_NAME.values()
}
"""The columns of each sheet that name steps."""


class _Telling:
    """Puts what was done into cells."""

    def __init__(self, before: Snapshot, after: Known, added: Iterable[Planned]) -> None:
        self.after, self.showing = after, Showing(before)
        self.steps = {
            (each.values["map"], each.values["key"]): after.keys[id(each)]
            for each in added
            if each.table.name == "step" and each.values.get("key")
        }

    def _named(self, planned: Planned) -> dict[str, str]:
        """Return what a row says by now: new steps by the keys that they got."""
        on, values = planned.values.get("map", ""), dict(planned.values)
        for name in OF_STEPS[planned.table.name]:
            said = values.get(name, "")
            values[name] = self.steps.get((on, said), said)
        return values

    def added(self, planned: Planned) -> Iterator[Entry]:
        values = {**self._named(planned), **self._keys(planned)}
        table, taken, on = planned.table, planned.taken, values.get("map", "")
        key, show = key_of(table, values), self.showing.cell
        for column in table.columns:
            said = values.get(column.name, "")
            if said and not column.told:
                yield Entry("added", taken.sheet, taken.cell(column.name), taken.number, table.name,
                            key, column.name, "", show(column, said, on), "", said)  # fmt: skip

    def _keys(self, planned: Planned) -> dict[str, str]:
        issued = self.after.keys.get(id(planned))
        return {planned.table.key[-1]: issued} if issued and not planned.table.joined else {}

    def changed(self, planned: Planned) -> Iterator[Entry]:
        assert planned.row is not None, "a row that is there"
        values = self._named(planned)
        key = key_of(planned.table, values) if planned.table.joined else planned.row.key
        for cell in planned.cells:
            name = cell.column.name
            old = self._shown(planned.table, name, cell.old, planned.row.values)
            new = self._shown(planned.table, name, values[name], values)
            yield self._entry("changed", planned, key, name, old=old, new=new, was=cell.old,
                              said=values[name])  # fmt: skip

    def removed(self, planned: Planned) -> Iterator[Entry]:
        assert planned.row is not None, "a row that is there"
        for column in planned.table.columns:
            was = planned.row.values.get(column.name, "")
            if was and not column.told:
                shown = self._shown(planned.table, column.name, was, planned.row.values)
                yield self._entry("removed", planned, planned.row.key, column.name, old=shown,
                                  was=was)  # fmt: skip

    def _shown(self, table: Table, name: str, said: str, values: Any) -> str:
        return self.showing.cell(table.by_name[name], said, values.get("map", ""))

    def _entry(self, what: What, planned: Planned, key: str, column: str, **texts: str) -> Entry:
        taken = planned.taken
        return Entry(what, taken.sheet, taken.cell(column), taken.number, planned.table.name, key,
                     column, **texts)  # fmt: skip


def sheet_name(entry: Entry) -> str:
    """Return what a cell's sheet is called on the screen."""
    return str(BY_NAME[entry.table].title) if entry.table else entry.sheet or _("the file")

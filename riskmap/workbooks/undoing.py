"""Undoing an import as one step: the plan that puts back what its cells said before.

What was changed again since is not put back: then nothing is, and every such cell is named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flask_babel import gettext as _

from riskmap.db import AnySession
from riskmap.organisation.scope import Scope
from riskmap.workbooks.carrying import Carrier
from riskmap.workbooks.columns import BY_NAME, Table
from riskmap.workbooks.importing import Entry, Outcome
from riskmap.workbooks.known import Progress, no_progress
from riskmap.workbooks.plan import Cell, May, Plan, Planned
from riskmap.workbooks.rows import Row, Snapshot, snapshot
from riskmap.workbooks.showing import display
from riskmap.workbooks.taking import Fault, TakenRow

_LOOSE = frozenset({"number"})
"""Columns that follow from the order of other rows too."""


class CannotUndo(ValueError):
    """An import whose rows have been changed again; `faults` names the cells."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


@dataclass
class _Done:
    """What an import did to one row, by column."""

    what: str
    table: Table
    key: str
    taken: TakenRow
    was: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)


def undo(
    session: AnySession, scope: Scope, done: Outcome, may: May, progress: Progress = no_progress
) -> None:
    """Put back what an import did and flush; raises `CannotUndo`, with nothing to be committed."""
    known = snapshot(session, scope)
    planned = Undoing(known, may).plan(_rows(done.entries))
    if planned.refused:
        raise CannotUndo(planned.refused)
    Carrier(session, scope.bureau, progress).carry_out(planned)
    if planned.refused:
        raise CannotUndo(planned.refused)


def _rows(entries: Iterable[Entry]) -> list[_Done]:
    """Return the rows that entries are of, in the order in which they were done."""
    found: dict[tuple[str, str, str], _Done] = {}
    for each in entries:
        if each.what == "refused":
            continue
        told = (each.what, each.table, each.key)
        if told not in found:
            table = BY_NAME[each.table]
            taken = TakenRow(table, each.sheet, each.row, {}, {})
            found[told] = _Done(each.what, table, each.key, taken)
        found[told].was[each.column] = each.was
        found[told].said[each.column] = each.said
    return list(found.values())


class Undoing:
    """Plans the opposite of what was done, held against the rows of now."""

    def __init__(self, known: Snapshot, may: May) -> None:
        self.known, self.may = known, may
        self.found = Plan()

    def plan(self, rows: Iterable[_Done]) -> Plan:
        """Return what puts rows back; what cannot be is refused."""
        for each in rows:
            row = self.known.rows.get(each.table.name, {}).get(each.key)
            if each.what == "removed" and not each.table.retires:
                self._add(each, row)
            elif row is None:
                self._refuse(each, each.table.key[-1], _("It is no longer there."))
            elif not self.may(each.table.policy, row.path):
                said = _("Your role does not change this; ask whoever keeps it.")
                self._refuse(each, each.table.key[-1], said)
            else:
                {"added": self._remove, "changed": self._change, "removed": self._bring}[each.what](
                    each, row
                )
        return self.found

    def _refuse(self, done: _Done, column: str, reason: str) -> None:
        self.found.refuse(
            done.taken, [Fault(str(done.table.title), "", f"{done.key} {column}", reason)]
        )

    def _changed_again(self, done: _Done, row: Row) -> Iterator[Fault]:
        on = row.values.get("map", "")
        for name, said in done.said.items():
            column = done.table.by_name[name]
            now = row.values.get(name, "")
            if name in _LOOSE or (name in done.table.key and not done.table.joined):
                continue
            if now != said:
                yield Fault(str(done.table.title), "", f"{done.key} {column.head}", _(
                    "It was changed again since, to “%(now)s”.",
                    now=display(column, now, self.known, on)))  # fmt: skip

    def _remove(self, done: _Done, row: Row) -> None:
        faults = list(self._changed_again(done, row))
        if faults:
            self.found.refuse(done.taken, faults)
        else:
            self.found.removed.append(Planned(done.taken, row, row.values))

    def _change(self, done: _Done, row: Row) -> None:
        faults = list(self._changed_again(done, row))
        if faults:
            self.found.refuse(done.taken, faults)
            return
        cells = tuple(
            Cell(done.table.by_name[name], done.said[name], was) for name, was in done.was.items()
        )
        values = {**row.values, **done.was}
        self.found.changed.append(Planned(done.taken, row, values, cells))

    def _bring(self, done: _Done, row: Row) -> None:
        self.found.brought.append(Planned(done.taken, row, row.values))

    def _add(self, done: _Done, row: Row | None) -> None:
        if row is not None:
            self._refuse(done, done.table.key[-1], _("Another row says the same."))
            return
        self.found.added.append(Planned(done.taken, None, done.was))

"""What planned rows make of a map's draft: the same draft that the editor saves, checked the same.

Rows of steps, lines, risk points, bases and spans are put into the draft by their keys; new ones
get keys that the map never had, and what names them in the file follows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from flask_babel import gettext as _

from riskmap.maps.checking import Fault as DraftFault
from riskmap.maps.draft import (
    BasisRow,
    Keys,
    MapDraft,
    NextRow,
    RiskRow,
    SpanRow,
    StepRow,
    first_free,
)
from riskmap.maps.pickers import Pickers
from riskmap.workbooks.plan import Planned
from riskmap.workbooks.taking import Fault
from riskmap.workbooks.texts import apart

OF_STEP: Final = {
    "kind": "kind", "text": "text", "actor": "actor", "duty": "duty", "min_persons": "min_persons",
    "limit_value": "limit_value", "limit_unit": "limit_unit", "recording": "recording",
    "limit_effect": "effect", "document": "document", "basis": "basis",
    "basis_article": "article", "detail_map": "detail",
}  # fmt: skip
"""The fields of a draft's step by the columns of the sheet."""

OF_RISK: Final = {
    "item": "item", "statement": "statement", "override_level": "level",
    "override_reason": "reason", "measures": "measures",
}  # fmt: skip
OF_MAP: Final = ("title", "goal", "duties", "matter", "major_decision")
LETTERS: Final = {"step": "s", "transition": "t", "risk_point": "r"}


@dataclass
class Asked:
    """What a file asks of one map, by table; removed rows by their keys."""

    put: dict[str, list[Planned]] = field(default_factory=dict)
    removed: dict[str, list[Planned]] = field(default_factory=dict)

    def all(self) -> Iterator[Planned]:
        """Yield every row."""
        for rows in (*self.put.values(), *self.removed.values()):
            yield from rows

    def drop(self, gone: Iterable[Planned]) -> None:
        """Take back what was refused."""
        refused = {id(each) for each in gone}
        for where in (self.put, self.removed):
            for name, rows in where.items():
                where[name] = [each for each in rows if id(each) not in refused]


@dataclass
class _Step:
    order: tuple[float, int]
    row: StepRow
    by: Planned | None = None


@dataclass
class _Below:
    at: str
    row: Any
    by: Planned | None = None


@dataclass
class Edited:
    """A draft, what it was, and which planned row each row came from: by key, or by its place."""

    base: MapDraft
    draft: MapDraft
    by_key: Mapping[str, Planned]
    bases: list[Planned | None]
    spans: list[Planned | None]
    title: Planned | None
    keys: Mapping[int, str]

    def whose(self, name: str) -> tuple[Planned | None, str]:
        """Return the planned row and the column that a field of the editor's form belongs to."""
        parts = name.split("-")
        if parts[0] == "basis" and len(parts) == 3:
            return self.bases[int(parts[1])], parts[2]
        if parts[0] == "span" and len(parts) == 3:
            return self.spans[int(parts[1])], parts[2]
        if parts[0] != "step":
            return self.title, name
        step = self.draft.steps[int(parts[1])]
        if len(parts) == 3:
            return self.by_key.get(step.key), _column(OF_STEP, parts[2])
        if parts[2] == "next":
            key = step.next[int(parts[3])].key
            return self.by_key.get(key), "target" if parts[4] == "to" else parts[4]
        return self.by_key.get(step.risks[int(parts[3])].key), _column(OF_RISK, parts[4])


def _column(names: Mapping[str, str], field_name: str) -> str:
    return next((each for each, known in names.items() if known == field_name), field_name)


def edited(base: MapDraft, asked: Asked, known: Pickers) -> Edited:
    """Return a draft with what is asked of it done."""
    return _Editing(base, asked, known).edited()


class _Editing:
    def __init__(self, base: MapDraft, asked: Asked, known: Pickers) -> None:
        self.base, self.asked, self.known = base, asked, known
        self.issued = Keys(first_free(base))
        self.names: dict[str, str] = {}  # what the file calls new steps
        self.by_key: dict[str, Planned] = {}
        self.keys: dict[int, str] = {}

    def edited(self) -> Edited:
        self._name_new()
        steps = self._steps()
        lines = self._below("transition", self._old_lines(), self._line)
        risks = self._below("risk_point", self._old_risks(), self._risk)
        title, texts = self._title()
        bases, by_basis = self._around("map_basis", self.base.bases, self._basis)
        spans, by_span = self._around("limit_span", self.base.spans, self._span)
        after, on = _by_place(lines), _by_place(risks)
        rows = tuple(
            _standing(each.row, tuple(after.get(each.row.key, ())), tuple(on.get(each.row.key, ())))
            for each in sorted(steps, key=lambda each: each.order)
        )
        draft = replace(
            self.base, **texts, steps=rows, bases=bases, spans=spans, next_key=self.issued.number
        )
        return Edited(self.base, draft, self.by_key, by_basis, by_span, title, self.keys)

    def _name_new(self) -> None:
        for table, letter in LETTERS.items():
            for planned in self.asked.put.get(table, []):
                if planned.row is None:
                    key = self.issued.issue(letter)
                    self.keys[id(planned)] = key
                    if table == "step":
                        self.names[planned.values.get("key", "")] = key

    def _key(self, planned: Planned) -> str:
        key = self.keys.get(id(planned)) or planned.values["key"]
        self.by_key[key] = planned
        return key

    def _named(self, key: str) -> str:
        """Return the key that a step has by now: a new one's is issued."""
        return self.names.get(key, key)

    def _gone(self, table: str) -> set[str]:
        return {each.values["key"] for each in self.asked.removed.get(table, [])}

    # Steps and what stands on them

    def _steps(self) -> list[_Step]:
        gone = self._gone("step")
        found = {
            row.key: _Step((number, 1), row)
            for number, row in enumerate(self.base.steps, start=1)
            if row.key not in gone
        }
        for planned in self.asked.put.get("step", []):
            key = self._key(planned)
            before = found.get(key)
            said = planned.values
            texts: Any = {name: said.get(column, "") for column, name in OF_STEP.items()}
            row = replace(before.row, **texts) if before else StepRow(key, **texts)
            asks = planned.row is None or any(c.column.name == "number" for c in planned.cells)
            number = float(planned.values.get("number") or 0)
            order = (number, 0) if asks or before is None else before.order
            found[key] = _Step(order, row, planned)
        return list(found.values())

    def _old_lines(self) -> Iterator[_Below]:
        for step in self.base.steps:
            yield from (_Below(step.key, line) for line in step.next)

    def _old_risks(self) -> Iterator[_Below]:
        for step in self.base.steps:
            yield from (_Below(step.key, risk) for risk in step.risks)

    def _below(self, table: str, old: Iterable[_Below], made: Any) -> list[_Below]:
        gone = self._gone(table)
        found = {each.row.key: each for each in old if each.row.key not in gone}
        for planned in self.asked.put.get(table, []):
            key = self._key(planned)
            before = found.get(key)
            found[key] = made(key, before.row if before else None, planned.values)
        return list(found.values())

    def _line(self, key: str, _before: NextRow | None, values: Mapping[str, str]) -> _Below:
        row = NextRow(key, self._named(values["target"]), values.get("condition", ""))
        return _Below(self._named(values["source"]), row)

    def _risk(self, key: str, before: RiskRow | None, values: Mapping[str, str]) -> _Below:
        texts: dict[str, Any] = {name: values.get(column, "") for column, name in OF_RISK.items()}
        wanted = apart(texts["measures"])
        kept = [code for code in (before.measures if before else ()) if code in wanted]
        texts["measures"] = tuple(dict.fromkeys([*kept, *wanted]))
        return _Below(self._named(values["step"]), replace(before or RiskRow(key=key), **texts))

    # Around the steps

    def _title(self) -> tuple[Planned | None, dict[str, Any]]:
        planned = next(iter(self.asked.put.get("account_map", [])), None)
        if planned is None:
            return None, {}
        return planned, {name: planned.values.get(name, "") for name in OF_MAP}

    def _around(self, table: str, old: Iterable[Any], told: Any) -> tuple[Any, list[Any]]:
        """Return the rows of a kind, each told apart by what it says, and whose each is."""
        found: dict[object, tuple[Any, Planned | None]] = {told(row): (row, None) for row in old}
        for planned in self.asked.removed.get(table, []):
            found.pop(self._said(table, planned.row.values if planned.row else {}), None)
        for planned in self.asked.put.get(table, []):
            row = self._made(table, planned.values)
            if planned.row is not None:
                before = self._said(table, planned.row.values)
                found = {
                    told(row) if key == before else key: (row, planned) if key == before else each
                    for key, each in found.items()
                }
            else:
                found[told(row), id(planned)] = (row, planned)
        return tuple(row for row, _by in found.values()), [by for _row, by in found.values()]

    def _basis(self, row: BasisRow) -> object:
        return self.known.bases.resolve(row.basis), row.article

    def _span(self, row: SpanRow) -> object:
        return self.known.limits.resolve(row.limit), row.first, row.last

    def _made(self, table: str, values: Mapping[str, str]) -> Any:
        if table == "map_basis":
            return BasisRow(values["basis"], values.get("article", ""))
        first, last = self._named(values["first"]), self._named(values["last"])
        return SpanRow(values["limit"], first, last)

    def _said(self, table: str, values: Mapping[str, str]) -> object:
        if table == "map_basis":
            return values.get("basis", ""), values.get("article", "")
        return values.get("limit", ""), values.get("first", ""), values.get("last", "")


def _by_place(rows: Iterable[_Below]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for each in rows:
        found.setdefault(each.at, []).append(each.row)
    return found


def _standing(
    step: StepRow, lines: tuple[NextRow, ...], risks: tuple[RiskRow, ...]
) -> StepRow:  # fmt: skip
    """Return a step with these lines and risk points."""
    if (step.next, step.risks) == (lines, risks):
        return step
    return replace(step, next=lines, risks=risks)


def left_standing(base: MapDraft, asked: Asked) -> Iterator[tuple[Planned, Fault]]:
    """Yield the removed steps on which something stands that the file leaves there."""
    gone = {table: {each.values["key"] for each in rows} for table, rows in asked.removed.items()}
    moved = {
        (table, each.values["key"]): (each.values.get("source"), each.values.get("target"),
                                      each.values.get("step"))
        for table, rows in asked.put.items() if table in LETTERS
        for each in rows if each.row is not None
    }  # fmt: skip
    for planned in asked.removed.get("step", []):
        key, standing = planned.values["key"], []
        for step in base.steps:
            for line in step.next:
                ends = moved.get(("transition", line.key), (step.key, line.to, None))
                if line.key not in gone.get("transition", set()) and key in ends:
                    standing.append(line.key)
            for risk in step.risks:
                at = moved.get(("risk_point", risk.key), (None, None, step.key))
                if risk.key not in gone.get("risk_point", set()) and key in at:
                    standing.append(risk.key)
        if standing:
            said = _("Lines and risk points stand on this step (%(keys)s); take them away too, or "
                     "put them elsewhere.", keys="、".join(standing))  # fmt: skip
            yield planned, planned.fault("key", said)


def in_the_file(
    found: Iterable[DraftFault], edit: Edited, rows: Iterable[Planned]
) -> list[tuple[Planned, Fault]]:
    """Return the faults of a draft at the cells of the file that they are about.

    What cannot be laid to one row is laid to all that the file asks of the map.
    """
    placed = []
    for each in found:
        planned, column = edit.whose(each.name)
        if planned is not None:
            placed.append((planned, planned.fault(column, each.sentence)))
        else:
            placed += [(row, row.fault(row.table.key[-1], each.sentence)) for row in rows]
    return placed

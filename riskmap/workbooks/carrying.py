"""Carrying a plan out: rows of the register and the organisation, and maps by their drafts.

Everything flushes; whoever asked commits, or rolls back after a preview. What the database or the
checks of a map do not take is moved from what is planned to what is refused.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from riskmap.db import AnySession, today
from riskmap.organisation import commands as organisation
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.tree import DutyClass
from riskmap.register.models import Measure
from riskmap.workbooks.carrying_maps import MapCarrier
from riskmap.workbooks.codes import issue
from riskmap.workbooks.columns import TABLES, Column, Kind, Table
from riskmap.workbooks.known import Known, Progress, no_progress, pick
from riskmap.workbooks.plan import Plan, Planned
from riskmap.workbooks.rows import Values, model_of


class Carrier:
    """Does what a plan says to a bureau's rows."""

    def __init__(self, session: AnySession, bureau: Bureau, progress: Progress = no_progress):
        self.session, self.bureau, self.progress = session, bureau, progress
        self.known = Known(session, bureau)

    def carry_out(self, plan: Plan) -> None:
        """Do what is planned and flush; what cannot be done is refused in the plan."""
        asked = (*plan.brought, *plan.added, *plan.changed, *plan.removed)
        names = {each.table.name for each in asked}
        own = [table for table in TABLES if not table.of_map and table.name in names]
        for table in own:
            self._rows(table, plan)
        for table in reversed(own):
            for planned in [each for each in plan.removed if each.table is table]:
                self._remove(planned)
        self.session.flush()
        MapCarrier(self.session, self.bureau, self.known, self.progress).carry_out(plan)

    # Rows of their own

    def _rows(self, table: Table, plan: Plan) -> None:
        for planned in pick(plan.brought, table):
            row = self._row(planned)
            row.retired_on = None
        for planned in pick(plan.added, table):
            self._add(planned, plan)
        for planned in pick(plan.changed, table):
            self._change(planned, plan)
        self.session.flush()

    def _row(self, planned: Planned) -> Any:
        assert planned.row is not None, "a row that is there"
        return self.session.get_one(model_of(planned.table.name), planned.row.id)

    def _add(self, planned: Planned, plan: Plan) -> None:
        table, values = planned.table, dict(planned.values)
        lost = self.known.lost(planned)
        if lost:
            plan.take_back([(planned, lost)])
            return
        if table.key == ("code",):
            values["code"] = values.get("code") or self._issued(table, values)
            self.known.keys[id(planned)] = values["code"]
        columns = self._columns(table, values, table.columns)
        if table.name == "node":
            self._add_node(columns)
        else:
            model = model_of(table.name)
            columns |= {"bureau_id": self.bureau.id} | self._place(model, columns)
            row = model(**columns)
            self.session.add(row)
        if table.name == "responsibility":
            self._count(columns["measure_id"])
        self.session.flush()
        if table.key == ("code",):
            self.known.learn(table.name, values["code"])

    def _add_node(self, columns: dict[str, Any]) -> None:
        parent = columns["parent_id"] and self.session.get_one(Node, columns["parent_id"])
        duty: DutyClass | None = columns["duty_class"]
        organisation.add_node(
            self.session, self.bureau, parent or None, code=columns["code"], name=columns["name"],
            duty_class=duty,
        )  # fmt: skip

    def _issued(self, table: Table, values: Values) -> str:
        return issue(table.name, values, list(self.known.ids(table.name)))

    def _place(self, model: type[Any], columns: Mapping[str, Any]) -> dict[str, int]:
        """Return the position behind the last of its like, of what has one."""
        if not hasattr(model, "position"):
            return {}
        query = select(model.position).where(model.bureau_id == self.bureau.id)
        for name in ("category_id", "item_id"):
            if name in columns and hasattr(model, name):
                query = query.where(getattr(model, name) == columns[name])
        last = self.session.scalars(query.order_by(model.position.desc()).limit(1)).first()
        return {"position": 0 if last is None else last + 1}

    def _change(self, planned: Planned, plan: Plan) -> None:
        lost = self.known.lost(planned)
        if lost:
            plan.take_back([(planned, lost)])
            return
        row = self._row(planned)
        columns = self._columns(
            planned.table, planned.values, [cell.column for cell in planned.cells]
        )
        if planned.table.name == "node" and "parent_id" in columns:
            parent = self.session.get_one(Node, columns.pop("parent_id"))
            organisation.move_node(self.session, row, parent)
        if planned.table.name == "item" and "category_id" in columns:
            columns |= self._place(type(row), columns)
        for name, value in columns.items():
            setattr(row, name, value)

    def _remove(self, planned: Planned) -> None:
        row = self._row(planned)
        if planned.table.retires or planned.table.name == "node":
            row.retired_on = today()
            return
        if planned.table.name == "responsibility":
            self._count(row.measure_id)
        self.session.delete(row)
        self.session.flush()

    def _count(self, measure_id: int) -> None:
        """Let a change of who owes a measure something count as the measure's change."""
        self.session.get_one(Measure, measure_id).version += 1

    # Values

    def _columns(self, table: Table, values: Values, columns: Iterable[Column]) -> dict[str, Any]:
        """Return the attributes that some columns of a row stand for."""
        found: dict[str, Any] = {}
        for column in columns:
            if not column.told:
                found |= self._attributes(column, values.get(column.name, ""))
        return found

    def _attributes(self, column: Column, text: str) -> dict[str, Any]:
        if column.kind is Kind.CODE:
            return {
                attribute: self.known.ids(table).get(text) if text else None
                for table, attribute in zip(column.to, column.attributes, strict=True)
            }
        return {column.attributes[0]: _value(column, text)}


def _value(column: Column, text: str) -> Any:
    """Return the value of a column that a text stands for."""
    if column.kind is Kind.FLAG:
        return bool(text)
    if column.kind in (Kind.TEXT, Kind.LINES):
        return text
    if not text:
        return None
    if column.kind is Kind.NUMBER:
        return int(text)
    if column.kind is Kind.DAY:
        return date.fromisoformat(text)
    assert column.members is not None, "a member of a closed set"
    return column.members(text)

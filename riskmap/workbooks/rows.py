"""The rows of a bureau as a workbook has them: texts by column, told apart by their keys."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select, true

from riskmap.db import AnySession, Model
from riskmap.db.base import Base
from riskmap.maps.models import AccountMap, RiskPoint, RiskPointMeasure, Step
from riskmap.organisation.models import Holding, Node, Person
from riskmap.organisation.queries import nodes
from riskmap.organisation.scope import Scope
from riskmap.workbooks.columns import TABLES, Column, Kind, Table
from riskmap.workbooks.texts import joined, stored, tidy

NAMED = {"measure": "text", "basis": "title", "account_map": "title"}
"""The attribute that says what a row is called, where it is not `name`."""

Values = Mapping[str, str]


class Label(NamedTuple):
    """What another row is called, and whether it is still in use."""

    name: str
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the database: its key, its id, what its cells say, and where it belongs.

    `path` is that of the node that the row, or its map, belongs to; "" for what is the bureau's.
    """

    key: str
    id: int
    values: Values
    path: str = ""
    retired: bool = False

    def state(self, table: Table) -> str:
        """Return what tells this state of the row from any other."""
        return state(table, self.values)


def state(table: Table, values: Values) -> str:
    """Return a short digest of what a row's cells say."""
    said = "\x1f".join(values.get(each.name, "") for each in table.columns if not each.told)
    return hashlib.sha256(said.encode()).hexdigest()[:10]


def key_of(table: Table, values: Values) -> str:
    """Return the key of a row by what its cells say."""
    return "/".join(values.get(name, "") for name in table.key)


def model_of(table: str) -> type[Any]:
    """Return the class of a table's rows."""
    return _MODELS[table]


_MODELS: dict[str, type[Any]] = {
    mapper.class_.__tablename__: mapper.class_ for mapper in Model.registry.mappers
}


@dataclass
class Snapshot:
    """Rows of a bureau by table and key, and what others may be named by: codes by table.

    `steps` are the texts of the steps of each map by their keys; `hidden` are the codes of nodes
    and maps that may not be named anew, since they are not to be seen. `paths` are those of nodes
    and maps by table and code, `levels` those of nodes by code.
    """

    rows: dict[str, dict[str, Row]] = field(default_factory=dict)
    labels: dict[str, dict[str, Label]] = field(default_factory=dict)
    steps: dict[str, dict[str, str]] = field(default_factory=dict)
    hidden: set[tuple[str, str]] = field(default_factory=set)
    paths: dict[tuple[str, str], str] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)

    def may_name(self, table: str, code: str) -> bool:
        """Return whether a cell may be made to name a row."""
        return (table, code) not in self.hidden

    def label(self, table: str, code: str) -> str:
        """Return what a row of a code is called."""
        found = self.labels.get(table, {}).get(code)
        return found.name if found else ""


def snapshot(
    session: AnySession, scope: Scope, *, at: str = "/", tables: Iterable[Table] = TABLES
) -> Snapshot:
    """Return the rows that may be seen, of nodes and maps those at and below a path.

    A fixed number of statements, however many rows there are.
    """
    return _Reader(session, scope, at).read(tuple(tables))


class _Reader:
    def __init__(self, session: AnySession, scope: Scope, at: str) -> None:
        self.session, self.scope, self.at = session, scope, at
        self.bureau = scope.bureau.id
        self.nodes = nodes(session, Scope(scope.bureau))
        self.paths = {node.id: node.path for node in self.nodes}
        self.ids: dict[str, dict[int, str]] = {}
        self.found = Snapshot()
        self.maps: dict[int, str] = {}  # paths of the maps that are read
        self.keys: dict[int, str] = {}

    def read(self, tables: tuple[Table, ...]) -> Snapshot:
        named = {each for table in tables for column in table.columns for each in column.to}
        for name in sorted(named | {"account_map", "node"}):
            self._labels(name)
        self.found.hidden = {
            ("node", node.code) for node in self.nodes if not self.scope.holds(node.path)
        }
        for node in self.nodes:
            self.found.paths["node", node.code] = node.path
            self.found.levels[node.code] = node.level.value
        if not self.scope.whole:
            self.found.hidden |= self._strangers()
        self._steps()
        for table in tables:
            self.found.rows[table.name] = _by_key(self._rows(table))
        return self.found

    def _strangers(self) -> set[tuple[str, str]]:
        """Return the people who hold and held no post that may be seen."""
        held = select(Holding.person_id).where(Holding.post_id.in_(self.scope.node_ids()))
        query = select(Person.code).where(Person.bureau_id == self.bureau, Person.id.not_in(held))
        return {("person", code) for code in self.session.scalars(query)}

    def _labels(self, name: str) -> None:
        model = _MODELS[name]
        called = getattr(model, NAMED.get(name, "name"))
        query = select(model.id, model.code, called, model.retired_on, *_order(model))
        codes, labels = self.ids.setdefault(name, {}), self.found.labels.setdefault(name, {})
        for row in self.session.execute(
            query.where(model.bureau_id == self.bureau).order_by(*_order(model))
        ):
            codes[row[0]] = row[1]
            labels[row[1]] = Label(tidy(row[2]).replace("\n", " "), row[3] is not None)

    def _steps(self) -> None:
        maps = select(AccountMap.id, AccountMap.node_id).where(
            AccountMap.bureau_id == self.bureau, AccountMap.retired_on.is_(None)
        )
        for map_id, node_id in self.session.execute(maps):
            self.found.paths["account_map", self.ids["account_map"][map_id]] = self.paths[node_id]
            if not self.scope.holds(self.paths[node_id]):
                self.found.hidden.add(("account_map", self.ids["account_map"][map_id]))
            elif self._seen(self.paths[node_id]):
                self.maps[map_id] = self.paths[node_id]
        query = select(Step.map_id, Step.id, Step.key, Step.text).order_by(Step.map_id, Step.number)
        codes = self.ids["account_map"]
        for map_id, step_id, key, text in self.session.execute(
            query.where(Step.bureau_id == self.bureau)
        ):
            if map_id in self.maps:
                self.keys[step_id] = key
                self.found.steps.setdefault(codes[map_id], {})[key] = tidy(text).replace("\n", " ")

    def _seen(self, path: str) -> bool:
        return path.startswith(self.at) and self.scope.holds(path)

    def _rows(self, table: Table) -> Iterator[Row]:
        model = _MODELS[table.name]
        columns = [column for column in table.columns if column.kind is not Kind.CODES]
        wanted = {
            name: getattr(model, name)
            for column in columns
            if column.name not in ("measure_texts",)
            for name in column.attributes
        }
        more = [name for name in ("retired_on", "map_id", "node_id", "post_id", "path")
                if hasattr(model, name) and name not in wanted]  # fmt: skip
        query = select(model.id, *wanted.values(), *(getattr(model, each) for each in more))
        query = query.where(model.bureau_id == self.bureau, self._which(table)).order_by(
            *_order(model), model.id
        )
        names = ["id", *wanted, *more]
        answers = self._answers() if table.name == "risk_point" else {}
        for raw in self._ordered(table, self.session.execute(query)):
            found = dict(zip(names, raw, strict=True))
            path = self._path(table, found)
            if path is None:
                continue
            values = {column.name: self._cell(column, found) for column in columns}
            if table.name == "risk_point":
                codes = [self.ids["measure"][each] for each in answers.get(found["id"], [])]
                values["measures"] = joined(codes)
                values["measure_texts"] = "\n".join(
                    self.found.label("measure", each) for each in sorted(set(codes))
                )
            yield Row(
                key_of(table, values), found["id"], values, path,
                found.get("retired_on") is not None,
            )  # fmt: skip

    def _ordered(self, table: Table, rows: Iterable[Any]) -> Iterable[Any]:
        """Return nodes in reading order, what is below maps in the order of the maps' codes."""
        if table.name == "node":
            places = {node.id: place for place, node in enumerate(self.nodes)}
            return sorted(rows, key=lambda row: places[row[0]])
        if table.of_map and table.name != "account_map":
            codes = self.ids["account_map"]
            return sorted(rows, key=lambda row: codes[row.map_id])
        return rows

    def _which(self, table: Table) -> ColumnElement[bool]:
        if table.name == "person" and not (self.scope.whole and self.at == "/"):
            seen = select(Node.id).where(self.scope.nodes(), Node.path.startswith(self.at))
            return Person.id.in_(select(Holding.person_id).where(Holding.post_id.in_(seen)))
        return true()

    def _path(self, table: Table, found: Mapping[str, Any]) -> str | None:
        """Return where a row belongs, None where it is not to be seen."""
        if table.of_map:
            return self.maps.get(found["id" if table.name == "account_map" else "map_id"])
        at = found.get("path") or self.paths.get(found.get("node_id") or found.get("post_id") or 0)
        if at is None:
            return ""
        return at if self._seen(at) else None

    def _answers(self) -> dict[int, list[int]]:
        query = (
            select(RiskPointMeasure.risk_point_id, RiskPointMeasure.measure_id)
            .where(RiskPointMeasure.bureau_id == self.bureau)
            .order_by(RiskPointMeasure.position, RiskPointMeasure.id)
        )
        found: dict[int, list[int]] = {}
        for risk, measure in self.session.execute(query):
            found.setdefault(risk, []).append(measure)
        return found

    def _cell(self, column: Column, found: Mapping[str, Any]) -> str:
        if column.kind is Kind.STEP:
            return self.keys[found[column.attributes[0]]]
        if column.kind is Kind.CODE:
            for table, attribute in zip(column.to, column.attributes, strict=True):
                if found.get(attribute) is not None:
                    return self.ids[table][found[attribute]]
            return ""
        if column.name == "measure_texts":
            return ""
        return stored(found[column.attributes[0]])


def _by_key(rows: Iterable[Row]) -> dict[str, Row]:
    """Return rows by their keys; where two say the same, the later ones are numbered."""
    found: dict[str, Row] = {}
    for row in rows:
        key, number = row.key, 1
        while key in found:
            number += 1
            key = f"{row.key}#{number}"
        found[key] = row if key == row.key else replace(row, key=key)
    return found


def _order(model: type[Any]) -> tuple[Any, ...]:
    """Return what rows of a model are sorted by."""
    names = ("category_id", "item_id", "person_id", "measure_id", "number", "position", "code",
             "key")  # fmt: skip
    table = Base.metadata.tables[model.__tablename__]
    kept = [each for each in names if each in table.c]
    if model is RiskPoint:
        kept = ["step_id", "position"]
    return tuple(getattr(model, each) for each in kept)

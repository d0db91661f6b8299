"""Grids of coverage: office × item, post × measure, office × level; a blank that is a gap says so.

A number is counted on the maps in use of a node and of what is below it. Where the register lets a
node carry out a measure, and nothing of it is on its maps, the cell is a gap; where the item does
not concern the node, the cell says why.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from riskmap.coverage.facts import Facts, Node
from riskmap.coverage.rules.elements import declared
from riskmap.organisation.tree import NodeLevel
from riskmap.register.rating import Level


class GridKind(StrEnum):
    """Which grid, by what its other side is made of."""

    ITEMS = "items"
    MEASURES = "measures"
    LEVELS = "levels"


class Figure(StrEnum):
    """What the cells of offices and items count."""

    MEASURES = "measures"
    RISKS = "risks"


class CellState(StrEnum):
    """What a cell says: a number, a gap, that it does not apply, or nothing."""

    NUMBER = "number"
    GAP = "gap"
    EXCUSED = "excused"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Head:
    """A row or a column: its code and name, and those of the group it stands in.

    `own` is a unit by itself, without its offices.
    """

    code: str
    name: str
    group: str = ""
    group_name: str = ""
    own: bool = False
    retired: bool = False

    @property
    def key(self) -> str:
        return f"{self.code}*" if self.own else self.code


@dataclass(frozen=True, slots=True)
class Cell:
    """A number; whether one is expected there; why none is."""

    number: int = 0
    expected: bool = False
    reason: str = ""

    @property
    def state(self) -> CellState:
        if self.number:
            return CellState.NUMBER
        if self.reason:
            return CellState.EXCUSED
        return CellState.GAP if self.expected else CellState.BLANK


EMPTY = Cell()


@dataclass(frozen=True)
class Grid:
    """Rows, columns, the cells that say something by both keys, and totals.

    Totals count each thing once: a measure used by two offices is one measure.
    """

    kind: GridKind
    rows: tuple[Head, ...]
    columns: tuple[Head, ...]
    cells: Mapping[tuple[str, str], Cell]
    row_totals: Mapping[str, int]
    column_totals: Mapping[str, int]
    total: int
    notes: tuple[tuple[Head, Head, str], ...] = field(default=())

    def cell(self, row: Head, column: Head) -> Cell:
        return self.cells.get((row.key, column.key), EMPTY)

    def gaps(self) -> Iterator[tuple[Head, Head]]:
        """Yield row and column of every gap, in order."""
        for row in self.rows:
            for column in self.columns:
                if self.cell(row, column).state is CellState.GAP:
                    yield row, column

    def count(self, state: CellState) -> int:
        """Return how many cells are in a state."""
        return sum(
            self.cell(row, column).state is state for row in self.rows for column in self.columns
        )


Things = dict[tuple[str, str], set[tuple[str, ...]]]
"""Per row and column, the things that are counted there."""


def _grid(
    kind: GridKind,
    rows: Sequence[Head],
    columns: Sequence[Head],
    things: Things,
    expected: Collection[tuple[str, str]],
    reasons: Mapping[tuple[str, str], str],
) -> Grid:
    by_row: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    by_column: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    all_of_them: set[tuple[str, ...]] = set()
    cells: dict[tuple[str, str], Cell] = {}
    notes: list[tuple[Head, Head, str]] = []
    for row in rows:
        for column in columns:
            place = (row.key, column.key)
            found = things.get(place, set())
            by_row[row.key] |= found
            by_column[column.key] |= found
            all_of_them |= found
            cells[place] = Cell(len(found), place in expected, reasons.get(place, ""))
            if cells[place].state is CellState.EXCUSED:
                notes.append((row, column, cells[place].reason))
    return Grid(
        kind,
        tuple(rows),
        tuple(columns),
        cells,
        {row.key: len(by_row[row.key]) for row in rows},
        {column.key: len(by_column[column.key]) for column in columns},
        len(all_of_them),
        tuple(notes),
    )


def offices(facts: Facts, within: Collection[str] | None = None) -> list[Head]:
    """Return the units by themselves and the offices in use, each unit followed by its offices.

    `within` are the codes of the nodes that may be seen. A unit, and what is retired, is there only
    where it has a map.
    """
    drawn = set(facts.maps_of)
    found = []
    for node in facts.nodes.values():
        if within is not None and node.code not in within:
            continue
        unit = facts.nodes.get(node.unit, node)
        if node.level is NodeLevel.UNIT and node.code in drawn:
            found.append(Head(node.code, node.name, unit.code, unit.name, True, node.retired))
        elif node.level is NodeLevel.OFFICE and (not node.retired or _any_below(facts, node)):
            found.append(Head(node.code, node.name, unit.code, unit.name, False, node.retired))
    return found


def _any_below(facts: Facts, node: Node) -> bool:
    return any(facts.nodes[code].within(node.code) for code in facts.maps_of if code in facts.nodes)


def _office_key(facts: Facts, node: str) -> str:
    """Return the key of the row that a node's map is counted in."""
    found = facts.nodes[node]
    return found.office or f"{found.code}*"


def items(facts: Facts) -> list[Head]:
    """Return the items in use, and those retired that still have risk points, by category."""
    met = {risk.item.code for drawn in facts.maps for _, risk in drawn.risks()}
    return [
        Head(
            item.code,
            item.name,
            item.category,
            _category(facts, item.category),
            retired=item.retired,
        )
        for item in facts.items.values()
        if not item.retired or item.code in met
    ]


def _category(facts: Facts, code: str) -> str:
    found = facts.categories.get(code)
    return found.name if found else code


def _excused(facts: Facts, item: str, node: str) -> str:
    """Return why an item does not concern a node, "" where it may."""
    found = facts.nodes.get(node)
    if found is None:
        return ""
    return next(
        (
            each.reason
            for each in facts.excuses
            if each.item == item and found.within(each.node) and each.holds(facts.day)
        ),
        "",
    )


def by_item(
    facts: Facts,
    figure: Figure = Figure.MEASURES,
    within: Collection[str] | None = None,
    categories: Collection[str] | None = None,
) -> Grid:
    """Return items × offices: the measures of an item used on an office's maps, or its risk points.

    A gap is an office of which some node carries out a measure of the item, and on whose maps
    neither a risk point nor a measure of the item is.
    """
    rows = [each for each in items(facts) if categories is None or each.group in categories]
    columns = offices(facts, within)
    measures: Things = defaultdict(set)
    risks: Things = defaultdict(set)
    for drawn in facts.maps:
        if drawn.node not in facts.nodes:
            continue
        key = _office_key(facts, drawn.node)
        for _step, risk in drawn.risks():
            risks[risk.item.code, key].add((drawn.code, risk.key))
            for each in risk.measures:
                known = facts.measures.get(each.code)
                if known and not known.retired:
                    measures[known.item, key].add((each.code,))
    expected = {
        place
        for place in _owed_by_offices(facts)
        if not measures.get(place) and not risks.get(place)
    }
    reasons = {
        (row.key, column.key): reason
        for row in rows
        for column in columns
        if (reason := _excused(facts, row.code, column.code))
    }
    things = measures if figure is Figure.MEASURES else risks
    return _grid(GridKind.ITEMS, rows, columns, things, expected, reasons)


def _owed_by_offices(facts: Facts) -> set[tuple[str, str]]:
    """Return item and office of every measure in use that a node of the office carries out."""
    return {
        (measure.item, _office_key(facts, node))
        for measure in facts.measures.values()
        if not measure.retired
        for node in measure.responsible
        if node in facts.nodes and not facts.nodes[node].retired
    }


def by_measure(
    facts: Facts,
    categories: Collection[str] | None = None,
    within: Collection[str] | None = None,
) -> Grid:
    """Return posts × measures: the risk points on a post's maps that a measure answers.

    A gap is a post that carries out a measure which answers nothing on its own maps, nor anything
    on a step that the post carries out on another map.
    """
    rows = [
        Head(node.code, node.name, node.office, facts.actor_name(node.office), False, node.retired)
        for node in facts.nodes.values()
        if node.level is NodeLevel.POST
        and (within is None or node.code in within)
        and (not node.retired or node.code in facts.maps_of)
    ]
    answers: Things = defaultdict(set)
    elsewhere: set[tuple[str, str]] = set()
    for drawn in facts.maps:
        for step, risk in drawn.risks():
            for each in risk.measures:
                answers[drawn.node, each.code].add((drawn.code, risk.key))
                elsewhere.add((step.actor, each.code))
    columns = [
        Head(each.code, each.text, item.code, item.name, retired=each.retired)
        for each in facts.measures.values()
        if (item := facts.items.get(each.item))
        and (categories is None or item.category in categories)
        and (not each.retired or any(code == each.code for _, code in answers))
    ]
    expected = {
        (node, each.code)
        for each in facts.measures.values()
        if not each.retired
        for node in each.responsible
        if (node, each.code) not in elsewhere
    }
    reasons = {
        (row.key, column.key): reason
        for row in rows
        for column in columns
        if (reason := _excused(facts, column.group, row.code))
    }
    return _grid(GridKind.MEASURES, rows, columns, answers, expected, reasons)


def by_level(facts: Facts, within: Collection[str] | None = None) -> Grid:
    """Return offices × levels: the risk points of a level on an office's maps.

    A gap is an office without any risk point that does not declare that it found none.
    """
    rows = offices(facts, within)
    columns = [Head(level.value, level.label) for level in Level]
    risks: Things = defaultdict(set)
    found, spoken = set(), set()
    for drawn in facts.maps:
        if drawn.node not in facts.nodes:
            continue
        key = _office_key(facts, drawn.node)
        if declared(drawn):
            spoken.add(key)
        for _step, risk in drawn.risks():
            found.add(key)
            risks[key, risk.level.value].add((drawn.code, risk.key))
    expected = {
        (row.key, level.value)
        for row in rows
        if row.key not in found | spoken and not row.retired
        for level in Level
    }
    return _grid(GridKind.LEVELS, rows, columns, risks, expected, {})


def narrowed(
    grid: Grid,
    rows: Callable[[Head], bool] = lambda _head: True,
    columns: Callable[[Head], bool] = lambda _head: True,
) -> Grid:
    """Return a grid with some of its rows and columns, whose totals stay what they were."""
    kept_rows = tuple(row for row in grid.rows if rows(row))
    kept_columns = tuple(column for column in grid.columns if columns(column))
    notes = tuple(each for each in grid.notes if each[0] in kept_rows and each[1] in kept_columns)
    return replace(grid, rows=kept_rows, columns=kept_columns, notes=notes)


def with_gaps(grid: Grid) -> Grid:
    """Return a grid with the rows and columns that have gaps only."""
    found = list(grid.gaps())
    rows, columns = {row for row, _ in found}, {column for _, column in found}
    return narrowed(grid, rows.__contains__, columns.__contains__)

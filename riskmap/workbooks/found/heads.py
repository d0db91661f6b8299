"""Where the heads of a table stand in a sheet, in one row or two, and what each column holds."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from riskmap.workbooks.found import levels, matching
from riskmap.workbooks.found.cells import joined
from riskmap.workbooks.found.fields import Field, folded
from riskmap.workbooks.found.grid import Grid
from riskmap.workbooks.found.matching import Match

ANCHORS: Final = frozenset(
    {Field.RISK, Field.MANIFESTATION, Field.MEASURES, Field.LEVEL, Field.ITEM, Field.LIKELIHOOD}
    | {Field.MATTER, Field.STEP}
)
"""Of these a row must name one to be the heads of a ledger."""

_LONGEST: Final = 30
_ENTRY: Final = re.compile("[0-9]{1,3}|[高中低]|[一二三]级")


@dataclass(frozen=True, slots=True)
class Head:
    """The heads of a table: their first and last row, and for each column the ways to read it."""

    first: int
    last: int
    names: tuple[str, ...]
    readings: tuple[tuple[str, ...], ...]
    matched: tuple[Match | None, ...]


def heads(grid: Grid, given: Iterable[tuple[int, int]] = ()) -> list[Head]:
    """Return the heads of a sheet from top to bottom, those in rows that are `given` among them."""
    found: list[Head] = []
    wanted = dict(given)
    row = 1
    while row <= len(grid.rows):
        head = _given(grid, row, wanted[row]) if row in wanted else _head_at(grid, row)
        if head:
            found.append(head)
        row = max(row, head.last if head else row) + 1
    return found


def _given(grid: Grid, first: int, last: int) -> Head:
    return _two_rows(grid, first) if last > first else _one_row(grid, first)


def _head_at(grid: Grid, row: int) -> Head | None:
    cells = grid.filled(row)
    if not cells or any(_of_an_entry(value) for _, value in cells):
        return None
    if _has_second(grid, row):
        both = _two_rows(grid, row)
        if _reads_like_heads(both):
            return both
    one = _one_row(grid, row)
    return one if _reads_like_heads(one) else None


def _of_an_entry(value: str) -> bool:
    """Say whether a cell is no head: 业务流程, 科长 and 分管领导 may be those of an entry."""
    return len(matching.shortest(value)) > _LONGEST or bool(_ENTRY.fullmatch(folded(value)))


def _reads_like_heads(head: Head) -> bool:
    named = [field for each in head.readings if (field := _named(each))]
    matched = [each for each in head.matched if each]
    heads = sum(1 for name in head.names if name)
    return len(named) >= 2 and 2 * len(matched) >= heads and any(field & ANCHORS for field in named)


def _named(readings: Iterable[str]) -> frozenset[Field]:
    return frozenset().union(*map(matching.named, readings))


def _one_row(grid: Grid, row: int) -> Head:
    names = [_spread(grid, row, column) for column in range(1, grid.width + 1)]
    readings = tuple((name,) if name else () for name in names)
    return Head(row, row, tuple(names), readings, matching.assigned(readings))


def _two_rows(grid: Grid, row: int) -> Head:
    names, readings = [], []
    for column in range(1, grid.width + 1):
        above, below = _above(grid, row, column), joined(grid.own(row + 1, column))
        names.append("/".join(filter(None, (above, below))))
        readings.append(_ways(above, below))
    return Head(row, row + 1, tuple(names), tuple(readings), _with_choices(readings))


def _ways(above: str, below: str) -> tuple[str, ...]:
    """Return the ways to read two heads, one above the other: 责任人 over 部门 is 部门责任人."""
    if not (above and below):
        return tuple(filter(None, (above, below)))
    whole = [each for each in (below + above, above + below) if matching.named(each)]
    return (whole[0],) if whole else (below, below + above, above + below)


def _with_choices(readings: Sequence[tuple[str, ...]]) -> tuple[Match | None, ...]:
    """Return what the columns hold; 高, 中, 低 below 风险等级 are all columns of the level."""
    ticked = [choice(each) for each in readings]
    found = list(matching.assigned([() if tick else each for tick, each in
                                    zip(ticked, readings, strict=True)]))  # fmt: skip
    return tuple(
        (tick or match) if tick else match for tick, match in zip(ticked, found, strict=True)
    )


def choice(readings: tuple[str, ...]) -> Match | None:
    if len(readings) < 3 or levels.folded(readings[0]) not in _LEVEL_WORDS:
        return None
    above = readings[2].removesuffix(readings[0])
    return next((each for each in matching.matches(above) if each.field is Field.LEVEL
                 and each.confidence >= matching.ENOUGH), None)  # fmt: skip


_LEVEL_WORDS: Final = frozenset(levels.by_fold(levels.LEVELS))


def _spread(grid: Grid, row: int, column: int) -> str:
    """Return a head, over all columns that it is merged across."""
    top, left, _, _ = grid.range_at(row, column)
    return joined(grid.own(row, column) or (grid.own(row, left) if top == row else ""))


def _above(grid: Grid, row: int, column: int) -> str:
    """Return the upper head of a column: merged across, or with blanks behind it as in a CSV."""
    own = _spread(grid, row, column)
    if own or not grid.own(row + 1, column) or _merges(grid, row):
        return own
    left = column
    while left > 1 and not grid.own(row, left) and grid.own(row + 1, left):
        left -= 1
    return joined(grid.own(row, left)) if grid.own(row + 1, left) else ""


def _merges(grid: Grid, row: int) -> bool:
    return bool(grid.by_row.get(row) or grid.by_row.get(row + 1))


def _has_second(grid: Grid, row: int) -> bool:
    """Say whether the next row divides heads of this one, rather than begins the table."""
    below = [column for column, _ in grid.filled(row + 1)]
    above = grid.filled(row)
    short = all(len(folded(value)) <= 12 and not folded(value).isdigit()
                for _, value in grid.filled(row + 1))  # fmt: skip
    if len(above) < 2 or len(below) < 2 or not short or any(_says_more(each) for _, each in above):
        return False
    return _divided_by_merging(grid, row, below) if _merges(grid, row) else _divided_by_blanks(
        grid, row, below
    )  # fmt: skip


def _says_more(head: str) -> bool:
    return any(sign in head for sign in "：:。；;")


def _divided_by_merging(grid: Grid, row: int, below: Sequence[int]) -> bool:
    for top, left, bottom, right in grid.by_row.get(row, ()):
        across = top == bottom == row and left < right
        if across and sum(1 for column in below if left <= column <= right) >= 2:
            return True
    return False


def _divided_by_blanks(grid: Grid, row: int, below: Sequence[int]) -> bool:
    """Say so where each lower head stands under a blank, or under one with a blank behind it."""
    starts = [
        column for column in below
        if grid.own(row, column) and column + 1 in below and not grid.own(row, column + 1)
    ]  # fmt: skip
    return bool(starts) and all(
        column in starts or (not grid.own(row, column) and column - 1 in below) for column in below
    )


def repeats(grid: Grid, row: int, head: Head) -> bool:
    """Say whether a row says the heads again, in one of their rows, as on a new page."""
    cells = [(column, folded(value)) for column, value in grid.filled(row)]
    for at in range(head.first, head.last + 1):
        again = {column: folded(value) for column, value in grid.filled(at)}
        same = sum(1 for column, value in cells if value and again.get(column) == value)
        if same >= 2 and same >= 0.8 * max(len(cells), len(again)):
            return True
    return False


def numbers_columns(grid: Grid, row: int, head: Head) -> bool:
    """Say whether a row below the heads only numbers the columns: 1, 2, 3 or (1), (2), (3)."""
    cells = [folded(value) for _, value in grid.filled(row)]
    counts = [int(value) for value in cells if value.isdecimal() and len(value) < 4]
    known = sum(1 for name in head.names if name)
    return (
        len(counts) >= 3
        and len(counts) >= 0.6 * known
        and all(after == before + 1 for before, after in pairwise(counts))
        and all(value.isdecimal() or value in "甲乙丙丁" for value in cells)
    )

"""What each column of a table holds, and what somebody made of that."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from riskmap.workbooks.book import letters
from riskmap.workbooks.found.cells import nothing
from riskmap.workbooks.found.fields import SEVERAL, Field
from riskmap.workbooks.found.grid import Grid
from riskmap.workbooks.found.heads import Head
from riskmap.workbooks.found.heads import choice as choice_of
from riskmap.workbooks.found.reasons import field_twice

_SAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of a table is taken for; hand it back with another field to change that.

    `heads` are the first and last row of the heads; `choice` is the level that a tick in this
    column means, where each level has a column of its own.
    """

    sheet: str
    heads: tuple[int, int]
    column: int
    head: str
    field: Field
    confidence: float
    samples: tuple[str, ...] = ()
    choice: str = ""


def columns(
    grid: Grid, head: Head, body: Iterable[int], changed: Iterable[Column] = ()
) -> tuple[Column, ...]:
    """Return what each column of a table holds, with samples from its rows.

    A column without a head that holds something is a remark named by its letters. FieldTwice where
    `changed` gives one field to two columns.
    """
    wanted = {each.column: each for each in changed if each.heads[0] == head.first}
    samples = _samples(grid, body)
    found = []
    for column in range(1, grid.width + 1):
        name = head.names[column - 1] if column <= len(head.names) else ""
        if not name and column not in samples and column not in wanted:
            continue
        column_ = _column(grid, head, column, name, tuple(samples.get(column, ())))
        if column in wanted:
            column_ = _changed(column_, wanted[column])
        found.append(column_)
    return tuple(_one_each(found, set(wanted)))


def _column(grid: Grid, head: Head, column: int, name: str, samples: tuple[str, ...]) -> Column:
    match = head.matched[column - 1]
    choice = ""
    if match and match.field is Field.LEVEL and choice_of(head.readings[column - 1]):
        choice = head.readings[column - 1][0]
    return Column(
        sheet=grid.name,
        heads=(head.first, head.last),
        column=column,
        head=name or letters(column),
        field=match.field if match else Field.REMARK,
        confidence=match.confidence if match else 0.0,
        samples=samples,
        choice=choice,
    )


def _changed(column: Column, wanted: Column) -> Column:
    choice = column.choice if wanted.field is Field.LEVEL else ""
    same = wanted.field is column.field
    return Column(
        column.sheet, column.heads, column.column, column.head, wanted.field,
        column.confidence if same else 1.0, column.samples, choice,
    )  # fmt: skip


def _one_each(columns: Sequence[Column], wanted: set[int]) -> Iterator[Column]:
    """Yield the columns, a field that somebody moved elsewhere taken from where it was found."""
    holders: dict[Field, Column] = {}
    for each in sorted(columns, key=lambda each: each.column not in wanted):
        other = holders.get(each.field)
        if other is None or each.field in SEVERAL or (each.choice and other.choice):
            holders[each.field] = each
        elif each.column in wanted and other.column in wanted:
            raise field_twice(each.sheet, other.head, each.head)
    kept = {each.column for each in holders.values()}
    for each in columns:
        free = each.field in SEVERAL or each.choice or each.column in kept
        yield each if free else Column(
            each.sheet, each.heads, each.column, each.head, Field.REMARK, 0.0, each.samples
        )  # fmt: skip


def _samples(grid: Grid, body: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in body:
        for column, value in grid.filled(row):
            kept = found.setdefault(column, [])
            if len(kept) < _SAMPLES and value not in kept and not nothing(value):
                kept.append(value)
    return found

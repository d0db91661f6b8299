"""A ledger as found: each row of a workbook taken in, refused, or left out and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from riskmap.register.rating import Level
from riskmap.workbooks.book import Book
from riskmap.workbooks.found import body, heads, leaving, levels, matching, records
from riskmap.workbooks.found.body import Line, Table
from riskmap.workbooks.found.cells import joined
from riskmap.workbooks.found.columns import Column, columns
from riskmap.workbooks.found.fields import Field, folded
from riskmap.workbooks.found.grid import Grid
from riskmap.workbooks.found.heads import Head
from riskmap.workbooks.found.levels import Word
from riskmap.workbooks.found.reasons import Why
from riskmap.workbooks.found.records import Refused, Row, Told, Words


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is no entry: where it stands, why it is none, and what it says."""

    sheet: str
    row: int
    why: Why
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a workbook holds: each row with anything in it is taken in, refused or left out.

    `read` counts these rows in the sheets themselves. An entry that fills several rows, because
    its risk is merged over them, counts as that many. `columns` may be changed and handed back;
    `levels` and `grades` are the words found, with what each is taken for.
    """

    rows: tuple[Row, ...]
    refused: tuple[Refused, ...]
    left_out: tuple[LeftOut, ...]
    columns: tuple[Column, ...]
    told: tuple[Told, ...]
    levels: tuple[Word, ...]
    grades: tuple[Word, ...]
    read: int


_Meaning = TypeVar("_Meaning", Level | None, int | None)


@dataclass(slots=True)
class _Finding:
    """What is found while the sheets are read."""

    words: Words
    rows: list[Row] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def leave(self, grid: Grid, row: int, why: Why) -> None:
        text = " | ".join(joined(value) for _, value in grid.filled(row))
        self.left_out.append(LeftOut(grid.name, row, why, text))


def found(
    book: Book,
    columns: Iterable[Column] | None = None,
    levels: Mapping[str, Level | None] | None = None,
    grades: Mapping[str, int | None] | None = None,
) -> Found:
    """Return what the sheets of a workbook hold, whatever form its tables have.

    `columns` are columns of an earlier `Found` with another field; one whose heads nobody found
    makes them heads. `levels` and `grades` say what further words mean, None for nothing. An entry
    whose level or grade nobody knows is refused. FieldTwice where two columns hold one field.
    """
    finding = _Finding(_words(levels or {}, grades or {}))
    changed = tuple(columns or ())
    read = 0
    for sheet in book.sheets:
        grid = Grid(sheet)
        read += sum(grid.anything)
        _read_sheet(finding, grid, [each for each in changed if each.sheet == grid.name])
    return Found(
        rows=tuple(finding.rows),
        refused=tuple(finding.refused),
        left_out=tuple(finding.left_out),
        columns=tuple(finding.columns),
        told=tuple(finding.told),
        levels=tuple(_listed(finding.words.level_words, finding.words.levels)),
        grades=tuple(_listed(finding.words.grade_words, finding.words.grades)),
        read=read,
    )


def _words(given: Mapping[str, Level | None], grades: Mapping[str, int | None]) -> Words:
    return Words(
        levels.by_fold({**levels.LEVELS, **given}), levels.by_fold({**levels.GRADES, **grades})
    )


def _listed(times: Mapping[str, int], words: Mapping[str, _Meaning]) -> Iterator[Word]:
    for word in sorted(times):
        try:
            yield Word(word, levels.meaning(word, words), True, times[word])
        except LookupError:
            yield Word(word, None, False, times[word])


def _read_sheet(finding: _Finding, grid: Grid, changed: Sequence[Column]) -> None:
    rows = [row for row, anything in enumerate(grid.anything, start=1) if anything]
    tops = [] if grid.hidden else heads.heads(grid, {each.heads for each in changed})
    if not tops:
        why = Why.HIDDEN if grid.hidden else _headless(grid)
        for row in rows:
            finding.leave(grid, row, why if grid.filled(row) else Why.BLANK)
        return
    own = _with_own_heads(grid, tops)
    for row in (row for row in rows if row < own[0].first):
        finding.leave(grid, row, leaving.above(grid, row))
    titles = _above_first(rows, own[0])
    for head, following in zip(own, [*own[1:], None], strict=True):
        end = following.first if following else len(grid.rows) + 1
        below = _titles_of(grid, head, following)
        inside = [row for row in rows if head.first <= row < end and row not in below]
        table = _table(grid, head, titles, inside, changed)
        finding.columns += table.columns
        _read_table(finding, table, inside)
        for row in sorted(below):
            finding.leave(grid, row, Why.TITLE)
        titles = sorted(below)


def _headless(grid: Grid) -> Why:
    """Return why a sheet without heads is not read: they may stand in its first two columns."""
    for column in (1, 2):
        named = [matching.named(joined(grid.own(row, column)))
                 for row in range(1, min(len(grid.rows), 60) + 1)]  # fmt: skip
        fields = {field for each in named for field in each}
        if len([each for each in named if each]) >= 3 and fields & heads.ANCHORS:
            return Why.SIDEWAYS
    return Why.NO_HEAD


def _with_own_heads(grid: Grid, tops: Sequence[Head]) -> list[Head]:
    """Return the heads that begin a table; those that only repeat the heads above do not."""
    own: list[Head] = []
    for head in tops:
        if not own or not heads.repeats(grid, head.first, own[-1]):
            own.append(head)
    return own


def _above_first(rows: Iterable[int], head: Head) -> list[int]:
    return [row for row in rows if row < head.first]


def _titles_of(grid: Grid, head: Head, following: Head | None) -> set[int]:
    if following is None:
        return set()
    known = sum(1 for name in following.names if name)
    return set(leaving.titles(grid, following.first - 1, head.last, known))


def _table(
    grid: Grid,
    head: Head,
    titles: Sequence[int],
    inside: Sequence[int],
    changed: Sequence[Column],
) -> Table:
    rows = tuple(row for row in inside if row > head.last)
    entries = [row for row in rows if leaving.footer(grid, row, None) is None
               and not heads.repeats(grid, row, head)]  # fmt: skip
    known = columns(grid, head, entries, changed)
    said = leaving.said_above(grid, titles)
    held = {each.field for each in known}
    return Table(grid, head, known, tuple(titles), rows,
                 {key: value for key, value in said.items() if key not in held})  # fmt: skip


@dataclass(slots=True)
class _Reader:
    """The rows of one table while they are read, from top to bottom."""

    finding: _Finding
    table: Table
    marked: bool
    known: int
    lines: list[Line] = field(default_factory=list)
    section: str = ""
    before: Line | None = None
    after: Why | None = None

    def leave(self, row: int, why: Why) -> None:
        if why not in _INSIDE:
            self.end()
        if why is Why.SECTION:
            self.section = joined(self.table.grid.filled(row)[0][1])
            self.before = None
        self.after = why
        self.finding.leave(self.table.grid, row, why)

    def take(self, row: int) -> None:
        line = body.own_line(self.table, row, self.before)
        if self.lines and records.continues(self.table, line, self.lines[0]):
            self.lines.append(line)
        else:
            self.end()
            line = body.with_blanks_filled(self.table, line, self.before)
            self.before = line
            self.lines = [line]
        self.after = None

    def end(self) -> None:
        """Read the entry whose rows have been gathered."""
        if not self.lines:
            return
        entry, told = records.read(
            self.table,
            self.lines,
            self.finding.words,
            section=self.section,
            marked=self.marked,
        )
        if isinstance(entry, Row):
            self.finding.rows.append(entry)
        else:
            self.finding.refused.append(entry)
        self.finding.told += told
        self.lines = []


_INSIDE: Final = frozenset({Why.BLANK, Why.PAGE, Why.REPEATED_HEAD, Why.TITLE})
"""What may stand between two rows of one entry, where a page ends."""


def _read_table(finding: _Finding, table: Table, inside: Iterable[int]) -> None:
    known = sum(1 for name in table.head.names if name)
    reader = _Reader(finding, table, records.uses_marks(table), known)
    states = records.stated(table) is not None
    for row in inside:
        why = _why(reader, row)
        if why is None and not states:
            why = Why.NO_RISK_COLUMN
        if why is None:
            reader.take(row)
        else:
            reader.leave(row, why)
    reader.end()


def _why(reader: _Reader, row: int) -> Why | None:
    """Return why a row of a table is no entry; None where it is one, or part of one."""
    table, grid = reader.table, reader.table.grid
    if row <= table.head.last:
        return Why.HEAD
    if grid.filled(row) and heads.repeats(grid, row, table.head):
        return Why.REPEATED_HEAD
    if heads.numbers_columns(grid, row, table.head):
        return Why.HEAD
    why = leaving.footer(grid, row, reader.after) or _title_again(table, row)
    return why or _of_little(reader, row)


def _title_again(table: Table, row: int) -> Why | None:
    said = [value for _, value in table.grid.filled(row)]
    again = any(said == [value for _, value in table.grid.filled(each)] for each in table.titles)
    return Why.TITLE if again else None


def _of_little(reader: _Reader, row: int) -> Why | None:
    """Return why a row is no entry although it is none of the lines around a table."""
    grid = reader.table.grid
    filled = grid.filled(row)
    first, value = filled[0][0], joined(filled[0][1])
    if leaving.total(value):
        return Why.TOTAL
    if leaving.example(value):
        return Why.EXAMPLE
    line = body.own_line(reader.table, row, reader.before)
    serial = {each.column for each in reader.table.of(Field.SERIAL, Field.CODE)}
    if line.own <= serial and not line.above and (not line.own or folded(value).isdecimal()):
        return Why.UNFILLED
    if (
        leaving.heading(grid, row, reader.known, _main(reader.table))
        or line.own == {first} <= serial
    ):
        return Why.SECTION
    return _none_stated(reader.table, line)


def _main(table: Table) -> int:
    main = records.stated(table)
    return main.column if main else 0


def _none_stated(table: Table, line: Line) -> Why | None:
    main = records.stated(table)
    says = main is not None and main.column in line.own and leaving.no_risk(
        joined(line.cells[main.column])
    )  # fmt: skip
    return Why.NO_RISK if says else None

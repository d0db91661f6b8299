"""Entries of a table, each of one row or of several that are merged, read into fields."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from riskmap.document.sentences import Said
from riskmap.register import rating
from riskmap.register.rating import Level
from riskmap.workbooks.book import cell_name
from riskmap.workbooks.found import cells, levels, reasons
from riskmap.workbooks.found.body import Line, Table
from riskmap.workbooks.found.columns import Column
from riskmap.workbooks.found.fields import LABELS, PERSONS, Field
from riskmap.workbooks.found.parts import Part, parts, sections, unmarked
from riskmap.workbooks.found.reasons import Problem

STATED: Final = (Field.RISK, Field.MANIFESTATION, Field.ITEM)
"""What states a risk, the first of them that a table has a column for."""

_ADDS: Final = frozenset(
    {Field.MEASURES, Field.BASIS, Field.INDICATOR, Field.EVIDENCE, Field.FREQUENCY}
)
_MAY_ADD: Final = _ADDS | PERSONS | {Field.REMARK}


_REPEATED: Final = frozenset(LABELS) | {
    Field.LEVEL,
    Field.LIKELIHOOD,
    Field.SEVERITY,
    Field.SCORE,
}
"""What is often written in each row of an entry although it is the entry's as a whole."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of an entry, the head of the column and the row that it stands in."""

    text: str
    number: str
    marks: str
    head: str
    row: int


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of a ledger. `numbers` are the rows of the sheet that make it up.

    `fields` are the texts of the fields that have one, names without blanks; `filled` are those
    that it takes from above because its own cell is blank or says ditto, or from the title.
    `remarks` are head and text of each column that no field is known for; `section` is the
    heading inside the table that the row stands under.
    """

    sheet: str
    numbers: tuple[int, ...]
    fields: Mapping[Field, str]
    manifestations: tuple[Part, ...] = ()
    measures: tuple[Measure, ...] = ()
    level: Level | None = None
    likelihood: int | None = None
    severity: int | None = None
    remarks: tuple[tuple[str, str], ...] = ()
    section: str = ""
    filled: frozenset[Field] = frozenset()

    @property
    def statement(self) -> str:
        """Return the risk in a sentence: the risk, or its manifestations, or the item."""
        return (
            self.fields.get(Field.RISK)
            or "；".join(each.text.rstrip("。") for each in self.manifestations)
            or self.fields.get(Field.ITEM, "")
        )

    def pairs(self) -> tuple[tuple[Part, tuple[Measure, ...]], ...]:
        """Return manifestations with the measures of their numbers, as 1.1 answers 1.1.

        Empty unless each is numbered, no number twice among the manifestations.
        """
        numbers = [each.number for each in self.manifestations]
        answers = [each.number for each in self.measures]
        if not all(numbers) or not all(answers) or len(set(numbers)) < max(len(numbers), 2):
            return ()
        return tuple(
            (each, tuple(answer for answer in self.measures if answer.number == each.number))
            for each in self.manifestations
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that cannot be taken in as it is: its rows, and each cell that is the reason."""

    sheet: str
    numbers: tuple[int, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody should look at in an entry that is taken in; nothing is changed by it."""

    sheet: str
    row: int
    cell: str
    said: Said


@dataclass(frozen=True)
class Words:
    """The meanings of words for levels and grades, and how often each was found."""

    levels: Mapping[str, Level | None]
    grades: Mapping[str, int | None]
    level_words: Counter[str] = field(default_factory=Counter)
    grade_words: Counter[str] = field(default_factory=Counter)


def stated(table: Table) -> Column | None:
    """Return the column that states the risks of a table; None where none does."""
    return next((each for field in STATED for each in table.of(field)), None)


def uses_marks(table: Table) -> bool:
    """Say whether a table grades its risks by ▲ or ★, so that one without is of the lowest grade.

    They stand in the column of levels, or where there is none with the risks themselves.
    """
    level = [each for each in table.of(Field.LEVEL) if not each.choice]
    if level:
        texts = (table.grid.own(row, each.column) for each in level for row in table.rows)
        found = {each for each in texts if not cells.nothing(each)}
        return bool(found) and all(not levels.folded(each).strip("★▲△☆") for each in found)
    columns = () if table.of(Field.LEVEL) else table.of(Field.RISK, Field.MANIFESTATION)
    return any(
        part.marks
        for column in columns
        for row in table.rows
        for part in parts(table.grid.own(row, column.column))
    )


def continues(table: Table, line: Line, before: Line) -> bool:
    """Say whether a row only adds to the entry above it.

    It does if it has no risk, number or place of its own, but measures, bases and the like; or
    manifestations, where risk, level and measures stand once for all of them.
    """
    main = stated(table)
    own = {
        each.field
        for each in table.columns
        if each.column in line.own and not _says_the_same(each, line, before)
    }
    if main is None or main.column in line.own or not own:
        return False
    held = main.column in line.merged
    if Field.MANIFESTATION in own:
        once = table.of(Field.MEASURES) and not own & {Field.MEASURES, Field.LEVEL}
        return bool(once) and own <= _MAY_ADD | {Field.MANIFESTATION} and _states(main, before)
    return own <= _MAY_ADD and (held or bool(own & _ADDS)) and _states(main, before)


def _says_the_same(column: Column, line: Line, before: Line) -> bool:
    same = line.cells[column.column] == before.cells.get(column.column)
    return same and column.field in _REPEATED


def _states(main: Column, before: Line) -> bool:
    return bool(before.cells.get(main.column))


@dataclass(slots=True)
class _Reading:
    """An entry while it is read."""

    table: Table
    lines: Sequence[Line]
    words: Words
    marked: bool
    problems: list[Problem] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def cell(self, column: Column) -> str:
        return cell_name(self.lines[0].row, column.column)

    def refuse(self, column: Column, value: str, said: Said) -> None:
        self.problems.append(Problem(self.cell(column), value, said))

    def tell(self, column: Column, said: Said) -> None:
        self.told.append(Told(self.table.grid.name, self.lines[0].row, self.cell(column), said))

    def first(self, column: Column) -> str:
        return self.lines[0].cells[column.column]

    def values(self, column: Column) -> Iterator[tuple[int, str]]:
        """Yield what a column says of the entry, with the row: once where it is merged."""
        for at, line in enumerate(self.lines):
            value = line.cells[column.column]
            if value and (at == 0 or column.column in line.own | line.above):
                yield line.row, value


def read(
    table: Table, lines: Sequence[Line], words: Words, *, section: str, marked: bool
) -> tuple[Row | Refused, tuple[Told, ...]]:
    """Return an entry of one row or several, or what it is refused for; and what is told of it."""
    reading = _Reading(table, lines, words, marked)
    _look_for_errors(reading)
    fields, risk_marks = _texts(reading)
    manifestations, marks = _manifestations(reading)
    level = _level(reading, fields, risk_marks or marks)
    likelihood = _grade(reading, Field.LIKELIHOOD)
    severity = _grade(reading, Field.SEVERITY)
    measures = tuple(_measures(reading, fields))
    row = Row(
        sheet=table.grid.name,
        numbers=tuple(each.row for each in lines),
        fields=fields,
        manifestations=manifestations,
        measures=measures,
        level=level,
        likelihood=likelihood,
        severity=severity,
        remarks=tuple(_remarks(reading)),
        section=section,
        filled=_filled(reading, fields),
    )
    main = stated(table)
    if main and not row.statement:
        reading.refuse(main, "", reasons.no_risk_stated())
    if reading.problems:
        return Refused(row.sheet, row.numbers, tuple(reading.problems)), ()
    _compare(reading, row)
    return row, tuple(reading.told)


def _look_for_errors(reading: _Reading) -> None:
    for line in reading.lines:
        for column in reading.table.columns:
            value = line.cells[column.column]
            if value in cells.ERRORS and column.column in line.own:
                name = cell_name(line.row, column.column)
                reading.problems.append(Problem(name, value, reasons.broken_value(value)))


def _texts(reading: _Reading) -> tuple[dict[Field, str], str]:
    """Return the texts of the fields that hold one, and the marks of the risk."""
    found = {key: _shaped(key, value) for key, value in reading.table.said_above.items()}
    marks = ""
    for column in reading.table.columns:
        if column.field in (Field.MEASURES, Field.MANIFESTATION, Field.REMARK) or column.choice:
            continue
        texts = [_shaped(column.field, value) for _, value in reading.values(column)]
        if column.field is Field.RISK and texts:
            texts, marks = _risk(reading, column, texts)
        if texts:
            found[column.field] = _SEPARATED.get(column.field, "；").join(dict.fromkeys(texts))
    return found, marks


_SEPARATED: Final = dict.fromkeys(PERSONS, "、")


def _shaped(field: Field, value: str) -> str:
    shape: Callable[[str], str] = cells.joined
    if field in LABELS:
        shape = cells.label
    elif field in PERSONS:
        shape = cells.person
    elif field is Field.RISK:
        shape = str
    return shape(value)


def _risk(reading: _Reading, column: Column, texts: Sequence[str]) -> tuple[list[str], str]:
    """Return a risk without its number and marks; one that states several stays as it is."""
    whole = "\n".join(texts)
    found = parts(whole)
    numbered = [each for each in found if each.number]
    if len(numbered) > 1:
        reading.tell(column, reasons.several_risks(len(numbered)))
        return [cells.joined(whole)], max((each.marks for each in found), key=len)
    bare, marks = unmarked(cells.joined(whole))
    if numbered and len(found) == 1:
        bare, marks = found[0].text, found[0].marks
    return ([bare], marks) if reading.marked else ([bare if not marks else whole], "")


def _manifestations(reading: _Reading) -> tuple[tuple[Part, ...], str]:
    """Return the manifestations, split where they are numbered, and the gravest marks of them."""
    found: list[Part] = []
    for column in reading.table.of(Field.MANIFESTATION):
        for _, value in reading.values(column):
            split = parts(value)
            if not any(each.number for each in split):
                text, marks = unmarked(cells.joined(value))
                split = (Part(text, "", marks),)
            found += split
    return tuple(found), max((each.marks for each in found), key=len, default="")


def _measures(reading: _Reading, fields: dict[Field, str]) -> Iterator[Measure]:
    """Yield the measures; bases that stand in the same cells go to their field."""
    for column in reading.table.of(Field.MEASURES):
        for row, value in reading.values(column):
            basis, rest = sections(value)
            if basis:
                held = fields.get(Field.BASIS, "")
                fields[Field.BASIS] = "；".join(filter(None, (held, cells.joined(basis))))
            for part in parts(rest):
                yield Measure(part.text, part.number, part.marks, column.head, row)


def _remarks(reading: _Reading) -> Iterator[tuple[str, str]]:
    for column in reading.table.of(Field.REMARK):
        for _, value in reading.values(column):
            yield column.head, cells.joined(value)


def _filled(reading: _Reading, fields: Mapping[Field, str]) -> frozenset[Field]:
    line = reading.lines[0]
    above = {each.field for each in reading.table.columns if each.column in line.above}
    held = {each.field for each in reading.table.columns if line.cells[each.column]}
    return frozenset(above | {key for key in fields if key in reading.table.said_above} - held)


def _level(reading: _Reading, fields: dict[Field, str], marks: str) -> Level | None:
    columns = reading.table.of(Field.LEVEL)
    ticked = [each for each in columns if each.choice and reading.first(each)]
    if len(ticked) > 1:
        reading.refuse(ticked[1], reading.first(ticked[1]), reasons.two_levels())
        return None
    word = ticked[0].choice if ticked else fields.get(Field.LEVEL, "") or marks
    if not word and reading.marked:
        word = levels.UNMARKED
    if not word:
        return None
    fields[Field.LEVEL] = word
    reading.words.level_words[word] += 1
    try:
        return levels.meaning(word, reading.words.levels)
    except LookupError:
        column = (ticked or columns or reading.table.of(Field.RISK, Field.MANIFESTATION))[0]
        reading.refuse(column, word, reasons.unknown_level(word))
        return None


def _grade(reading: _Reading, field: Field) -> int | None:
    for column in reading.table.of(field):
        word = cells.joined(reading.first(column))
        if not word:
            return None
        reading.words.grade_words[word] += 1
        try:
            return levels.meaning(word, reading.words.grades)
        except LookupError:
            reading.refuse(column, word, reasons.unknown_grade(word, column.head))
    return None


def _compare(reading: _Reading, row: Row) -> None:
    """Tell where score, level and numbers do not agree with each other."""
    if row.likelihood is not None and row.severity is not None:
        product = rating.score(row.likelihood, row.severity)
        given = row.fields.get(Field.SCORE, "")
        for column in reading.table.of(Field.SCORE):
            if given and given != str(product):
                reading.tell(column, reasons.score_differs(given, product))
        for column in reading.table.of(Field.LEVEL)[:1]:
            if row.level not in (None, rating.level(row.likelihood, row.severity)):
                reading.tell(column, reasons.level_differs(row.fields[Field.LEVEL], product))
    lonely = _without_partner(row)
    for column in reading.table.of(Field.MANIFESTATION):
        if lonely:
            reading.tell(column, reasons.unanswered("、".join(lonely)))


def _without_partner(row: Row) -> Iterable[str]:
    if not any("." in each.number for each in row.manifestations) or not row.measures:
        return ()  # 1, 2, 3 on both sides count each side for itself
    risks = [each.number for each in row.manifestations if each.number]
    answers = [each.number for each in row.measures if each.number]
    return [each for each in dict.fromkeys([*risks, *answers])
            if each not in risks or each not in answers]  # fmt: skip

"""How a ledger as found is to be read: what its reader chose, kept beside the file as JSON."""

from typing import Final

import msgspec

from riskmap.register.rating import Level
from riskmap.register.terms import Control, RiskKind
from riskmap.workbooks.found.columns import Column
from riskmap.workbooks.found.fields import Field

CREATE: Final = "+"
"""A place for which a unit, an office or a post is added."""

LEAVE: Final = "-"
"""A place whose rows are left out."""


class ColumnChoice(msgspec.Struct, frozen=True):
    """What a column of a table holds; the table is told by the first and last row of its heads."""

    sheet: str
    first: int
    last: int
    column: int
    field: Field


class Choices(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody chose; what is not named here is as it is guessed.

    `levels` and `grades` are words with what they mean, "" and 0 for nothing. `places` are names
    as `places.Place.key` writes them, with the code of a node, `CREATE` or `LEAVE`; `below` says
    under which node a place is created. `category`, `kind`, `control` and `step` are for rows that
    name none, `unrated` is the level of items that have none, "" where such rows are refused.
    `register` and `maps` say what is taken in.
    """

    columns: tuple[ColumnChoice, ...] = ()
    levels: dict[str, str] = {}
    grades: dict[str, int] = {}
    places: dict[str, str] = {}
    below: dict[str, str] = {}
    category: str = "台账导入"
    kind: RiskKind = RiskKind.DUTY
    control: Control = Control.RULE
    unrated: str = ""
    step: str = "履行岗位职责（环节待补）"
    register: bool = True
    maps: bool = True

    def to_json(self) -> str:
        """Return the choices as text, never an empty one."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str) -> "Choices":
        """Return the choices that `to_json` wrote."""
        return msgspec.json.decode(text, type=cls)

    def columns_of_tables(self) -> list[Column]:
        """Return the chosen columns as the reader of ledgers takes them."""
        return [
            Column(each.sheet, (each.first, each.last), each.column, "", each.field, 1.0)
            for each in self.columns
        ]

    def level_meanings(self) -> dict[str, Level | None]:
        """Return what words for levels mean."""
        return {word: Level(level) if level else None for word, level in self.levels.items()}

    def grade_meanings(self) -> dict[str, int | None]:
        """Return what words for grades mean."""
        return {word: grade or None for word, grade in self.grades.items()}

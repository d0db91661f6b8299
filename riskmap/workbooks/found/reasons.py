"""Why a row of a ledger was left out or refused, and what is told of those taken in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from riskmap.document.sentences import Said, say


class Why(StrEnum):
    """Why a row holds no risk to take in; `SENTENCES` says it."""

    BLANK = "blank"
    TITLE = "title"
    ABOVE_HEAD = "above-head"
    HEAD = "head"
    REPEATED_HEAD = "repeated-head"
    SECTION = "section"
    EXAMPLE = "example"
    UNFILLED = "unfilled"
    NO_RISK = "no-risk"
    TOTAL = "total"
    NOTE = "note"
    SIGNATURE = "signature"
    PAGE = "page"
    NO_RISK_COLUMN = "no-risk-column"
    NO_HEAD = "no-head"
    SIDEWAYS = "sideways"
    HIDDEN = "hidden"


SENTENCES: Final = {
    Why.BLANK: say("The row holds nothing but blanks."),
    Why.TITLE: say("A line of the title."),
    Why.ABOVE_HEAD: say("The row stands above the heads of the table."),
    Why.HEAD: say("The heads of the table."),
    Why.REPEATED_HEAD: say("The heads once more, as on a new page."),
    Why.SECTION: say("A heading inside the table; the rows below it carry it."),
    Why.EXAMPLE: say("An example of how to fill the table in."),
    Why.UNFILLED: say("A number and nothing beside it."),
    Why.NO_RISK: say("The row says that there is no risk."),
    Why.TOTAL: say("A total."),
    Why.NOTE: say("A note on the table."),
    Why.SIGNATURE: say("A line for signatures, names or dates."),
    Why.PAGE: say("The number of a page."),
    Why.NO_RISK_COLUMN: say("No column of this table states risks; say which one does."),
    Why.NO_HEAD: say("No row of this sheet reads like the heads of a ledger; say which one does."),
    Why.SIDEWAYS: say(
        "The heads of this sheet stand in a column; turn the sheet so that they stand in a row."
    ),
    Why.HIDDEN: say("The sheet is hidden; show it in the workbook if it is to be read."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell for which a row is refused: its name such as C7, what it holds, and why."""

    cell: str
    value: str
    said: Said


class FieldTwice(ValueError):
    """Two columns of one table were said to hold the same field; `said` tells which."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.text())
        self.said = said


def field_twice(sheet: str, one: str, other: str) -> FieldTwice:
    """Return the error for two columns, named by their heads, with one field."""
    return FieldTwice(
        say(
            "On sheet “%(sheet)s”, columns “%(one)s” and “%(other)s” are said to hold the same; "
            "choose one.",
            sheet=sheet,
            one=one,
            other=other,
        )
    )


def no_risk_stated() -> Said:
    """Return why a row without a risk is refused."""
    return say("The row states no risk; write one, or say which column holds it.")


def unknown_level(word: str) -> Said:
    """Return why a row whose level nobody knows is refused."""
    return say("“%(word)s” is no level that is known; say which level it means.", word=word)


def two_levels() -> Said:
    """Return why a row with more than one level ticked is refused."""
    return say("More than one level is ticked; keep one.")


def unknown_grade(word: str, head: str) -> Said:
    """Return why a row whose likelihood or severity cannot be read is refused."""
    return say(
        "“%(word)s” under “%(head)s” is no grade from 1 to 4; say which grade it means.",
        word=word,
        head=head,
    )


def broken_value(value: str) -> Said:
    """Return why a row is refused in which a spreadsheet could not work a value out."""
    return say("The cell shows %(value)s in place of a value; mend its formula.", value=value)


def score_differs(score: str, product: int) -> Said:
    """Return what is told where a score is not likelihood × severity."""
    return say(
        "The score is given as %(score)s; likelihood × severity is %(product)s.",
        score=score,
        product=product,
    )


def level_differs(word: str, product: int) -> Said:
    """Return what is told where a level is not that of likelihood × severity."""
    return say(
        "The level is given as “%(word)s”, which is not the level of "
        "likelihood × severity = %(product)s.",
        word=word,
        product=product,
    )


def several_risks(count: int) -> Said:
    """Return what is told where one cell states several risks."""
    return say("The cell states %(count)s risks; they are taken in as one.", count=count)


def unanswered(numbers: str) -> Said:
    """Return what is told where numbered risks and measures do not answer each other."""
    return say(
        "Risks and measures are paired by their numbers; these have no partner: %(numbers)s.",
        numbers=numbers,
    )

"""Why a file is not read: a sentence that says what, where, and what to do."""

from typing import Final

from riskmap.document.sentences import Said, say

LONGEST: Final = 32_767
"""Characters that a cell can hold."""


class Refused(Exception):
    """A file that is not read; `said` is the sentence, for the page to translate."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self.said = said

    def __str__(self) -> str:
        return self.said.text()


def damaged(part: str) -> Refused:
    """Return the refusal of a workbook one of whose parts is not whole."""
    return Refused(
        say(
            "The workbook is damaged (its part “%(part)s” is not whole). Upload it again; if that "
            "does not help, open it in Excel or WPS and save it as a new .xlsx.",
            part=part[:100],
        )
    )


def too_long(sheet: str, cell: str, length: int) -> Refused:
    """Return the refusal of a text that no cell of a workbook could hold."""
    return Refused(
        say(
            "Sheet “%(sheet)s”, cell %(cell)s holds %(length)s characters; a cell holds at most "
            "%(limit)s. Shorten it.",
            sheet=sheet,
            cell=cell,
            length=length,
            limit=LONGEST,
        )
    )

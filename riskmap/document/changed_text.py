"""Which letters of two texts differ, so that a reader need not compare them."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

ALIKE: Final = 0.4  # less alike than this, texts are two texts, and nothing in them is pointed at
LONGEST: Final = 2000  # signs of a text that are compared letter by letter
_PIECES: Final = re.compile(
    r"[0-9A-Za-z.%-]+|.", re.DOTALL
)  # a number or a code changes as a whole


@dataclass(frozen=True, slots=True)
class Run:
    """Some letters, and whether the other text lacks them."""

    text: str
    changed: bool


Runs = tuple[Run, ...]


def compared(old: str, new: str) -> tuple[Runs, Runs]:
    """Return both texts in runs; joined, they are the texts."""
    if max(len(old), len(new)) > LONGEST:
        return plain(old), plain(new)
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if not old or not new or matcher.ratio() < ALIKE:
        return plain(old), plain(new)
    runs: tuple[list[Run], list[Run]] = ([], [])
    for tag, first, last, begin, end in matcher.get_opcodes():
        for found, pieces in ((runs[0], before[first:last]), (runs[1], after[begin:end])):
            if pieces:
                found.append(Run("".join(pieces), tag != "equal"))
    return tuple(runs[0]), tuple(runs[1])


def plain(text: str) -> Runs:
    """Return a text as one run in which nothing is pointed at."""
    return (Run(text, False),) if text else ()

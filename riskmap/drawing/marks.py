"""Marks on parts of a chart: what a comparison or an audit wants seen, in colour and in grey.

Marks go by the key of a step, a flow line or a risk point; what else can be marked has its keys
from the functions below. Each has a word, a colour and a pattern of line of its own, so that it can
be told without colour; `SELECTED` is for the screen: no word. What is removed is drawn pale.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """Why a part of a chart is marked."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    MOVED = "moved"
    GAP = "gap"
    SELECTED = "selected"

    @property
    def word(self) -> str:
        """Return what a chart says at the part; nothing where it was only chosen."""
        return _WORDS[self]


@dataclass(frozen=True, slots=True)
class Noted:
    """A mark with words of its own: what was changed, and what it was before; may be empty."""

    mark: Mark
    word: str


Marks = Mapping[str, Mark | Noted]
_WORDS = {
    Mark.ADDED: "〔新增〕",
    Mark.CHANGED: "〔修改〕",
    Mark.REMOVED: "〔删除〕",
    Mark.MOVED: "〔移动〕",
    Mark.GAP: "〔缺口〕",
    Mark.SELECTED: "",
}


def head_key(actor: str) -> str:
    """Return by what the head of an actor's lane is marked."""
    return f"{actor}-head"


def office_key(code: str) -> str:
    """Return by what an office is marked: it may have a lane as well."""
    return f"{code}-office"


def measure_key(risk: str, code: str) -> str:
    """Return by what a measure of a risk point is marked."""
    return f"{risk}.{code}"


def word(marks: Marks, key: str) -> str:
    """Return what is said at a key's part before its own text."""
    mark = marks.get(key)
    return mark.word if mark else ""


def mark_of(marks: Marks, key: str) -> Mark | None:
    """Return how a key's part is drawn, None where it is not marked."""
    mark = marks.get(key)
    return mark.mark if isinstance(mark, Noted) else mark

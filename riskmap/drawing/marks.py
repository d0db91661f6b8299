"""Marks on parts of a chart: what a comparison or an audit wants seen, in colour and in grey.

Marks go by the key of a step, a flow line or a risk point. Each has a word, a colour and a pattern
of line of its own, so that it can be told without colour; `SELECTED` is for the screen: no word.
"""

from collections.abc import Mapping
from enum import StrEnum


class Mark(StrEnum):
    """Why a part of a chart is marked."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    GAP = "gap"
    SELECTED = "selected"

    @property
    def word(self) -> str:
        """Return what a chart says at the part; nothing where it was only chosen."""
        return _WORDS[self]


Marks = Mapping[str, Mark]
_WORDS = {
    Mark.ADDED: "〔新增〕",
    Mark.CHANGED: "〔修改〕",
    Mark.REMOVED: "〔删除〕",
    Mark.GAP: "〔缺口〕",
    Mark.SELECTED: "",
}


def word(marks: Marks, key: str) -> str:
    """Return what is said at a key's part before its own text."""
    mark = marks.get(key)
    return mark.word if mark else ""

"""What a cell shows for what it says, and back: names beside codes, words for closed sets."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Any, Final

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from riskmap.web.language import LANGUAGES
from riskmap.web.members import shown
from riskmap.workbooks.columns import Column, Kind
from riskmap.workbooks.rows import Snapshot
from riskmap.workbooks.texts import narrow

LONGEST_NAME: Final = 80
"""Of what is shown beside a code."""

YES: Final = _l("yes")
NO: Final = _l("no")


def named(name: str, code: str) -> str:
    """Return a row as a cell shows it: its name and its code."""
    return f"{name[:LONGEST_NAME].rstrip()} {code}" if name else code


def display(column: Column, said: str, known: Snapshot, on: str = "") -> str:
    """Return what a cell shows; `on` is the code of the map that the row belongs to."""
    return Showing(known).cell(column, said, on)


class Showing:
    """Says what cells show, of many of them: words are looked up once, in the language of now."""

    def __init__(self, known: Snapshot) -> None:
        self.known = known
        self.words: dict[str, dict[str, str]] = {}  # of closed sets, by the names of the sets

    def cell(self, column: Column, said: str, on: str = "") -> str:
        """Return what a cell shows; `on` is the code of the map that the row belongs to."""
        kind = column.kind
        if not said or kind in _AS_THEY_ARE:
            return said
        if kind is Kind.CODE:
            return named(self._label(column, said), said)
        if kind is Kind.STEP:
            return named(self.known.steps.get(on, {}).get(said, ""), said)
        if kind is Kind.CHOICE and column.members:
            return self._word(column.members, said)
        return str(YES) if kind is Kind.FLAG else said

    def _label(self, column: Column, code: str) -> str:
        for table in column.to:
            if found := self.known.label(table, code):
                return found
        return ""

    def _word(self, members: type[StrEnum], said: str) -> str:
        words = self.words.setdefault(members.__name__, {})
        if said not in words:
            words[said] = shown(members(said))
        return words[said]


_AS_THEY_ARE = frozenset({Kind.TEXT, Kind.LINES, Kind.NUMBER, Kind.DAY, Kind.CODES})


def words(members: type[StrEnum]) -> dict[str, str]:
    """Return the members of a closed set by every word for them, in all languages."""
    return _in_all_languages(members)


@cache
def _in_all_languages(members: type[StrEnum]) -> dict[str, str]:
    found = {same(each.value): each.value for each in members}
    for locale in LANGUAGES.values():
        with force_locale(locale):
            found |= {same(shown(each)): each.value for each in members}
    return found


def flag(text: str) -> str | None:
    """Return "1" for yes, "" for no, None for what is neither."""
    asked = same(text)
    if asked in ("", "0", "否", "no", "n", "false", "×", "✗"):
        return ""
    return "1" if asked in ("1", "是", "yes", "y", "true", "√", "✓", "对") else None


def member(members: type[StrEnum], text: str) -> str | None:
    """Return the value of the member that a word stands for, None where it is none."""
    return words(members).get(same(text))


def heads(texts: Iterable[Any]) -> list[set[str]]:
    """Return for each translated text how it may stand in a head, in all languages."""
    kept = list(texts)
    found: list[set[str]] = [set() for _each in kept]
    for locale in LANGUAGES.values():
        with force_locale(locale):
            for one, text in zip(found, kept, strict=True):
                one.add(same(str(text)))
    return found


def same(text: str) -> str:
    """Return a head or a word as it is compared: without the star of a must."""
    return narrow(text).casefold().rstrip("*").strip()

"""Sentences that can be said in either language: an English template and its values.

What finds faults knows nothing of languages; the page, the report or the command translates.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from riskmap.document.terms import Duty
from riskmap.organisation.tree import DutyClass, NodeLevel
from riskmap.register.rating import Level

Value = str | int  # a member of `TERMS` among them, which is said by its name
Translate = Callable[[str], str]
Name = Callable[[StrEnum], str]

TERMS: Final[tuple[type[StrEnum], ...]] = (Duty, DutyClass, Level, NodeLevel)
"""The closed sets whose members a sentence may name."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in English with %(name)s where its values stand; the catalogue translates it."""

    template: str
    values: tuple[tuple[str, Value], ...] = ()

    def text(self, translate: Translate = str, name: Name = str) -> str:
        """Return the sentence with its values in it, members of closed sets by their names."""
        shown = {
            key: name(value) if isinstance(value, StrEnum) else value for key, value in self.values
        }
        return translate(self.template) % shown


def say(template: str, **values: Value) -> Said:
    """Return a sentence; the catalogue of messages is extracted from calls of this."""
    return Said(template, tuple(sorted(values.items())))


def plain(value: Value) -> Any:
    """Return a value of a sentence as JSON holds it."""
    return [type(value).__name__, value.value] if isinstance(value, StrEnum) else value


def value(data: Any) -> Value:
    """Return the value that `plain` wrote."""
    if not isinstance(data, list):
        found: Value = data
        return found
    kind, value = data
    return next(each for each in TERMS if each.__name__ == kind)(value)

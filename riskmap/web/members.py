"""A choice from a closed set in a form: the members by their names on the screen."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from flask import current_app
from wtforms import SelectChoice, SelectField


def shown(value: Any) -> str:
    """Return a value as it stands on the screen; a member of a closed set by its name."""
    if value is None:
        return ""
    if isinstance(value, StrEnum):
        return str(current_app.jinja_env.filters["word"](value))
    return str(value)


def choices(members: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Return the choices of a filter: value and name."""
    return [(each.value, shown(each)) for each in members]


class MemberField(SelectField):
    """A choice from a closed set; its data is a member, None where nothing is chosen.

    `blank` is what stands for nothing.
    """

    def __init__(
        self,
        label: Any = "",
        validators: Sequence[Any] | None = None,
        *,
        members: type[StrEnum],
        blank: Any = "",
        **kwargs: Any,
    ) -> None:
        self.members = members
        self.blank = blank
        super().__init__(label, validators, coerce=self._member, choices=self._offered, **kwargs)
        self.type = "SelectField"  # what templates know it by

    def _member(self, value: str | None) -> StrEnum | None:
        return self.members(value) if value else None

    def _offered(self) -> list[SelectChoice]:
        named = [SelectChoice(each.value, shown(each)) for each in self.members]
        return [SelectChoice("", str(self.blank)), *named]

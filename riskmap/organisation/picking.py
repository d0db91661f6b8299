"""Picking a row by what is typed: its code, with or without the name behind it, or its name."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from riskmap.accounts.names import name_key


class Pickable(Protocol):
    """A row with a code and a name."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...


Row = TypeVar("Row", bound=Pickable)


def offered(row: Pickable) -> str:
    """Return what is typed into the field of a picker for a row."""
    return f"{row.code} {row.name}"


def picked(text: str, rows: Iterable[Row]) -> Row | None:
    """Return the row that a text names; None where it names none, or several by one name."""
    known = list(rows)
    code = text.split(maxsplit=1)[0].casefold() if text.strip() else ""
    for row in known:
        if row.code.casefold() == code:
            return row
    named = [row for row in known if name_key(row.name) == name_key(text)]
    return named[0] if len(named) == 1 else None

"""Putting a value of the record back: a new change, under the same rules as any other."""

from datetime import date
from typing import Any

from sqlalchemy import Boolean, Date, Enum, Integer
from sqlalchemy.exc import IntegrityError

from riskmap.db import AnySession, Model
from riskmap.history.events import Kind
from riskmap.history.models import Change
from riskmap.web.access import Policy

_MAPS = (
    "account_map", "limit_span", "map_basis", "risk_point", "risk_point_measure", "step",
    "transition",
)  # fmt: skip
_REGISTER = (
    "basis", "category", "item", "matter", "measure", "not_applicable", "statutory_limit",
)  # fmt: skip
_ORGANISATION = ("bureau", "holding", "node", "party", "person")
_NEVER = frozenset({"code", "key", "path", "parent_id", "parent_level", "position"})
"""Fields that are not a value of their own: issued once, or what stands in the way of others."""


class CannotRestore(ValueError):
    """A value that cannot be put back as things are now."""


def policy_for(subject: str) -> Policy | None:
    """Return what one must be allowed to do to put a value of a table back; None: nobody may."""
    for policy, tables in (
        (Policy.EDIT_MAPS, _MAPS),
        (Policy.EDIT_REGISTER, _REGISTER),
        (Policy.EDIT_ORGANISATION, _ORGANISATION),
    ):
        if subject in tables:
            return policy
    return None


def restorable(entry: Change, column: str) -> bool:
    """Return whether the value that a field had before an entry can be put back at all."""
    if entry.kind != Kind.CHANGED or column in _NEVER or policy_for(entry.subject) is None:
        return False
    return (entry.subject, column) != ("step", "number")  # it follows from the order


def model_of(subject: str) -> type[Any]:
    """Return the class of a table's rows."""
    found: dict[str, type[Any]] = {
        mapper.class_.__tablename__: mapper.class_ for mapper in Model.registry.mappers
    }
    return found[subject]


def put_back(session: AnySession, entry: Change, column: str, old: Any) -> Any:
    """Give a field the value it had before an entry and flush; return the row.

    Raises `CannotRestore` where the row is gone, or the value does not go with what is there now.
    """
    row = session.get(model_of(entry.subject), entry.row_id)
    if row is None:
        raise CannotRestore("gone")
    setattr(row, column, _typed(type(row).__table__.c[column].type, old))
    try:
        session.flush()
    except IntegrityError as error:
        raise CannotRestore("does not go together") from error
    return row


def _typed(kind: Any, value: Any) -> Any:
    """Return a value of the record as its column holds it."""
    if value is None or isinstance(kind, Boolean | Integer):
        return value
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value

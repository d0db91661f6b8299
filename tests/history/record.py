"""The record as tests read it."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from riskmap.history.models import Change


def recorded(session: Session, subject: str = "", *, kind: str = "") -> list[Change]:
    """Return the entries about rows of a table, or of a kind, in the order of their writing."""
    statement = select(Change).order_by(Change.id)
    if subject:
        statement = statement.where(Change.subject == subject)
    if kind:
        statement = statement.where(Change.kind == kind)
    return list(session.scalars(statement))


def fields(entry: Change) -> dict[str, Any]:
    """Return old and new value of each field that an entry is about."""
    found: dict[str, Any] = json.loads(entry.details)
    return found

"""The database: base class of all rows, connections, and the schema's version."""

from riskmap.db.base import (
    AnySession,
    Model,
    choice,
    db,
    not_blank,
    override_with_reason,
    shared_key,
)
from riskmap.db.times import UtcDateTime, now, today

__all__ = [
    "AnySession",
    "Model",
    "UtcDateTime",
    "choice",
    "db",
    "not_blank",
    "now",
    "override_with_reason",
    "shared_key",
    "today",
]

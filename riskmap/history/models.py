"""Rows of the record: changes and events, and the head of each chain."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from riskmap.db import Model, UtcDateTime


class Change(Model):
    """A row that was added, changed or taken away, or something that somebody did.

    `chain` is the bureau's id, 0 for what no bureau can be told of (a sign-in under a name that
    nobody has). `details` is JSON: per field, old and new value; of an event, what it was about.
    """

    __recorded__ = False
    __table_args__ = (
        UniqueConstraint("chain", "number"),
        Index(None, "bureau_id", "subject", "row_id"),
        Index(None, "bureau_id", "map_id"),
        Index(None, "user_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int | None] = mapped_column(ForeignKey("bureau.id"))
    chain: Mapped[int]
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None]
    who: Mapped[str] = mapped_column(String(100))  # as called then
    origin: Mapped[str] = mapped_column(String(64))  # address, or the command line
    request: Mapped[str] = mapped_column(String(32))  # what was done in one go shares it
    kind: Mapped[str] = mapped_column(String(32))  # of history.events.Kind
    subject: Mapped[str] = mapped_column(String(40))  # the table's name, "" of an event
    row_id: Mapped[int | None]
    map_id: Mapped[int | None]  # of a map and of what is below one
    name: Mapped[str] = mapped_column(String(200))  # code, key or name of the row as it was
    details: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class ChainHead(Model):
    """The newest entry of a chain; appending locks it."""

    __recorded__ = False
    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))

"""Workbooks that were handed in: the file, what it would do or did, and whether it was undone."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from riskmap.accounts.models import User
from riskmap.db import Model, UtcDateTime, choice, shared_key
from riskmap.organisation.models import Bureau


class ImportState(StrEnum):
    """How far an import is: shown, carried out, or carried out and undone."""

    SHOWN = "shown"
    DONE = "done"
    UNDONE = "undone"


class WorkbookImport(Model):
    """A workbook as it was handed in; `outcome` is what it would do, or did, as JSON.

    `choices` are how a ledger of another form is to be read, as JSON; "" for a workbook of ours.
    The rows that it changed are recorded one by one like any others; the file itself is not.
    """

    __recorded__ = False
    __table_args__ = (
        UniqueConstraint("bureau_id", "number"),
        shared_key("bureau_id", "user_id", User),
        Index(None, "bureau_id", "user_id"),
        CheckConstraint("(state = 'shown') = (done_at IS NULL)", name="done_when"),
        CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name="undone_when"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    number: Mapped[int]
    user_id: Mapped[int | None]
    who: Mapped[str] = mapped_column(String(100))  # as called then
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    name: Mapped[str] = mapped_column(String(200))  # of the file
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    outcome: Mapped[str] = mapped_column(Text, deferred=True)
    state: Mapped[ImportState] = mapped_column(choice(ImportState, "state_known"))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    choices: Mapped[str] = mapped_column(Text, default="", server_default="", deferred=True)

    __mapper_args__ = {"version_id_col": version}

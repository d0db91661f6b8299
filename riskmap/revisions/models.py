"""Rows of revisions: a map's document as it was handed in, and who signed it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from riskmap.accounts.models import User
from riskmap.db import Model, UtcDateTime, choice, not_blank, shared_key
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Bureau, Person
from riskmap.register.rating import Level
from riskmap.revisions.sign_offs import SignOffRole
from riskmap.revisions.states import RevisionState


class Revision(Model):
    """A map's document, frozen when it was handed in to be signed; it never changes again.

    `level` is that of its worst risk, `signed_at` the level that it is signed at: the worse of this
    and of the document in force before. What happens to it is recorded as events, not as changes.
    """

    __recorded__ = False
    __noted__ = True
    __table_args__ = (
        UniqueConstraint("map_id", "number"),
        UniqueConstraint("bureau_id", "id"),
        shared_key("bureau_id", "map_id", AccountMap),
        shared_key("bureau_id", "handed_in_by_id", User),
        CheckConstraint("number >= 1", name="number_range"),
        CheckConstraint(
            "(state IN ('approved', 'superseded', 'retired')) = (approved_on IS NOT NULL)",
            name="approved_on_a_day",
        ),
        CheckConstraint(
            "(state IN ('superseded', 'retired')) = (ended_on IS NOT NULL)", name="ended_on_a_day"
        ),
        not_blank("document"),
        Index(
            "uq_revision_one_open",
            "map_id",
            unique=True,
            sqlite_where=text("state IN ('submitted', 'signing')"),
            postgresql_where=text("state IN ('submitted', 'signing')"),
        ),
        Index(
            "uq_revision_one_in_force",
            "map_id",
            unique=True,
            sqlite_where=text("state = 'approved'"),
            postgresql_where=text("state = 'approved'"),
        ),
        Index(None, "bureau_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    map_id: Mapped[int]
    number: Mapped[int]
    state: Mapped[RevisionState] = mapped_column(choice(RevisionState, "state_known"))
    document: Mapped[str] = mapped_column(Text, deferred=True)
    digest: Mapped[str] = mapped_column(String(64))
    map_version: Mapped[int]  # of the working copy that was handed in
    level: Mapped[Level] = mapped_column(choice(Level, "level_known"))
    signed_at: Mapped[Level] = mapped_column(choice(Level, "signed_at_known"))
    note: Mapped[str] = mapped_column(Text, default="")  # what is new, as who handed it in says
    handed_in_by_id: Mapped[int | None]
    handed_in_by: Mapped[str] = mapped_column(String(100))  # as called then
    handed_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")  # why it was sent back, or retired
    approved_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class SignOff(Model):
    """A signature: a box of the sign-off block, who signed it, on which day; only ever added to.

    `person_id` is the person who signed, if the user is one of the bureau's, or if it was signed
    on paper before riskmap; `number` that of the minutes or of the filing.
    """

    __recorded__ = False
    __noted__ = True
    __table_args__ = (
        UniqueConstraint("revision_id", "box"),
        shared_key("bureau_id", "revision_id", Revision),
        shared_key("bureau_id", "user_id", User),
        shared_key("bureau_id", "person_id", Person),
        not_blank("who"),
        Index(None, "bureau_id", "revision_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    revision_id: Mapped[int]
    box: Mapped[SignOffRole] = mapped_column(choice(SignOffRole, "box_known"))
    user_id: Mapped[int | None]
    person_id: Mapped[int | None]
    who: Mapped[str] = mapped_column(String(100))
    day: Mapped[date]
    number: Mapped[str] = mapped_column(String(100), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class RevisionRemark(Model):
    """What somebody says of a step of a revision, or of the whole of it; only ever added to.

    `step` is the step's key in the revision's document, "" for the map as a whole.
    """

    __recorded__ = False
    __noted__ = True
    __table_args__ = (
        shared_key("bureau_id", "revision_id", Revision),
        shared_key("bureau_id", "user_id", User),
        not_blank("who"),
        not_blank("text"),
        Index(None, "bureau_id", "revision_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    revision_id: Mapped[int]
    step: Mapped[str] = mapped_column(String(40), default="")
    user_id: Mapped[int]
    who: Mapped[str] = mapped_column(String(100))  # as called then
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class RevisionReading(Model):
    """In which version somebody has read a revision that they may sign, and when last.

    That they read it is an event of the record; the row is what signing several together asks.
    """

    __recorded__ = False
    __table_args__ = (
        UniqueConstraint("revision_id", "user_id"),
        shared_key("bureau_id", "revision_id", Revision),
        shared_key("bureau_id", "user_id", User),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    revision_id: Mapped[int]
    user_id: Mapped[int]
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)

"""Rows of rounds of review: a round, its maps, and the signatures that carried some forward."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from riskmap.accounts.models import User
from riskmap.db import Model, UtcDateTime, choice, not_blank, shared_key
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Bureau, Node, Person
from riskmap.revisions.models import Revision
from riskmap.rounds.outcomes import Outcome


class Round(Model):
    """A round of review of the maps at and below a node, or of all of a bureau where it has none.

    It never changes but to be closed, once.
    """

    __recorded__ = False
    __noted__ = True
    __table_args__ = (
        UniqueConstraint("bureau_id", "number"),
        UniqueConstraint("bureau_id", "id"),
        shared_key("bureau_id", "node_id", Node),
        shared_key("bureau_id", "started_by_id", User),
        shared_key("bureau_id", "closed_by_id", User),
        CheckConstraint("number >= 1", name="number_range"),
        CheckConstraint("due >= started_on", name="due_after_its_start"),
        CheckConstraint("closed_on >= started_on", name="closed_after_its_start"),
        CheckConstraint("(closed_on IS NULL) = (closed_by = '')", name="closed_by_somebody"),
        not_blank("title"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(100))
    node_id: Mapped[int | None]
    due: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    started_on: Mapped[date]
    started_by_id: Mapped[int | None]
    started_by: Mapped[str] = mapped_column(String(100))  # as called then
    closed_on: Mapped[date | None]
    closed_by_id: Mapped[int | None]
    closed_by: Mapped[str] = mapped_column(String(100), default="")


class RoundEntry(Model):
    """A map in a round, with the revision that was in force when the round began.

    While the round is open it has no `outcome`: that is told by revisions and signatures. Closing
    the round writes it down, with the revision in force then; a row with one never changes again.
    """

    __recorded__ = False
    __noted__ = True
    __table_args__ = (
        UniqueConstraint("round_id", "map_id"),
        UniqueConstraint("bureau_id", "id"),
        shared_key("bureau_id", "round_id", Round),
        shared_key("bureau_id", "map_id", AccountMap),
        shared_key("bureau_id", "revision_id", Revision),
        shared_key("bureau_id", "final_id", Revision),
        CheckConstraint("final_id IS NULL OR outcome IS NOT NULL", name="final_with_an_outcome"),
        Index(
            "uq_round_entry_one_open",
            "map_id",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index(None, "bureau_id", "round_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    round_id: Mapped[int]
    map_id: Mapped[int]
    revision_id: Mapped[int | None]
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome, "outcome_known"))
    final_id: Mapped[int | None]


class CarriedForward(Model):
    """A signature that a map is right as it stands; only ever added to."""

    __recorded__ = False
    __noted__ = True
    __table_args__ = (
        UniqueConstraint("round_entry_id"),
        shared_key("bureau_id", "round_entry_id", RoundEntry),
        shared_key("bureau_id", "revision_id", Revision),
        shared_key("bureau_id", "user_id", User),
        shared_key("bureau_id", "person_id", Person),
        not_blank("who"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    round_entry_id: Mapped[int]
    revision_id: Mapped[int]  # the document in force that was looked at
    user_id: Mapped[int | None]
    person_id: Mapped[int | None]
    who: Mapped[str] = mapped_column(String(100))
    day: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)

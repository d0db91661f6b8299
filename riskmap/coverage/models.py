"""Rows of audits: settings of the rules, runs, accepted gaps, findings with their evidence."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskmap.accounts.models import User
from riskmap.coverage.finding_states import FindingAct, FindingState
from riskmap.coverage.gaps import Kind, Severity
from riskmap.db import Model, UtcDateTime, choice, not_blank, shared_key
from riskmap.organisation.models import Bureau, Node

IDENTITY = String(400)
"""What names a gap from one audit to the next, see `Gap.identity`."""


class AuditParameter(Model):
    """A setting of the rules that a bureau has changed, with the reason."""

    __table_args__ = (Unique("bureau_id", "name"), not_blank("reason"))
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class AuditRun(Model):
    """An audit as it was made: what it looked at, by which rules, what it found. Never changed.

    `rules` and `gaps` are JSON; `facts` is the digest of what was looked at.
    """

    __table_args__ = (
        Unique("bureau_id", "number"),
        Unique("bureau_id", "id"),
        shared_key("bureau_id", "user_id", User),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date]
    user_id: Mapped[int | None]
    who: Mapped[str] = mapped_column(String(100))
    note: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[str] = mapped_column(String(64))
    figures: Mapped[str] = mapped_column(Text)
    rules: Mapped[str] = mapped_column(Text, deferred=True)
    gaps: Mapped[str] = mapped_column(Text, deferred=True)
    errors: Mapped[int]
    warnings: Mapped[int]
    notices: Mapped[int]


class Acceptance(Model):
    """A gap that is left as it is, with the reason, until a day."""

    __table_args__ = (
        Unique("bureau_id", "identity"),
        shared_key("bureau_id", "user_id", User),
        not_blank("reason"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    identity: Mapped[str] = mapped_column(IDENTITY)
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[date]
    user_id: Mapped[int]
    who: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Finding(Model):
    """An audit finding (审计问题): what is wrong, whose it is, by when it is mended.

    `identity` names the gap it was made from, "" for one that no rule found; the message is kept
    as the rule said it then. Who mended it does not close it.
    """

    __table_args__ = (
        Unique("bureau_id", "code"),
        Unique("bureau_id", "id"),
        shared_key("bureau_id", "node_id", Node),
        shared_key("bureau_id", "raised_by_id", User),
        shared_key("bureau_id", "mended_by_id", User),
        shared_key("bureau_id", "closed_by_id", User),
        CheckConstraint("closed_by_id <> mended_by_id", name="not_closed_by_who_mended"),
        CheckConstraint(
            "(state = 'closed') = (closed_by_id IS NOT NULL)", name="closed_by_someone"
        ),
        not_blank("code"),
        not_blank("title"),
        Index(None, "bureau_id", "identity"),
        Index(None, "bureau_id", "node_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    code: Mapped[str] = mapped_column(String(40))
    identity: Mapped[str] = mapped_column(IDENTITY, default="")
    rule: Mapped[str] = mapped_column(String(10), default="")
    severity: Mapped[Severity] = mapped_column(choice(Severity, "severity_known"))
    subject_kind: Mapped[Kind | None] = mapped_column(choice(Kind, "subject_kind_known"))
    subject_code: Mapped[str] = mapped_column(String(40), default="")
    subject_keys: Mapped[str] = mapped_column(String(200), default="")  # joined by +
    title: Mapped[str] = mapped_column(Text)
    demand: Mapped[str] = mapped_column(Text, default="")  # what is asked of the office
    node_id: Mapped[int]
    due: Mapped[date]
    state: Mapped[FindingState] = mapped_column(choice(FindingState, "state_known"))
    raised_by_id: Mapped[int]
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    mended_by_id: Mapped[int | None]
    closed_by_id: Mapped[int | None]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    node: Mapped[Node] = relationship(
        primaryjoin="foreign(Finding.node_id) == Node.id", viewonly=True
    )


class FindingEntry(Model):
    """Something that was done to a finding, and what was said with it; only ever added to."""

    __table_args__ = (
        Unique("bureau_id", "id"),
        shared_key("bureau_id", "finding_id", Finding),
        shared_key("bureau_id", "user_id", User),
        Index(None, "bureau_id", "finding_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int]
    finding_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int]
    who: Mapped[str] = mapped_column(String(100))
    act: Mapped[FindingAct] = mapped_column(choice(FindingAct, "act_known"))
    text: Mapped[str] = mapped_column(Text, default="")


class Evidence(Model):
    """A file that came with an answer. In the database, so that a backup holds it and no address
    leads to it but the page that asks who is asking."""

    __recorded_as_secret__ = ("content",)
    __table_args__ = (
        shared_key("bureau_id", "finding_id", Finding),
        shared_key("bureau_id", "entry_id", FindingEntry),
        CheckConstraint("size > 0", name="size_range"),
        not_blank("name"),
        Index(None, "bureau_id", "finding_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int]
    finding_id: Mapped[int]
    entry_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class YearFigure(Model):
    """A number as a year's report gave it: kept to be compared with, and recounted."""

    __table_args__ = (
        Unique("bureau_id", "year", "name"),
        CheckConstraint("value >= 0", name="value_range"),
        CheckConstraint("year BETWEEN 2000 AND 2200", name="year_range"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    year: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

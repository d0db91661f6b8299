"""Rows of jobs: what was asked for and by whom, how far it is, what came of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from riskmap.accounts.models import User
from riskmap.db import Model, UtcDateTime, choice, not_blank, shared_key
from riskmap.jobs.states import ENDED, JobState
from riskmap.organisation.models import Bureau

_ENDED = ", ".join(f"'{state.value}'" for state in ENDED)


class Job(Model):
    """A piece of work that was asked for in a request and is done outside it.

    `argument` and `paths` are JSON: what the handler is told, and the parts of the bureau that its
    result shows. Who runs it holds `lease` until `lease_until`; nobody else writes the row then.
    """

    __recorded__ = False  # what a job changes is recorded; how far it is, is not
    __table_args__ = (
        shared_key("bureau_id", "user_id", User),
        CheckConstraint("done >= 0 AND done <= total", name="done_range"),
        CheckConstraint("attempts >= 0", name="attempts_range"),
        CheckConstraint("(state = 'running') = (lease IS NOT NULL)", name="running_is_leased"),
        CheckConstraint("(lease IS NULL) = (lease_until IS NULL)", name="lease_ends"),
        CheckConstraint(f"(state IN ({_ENDED})) = (ended_at IS NOT NULL)", name="ended_at_a_time"),
        CheckConstraint("state = 'done' OR content IS NULL", name="result_when_done"),
        CheckConstraint("(content IS NULL) = (sha256 = '')", name="result_has_digest"),
        not_blank("kind"),
        Index(None, "state", "id"),
        Index(None, "user_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    user_id: Mapped[int | None]
    who: Mapped[str] = mapped_column(String(100), default="")
    origin: Mapped[str] = mapped_column(String(64), default="")
    request: Mapped[str] = mapped_column(String(32), default="")
    kind: Mapped[str] = mapped_column(String(40))
    argument: Mapped[str] = mapped_column(Text, default="{}")

    state: Mapped[JobState] = mapped_column(
        choice(JobState, "state_known"), default=JobState.QUEUED
    )
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)  # 0 where it cannot be counted
    step: Mapped[str] = mapped_column(String(200), default="")
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    paths: Mapped[str] = mapped_column(Text, default="[]")
    link: Mapped[str] = mapped_column(String(400), default="")
    name: Mapped[str] = mapped_column(String(200), default="")
    mimetype: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

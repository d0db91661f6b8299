"""Who runs which job: taken with a lease, kept by renewing it, given up at the end.

A process that dies renews nothing: once its lease has run out, the job is taken up again. A process
that is late finds another's lease in the row and leaves everything as it is.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from secrets import token_hex
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, delete, or_, select, update

from riskmap.db import AnySession, now
from riskmap.db.base import Base
from riskmap.db.connections import WRITING
from riskmap.jobs import models as _models  # noqa: F401 (the table)
from riskmap.jobs.handlers import File, Result
from riskmap.jobs.progress import say
from riskmap.jobs.states import ENDED, UNFINISHED, JobState

LEASE: Final = timedelta(seconds=15)
ATTEMPTS: Final = 3
KEPT: Final = timedelta(days=30)
"""How long a job and its result stay."""

CUT_OFF = say("The program that did it ended before it was ready, each time it was tried.")
UNFORESEEN = say("Something went wrong each time it was tried; the site's log says what.")

_JOBS: Table = Base.metadata.tables["job"]
_FREE: Final[dict[str, Any]] = {"lease": None, "lease_until": None}


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run a job, for the time being; `attempt` counts from 1."""

    job: int
    token: str
    attempt: int

    @property
    def held(self) -> ColumnElement[bool]:
        """Return the condition that a job's row is still under this lease."""
        return (_JOBS.c.id == self.job) & (_JOBS.c.lease == self.token)


class Standing(Enum):
    """What who runs a job learns when renewing."""

    GO_ON = auto()
    CANCELLED = auto()
    LOST = auto()


def _to_take(moment: datetime) -> ColumnElement[bool]:
    lapsed = and_(_JOBS.c.state == JobState.RUNNING, _JOBS.c.lease_until < moment)
    return or_(_JOBS.c.state == JobState.QUEUED, lapsed)


def take(engine: Engine, length: timedelta = LEASE) -> Lease | None:
    """Return a lease on the job that waits longest, None where none does.

    A job that was cut off too often has failed; one that was to stop when it was cut off, has.
    """
    with engine.connect() as connection:  # looking locks nobody out
        if connection.scalar(select(_JOBS.c.id).where(_to_take(now())).limit(1)) is None:
            return None
    with _writing(engine) as connection, connection.begin():
        while row := connection.execute(
            select(_JOBS.c.id, _JOBS.c.attempts, _JOBS.c.cancel_asked)
            .where(_to_take(now()))
            .order_by(_JOBS.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first():
            this = _JOBS.c.id == row.id
            if row.cancel_asked:
                _end(connection, this, JobState.CANCELLED)
            elif row.attempts >= ATTEMPTS:
                _end(connection, this, JobState.FAILED, error=CUT_OFF)
            else:
                lease = Lease(row.id, token_hex(16), row.attempts + 1)
                connection.execute(update(_JOBS).where(this).values(_taken(lease, length)))
                return lease
    return None


def _taken(lease: Lease, length: timedelta) -> dict[str, Any]:
    moment = now()
    return {
        "state": JobState.RUNNING,
        "lease": lease.token,
        "lease_until": moment + length,
        "attempts": lease.attempt,
        "started_at": moment,
        "done": 0,
        "total": 0,
        "step": "",
    }


def renew(
    engine: Engine, lease: Lease, length: timedelta, done: int, total: int, step: str
) -> Standing:
    """Keep a lease and write how far the job is; return whether to go on."""
    values = {"done": min(done, total), "total": total, "step": step[:200]}
    with _writing(engine) as connection, connection.begin():
        kept = connection.execute(
            update(_JOBS).where(lease.held).values(lease_until=now() + length, **values)
        )
        return _standing(connection, lease) if kept.rowcount else Standing.LOST


def look(engine: Engine, lease: Lease) -> Standing:
    """Return whether to go on, without writing."""
    with engine.connect() as connection:
        return _standing(connection, lease)


def _standing(connection: Connection, lease: Lease) -> Standing:
    asked = connection.scalar(select(_JOBS.c.cancel_asked).where(lease.held))
    if asked is None:
        return Standing.LOST
    return Standing.CANCELLED if asked else Standing.GO_ON


def finish(session: AnySession, lease: Lease, result: Result, paths: tuple[str, ...]) -> bool:
    """Keep a job's result in the session's transaction; False where it is no longer wanted.

    `paths` are the parts of the bureau that it shows. What the job itself wrote is committed with
    it by the caller, or rolled back.
    """
    wanted = lease.held & _JOBS.c.cancel_asked.is_(False)
    kept = session.connection().execute(
        update(_JOBS)
        .where(wanted)
        .values(state=JobState.DONE, ended_at=now(), paths=json.dumps(paths), error="", **_FREE)
        .values(_kept(result))
    )
    return bool(kept.rowcount)


def _kept(result: Result) -> dict[str, Any]:
    if not isinstance(result, File):
        return {"link": result.link}
    return {
        "name": result.name,
        "mimetype": result.mimetype,
        "size": len(result.content),
        "sha256": hashlib.sha256(result.content).hexdigest(),
        "content": result.content,
    }


def fail(engine: Engine, lease: Lease, error: str) -> None:
    """Say why a job cannot be done."""
    with _writing(engine) as connection, connection.begin():
        _end(connection, lease.held, JobState.FAILED, error=error)


def stop(engine: Engine, lease: Lease) -> None:
    """Say that a job stopped as somebody asked; one that nobody asked to stop is left alone."""
    with _writing(engine) as connection, connection.begin():
        _end(connection, lease.held & _JOBS.c.cancel_asked, JobState.CANCELLED)


def give_back(engine: Engine, lease: Lease, *, counts: bool) -> None:
    """Let a job wait again; `counts` says whether this was one of its attempts."""
    attempts = lease.attempt if counts else lease.attempt - 1
    with _writing(engine) as connection, connection.begin():
        connection.execute(
            update(_JOBS)
            .where(lease.held)
            .values(state=JobState.QUEUED, attempts=attempts, done=0, total=0, step="", **_FREE)
        )


def call_off(session: AnySession) -> None:
    """Let no job go on that waits or runs in a database that was restored from a backup.

    Who asked for them has seen them end since, or asks anew.
    """
    session.connection().execute(
        update(_JOBS)
        .where(_JOBS.c.state.in_(UNFINISHED))
        .values(state=JobState.CANCELLED, ended_at=now(), **_FREE)
    )


def forget(engine: Engine, before: datetime) -> int:
    """Delete the jobs that ended before a moment, with their results; return how many."""
    old = _JOBS.c.state.in_(ENDED) & (_JOBS.c.ended_at < before)
    with engine.connect() as connection:
        if connection.scalar(select(_JOBS.c.id).where(old).limit(1)) is None:
            return 0
    with _writing(engine) as connection, connection.begin():
        return connection.execute(delete(_JOBS).where(old)).rowcount


def _end(
    connection: Connection, which: ColumnElement[bool], state: JobState, error: str = ""
) -> None:
    connection.execute(
        update(_JOBS).where(which).values(state=state, ended_at=now(), error=error, **_FREE)
    )


def _writing(engine: Engine) -> Connection:
    return engine.connect().execution_options(**{WRITING: True})

"""Asking for a job, stopping one, asking for it once more."""

import json

from sqlalchemy import select

from riskmap.accounts.models import User
from riskmap.db import AnySession, now
from riskmap.history.events import actor
from riskmap.jobs.handlers import Argument
from riskmap.jobs.models import Job
from riskmap.jobs.states import AGAIN, ENDED, UNFINISHED, JobState
from riskmap.organisation.models import Bureau


class NotNow(RuntimeError):
    """What is asked of a job does not fit its state."""


def start(
    session: AnySession, kind: str, argument: Argument, bureau: Bureau, user: User | None
) -> Job:
    """Ask for a job in the caller's own transaction; it begins once that is committed.

    Who asks for the same while it waits or runs is given the one there is.
    """
    text = json.dumps(argument, ensure_ascii=False, sort_keys=True)
    user_id = user.id if user else None
    same = select(Job).where(
        Job.bureau_id == bureau.id,
        Job.user_id == user_id,
        Job.kind == kind,
        Job.argument == text,
        Job.state.in_(UNFINISHED),
        Job.cancel_asked.is_(False),
    )
    if found := session.scalars(same.order_by(Job.id)).first():
        return found
    who = actor()
    job = Job(
        bureau_id=bureau.id,
        user_id=user_id,
        who=who.name[:100],
        origin=who.origin[:64],
        request=who.request[:32],
        kind=kind,
        argument=text,
        created_at=now(),
    )
    session.add(job)
    session.flush()
    return job


def cancel(session: AnySession, job: Job) -> None:
    """Let a job not begin, or stop where it is; raises `NotNow` if it has ended."""
    session.refresh(job, with_for_update=True)
    if job.state in ENDED:
        raise NotNow(job.state)
    if job.state is JobState.RUNNING:
        job.cancel_asked = True  # who runs it looks
    else:
        job.state, job.ended_at = JobState.CANCELLED, now()
    session.flush()


def retry(session: AnySession, job: Job) -> None:
    """Ask once more for a job that failed or was stopped; raises `NotNow` for any other."""
    session.refresh(job, with_for_update=True)
    if job.state not in AGAIN:
        raise NotNow(job.state)
    job.state, job.cancel_asked, job.attempts, job.error = JobState.QUEUED, False, 0, ""
    job.done, job.total, job.step = 0, 0, ""
    job.started_at = job.ended_at = None
    session.flush()

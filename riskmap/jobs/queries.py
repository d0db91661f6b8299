"""Reading jobs: those of somebody, and one."""

import json
from collections.abc import Sequence

from sqlalchemy import select

from riskmap.accounts.models import User
from riskmap.db import AnySession
from riskmap.jobs.models import Job
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import Scope


def mine(session: AnySession, user: User, most: int = 100) -> Sequence[Job]:
    """Return what somebody asked for, the newest first; without the results' content."""
    query = select(Job).where(Job.bureau_id == user.bureau_id, Job.user_id == user.id)
    return session.scalars(query.order_by(Job.id.desc()).limit(most)).all()


def of_number(session: AnySession, bureau: Bureau, number: int) -> Job | None:
    """Return a bureau's job of a number, whosever it is; None where there is none."""
    return session.scalars(select(Job).filter_by(bureau_id=bureau.id, id=number)).one_or_none()


def shown_within(job: Job, scope: Scope) -> bool:
    """Return whether all that a job's result shows may be seen within a scope."""
    paths: list[str] = json.loads(job.paths)
    return all(scope.holds(path) for path in paths)

"""Doing one job that was taken: as who asked for it, and with no more than they may see."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from flask import Flask

from riskmap.accounts import current
from riskmap.accounts.models import User
from riskmap.db import db
from riskmap.db.connections import start_writing
from riskmap.history.events import Actor, acting
from riskmap.jobs import leases
from riskmap.jobs.handlers import KINDS, JobFailed, Kind, Result, Work
from riskmap.jobs.leases import ATTEMPTS, LEASE, UNFORESEEN, Lease
from riskmap.jobs.models import Job
from riskmap.jobs.progress import Cancelled, Overtaken, Progress, Stopping, say
from riskmap.jobs.pulse import Pulse
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import visible_to_me


def run(app: Flask, lease: Lease, stopping: threading.Event, length: timedelta = LEASE) -> None:
    """Do a job, and keep what came of it."""
    with app.app_context():
        engine = db.engine
        try:
            _do(lease, Pulse(engine, lease, length, stopping))
        except Stopping:
            leases.give_back(engine, lease, counts=False)
        except Overtaken:
            app.logger.warning("job %s was taken up elsewhere: left to it", lease.job)
        except Cancelled:
            leases.stop(engine, lease)
        except JobFailed as failed:
            leases.fail(engine, lease, str(failed))
        except Exception:
            app.logger.exception("job %s, attempt %s of %s", lease.job, lease.attempt, ATTEMPTS)
            if lease.attempt < ATTEMPTS:
                leases.give_back(engine, lease, counts=True)
            else:
                leases.fail(engine, lease, UNFORESEEN)


def _do(lease: Lease, pulse: Pulse) -> None:
    """Run the handler; what it wrote and its result are committed together."""
    with pulse:
        try:
            result, paths = _made(lease, pulse)
            if not db.session().in_transaction():
                start_writing(db.session)
            if not leases.finish(db.session, lease, result, paths):
                raise Cancelled  # or it is another's by now: then `stop` finds nothing to stop
            db.session.commit()
        finally:
            db.session.remove()  # nothing of it stays open, whatever happened


def _made(lease: Lease, progress: Progress) -> tuple[Result, tuple[str, ...]]:
    job = db.session.get_one(Job, lease.job)
    kind = KINDS.get(job.kind)
    if kind is None:
        raise JobFailed(say("This version of riskmap does not know this kind of work."))
    argument = json.loads(job.argument)
    with _as_who_asked(job, kind):
        scope = visible_to_me(db.session.get_one(Bureau, job.bureau_id), kind.policy)
        work = Work(db.session, scope)
        work.end_reading()
        result = kind.run(work, argument, progress)
        return result, scope.paths


@contextmanager
def _as_who_asked(job: Job, kind: Kind) -> Iterator[None]:
    """Act as the user who asked, with the rights that user has now; a command's job as a command.

    Raises `JobFailed` where the user may no longer ask for it.
    """
    who = Actor(job.user_id, job.who, job.origin, job.request)
    user = db.session.get_one(User, job.user_id) if job.user_id is not None else None
    asking = current.asked_by(user) if user else None
    if user and asking and (user.disabled_on or not asking.may(kind.policy)):
        raise JobFailed(say("Who asked for it may no longer do so."))
    with acting(who), current.on_behalf_of(asking):
        yield

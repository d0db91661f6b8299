"""Jobs on databases of their own, on both engines, with kinds of jobs that only tests have."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session, undefer

from riskmap.app import create_app
from riskmap.db import db
from riskmap.jobs import handlers
from riskmap.jobs.handlers import Handler, Kind
from riskmap.jobs.models import Job
from riskmap.jobs.runner import Runner
from riskmap.web.access import Policy
from tests.rows import make_bureau, make_grant, make_user

LEASE = timedelta(seconds=2)
Register = Callable[..., None]


@contextmanager
def site(url: str) -> Iterator[Flask]:
    """Yield the application on a database, in its context."""
    app = create_app(url)
    with app.app_context():
        try:
            yield app
        finally:
            app.extensions["riskmap.engine"].close()
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def app(database: str) -> Iterator[Flask]:
    """The application on a database without rows, in its context."""
    with site(database) as found:
        yield found


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Return how to let a function do the jobs of a kind, for the time of a test."""

    def under(name: str, run: Handler, policy: Policy = Policy.READ) -> None:
        monkeypatch.setitem(handlers.KINDS, name, Kind(name, name, policy, run))

    return under


@pytest.fixture
def reader(app: Flask) -> int:
    """Return the id of a user who reads everything of a bureau of their own."""
    return add_reader()


def add_reader() -> int:
    session: Session = db.session()
    user = make_user(session, make_bureau(session))
    make_grant(session, user)
    found = user.id
    session.commit()
    return found


def job_of(number: int) -> Job:
    """Return a job as it is in the database now, and read on no longer: on SQLite others write."""
    db.session.rollback()
    found = db.session.get_one(Job, number, options=[undefer(Job.content)], populate_existing=True)
    db.session.expunge_all()
    db.session.rollback()
    return found


def until(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait for something to be so; fails where it is not in time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


def ended(number: int) -> bool:
    return job_of(number).ended_at is not None


@contextmanager
def running(app: Flask, workers: int = 1) -> Iterator[Runner]:
    """Do an application's jobs, with a short lease."""
    with Runner(app, workers, LEASE) as runner:
        yield runner

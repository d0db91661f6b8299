"""What jobs there are: a handler by kind, what it is given, what it leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from riskmap.db import AnySession
from riskmap.db.connections import start_writing
from riskmap.jobs.progress import Progress
from riskmap.organisation.scope import Scope
from riskmap.web.access import Policy

Argument = dict[str, Any]


class JobFailed(Exception):
    """A job cannot be done, and trying again would not help: why, in a sentence for who asked."""


@dataclass(frozen=True, slots=True)
class File:
    """A result to be taken away."""

    name: str
    mimetype: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """A result that a page of the site shows, by its address."""

    link: str


Result = File | Page


@dataclass(frozen=True, slots=True)
class Work:
    """What a handler works with: a session, and what of the bureau who asked may see or do.

    On SQLite nobody writes while somebody reads, and nobody reads while a writer waits for them:
    a handler reads first, ends it, then takes its time; what it writes, it writes at its end.
    """

    session: AnySession
    scope: Scope

    def end_reading(self) -> None:
        """End the transaction; what was read stays as it is, but is no longer the session's."""
        self.session.expunge_all()
        self.session.rollback()

    def start_writing(self) -> None:
        """Begin to write; all of it is committed with the job's end, or not at all."""
        self.end_reading()
        start_writing(self.session)
        self.session.add(self.scope.bureau)
        self.session.expire(self.scope.bureau)  # read as it is now


Handler = Callable[[Work, Argument, Progress], Result]
AHandler = TypeVar("AHandler", bound=Handler)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job: what it is called on the screen, what right it takes, and who does it."""

    name: str
    title: Any  # a text in the reader's language
    policy: Policy
    run: Handler


KINDS: dict[str, Kind] = {}


def job(name: str, *, title: Any, policy: Policy) -> Callable[[AHandler], AHandler]:
    """Let a function do the jobs of a kind, under what `policy` gives who asks.

    It may be run again from its beginning after it was cut off: what it did before must not hurt.
    """

    def register(run: AHandler) -> AHandler:
        KINDS[name] = Kind(name, title, policy, run)
        return run

    return register

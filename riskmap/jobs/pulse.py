"""The pulse of a running job: a thread that renews its lease, writes how far it is, and listens.

Who works only leaves word in memory, and so never waits for the database. Where the database is
locked for longer than it waits, by the job's own writing perhaps, the next beat tries again.
"""

import threading
import time
from datetime import timedelta
from types import TracebackType
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from riskmap.jobs import leases
from riskmap.jobs.leases import Lease, Standing
from riskmap.jobs.progress import Cancelled, Overtaken, Stopping

BEAT: Final = 0.4  # seconds
Word = tuple[int, int, str]


class Pulse:
    """The progress of a job that runs under a lease; `stopping` says that the program ends."""

    def __init__(
        self, engine: Engine, lease: Lease, length: timedelta, stopping: threading.Event
    ) -> None:
        self.engine = engine
        self.lease = lease
        self.length = length
        self.stopping = stopping
        self._word: Word = (0, 0, "")
        self._written: Word = self._word
        self._renewed = time.monotonic()
        self._standing = Standing.GO_ON
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True, name="riskmap pulse")

    def report(self, done: int, total: int, step: str) -> None:
        """Say how far it is; raises `Cancelled` where the job is to stop."""
        if self._standing is Standing.CANCELLED:
            raise Cancelled
        if self._standing is Standing.LOST:
            raise Overtaken
        if self.stopping.is_set():
            raise Stopping
        self._word = (done, total, step)

    def __enter__(self) -> "Pulse":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(BEAT):
            try:
                self._standing = self._renew_or_look()
            except OperationalError:
                continue
            if self._standing is not Standing.GO_ON:
                return

    def _renew_or_look(self) -> Standing:
        word = self._word
        due = time.monotonic() - self._renewed > self.length.total_seconds() / 4
        if word == self._written and not due:
            return leases.look(self.engine, self.lease)
        began = time.monotonic()
        found = leases.renew(self.engine, self.lease, self.length, *word)
        self._written, self._renewed = word, began
        return found

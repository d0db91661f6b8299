"""The runner: threads of the serving process that take jobs from the database and do them."""

import threading
from datetime import timedelta
from types import TracebackType
from typing import Final

from flask import Flask
from sqlalchemy import Engine

from riskmap.db import db, now
from riskmap.jobs import leases
from riskmap.jobs.leases import KEPT, LEASE
from riskmap.jobs.running import run

WORKERS: Final = 1
"""Jobs at a time: each takes its share of the processor from the site's pages."""

LOOK: Final = 0.5  # seconds between two looks for work
AFTER_A_FAULT: Final = 10.0  # seconds, where the database itself cannot be had
FORGET_EVERY: Final = timedelta(hours=6)
END_WITHIN: Final = 10.0  # seconds that a job has to reach its next report


class Runner:
    """Does the jobs of an application's database while it is entered."""

    def __init__(self, app: Flask, workers: int = WORKERS, lease: timedelta = LEASE) -> None:
        self.app = app
        self.lease = lease
        self.stopping = threading.Event()
        self._forgot_at = now() - FORGET_EVERY
        self._threads = [
            threading.Thread(target=self._work, daemon=True, name=f"riskmap job {number}")
            for number in range(workers)
        ]

    def __enter__(self) -> "Runner":
        with self.app.app_context():
            self._engine: Engine = db.engine
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give back what is not ready: it is taken up again at the next start."""
        self.stopping.set()
        for thread in self._threads:
            thread.join(END_WITHIN)

    def _work(self) -> None:
        pause = 0.0
        while not self.stopping.wait(pause):
            try:
                pause = 0.0 if self._one() else LOOK
            except Exception:  # the database is locked or away: the thread outlives it
                self.app.logger.exception("no job could be taken or ended")
                pause = AFTER_A_FAULT

    def _one(self) -> bool:
        """Do the job that waits longest; return whether there was one."""
        lease = leases.take(self._engine, self.lease)
        if lease is None:
            self._forget()
            return False
        run(self.app, lease, self.stopping, self.lease)
        return True

    def _forget(self) -> None:
        if now() - self._forgot_at >= FORGET_EVERY:
            self._forgot_at = now()
            leases.forget(self._engine, now() - KEPT)

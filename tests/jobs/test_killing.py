"""The serving process killed in the middle of a job, and started anew: the job comes to its end."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from riskmap.config import SETTINGS
from riskmap.jobs.states import JobState
from tests.jobs.conftest import job_of, until
from tests.jobs.test_states import ask

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def serving(database: str, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the site in a process of its own; killed at the end, as by a power cut."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    kept = {name: value for name, value in os.environ.items()
            if name not in {setting.name for setting in SETTINGS}}  # fmt: skip
    kept |= {"RISKMAP_DATABASE_URL": database, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.serving", "--port", str(port)],
        cwd=folder, env=kept, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=30)


def test_a_job_cut_off_by_kill_9_is_taken_up_again_at_the_next_start(
    app, database, reader, tmp_path
):
    begun = tmp_path / "begun"
    number = ask(reader, "slow", file=str(begun))

    with serving(database, tmp_path) as process:
        until(lambda: 0 < job_of(number).done < 30, 60)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
    cut_off = job_of(number)
    time.sleep(0.5)
    with serving(database, tmp_path):
        until(lambda: job_of(number).ended_at is not None, 60)

    job = job_of(number)
    assert (cut_off.state, cut_off.attempts) == (JobState.RUNNING, 1)
    assert (job.state, job.attempts, job.content) == (JobState.DONE, 2, b"done")
    assert begun.read_text().count("begun") == 2


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to a process there")
def test_a_job_is_given_back_when_the_site_is_ended_by_hand(app, database, reader, tmp_path):
    number = ask(reader, "slow", file=str(tmp_path / "begun"))

    with serving(database, tmp_path) as process:
        until(lambda: job_of(number).done > 0, 60)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)

    job = job_of(number)
    assert (job.state, job.attempts, job.lease) == (JobState.QUEUED, 0, None)

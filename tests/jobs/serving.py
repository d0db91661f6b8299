"""riskmap serve with a job that takes its time, and a short lease: `python -m tests.jobs.serving`.

The job writes into its argument's file each time it begins.
"""

import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

from riskmap.cli import main
from riskmap.jobs import runner
from riskmap.jobs.handlers import Argument, File, Work, job
from riskmap.jobs.progress import Progress
from riskmap.web.access import Policy

STEPS = 40


@job("slow", title="slow", policy=Policy.READ)
def slow(_work: Work, argument: Argument, progress: Progress) -> File:
    """Count to STEPS in two seconds."""
    with Path(argument["file"]).open("a") as file:
        file.write("begun\n")
    for number in range(STEPS):
        progress.report(number, STEPS, "")
        time.sleep(0.05)
    return File("done.txt", "text/plain", b"done")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored under who runs in background
    runner.Runner.__init__.__defaults__ = (1, timedelta(seconds=2))  # type: ignore[attr-defined]
    sys.argv[1:] = ["serve", *sys.argv[1:]]
    main()

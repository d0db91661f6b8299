"""The states of a job, and which of them are its end."""

from enum import StrEnum
from typing import Final


class JobState(StrEnum):
    """How far a job has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED: Final = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
UNFINISHED: Final = (JobState.QUEUED, JobState.RUNNING)
AGAIN: Final = (JobState.FAILED, JobState.CANCELLED)
"""The states out of which somebody may ask for a job once more."""

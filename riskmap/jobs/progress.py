"""How far a piece of work is: what who works says, and what who waits is told."""

from typing import Protocol


class Cancelled(Exception):
    """Somebody asked the work to stop; let it pass through."""


class Stopping(Cancelled):
    """The program is being ended: the job goes back to those that wait."""


class Overtaken(Cancelled):
    """Another process has taken the job up, since nothing was heard of it here for too long."""


class Progress(Protocol):
    """Is told how far a piece of work is."""

    def report(self, done: int, total: int, step: str) -> None:
        """Say that `done` of `total` are ready; a total of 0 is one that cannot be counted.

        `step` is a sentence from `say`. Cheap enough for every row; raises `Cancelled` where the
        work is to stop.
        """


class Unseen:
    """The progress of work that nobody watches."""

    def report(self, done: int, total: int, step: str) -> None:
        """Say it to nobody."""


UNSEEN = Unseen()


def say(sentence: str) -> str:
    """Return a sentence as it is kept, to be translated for who reads it.

    The catalogue of messages is extracted from calls of this.
    """
    return sentence

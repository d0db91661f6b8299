"""What is recorded: kinds of change and of event, and who did it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What happened: the first three to a row, the rest is what somebody did."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    LOADED = "loaded"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    PASSWORD_CHANGED = "password_changed"
    SESSIONS_ENDED = "sessions_ended"
    REFUSED = "refused"
    EXPORTED = "exported"
    PRINTED = "printed"
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    VERIFIED = "verified"
    IMPORTED = "imported"
    IMPORT_UNDONE = "import_undone"
    HANDED_IN = "handed_in"
    SIGNED = "signed"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    TAKEN_BACK = "taken_back"
    REVISION_RETIRED = "revision_retired"
    EDITION_MADE = "edition_made"
    ROUND_STARTED = "round_started"
    CARRIED_FORWARD = "carried_forward"
    ROUND_CLOSED = "round_closed"
    REVISION_READ = "revision_read"
    REMARKED = "remarked"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a user's id and name, from which address, in which request."""

    user_id: int | None = None
    name: str = ""
    origin: str = ""
    request: str = ""


NOBODY = Actor()
_actor: ContextVar[Actor] = ContextVar("riskmap_actor", default=NOBODY)


def actor() -> Actor:
    """Return who acts now."""
    return _actor.get()


def act_as(who: Actor) -> None:
    """Say who acts from now on, in this request or command."""
    _actor.set(who)


@contextmanager
def acting(who: Actor) -> Iterator[None]:
    """Say who acts inside the block."""
    token = _actor.set(who)
    try:
        yield
    finally:
        _actor.reset(token)

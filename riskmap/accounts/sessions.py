"""Where somebody is signed in: rows on the server, so that a copied cookie can be refused."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Select, bindparam, select

from riskmap.accounts.models import User, UserSession
from riskmap.db import AnySession, now

SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts: without a request, and in all."""

    idle: timedelta
    whole: timedelta


# Made once: it is asked with every request, and takes longer to put together than to answer.
_OF_TOKEN: Final = (
    select(User, UserSession)
    .join(User, UserSession.user_id == User.id)
    .where(UserSession.token_hash == bindparam("token_hash"))
)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin(session: AnySession, user: User, *, origin: str, browser: str) -> str:
    """Begin a session and return its token, which is kept nowhere but in the cookie."""
    token = secrets.token_urlsafe(32)
    moment = now()
    session.add(
        UserSession(
            user_id=user.id,
            token_hash=_hash(token),
            began_at=moment,
            seen_at=moment,
            origin=origin[:64],
            browser=browser[:200],
        )
    )
    session.flush()
    return token


def of_token(
    session: AnySession, token: str, lifetime: Lifetime
) -> tuple[User, UserSession] | None:
    """Return who a token stands for, None if its session is over or the user disabled."""
    found = session.execute(_OF_TOKEN, {"token_hash": _hash(token)}).first()
    if found is None:
        return None
    user, row = found
    moment = now()
    over = (
        row.ended_at is not None
        or user.disabled_on is not None
        or moment - row.seen_at > lifetime.idle
        or moment - row.began_at > lifetime.whole
        or row.began_at - moment > SEEN_EVERY  # the clock was put back: it would last for ever
    )
    return None if over else (user, row)


def running(user: User, lifetime: Lifetime) -> Select[UserSession]:
    """Return the statement for the sessions that a user could go on with, the last used first."""
    moment = now()
    return (
        select(UserSession)
        .where(
            UserSession.user_id == user.id,
            UserSession.ended_at.is_(None),
            UserSession.seen_at > moment - lifetime.idle,
            UserSession.began_at > moment - lifetime.whole,
        )
        .order_by(UserSession.seen_at.desc())
    )


def end_all(session: AnySession, user: User, *, but: int | None = None) -> int:
    """End the sessions of a user, all but one if that is given; return how many there were."""
    not_ended = select(UserSession).where(
        UserSession.user_id == user.id, UserSession.ended_at.is_(None)
    )
    rows = [row for row in session.scalars(not_ended) if row.id != but]
    for row in rows:
        row.ended_at = now()
    session.flush()
    return len(rows)

"""Signing in: right or wrong, and shut for a while after too many wrong ones."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from riskmap.accounts import passwords
from riskmap.accounts.models import Attempt, User
from riskmap.accounts.names import name_key
from riskmap.db import AnySession, now
from riskmap.history.events import Kind
from riskmap.history.recording import note


@dataclass(frozen=True, slots=True)
class Lock:
    """After how many wrong passwords in a row a name is shut, and for how long."""

    after: int
    time: timedelta


@dataclass(frozen=True, slots=True)
class Tried:
    """A name and password that were tried: the hash kept for the name, and whether it fits."""

    name: str
    password: str
    kept: str | None
    fits: bool


def tried(session: AnySession, name: str, password: str) -> Tried:
    """Return whether a password fits a name; as slow for a name that nobody has.

    It only reads, and is slow on purpose: to be called before a writing transaction begins, which
    others would wait for.
    """
    of_name = select(User.password).where(User.name_key == name_key(name)[:60])
    kept = session.scalars(of_name).one_or_none()
    return Tried(name, password, kept, passwords.matches(kept, password))


def right_user(session: AnySession, attempted: Tried, lock: Lock, *, here: bool) -> User | None:
    """Return whose name and password were tried, None if nobody's or the name is shut.

    `here` is whether the request comes from this machine: the sample's users are let in from
    nowhere else.
    """
    key = name_key(attempted.name)[:60]
    user = session.scalars(select(User).where(User.name_key == key)).one_or_none()
    attempt = _attempt(session, key)
    fits = attempted.fits and user is not None and user.password == attempted.kept
    shut = attempt.locked_until is not None and attempt.locked_until > now()
    if user and fits and not shut and user.disabled_on is None and (here or not user.is_demo):
        _let_in(session, user, attempt, attempted.password)
        return user
    _count(session, attempt, lock, user, attempted.name)
    return None


def _attempt(session: AnySession, key: str) -> Attempt:
    """Return the wrong passwords of a name, locked until the commit: guesses come one by one."""
    found = session.get(Attempt, key, with_for_update=True)
    if found is not None:
        return found
    made = Attempt(name_key=key, failures=0, last_at=now())
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # the first two guesses at a name came at once
        return session.get_one(Attempt, key, with_for_update=True)
    return made


def _let_in(session: AnySession, user: User, attempt: Attempt, password: str) -> None:
    attempt.failures, attempt.locked_until, attempt.last_at = 0, None, now()
    if passwords.outdated(user.password):
        user.password = passwords.hashed(password)
    session.flush()


def _count(session: AnySession, attempt: Attempt, lock: Lock, user: User | None, name: str) -> None:
    bureau = user.bureau_id if user else None
    if attempt.locked_until is not None and attempt.locked_until <= now():
        attempt.failures, attempt.locked_until = 0, None
    attempt.failures += 1
    attempt.last_at = now()
    note(session, Kind.SIGN_IN_FAILED, bureau, name)
    if attempt.failures >= lock.after and attempt.locked_until is None:
        attempt.locked_until = now() + lock.time
        note(session, Kind.LOCKED, bureau, name, failures=attempt.failures)
    session.flush()

"""What is done to accounts; each flushes, whoever asked commits."""

from collections.abc import Collection

from sqlalchemy import select

from riskmap.accounts import passwords, sessions
from riskmap.accounts.models import Attempt, Grant, User
from riskmap.accounts.names import name_key
from riskmap.accounts.roles import Role
from riskmap.db import AnySession, now, today
from riskmap.history.events import Kind
from riskmap.history.recording import note


def add_user(
    session: AnySession,
    *,
    bureau_id: int,
    name: str,
    shown: str,
    password: str,
    person_id: int | None = None,
    must_change: bool = True,
    is_demo: bool = False,
    kept: str = "",
) -> User:
    """Add a user; the password has to be changed at the first sign-in unless said otherwise.

    `kept` is a hash made before, for accounts that are given one password together.
    """
    user = User(
        bureau_id=bureau_id,
        person_id=person_id,
        name=name.strip(),
        name_key=name_key(name),
        shown=shown.strip(),
        password=kept or passwords.hashed(password),
        password_set_at=now(),
        must_change=must_change,
        is_demo=is_demo,
    )
    session.add(user)
    session.flush()
    return user


def change_user(session: AnySession, user: User, *, shown: str, person_id: int | None) -> None:
    """Change what a user is shown as, and whose account it is."""
    user.shown, user.person_id = shown, person_id
    session.flush()


def set_grants(
    session: AnySession, user: User, grants: Collection[tuple[Role, int | None]]
) -> None:
    """Give a user these roles and no others; what was open under the old ones is signed out."""
    kept = {
        (row.role, row.node_id): row
        for row in session.scalars(select(Grant).where(Grant.user_id == user.id))
    }
    wanted = set(grants)
    if wanted == set(kept):
        return
    for place, row in kept.items():
        if place not in wanted:
            session.delete(row)
    for role, node_id in sorted(wanted - set(kept), key=lambda each: (each[0], each[1] or 0)):
        session.add(Grant(bureau_id=user.bureau_id, user_id=user.id, role=role, node_id=node_id))
    session.flush()
    sessions.end_all(session, user)


def set_password(
    session: AnySession, user: User, password: str, *, must_change: bool, but: int | None = None
) -> None:
    """Give a user a new password and end all sessions but one."""
    user.password = passwords.hashed(password)
    user.password_set_at = now()
    user.must_change = must_change
    note(session, Kind.PASSWORD_CHANGED, user.bureau_id, user.name)
    sessions.end_all(session, user, but=but)


def disable(session: AnySession, user: User) -> None:
    """Shut a user out, now."""
    user.disabled_on = today()
    sessions.end_all(session, user)


def enable(session: AnySession, user: User) -> None:
    """Let a user in again."""
    user.disabled_on = None
    session.flush()


def unlock(session: AnySession, user: User) -> None:
    """Forget a user's wrong passwords."""
    attempt = session.get(Attempt, user.name_key)
    if attempt is not None:
        attempt.failures, attempt.locked_until = 0, None
    note(session, Kind.UNLOCKED, user.bureau_id, user.name)
    session.flush()

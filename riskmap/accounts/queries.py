"""Reading accounts: who has which role, who is shut out, who may not be missed."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from riskmap.accounts.models import Attempt, Grant, User, UserSession
from riskmap.accounts.roles import Role
from riskmap.db import AnySession, now

INDISPENSABLE = (Role.ADMIN, Role.SECURITY, Role.AUDITOR)
"""Roles that somebody has to have as long as anybody has them."""


def locked() -> ColumnElement[bool]:
    """Return the condition that a `User` is shut for a while after wrong passwords."""
    shut = select(Attempt.name_key).where(Attempt.locked_until > now())
    return User.name_key.in_(shut)


def last_seen() -> Any:
    """Return a subquery of when each user signed in last: `user_id`, `at`."""
    return (
        select(UserSession.user_id, func.max(UserSession.began_at).label("at"))
        .group_by(UserSession.user_id)
        .subquery("last_seen")
    )


def roles_of(session: AnySession, users: Collection[int]) -> dict[int, list[Row[Any]]]:
    """Return the grants of some users by user: role, code and name of the node, in order."""
    node = User.metadata.tables["node"]
    rows = session.execute(
        select(Grant.user_id, Grant.role, Grant.node_id, node.c.code, node.c.name)
        .outerjoin(node, Grant.node_id == node.c.id)
        .where(Grant.user_id.in_(users))
        .order_by(Grant.role, node.c.code)
    )
    found: dict[int, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.user_id, []).append(row)
    return found


def last_of(session: AnySession, user: User, keeping: Collection[Role] = ()) -> list[Role]:
    """Return the roles that nobody would have any more without a user who keeps only some."""
    others = (
        select(Grant.role)
        .join(User, Grant.user_id == User.id)
        .where(User.bureau_id == user.bureau_id, User.id != user.id, User.disabled_on.is_(None))
    )
    had = set(session.scalars(others))
    mine: Sequence[Role] = session.scalars(select(Grant.role).where(Grant.user_id == user.id)).all()
    if user.disabled_on is not None:
        return []
    return [
        role for role in INDISPENSABLE if role in mine and role not in had and role not in keeping
    ]

"""Who is asking: the user of this request, and what that user may do."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

from flask import current_app, g, has_request_context
from flask_login import current_user
from sqlalchemy import Select, bindparam, select

from riskmap.accounts.models import Grant, User
from riskmap.accounts.roles import Granted, Role, permissions
from riskmap.accounts.settings import Settings
from riskmap.db import db
from riskmap.db.base import Base
from riskmap.web.access import Policy


@dataclass(frozen=True, slots=True)
class Asking:
    """A user with the paths of nodes at and below which each policy holds."""

    user: User
    grants: tuple[Granted, ...]
    paths: dict[Policy, tuple[str, ...]]

    @property
    def roles(self) -> tuple[Role, ...]:
        held = {grant.role for grant in self.grants}
        return tuple(role for role in Role if role in held)

    @property
    def key(self) -> tuple[object, ...]:
        """Return what tells the pages of this user from those of another."""
        return self.user.id, self.user.shown, self.grants

    def may(self, policy: Policy) -> bool:
        """Return whether the user may do something anywhere at all."""
        return policy in (Policy.PUBLIC, Policy.SIGNED_IN) or policy in self.paths


_behind: ContextVar[Asking | None] = ContextVar("riskmap_asking", default=None)
"""Who asked for the job that runs here, outside the request they asked in."""


def settings() -> Settings:
    """Return the rules of this installation for accounts."""
    found: Settings = current_app.extensions["riskmap.accounts"]
    return found


def asking() -> Asking | None:
    """Return who is asking, None where nobody is signed in; looked up once a request.

    Outside of requests it is who asked for the job that runs, None where a command does.
    """
    if not has_request_context():
        return _behind.get()
    if "riskmap_asking" not in g:
        g.riskmap_asking = _asking()
    found: Asking | None = g.riskmap_asking
    return found


def _asking() -> Asking | None:
    if not current_user.is_authenticated:
        return None
    return asked_by(current_user._get_current_object())


def asked_by(user: User) -> Asking:
    """Return a user with what they may do now."""
    grants = granted(user)
    return Asking(user, grants, permissions(grants, settings().table))


@contextmanager
def on_behalf_of(found: Asking | None) -> Iterator[None]:
    """Let somebody be who is asking inside the block, which no request is about."""
    token = _behind.set(found)
    try:
        yield
    finally:
        _behind.reset(token)


def granted(user: User) -> tuple[Granted, ...]:
    """Return a user's roles with the paths of their nodes, in order."""
    rows = db.session.execute(_grants(), {"user": user.id})
    return tuple(Granted(role, path or "/") for role, path in rows)


@cache
def _grants() -> Select[Role, str | None]:
    """Return the statement for a user's roles, put together once: it is asked with each request."""
    node = Base.metadata.tables["node"]
    return (
        select(Grant.role, node.c.path)
        .outerjoin(node, Grant.node_id == node.c.id)
        .where(Grant.user_id == bindparam("user"))
        .order_by(Grant.role, node.c.path)
    )


def me() -> Asking:
    """Return who is asking, in a view that the guard lets nobody else into."""
    found = asking()
    assert found is not None, "the guard lets nobody else in"
    return found


def may(policy: Policy | str) -> bool:
    """Return whether who is asking may do something somewhere: what buttons ask."""
    found = asking()
    return found is not None and found.may(Policy(policy))


def without_asking() -> None:
    """Let nobody be asking, unless it is known already who is: the database is not to be asked."""
    g.setdefault("riskmap_asking", None)

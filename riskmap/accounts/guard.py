"""Every request is held against the policy of its view: signed in, with a password that will do,
and allowed to; refusals are recorded."""

import ipaddress
from contextlib import suppress
from datetime import timedelta
from secrets import token_hex
from typing import Any, NoReturn

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from sqlalchemy import Table, update
from sqlalchemy.exc import OperationalError

from riskmap.accounts import sessions
from riskmap.accounts.current import asking, settings
from riskmap.accounts.models import User, UserSession
from riskmap.accounts.pages import sign_in_page
from riskmap.db import db, now
from riskmap.db.base import Base
from riskmap.db.connections import WRITING, start_writing
from riskmap.history.events import Actor, Kind, act_as
from riskmap.history.recording import note
from riskmap.web.access import Policy, writes

WRITES = ("POST", "PUT", "PATCH", "DELETE")
ANOTHER_OFFICE = "another_office"
KEPT_FIELDS = 4000
"""Fields of a form that are kept over a sign-in."""


def install(app: Flask) -> None:
    """Let Flask-Login find the user by the session's token."""
    manager = LoginManager(app)
    manager.session_protection = None  # the session is a row on the server; the token is random
    manager.user_loader(_user_of)


def _user_of(token: str) -> User | None:
    found = sessions.of_token(db.session, token, settings().lifetime)
    if found is None:
        return None
    user, row = found
    if now() - row.seen_at > sessions.SEEN_EVERY:
        found = _seen(token, row) or found
        user, row = found
    g.riskmap_session = row.id
    user.token = token
    return user


def _seen(token: str, row: UserSession) -> tuple[User, UserSession] | None:
    """Note that a session is in use; return it anew, None where it may be used as it was.

    A page that is only read notes it in a transaction of its own, after its own has ended: on
    SQLite a commit waits until nobody reads. Where that cannot be had, the next request notes it.
    """
    if db.session.connection().get_execution_options().get(WRITING):
        row.seen_at = now()
        return None
    rows: Table = Base.metadata.tables["user_session"]
    statement = update(rows).where(rows.c.id == row.id).values(seen_at=now())
    db.session.rollback()
    with suppress(OperationalError):
        options = {WRITING: True}
        with db.engine.connect().execution_options(**options) as connection, connection.begin():
            connection.execute(statement)
    return sessions.of_token(db.session, token, settings().lifetime)


def guard(policy: Policy | None) -> ResponseReturnValue | None:
    """Return the answer that refuses a request, None for one that may go on."""
    one = token_hex(8)
    act_as(Actor(origin=request.remote_addr or "", request=one))
    if request.method in WRITES and writes(current_app, request.endpoint or ""):
        start_writing(db.session)
    if policy is Policy.PUBLIC:
        return None
    if policy is None:
        abort(403)
    found = asking()
    if found is None:
        return ask_to_sign_in()
    act_as(Actor(found.user.id, found.user.shown, request.remote_addr or "", one))
    if request.blueprint != "accounts" and must_change(found.user):
        return redirect(url_for("accounts.password"), 303)
    if not found.may(policy):
        refuse(policy.value)
        abort(403)
    return None


def must_change(user: User) -> bool:
    """Return whether a user has to choose a new password before anything else."""
    days = settings().rules.days
    return user.must_change or bool(days and now() - user.password_set_at > timedelta(days=days))


def record(kind: Kind, name: str, **details: Any) -> None:
    """Record what somebody did, in a short write of its own; the request's own work is undone."""
    found = asking()
    bureau = found.user.bureau_id if found else None
    db.session.rollback()
    start_writing(db.session)
    note(db.session, kind, bureau, name, **details)
    db.session.commit()


def refuse(asked: str, **details: Any) -> None:
    """Record that somebody asked for what is not for them."""
    record(Kind.REFUSED, request.path, method=request.method, asked=asked, **details)


def not_for_you() -> NoReturn:
    """Answer for something of another office as for something that is not there, and record it."""
    refuse(ANOTHER_OFFICE)
    abort(404)


def ask_to_sign_in() -> ResponseReturnValue:
    """Lead to signing in and back again; what was typed into a form is kept over it."""
    if wants_json():
        return {"signed_out": True}, 401
    if request.method not in WRITES:
        there = request.full_path.rstrip("?")
        return redirect(url_for("accounts.sign_in", next=there if there != "/" else None))
    return sign_in_page(target=request.full_path.rstrip("?"), kept=kept_form()), 401


def kept_form() -> list[tuple[str, str]]:
    """Return the fields of the form that came too late."""
    return typed_fields()[:KEPT_FIELDS]


def typed_fields() -> list[tuple[str, str]]:
    """Return the fields of a form that a page keeps to hand it in again: no token, no password."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "csrf_token" and not name.startswith("password")
    ]


def wants_json() -> bool:
    """Return whether a script asks, which is answered in JSON."""
    return request.headers.get("Accept", "").startswith("application/json")


def from_this_machine() -> bool:
    """Return whether a request comes from the machine that the site runs on."""
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False

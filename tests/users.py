"""Signing in, past the password: argon2 is slow on purpose."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from riskmap.accounts import sessions
from riskmap.accounts.models import User
from riskmap.db import db


def token(app: Flask, name: str) -> str:
    """Begin a session of a user and return its token."""
    with app.app_context():
        user = db.session.scalars(select(User).where(User.name == name)).one()
        found = sessions.begin(db.session, user, origin="127.0.0.1", browser="test")
        db.session.commit()
        return found


def cookie(app: Flask, name: str) -> str:
    """Return the cookie of a browser that a user is signed in with."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(signer.dumps({"_user_id": token(app, name), "_fresh": True}))


def sign_in(app: Flask, name: str) -> FlaskClient:
    """Return a client that a user is signed in with."""
    client = app.test_client()
    client.set_cookie("session", cookie(app, name))
    return client


def post(client: FlaskClient, page: str, path: str = "", /, **fields: object) -> TestResponse:
    """Hand in a form of a page as a browser does, with its hidden fields; to `path`, or the page.

    Fields whose names no keyword can have go into the keyword `more`.
    """
    text = client.get(page).text
    hidden = {
        name: found[1]
        for name in ("csrf_token", "number", "version")
        if (found := re.search(rf'name="{name}"[^>]* value="([^"]*)"', text))
    }
    more = fields.pop("more", {})
    assert isinstance(more, dict)
    return client.post(path or page, data={**hidden, **fields, **more, "end": "1"})

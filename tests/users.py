"""Signing in, past the password: argon2 is slow on purpose."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

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

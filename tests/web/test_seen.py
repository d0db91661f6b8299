"""A session in use is noted as such, and nobody waits for it."""

import re
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from riskmap.accounts.models import UserSession
from riskmap.db import db, now
from tests.users import post, sign_in


@pytest.fixture
def away(own):
    """A client whose last request was some minutes ago."""
    client = sign_in(own, "gongshang")
    with own.app_context():
        for row in db.session.scalars(select(UserSession)):
            row.seen_at = now() - timedelta(minutes=5)
        db.session.commit()
    return client


def seen(own) -> timedelta:
    with own.app_context():
        return now() - db.session.scalars(select(UserSession)).one().seen_at


def test_reading_a_page_notes_that_the_session_is_in_use(own, away):
    started = time.monotonic()

    assert away.get("/maps").status_code == 200

    assert time.monotonic() - started < 3  # not the five seconds that a locked database waits
    assert seen(own) < timedelta(minutes=1)


def test_handing_in_a_form_notes_it_too(own, away):
    with own.app_context():
        row = db.session.scalars(select(UserSession)).one()
        row.seen_at = now() - timedelta(minutes=5)
        db.session.commit()

    post(away, "/account", "/account/others")

    assert seen(own) < timedelta(minutes=1)


def test_a_page_is_read_although_somebody_else_is_writing(own, away, monkeypatch):
    monkeypatch.setattr("riskmap.db.connections.BUSY_MILLISECONDS", 200)
    with own.app_context():
        db.engine.dispose()
        writer = db.engine.raw_connection()
        try:
            writer.cursor().execute("BEGIN IMMEDIATE")
            assert away.get("/maps").status_code == 200
        finally:
            writer.rollback()
            writer.close()

    assert seen(own) > timedelta(minutes=4)


def test_a_form_that_meets_a_busy_database_is_kept_and_handed_in_again(own, away, monkeypatch):
    monkeypatch.setattr("riskmap.db.connections.BUSY_MILLISECONDS", 200)
    page = away.get("/maps/FZ-U1-K13-G01/edit").text
    token = re.search(r'name="csrf_token"[^>]* value="([^"]*)"', page)[1]
    typed = {"csrf_token": token, "title": "正在改的名称", "do": "save", "end": "1"}
    with own.app_context():
        db.engine.dispose()
        writer = db.engine.raw_connection()
        try:
            writer.cursor().execute("BEGIN IMMEDIATE")
            answer = away.post("/maps/FZ-U1-K13-G01/edit", data=typed)
        finally:
            writer.rollback()
            writer.close()

    assert answer.status_code == 503
    assert 'value="正在改的名称"' in answer.text
    assert 'action="/maps/FZ-U1-K13-G01/edit"' in answer.text

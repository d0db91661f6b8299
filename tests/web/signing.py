"""Maps on their way to be signed, in the test client: edited, handed in, read, signed."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from riskmap.db import db, today
from riskmap.maps.models import AccountMap, Step
from riskmap.revisions.models import Revision, RevisionRemark, SignOff
from riskmap.revisions.states import RevisionState
from tests.users import post, sign_in

POST = "FZ-U1-K13-G01"
"""The map of a post whose holder can sign in; of medium level."""
HIGH, OTHER_HIGH = "FZ-U1-K13-G02", "FZ-U1-K13-G03"
"""Maps of the same office's posts, which nobody who can sign in holds; of high level."""
ELSEWHERE = "FZ-U2-K03-G01"
CHIEF, LEADER, HOLDER, OTHER_CHIEF = "gongshang", "fenguan", "shouli", "heding"


def edit(app: Flask, code: str, text: str = "新写的步骤", key: str = "s2") -> None:
    """Let the working copy of a map say something new."""
    with app.app_context():
        row = db.session.scalars(select(AccountMap).filter_by(code=code)).one()
        step = db.session.scalars(select(Step).filter_by(map_id=row.id, key=key)).one()
        step.text = text
        db.session.commit()


def hand_in(app: Flask, code: str, chief: str = CHIEF) -> str:
    """Edit a map and hand it in; return the address of the revision."""
    edit(app, code)
    answer = post(sign_in(app, chief), f"/maps/{code}/hand-in", text="办法变了")
    assert answer.status_code == 303, answer.text
    return answer.location


def revision(app: Flask, page: str) -> Revision:
    """Return the revision of an address as it is now."""
    code, number = re.fullmatch(r"/maps/([^/]+)/revisions/(\d+)", page).groups()
    with app.app_context():
        query = (
            select(Revision)
            .join(AccountMap, AccountMap.id == Revision.map_id)
            .where(AccountMap.code == code, Revision.number == int(number))
        )
        found = db.session.scalars(query).one()
        db.session.expunge(found)
        return found


def state(app: Flask, page: str) -> RevisionState:
    return revision(app, page).state


def boxes(app: Flask, page: str) -> list[str]:
    """Return the boxes of a revision that are signed, in order."""
    row = revision(app, page)
    with app.app_context():
        query = select(SignOff.box).where(SignOff.revision_id == row.id).order_by(SignOff.id)
        return [each.value for each in db.session.scalars(query)]


def remarks(app: Flask, page: str) -> list[tuple[str, str, str]]:
    """Return the remarks on a revision: step, text, who."""
    row = revision(app, page)
    with app.app_context():
        query = select(RevisionRemark).where(RevisionRemark.revision_id == row.id)
        return [(each.step, each.text, each.who) for each in db.session.scalars(query)]


def sign(client: FlaskClient, app: Flask, page: str, box: str, **fields: object) -> TestResponse:
    """Sign a box as the page's form does."""
    more = {"box": box, "day": today().isoformat(), "version": str(revision(app, page).version)}
    query = "?queue=level" if fields.pop("queue", "") else ""
    return post(client, page, f"{page}/sign{query}", more={**more, **fields})


def read(client: FlaskClient, page: str, by: str = "level") -> TestResponse:
    """Say that one has read a revision, from its page."""
    shown = client.get(f"{page}?queue={by}").text
    version = re.search(r'id="read".*?name="version" value="(\d+)"', shown, re.DOTALL)
    more = {"version": version[1] if version else "1"}
    return post(client, "/account", f"{page}/read?queue={by}", more=more)


def pick(app: Flask, page: str, version: int | None = None) -> str:
    """Return what the tick of a revision sends."""
    row = revision(app, page)
    return f"{row.id}.{version or row.version}"


def sign_ticked(client: FlaskClient, picks: list[str], **fields: object) -> TestResponse:
    """Hand in the form of the queue with some ticks."""
    more = {"pick": picks, "day": today().isoformat(), **fields}
    return post(client, "/account", "/signing", more=more)

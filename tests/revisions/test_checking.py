"""The square code on a sheet: what it says, and what is answered to who asks."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from riskmap.app import create_app
from riskmap.db import db, today
from riskmap.maps.models import AccountMap
from riskmap.maps.sheets import sheets_pdf
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.revisions import queries
from riskmap.revisions.sheets import check_address, short
from riskmap.revisions.showing import printables
from riskmap.revisions.states import RevisionState
from tests.in_force import put_into_force
from tests.printing.pages import codes

CODE = "FZ-U1-K13-G01"


@pytest.fixture
def app(sample_database: str) -> Iterator[Flask]:
    app = create_app(sample_database)
    yield app
    app.extensions["riskmap.engine"].close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def row(code: str = CODE) -> AccountMap:
    return db.session.scalars(select(AccountMap).where(AccountMap.code == code)).one()


def address(code: str = CODE) -> str:
    revision = queries.in_force_of(db.session, row(code))
    assert revision is not None
    return check_address(code, revision)


def said(app: Flask, path: str) -> tuple[int, str]:
    answer = app.test_client().get(urlsplit(path).path)
    return answer.status_code, answer.text


def test_who_asks_without_signing_in_is_told_that_a_sheet_is_in_force(app: Flask) -> None:
    with app.app_context():
        path = address()

        status, page = said(app, path)

    assert status == 200
    assert "✓ 现行版" in page
    assert CODE in page


def test_a_sheet_that_was_superseded_says_since_when_and_by_what(app: Flask) -> None:
    with app.app_context():
        path = address()
        row().goal = "换过的目标"
        put_into_force(db.session, row())
        db.session.commit()

        status, page = said(app, path)
        _status, newest = said(app, address())

    assert status == 200
    assert f"已于 {today()} 被新版替代" in page
    assert "第 2 版" in page
    assert "✓ 现行版" in newest


def test_a_sheet_out_of_force_says_so(app: Flask) -> None:
    with app.app_context():
        path = address()
        revision = queries.in_force_of(db.session, row())
        assert revision is not None
        revision.state, revision.ended_on = RevisionState.RETIRED, today()
        db.session.commit()

        assert f"已于 {today()} 停用" in said(app, path)[1]


@pytest.mark.parametrize(
    "path",
    [
        f"/verify/{CODE}/1/0123456789abcdef",
        f"/verify/{CODE}/2/{{digits}}",
        "/verify/FZ-U9/1/{digits}",
        f"/verify/{CODE}/99999999999999999999/{{digits}}",
        f"/verify/{CODE}/0/{{digits}}",
    ],
)
def test_what_was_never_signed_off_is_not_known(app: Flask, path: str) -> None:
    with app.app_context():
        digits = address().rpartition("/")[2]

        status, page = said(app, path.format(digits=digits))

    assert status == 404
    assert "查无此图" in page


def test_what_waits_for_signatures_is_not_known(app: Flask) -> None:
    with app.app_context():
        unsigned = "FZ-U8-K02-G01"
        assert queries.in_force_of(db.session, row(unsigned)) is None

        assert said(app, f"/verify/{unsigned}/1/{'0' * 16}")[0] == 404


def test_what_is_typed_from_a_sheet_leads_to_the_same_answer(app: Flask) -> None:
    with app.app_context():
        digits = address().rpartition("/")[2]
        asked = {"code": f" {CODE} ", "number": "1", "digits": digits.upper()}

        page = app.test_client().get("/verify", query_string=asked, follow_redirects=True)

    assert page.status_code == 200
    assert "✓ 现行版" in page.text


@pytest.mark.parametrize(
    ("code", "number", "digits"),
    [
        ("<b>", "1", "0" * 16),
        (CODE, "一", "0" * 16),
        (CODE, "1" * 30, "0" * 16),
        (CODE, "1", "xyz"),
        (CODE, "", ""),
    ],
)
def test_what_cannot_stand_on_a_sheet_is_refused_and_kept(
    app: Flask, code: str, number: str, digits: str
) -> None:
    asked = {"code": code, "number": number, "digits": digits}

    answer = app.test_client().get("/verify", query_string=asked)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert f'value="{digits}"' in answer.text
    assert "<b>" not in answer.text


def test_the_code_says_where_to_ask(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        revision = queries.in_force_of(db.session, row())
        assert revision is not None
        ending = f"/verify/{CODE}/1/{short(revision.digest)}"
        assert check_address(CODE, revision) == ending

        monkeypatch.setenv("RISKMAP_SITE_URL", "http://10.1.2.3:8000/")
        assert check_address(CODE, revision) == f"http://10.1.2.3:8000{ending}"


@pytest.mark.parametrize("grey", [False, True])
def test_a_camera_reads_the_code_off_a_copied_sheet(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, grey: bool
) -> None:
    monkeypatch.setenv("RISKMAP_SITE_URL", "http://fengkong.renshe.yunjiang.example:8000")
    with app.app_context():
        (shown,) = printables(db.session, Scope(bureaus(db.session)[0]), [CODE])
        sheet = sheets_pdf(app.extensions["riskmap.engine"], [shown], grey)

        assert codes(sheet, tmp_path) == [address()]

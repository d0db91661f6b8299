"""Promises that every page keeps."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from riskmap.app import create_app
from riskmap.db import db
from riskmap.db.schema import changing, upgrade
from riskmap.drawing.engine import DrawingFailed
from riskmap.web.headers import HEADERS

CODE = "FZ-U1-K13-G01"
PAGES = ["/", f"/maps/{CODE}", f"/maps/{CODE}/chart.svg", f"/maps/{CODE}/sheet.pdf"]


@pytest.fixture(scope="module")
def app(made: Path) -> Flask:
    return create_app(f"sqlite:///{made / 'exports' / 'riskmap.db'}")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers(client, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", [*PAGES, "/maps/none", "/static/riskmap.css", "/nowhere"])
def test_every_answer_carries_the_security_headers(client, path):
    with client.get(path) as answer:
        headers = answer.headers

    assert HEADERS.keys() <= set(headers.keys())
    assert "script-src" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_a_chart_may_load_and_run_nothing(client):
    policy = client.get(f"/maps/{CODE}/chart.svg").headers["Content-Security-Policy"]

    assert policy == "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@pytest.mark.parametrize(
    "code", ["none", "..%2f..%2fetc%2fpasswd", "%00", "' OR 1=1 --", "<script>", "图"]
)
@pytest.mark.parametrize("page", ["", "/chart.svg", "/sheet.pdf"])
def test_an_unknown_map_is_answered_by_a_page_in_words(client, code, page):
    answer = client.get(f"/maps/{code}{page}")

    assert answer.status_code == 404
    assert "没有这一页" in answer.text
    assert "<script>" not in answer.text


def test_the_list_links_to_every_map_with_its_counts(client, app):
    page = client.get("/").text

    with app.app_context():
        codes = db.session.scalars(text("SELECT code FROM account_map")).all()
    assert all(f'href="/maps/{code}"' in page for code in codes)
    assert "6大类28小项" in page


def test_a_page_says_that_the_data_are_fictional(client):
    assert "虚构示范数据" in client.get("/").text
    assert "虚构示范数据" in client.get(f"/maps/{CODE}").text


def test_an_empty_register_says_how_to_begin(tmp_path):
    app = create_app(f"sqlite:///{tmp_path / 'empty.db'}")
    with app.app_context(), changing(db.engine) as connection:
        upgrade(connection)

    answer = app.test_client().get("/")

    assert answer.status_code == 200
    assert "riskmap demo" in answer.text


def test_when_a_chart_cannot_be_drawn_the_page_still_shows_the_steps(client, app, monkeypatch):
    def fail(*_args: object) -> None:
        raise DrawingFailed("绘图进程意外退出")

    monkeypatch.setattr(app.extensions["riskmap.engine"], "render_all", fail)

    chart = client.get(f"/maps/{CODE}/chart.svg")
    page = client.get(f"/maps/{CODE}")

    assert chart.status_code == 503
    assert "图暂时画不出来" in chart.text
    assert page.status_code == 200
    assert "打印收件回执" in page.text


def test_no_get_changes_a_row(client, app, made):
    before = (made / "exports" / "riskmap.db").read_bytes()

    for path in PAGES:
        client.get(path)

    assert (made / "exports" / "riskmap.db").read_bytes() == before


def test_every_template_compiles(app):
    names = [name for name in app.jinja_env.list_templates() if name.endswith(".html")]

    assert names
    for name in names:
        app.jinja_env.get_template(name)

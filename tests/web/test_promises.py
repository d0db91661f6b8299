"""Promises that every page keeps."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Engine, event, select

from riskmap.accounts import commands
from riskmap.accounts.models import User
from riskmap.accounts.roles import Role
from riskmap.app import create_app
from riskmap.db import db
from riskmap.drawing.screen import ALLOWED, Named, for_screen
from riskmap.maps.models import AccountMap, Step
from riskmap.organisation.models import Node
from riskmap.web.access import Policy, allows, policy_of
from riskmap.web.headers import DRAWING_POLICY, HEADERS
from riskmap.web.remembered import Remembered
from tests.in_force import put_into_force
from tests.users import sign_in
from tests.web.pages import AUDIT_FILES, CODE, FILES, PAGES, PUBLIC, REFUSED

ROOT = Path(__file__).parent.parent.parent
VENDORED = [ROOT / "riskmap" / "static" / "vendor", ROOT / "tests" / "web" / "vendor"]


def test_every_route_declares_its_policy(app):
    undeclared = [
        rule.rule for rule in app.url_map.iter_rules() if policy_of(app, rule.endpoint) is None
    ]

    assert undeclared == []


def test_a_view_without_a_policy_is_closed(app):
    assert policy_of(app, "desk.home") is not None
    view = app.view_functions["desk.home"]
    policy, view.policy = view.policy, None
    try:
        assert app.test_client().get("/").status_code == 403
    finally:
        view.policy = policy


def test_every_part_of_an_address_has_its_type(app):
    untyped = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and re.search(r"<[a-z_]+>", rule.rule)
    ]

    assert untyped == []


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3"])
def test_who_has_not_signed_in_is_shown_nothing_but_the_way_in(app, address):
    stranger = app.test_client()

    for path in [*PAGES, *FILES, *AUDIT_FILES]:
        answer = stranger.get(path, environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == 302, path
        assert answer.location.startswith("/sign-in"), path
        assert "工伤" not in answer.text, path


TAKEN = [*FILES, *AUDIT_FILES]
EVERYWHERE = [*PAGES, *TAKEN, *REFUSED, *PUBLIC, "/static/riskmap.css", "/language/en"]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_carries_the_security_headers(client, path):
    with client.get(path) as answer:
        headers = dict(answer.headers)

    policy = headers.pop("Content-Security-Policy")
    assert policy in (HEADERS["Content-Security-Policy"], DRAWING_POLICY)
    assert (policy == DRAWING_POLICY) == ("/chart." in path)
    for name, value in HEADERS.items():
        if name != "Content-Security-Policy":
            assert headers[name] == value


def test_the_policy_lets_nothing_inline_run():
    policy = HEADERS["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy


class Inline(HTMLParser):
    """Collects what a strict policy would refuse: inline scripts, styles and handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("path", [*PAGES, *REFUSED, *PUBLIC])
def test_no_page_has_inline_scripts_or_styles(app, client, path):
    parser = Inline()
    parser.feed((app.test_client() if path in PUBLIC else client).get(path).text)

    assert parser.found == []


@pytest.mark.parametrize("path", [*PAGES, *FILES, *AUDIT_FILES, *REFUSED, *PUBLIC])
def test_what_is_for_one_reader_is_kept_for_no_other(app, client, path):
    answer = (app.test_client() if path in PUBLIC else client).get(path)

    kept = answer.headers["Cache-Control"]
    assert kept == ("private, no-cache" if "ETag" in answer.headers else "no-store")
    assert "ETag" not in answer.headers or answer.headers["Vary"] == "Cookie"


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("few", "many"),
    [
        ("/maps?q=FZ-U1-K13-G01", "/maps"),
        ("/steps?q=收件回执", "/steps"),
        ("/risk-points?q=倒签收件日期", "/risk-points"),
        ("/measures?q=CS-0101-01", "/measures"),
        ("/bases?q=工伤保险条例", "/bases"),
        ("/people?q=RY-001", "/people"),
        ("/nodes/FZ-U1-K13-G01", "/nodes/FZ-U1"),
        ("/search?q=倒签收件日期&kind=risk_point", "/search?q=审核&kind=step"),
    ],
)
def test_a_long_list_takes_as_many_statements_as_a_short_one(app, client, few, many):
    with app.app_context():
        engine = db.engine
    client.get(many)  # what maps show is read once
    with counted(engine) as for_few:
        short = client.get(few)
    with counted(engine) as for_many:
        long = client.get(many)

    assert short.text.count("<tr") < long.text.count("<tr") or "<ul" in long.text
    assert len(for_few) == len(for_many)
    assert len(for_many) <= 14


def test_a_second_visit_to_a_map_is_answered_by_not_modified(client):
    for path in (f"/maps/{CODE}", *FILES):
        first = client.get(path)
        second = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

        assert second.status_code == 304, path
        assert second.data == b""
        assert second.headers["ETag"] == first.headers["ETag"]


def test_a_changed_map_is_shown_as_it_is_now(made, tmp_path):
    shutil.copy(made / "exports" / "riskmap.db", tmp_path / "copy.db")
    app = create_app(f"sqlite:///{tmp_path / 'copy.db'}")
    client = sign_in(app, "shenji")
    before = client.get(f"/maps/{CODE}")
    with app.app_context():
        step = db.session.scalars(select(Step).where(Step.text.contains("打印收件回执"))).one()
        old, step.text = step.text, "当面核验证件并打印回执"
        db.session.commit()

    known = {"If-None-Match": before.headers["ETag"]}
    in_force = client.get(f"/maps/{CODE}", headers=known)
    draft = client.get(f"/maps/{CODE}?draft=1", headers=known)
    with app.app_context():
        row = db.session.scalars(select(AccountMap).where(AccountMap.code == CODE)).one()
        put_into_force(db.session, row)
        db.session.commit()
    after = client.get(f"/maps/{CODE}", headers=known)

    assert f"<td>{old}" in before.text
    assert "工作稿与现行版相同" in before.text
    assert f"<td>{old}" in in_force.text
    assert "工作稿与现行版不同" in in_force.text
    for page in (draft, after):
        assert page.status_code == 200
        assert "<td>当面核验证件并打印回执" in page.text
        assert f"<td>{old}" not in page.text


def test_the_answers_kept_do_not_outgrow_their_room():
    kept = Remembered(most=100)

    for number in range(50):
        kept.get(number, lambda: "x" * 30)

    asked = []
    assert kept.get(49, lambda: asked.append("again") or "")[1] == b"x" * 30
    kept.get(0, lambda: asked.append("again") or "")
    assert asked == ["again"]


def test_a_remembered_page_is_shown_to_its_own_reader_only(own):
    chief, auditor = sign_in(own, "gongshang"), sign_in(own, "shenji")
    first = chief.get(f"/maps/{CODE}")

    other = auditor.get(f"/maps/{CODE}", headers={"If-None-Match": first.headers["ETag"]})

    assert other.status_code == 200
    assert "机关纪委（审计）" in other.text
    assert "机关纪委（审计）" not in chief.get(f"/maps/{CODE}").text
    assert f'href="/maps/{CODE}/edit"' in first.text
    assert f'href="/maps/{CODE}/edit"' not in other.text


def test_a_reader_who_may_no_longer_read_a_map_is_not_shown_the_remembered_page(own):
    client = sign_in(own, "chayue")
    known = {"If-None-Match": client.get(f"/maps/{CODE}").headers["ETag"]}
    with own.app_context():
        user = db.session.scalars(select(User).where(User.name == "chayue")).one()
        other = db.session.scalars(select(Node.id).where(Node.code == "FZ-U2-K03")).one()
        commands.set_grants(db.session, user, [(Role.VIEWER, other)])
        db.session.commit()
    client = sign_in(own, "chayue")

    assert client.get(f"/maps/{CODE}", headers=known).status_code == 404
    assert client.get(f"/maps/{CODE}/chart.svg", headers=known).status_code == 404


def test_what_was_just_done_is_said_once_and_not_remembered(own):
    client = sign_in(own, "shenji")
    before = client.get(f"/maps/{CODE}")
    with client.session_transaction() as session:
        session["_flashes"] = [("message", "刚刚做完")]

    said = client.get(f"/maps/{CODE}", headers={"If-None-Match": before.headers["ETag"]})
    after = client.get(f"/maps/{CODE}")

    assert "刚刚做完" in said.text
    assert said.headers["Cache-Control"] == "no-store"
    assert after.data == before.data


def test_a_page_with_a_form_is_not_remembered(own):
    own.add_url_rule(
        "/formed",
        view_func=allows(Policy.READ)(
            lambda: own.extensions["riskmap.remembered"].answer("formed", generate_csrf)
        ),
    )

    first, second = (sign_in(own, "shenji").get("/formed") for _ in range(2))

    assert first.text != second.text
    assert first.headers["Cache-Control"] == "no-store"


def test_a_form_that_is_too_large_is_refused_in_a_page_of_ours(client):
    answer = client.post("/account/password", data={"new": "长" * 2 * 1024 * 1024, "end": "1"})

    assert answer.status_code == 413
    assert "4 MB" in answer.text
    assert '<header class="bar">' in answer.text


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413])
def test_a_refusal_carries_the_security_headers_and_leads_only_where_one_may_go(
    app, client, status
):
    large = {"new": "x" * 5 * 1024 * 1024}
    administrator = sign_in(app, "guanli")
    answer = {
        400: lambda: client.post("/account/password", data={"end": "1"}),
        401: lambda: app.test_client().get("/maps", headers={"Accept": "application/json"}),
        403: lambda: administrator.get("/maps"),
        404: lambda: administrator.get("/nowhere"),
        405: lambda: client.post("/maps"),
        413: lambda: administrator.post("/account/password", data=large),
    }[status]()

    assert answer.status_code == status
    assert HEADERS.items() <= dict(answer.headers).items()
    assert answer.headers["Cache-Control"] == "no-store"
    if status in (403, 404, 413):
        assert 'href="/account"' in answer.text
        assert 'href="/maps"' not in answer.text
        assert 'action="/search"' not in answer.text


def test_the_two_languages_of_a_page_are_not_taken_for_one_another(client):
    chinese = client.get(f"/maps/{CODE}").headers["ETag"]
    client.set_cookie("riskmap_language", "en")

    english = client.get(f"/maps/{CODE}", headers={"If-None-Match": chinese})

    assert english.status_code == 200
    assert 'lang="en"' in english.text


def test_every_template_compiles(app):
    names = [name for name in app.jinja_env.list_templates() if name.endswith(".html")]

    assert names
    for name in names:
        app.jinja_env.get_template(name)


@pytest.mark.parametrize("folder", VENDORED, ids=lambda each: each.parent.name)
def test_vendored_files_are_the_ones_in_the_manifest(folder):
    listed = json.loads((folder / "manifest.json").read_text())
    known = {"manifest.json"} | {each["file"] for each in listed}
    known |= {each["licence_file"] for each in listed}

    assert {path.name for path in folder.iterdir()} == known
    for each in listed:
        assert hashlib.sha256((folder / each["file"]).read_bytes()).hexdigest() == each["sha256"]
        assert each["version"] in each["file"]
        assert each["licence"]


def test_a_chart_in_a_page_has_only_allowed_elements_and_attributes(client, app):
    with app.app_context():
        codes = db.session.execute(db.text("SELECT code FROM account_map")).scalars().all()
    for code in codes[:: max(1, len(codes) // 12)]:
        page = client.get(f"/maps/{code}").text
        chart = ElementTree.fromstring(re.search(r"<svg.*?</svg>", page, re.DOTALL)[0])
        seen = set()
        for element in chart.iter():
            tag = element.tag.rpartition("}")[2]
            seen.add(tag)
            assert set(element.attrib) <= ALLOWED[tag], tag
            assert element.attrib.get("href", "#").startswith(("#", "/maps/FZ-"))
        assert {"svg", "g", "a", "title", "text", "polygon"} <= seen


def test_a_chart_sent_as_a_picture_has_only_the_elements_that_draw(client):
    picture = ElementTree.fromstring(client.get(f"/maps/{CODE}/chart.svg").data)
    more = {"svg": {"version"}, "a": {"title"}, "text": {"space"}}  # Graphviz's own, harmless

    for element in picture.iter():
        tag = element.tag.rpartition("}")[2]
        names = {name.rpartition("}")[2] for name in element.attrib}
        assert names <= ALLOWED[tag] | more.get(tag, set()), tag
        assert "href" not in names


def test_every_shape_of_a_step_or_risk_point_leads_to_its_row(client):
    page = client.get(f"/maps/{CODE}").text
    chart = ElementTree.fromstring(re.search(r"<svg.*?</svg>", page, re.DOTALL)[0])

    shapes = chart.findall(".//{*}a")
    assert len(shapes) == 11 + 5  # steps and risk points of that map
    for shape in shapes:
        assert f'id="{shape.attrib["href"][1:]}"' in page
        assert f'href="#{shape.attrib["id"]}"' in page
        assert shape.find("{*}title").text.startswith(("第 ", "风险点（"))


def test_a_hostile_drawing_reaches_no_page():
    hostile = b"""<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"
      xmlns:xlink="http://www.w3.org/1999/xlink" width="10pt" height="10pt" viewBox="0 0 10 10"
      onload="alert(1)"><script>alert(2)</script><style>*{}</style>
      <g id="s1-step" class="node" onclick="x()"><a xlink:href="javascript:alert(3)">
      <polygon points="0,0" style="fill:url(//x)" fill="red"/></a><image href="//x"/>
      <foreignObject><b/></foreignObject></g></svg>"""

    shown = for_screen(hostile, "题", {"s1": Named("第1步", "#row-s1")})

    for word in ("script", "alert", "style", "onload", "onclick", "javascript", "image", "foreign"):
        assert word not in shown
    assert 'fill="red"' in shown
    assert 'href="#row-s1"' in shown

"""The editor's addresses, asked without a browser: what is refused, and what is left as it was."""

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from riskmap.app import create_app
from riskmap.db import db
from riskmap.history.models import Change
from riskmap.maps.models import AccountMap, MapDraftRow, RiskPoint, Step, Transition
from riskmap.organisation.models import Node
from tests.cli.conftest import made
from tests.users import post, sign_in

__all__ = ["made"]

CODE = "FZ-U1-K13-G01"
EDIT = f"/maps/{CODE}/edit"
NEW = "/nodes/FZ-U1-K13-G02/maps/new"
OTHER = "FZ-U2-K03"
JSON = {"Accept": "application/json"}


@pytest.fixture
def app(made: Path, tmp_path: Path) -> Iterator[Flask]:
    shutil.copy(made / "exports" / "riskmap.db", tmp_path / "riskmap.db")
    found = create_app(f"sqlite:///{tmp_path / 'riskmap.db'}", keys=tmp_path)
    yield found
    found.extensions["riskmap.engine"].close()


@pytest.fixture
def chief(app: Flask) -> FlaskClient:
    return sign_in(app, "gongshang")


class Fields(HTMLParser):
    """Reads what a form holds, as a browser would send it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        name, value = held.get("name") or "", held.get("value") or ""
        if tag == "input" and name and (held.get("type") != "checkbox" or "checked" in held):
            self.found.append((name, value))
        elif tag in ("textarea", "select"):
            self.within = tag
            self.found.append((name, ""))
        elif tag == "option" and "selected" in held:
            self.found[-1] = (self.found[-1][0], value)

    def handle_endtag(self, tag: str) -> None:
        self.within = "" if tag == self.within else self.within

    def handle_data(self, data: str) -> None:
        if self.within == "textarea":
            self.found[-1] = (self.found[-1][0], data)


def form(client: FlaskClient, path: str = EDIT) -> "MultiDict[str, str]":
    page = client.get(path).text
    reader = Fields()
    reader.feed(page[page.index('<form id="edit"') : page.rindex("</form>")])
    return MultiDict(reader.found)


def hand_in(client: FlaskClient, do: str, /, **changes: str) -> TestResponse:
    """Send the editor's form with a button, some fields changed: `step_1_text` is `step-1-text`."""
    sent = form(client)
    for name, value in changes.items():
        sent[re.sub(r"_(\d+)_", r"-\1-", name)] = value
    sent["do"] = do
    return client.post(EDIT, data=sent)


def rows(app: Flask) -> tuple[object, ...]:
    """Return what of the database an edit of maps could change."""
    with app.app_context():
        counts = [
            db.session.scalar(select(func.count()).select_from(each))
            for each in (AccountMap, Step, Transition, RiskPoint, Change)
        ]
        versions = db.session.execute(
            select(AccountMap.code, AccountMap.version).order_by(AccountMap.code)
        ).all()
        return *counts, tuple(map(tuple, versions))


def texts(app: Flask) -> list[str]:
    with app.app_context():
        query = (
            select(Step.text)
            .join(AccountMap, AccountMap.id == Step.map_id)
            .where(AccountMap.code == CODE)
            .order_by(Step.number)
        )
        return list(db.session.scalars(query))


# Saving


def test_a_form_handed_in_as_it_came_changes_nothing(app, chief):
    before = texts(app)

    answer = hand_in(chief, "save")

    assert answer.status_code == 303
    assert texts(app) == before
    with app.app_context():
        version = db.session.scalars(
            select(AccountMap.version).where(AccountMap.code == CODE)
        ).one()
    assert version == 1


def test_a_saved_map_says_what_was_typed(app, chief):
    answer = hand_in(chief, "save", step_1_text="当面核验证件")

    assert answer.status_code == 303
    assert answer.headers["Location"] == EDIT
    assert texts(app)[1] == "当面核验证件"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("step_1_actor", "没有这个岗位"),
        ("step_1_limit_value", "很久"),
        ("step_1_min_persons", "0"),
        ("step_1_kind", "forged"),
        ("step_1_duty", "伪造"),
        ("step_1_basis", "没有这部法"),
        ("step_1_detail", "没有这张图"),
        ("step_1_text", "字" * 201),
        ("step_1_document", "有\x07控制符"),
        ("title", ""),
        ("matter", "没有这个事项"),
    ],
)
def test_a_refused_form_names_the_field_and_keeps_what_was_typed(app, chief, name, text):
    before = rows(app)
    field = re.sub(r"_(\d+)_", r"-\1-", name)

    answer = hand_in(chief, "save", **{name: text, "step_2_text": "照样留着的字"})

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', answer.text)
    assert "照样留着的字" in answer.text
    if name != "step_1_document":
        assert text in answer.text
    assert rows(app) == before


def test_a_new_measure_that_is_only_begun_names_what_is_missing(chief):
    answer = hand_in(chief, "save", **{"step-1-risk-0-new_text": "新写的措施"})

    assert answer.status_code == 422
    for name in ("new_phase", "new_control", "new_frequency", "new_evidence"):
        assert f'href="#step-1-risk-0-{name}"' in answer.text


def test_an_override_of_the_level_needs_a_reason(chief):
    answer = hand_in(chief, "save", **{"step-1-risk-0-level": "high"})

    assert answer.status_code == 422
    assert 'href="#step-1-risk-0-reason"' in answer.text


def test_a_map_saved_by_another_meanwhile_is_not_overwritten(app, chief):
    sent = form(chief)
    hand_in(chief, "save", step_1_text="先存的写法")
    sent["step-1-text"], sent["do"] = "后存的写法", "save"

    answer = chief.post(EDIT, data=sent)

    assert answer.status_code == 409
    assert "先存的写法" in answer.text
    assert "后存的写法" in answer.text
    assert texts(app)[1] == "先存的写法"


def test_a_conflict_without_a_choice_is_asked_again(app, chief):
    sent = form(chief)
    hand_in(chief, "save", step_1_text="先存的写法")
    sent["step-1-text"], sent["do"], sent["seen"] = "后存的写法", "merge", "2"

    answer = chief.post(EDIT, data=sent)

    assert answer.status_code == 409
    assert texts(app)[1] == "先存的写法"


# Twice, cut short, forged


def test_a_form_sent_twice_acts_once(app, chief):
    sent = form(chief)
    sent["step-1-text"], sent["do"] = "只存一次", "save"
    first = chief.post(EDIT, data=sent)
    after = rows(app)

    second = chief.post(EDIT, data=sent)

    assert (first.status_code, second.status_code) == (303, 303)
    assert rows(app) == after


def test_a_map_is_made_once_however_often_the_form_is_sent(app, chief):
    page = chief.get(NEW).text
    sent = {
        name: re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)[1]
        for name in ("csrf_token", "number")
    } | {"title": "只建一张", "end": "1"}
    before = rows(app)[0]

    answers = [chief.post(NEW, data=sent) for _ in range(3)]

    assert {answer.headers["Location"] for answer in answers} == {"/maps/FZ-U1-K13-G02-S2/edit"}
    assert rows(app)[0] == before + 1


@pytest.mark.parametrize("path", [EDIT, f"{EDIT}/chart", f"{EDIT}/draft"])
def test_a_form_that_was_cut_short_is_refused(app, chief, path):
    sent = form(chief)
    sent["do"] = "save"
    sent.pop("end")
    before = rows(app)

    assert chief.post(path, data=sent).status_code == 400
    assert rows(app) == before


@pytest.mark.parametrize("path", [EDIT, f"{EDIT}/chart", f"{EDIT}/draft", NEW])
def test_a_form_without_its_token_is_refused(app, chief, path):
    before = rows(app)

    assert chief.post(path, data={"end": "1", "do": "save"}).status_code == 400
    assert rows(app) == before


def test_fields_that_nobody_asked_for_change_nothing(app, chief):
    before = rows(app)

    answer = hand_in(
        chief,
        "save",
        **{
            "code": "FZ-U1",
            "node_id": "1",
            "bureau_id": "2",
            "retired_on": "2026-01-01",
            "step-1-map_id": "3",
            "step-1-number": "77",
            "step-1-risk-0-id": "9",
            "step-x-text": "伪造",
        },
    )

    assert answer.status_code == 303
    assert rows(app)[:4] == before[:4]
    assert rows(app)[5] == before[5]


@pytest.mark.parametrize(
    "do",
    ["delete:99", "move:1:99", "delete:-1", "up:0", "insert", "delete:1:1", "drop table", "", "＋"],
)
def test_an_operation_that_does_not_fit_leaves_the_rows_as_they_were(app, chief, do):
    before = form(chief)

    answer = hand_in(chief, do)

    assert answer.status_code == 200
    after = form(chief)
    names = [name for name in before if re.match("step-|title|basis-", name)]
    assert {name: after.getlist(name) for name in names} == {
        name: before.getlist(name) for name in names
    }
    assert texts(app) == [before[f"step-{at}-text"] for at in range(11)]


def test_a_line_to_a_step_of_another_map_is_refused(app, chief):
    before = rows(app)

    answer = hand_in(chief, "save", **{"step-1-next-0-to": "s999"})

    assert answer.status_code == 422
    assert rows(app) == before


def test_a_measure_that_does_not_exist_is_refused(app, chief):
    before = rows(app)

    answer = hand_in(chief, "save", **{"step-1-risk-0-measures": "CS-9999-99"})

    assert answer.status_code == 422
    assert rows(app) == before


def test_markup_that_is_typed_is_shown_as_text(chief):
    hostile = '"><script>alert(1)</script>'

    answer = hand_in(chief, "look", step_1_text=hostile, title=hostile)
    sent = form(chief)
    drawn = chief.post(f"{EDIT}/chart", data=sent, headers=JSON)

    assert sent["step-1-text"] == hostile
    assert "<script>alert" not in answer.text
    assert "<script" not in drawn.json["svg"]


# Who may


PATHS = ["edit", "edit/chart", "edit/draft"]


@pytest.mark.parametrize("path", PATHS)
def test_another_office_s_map_is_not_there(app, chief, path):
    before = rows(app)
    sent = form(chief)
    sent["do"] = "save"

    asked = chief.get(f"/maps/{OTHER}/edit")
    answer = chief.post(f"/maps/{OTHER}/{path}", data=sent)

    assert asked.status_code == 404
    assert answer.status_code == 404
    assert rows(app)[:4] == before[:4]
    assert rows(app)[5] == before[5]


def test_another_office_s_node_gets_no_map(app, chief):
    before = rows(app)[0]

    asked = chief.get(f"/nodes/{OTHER}/maps/new")
    answer = post(chief, NEW, f"/nodes/{OTHER}/maps/new", title="越权新建")

    assert (asked.status_code, answer.status_code) == (404, 404)
    assert rows(app)[0] == before


@pytest.mark.parametrize("code", ["NONE", "FZ-U1-K13-G01-S9", "FZ-U99"])
def test_a_code_that_nobody_has_is_not_there(chief, code):
    assert chief.get(f"/maps/{code}/edit").status_code == 404
    assert chief.get(f"/nodes/{code}/maps/new").status_code == 404


@pytest.mark.parametrize(
    "user",
    ["guanli", "shouli", "fenguan", "fagui", "juzhang", "jijian", "shenji", "chayue"],
)
def test_whoever_is_no_chief_edits_nothing(app, user):
    client = sign_in(app, user)

    assert client.get(EDIT).status_code == 403
    assert client.get(NEW).status_code == 403


@pytest.mark.parametrize(("user", "edits"), [("gongshang", True), ("heding", False)])
def test_the_button_to_edit_is_there_for_whom_it_works(app, user, edits):
    client = sign_in(app, user)
    for _ in range(2):  # made, then remembered
        found = f'href="{EDIT}"' in client.get(f"/maps/{CODE}").text
        assert found is edits
    assert (f'href="{NEW}"' in client.get("/nodes/FZ-U1-K13-G02").text) is edits


def test_who_is_signed_out_is_told_so_in_the_script_s_own_words(app, chief):
    sent = form(chief)
    nobody = app.test_client()
    nobody.get("/sign-in")
    sent["csrf_token"] = re.search(
        r'name="csrf_token" value="([^"]*)"', nobody.get("/sign-in").text
    )[1]

    answer = nobody.post(f"{EDIT}/draft", data=sent, headers=JSON)

    assert answer.status_code == 401
    assert answer.json == {"signed_out": True}


# The chart and the draft


def test_the_chart_is_of_what_was_typed_and_saves_nothing(app, chief):
    before = rows(app)
    sent = form(chief)
    sent["step-1-text"] = "正在录入的一步"
    sent["step-4-next-0-to"] = ""

    answer = chief.post(f"{EDIT}/chart", data=sent, headers=JSON).json

    assert "正在录入的一步" in re.sub(r"<[^>]*>|\s", "", answer["svg"])
    assert answer["problems"]
    assert all(set(each) == {"key", "text"} for each in answer["problems"])
    assert rows(app) == before


def test_the_draft_is_there_for_its_user_alone(app, chief):
    sent = form(chief)
    sent["step-1-text"] = "只是草稿"
    answer = chief.post(f"{EDIT}/draft", data=sent, headers=JSON)

    assert re.fullmatch(r"\d\d:\d\d", answer.json["saved"])
    assert form(chief)["step-1-text"] == "只是草稿"
    assert texts(app)[1] != "只是草稿"
    assert "只是草稿" not in sign_in(app, "shenji").get(f"/maps/{CODE}").text


def kept(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(MapDraftRow))


def test_what_is_saved_already_is_no_draft_when_it_comes_once_more(app, chief):
    sent = form(chief)
    sent["step-1-text"] = "先存后到"
    chief.post(EDIT, data=MultiDict([*sent.items(multi=True), ("do", "save")]))
    assert texts(app)[1] == "先存后到"

    answer = chief.post(f"{EDIT}/draft", data=sent, headers=JSON)
    assert kept(app) == 0
    assert answer.json["said"].startswith("已保存 第 2 版")
    assert answer.json["undo"] is False

    sent["step-1-text"] = "存过以后又打的字"
    chief.post(f"{EDIT}/draft", data=sent, headers=JSON)
    assert kept(app) == 1


def test_a_map_that_nobody_changed_is_no_draft(app, chief):
    with app.app_context():
        own = Node.code.startswith("FZ-U1-K13")
        codes = db.session.scalars(select(AccountMap.code).join(Node).where(own)).all()
    assert len(codes) == 5

    for code in codes:
        sent = form(chief, f"/maps/{code}/edit")
        chief.post(f"/maps/{code}/edit/draft", data=sent, headers=JSON)
    assert kept(app) == 0

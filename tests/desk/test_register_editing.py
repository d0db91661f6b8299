"""Keeping the register through its pages: who may, what is refused, what two people see."""

import re
from datetime import date, timedelta
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from riskmap.app import create_app
from riskmap.db import db, today
from riskmap.organisation.models import Node
from riskmap.register.models import (
    Basis,
    Category,
    Item,
    Matter,
    Measure,
    NotApplicable,
    Responsibility,
    StatutoryLimit,
)
from tests.rows import make_bureau, make_example
from tests.users import post, sign_in

ITEM = "/register/items/FX-0101/edit"
MEASURE = "/register/measures/CS-0101-01/edit"
BASIS = "/register/bases/FG-018/edit"
LIMIT = "/register/limits/SX-140/edit"
MATTER = "/register/matters/QL-001/edit"
CATEGORY = "/register/categories/FX-01/edit"
ENTRY = "/register/not-applicable/1/edit"
NEW = {
    "/register/categories/new": {"code": "FX-77", "name": "新的大类"},
    "/register/items/new?category=FX-01": {
        "code": "FX-0177", "category": "FX-01", "name": "新的小项", "kind": "岗位职责",
        "manifestation": "拖延", "rating": "3-4", "override_level": "", "override_reason": "",
    },
    "/register/measures/new?item=FX-0101": {
        "code": "CS-0101-77", "text": "新的措施", "phase": "prevent", "control": "制衡",
        "frequency": "每件", "evidence": "台账", "indicator": "",
    },
    "/register/bases/new": {"code": "FG-777", "title": "新的办法", "kind": "internal"},
    "/register/bases/FG-018/limits/new": {
        "code": "SX-777", "name": "新的时限", "article": "第一条", "value": "5", "unit": "工作日",
        "sense": "at-most", "binds": "bureau", "start_event": "收到之日", "evidence": "P",
    },
    "/register/matters/new": {"code": "QL-777", "name": "新的事项", "kind": "确认"},
    "/register/not-applicable/new": {
        "item": "FX-0101", "node": "云江市人才服务中心 FZ-U7", "reason": "不办理",
    },
}  # fmt: skip
KINDS = {
    "/register/categories/new": Category,
    "/register/items/new?category=FX-01": Item,
    "/register/measures/new?item=FX-0101": Measure,
    "/register/bases/new": Basis,
    "/register/bases/FG-018/limits/new": StatutoryLimit,
    "/register/matters/new": Matter,
}
EDITS = [CATEGORY, ITEM, MEASURE, BASIS, LIMIT, MATTER, ENTRY]
OTHERS = [
    "/register/keep",
    "/register/retired",
    "/register/matters",
    "/register/not-applicable",
    "/register/measures/bulk?code=CS-0101-01",
    "/register/items/bulk?code=FX-0101",
    *[f"/register/{each}/retire" for each in (
        "categories/FX-01", "items/FX-0101", "measures/CS-0101-01", "bases/FG-018", "limits/SX-140",
        "matters/QL-001",
    )],
]  # fmt: skip


@pytest.fixture
def keeper(own: Flask) -> FlaskClient:
    """A client of the office that keeps the register."""
    return sign_in(own, "fagui")


def row_of(kind, code: str):
    return db.session.scalars(select(kind).where(kind.code == code)).one()


def state(own: Flask) -> list[object]:
    """Return all that the register holds."""
    tables = ("category", "item", "measure", "responsibility", "not_applicable", "basis")
    with own.app_context():
        return [
            tuple(row)
            for table in (*tables, "statutory_limit", "matter")
            for row in db.session.execute(text(f"SELECT * FROM {table} ORDER BY id"))
        ]


def shown(page: str) -> dict[str, list[str]]:
    """Return what the fields of a page's form hold, as a browser would send it."""
    form = re.search(r'<form class="panel" method="post".*?</form>', page, re.DOTALL)[0]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="(\w+)"', tag)
        if kind and kind[1] in ("radio", "checkbox") and not re.search(r"\bchecked\b", tag):
            continue
        if name:
            found.setdefault(name[1], []).append(value[1] if value else "")
    for name, inside in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"|value="([^"]*)" selected', inside)
        found.setdefault(name, []).append((chosen[1] or chosen[2] or "") if chosen else "")
    for name, inside in re.findall(
        r'<textarea[^>]* name="([^"]*)"[^>]*>\s*(.*?)</textarea>', form, re.DOTALL
    ):
        found.setdefault(name, []).append(inside)
    return found


def save(client: FlaskClient, page: str, **changed: object) -> TestResponse:
    """Change some fields of a page's form and hand it in."""
    fields = shown(client.get(page).text) | {
        name: value if isinstance(value, list) else [value] for name, value in changed.items()
    }
    return client.post(
        page, data={name: value for name, value in fields.items() if value != [None]}
    )


# Who may


@pytest.mark.parametrize(
    "name",
    ["guanli", "gongshang", "shouli", "fenguan", "juzhang", "jijian", "shenji", "chayue"],
)
def test_only_the_office_that_keeps_the_register_opens_its_pages(own, name):
    client = sign_in(own, name)
    before = state(own)

    answers = {path: client.get(path).status_code for path in [*NEW, *EDITS, *OTHERS]}
    posted = {path: post(client, "/account", path, **NEW[path]).status_code for path in NEW}
    ended = post(client, "/account", "/register/not-applicable/1/end").status_code
    applied = post(client, "/account", "/register/items/bulk/apply", row="FX-0101:1").status_code

    assert set(answers.values()) == {403}
    assert set(posted.values()) == {403}
    assert (ended, applied) == (403, 403)
    assert state(own) == before


@pytest.mark.parametrize("name", ["shenji", "juzhang"])
def test_who_may_only_read_is_shown_no_button_to_edit(own, name):
    client = sign_in(own, name)

    for path in ("/register", "/items/FX-0101", "/measures", "/measures/CS-0101-01", "/bases",
                 "/bases/FG-018"):  # fmt: skip
        assert 'href="/register/' not in client.get(path).text, path


def test_the_pages_of_the_register_lead_its_keeper_to_editing(keeper):
    for path, target in {
        "/register": "/register/keep",
        "/items/FX-0101": ITEM,
        "/measures": MEASURE,
        "/measures/CS-0101-01": MEASURE,
        "/bases": "/register/bases/FG-001/edit",
        "/bases/FG-018": BASIS,
    }.items():
        assert f'href="{target}' in keeper.get(path).text, path


def test_every_page_answers_its_keeper(keeper):
    assert {keeper.get(path).status_code for path in [*NEW, *EDITS, *OTHERS]} == {200}


def test_rows_of_another_bureau_are_not_there(own, keeper, monkeypatch):
    monkeypatch.setattr("tests.rows._numbers", count(7000))  # codes that the sample has not
    with own.app_context():
        other = make_example(db.session, make_bureau(db.session, code="ZZ-OTHER"))
        codes = {name: row.code for name, row in other.items() if hasattr(row, "code")}
        entry = other["not_applicable"].id
        db.session.commit()
    before = state(own)

    paths = [
        f"/register/{kind}/{codes[table]}/{act}"
        for kind, table in {
            "categories": "category", "items": "item", "measures": "measure", "bases": "basis",
            "limits": "statutory_limit", "matters": "matter",
        }.items()
        for act in ("edit", "retire")
    ]  # fmt: skip
    paths += [
        f"/register/measures/new?item={codes['item']}",
        f"/register/bases/{codes['basis']}/limits/new",
        f"/register/not-applicable/{entry}/edit",
        f"/register/items/bulk?code={codes['item']}",
        f"/register/measures/bulk?code=CS-0101-01&code={codes['measure']}",
    ]
    assert {path: keeper.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert {post(keeper, ITEM, path, name="x").status_code for path in paths[:12]} == {404}
    ended = post(keeper, ITEM, f"/register/not-applicable/{entry}/end")
    bulk = post(keeper, ITEM, "/register/items/bulk", row=f"{codes['item']}:1", field="kind")
    moved = post(keeper, "/register/keep", move=f"item:up:{codes['item']}")
    assert {ended.status_code, bulk.status_code, moved.status_code} == {404}
    refused = save(keeper, MEASURE, **{"shares-node": f"别局 {codes['node']}"})
    assert refused.status_code == 422
    replaced = save(keeper, BASIS, replaced_by=f"别局 {codes['basis']}")
    assert replaced.status_code == 422
    assert state(own) == before


@pytest.mark.parametrize(
    "path",
    [
        "/register/items/FX-9999/edit",
        "/register/items/%00/edit",
        "/register/people/RY-001/retire",
        "/register/not-applicable/99999999999999999999/edit",
        "/register/not-applicable/9999/edit",
        "/register/measures/new",
        "/register/measures/new?item=%00",
        "/register/items/bulk?code=FX-0101&code=%00",
    ],
)
def test_what_is_not_there_is_answered_404(keeper, path):
    assert keeper.get(path).status_code == 404


# Adding


@pytest.mark.parametrize("path", NEW)
def test_a_row_is_added_as_it_was_typed(own, keeper, path):
    answer = post(keeper, path, **NEW[path])

    assert answer.status_code == 303, answer.text
    if path not in KINDS:
        return
    with own.app_context():
        row = row_of(KINDS[path], NEW[path]["code"])
        for name in (
            "name",
            "title",
            "text",
            "manifestation",
            "frequency",
            "start_event",
            "article",
        ):
            if name in NEW[path]:
                assert getattr(row, name) == NEW[path][name]
        assert row.retired_on is None


def test_an_item_gets_the_level_of_its_field_of_the_matrix(own, keeper):
    post(keeper, "/register/items/new?category=FX-01", **NEW["/register/items/new?category=FX-01"])

    with own.app_context():
        item = row_of(Item, "FX-0177")
        assert (item.likelihood, item.severity, item.override_level) == (3, 4, None)
    assert "3×4=12" in keeper.get("/register").text


@pytest.mark.parametrize(
    ("path", "letters", "kind"),
    [
        ("/register/categories/new", "FX-", Category),
        ("/register/items/new?category=FX-03", "FX-03", Item),
        ("/register/measures/new?item=FX-0203", "CS-0203-", Measure),
        ("/register/bases/new", "FG-", Basis),
        ("/register/bases/FG-018/limits/new", "SX-", StatutoryLimit),
        ("/register/matters/new", "QL-", Matter),
    ],
)
def test_the_code_proposed_is_free_and_follows_the_others(own, keeper, path, letters, kind):
    proposed = re.search(r'name="code"[^>]* value="([^"]*)"', keeper.get(path).text)[1]

    with own.app_context():
        codes = db.session.scalars(select(kind.code)).all()
    numbers = [int(code.removeprefix(letters)) for code in codes if code.startswith(letters)]
    assert proposed not in codes
    assert proposed.startswith(letters)
    assert int(proposed.removeprefix(letters)) == max(numbers) + 1


def test_a_code_is_never_issued_twice_not_even_a_retired_one(own, keeper):
    with own.app_context():
        row_of(Matter, "QL-001").retired_on = date(2026, 1, 1)
        db.session.commit()
    before = state(own)

    for code in ("QL-001", "ql-002", "QL 003", "图-1", "", "-1", "x" * 41):
        answer = post(keeper, "/register/matters/new", code=code, name="又一事项", kind="确认")
        assert answer.status_code == 422, code
        assert "又一事项" in answer.text
        assert 'id="code-error"' in answer.text
    assert state(own) == before


@pytest.mark.parametrize("path", KINDS)
def test_of_two_who_take_the_same_code_at_once_the_second_is_told(own, keeper, monkeypatch, path):
    post(keeper, path, **NEW[path])
    before = state(own)
    monkeypatch.setattr("riskmap.register.queries.code_taken", lambda *_args: False)
    monkeypatch.setattr("riskmap.register.queries.same_name", lambda *_args, **_more: None)

    answer = post(keeper, path, **NEW[path])

    assert answer.status_code == 422
    assert 'id="code-error"' in answer.text
    assert state(own) == before


def test_a_code_never_changes_afterwards(own, keeper):
    assert 'name="code"' not in keeper.get(ITEM).text

    answer = save(keeper, ITEM, code="FX-9999", name="改了名")

    assert answer.status_code == 303
    with own.app_context():
        assert row_of(Item, "FX-0101").name == "改了名"


def test_fields_that_no_form_has_change_nothing(own, keeper):
    forged = {"id": "1", "bureau_id": "2", "position": "99", "retired_on": "2020-01-01",
              "fictional": "y", "item_id": "3", "basis_id": "2"}  # fmt: skip
    before = state(own)

    for path in EDITS:
        assert save(keeper, path, **forged).status_code == 303, path

    assert state(own) == before


# Refusals


REFUSED = [
    (CATEGORY, "name", ""),
    (CATEGORY, "name", "　"),
    (CATEGORY, "name", "社保基金管理"),
    (CATEGORY, "name", "长" * 201),
    (CATEGORY, "name", "坏\x07字"),
    (ITEM, "name", ""),
    (ITEM, "name", "调查核实"),
    (ITEM, "manifestation", " "),
    (ITEM, "manifestation", "长" * 4001),
    (ITEM, "kind", ""),
    (ITEM, "kind", "别的"),
    (ITEM, "category", "FX-99"),
    (ITEM, "rating", "5-5"),
    (ITEM, "rating", None),
    (ITEM, "rating", "3"),
    (ITEM, "override_reason", "没有选等级"),
    (ITEM, "override_level", "extreme"),
    (MEASURE, "text", ""),
    (MEASURE, "phase", ""),
    (MEASURE, "control", "x"),
    (MEASURE, "frequency", "长" * 101),
    (MEASURE, "evidence", "长" * 201),
    (MEASURE, "indicator", "长" * 201),
    (MEASURE, "shares", "没有这个岗位"),
    (MEASURE, "shares", "\0"),
    (BASIS, "title", ""),
    (BASIS, "title", "长" * 301),
    (BASIS, "kind", ""),
    (BASIS, "issued", "长" * 101),
    (BASIS, "in_force_from", "2026-13-01"),
    (BASIS, "in_force_until", "1990-01-01"),
    (BASIS, "in_force_until", "明天"),
    (BASIS, "replaced_by", "没有这个依据"),
    (BASIS, "replaced_by", "FG-018"),
    (LIMIT, "name", ""),
    (LIMIT, "value", "0"),
    (LIMIT, "value", "-1"),
    (LIMIT, "value", "十"),
    (LIMIT, "value", "10000"),
    (LIMIT, "value", ""),
    (LIMIT, "unit", ""),
    (LIMIT, "sense", ""),
    (LIMIT, "binds", "all"),
    (LIMIT, "start_event", ""),
    (LIMIT, "extension_unit", "日"),
    (LIMIT, "extension_value", "x"),
    (LIMIT, "evidence", ""),
    (MATTER, "name", ""),
    (MATTER, "name", "劳动能力鉴定"),
    (MATTER, "kind", ""),
    (ENTRY, "reason", ""),
    (ENTRY, "until", "2026-02-30"),
]


CHOICES = ("binds", "category", "control", "kind", "override_level", "rating")
"""Fields that a browser lets nobody type into."""


@pytest.mark.parametrize(("path", "name", "typed"), REFUSED)
def test_a_wrong_field_is_named_and_what_was_typed_is_kept(own, keeper, path, name, typed):
    before = state(own)
    sent = "shares-node" if name == "shares" else name

    answer = save(keeper, path, **{sent: typed})

    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    assert f'href="#{name}"' in answer.text
    if typed and typed.isprintable() and name not in CHOICES:
        assert typed.strip() in answer.text
    assert state(own) == before


def test_a_level_set_by_hand_needs_its_reason(own, keeper):
    without = save(keeper, ITEM, override_level="high")
    with_one = save(keeper, ITEM, override_level="high", override_reason="窗口直接收件")

    assert without.status_code == 422
    assert 'id="override_reason-error"' in without.text
    assert with_one.status_code == 303
    with own.app_context():
        assert row_of(Item, "FX-0101").override_reason == "窗口直接收件"


def test_an_extension_needs_length_unit_and_approver(own, keeper):
    for fields in (
        {"extension_value": "5"},
        {"extension_value": "5", "extension_unit": "日"},
        {"extension_unit": "日", "extension_approver": "负责人"},
    ):
        assert save(keeper, LIMIT, **fields).status_code == 422, fields

    whole = {"extension_value": "5", "extension_unit": "日", "extension_approver": "负责人"}
    assert save(keeper, LIMIT, **whole).status_code == 303
    with own.app_context():
        limit = row_of(StatutoryLimit, "SX-140")
        assert (limit.extension_value, limit.extension_unit.value) == (5, "日")


def test_bases_do_not_replace_one_another_in_a_circle(own, keeper):
    assert save(keeper, "/register/bases/FG-001/edit", replaced_by="FG-002").status_code == 303
    assert save(keeper, "/register/bases/FG-002/edit", replaced_by="FG-003").status_code == 303

    assert save(keeper, "/register/bases/FG-003/edit", replaced_by="FG-001").status_code == 422
    with own.app_context():
        assert row_of(Basis, "FG-001").replaced_by_id == row_of(Basis, "FG-002").id
        assert row_of(Basis, "FG-003").replaced_by_id is None


def test_a_form_that_was_cut_short_is_not_taken_in(own, keeper):
    before = state(own)
    for path in [*NEW, *EDITS]:
        fields = shown(keeper.get(path).text) | {"name": ["半截"]}
        del fields["end"]
        assert keeper.post(path, data=fields).status_code == 400, path

    assert state(own) == before


def test_a_form_without_the_session_s_token_is_not_taken_in(own, keeper):
    before = state(own)

    fields = shown(keeper.get(ITEM).text) | {"name": ["伪造"], "csrf_token": ["x"]}

    assert keeper.post(ITEM, data=fields).status_code == 400
    assert state(own) == before


@pytest.mark.parametrize("path", NEW)
def test_the_same_form_sent_twice_adds_one_row(own, keeper, path):
    fields = shown(keeper.get(path).text) | {name: [each] for name, each in NEW[path].items()}
    first = keeper.post(path, data=fields)
    after = state(own)

    again = keeper.post(path, data=fields)

    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["Location"] == again.headers["Location"]
    assert state(own) == after


# Who owes a measure what


def owed(code: str = "CS-0101-01") -> set[tuple[str, str]]:
    rows = db.session.execute(
        select(Responsibility.role, Node.code)
        .join(Node, Responsibility.node_id == Node.id)
        .join(Measure, Responsibility.measure_id == Measure.id)
        .where(Measure.code == code)
    )
    return {(role.value, node) for role, node in rows}


def test_responsible_supervising_and_cooperating_nodes_are_kept_as_typed(own, keeper):
    save(
        keeper,
        MEASURE,
        **{
            "shares-role": ["responsible", "cooperating", "supervising"],
            "shares-node": ["工伤认定受理岗 FZ-U1-K13-G01", "FZ-U7", ""],
        },
    )

    with own.app_context():
        assert owed() == {("responsible", "FZ-U1-K13-G01"), ("cooperating", "FZ-U7")}


def test_a_row_more_or_less_is_had_without_script_and_saves_nothing(own, keeper):
    before = state(own)

    more = save(keeper, MEASURE, more="1", text="还没写完")
    less = save(keeper, MEASURE, less="0")

    assert (more.status_code, less.status_code) == (200, 200)
    assert more.text.count('name="shares-node"') == 3
    assert "还没写完" in more.text
    assert less.text.count('name="shares-node"') == 1
    assert "FZ-U1-K13-G01" not in re.search(r'name="shares-node"[^>]*', less.text)[0]
    assert state(own) == before


@pytest.mark.parametrize(
    ("roles", "nodes"),
    [
        (["responsible", "responsible"], ["FZ-U7", "云江市人才服务中心 FZ-U7"]),
        (["boss"], ["FZ-U7"]),
        (["responsible"], ["' OR 1=1"]),
    ],
)
def test_rows_that_name_nobody_or_somebody_twice_are_refused(own, keeper, roles, nodes):
    before = state(own)

    answer = save(keeper, MEASURE, **{"shares-role": roles, "shares-node": nodes})

    assert answer.status_code == 422
    assert 'id="shares-error"' in answer.text
    assert state(own) == before


def test_a_retired_post_is_taken_only_where_it_stands_already(own, keeper):
    with own.app_context():
        row_of(Node, "FZ-U1-K13-G01").retired_on = date(2026, 1, 1)
        db.session.commit()

    kept = save(keeper, MEASURE, frequency="每日")
    new = save(keeper, "/register/measures/CS-0203-01/edit", **{
        "shares-role": ["responsible"], "shares-node": ["FZ-U1-K13-G01"],
    })  # fmt: skip

    assert kept.status_code == 303
    assert new.status_code == 422


# Two people


@pytest.mark.parametrize(
    ("path", "name", "mine", "theirs"),
    [
        (CATEGORY, "name", "我的大类名", "他的大类名"),
        (ITEM, "manifestation", "我写的表现", "他写的表现"),
        (MEASURE, "text", "我写的措施", "他写的措施"),
        (BASIS, "issued", "我填的文号", "他填的文号"),
        (LIMIT, "start_event", "我填的起算", "他填的起算"),
        (MATTER, "name", "我的事项名", "他的事项名"),
        (ENTRY, "reason", "我的理由", "他的理由"),
    ],
)
def test_the_second_of_two_people_sees_both_texts_and_loses_neither(
    own, keeper, path, name, mine, theirs
):
    fields = shown(keeper.get(path).text)
    assert save(sign_in(own, "fagui"), path, **{name: theirs}).status_code == 303
    saved = state(own)

    answer = keeper.post(path, data=fields | {name: [mine]})

    assert answer.status_code == 409
    assert state(own) == saved
    both = re.search(r'<section class="refused stale".*?</section>', answer.text, re.DOTALL)[0]
    assert theirs in both
    assert mine in both
    again = shown(answer.text)
    assert again[name] == [mine]
    assert keeper.post(path, data=again).status_code == 303
    assert mine in keeper.get(path).text


def test_only_the_fields_that_differ_are_shown_apart(own, keeper):
    fields = shown(keeper.get(ITEM).text)
    save(sign_in(own, "fagui"), ITEM, rating="4-4")

    answer = keeper.post(ITEM, data=fields)

    both = re.search(r'<section class="refused stale".*?</section>', answer.text, re.DOTALL)[0]
    assert "4×4=16" in both
    assert "3×2=6" in both
    assert both.count('<th scope="row">') == 1


def test_who_comes_second_on_the_responsible_nodes_is_told_too(own, keeper):
    fields = shown(keeper.get(MEASURE).text)
    save(sign_in(own, "fagui"), MEASURE,
         **{"shares-role": ["responsible"], "shares-node": ["FZ-U7"]})  # fmt: skip

    answer = keeper.post(MEASURE, data=fields)

    assert answer.status_code == 409
    with own.app_context():
        assert owed() == {("responsible", "FZ-U7")}


# Where it is used


USED = {
    "categories/FX-01": (
        "SELECT DISTINCT m.code FROM account_map m JOIN risk_point r ON r.map_id = m.id "
        "JOIN item i ON r.item_id = i.id JOIN category c ON i.category_id = c.id "
        "WHERE c.code = 'FX-01'"
    ),
    "items/FX-0101": (
        "SELECT DISTINCT m.code FROM account_map m JOIN risk_point r ON r.map_id = m.id "
        "JOIN item i ON r.item_id = i.id WHERE i.code = 'FX-0101'"
    ),
    "measures/CS-0101-01": (
        "SELECT DISTINCT m.code FROM account_map m JOIN risk_point_measure r ON r.map_id = m.id "
        "JOIN measure x ON r.measure_id = x.id WHERE x.code = 'CS-0101-01'"
    ),
    "bases/FG-018": (
        "SELECT m.code FROM account_map m WHERE m.id IN (SELECT map_id FROM map_basis b "
        "JOIN basis x ON b.basis_id = x.id WHERE x.code = 'FG-018') OR m.id IN (SELECT map_id "
        "FROM step s JOIN basis x ON s.basis_id = x.id WHERE x.code = 'FG-018')"
    ),
    "limits/SX-140": (
        "SELECT DISTINCT m.code FROM account_map m JOIN limit_span s ON s.map_id = m.id "
        "JOIN statutory_limit x ON s.statutory_limit_id = x.id WHERE x.code = 'SX-140'"
    ),
    "matters/QL-001": (
        "SELECT m.code FROM account_map m JOIN matter x ON m.matter_id = x.id "
        "WHERE x.code = 'QL-001'"
    ),
}


@pytest.mark.parametrize("row", USED)
def test_before_an_edit_every_map_that_uses_the_row_is_listed(own, keeper, row):
    with own.app_context():
        codes = sorted(db.session.scalars(text(USED[row])).all())
        retired = db.session.scalars(text("SELECT id FROM account_map WHERE code = :c"),
                                     {"c": codes[0]}).one()  # fmt: skip

    def listed(act: str) -> list[str]:
        page = keeper.get(f"/register/{row}/{act}").text
        uses = re.search(r'<section class="panel used".*?</section>', page, re.DOTALL)[0]
        number = re.search(r'<h2 id="used">[^<]*?(\d+)', uses)
        found = re.findall(r'href="/maps/([^"]+)"', uses)
        assert len(found) == (int(number[1]) if number else 0)
        return found

    assert codes
    assert listed("edit") == codes
    assert listed("retire") == codes
    with own.app_context():
        from_now = "UPDATE account_map SET retired_on = '2026-01-01' WHERE id = :id"
        db.session.connection().execute(text(from_now), {"id": retired})
        db.session.commit()
    assert listed("edit") == codes[1:]


def test_the_list_of_matters_counts_their_maps(own, keeper):
    with own.app_context():
        number = db.session.scalar(text(f"SELECT count(*) FROM ({USED['matters/QL-001']})"))

    page = keeper.get("/register/matters").text

    line = re.search(r'<tr id="QL-001">.*?</tr>', page, re.DOTALL)[0]
    assert f">{number}</a>" in line


# Retiring


@pytest.mark.parametrize("row", USED)
def test_what_is_still_used_is_retired_only_with_a_tick(own, keeper, row):
    path = f"/register/{row}/retire"
    before = state(own)

    without = post(keeper, path)
    assert without.status_code == 422
    assert 'id="sure-error"' in without.text
    assert state(own) == before

    assert post(keeper, path, sure="y").status_code == 303
    code = row.partition("/")[2]
    assert code in keeper.get("/register/retired").text
    assert len(state(own)) == len(before)


def test_what_nothing_refers_to_is_retired_without_a_tick(own, keeper):
    post(keeper, "/register/matters/new", code="QL-500", name="无人办理的事项", kind="其他")

    answer = post(keeper, "/register/matters/QL-500/retire")

    assert answer.status_code == 303
    assert 'id="QL-500"' not in keeper.get("/register/matters").text
    with own.app_context():
        assert row_of(Matter, "QL-500").retired_on == today()


def test_a_retired_measure_leaves_the_lists_stays_on_its_maps_and_comes_back(own, keeper):
    path = "/register/measures/CS-0101-01/retire"
    post(keeper, path, sure="y")

    assert "/measures/CS-0101-01" not in keeper.get("/measures?q=CS-0101-01").text
    assert "CS-0101-01" in keeper.get("/maps/FZ-U1-K13-G01").text
    assert keeper.get("/measures/CS-0101-01").status_code == 200

    assert post(keeper, path).status_code == 303
    assert "/measures/CS-0101-01" in keeper.get("/measures?q=CS-0101-01").text


def test_items_of_a_retired_category_are_still_found(keeper):
    post(keeper, "/register/categories/FX-01/retire", sure="y")

    assert 'id="FX-0101"' in keeper.get("/register/keep").text
    assert save(keeper, ITEM, name="还能改").status_code == 303


def test_a_row_changed_in_the_meantime_is_not_retired_unseen(own, keeper):
    path = "/register/measures/CS-0101-01/retire"
    fields = shown(keeper.get(path).text) | {"sure": ["y"]}
    save(sign_in(own, "fagui"), MEASURE, text="刚刚改过的措施")

    answer = keeper.post(path, data=fields)

    assert answer.status_code == 409
    assert "刚刚改过的措施" in answer.text
    with own.app_context():
        assert row_of(Measure, "CS-0101-01").retired_on is None


# Items that do not concern somebody


def test_an_entry_is_ended_today_and_can_be_changed(own, keeper):
    answer = post(keeper, "/register/not-applicable", "/register/not-applicable/1/end")
    with own.app_context():
        assert db.session.get_one(NotApplicable, 1).until == today()
    later = today() + timedelta(days=30)
    changed = save(keeper, ENTRY, until=later.isoformat())

    assert (answer.status_code, changed.status_code) == (303, 303)
    with own.app_context():
        assert db.session.get_one(NotApplicable, 1).until == later


@pytest.mark.parametrize(
    ("name", "typed"),
    [("item", "FX-9999"), ("item", ""), ("node", "没有"), ("node", ""), ("reason", ""),
     ("until", "2020-01-01"), ("node", "FZ-U4")],
)  # fmt: skip
def test_an_entry_that_says_nothing_new_or_nothing_at_all_is_refused(own, keeper, name, typed):
    before = state(own)
    fields = {"item": "FX-0102", "node": "FZ-U7", "reason": "不办理"} | {name: typed}

    answer = post(keeper, "/register/not-applicable/new", **fields)

    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    assert state(own) == before


def test_an_entry_that_is_over_no_longer_stands_on_the_item_s_page(own, keeper):
    assert "支队只查劳动保障违法案件" in keeper.get("/items/FX-0102").text
    with own.app_context():
        entry = db.session.scalars(
            select(NotApplicable).where(NotApplicable.reason.startswith("支队只查"))
        ).one()
        entry.until = today() - timedelta(days=1)
        db.session.commit()

    assert "支队只查劳动保障违法案件" not in keeper.get("/items/FX-0102").text


# Order, and the way back


def test_categories_and_items_are_moved_up_and_down(own, keeper):
    def order() -> list[str]:
        return re.findall(r'id="(FX-\d+)"', keeper.get("/register/keep").text)

    first = order()
    assert post(keeper, "/register/keep", move="item:down:FX-0101").status_code == 303
    second = order()
    assert post(keeper, "/register/keep", move="category:up:FX-02").status_code == 303

    assert first[:3] == ["FX-01", "FX-0101", "FX-0102"]
    assert second[:3] == ["FX-01", "FX-0102", "FX-0101"]
    assert order()[0] == "FX-02"
    for wrong in ("item:up:FX-9999", "node:up:FZ-U1", "x", ""):
        assert post(keeper, "/register/keep", move=wrong).status_code == 404


def test_after_saving_the_list_is_as_it_was_filtered_and_sorted(keeper):
    listed = "/measures?control=制衡&sort=-maps&page=2"
    link = re.search(
        r'href="(/register/measures/[^"]+/edit\?back=[^"]+)"', keeper.get(listed).text
    )[1]
    code = re.search(r"measures/([^/]+)/edit", link)[1]

    answer = save(keeper, link.replace("&amp;", "&"), frequency="每周")

    assert answer.status_code == 303
    way, _, place = answer.headers["Location"].partition("#")
    assert place == code
    assert keeper.get(way).text.count(f'id="{code}"') == 1
    assert "sort=-maps" in way
    assert "page=2" in way


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "/\\evil.example",
             "/register\nX: y", "/measures?q=" + "长" * 500],
)  # fmt: skip
def test_no_form_leads_away_from_the_site(keeper, back):
    answer = save(keeper, ITEM, back=back)

    assert answer.status_code == 303
    assert answer.headers["Location"].split("#")[0] in ("/", "/desk", "/items/FX-0101")


# Many rows at once


def bulk(client: FlaskClient, rows: str, codes: list[str], **fields: str) -> TestResponse:
    """Tick rows, choose a field and ask what it would change."""
    page = client.get(f"/register/{rows}/bulk", query_string={"code": codes}).text
    data = shown(page) | {name: [value] for name, value in fields.items()}
    return client.post(f"/register/{rows}/bulk", data=data)


def confirm(client: FlaskClient, rows: str, page: str, **fields: str) -> TestResponse:
    data = shown(page) | {name: [value] for name, value in fields.items()}
    return client.post(f"/register/{rows}/bulk/apply", data=data)


CODES = ["CS-0101-01", "CS-0101-02", "CS-0101-03"]  # 技术, 制度, 制衡


def test_a_change_of_many_measures_is_shown_before_it_is_done(own, keeper):
    before = state(own)

    preview = bulk(keeper, "measures", CODES, field="control", control="制衡")

    assert preview.status_code == 200
    assert state(own) == before
    changing, _, others = preview.text.partition('id="others"')
    assert re.findall(r'name="row" value="([^:]+):', changing) == CODES[:2]
    assert CODES[2] in others
    answer = confirm(keeper, "measures", preview.text)
    assert answer.status_code == 303
    with own.app_context():
        assert {row_of(Measure, code).control.value for code in CODES} == {"制衡"}


@pytest.mark.parametrize(
    ("field", "typed", "column"),
    [("phase", "respond", "phase"), ("frequency", "每季度", "frequency"),
     ("evidence", "季度台账", "evidence"), ("control", "公开", "control")],
)  # fmt: skip
def test_each_field_of_many_measures_is_changed(own, keeper, field, typed, column):
    preview = bulk(keeper, "measures", CODES, field=field, **{field: typed})
    confirm(keeper, "measures", preview.text)

    with own.app_context():
        found = {getattr(row_of(Measure, code), column) for code in CODES}
    assert {str(getattr(each, "value", each)) for each in found} == {typed}


@pytest.mark.parametrize(
    ("field", "typed", "column", "value"),
    [("category", "FX-02", "category_id", None), ("kind", "外部环境", "kind", "外部环境"),
     ("likelihood", "4", "likelihood", 4), ("severity", "1", "severity", 1)],
)  # fmt: skip
def test_each_field_of_many_items_is_changed(own, keeper, field, typed, column, value):
    codes = ["FX-0101", "FX-0102"]

    confirm(keeper, "items", bulk(keeper, "items", codes, field=field, **{field: typed}).text)

    with own.app_context():
        value = value or row_of(Category, "FX-02").id
        assert {getattr(row_of(Item, code), column) for code in codes} == {value}


def test_a_preview_of_ratings_tells_the_levels_they_mean(keeper):
    page = bulk(keeper, "items", ["FX-0101"], field="likelihood", likelihood="4").text

    assert "3×2=6" in page
    assert "4×2=8" in page


def test_a_responsible_post_is_added_to_many_and_taken_away_again(own, keeper):
    typed = "云江市人才服务中心 FZ-U7"

    confirm(keeper, "measures", bulk(keeper, "measures", CODES, field="add", add=typed).text)
    with own.app_context():
        assert all(("responsible", "FZ-U7") in owed(code) for code in CODES)
    twice = bulk(keeper, "measures", CODES, field="add", add=typed)
    assert 'name="row"' not in twice.text
    confirm(keeper, "measures", bulk(keeper, "measures", CODES, field="remove", remove=typed).text)

    with own.app_context():
        assert not any(("responsible", "FZ-U7") in owed(code) for code in CODES)
        assert ("supervising", "FZ-U1-K13") in owed("CS-0101-01")


def test_many_measures_are_retired_with_a_tick(own, keeper):
    preview = bulk(keeper, "measures", CODES, field="retire")
    before = state(own)

    without = confirm(keeper, "measures", preview.text)
    assert without.status_code == 422
    assert state(own) == before

    assert confirm(keeper, "measures", without.text, sure="y").status_code == 303
    with own.app_context():
        assert {row_of(Measure, code).retired_on for code in CODES} == {today()}


def test_a_row_changed_since_the_preview_is_named_and_nothing_is_half_done(own, keeper):
    preview = bulk(keeper, "measures", CODES, field="frequency", frequency="每年")
    save(sign_in(own, "fagui"), "/register/measures/CS-0101-02/edit", text="刚改的措施")
    before = state(own)

    answer = confirm(keeper, "measures", preview.text)

    assert answer.status_code == 409
    assert state(own) == before
    named = re.search(r'<section class="refused stale".*?</section>', answer.text, re.DOTALL)[0]
    assert re.findall(r"CS-\d+-\d+", named) == ["CS-0101-02"]
    assert confirm(keeper, "measures", answer.text).status_code == 303
    with own.app_context():
        assert {row_of(Measure, code).frequency for code in CODES} == {"每年"}


def test_a_change_of_many_sent_twice_acts_once(own, keeper):
    page = bulk(keeper, "measures", CODES, field="frequency", frequency="每年").text
    data = shown(page)
    first = keeper.post("/register/measures/bulk/apply", data=data)
    after = state(own)

    again = keeper.post("/register/measures/bulk/apply", data=data)

    assert (first.status_code, again.status_code) == (303, 303)
    assert state(own) == after


@pytest.mark.parametrize(
    "fields",
    [{}, {"field": "control"}, {"field": "control", "control": "x"}, {"field": "code"},
     {"field": "frequency", "frequency": " "}, {"field": "frequency", "frequency": "长" * 101},
     {"field": "add", "add": "没有这个岗位"}, {"field": "remove", "remove": "\0"}],
)  # fmt: skip
def test_a_change_of_many_that_says_not_what_is_refused(own, keeper, fields):
    before = state(own)

    assert bulk(keeper, "measures", CODES, **fields).status_code == 422
    data = shown(bulk(keeper, "measures", CODES, field="frequency", frequency="每年").text)
    data = {name: value for name, value in data.items() if name not in ("field", "frequency")}
    forged = data | {name: [value] for name, value in fields.items()}
    assert keeper.post("/register/measures/bulk/apply", data=forged).status_code == 422

    assert state(own) == before


def test_a_change_of_no_row_at_all_leads_back_to_the_list(keeper):
    answer = keeper.get("/register/measures/bulk?back=/measures?phase=monitor")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/measures?phase=monitor"


def test_every_change_of_the_register_is_on_its_record(own, keeper):
    save(keeper, ITEM, name="改过名的小项")

    page = keeper.get("/history/items/FX-0101").text

    assert "<del>受理与补正</del>" in page
    assert "<ins>改过名的小项</ins>" in page


def test_the_register_is_kept_on_every_engine(sample_database: str) -> None:
    own = create_app(sample_database)
    keeper = sign_in(own, "fagui")
    try:
        pages = [*NEW, *EDITS, *OTHERS]
        assert {path: keeper.get(path).status_code for path in pages} == dict.fromkeys(pages, 200)
        for path, fields in NEW.items():
            assert post(keeper, path, **fields).status_code == 303, path
            twice = save(keeper, path, **fields)
            assert twice.status_code == 422, path
        for path, name in {MEASURE: "text", ITEM: "name", BASIS: "title", LIMIT: "name"}.items():
            fields = shown(keeper.get(path).text)
            assert save(keeper, path, **{name: "改过一次"}).status_code == 303, path
            assert keeper.post(path, data=fields | {name: ["晚了一步"]}).status_code == 409, path
        preview = bulk(keeper, "measures", CODES, field="add", add="FZ-U7")
        assert confirm(keeper, "measures", preview.text).status_code == 303
        assert post(keeper, "/register/keep", move="item:down:FX-0101").status_code == 303
        assert post(keeper, "/register/items/FX-0101/retire", sure="y").status_code == 303
        with own.app_context():
            assert all(("responsible", "FZ-U7") in owed(code) for code in CODES)
    finally:
        own.extensions["riskmap.engine"].close()
        with own.app_context():
            db.engine.dispose()

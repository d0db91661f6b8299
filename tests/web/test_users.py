"""Keeping the users on their pages, as the administrator does."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from riskmap.accounts.models import Attempt, Grant, User, UserSession
from riskmap.accounts.pages import DEMO_PASSWORD
from riskmap.accounts.passwords import Rules, matches, problems
from riskmap.app import create_app
from riskmap.db import db
from riskmap.history.models import Change
from riskmap.organisation.models import Bureau, Node
from tests.users import cookie, post, sign_in

GOOD = "Chuang-kou 9"
KEPT = ("users", "users/add", "users/2", "users/2/password")


@pytest.fixture
def admin(own: Flask) -> FlaskClient:
    return sign_in(own, "guanli")


def user(name: str) -> User:
    return db.session.scalars(select(User).where(User.name == name)).one()


def number(app: Flask, name: str) -> int:
    with app.app_context():
        return user(name).id


def roles(app: Flask, name: str) -> set[tuple[str, str]]:
    with app.app_context():
        rows = select(Grant.role, Node.code).outerjoin(Node, Grant.node_id == Node.id)
        found = db.session.execute(rows.where(Grant.user_id == user(name).id))
        return {(role.value, code or "") for role, code in found}


def add(admin: FlaskClient, name: str = "xinren", **fields: str):
    return post(
        admin, "/users/add", name=name, **{"shown": "新人（窗口）", "password": GOOD, **fields}
    )


def give(admin: FlaskClient, app: Flask, name: str, *rows: tuple[str, str]):
    fields = {}
    for place, (role, code) in enumerate(rows):
        fields |= {f"rows-{place}-role": role, f"rows-{place}-place": code}
    return post(admin, f"/grants/{number(app, name)}", more=fields)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


# The list


def test_the_list_tells_role_place_state_and_last_sign_in(own, admin):
    page = admin.get("/users").text

    with own.app_context():
        names = db.session.scalars(select(User.name)).all()
    assert sorted(re.findall(r'<a href="/users/\d+">(\w+)</a>', page)) == sorted(names)
    row = re.search(r"<tr><td><a[^>]*>gongshang<.*?</tr>", page, re.DOTALL)[0]
    assert "工伤保险科" in row


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("role=auditor", ["shenji"]),
        ("node=FZ-U2", ["fenguan", "heding"]),
        ("state=disabled", ["chayue"]),
        ("state=locked", ["heding"]),
        ("state=must_change", ["shouli"]),
        ("q=gong", ["gongshang"]),
        ("q=%25", []),
        ("role=auditor&state=disabled", []),
    ],
)
def test_the_list_is_narrowed(own, admin, query, names):
    with own.app_context():
        user("chayue").disabled_on = date(2026, 1, 1)
        user("shouli").must_change = True
        db.session.commit()
    for _ in range(5):
        wrong = own.test_client()
        post(wrong, "/sign-in", name="heding", password="x")

    page = admin.get(f"/users?{query}").text

    assert re.findall(r'<a href="/users/\d+">(\w+)</a>', page) == names


@pytest.mark.parametrize("name", ["gongshang", "shenji", "juzhang", "chayue"])
def test_nobody_but_the_administrator_keeps_users(own, name):
    client = sign_in(own, name)

    for page in (*KEPT, "grants", "grants/2"):
        assert client.get(f"/{page}").status_code == 403
    assert client.post("/users/2/disable").status_code in (400, 403)
    with own.app_context():
        assert not db.session.scalars(select(User).where(User.disabled_on.is_not(None))).all()


# A new user


def test_a_new_user_has_to_change_the_given_password_and_gets_the_roles(own, admin):
    answer = add(admin, person="RY-001")

    assert answer.headers["Location"] == f"/users/{number(own, 'xinren')}"
    assert GOOD not in admin.get(answer.headers["Location"]).text
    with own.app_context():
        row = user("xinren")
        assert (row.must_change, row.is_demo, row.person_id is not None) == (True, False, True)
        assert matches(row.password, GOOD)
    assert give(admin, own, "xinren", ("viewer", "FZ-U1-K13")).status_code == 303
    assert roles(own, "xinren") == {("viewer", "FZ-U1-K13")}
    first = own.test_client()
    answer = post(first, "/sign-in", name="xinren", password=GOOD)
    assert answer.status_code == 303
    assert first.get("/maps").headers["Location"].endswith("/account/password")


def test_a_generated_password_is_shown_once_and_is_good(own, admin):
    hidden = dict(
        re.findall(r'name="(csrf_token|number)"[^>]* value="([^"]*)"', admin.get("/users/add").text)
    )
    fields = {**hidden, "name": "xinren", "shown": "新人", "person": "", "password": "", "end": "1"}

    shown = admin.post("/users/add", data=fields)

    password = re.search(r'id="password">([^<]+)<', shown.text)[1]
    assert problems(password, "xinren", Rules()) == []
    assert shown.headers["Cache-Control"] == "no-store"
    with own.app_context():
        assert matches(user("xinren").password, password)
    again = admin.post("/users/add", data=fields)
    assert again.status_code == 303
    assert password not in again.text
    assert password not in admin.get(again.headers["Location"]).text
    with own.app_context():
        told = db.session.scalars(select(Change.details)).all()
        assert not any(password in each for each in told)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x"}, "name"),
        ({"name": "张 三"}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "\u200b\u200b"}, "name"),
        ({"name": "GUANLI"}, "name"),
        ({"name": "ｇｕａｎｌｉ"}, "name"),
        ({"name": "guan\u200bli"}, "name"),
        ({"shown": ""}, "shown"),
        ({"shown": "x" * 101}, "shown"),
        ({"person": "没有此人"}, "person"),
        ({"password": "short"}, "password"),
        ({"password": "xinren-Xinren-1"}, "password"),
    ],
)
def test_what_will_not_do_is_refused_with_the_field_named(own, admin, fields, field):
    answer = add(admin, **{"name": "xinren", **fields})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert fields.get("password", GOOD) not in answer.text
    with own.app_context():
        assert len(db.session.scalars(select(User)).all()) == 10


def test_nobody_becomes_a_demonstration_user_by_a_form(own, admin):
    add(admin, is_demo="y", must_change="", bureau_id="7", disabled_on="2026-01-01")
    page = f"/users/{number(own, 'gongshang')}"
    post(admin, page, shown="改了称呼", is_demo="", name="guanli2")

    with own.app_context():
        new, old = user("xinren"), user("gongshang")
        assert (new.is_demo, new.must_change, new.disabled_on) == (False, True, None)
        assert (old.is_demo, old.shown) == (True, "改了称呼")


# What ends sessions


ENDING = {
    "disabling": lambda admin, app, at: post(admin, at, f"{at}/disable"),
    "a new password": lambda admin, app, at: post(admin, f"{at}/password", password=GOOD),
    "other roles": lambda admin, app, at: give(admin, app, "gongshang", ("viewer", "")),
    "being signed out": lambda admin, app, at: post(admin, at, f"{at}/sessions/end"),
}


@pytest.mark.parametrize("act", ENDING.values(), ids=ENDING)
def test_a_user_is_signed_out_at_once_by(own, admin, act):
    open_page = sign_in(own, "gongshang")
    assert is_signed_in(open_page)

    answer = act(admin, own, f"/users/{number(own, 'gongshang')}")

    assert answer.status_code == 303
    assert not is_signed_in(open_page)
    assert is_signed_in(admin)


def test_a_disabled_user_is_kept_out_until_enabled(own, admin):
    at = f"/users/{number(own, 'chayue')}"
    post(admin, at, f"{at}/disable")
    out = own.test_client()
    assert post(out, "/sign-in", name="chayue", password=DEMO_PASSWORD).status_code == 422
    post(admin, at, f"{at}/enable")

    assert post(out, "/sign-in", name="chayue", password=DEMO_PASSWORD).status_code == 303


def test_a_user_who_is_shut_out_is_let_in_again(own, admin):
    out = own.test_client()
    for _ in range(5):
        post(out, "/sign-in", name="chayue", password="wrong")
    at = f"/users/{number(own, 'chayue')}"
    page = admin.get(at).text
    assert f'action="{at}/unlock"' in page

    post(admin, at, f"{at}/unlock")

    assert post(out, "/sign-in", name="chayue", password=DEMO_PASSWORD).status_code == 303
    with own.app_context():
        assert db.session.get_one(Attempt, "chayue").failures == 0
        assert db.session.scalars(select(Change.name).where(Change.kind == "unlocked")).all() == [
            "chayue"
        ]


def test_one_s_own_other_sessions_end_and_this_one_stays(own, admin):
    other = sign_in(own, "guanli")
    at = f"/users/{number(own, 'guanli')}"

    post(admin, at, f"{at}/sessions/end")

    assert is_signed_in(admin)
    assert not is_signed_in(other)


# Nobody locks everybody out


def test_nobody_disables_oneself_or_resets_the_own_password_past_the_old_one(own, admin):
    at = f"/users/{number(own, 'guanli')}"
    add(admin)
    give(admin, own, "xinren", ("admin", ""))

    assert post(admin, at, f"{at}/disable").status_code == 422
    assert admin.get(f"{at}/password").headers["Location"] == "/account/password"
    with own.app_context():
        assert user("guanli").disabled_on is None


def test_the_last_auditor_and_the_last_administrator_stay(own, admin):
    at = f"/users/{number(own, 'shenji')}"
    assert post(admin, at, f"{at}/disable").status_code == 422
    assert give(admin, own, "shenji", ("viewer", "")).status_code == 422
    add(admin)
    give(admin, own, "xinren", ("admin", ""))
    second = sign_in(own, "xinren")
    with own.app_context():
        user("xinren").must_change = False
        db.session.commit()
    at = f"/users/{number(own, 'guanli')}"

    assert post(second, at, f"{at}/disable").status_code == 303
    assert roles(own, "shenji") == {("auditor", "")}
    assert is_signed_in(second)
    with own.app_context():
        assert user("guanli").disabled_on is not None


# Roles


def test_nobody_gives_roles_to_oneself(own, admin):
    at = f"/grants/{number(own, 'guanli')}"
    page = admin.get(at).text
    assert "<select" not in page

    answer = post(
        admin,
        "/users/add",
        at,
        more={"rows-0-role": "legal", "rows-0-place": "", "version": "admin@"},
    )

    assert answer.status_code == 422
    assert roles(own, "guanli") == {("admin", "")}


@pytest.mark.parametrize(
    "rows",
    [
        [("admin", ""), ("auditor", "")],
        [("security", ""), ("auditor", "")],
        [("chief", "FZ-U1-K13"), ("holder", "FZ-U1-K13-G01")],
        [("chief", "FZ-U1-K13"), ("leader", "FZ-U1")],
        [("chief", "FZ-U1-K13-G01"), ("head", "")],
        [("king", "")],
        [("", "FZ-U1")],
        [("viewer", "FZ-U99")],
        [("viewer", "没有这个科")],
        [("admin", "FZ-U1")],
        [("auditor", "FZ-U1-K13")],
    ],
)
def test_roles_that_cannot_be_are_refused_in_words(own, admin, rows):
    before = roles(own, "chayue")

    answer = give(admin, own, "chayue", *rows)

    assert answer.status_code == 422
    assert 'id="rows-error"' in answer.text
    assert roles(own, "chayue") == before


def test_roles_are_given_for_several_places_and_taken_away(own, admin):
    rows = [
        ("chief", "FZ-U1-K13 工伤保险科"),
        ("leader", "FZ-U2"),
        ("", ""),
        ("chief", "FZ-U1-K13"),
    ]

    assert give(admin, own, "chayue", *rows).status_code == 303
    assert roles(own, "chayue") == {("chief", "FZ-U1-K13"), ("leader", "FZ-U2")}
    assert give(admin, own, "chayue").status_code == 303
    assert roles(own, "chayue") == set()


def test_a_retired_place_is_not_given(own, admin):
    with own.app_context():
        node = db.session.scalars(select(Node).where(Node.code == "FZ-U3")).one()
        node.retired_on = date(2026, 1, 1)
        db.session.commit()

    assert give(admin, own, "chayue", ("viewer", "FZ-U3")).status_code == 422


def test_two_who_give_one_user_roles_meet(own, admin):
    at = f"/grants/{number(own, 'chayue')}"
    hidden = dict(
        re.findall(r'name="(csrf_token|number|version)"[^>]* value="([^"]*)"', admin.get(at).text)
    )
    give(admin, own, "chayue", ("viewer", "FZ-U2"))

    answer = admin.post(
        at, data={**hidden, "rows-0-role": "viewer", "rows-0-place": "FZ-U3", "end": "1"}
    )

    assert answer.status_code == 409
    assert roles(own, "chayue") == {("viewer", "FZ-U2")}


def test_two_who_change_what_a_user_is_shown_as_meet(own, admin):
    at = f"/users/{number(own, 'chayue')}"
    hidden = dict(
        re.findall(r'name="(csrf_token|number|version)"[^>]* value="([^"]*)"', admin.get(at).text)
    )
    post(admin, at, shown="甲写的", person="RY-002")

    answer = admin.post(at, data={**hidden, "shown": "乙写的", "person": "RY-003", "end": "1"})

    assert answer.status_code == 409
    assert "甲写的" in answer.text
    assert 'value="乙写的"' in answer.text
    assert "RY-002" in answer.text


# Another bureau, three administrators


def test_another_bureau_s_user_is_not_there(own, admin):
    with own.app_context():
        other = Bureau(code="QT", name="另一个局", short_name="另一局")
        db.session.add(other)
        db.session.flush()
        stranger = User(
            bureau_id=other.id, name="bieju", name_key="bieju", shown="别局的人", password="",
            password_set_at=user("guanli").password_set_at,
        )  # fmt: skip
        db.session.add(stranger)
        db.session.commit()
        there = stranger.id

    for page in (f"/users/{there}", f"/users/{there}/password", f"/grants/{there}", "/users/99999"):
        assert admin.get(page).status_code == 404
    for act in ("disable", "enable", "unlock", "sessions/end", "password"):
        assert post(admin, "/users/2", f"/users/{there}/{act}").status_code == 404
    assert "bieju" not in admin.get("/users").text
    with own.app_context():
        assert user("bieju").disabled_on is None


def test_with_three_administrators_keeping_users_and_giving_roles_are_apart(
    own, monkeypatch, tmp_path
):
    monkeypatch.setenv("RISKMAP_THREE_ADMINS", "on")
    three = create_app(f"sqlite:///{tmp_path / 'own.db'}")
    with own.app_context():
        row = user("chayue")
        grant = db.session.scalars(select(Grant).where(Grant.user_id == row.id)).one()
        db.session.delete(grant)
        db.session.add(Grant(bureau_id=row.bureau_id, user_id=row.id, role="security"))
        db.session.commit()
    admin, security = sign_in(three, "guanli"), sign_in(three, "chayue")

    assert [admin.get(page).status_code for page in ("/users", "/grants")] == [200, 403]
    assert [security.get(page).status_code for page in ("/users", "/grants")] == [403, 200]
    assert give(security, own, "juzhang", ("viewer", "FZ-U1")).status_code == 303
    assert give(security, own, "guanli", ("admin", ""), ("security", "")).status_code == 422
    three.extensions["riskmap.engine"].close()
    with three.app_context():
        db.engine.dispose()


def test_a_session_that_has_ended_cannot_be_replayed(own, admin):
    kept = cookie(own, "gongshang")
    at = f"/users/{number(own, 'gongshang')}"
    post(admin, at, f"{at}/disable")
    post(admin, at, f"{at}/enable")
    thief = own.test_client()
    thief.set_cookie("session", kept)

    assert not is_signed_in(thief)
    with own.app_context():
        rows = select(UserSession.ended_at).where(UserSession.user_id == user("gongshang").id)
        assert None not in db.session.scalars(rows).all()

"""Signing in, out, and what ends a session; told to browsers and kept in the database."""

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from riskmap.accounts import commands, passwords
from riskmap.accounts.models import Attempt, User, UserSession
from riskmap.accounts.pages import DEMO_PASSWORD, local
from riskmap.accounts.roles import Role
from riskmap.app import create_app
from riskmap.db import db, now
from riskmap.history.models import Change
from tests.users import cookie, post, sign_in

GOOD = "Chuang-kou 9"
EDITED = "/organisation/bureau"


def try_as(client: FlaskClient, name: str, password: str, **fields: str) -> TestResponse:
    return post(client, "/sign-in", name=name, password=password, **fields)


def user(name: str) -> User:
    return db.session.scalars(select(User).where(User.name == name)).one()


def add_user(app: Flask, name: str = "xinren", **given: bool) -> None:
    """Add a user who is no user of the sample."""
    with app.app_context():
        bureau = user("guanli").bureau_id
        made = commands.add_user(
            db.session, bureau_id=bureau, name=name, shown="新人", password=GOOD, **given
        )
        commands.set_grants(db.session, made, [(Role.VIEWER, None)])
        db.session.commit()


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def events(app: Flask, kind: str) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Change.name).where(Change.kind == kind)))


# Right and wrong


def test_who_signs_in_is_let_in_and_led_to_where_they_were_going(own):
    client = own.test_client()
    asked = client.get("/maps?q=工伤").headers["Location"]
    assert asked.startswith("/sign-in?next=")

    answer = post(
        client, asked, "/sign-in", name="shenji", password=DEMO_PASSWORD, target="/maps?q=x"
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, "/maps?q=x")
    assert is_in(client)
    assert events(own, "signed_in") == ["shenji"]


@pytest.mark.parametrize("name", ["SHENJI", "ｓｈｅｎｊｉ", " shenji ", "shen\u200bji"])
def test_the_name_is_taken_as_it_is_compared(own, name):
    assert try_as(own.test_client(), name, DEMO_PASSWORD).status_code == 303


REASONS = {
    "nobody has the name": ("wuciren", DEMO_PASSWORD),
    "the password is wrong": ("shenji", "wrong"),
    "the name is shut": ("heding", DEMO_PASSWORD),
    "the name is shut and the password wrong": ("heding", "wrong"),
    "the user is disabled": ("juzhang", DEMO_PASSWORD),
}


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by each hash that a password is held against."""
    found: list[str] = []
    real = passwords._hasher

    class Counting:
        hash, check_needs_rehash = real.hash, real.check_needs_rehash

        def verify(self, kept: str, password: str) -> bool:
            found.append(kept)
            return real.verify(kept, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    return found


def test_whatever_the_reason_the_answer_and_the_work_are_the_same(own, checked):
    with own.app_context():
        user("juzhang").disabled_on = now().date()
        shut = {"failures": 5, "last_at": now(), "locked_until": now() + timedelta(minutes=10)}
        db.session.add(Attempt(name_key="heding", **shut))
        db.session.commit()
    answers = set()
    for name, password in REASONS.values():
        answer = try_as(own.test_client(), name, password)
        form = answer.text.partition('<section class="panel demo"')[0].replace(name, "…")
        form = re.sub(r'name="(csrf_token|number)" value="[^"]*"', "", form)
        answers.add((answer.status_code, form))

    assert len(answers) == 1
    assert answers.pop()[0] == 422
    assert len(checked) == len(REASONS)


def test_the_password_is_not_sent_back(own):
    answer = try_as(own.test_client(), "shenji", "My-Secret-77")

    assert "My-Secret-77" not in answer.text
    assert 'value="shenji"' in answer.text


def test_a_wrong_attempt_is_recorded_with_the_name_and_without_the_password(own):
    try_as(own.test_client(), "shenji", "My-Secret-77")
    try_as(own.test_client(), "wuciren", "My-Secret-77")

    assert events(own, "sign_in_failed") == ["shenji", "wuciren"]
    with own.app_context():
        assert not any("Secret" in each for each in db.session.scalars(select(Change.details)))


# Shut for a while


@pytest.fixture
def twin(own: Flask, tmp_path: Path):
    """Another process's site on the same database."""
    made = create_app(f"sqlite:///{tmp_path / 'own.db'}")
    yield made
    made.extensions["riskmap.engine"].close()
    with made.app_context():
        db.engine.dispose()


def test_wrong_passwords_count_together_wherever_they_arrive(own, twin):
    for number in range(5):
        try_as((own if number % 2 else twin).test_client(), "shenji", "wrong")

    for app in (own, twin):
        assert try_as(app.test_client(), "shenji", DEMO_PASSWORD).status_code == 422
        assert try_as(app.test_client(), "chayue", DEMO_PASSWORD).status_code == 303
    with own.app_context():
        row = db.session.get_one(Attempt, "shenji")
        assert (row.failures, row.locked_until is not None) == (
            7,
            True,
        )  # those that were refused too
    assert events(own, "locked") == ["shenji"]


def test_four_wrong_passwords_do_not_shut_a_name_and_a_right_one_wipes_them_out(own):
    client = own.test_client()
    for _ in range(2):
        for _ in range(4):
            try_as(client, "shenji", "wrong")
        assert try_as(own.test_client(), "shenji", DEMO_PASSWORD).status_code == 303


def test_an_unknown_name_is_shut_like_a_known_one(own):
    for _ in range(5):
        try_as(own.test_client(), "wuciren", "wrong")
    add_user(own, "wuciren")

    assert try_as(own.test_client(), "wuciren", GOOD).status_code == 422


def test_a_name_is_open_again_when_its_time_is_over(own, later):
    for _ in range(5):
        try_as(own.test_client(), "shenji", "wrong")
    later(minutes=19)
    assert try_as(own.test_client(), "shenji", DEMO_PASSWORD).status_code == 422
    later(minutes=21)

    assert try_as(own.test_client(), "shenji", DEMO_PASSWORD).status_code == 303


def test_one_wrong_password_after_the_time_is_over_does_not_shut_it_anew(own, later):
    for _ in range(5):
        try_as(own.test_client(), "shenji", "wrong")
    later(minutes=21)
    try_as(own.test_client(), "shenji", "wrong")

    assert try_as(own.test_client(), "shenji", DEMO_PASSWORD).status_code == 303


def test_twenty_wrong_passwords_shut_an_address_whatever_the_names(own):
    answers = [try_as(own.test_client(), f"ming{number}", "wrong") for number in range(21)]

    assert [each.status_code for each in answers[:20]] == [422] * 20
    assert answers[20].status_code == 429
    assert "<h1>" in answers[20].text


# Where one goes on


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example",
        "javascript:alert(1)", "///evil.example", "/ok\r\nSet-Cookie: a=b", "/\t/evil.example",
        "http:evil.example", "//[", "http://[::1", "evil.example", "",
    ],
)  # fmt: skip
def test_no_address_leads_off_the_site(own, target):
    client = own.test_client()
    shown = client.get("/sign-in", query_string={"next": target})
    answer = try_as(client, "shenji", DEMO_PASSWORD, target=target)

    assert shown.status_code == 200
    assert "evil" not in shown.text
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/desk"
    again = client.get("/sign-in", query_string={"next": target})
    assert again.headers["Location"] == "/desk"


def test_an_address_of_the_site_is_kept_whole():
    assert local("/maps?q=%E5%B7%A5&page=2") == "/maps?q=%E5%B7%A5&page=2"


# A first password


def test_a_first_password_is_changed_before_anything_else(own):
    add_user(own)
    client = own.test_client()
    try_as(client, "xinren", GOOD)
    for page in ("/maps", "/", "/desk", "/users"):
        if page != "/desk":
            assert client.get(page).headers["Location"] == "/account/password"
    page = "/account/password"
    fields = {
        "password_old": GOOD,
        "password_new": "Xin-mima 2026",
        "password_again": "Xin-mima 2026",
    }

    assert (
        post(client, page, **{**fields, "password_new": GOOD, "password_again": GOOD}).status_code
        == 422
    )
    assert post(client, page, **{**fields, "password_old": "wrong"}).status_code == 422
    assert post(client, page, **{**fields, "password_again": "other"}).status_code == 422
    assert (
        post(
            client, page, **{**fields, "password_new": "short", "password_again": "short"}
        ).status_code
        == 422
    )
    assert client.get("/maps").status_code == 303
    assert post(client, page, **fields).status_code == 303

    assert client.get("/maps").status_code == 200
    assert try_as(own.test_client(), "xinren", GOOD).status_code == 422
    assert try_as(own.test_client(), "xinren", "Xin-mima 2026").status_code == 303


def test_a_password_is_changed_when_its_days_are_over(own, later):
    later(days=91)
    client = sign_in(own, "shenji")
    with own.app_context():
        row = db.session.scalars(select(UserSession)).all()[-1]
        row.began_at = row.seen_at = now() + timedelta(days=91)
        db.session.commit()

    assert client.get("/maps").headers["Location"] == "/account/password"
    assert "chosen" not in client.get("/account/password").text


def test_passwords_last_where_the_setting_says_so(own, later, monkeypatch, tmp_path):
    monkeypatch.setenv("RISKMAP_PASSWORD_DAYS", "0")
    app = create_app(f"sqlite:///{tmp_path / 'own.db'}")
    later(days=4000)
    client = app.test_client()

    assert try_as(client, "shenji", DEMO_PASSWORD).status_code == 303
    assert client.get("/maps").status_code == 200
    app.extensions["riskmap.engine"].close()
    with app.app_context():
        db.engine.dispose()


# How long a session lasts


def test_a_session_ends_when_nobody_has_used_it_for_a_while(own, later):
    client = sign_in(own, "shenji")
    later(minutes=29)
    assert is_in(client)
    later(minutes=58)
    assert is_in(client)
    later(minutes=89)

    assert not is_in(client)


def test_a_session_ends_after_its_hours_however_busy(own, later):
    client = sign_in(own, "shenji")
    for minutes in range(20, 12 * 60, 20):
        later(minutes=minutes)
        assert is_in(client), minutes
    later(minutes=12 * 60 + 1)

    assert not is_in(client)


def test_a_clock_put_back_does_not_make_a_session_last(own, later):
    client = sign_in(own, "shenji")
    later(hours=-2)

    assert not is_in(client)


# Cookies that were copied


def own_sign_out(app: Flask, client: FlaskClient) -> None:
    assert post(client, "/account", "/sign-out").status_code == 303


def own_new_password(app: Flask, client: FlaskClient) -> None:
    fields = {"password_old": DEMO_PASSWORD, "password_new": GOOD, "password_again": GOOD}
    assert post(client, "/account/password", **fields).status_code == 303


def ending_others(app: Flask, client: FlaskClient) -> None:
    sign_in(app, "gongshang")
    assert post(client, "/account", "/account/others").status_code == 303


def past_the_site(act: Callable[[User], None]) -> Callable[[Flask, FlaskClient], None]:
    def run(app: Flask, _client: FlaskClient) -> None:
        with app.app_context():
            act(user("gongshang"))
            db.session.commit()

    return run


ENDED_BY = {
    "signing out": own_sign_out,
    "a new password of one's own": own_new_password,
    "signing out everywhere else": ending_others,
    "a password given": past_the_site(
        lambda row: commands.set_password(db.session, row, GOOD, must_change=True)
    ),
    "being disabled": past_the_site(lambda row: commands.disable(db.session, row)),
    "other roles": past_the_site(
        lambda row: commands.set_grants(db.session, row, [(Role.VIEWER, None)])
    ),
    "no roles": past_the_site(lambda row: commands.set_grants(db.session, row, [])),
}


@pytest.mark.parametrize("act", ENDED_BY.values(), ids=ENDED_BY)
def test_a_copied_cookie_is_refused_after(own, act):
    kept = cookie(own, "gongshang")
    owner = own.test_client()
    owner.set_cookie("session", kept if act is own_sign_out else cookie(own, "gongshang"))
    thief = own.test_client()
    thief.set_cookie("session", kept)
    assert is_in(thief)

    act(own, owner)

    assert not is_in(thief)
    assert post(thief, "/sign-in", "/account/others").status_code == 401


def test_a_cookie_that_was_made_up_or_signed_with_another_key_is_refused(own, tmp_path):
    shutil.copy(tmp_path / "own.db", tmp_path / "other.db")
    other = create_app(f"sqlite:///{tmp_path / 'other.db'}")
    for kept in (cookie(other, "shenji"), "eyJfdXNlcl9pZCI6IjEifQ.x.y", ""):
        client = own.test_client()
        client.set_cookie("session", kept)
        assert not is_in(client)
    other.extensions["riskmap.engine"].close()
    with other.app_context():
        db.engine.dispose()


def test_what_the_database_keeps_of_a_session_opens_none(own):
    sign_in(own, "shenji")
    with own.app_context():
        kept = db.session.scalars(select(UserSession.token_hash)).all()[-1]
    signer = own.session_interface.get_signing_serializer(own)
    client = own.test_client()
    client.set_cookie("session", signer.dumps({"_user_id": kept, "_fresh": True}))

    assert not is_in(client)


# Cookies, addresses


def flags(answer: TestResponse) -> set[str]:
    found = [
        each
        for each in answer.headers.getlist("Set-Cookie")
        if "session" in each or "riskmap=" in each
    ]
    assert found
    return {each.strip() for each in found[-1].split(";")[1:]}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites_and_ends_with_the_browser(own):
    answer = try_as(own.test_client(), "shenji", DEMO_PASSWORD)

    assert flags(answer) == {"HttpOnly", "SameSite=Lax", "Path=/"}


def test_over_https_the_cookie_goes_nowhere_else(own, monkeypatch, tmp_path):
    monkeypatch.setenv("RISKMAP_SECURE_COOKIES", "on")
    app = create_app(f"sqlite:///{tmp_path / 'own.db'}")
    client = app.test_client()
    page = client.get("/sign-in", base_url="https://localhost")
    hidden = dict(re.findall(r'name="(csrf_token|number)"[^>]* value="([^"]*)"', page.text))

    answer = client.post(
        "/sign-in",
        data={**hidden, "name": "shenji", "password": DEMO_PASSWORD, "end": "1"},
        base_url="https://localhost",
        headers={"Referer": "https://localhost/sign-in"},
    )

    assert answer.status_code == 303
    assert answer.headers["Set-Cookie"].startswith("__Host-riskmap=")
    assert flags(answer) == {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}
    app.extensions["riskmap.engine"].close()
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    ("address", "status"),
    [("127.0.0.1", 303), ("::1", 303), ("10.1.2.3", 422), ("192.168.1.7", 422), ("", 422)],
)
def test_the_sample_s_users_are_let_in_from_this_machine_only(own, address, status):
    client = own.test_client()
    client.environ_base["REMOTE_ADDR"] = address

    assert try_as(client, "shenji", DEMO_PASSWORD).status_code == status


def test_other_users_are_let_in_from_elsewhere(own):
    add_user(own, must_change=False)
    client = own.test_client()
    client.environ_base["REMOTE_ADDR"] = "10.1.2.3"

    assert try_as(client, "xinren", GOOD).status_code == 303


def test_a_header_does_not_make_another_machine_this_one(own):
    client = own.test_client()
    client.environ_base |= {"REMOTE_ADDR": "10.1.2.3", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}

    assert try_as(client, "shenji", DEMO_PASSWORD).status_code == 422


def test_a_form_without_the_site_s_token_is_refused(own):
    client = sign_in(own, "guanli")

    assert client.post("/sign-out", data={"end": "1"}).status_code == 400
    assert is_in(client)


# What was typed is kept


def test_what_was_typed_when_the_session_ended_is_handed_in_after_signing_in_again(own):
    client = sign_in(own, "guanli")
    page = client.get(EDITED).text
    hidden = dict(re.findall(r'name="(csrf_token|number|version)"[^>]* value="([^"]*)"', page))
    with own.app_context():
        for row in db.session.scalars(select(UserSession)):
            row.ended_at = now()
        db.session.commit()
    typed = {**hidden, "name": "新的<局>名", "short_name": '简"称', "end": "1"}

    late = client.post(EDITED, data=typed)

    assert late.status_code == 401
    fields = dict(re.findall(r'name="kept-(\w+)" value="([^"]*)"', late.text))
    assert fields["name"] == "新的&lt;局&gt;名"
    assert "csrf_token" not in fields
    kept = {f"kept-{name}": value for name, value in typed.items() if name != "csrf_token"}
    number = dict(re.findall(r'name="(csrf_token|number)"[^>]* value="([^"]*)"', late.text))
    wrong = client.post(
        "/sign-in",
        data={**number, **kept, "name": "guanli", "password": "x", "target": EDITED, "end": "1"},
    )
    assert 'name="kept-short_name"' in wrong.text
    resumed = client.post(
        "/sign-in",
        data={**number, **kept, "name": "guanli", "password": DEMO_PASSWORD, "target": EDITED,
              "end": "1"},
    )  # fmt: skip
    assert resumed.status_code == 200
    assert f'action="{EDITED}"' in resumed.text
    again = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', resumed.text))
    assert again["short_name"] == "简&#34;称"

    answer = client.post(EDITED, data={**typed, "csrf_token": again["csrf_token"]})

    assert answer.status_code == 303
    assert "新的&lt;局&gt;名" in client.get(EDITED).text


def test_a_password_that_was_typed_into_a_late_form_is_not_kept(own):
    client = sign_in(own, "guanli")
    page = client.get("/users/add").text
    hidden = dict(re.findall(r'name="(csrf_token|number)"[^>]* value="([^"]*)"', page))
    with own.app_context():
        for row in db.session.scalars(select(UserSession)):
            row.ended_at = now()
        db.session.commit()

    late = client.post(
        "/users/add", data={**hidden, "name": "a1", "shown": "甲", "password": GOOD, "end": "1"}
    )
    own_page = client.post(
        "/account/password",
        data={
            **hidden,
            "password_old": GOOD,
            "password_new": GOOD,
            "password_again": GOOD,
            "end": "1",
        },
    )

    assert late.status_code == own_page.status_code == 401
    assert 'value="甲"' in late.text
    assert GOOD not in late.text
    assert GOOD not in own_page.text

"""riskmap user: accounts made and kept where the database is."""

from io import StringIO

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from riskmap.accounts.models import Attempt, User, UserSession
from riskmap.accounts.passwords import matches
from riskmap.app import create_app
from riskmap.cli import main
from riskmap.db import db, now
from riskmap.history.models import Change
from tests.users import sign_in

GOOD = "Chuang-kou 9"


@pytest.fixture
def app(loaded, tmp_path):
    made = create_app(f"sqlite:///{tmp_path / 'exports' / 'riskmap.db'}")
    yield made
    made.extensions["riskmap.engine"].close()
    with made.app_context():
        db.engine.dispose()


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["user", *words], input=typed)


def add(*words: str, name: str = "xinren", role: str = "viewer", typed: str = GOOD + "\n"):
    shown = ("--shown", "新人")
    return run("add", name, *shown, "--role", role, "--password-stdin", *words, typed=typed)


def user(name: str) -> User:
    return db.session.scalars(select(User).where(User.name == name)).one()


def test_the_first_administrator_is_added_to_an_empty_bureau(app):
    added = add(name="diyi", role="admin")

    assert added.exit_code == 0, added.output
    with app.app_context():
        row = user("diyi")
        assert row.must_change
        assert not row.is_demo
        assert matches(row.password, GOOD)
        by = db.session.scalars(select(Change.origin).where(Change.name == "diyi")).all()
        assert set(by) == {"command line"}


def test_the_password_is_read_from_standard_input_itself(loaded, app, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO(GOOD + "\n"))

    main(
        ["user", "add", "xinren", "--shown", "新人", "--role", "viewer", "--password-stdin"],
        standalone_mode=False,
    )

    with app.app_context():
        assert matches(user("xinren").password, GOOD)


def test_the_password_is_asked_for_twice_without_being_shown(app):
    added = run("add", "xinren", "--shown", "新人", "--role", "viewer", typed=f"{GOOD}\n{GOOD}\n")

    assert added.exit_code == 0
    assert GOOD not in added.output


@pytest.mark.parametrize(
    ("words", "role", "typed", "said"),
    [
        ((), "king", GOOD, "没有角色 king"),
        ((), "chief@FZ-U99", GOOD, "FZ-U99"),
        ((), "admin@FZ-U1", GOOD, "管全局"),
        (("--role", "auditor"), "admin", GOOD, "不能由同一用户兼任"),
        ((), "viewer", "short", "密码不合要求"),
        ((), "viewer", "", "密码不合要求"),
        (("--bureau", "QT"), "viewer", GOOD, "没有编号为 QT 的单位"),
    ],
)
def test_a_user_that_cannot_be_is_refused_in_one_line(app, words, role, typed, said):
    added = add(*words, role=role, typed=typed)

    assert added.exit_code == 1
    assert said in added.output
    assert added.output.count("\n") == 1
    with app.app_context():
        assert len(db.session.scalars(select(User)).all()) == 10


@pytest.mark.parametrize("name", ["guanli", "GUANLI", "ｇｕａｎｌｉ", "guan\u200bli"])
def test_a_name_that_is_taken_is_refused_however_it_is_written(app, name):
    added = add(name=name)

    assert added.exit_code == 1
    assert "已经有了" in added.output


def test_the_list_tells_role_state_and_last_sign_in(app):
    run("disable", "chayue")
    sign_in(app, "gongshang")

    lines = {line.split("\t")[0]: line.split("\t")[1:] for line in run("list").output.splitlines()}

    assert len(lines) == 10
    assert lines["gongshang"][1] == "chief@FZ-U1-K13"
    assert lines["gongshang"][2] == "正常"
    assert lines["gongshang"][3].startswith("20")
    assert lines["shenji"][3] == "从未登录"
    assert "停用" in lines["chayue"][2]


def test_a_reset_gives_a_password_to_be_changed_and_signs_out(app):
    client = sign_in(app, "gongshang")

    done = run("reset", "gongshang", "--password-stdin", typed=GOOD + "\n")

    assert done.exit_code == 0
    with app.app_context():
        assert user("gongshang").must_change
        assert matches(user("gongshang").password, GOOD)
    assert client.get("/account").status_code == 302


def test_a_disabled_user_is_signed_out_and_enabled_again(app):
    sign_in(app, "gongshang")

    assert run("disable", "gongshang").exit_code == 0
    with app.app_context():
        assert user("gongshang").disabled_on is not None
        assert None not in db.session.scalars(select(UserSession.ended_at)).all()
    assert run("enable", "gongshang").exit_code == 0
    with app.app_context():
        assert user("gongshang").disabled_on is None


@pytest.mark.parametrize("name", ["guanli", "shenji"])
def test_the_last_of_a_kind_is_not_disabled(app, name):
    done = run("disable", name)

    assert done.exit_code == 1
    assert "唯一" in done.output
    with app.app_context():
        assert user(name).disabled_on is None


def test_a_user_who_is_shut_out_is_opened_again(app):
    with app.app_context():
        db.session.add(Attempt(name_key="heding", failures=5, last_at=now(), locked_until=now()))
        db.session.commit()

    assert run("unlock", "heding").exit_code == 0
    with app.app_context():
        row = db.session.get_one(Attempt, "heding")
        assert (row.failures, row.locked_until) == (0, None)


@pytest.mark.parametrize("command", ["reset", "disable", "enable", "unlock"])
def test_a_user_that_there_is_not_is_said_in_one_line(app, command):
    done = run(command, "wuci", *(["--password-stdin"] if command == "reset" else []), typed=GOOD)

    assert done.exit_code == 1
    assert "没有用户 wuci" in done.output

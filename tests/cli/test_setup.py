"""riskmap init, report and serve, and databases that are not as they should be."""

import json
import socket
import sqlite3

import pytest

from riskmap.cli import serving
from riskmap.cli.context import address, cache_folder

COMMANDS = [
    ["report"],
    ["draw", "--all", "-o", "out"],
    ["print", "FZ-U1", "-o", "x.pdf"],
    ["atlas", "-o", "x.pdf"],
    ["serve"],
]


def test_init_makes_an_empty_database_and_a_second_init_changes_nothing(run, tmp_path):
    first = run("init")
    before = (tmp_path / "exports" / "riskmap.db").read_bytes()
    second = run("init")

    assert "已建立空数据库" in first.output
    assert "未作改动" in second.output
    assert (tmp_path / "exports" / "riskmap.db").read_bytes() == before


def test_report_counts_the_sample_from_its_rows(demo):
    report = json.loads(demo("report", "--format", "json").output)

    wanted = {
        "categories": 6, "items": 28, "measures": 126, "units": 9, "offices": 37, "posts": 60,
        "maps": 106,
    }  # fmt: skip
    assert wanted.items() <= report.items()
    assert report["steps"] >= 1000
    assert report["risk_points"] >= 400
    assert report["limit_spans"] >= 90
    assert 120 <= report["measures_used"] < 126  # one that no map uses is a planted gap
    assert report["maps_with_return"] >= 0.7 * 106
    assert report["maps_with_branch"] >= 25
    for number in ("6大类28小项", "126条", "9个单位、37个科室、60个岗位"):
        assert number in report["sentence"]


def test_report_follows_the_rows_not_a_constant(loaded, tmp_path):
    with sqlite3.connect(tmp_path / "exports" / "riskmap.db") as connection:
        connection.execute("UPDATE item SET retired_on = '2026-02-01' WHERE code = 'FX-0101'")

    output = loaded("report").output

    assert "6大类27小项" in output


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_without_a_database_every_command_says_which_one_to_run(run, tmp_path, words):
    result = run(*words)

    assert result.exit_code == 1
    assert result.output.startswith("错误：找不到数据库")
    assert "riskmap init" in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_an_empty_register_says_how_to_begin(run, words):
    run("init")

    result = run(*words) if words[0] != "serve" else None

    if result is not None:
        assert result.exit_code == 1
        assert "riskmap demo" in result.output


@pytest.mark.parametrize("words", [*COMMANDS, ["init"], ["demo", "--no-serve"]], ids=lambda w: w[0])
def test_a_database_of_another_program_is_refused_and_left_alone(run, tmp_path, words):
    (tmp_path / "exports").mkdir()
    path = tmp_path / "exports" / "riskmap.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE invoices (id INTEGER)")

    result = run(*words)

    assert result.exit_code == 1
    assert "RISKMAP_DATABASE_URL" in result.output
    tables = sqlite3.connect(path).execute("SELECT name FROM sqlite_master").fetchall()
    assert tables == [("invoices",)]


def test_a_newer_schema_is_refused_with_what_to_do(run, tmp_path):
    run("init")
    with sqlite3.connect(tmp_path / "exports" / "riskmap.db") as connection:
        connection.execute("UPDATE riskmap_schema SET version_num = '9999'")

    result = run("report")

    assert result.exit_code == 1
    assert "9999" in result.output
    assert "升级 riskmap" in result.output


@pytest.mark.parametrize(
    "url",
    ["postgresql+psycopg://nobody:secret@127.0.0.1:1/none", "nonsense://x", "not a url"],
)
def test_a_database_that_cannot_be_reached_is_said_in_one_line_without_its_password(
    run, monkeypatch, url
):
    monkeypatch.setenv("RISKMAP_DATABASE_URL", url)

    result = run("report")

    assert result.exit_code == 1
    assert result.output.startswith("错误：")
    assert len(result.output.splitlines()) == 1
    assert "secret" not in result.output


OUTSIDE = ["0.0.0.0", "192.168.1.5", "::", "example.org"]


@pytest.fixture
def served(monkeypatch):
    """Return the hosts that the site was served on."""
    hosts = []
    monkeypatch.setattr(serving, "run", lambda _app, host, _port: hosts.append(host))
    return hosts


@pytest.mark.parametrize("host", OUTSIDE)
def test_serve_lets_no_other_machine_in_on_the_sample_s_users(demo, served, host):
    result = demo("serve", "--host", host)

    assert result.exit_code == 1
    assert "10 个演示用户" in result.output
    assert "127.0.0.1" in result.output
    assert served == []


@pytest.mark.parametrize("host", OUTSIDE)
def test_serve_lets_no_other_machine_in_where_nobody_has_an_account(run, served, host):
    run("init")

    result = run("serve", "--host", host)

    assert result.exit_code == 1
    assert "riskmap user add" in result.output
    assert served == []


def test_serve_answers_other_machines_once_the_sample_s_users_are_disabled(
    loaded, served, tmp_path
):
    with sqlite3.connect(tmp_path / "exports" / "riskmap.db") as connection:
        connection.execute("UPDATE user SET disabled_on = '2026-01-01' WHERE name <> 'guanli'")
    assert "1 个演示用户" in loaded("serve", "--host", "0.0.0.0").output
    with sqlite3.connect(tmp_path / "exports" / "riskmap.db") as connection:
        connection.execute("UPDATE user SET is_demo = 0 WHERE name = 'guanli'")

    result = loaded("serve", "--host", "0.0.0.0")

    assert result.exit_code == 0, result.output
    assert "RISKMAP_SECURE_COOKIES" in result.output
    assert served == ["0.0.0.0"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_serve_answers_this_machine_whoever_the_users_are(demo, served, host):
    assert demo("serve", "--host", host).exit_code == 0
    assert served == [host]


def test_serve_says_when_its_port_is_taken(demo):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = demo("serve", "--port", taken.getsockname()[1])

    assert result.exit_code == 1
    assert "--port" in result.output


def test_a_relative_database_address_counts_from_the_working_folder(run, tmp_path, monkeypatch):
    monkeypatch.setenv("RISKMAP_DATABASE_URL", "sqlite:///kept/here.db")

    result = run("init")

    assert result.exit_code == 0, result.output
    assert (tmp_path / "kept" / "here.db").is_file()
    assert str(tmp_path / "kept" / "here.db") in result.output


def test_an_address_is_shown_without_its_password(monkeypatch):
    monkeypatch.setenv("RISKMAP_DATABASE_URL", "postgresql+psycopg://rm:p%40s@db/riskmap")

    assert str(address()) == "postgresql+psycopg://rm:***@db/riskmap"


def test_charts_are_kept_beside_the_database_unless_a_setting_says_where(
    run, tmp_path, monkeypatch
):
    assert cache_folder() == tmp_path / "exports" / "cache"
    assert cache_folder(tmp_path / "else") == tmp_path / "else" / "cache"

    monkeypatch.setenv("RISKMAP_CACHE_FOLDER", "kept")
    assert cache_folder() == tmp_path / "kept"


def test_a_bureau_of_one_s_own_begins_with_init_and_its_first_user(run):
    made = run("init", "--bureau", "FZ", "--name", "某市人社局")
    again = run("init", "--bureau", "FZ", "--name", "某市人社局")
    half = run("init", "--bureau", "FZ")

    assert made.exit_code == 0
    assert "某市人社局（FZ）" in made.output
    assert again.exit_code == 1
    assert "已有编号为 FZ" in again.output
    assert half.exit_code == 1
    assert run("report").exit_code == 0
    assert run("verify").exit_code == 0

"""riskmap demo: from nothing to a bound atlas, again and again without harm."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from riskmap.cli import demo as demo_module
from riskmap.config import sample_folder


def database(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "exports" / "riskmap.db")


def test_demo_writes_a_database_a_chart_of_every_map_the_atlas_and_the_report(made):
    exports = made / "exports"
    codes = [row[0] for row in database(made).execute("SELECT code FROM account_map")]

    assert len(codes) == 106
    assert {path.stem for path in (exports / "charts").iterdir()} == set(codes)
    assert (exports / "atlas.pdf").read_bytes().startswith(b"%PDF")
    report = json.loads((exports / "report.json").read_text())
    assert report["maps"] == len(codes)


def test_demo_says_what_it_made_with_counts_times_and_paths(run):
    output = run("demo", "--no-serve").output

    assert "虚构" in output
    assert "风险大类 6，风险小项 28，防控措施 126" in output
    assert "exports/atlas.pdf" in output
    assert "合计用时" in output


def test_a_second_demo_keeps_what_was_edited_and_says_so(loaded, tmp_path):
    with database(tmp_path) as connection:
        connection.execute("UPDATE account_map SET title = '改过的图名', version = 2 WHERE id = 1")
        code = connection.execute("SELECT code FROM account_map WHERE id = 1").fetchone()[0]

    result = loaded("demo", "--no-serve")

    assert result.exit_code == 0
    assert "保留其中的改动" in result.output
    assert code in result.output
    titles = database(tmp_path).execute("SELECT title FROM account_map WHERE id = 1").fetchall()
    assert titles == [("改过的图名",)]
    assert database(tmp_path).execute("SELECT count(*) FROM bureau").fetchone() == (1,)


def test_reset_loads_the_sample_anew(loaded, tmp_path):
    with database(tmp_path) as connection:
        connection.execute("UPDATE account_map SET title = '改过的图名'")

    result = loaded("demo", "--no-serve", "--reset")

    assert result.exit_code == 0
    left = database(tmp_path).execute("SELECT 1 FROM account_map WHERE title = '改过的图名'")
    assert left.fetchall() == []


def test_demo_does_not_touch_a_database_with_a_real_bureau(run, tmp_path):
    run("init")
    with database(tmp_path) as connection:
        connection.execute(
            "INSERT INTO bureau (code, name, short_name, is_sample) VALUES ('B', '某局', '局', 0)"
        )

    result = run("demo", "--no-serve", "--reset")

    assert result.exit_code == 1
    assert "某局" in result.output
    assert "RISKMAP_DATABASE_URL" in result.output
    assert database(tmp_path).execute("SELECT name FROM bureau").fetchall() == [("某局",)]


@pytest.mark.parametrize("words", [["demo", "--no-serve"], ["demo", "--no-serve", "--reset"]])
def test_demo_does_not_touch_a_database_of_a_newer_riskmap(loaded, tmp_path, words):
    with database(tmp_path) as connection:
        connection.execute("UPDATE riskmap_schema SET version_num = '9999'")
        connection.execute("DROP TABLE holding")

    result = loaded(*words)

    assert result.exit_code == 1
    assert "请升级 riskmap" in result.output
    tables = database(tmp_path).execute("SELECT name FROM sqlite_master WHERE name = 'holding'")
    assert tables.fetchall() == []


def test_without_maps_in_use_demo_and_atlas_say_so(loaded, tmp_path):
    with database(tmp_path) as connection:
        connection.execute("UPDATE account_map SET retired_on = '2026-01-01'")

    assert "--reset" in loaded("demo", "--no-serve").output
    result = loaded("atlas", "-o", "atlas.pdf")

    assert result.exit_code == 1
    assert "还没有账图" in result.output
    assert not (tmp_path / "atlas.pdf").exists()


def test_a_database_held_by_another_program_is_said_in_words(loaded, tmp_path, monkeypatch):
    monkeypatch.setattr("riskmap.db.connections.BUSY_MILLISECONDS", 50)
    holder = database(tmp_path)
    holder.execute("BEGIN EXCLUSIVE")

    result = loaded("report")
    holder.rollback()

    assert result.exit_code == 1
    assert "另一个程序占用" in result.output


def test_a_damaged_sample_file_is_named_with_its_line_and_nothing_is_written(
    run, tmp_path, monkeypatch
):
    damaged = tmp_path / "sample"
    shutil.copytree(sample_folder(), damaged)
    register = damaged / "register.yaml"
    lines = register.read_text().splitlines()
    number = next(n for n, line in enumerate(lines, start=1) if "likelihood:" in line)
    lines[number - 1] = lines[number - 1].split(":")[0] + ": 很高"
    register.write_text("\n".join(lines))
    monkeypatch.setattr(demo_module, "sample_folder", lambda: damaged)

    result = run("demo", "--no-serve")

    assert result.exit_code == 1
    assert f"register.yaml 第 {number} 行" in result.output
    assert not (tmp_path / "exports" / "atlas.pdf").exists()


def test_a_reset_with_a_damaged_sample_leaves_the_old_rows(loaded, tmp_path, monkeypatch):
    damaged = tmp_path / "sample"
    shutil.copytree(sample_folder(), damaged)
    path = damaged / "maps" / "FZ-U1-K13.yaml"
    path.write_text(path.read_text().replace("measures: [CS-0101-01", "measures: [CS-9999-99", 1))
    monkeypatch.setattr(demo_module, "sample_folder", lambda: damaged)

    result = loaded("demo", "--no-serve", "--reset")

    assert result.exit_code == 1
    assert "CS-9999-99" in result.output
    assert database(tmp_path).execute("SELECT count(*) FROM measure").fetchone() == (126,)


@pytest.mark.parametrize("words", [["demo", "--no-serve"], ["init"]])
def test_an_output_folder_that_cannot_be_made_is_said_in_one_line(run, tmp_path, words):
    (tmp_path / "exports").write_text("a file where the folder should be")

    result = run(*words)

    assert result.exit_code == 1
    assert result.output.strip().splitlines()[-1].startswith("错误：")
    assert "exports" in result.output
    assert "Traceback" not in result.output


def test_demo_serves_on_this_machine_only(run, tmp_path):
    result = run("demo", "--host", "0.0.0.0")

    assert result.exit_code == 1
    assert "127.0.0.1" in result.output
    assert not (tmp_path / "exports").exists()

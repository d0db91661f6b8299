"""riskmap export and riskmap import: the rows as a workbook, and a workbook back into the rows."""

import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from riskmap.cli.group import main


@pytest.fixture
def run(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run a command on a copy of the sample's database."""
    shutil.copy(made / "exports" / "riskmap.db", tmp_path / "riskmap.db")
    monkeypatch.setenv("RISKMAP_DATABASE_URL", f"sqlite:///{tmp_path / 'riskmap.db'}")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str):
        return CliRunner().invoke(main, arguments)

    return call


@pytest.fixture
def edited(run):
    """An office's workbook with one step changed and one that cannot be meant."""
    assert run("export", "FZ-U1-K13", "-o", "科室.xlsx").exit_code == 0
    book = openpyxl.load_workbook("科室.xlsx")
    book["步骤"]["E3"].value = "改过的步骤"
    book["步骤"]["D4"].value = "没有的类型"
    book.save("科室.xlsx")
    return "科室.xlsx"


def test_what_was_exported_changes_nothing_when_it_comes_back(run):
    assert "行）" in run("export", "-o", "全局.xlsx").stdout

    result = run("import", "全局.xlsx")

    assert result.exit_code == 0
    assert "已新增 0，修改 0，删除 0；拒绝 0" in result.stdout


def test_a_dry_run_tells_every_cell_and_changes_none(run, edited):
    result = run("import", edited, "--dry-run", "--format", "json")

    found = json.loads(result.stdout)
    assert result.exit_code == 3
    (changed,), (refused,) = found["changed"], found["refused"]
    assert (changed["sheet"], changed["cell"], changed["new"]) == ("步骤", "E3", "改过的步骤")
    assert changed["old"] not in ("", "改过的步骤")
    assert (refused["sheet"], refused["cell"], refused["new"]) == ("步骤", "D4", "没有的类型")
    assert refused["reason"]
    assert (found["added"], found["removed"]) == ([], [])
    again = json.loads(run("import", edited, "--dry-run", "--format", "json").stdout)
    assert again == found


def test_what_is_not_refused_is_written_and_the_exit_code_tells_of_the_rest(run, edited):
    result = run("import", edited)

    assert result.exit_code == 3
    assert "→ 改过的步骤" in result.stdout
    assert "已新增 0，修改 1，删除 0；拒绝 1" in result.stdout
    assert json.loads(run("import", edited, "--format", "json").stdout)["changed"] == []
    assert run("verify").exit_code == 0


def test_one_sheet_goes_round_as_csv(run):
    run("export", "--sheet", "measure", "-o", "措施.csv")
    text = Path("措施.csv").read_text("utf-8-sig")
    Path("措施.csv").write_text(text.replace("每月", "每旬", 1), "utf-8-sig")

    result = run("import", "措施.csv")

    assert (result.exit_code, "修改 1，" in result.stdout) == (0, True)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 200])
def test_a_file_that_is_no_workbook_is_one_line_and_changes_nothing(run, content):
    Path("坏.xlsx").write_bytes(content)

    result = run("import", "坏.xlsx")

    assert result.exit_code == 1
    assert result.output.startswith("错误：")
    assert len(result.output.splitlines()) == 1


def test_an_office_that_is_not_there_is_named(run):
    result = run("export", "FZ-U9-K99", "-o", "a.xlsx")

    assert result.exit_code == 1
    assert "FZ-U9-K99" in result.output
    assert not Path("a.xlsx").exists()

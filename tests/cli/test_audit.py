"""riskmap audit: for a person, for a program, for a nightly timer."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from riskmap.cli.group import main

SAMPLE_DAY = ("--day", "2026-01-05")


@pytest.fixture
def run(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command on a copy of the sample's database."""
    shutil.copy(made / "exports" / "riskmap.db", tmp_path / "riskmap.db")
    monkeypatch.setenv("RISKMAP_DATABASE_URL", f"sqlite:///{tmp_path / 'riskmap.db'}")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str):
        return CliRunner().invoke(main, ["audit", *arguments])

    return call


def test_every_gap_is_a_line_and_the_last_line_counts_them(run):
    result = run(*SAMPLE_DAY)

    lines = result.stdout.splitlines()
    assert result.exit_code == 3
    assert sum(line.startswith("错误 ") for line in lines) == 23
    assert "错误 23 项" in lines[-1]
    assert "其中现行版 105 张，未经审定按工作稿的 1 张" in lines[-2]
    assert any("G14 FZ-U1-K13-G03" in line and "法定20日" in line for line in lines)


def test_a_program_reads_json(run):
    found = json.loads(run("--format", "json", *SAMPLE_DAY).stdout)

    assert found["counts"]["error"] == 23
    assert len(found["gaps"]) == sum(found["counts"].values())
    for gap in found["gaps"]:
        assert {"rule", "severity", "subject", "message", "where"} <= gap.keys()
        assert "%(" not in gap["message"]


@pytest.mark.parametrize(
    ("code", "rules"), [("FZ-U1-K13", {"G14", "G16"}), ("FZ-U4-K03-G01", {"G18"})]
)
def test_an_office_or_a_map_is_audited_alone(run, code, rules):
    found = json.loads(run(code, "--format", "json", *SAMPLE_DAY).stdout)

    errors = {gap["rule"] for gap in found["gaps"] if gap["severity"] == "error"}
    assert errors == rules


def test_the_exit_code_tells_a_timer_whether_anybody_must_look(run):
    assert run("FZ-U3", *SAMPLE_DAY).exit_code == 0
    assert run("FZ-U3", "--fail-on", "notice", *SAMPLE_DAY).exit_code == 3
    assert run(*SAMPLE_DAY, "--fail-on", "never").exit_code == 0
    assert run("FZ-U99").exit_code == 1
    assert run("--format", "csv").exit_code == 2


def test_a_workbook_needs_a_place_and_gets_one(run, tmp_path):
    assert "-o" in run("--format", "xlsx").stderr

    result = run("--format", "xlsx", "-o", "审查.xlsx", *SAMPLE_DAY)

    assert result.exit_code == 3
    assert load_workbook(tmp_path / "审查.xlsx").sheetnames[1] == "缺口"


def test_an_audit_that_is_kept_is_what_the_next_one_is_compared_with(run):
    assert run("--keep", "--fail-on", "never").exit_code == 0
    assert "新发现" not in run("--fail-on", "never").stdout

    refused = run("FZ-U1", "--keep")

    assert refused.exit_code == 1
    assert "--keep" in refused.stderr

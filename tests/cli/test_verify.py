"""riskmap verify on a sound record, for people and for programs; tests/history tampers with it."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.conftest import Run

HEX = "a1" * 32
REVISIONS = 105  # one map of the sample is not signed
ENTRIES = 1 + REVISIONS  # that it was loaded, and that each is in force


def verified(run: Run, *words: str) -> Result:
    return run("verify", *words)


def test_every_chain_is_said_with_its_head_which_holds_afterwards(loaded: Run) -> None:
    result = verified(loaded)

    assert result.exit_code == 0, result.output
    assert f"（YJRS）：{ENTRIES} 条，链尾 1:{ENTRIES}:" in result.output
    assert f"账图版本：{REVISIONS} 个，都与记录一致" in result.output
    head = result.output.split("链尾 ")[1].split()[0]
    assert verified(loaded, "--head", head).exit_code == 0
    assert verified(loaded, "--head", f"1:{ENTRIES}:{HEX}").exit_code == 1


def test_programs_read_the_same_in_json(loaded: Run, tmp_path: Path) -> None:
    said = json.loads(verified(loaded, "--format", "json").output)

    (chain,) = said["chains"]
    assert (said["good"], chain["bureau"], chain["entries"]) == (True, "YJRS", ENTRIES)
    assert chain["broken"] is None

    with sqlite3.connect(tmp_path / "exports" / "riskmap.db") as connection:
        connection.execute("DROP TRIGGER change_sealed")
        connection.execute("UPDATE change SET who = 'nobody'")
    result = verified(loaded, "--format", "json", "--head", chain["head"], "--head", f"1:9:{HEX}")

    said = json.loads(result.stdout)
    assert result.exit_code == 1
    assert said["good"] is False
    assert said["chains"][0]["broken"]["number"] == 1
    assert [each["found"] for each in said["heads"]] == [True, False]


def test_a_review_that_nobody_signed_is_named(loaded: Run, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "exports" / "riskmap.db") as connection:
        connection.execute(
            "INSERT INTO round (id, bureau_id, number, title, due, note, started_on, started_by, "
            "closed_by) VALUES (1, 1, 1, '2026年度复查', '2026-12-31', '', '2026-01-05', '某', '')"
        )
        connection.execute(
            "INSERT INTO round_entry (id, bureau_id, round_id, map_id, revision_id) "
            "SELECT 1, 1, 1, map_id, id FROM revision WHERE id = 1"
        )
        connection.execute(
            "INSERT INTO carried_forward (bureau_id, round_entry_id, revision_id, who, day, at) "
            "VALUES (1, 1, 1, '别人', '2026-02-02', '2026-02-02 01:00:00.000000')"
        )

    result = verified(loaded)
    said = json.loads(verified(loaded, "--format", "json").stdout)

    assert result.exit_code == 1
    assert "复查沿用签字：1 个，1 个与记录不符" in result.output
    assert "在第 1 次复查中的沿用签字：变更记录里没有它" in result.output
    assert (said["good"], said["carried_forward"]["count"]) == (False, 1)
    (altered,) = said["carried_forward"]["altered"]
    assert (altered["round"], altered["reason"]) == (1, "变更记录里没有它")


def test_a_record_without_entries_is_said(run: Run) -> None:
    run("init")

    result = verified(run)

    assert result.exit_code == 0
    assert "还没有" in result.output


@pytest.mark.parametrize(
    "head", ["", "1", "1:2", "a:b:c", f"1:1:{HEX[1:]}", f"1:1:{HEX}:1", f"1:-1:{HEX}", "9" * 99]
)
def test_a_head_that_is_none_is_refused(loaded: Run, head: str) -> None:
    result = verified(loaded, "--head", head)

    assert result.exit_code == 2
    assert "64" in result.output

"""riskmap check passes on a good installation and names each thing that is broken."""

import shutil
import sqlite3
from collections import namedtuple

import pytest

from riskmap.cli import checking
from riskmap.config import font_folder, sample_folder


@pytest.fixture
def ready(run, tmp_path):
    """Return how to run `check` beside a fresh database."""
    made = run("demo", "--no-serve")
    assert made.exit_code == 0, made.output
    return lambda: run("check")


def wrong(output: str) -> list[str]:
    return [line.split()[1].split("：")[0] for line in output.splitlines() if line[:2] == "异常"]


def test_check_passes_after_demo(ready):
    result = ready()

    assert result.exit_code == 0, result.output
    assert wrong(result.output) == []
    assert len(result.output.splitlines()) == len(checking.CHECKS)


def test_check_names_a_missing_database(run):
    result = run("check")

    assert result.exit_code == 1
    assert wrong(result.output) == ["数据库", "数据库结构"]
    assert "riskmap init" in result.output


def test_check_names_a_damaged_database_file(ready, tmp_path):
    path = tmp_path / "exports" / "riskmap.db"
    content = bytearray(path.read_bytes())
    content[8192:24576] = b"\x00" * 16384
    path.write_bytes(content)

    result = ready()

    assert result.exit_code == 1
    assert "数据库" in wrong(result.output)


def test_check_names_a_row_that_points_nowhere(ready, tmp_path):
    with sqlite3.connect(tmp_path / "exports" / "riskmap.db") as connection:
        connection.execute("UPDATE holding SET person_id = 99999 WHERE id = 1")

    result = ready()

    assert wrong(result.output) == ["数据库"]
    assert "holding" in result.output


def test_check_names_an_old_schema(ready, tmp_path):
    with sqlite3.connect(tmp_path / "exports" / "riskmap.db") as connection:
        connection.execute("UPDATE riskmap_schema SET version_num = '9999'")

    assert wrong(ready().output) == ["数据库结构"]


@pytest.mark.parametrize("damage", ["missing", "changed"])
def test_check_names_a_font_that_is_not_ours(ready, tmp_path, monkeypatch, damage):
    fonts = tmp_path / "fonts"
    shutil.copytree(font_folder(), fonts)
    face = fonts / "NotoSansSC-Bold.ttf"
    face.unlink() if damage == "missing" else face.write_bytes(b"no font")
    monkeypatch.setattr(checking, "font_folder", lambda: fonts)

    result = ready()

    assert wrong(result.output) == ["字体"]
    assert "NotoSansSC-Bold.ttf" in result.output


def test_check_names_a_drawing_engine_that_cannot_start(ready, monkeypatch):
    monkeypatch.setenv("RISKMAP_DRAW_MEGABYTES", "8")

    assert wrong(ready().output) == ["绘图引擎"]


def test_check_sees_that_drawing_does_not_use_our_font(ready, tmp_path, monkeypatch):
    (tmp_path / "none").mkdir()
    monkeypatch.setattr("riskmap.drawing.engine.font_folder", lambda: tmp_path / "none")

    assert wrong(ready().output) == ["绘图引擎"]


def test_check_names_missing_templates(ready, tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "template_folder", lambda: tmp_path / "none")

    assert wrong(ready().output) == ["模板"]


def test_check_names_a_damaged_sample(ready, tmp_path, monkeypatch):
    damaged = tmp_path / "sample"
    shutil.copytree(sample_folder(), damaged)
    (damaged / "bases.yaml").write_text("bases: [")
    monkeypatch.setattr(checking, "sample_folder", lambda: damaged)

    result = ready()

    assert wrong(result.output) == ["示范数据"]
    assert "bases.yaml" in result.output


def test_check_names_a_full_disk(ready, monkeypatch):
    usage = namedtuple("usage", "total used free")(10**9, 10**9, 10**6)
    monkeypatch.setattr(checking.shutil, "disk_usage", lambda _path: usage)

    assert wrong(ready().output) == ["输出位置"]

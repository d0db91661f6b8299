"""riskmap check passes on a good installation and names each thing that is broken."""

import shutil
import sqlite3
from collections import namedtuple
from contextlib import closing

import pytest

from riskmap.cli import checking
from riskmap.config import font_folder, sample_folder, template_folder
from riskmap.drawing.kept import shelf_in
from riskmap.drawing.shelf import name_of


@pytest.fixture
def ready(loaded):
    """Return how to run `check` beside a database of its own, as `demo` makes it."""
    return lambda: loaded("check")


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


@pytest.fixture
def database(tmp_path):
    """Yield a connection to the database that nothing of riskmap watches."""
    with closing(sqlite3.connect(tmp_path / "exports" / "riskmap.db")) as connection:
        yield connection
        connection.commit()


def line(output: str, name: str) -> str:
    return next(each for each in output.splitlines() if f"  {name}：" in each)


def test_check_counts_who_can_sign_in(ready, database):
    assert "10 名可登录，系统管理员 1 名，其中演示用户 10 名" in line(ready().output, "用户")

    database.execute("UPDATE user SET disabled_on = '2026-01-01' WHERE name = 'shenji'")
    database.commit()

    assert "9 名可登录" in line(ready().output, "用户")


def test_check_names_an_installation_whose_last_administrator_is_gone(ready, database):
    database.execute("UPDATE user SET disabled_on = '2026-01-01' WHERE name = 'guanli'")
    database.commit()

    result = ready()

    assert wrong(result.output) == ["用户"]
    assert "riskmap user add" in line(result.output, "用户")


def test_check_says_how_to_make_the_first_user(run):
    run("init")

    result = run("check")

    assert wrong(result.output) == []
    assert "riskmap user add" in line(result.output, "用户")


def test_check_reads_the_record_through(ready, database):
    assert "1 条链共 106 条记录" in line(ready().output, "变更记录")

    database.execute("DROP TRIGGER change_sealed")
    database.execute("UPDATE change SET who = 'nobody'")
    database.commit()

    result = ready()

    assert wrong(result.output) == ["数据库结构", "变更记录"]
    assert "从第 1 条断开" in line(result.output, "变更记录")


def test_check_names_a_key_that_others_can_read(ready, tmp_path):
    assert wrong(ready().output) == []  # the key is made
    (tmp_path / "exports" / "secret-key").chmod(0o644)

    result = ready()

    assert wrong(result.output) == ["签名密钥"]
    assert "chmod 600" in line(result.output, "签名密钥")


def test_check_takes_the_key_of_the_settings(ready, monkeypatch):
    monkeypatch.setenv("RISKMAP_SECRET_KEY", "0123456789abcdef0123456789abcdef")

    result = ready()

    assert wrong(result.output) == []
    assert "RISKMAP_SECRET_KEY" in line(result.output, "签名密钥")
    assert "0123456789abcdef" not in result.output


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


@pytest.mark.parametrize("name", checking.TEMPLATES)
def test_a_missing_template_is_named(tmp_path, monkeypatch, name):
    shutil.copytree(template_folder(), tmp_path / "templates")
    (tmp_path / "templates" / name).unlink()
    monkeypatch.setattr(checking, "template_folder", lambda: tmp_path / "templates")

    with pytest.raises(checking.Wrong, match=name):
        dict(checking.CHECKS)["模板"](tmp_path)


def test_check_names_a_missing_template(ready, tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "template_folder", lambda: tmp_path / "none")

    assert wrong(ready().output) == ["模板"]


def test_check_knows_every_template():
    here = template_folder()
    files = {path.relative_to(here).as_posix() for path in here.rglob("*.*")}

    assert files == set(checking.TEMPLATES)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("DROP TRIGGER step_fixed", "step_fixed"),
        ("ALTER TABLE step ADD COLUMN zz INTEGER", "step"),
        ("DROP TABLE limit_span", "limit_span"),
        ("DROP INDEX uq_account_map_one_per_matter", "account_map"),
    ],
)
def test_check_names_what_was_changed_by_hand_in_the_schema(ready, tmp_path, statement, name):
    with sqlite3.connect(tmp_path / "exports" / "riskmap.db") as connection:
        connection.execute(statement)

    result = ready()

    assert "数据库结构" in wrong(result.output)
    line = next(each for each in result.output.splitlines() if "数据库结构" in each)
    assert name in line
    assert "备份" in line


def test_check_goes_on_after_what_it_did_not_foresee(ready, monkeypatch):
    def fail(*_args: object) -> None:
        raise KeyError("unforeseen")

    monkeypatch.setattr(checking, "documents", fail)

    result = ready()

    assert wrong(result.output) == ["账图用字"]
    assert "输出位置" in result.output


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RISKMAP_DRAW_SECONDS", "abc"),
        ("RISKMAP_DRAW_SECONDS", "inf"),
        ("RISKMAP_DRAW_SECONDS", "nan"),
        ("RISKMAP_DRAW_SECONDS", "-1"),
        ("RISKMAP_DRAW_MEGABYTES", "0"),
        ("RISKMAP_CACHE_MEGABYTES", "-1"),
        ("RISKMAP_DATABASE_URL", "postgresql+psycopg://u:pw@h:notaport/x"),
        ("RISKMAP_DATABASE_URL", "sqlite:///:memory:"),
        ("RISKMAP_SECRET_KEY", "too short"),
        ("RISKMAP_SECURE_COOKIES", "yes"),
        ("RISKMAP_IDLE_MINUTES", "0"),
        ("RISKMAP_CHIEFS_READ", "some"),
    ],
)
def test_check_names_a_setting_that_cannot_be_used(run, monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    result = run("check")
    report = run("demo", "--no-serve")

    assert result.exit_code == report.exit_code == 1
    assert "设置" in wrong(result.output)
    assert name in next(each for each in result.output.splitlines() if "设置：" in each)
    assert name in report.output
    assert ":pw@" not in result.output + report.output
    assert "Traceback" not in report.output


def test_check_names_a_damaged_sample(ready, tmp_path, monkeypatch):
    damaged = tmp_path / "sample"
    shutil.copytree(sample_folder(), damaged)
    (damaged / "bases.yaml").write_text("bases: [")
    monkeypatch.setattr(checking, "sample_folder", lambda: damaged)

    result = ready()

    assert wrong(result.output) == ["示范数据"]
    assert "bases.yaml" in result.output


def test_check_loads_the_sample_to_see_whether_it_can(ready, tmp_path, monkeypatch):
    damaged = tmp_path / "sample"
    shutil.copytree(sample_folder(), damaged)
    path = damaged / "maps" / "FZ-U1-K13.yaml"
    path.write_text(path.read_text().replace("item: FX-0101", "item: FX-9999", 1))
    monkeypatch.setattr(checking, "sample_folder", lambda: damaged)

    result = ready()

    assert wrong(result.output) == ["示范数据"]
    assert "FX-9999" in result.output


def test_check_names_a_full_disk(ready, monkeypatch):
    usage = namedtuple("usage", "total used free")(10**9, 10**9, 10**6)
    monkeypatch.setattr(checking.shutil, "disk_usage", lambda _path: usage)

    assert wrong(ready().output) == ["输出位置"]


def test_check_says_where_charts_are_kept_and_how_many(ready, tmp_path):
    folder = tmp_path / "exports" / "cache"
    kept = shelf_in(folder)
    assert kept is not None
    kept.put(kept.boards[0], name_of("x"), b"x" * 2_500_000)

    assert f"图的存放：{folder}，已用 2.4 MB，上限 256 MB" in ready().output


@pytest.mark.parametrize("place", ["file", "file/cache"])
def test_check_names_a_folder_that_charts_cannot_be_kept_in(ready, tmp_path, monkeypatch, place):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RISKMAP_CACHE_FOLDER", str(tmp_path / place))

    result = ready()

    assert wrong(result.output) == ["图的存放"]
    assert str(tmp_path / "file") in result.output
    assert "RISKMAP_CACHE_FOLDER" in result.output


def test_check_says_that_charts_are_not_kept_by_choice(ready, monkeypatch):
    monkeypatch.setenv("RISKMAP_CACHE_MEGABYTES", "0")

    result = ready()

    assert result.exit_code == 0
    assert "图的存放：已关闭" in result.output


def test_check_makes_no_folder(run, tmp_path):
    run("check")

    assert list(tmp_path.iterdir()) == []

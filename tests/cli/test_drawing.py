"""riskmap draw, print and atlas."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from riskmap.cli import progress, writing
from riskmap.cli.context import opened
from riskmap.db import db
from riskmap.document.encoding import from_json
from riskmap.maps.models import AccountMap
from tests.in_force import put_into_force

STARTS = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG", "dot": b"digraph", "json": b"{"}
CODE = "FZ-U1-K13-G01"


@pytest.mark.parametrize("kind", STARTS)
def test_draw_writes_one_file_a_map_in_every_format(demo, tmp_path, kind):
    result = demo("draw", CODE, "FZ-U1", "--format", kind, "-o", tmp_path / "out")

    assert result.exit_code == 0, result.output
    written = sorted((tmp_path / "out").iterdir())
    assert [path.name for path in written] == [f"FZ-U1-K13-G01.{kind}", f"FZ-U1.{kind}"]
    assert all(path.read_bytes().startswith(STARTS[kind]) for path in written)


def test_draw_all_draws_every_map(demo, made, tmp_path):
    demo("draw", "--all", "-o", tmp_path / "out")

    expected = {path.name for path in (made / "exports" / "charts").iterdir()}
    assert {path.name for path in (tmp_path / "out").iterdir()} == expected


def test_the_json_of_a_map_reads_back_as_its_document(demo, tmp_path):
    demo("draw", CODE, "--format", "json", "-o", tmp_path)

    document = from_json((tmp_path / f"{CODE}.json").read_bytes())

    assert document.code == CODE
    assert document.risk_points


@pytest.mark.parametrize(
    "words", [["draw", "NO-SUCH", "-o", "out"], ["print", "NO-SUCH", "-o", "x"]]
)
def test_an_unknown_code_is_refused_in_one_line_and_nothing_is_written(demo, tmp_path, words):
    result = demo(*words)

    assert result.exit_code == 1
    assert result.output.startswith("错误：没有编号为 NO-SUCH 的账图")
    assert len(result.output.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_charts_of_the_same_rows_have_the_same_bytes_in_every_format(demo, tmp_path):
    for kind in STARTS:
        for folder in ("one", "two"):
            demo("draw", CODE, "--format", kind, "-o", tmp_path / folder)

        name = f"{CODE}.{kind}"
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert b"CreationDate" not in (tmp_path / "one" / f"{CODE}.pdf").read_bytes()
    assert len(PdfReader(tmp_path / "one" / f"{CODE}.pdf").pages) == 1


@pytest.mark.parametrize("kind", ["pdf", "svg"])
def test_print_into_a_folder_is_refused_in_one_line(demo, kind):
    result = demo("print", CODE, "--format", kind, "-o", ".")

    assert result.exit_code == 1
    assert result.output.startswith("错误：")
    assert len(result.output.splitlines()) == 1


def test_draw_wants_either_codes_or_all(demo):
    assert demo("draw", "-o", "out").exit_code == 2
    assert demo("draw", CODE, "--all", "-o", "out").exit_code == 2


def test_print_writes_the_sheets_of_the_named_maps(demo, tmp_path):
    result = demo("print", CODE, "FZ-U2-K03", "-o", tmp_path / "sheets.pdf")

    assert result.exit_code == 0, result.output
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "sheets.pdf").pages)
    assert "工伤认定受理" in text
    assert "FZ-U2-K03" in text


def test_the_atlas_of_the_same_rows_has_the_same_bytes(demo, made, tmp_path):
    result = demo("atlas", "-o", tmp_path / "again.pdf")

    assert result.exit_code == 0, result.output
    assert (tmp_path / "again.pdf").read_bytes() == (made / "exports" / "atlas.pdf").read_bytes()


def test_the_atlas_shows_how_far_it_is_where_somebody_looks(demo, tmp_path, monkeypatch):
    silent = demo("atlas", "-o", tmp_path / "atlas.pdf")
    monkeypatch.setattr(progress, "watched", lambda: True)
    shown = demo("atlas", "-o", tmp_path / "atlas.pdf")

    assert silent.stderr == ""
    assert [line.strip() for line in shown.stderr.splitlines()] == [
        "正在读取账图…", "正在绘图", "正在排版…"
    ]  # fmt: skip
    assert shown.stdout == silent.stdout


def test_the_atlas_opens_and_has_a_page_for_every_map(demo, made):
    reader = PdfReader(io.BytesIO((made / "exports" / "atlas.pdf").read_bytes()))

    assert len(reader.pages) > len(list((made / "exports" / "charts").iterdir()))


def test_an_unwritable_place_is_said_in_one_line(demo, tmp_path):
    (tmp_path / "file").write_text("")

    result = demo("atlas", "-o", tmp_path / "file" / "atlas.pdf")

    assert result.exit_code == 1
    assert result.output.startswith("错误：写不进")


def test_a_file_that_could_not_be_finished_leaves_the_old_one_and_no_rest(tmp_path, monkeypatch):
    target = tmp_path / "atlas.pdf"
    target.write_bytes(b"old")

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "fsync", full)
    with pytest.raises(writing.CannotWrite, match="No space left"):
        writing.write(target, b"new")

    assert target.read_bytes() == b"old"
    assert [path.name for path in Path(tmp_path).iterdir()] == ["atlas.pdf"]


def test_a_dead_drawing_engine_is_said_in_one_line(demo, tmp_path, monkeypatch):
    monkeypatch.setenv("RISKMAP_DRAW_MEGABYTES", "8")

    result = demo("draw", CODE, "-o", tmp_path / "out")

    assert result.exit_code == 1
    assert "riskmap check" in result.output
    assert "Traceback" not in result.output


def test_a_revision_is_drawn_and_printed_as_it_was_approved(loaded, tmp_path):
    before = loaded("draw", CODE, "--format", "json", "-o", tmp_path / "before")
    with opened(tmp_path / "exports"):
        row = db.session.scalars(select(AccountMap).filter_by(code=CODE)).one()
        row.title = "改过的题目"
        put_into_force(db.session, row)
        db.session.commit()

    drawn = loaded("draw", CODE, "--revision", 1, "--format", "json", "-o", tmp_path / "first")
    printed = loaded("print", CODE, "--revision", 1, "-o", tmp_path / "first.pdf")

    assert [each.exit_code for each in (before, drawn, printed)] == [0, 0, 0], printed.output
    first = (tmp_path / "first" / f"{CODE}.json").read_bytes()
    assert first == (tmp_path / "before" / f"{CODE}.json").read_bytes()
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "first.pdf").pages)
    assert "第 1 版" in text
    assert "已被新版替代" in text
    assert "改过的题目" not in text


def test_a_revision_that_is_not_there_is_refused_in_one_line(demo):
    result = demo("print", CODE, "--revision", 9, "-o", "x.pdf")

    assert result.exit_code == 1
    assert result.output == f"错误：账图 {CODE} 没有第 9 版；各版见网站上该图的“版本与签批”\n"


@pytest.mark.parametrize("more", [("FZ-U1",), ("--draft",)])
def test_a_revision_is_of_one_map_and_no_working_copy(demo, more):
    assert demo("draw", CODE, *more, "--revision", 1, "-o", "out").exit_code == 2
    assert demo("print", CODE, *more, "--revision", 1, "-o", "x.pdf").exit_code == 2
    assert demo("draw", "--all", "--revision", 1, "-o", "out").exit_code == 2

"""A chart drawn before is not drawn again, unless it would come out differently; the last stays."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from riskmap.config import CACHE_MEGABYTES, SettingError
from riskmap.drawing import kept as module
from riskmap.drawing.engine import DrawingFailed, Engine
from riskmap.drawing.kept import DRAWN, LAST, Good, Kept, shelf_in
from riskmap.drawing.shelf import Shelf

GOOD = Good(b"<svg>\n</svg>", 3, "d" * 64, datetime(2026, 3, 1, 8, 30, tzinfo=UTC))


class Hand(Engine):
    """An engine that only counts; broken while it is told to be."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str]] = []
        self.broken = False

    def render(self, source: str, kind: str) -> bytes:
        self.asked.append((source, kind))
        if self.broken:
            raise DrawingFailed("broken")
        return f"{kind} of {source}".encode()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(Hand(), shelf_in(tmp_path))


def test_what_was_drawn_once_is_not_drawn_again_by_any_process(kept: Kept, tmp_path: Path):
    first = kept.render("digraph", "svg")
    other = Kept(Hand(), shelf_in(tmp_path))

    assert first == b"svg of digraph"
    assert kept.render("digraph", "svg") == other.render("digraph", "svg") == first
    assert kept.engine.asked == [("digraph", "svg")]
    assert other.engine.asked == []


def test_another_source_another_format_and_another_hand_are_drawn_anew(kept: Kept, monkeypatch):
    kept.render("one", "svg")
    kept.render("other", "svg")
    kept.render("one", "png")
    monkeypatch.setattr(module, "hand", lambda: "of the next version")
    kept.render("one", "svg")

    assert kept.engine.asked == [("one", "svg"), ("other", "svg"), ("one", "png"), ("one", "svg")]


@pytest.mark.parametrize("changed", ["code", "library", "faces"])
def test_the_hand_is_another_when_what_draws_has_changed(tmp_path, monkeypatch, changed):
    before = module.hand.__wrapped__()
    assert module.hand.__wrapped__() == before

    if changed == "code":
        code = tmp_path / "child.py"
        code.write_bytes(Path(str(module.child.__file__)).read_bytes() + b"#")
        monkeypatch.setattr(module.child, "__file__", str(code))
    elif changed == "library":
        monkeypatch.setattr(module, "version", lambda _name: "99")
    else:
        monkeypatch.setitem(module.DIGESTS, "NotoSansSC-Bold.ttf", "0")

    assert module.hand.__wrapped__() != before


def test_without_the_library_the_hand_is_the_program_s(tmp_path, monkeypatch):
    def none(_name: str) -> str:
        raise module.PackageNotFoundError

    monkeypatch.setattr(module, "version", none)
    monkeypatch.setenv("PATH", str(tmp_path))
    without = module.hand.__wrapped__()
    (tmp_path / "neato").write_text("#!/bin/sh\n")
    (tmp_path / "neato").chmod(0o755)

    assert module.hand.__wrapped__() != without


def test_a_failure_is_not_kept(kept: Kept):
    kept.engine.broken = True
    for _ in range(2):
        with pytest.raises(DrawingFailed):
            kept.render("digraph", "svg")
    kept.engine.broken = False

    assert kept.render("digraph", "svg") == b"svg of digraph"


def test_a_kept_chart_is_there_while_the_engine_is_broken(kept: Kept):
    kept.render("digraph", "svg")
    kept.engine.broken = True

    assert kept.render("digraph", "svg") == b"svg of digraph"


def test_a_damaged_chart_is_drawn_anew(kept: Kept, tmp_path: Path):
    kept.render("digraph", "svg")
    (path,) = (tmp_path / DRAWN).iterdir()
    path.write_bytes(path.read_bytes()[:-1])

    assert kept.render("digraph", "svg") == b"svg of digraph"
    assert len(kept.engine.asked) == 2
    assert kept.render("digraph", "svg") == b"svg of digraph"
    assert len(kept.engine.asked) == 2


def test_without_a_folder_that_can_be_written_everything_is_drawn(tmp_path: Path):
    (tmp_path / "file").write_text("")
    for shelf in (None, shelf_in(tmp_path / "file" / "cache")):
        kept = Kept(Hand(), shelf)
        kept.keep_last(GOOD, "bureau", "map")

        assert kept.render("digraph", "svg") == kept.render("digraph", "svg") == b"svg of digraph"
        assert len(kept.engine.asked) == 2
        assert kept.last("bureau", "map") is None


def test_the_bound_is_a_setting_and_0_keeps_nothing(tmp_path: Path, monkeypatch):
    monkeypatch.setenv(CACHE_MEGABYTES.name, "1.5")
    found = shelf_in(tmp_path)
    assert found is not None
    assert found.most == 1.5 * 1024 * 1024

    monkeypatch.setenv(CACHE_MEGABYTES.name, "0")
    assert shelf_in(tmp_path) is None

    for wrong in ("-1", "abc", "nan", "inf", "1e9"):
        monkeypatch.setenv(CACHE_MEGABYTES.name, wrong)
        with pytest.raises(SettingError, match=r"0（关闭）"):
            shelf_in(tmp_path)


def test_the_last_good_chart_of_a_map_is_told_from_all_others(kept: Kept, tmp_path: Path):
    kept.keep_last(GOOD, "database", "bureau", "map")

    assert Kept(Hand(), shelf_in(tmp_path)).last("database", "bureau", "map") == GOOD
    assert kept.last("database", "bureau", "other") is None
    assert kept.last("database", "other", "map") is None
    assert kept.last("other", "bureau", "map") is None


def test_the_last_good_chart_keeps_its_time_while_it_is_the_same(kept: Kept):
    later = datetime(2026, 3, 2, tzinfo=UTC)
    kept.keep_last(GOOD, "map")

    kept.keep_last(replace(GOOD, drawn_at=later), "map")
    assert kept.last("map") == GOOD

    for changed in ({"version": 4}, {"document": "e" * 64}, {"picture": b"<svg/>"}):
        kept.keep_last(replace(GOOD, drawn_at=later, **changed), "map")
        assert kept.last("map") == replace(GOOD, drawn_at=later, **changed)


def test_a_last_good_chart_that_another_version_wrote_otherwise_is_none(kept: Kept):
    assert kept.shelf is not None
    for content in (b"", b"{}\n<svg/>", b"\xff\n<svg/>", b'{"version":"x"}\n'):
        kept.shelf.put(LAST, module.name_of("map"), content)

        assert kept.last("map") is None


def test_the_last_good_charts_stay_while_drawn_ones_make_room(tmp_path: Path):
    kept = Kept(Hand(), Shelf(tmp_path, 100_000, (DRAWN, LAST)))
    kept.keep_last(GOOD, "map")

    for number in range(100):
        kept.render(f"{number}" * 5_000, "svg")

    assert kept.last("map") == GOOD

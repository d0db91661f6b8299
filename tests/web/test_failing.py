"""What a map's page shows while its chart cannot be drawn, and that it recovers."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from riskmap.app import create_app
from riskmap.db import db
from riskmap.drawing.engine import DrawingFailed, Engine
from riskmap.drawing.kept import DRAWN
from riskmap.maps import pictures
from riskmap.maps.models import AccountMap, Step
from riskmap.register.models import Measure
from tests.users import sign_in
from tests.web.pages import CODE

MOMENT = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)  # half past midnight, a day later, in the bureau
REASON = "绘图超过 10 秒，已终止"
PAGE = f"/maps/{CODE}?draft=1"  # what is edited
FAILED = "图暂时画不出来；图上的内容在表中都有"
NONE = "没有存着本图以前画成的图可以代替"


def break_engine(app: Flask, monkeypatch: pytest.MonkeyPatch, reason: str = REASON) -> None:
    def fail(*_args: object) -> None:
        raise DrawingFailed(reason)

    monkeypatch.setattr(app.extensions["riskmap.engine"], "render_all", fail)


class Site:
    """The site on a database of its own, with an engine that can be broken."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch
        self.start()

    def start(self) -> None:
        """Start, or start again: what the site remembered in memory is gone."""
        self.app: Flask = create_app(f"sqlite:///{self.folder / 'copy.db'}", self.folder / "cache")
        self.engine: Engine = self.app.extensions["riskmap.engine"]
        self.client = sign_in(self.app, "shenji")

    def breaks(self, reason: str = REASON) -> None:
        break_engine(self.app, self.monkeypatch, reason)

    def is_mended(self) -> None:
        self.monkeypatch.delattr(self.engine, "render_all", raising=False)

    def edit(self, text: str) -> None:
        with self.app.app_context():
            its_map = select(AccountMap.id).where(AccountMap.code == CODE).scalar_subquery()
            steps = select(Step).where(Step.map_id == its_map, Step.key == "s4")
            db.session.scalars(steps).one().text = text
            db.session.commit()

    def version(self) -> int:
        with self.app.app_context():
            return (
                db.session.scalars(select(AccountMap).where(AccountMap.code == CODE)).one().version
            )

    def close(self) -> None:
        self.engine.close()
        with self.app.app_context():
            db.engine.dispose()


@pytest.fixture
def site(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    shutil.copy(made / "exports" / "riskmap.db", tmp_path / "copy.db")
    monkeypatch.setattr(pictures, "now", lambda: MOMENT)
    site = Site(tmp_path, monkeypatch)
    yield site
    site.close()


def chart(page: str) -> str:
    """Return the chart in a page, without what its shapes are called aloud."""
    found = re.search(r"<svg xmlns.*?</svg>", page, re.DOTALL)
    return re.sub(r"<title>.*?</title>|aria-label=\"[^\"]*\"", "", found[0]) if found else ""


def test_the_last_good_chart_is_shown_as_older_when_the_map_has_changed(site: Site):
    before = site.client.get(PAGE).text
    version = site.version()
    site.edit("当面核验证件并打印回执")
    site.breaks()

    answer = site.client.get(PAGE)

    page = answer.text
    assert answer.status_code == 200
    assert FAILED in page
    assert REASON in page
    assert "怎么办" in page
    assert "<td>当面核验证件并打印回执" in page
    assert chart(page) == chart(before) != ""
    assert "旧图" in page
    assert f"工作稿 {version}，画于 2026年3月2日 00:30" in page
    assert f"此后账图有改动（现为工作稿 {site.version()}），请以表格为准" in page
    assert site.version() > version
    assert "<title>现在的内容：第 4 步：" in page


def test_the_last_good_chart_of_an_unchanged_map_is_not_called_older(site: Site):
    before = site.client.get(PAGE).text
    shutil.rmtree(site.folder / "cache" / DRAWN)
    site.start()
    site.breaks()

    page = site.client.get(PAGE).text

    assert FAILED in page
    assert chart(page) == chart(before)
    assert "此后账图没有改动" in page
    assert "旧图" not in page
    assert "现在的内容" not in page


def test_a_change_of_what_a_map_refers_to_makes_its_chart_older_as_well(site: Site):
    site.client.get(PAGE)
    with site.app.app_context():
        measure = db.session.scalars(select(Measure).where(Measure.code == "CS-0101-01")).one()
        measure.text += "，每月抽查"
        db.session.commit()
    site.breaks()

    page = site.client.get(PAGE).text

    assert "旧图" in page
    assert "此后本图引用的内容有改动，请以表格为准" in page


def test_without_a_good_chart_the_page_says_so(site: Site):
    site.breaks()

    page = site.client.get(PAGE)

    assert page.status_code == 200
    assert NONE in page.text
    assert REASON in page.text
    assert "打印收件回执" in page.text
    assert chart(page.text) == ""


def test_a_chart_of_another_database_is_not_shown_in_its_place(site: Site, made: Path):
    site.client.get(PAGE)
    shutil.copy(made / "exports" / "riskmap.db", site.folder / "other.db")
    other = create_app(f"sqlite:///{site.folder / 'other.db'}", site.folder / "cache")
    shutil.rmtree(site.folder / "cache" / DRAWN)
    break_engine(other, site.monkeypatch)

    assert NONE in sign_in(other, "shenji").get(PAGE).text


def test_a_failed_page_is_kept_by_nobody_and_made_anew_by_the_next_visit(site: Site):
    good = site.client.get(PAGE)
    site.edit("当面核验证件并打印回执")
    site.breaks()

    known = {"If-None-Match": good.headers["ETag"]}
    failed = site.client.get(PAGE, headers=known)
    downloads = [
        site.client.get(f"/maps/{CODE}/{each}?draft=1") for each in ("chart.svg", "sheet.pdf")
    ]
    site.is_mended()
    again = site.client.get(PAGE)

    assert failed.status_code == 200
    assert "ETag" not in failed.headers
    assert failed.headers["Cache-Control"] == "no-store"
    for each in downloads:
        assert each.status_code == 503
        assert "图暂时画不出来" in each.text
    assert FAILED not in again.text
    assert "当面核验证件并打印回执" in re.search(r"<svg xmlns.*?</svg>", again.text, re.DOTALL)[0]
    assert "ETag" in again.headers
    assert site.client.get(f"/maps/{CODE}/chart.svg").status_code == 200


def test_the_newest_good_chart_takes_the_place_of_the_one_before(site: Site):
    site.client.get(PAGE)
    site.edit("当面核验证件并打印回执")
    second = site.client.get(PAGE).text
    version = site.version()
    site.edit("第三次的文字")
    site.breaks()

    page = site.client.get(PAGE).text

    assert chart(page) == chart(second)
    assert f"工作稿 {version}，" in page


def test_a_chart_drawn_before_is_shown_while_the_engine_is_broken(site: Site):
    before = site.client.get(PAGE).text
    picture = site.client.get(f"/maps/{CODE}/chart.svg").data
    site.start()
    site.breaks()

    page = site.client.get(PAGE).text

    assert page == before
    assert site.client.get(f"/maps/{CODE}/chart.svg").data == picture


def test_an_engine_that_is_really_too_slow_harms_no_page_and_recovers(site: Site):
    site.client.get(PAGE)
    site.edit("当面核验证件并打印回执")
    site.engine.close()
    seconds, site.engine.seconds = site.engine.seconds, 0.001

    failed = [site.client.get(PAGE) for _ in range(3)]
    site.engine.seconds = seconds
    again = site.client.get(PAGE)

    for each in failed:
        assert each.status_code == 200
        assert "绘图超过 0.001 秒" in each.text
        assert "RISKMAP_DRAW_SECONDS" in each.text
        assert "旧图" in each.text
        assert chart(each.text) != ""
        assert "<td>当面核验证件并打印回执" in each.text
    assert FAILED not in again.text
    assert chart(again.text) not in ("", chart(failed[0].text))


def test_the_reason_is_text_and_nothing_else(site: Site):
    site.breaks("图形引擎报错：<script>alert(1)</script> & </dd>")

    page = site.client.get(PAGE).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;/dd&gt;" in page
    assert "<script>alert" not in page


def test_a_reader_of_english_is_told_in_english(site: Site):
    site.client.get(PAGE)
    site.edit("当面核验证件并打印回执")
    site.breaks()
    site.client.set_cookie("riskmap_language", "en")

    page = site.client.get(PAGE).text

    assert "What to do" in page
    assert "Older chart" in page
    assert re.search(r"drawn Mar 2, 2026 12:30\sAM\.", page)
    assert f'<dd lang="zh-Hans-CN">{REASON}' in page


def test_a_last_good_chart_that_was_damaged_is_none(site: Site):
    site.client.get(PAGE)
    site.edit("当面核验证件并打印回执")
    site.breaks()
    for path in (site.folder / "cache").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:1000])

    page = site.client.get(PAGE)

    assert page.status_code == 200
    assert NONE in page.text

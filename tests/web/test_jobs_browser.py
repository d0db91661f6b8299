"""An atlas in a browser: from the button to the downloaded book, with and without script."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from riskmap.app import create_app
from riskmap.jobs.handlers import KINDS, Argument, File, Work
from riskmap.jobs.progress import Progress
from riskmap.jobs.runner import Runner
from riskmap.maps.sheets import DRAWING
from riskmap.revisions.binding import ATLAS
from tests.web.complaints import complaints
from tests.web.test_browser import AXE, RULES, Opening

READY_WITHIN = 90_000  # milliseconds


@pytest.fixture(scope="module")
def app(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site on a database of these tests' own: they change it."""
    copy = tmp_path_factory.mktemp("jobs") / "jobs.db"
    shutil.copy(made / "exports" / "riskmap.db", copy)
    return create_app(f"sqlite:///{copy}")


@pytest.fixture
def runner(app: Flask) -> Iterator[Runner]:
    with Runner(app) as found:
        yield found


def ask_for_the_atlas(page: Page) -> None:
    page.goto("/maps")
    page.get_by_role("button", name="账图汇编（PDF）").click()
    page.wait_for_url("**/jobs/*")


def download(page: Page) -> PdfReader:
    with page.expect_download() as found:
        page.locator("#result").click()
    assert found.value.suggested_filename == "云江市人社局法治账图汇编.pdf"
    return PdfReader(BytesIO(Path(found.value.path()).read_bytes()))


def test_an_atlas_is_asked_for_watched_and_downloaded(opened: Opening, runner: Runner) -> None:
    page = opened("shenji").new_page()
    said = complaints(page)

    ask_for_the_atlas(page)
    expect(page.locator("#state")).to_have_text("已完成", timeout=READY_WITHIN)
    book = download(page)

    assert len(book.pages) > 106
    assert said == []


def test_how_far_a_job_is_moves_on_an_open_page(
    opened: Opening, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    further, ready = threading.Event(), threading.Event()

    def slow(_work: Work, _argument: Argument, progress: Progress) -> File:
        progress.report(3, 7, DRAWING)
        further.wait(60)
        progress.report(5, 7, DRAWING)
        ready.wait(60)
        return File("账图.pdf", "application/pdf", b"%PDF")

    monkeypatch.setitem(KINDS, ATLAS, replace(KINDS[ATLAS], run=slow))
    page = opened("juzhang").new_page()
    try:
        ask_for_the_atlas(page)
        page.evaluate("document.documentElement.dataset.loaded = 'once'")
        expect(page.locator("#job")).to_contain_text("正在绘图 3 / 7", timeout=10_000)
        further.set()
        expect(page.locator("#job")).to_contain_text("正在绘图 5 / 7", timeout=10_000)
        assert page.locator("progress").get_attribute("value") == "5"
        assert page.locator("html[data-loaded=once]").count() == 1
    finally:
        further.set()
        ready.set()

    expect(page.locator("#result")).to_have_text("下载 账图.pdf", timeout=10_000)


def test_without_script_the_page_loads_itself_anew_until_it_is_ready(
    opened: Opening, runner: Runner
) -> None:
    page = opened("gongshang", java_script_enabled=False).new_page()

    ask_for_the_atlas(page)
    expect(page.locator("#state")).to_have_text("已完成", timeout=READY_WITHIN)

    assert len(download(page).pages) > 106


def test_what_waits_is_stopped_by_the_button_and_seen_by_the_page_that_was_open(
    opened: Opening,
) -> None:
    context = opened("fagui")
    page, other = context.new_page(), context.new_page()

    ask_for_the_atlas(page)
    expect(page.locator("#state")).to_have_text("排队中")
    other.goto(page.url)
    other.get_by_role("button", name="停止").click()

    expect(other.locator("#state")).to_have_text("已停止")
    page.bring_to_front()
    expect(page.locator("#state")).to_have_text("已停止", timeout=10_000)
    expect(page.get_by_role("button", name="重试")).to_be_visible()


def test_a_job_s_page_breaks_no_rule_of_wcag_2_2_aa_and_fits_a_phone(opened: Opening) -> None:
    size = {"width": 390, "height": 800}
    page = opened("fagui", bypass_csp=True, viewport=size).new_page()
    broken = {}

    ask_for_the_atlas(page)
    for state in ("排队中", "已停止"):
        if state == "已停止":
            page.get_by_role("button", name="停止").click()
        expect(page.locator("#state")).to_have_text(state)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, state
        page.add_script_tag(path=AXE)
        found = page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
        )
        broken |= {
            f"{state} {each['id']}": [node["html"][:120] for node in each["nodes"][:3]]
            for each in found["violations"]
        }

    assert broken == {}

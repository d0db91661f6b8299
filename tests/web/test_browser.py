"""What a person sees: the list, a map, its chart and table, in a real browser."""

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import waitress
from playwright.sync_api import Page, sync_playwright

from riskmap.app import create_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


@pytest.fixture(scope="module")
def site(made: Path) -> Iterator[str]:
    """Yield the address of the site, served as `riskmap serve` does."""
    app = create_app(f"sqlite:///{made / 'exports' / 'riskmap.db'}")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = waitress.create_server(app, sockets=[listener], threads=4)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.close()
        thread.join(timeout=5)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """Yield a page of an office PC's size; fails in CI where there is no browser."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: apt-get install chromium")
        pytest.skip("needs Chromium on PATH (apt-get install chromium)")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        browser.close()


def test_a_person_goes_from_the_list_to_a_map_and_sees_its_chart(page, site):
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(site)
    page.get_by_role("link", name="工伤认定受理").click()
    page.wait_for_load_state("networkidle")

    assert "工伤认定受理" in page.title()
    chart = page.locator("figure img")
    assert chart.evaluate("image => image.complete && image.naturalWidth > 300")
    assert page.get_by_role("heading", name="步骤与风险点").is_visible()
    assert page.locator("tbody tr").count() == 11
    assert said == []


def test_the_pages_fit_the_screen_of_an_office_pc(page, site):
    for path in ("/", "/maps/FZ-U1-K13-G01"):
        page.goto(site + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 1366


def test_the_sheet_can_be_fetched_from_the_map_s_page(page, site):
    page.goto(f"{site}/maps/FZ-U1-K13-G01")

    address = page.get_by_role("link", name="打印（PDF）").get_attribute("href")
    answer = page.request.get(site + address)

    assert answer.ok
    assert answer.body().startswith(b"%PDF")

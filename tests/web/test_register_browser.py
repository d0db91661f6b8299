"""Keeping the register in a real browser: by keyboard, without script, many rows at once."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from riskmap.db import db
from riskmap.organisation.models import Node
from riskmap.register.models import Item, Measure, Responsibility
from tests.users import cookie
from tests.web.complaints import complaints
from tests.web.conftest import served
from tests.web.test_browser import AXE, RULES

Keeping = Callable[..., Page]
PAGES = [
    "/register/keep",
    "/register/retired",
    "/register/categories/FX-01/edit",
    "/register/items/new?category=FX-01",
    "/register/items/FX-0203/edit",
    "/register/measures/new?item=FX-0101",
    "/register/measures/CS-0101-01/edit",
    "/register/bases/FG-018/edit",
    "/register/limits/SX-140/edit",
    "/register/matters",
    "/register/not-applicable",
    "/register/not-applicable/new",
    "/register/measures/bulk?code=CS-0101-01&code=CS-0101-02",
    "/register/items/FX-0101/retire",
    "/measures",
    "/bases/FG-018",
    "/items/FX-0101",
]


@pytest.fixture
def keeping(browser: Browser, own: Flask) -> Iterator[Keeping]:
    """Yield a way to open the test's own site as the office that keeps the register."""
    contexts: list[BrowserContext] = []
    with served(own) as site:

        def open_one(**options: object) -> Page:
            size = {"width": 1366, "height": 768}
            settings = {"viewport": size, "locale": "zh-CN", "base_url": site, **options}
            contexts.append(browser.new_context(**settings))
            signed = {"name": "session", "value": cookie(own, "fagui"), "url": site}
            contexts[-1].add_cookies([signed])
            return contexts[-1].new_page()

        yield open_one
        for context in contexts:
            context.close()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_an_item_is_added_by_keyboard_alone(own, keeping):
    page = keeping()
    page.goto("/register/items/new?category=FX-01")
    page.locator("#code").focus()
    press(page, "Tab")  # past the code proposed
    page.keyboard.type("键盘录入的小项")
    press(page, "Tab", "Tab", "ArrowDown", "ArrowDown", "Tab")  # the category stays
    page.keyboard.type("窗口收件不登记")
    press(page, "Tab", "Space")  # the first field of the matrix: likelihood 4, severity 1
    press(page, "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight")
    assert page.evaluate("document.activeElement.value") == "3-4"  # it stops at the edge
    press(page, "Enter")
    page.wait_for_url("**/items/FX-0106")

    with own.app_context():
        item = db.session.scalars(select(Item).where(Item.name == "键盘录入的小项")).one()
        assert item.code == "FX-0106"
        assert (item.likelihood, item.severity) == (3, 4)
        assert item.manifestation == "窗口收件不登记"


def owed(own: Flask, code: str) -> set[tuple[str, str]]:
    with own.app_context():
        rows = db.session.execute(
            select(Responsibility.role, Node.code)
            .join(Node, Responsibility.node_id == Node.id)
            .join(Measure, Responsibility.measure_id == Measure.id)
            .where(Measure.code == code)
        )
        return {(role.value, node) for role, node in rows}


@pytest.mark.parametrize("script", [False, True], ids=["without script", "with script"])
def test_a_measure_with_two_responsible_posts_is_added(own, keeping, script):
    page = keeping(java_script_enabled=script)
    page.goto("/register/measures/new?item=FX-0101")
    code = page.locator("#code").input_value()
    page.locator("#text").fill("窗口与审核岗每周对账一次。")
    page.locator("#phase").select_option("monitor")
    page.locator("#control").select_option("监督")
    page.locator("#frequency").fill("每周")
    page.locator("input[name=shares-node]").fill("工伤认定受理岗 FZ-U1-K13-G01")
    rows = page.locator("input[name=shares-node]")
    for number in (2, 3):
        page.locator("button[name=more]").click()
        expect(rows).to_have_count(number)
        page.wait_for_load_state()
    rows.nth(2).fill("FZ-U1-K13-G02")
    page.locator("button[name=less]").nth(1).click()
    expect(rows).to_have_count(2)
    page.wait_for_load_state()
    page.locator("select[name=shares-role]").nth(1).select_option("responsible")
    page.locator(".buttons button[type=submit]").click()
    page.wait_for_url(f"**/measures/{code}")

    assert owed(own, code) == {("responsible", "FZ-U1-K13-G01"), ("responsible", "FZ-U1-K13-G02")}


def test_the_enter_key_in_a_row_of_posts_saves_and_takes_no_row_away(own, keeping):
    page = keeping()
    page.goto("/register/measures/CS-0101-01/edit")
    page.locator("input[name=shares-node]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/measures/CS-0101-01")

    assert len(owed(own, "CS-0101-01")) == 2


def test_many_measures_are_changed_after_a_look_at_old_and_new(own, keeping):
    page = keeping()
    page.goto("/measures?phase=prevent&sort=-maps")
    ticks = page.locator("tbody input[name=code]")
    codes = [ticks.nth(place).get_attribute("value") for place in (0, 2, 4)]
    for place in (0, 2, 4):
        ticks.nth(place).check()
    page.locator("form.panel .tools button").click()
    page.locator("input[name=frequency]").fill("每旬")
    expect(page.locator("input[value=frequency]")).to_be_checked()
    page.locator(".buttons button").click()

    expect(page.locator("td.new")).to_have_text(["每旬"] * 3)
    page.locator(".buttons button").click()
    page.wait_for_url("**/measures?phase=prevent&sort=-maps")
    with own.app_context():
        found = db.session.scalars(select(Measure).where(Measure.code.in_(codes))).all()
        assert {row.frequency for row in found} == {"每旬"}


def test_what_is_typed_before_the_script_arrives_says_which_field_is_to_change(keeping):
    page = keeping()
    held = []
    page.route("**/register.js*", lambda route: held.append(route))
    with page.expect_request("**/register.js*"):
        page.goto("/register/measures/bulk?code=CS-0101-01", wait_until="commit")
    page.locator("input[name=frequency]").fill("每旬")
    assert not page.locator("input[value=frequency]").is_checked()
    held[0].continue_()

    expect(page.locator("input[value=frequency]")).to_be_checked()


def test_one_tick_ticks_all_measures_of_the_page(keeping):
    page = keeping()
    page.goto("/measures?item=FX-0101")
    page.locator("[data-tick-all]").check()

    ticks = page.locator("tbody input[name=code]")
    assert ticks.count() == 4
    assert page.locator("tbody input[name=code]:checked").count() == 4


@pytest.fixture(scope="module")
def judged(browser: Browser, site: str, app: Flask) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=site, bypass_csp=True
    )
    context.add_cookies([{"name": "session", "value": cookie(app, "fagui"), "url": site}])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_the_keeper_breaks_a_rule_of_wcag_2_2_aa(judged, path):
    judged.goto(path)
    fits = judged.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    judged.add_script_tag(path=AXE)
    found = judged.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )

    broken = {
        each["id"]: [node["html"][:120] for node in each["nodes"][:3]]
        for each in found["violations"]
    }
    assert broken == {}
    assert fits
    assert len(found["passes"]) > 10


@pytest.mark.parametrize("path", PAGES)
def test_nothing_of_a_page_is_refused_by_the_browser(keeping, path):
    page = keeping()
    said = complaints(page)

    page.goto(path)

    assert said == []

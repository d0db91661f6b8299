"""Keeping organisation and users in a real browser: by mouse, by keyboard, without scripts."""

import shutil
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from riskmap.accounts.models import Grant
from riskmap.app import create_app
from riskmap.db import db
from riskmap.organisation.models import Node
from tests.web.complaints import complaints
from tests.web.pages import KEEPER, KEPT_PAGES
from tests.web.test_browser import AXE, RULES, Opening

POST = "FZ-U1-K13-G02"
PAGE = f"/organisation/nodes/{POST}"
NEW = "Xin-mima 2026"


@pytest.fixture(scope="module")
def app(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site on a database of these tests' own: they change it."""
    copy = tmp_path_factory.mktemp("kept") / "kept.db"
    shutil.copy(made / "exports" / "riskmap.db", copy)
    return create_app(f"sqlite:///{copy}")


@pytest.fixture
def admin(opened: Opening) -> Page:
    return opened(KEEPER).new_page()


@pytest.fixture
def said(admin: Page) -> list[str]:
    """Return what the browser complains of while the page is used."""
    return complaints(admin)


def parent_of(app: Flask, code: str) -> str:
    with app.app_context():
        own = select(Node.parent_id).where(Node.code == code).scalar_subquery()
        return db.session.scalars(select(Node.code).where(Node.id == own)).one()


def test_a_user_made_by_the_administrator_signs_in_for_the_first_time(admin, opened, said):
    admin.goto("/users")
    admin.locator("main a[href='/users/add']").click()
    admin.wait_for_url("**/users/add")
    admin.locator("#name").fill("xinren")
    admin.locator("#shown").fill("新人（窗口）")
    admin.keyboard.press("Enter")
    password = admin.locator("code#password").inner_text()  # the form before has one too
    admin.locator("main a[href^='/grants/']").click()
    admin.wait_for_url("**/grants/*")
    admin.locator("#rows-0-role").select_option("viewer")
    admin.locator("#rows-0-place").fill("FZ-U1-K13")
    admin.locator("main button[type=submit]").click()
    expect(admin.locator(".said")).to_be_visible()

    page = opened("").new_page()
    page.goto("/maps")
    page.locator("#name").fill("xinren")
    page.locator("#password").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/password")
    page.locator("#password_old").fill(password)
    page.locator("#password_new").fill(NEW)
    page.locator("#password_again").fill(NEW)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")

    page.goto("/maps")
    assert page.locator("tbody tr").count() == 5
    assert said == []


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until what is focused fits a selector."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    pytest.fail(f"no {wanted} is reached by Tab")


def test_a_post_is_moved_to_another_office_by_keyboard_alone(admin, app, said):
    assert parent_of(app, POST) == "FZ-U1-K13"
    admin.goto(PAGE)
    tab_to(admin, f"a[href='{PAGE}/move']")
    admin.keyboard.press("Enter")
    admin.wait_for_url(f"**{PAGE}/move")
    tab_to(admin, "select#to")
    admin.keyboard.type("FZ-U2-K03")
    tab_to(admin, "form[method=get] button")
    admin.keyboard.press("Enter")
    admin.wait_for_url("**/move?to=FZ-U2-K03")
    tab_to(admin, "main form[method=post] button")
    admin.keyboard.press("Enter")
    admin.wait_for_url(f"**{PAGE}")

    assert parent_of(app, POST) == "FZ-U2-K03"
    assert admin.locator(".trail a[href='/organisation/nodes/FZ-U2-K03']").is_visible()
    assert said == []


def test_without_scripts_everything_can_be_kept(opened, app):
    page = opened(KEEPER, java_script_enabled=False).new_page()
    page.goto("/organisation")
    rows = page.locator("tr[id^='FZ-U3-K']:not([id*='-G'])")
    first, second = (rows.nth(number).get_attribute("id") for number in range(2))
    page.locator(f"button[name=down][value='{first}']").click()
    expect(rows.nth(0)).to_have_attribute("id", second)

    page.goto("/organisation/nodes/add?below=FZ-U3")
    page.locator("#name").fill("数据安全科")
    code = page.locator("#code").input_value()
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"**/organisation/nodes/{code}")

    page.goto("/grants/10")
    page.locator("#rows-1-role").select_option("viewer")
    page.locator("#rows-1-place").fill(code)
    page.locator("main button[type=submit]").click()
    expect(page.locator(".said")).to_be_visible()
    with app.app_context():
        here = select(Node.id).where(Node.code == code).scalar_subquery()
        assert db.session.scalars(select(Grant.user_id).where(Grant.node_id == here)).one() == 10


def test_a_typed_name_stays_where_it_is_refused_and_the_message_leads_to_it(admin, said):
    admin.goto("/organisation/nodes/add?below=FZ-U1-K03")
    admin.locator("#name").fill("会计岗")
    admin.keyboard.press("Enter")
    admin.locator(".refused a").click()

    admin.wait_for_url("**#name")
    assert admin.evaluate("document.activeElement.id") == "name"
    expect(admin.locator("#name")).to_have_value("会计岗")
    expect(admin.locator("#name")).to_have_attribute("aria-invalid", "true")
    assert [each for each in said if "422" not in each] == []


@pytest.mark.parametrize("width", [1366, 390])
def test_the_pages_fit_the_screen(opened, width):
    page = opened(KEEPER, viewport={"width": width, "height": 768}).new_page()
    for path in KEPT_PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("path", KEPT_PAGES)
def test_no_page_breaks_a_rule_of_wcag_2_2_aa(opened, path):
    page = opened(KEEPER, bypass_csp=True).new_page()
    page.goto(path)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    page.add_script_tag(path=AXE)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )

    broken = {
        each["id"]: [node["html"][:120] for node in each["nodes"][:3]]
        for each in found["violations"]
    }
    assert broken == {}
    assert len(found["passes"]) > 10

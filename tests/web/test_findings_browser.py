"""A gap, followed to its end in a browser by an auditor and by the chief whose it is."""

import shutil
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from riskmap.app import create_app
from tests.coverage.files import PDF
from tests.web.test_browser import AXE, RULES, Opening


@pytest.fixture(scope="module")
def app(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site on a database of these tests' own: they change it."""
    copy = tmp_path_factory.mktemp("found") / "found.db"
    shutil.copy(made / "exports" / "riskmap.db", copy)
    return create_app(f"sqlite:///{copy}")


@pytest.fixture
def auditor(opened: Opening) -> Page:
    return opened("shenji").new_page()


@pytest.fixture
def chief(opened: Opening) -> Page:
    return opened("gongshang").new_page()


def test_a_gap_becomes_a_finding_is_answered_checked_and_closed(auditor, chief, tmp_path):
    file = tmp_path / "送达回证.pdf"
    file.write_bytes(PDF)

    auditor.goto("/audit")
    auditor.locator("#f-rule").select_option("G14")
    auditor.locator("#f-severity").select_option("error")
    auditor.locator("form.filters button[type=submit]").click()
    auditor.locator(".gaps tbody tr td:nth-child(3) a").first.click()
    expect(auditor.locator("#canvas")).to_contain_text("〔缺口〕")
    auditor.locator("a", has_text="转为审计问题").click()
    auditor.locator("main form.panel button[type=submit]").click()
    expect(auditor.locator("#state")).to_have_text("整改中")
    finding = auditor.url

    chief.goto("/desk")
    chief.locator("[aria-labelledby=owed] tbody a").first.click()
    expect(chief.locator("#close")).to_have_count(0)
    chief.locator("#answer-reply").fill("已改为20日内送达，自下月起执行。")
    chief.locator("#answer-files").set_input_files(file)
    chief.locator("#answer button[type=submit]").click()
    expect(chief.locator("#state")).to_have_text("已回复，待复核")
    expect(chief.locator("#close")).to_have_count(0)

    auditor.goto("/desk")
    auditor.locator("a[href$='state=answered']").click()
    auditor.locator("main table a[href^='/audit/findings/']").first.click()
    with auditor.expect_download() as download:
        auditor.locator("a", has_text="送达回证.pdf").click()
    assert Path(download.value.path()).read_bytes() == PDF
    auditor.locator("#close textarea").fill("已核对送达回证")
    auditor.locator("#close button[type=submit]").click()

    expect(auditor.locator("#state")).to_have_text("已销号")
    assert auditor.url.split("?")[0] == finding


def raise_one(page: Page) -> str:
    """Raise a finding from a gap that has none yet and return its address."""
    page.goto("/audit?state=open")
    free = page.locator(".gaps tbody tr").filter(
        has_not=page.locator("a[href^='/audit/findings/']")
    )
    free.last.locator("td:nth-child(3) a").click()
    page.locator("a", has_text="转为审计问题").click()
    page.locator("main form.panel button[type=submit]").click()
    expect(page.locator("#state")).to_have_text("整改中")
    return page.url


def test_the_office_is_offered_no_way_to_close_and_a_forged_one_is_refused(auditor, chief):
    page = raise_one(auditor)
    auditor.locator("a", has_text="修改").click()
    auditor.locator("#office").select_option("FZ-U1-K13")
    auditor.locator("#reason").fill("责任科室更正")
    auditor.locator("main form.panel button[type=submit]").click()
    expect(auditor.locator("main")).to_contain_text("责任科室更正")
    chief.goto(page)
    chief.locator("#answer-reply").fill("已改")
    chief.locator("#answer button[type=submit]").click()
    expect(chief.locator("#state")).to_have_text("已回复，待复核")

    status = chief.evaluate(
        """async address => {
          const form = new FormData();
          form.set("csrf_token", document.querySelector("[name=csrf_token]")?.value ?? "");
          form.set("end", "1");
          return (await fetch(address + "/close", {method: "POST", body: form})).status;
        }""",
        page,
    )

    assert status in (400, 403)
    expect(chief.locator("form[action$=close]")).to_have_count(0)
    chief.reload()
    expect(chief.locator("#state")).to_have_text("已回复，待复核")


def test_the_pages_of_a_finding_break_no_rule_of_wcag_2_2_aa_and_fit_a_phone(opened, auditor):
    page = raise_one(auditor)
    key = auditor.locator("#retest a[href^='/audit/gaps/']").get_attribute("href")
    reader = opened("shenji", bypass_csp=True, viewport={"width": 390, "height": 800}).new_page()
    broken = {}
    for address in (page, f"{page}/change", f"{key}/accept", f"{key}/finding", "/audit/findings"):
        reader.goto(address)
        reader.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        assert reader.evaluate("document.documentElement.scrollWidth") <= 390, address
        reader.add_script_tag(path=AXE)
        found = reader.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
        )
        broken |= {
            f"{address} {each['id']}": [node["html"][:120] for node in each["nodes"][:3]]
            for each in found["violations"]
        }

    assert broken == {}


GRIDS = (
    "/audit/grids/items",
    "/audit/grids/measures",
    "/audit/grids/levels",
    "/audit/grids/items?figure=risks&category=FX-02&unit=FZ-U2",
)


@pytest.mark.parametrize("address", GRIDS)
def test_a_number_of_the_grid_leads_to_the_list_of_its_length(auditor, address):
    auditor.goto(address)
    links = auditor.locator(".grid-table td a")
    chosen = [*range(0, links.count(), max(1, links.count() // 6)), links.count() - 1]
    told = [(links.nth(n).get_attribute("href"), links.nth(n).inner_text()) for n in chosen]

    for href, number in told:
        auditor.goto(href)
        expect(auditor.locator(".counted")).to_contain_text(f"共 {number} 条")


def test_the_heads_of_a_grid_stay_in_sight(auditor):
    auditor.goto("/audit/grids/measures?category=")
    frame = auditor.locator(".grid-frame")
    head = auditor.locator(".grid-table thead th").nth(3)
    first = auditor.locator(".grid-table tbody th.two").nth(3)
    top, left = head.bounding_box()["y"], first.bounding_box()["x"]

    frame.evaluate("each => each.scrollTo(900, 600)")

    assert abs(head.bounding_box()["y"] - top) < 2
    assert abs(first.bounding_box()["x"] - left) < 2

"""What a person does, in a real browser on an office PC's screen."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.complaints import complaints
from tests.web.pages import CODE, PAGES, PUBLIC

AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
Opening = Callable[..., BrowserContext]


@pytest.fixture
def page(opened: Opening) -> Page:
    return opened().new_page()


@pytest.fixture
def said(page: Page) -> list[str]:
    """Return what the browser complains of while the page is used."""
    return complaints(page)


def open_post(page: Page) -> None:
    page.goto(f"/maps/{CODE}")
    page.wait_for_selector(".canvas.moving")


# Three ways to a post


def test_a_post_is_found_in_the_tree(page, said):
    page.goto("/")
    page.get_by_role("link", name="工伤认定受理岗", exact=True).click()
    page.get_by_role("link", name="工伤认定受理", exact=True).click()

    expect(page.get_by_role("heading", name="步骤与风险点")).to_be_visible()
    expect(page.locator(".steps tbody tr")).to_have_count(11)
    assert "工伤认定受理" in page.title()
    assert said == []


def test_a_post_is_found_by_search(page, said):
    page.goto("/")
    page.get_by_placeholder("搜索岗位、步骤、风险、措施").fill("受理")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="工伤认定受理", exact=True).click()

    page.wait_for_url(f"**/maps/{CODE}")
    assert said == []


def test_a_post_is_found_by_filtering_the_list_of_maps(page, said):
    page.goto("/maps")
    page.get_by_label("单位或科室").select_option("FZ-U1-K13")
    page.get_by_label("账图层级").select_option("post")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("tbody tr")).to_have_count(4)
    page.get_by_role("link", name="工伤认定受理", exact=True).click()

    page.wait_for_url(re.compile(rf"/maps/{CODE}(\?|$)"))
    assert said == []


# Reading a chart


def test_the_chart_is_read_by_keyboard_alone(page, said):
    open_post(page)
    page.locator("#canvas").focus()
    names, seen = [], []
    for _ in range(16):
        page.keyboard.press("Tab")
        shape = page.evaluate(
            """() => {
              const shape = document.activeElement, box = shape.getBoundingClientRect();
              const seen = document.getElementById("canvas").getBoundingClientRect();
              return [shape.querySelector("title").textContent, box.left >= seen.left - 1 &&
                box.right <= seen.right + 1 && box.top >= seen.top - 1 &&
                box.bottom <= seen.bottom + 1];
            }"""
        )
        names.append(shape[0])
        seen.append(shape[1])
    steps = [name for name in names if name.startswith("第")]
    assert len(steps) == 11
    assert steps[0].startswith("第 1 步：")
    assert len([name for name in names if name.startswith("风险点（")]) == 5
    assert [name for name, there in zip(names, seen, strict=True) if not there] == []

    page.locator("#shape-s2").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('tr').id") == "row-s2"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "shape-s2"
    assert said == []


def scale(page: Page) -> float:
    return page.evaluate("document.querySelector('svg.chart').getBoundingClientRect().width")


def test_the_chart_is_zoomed_by_buttons_and_keys(page, said):
    open_post(page)
    start = scale(page)
    page.get_by_role("button", name="放大").click()
    page.wait_for_timeout(300)
    larger = scale(page)
    page.locator("#canvas").focus()
    page.keyboard.press("-")
    page.wait_for_timeout(300)
    smaller = scale(page)
    page.keyboard.press("0")
    page.wait_for_timeout(300)
    whole = page.evaluate(
        "document.querySelector('svg.chart').getBoundingClientRect().height"
        " <= document.getElementById('canvas').clientHeight + 1"
    )

    assert larger == pytest.approx(start * 1.25, rel=0.02)
    assert smaller == pytest.approx(start, rel=0.02)
    assert whole
    assert said == []


MIDDLE = """() => {
  const seen = document.getElementById("canvas").getBoundingClientRect();
  const chart = document.querySelector("svg.chart").getBoundingClientRect();
  const [x, y] = [seen.left + seen.width / 2, seen.top + seen.height / 2];
  return [(x - chart.left) / chart.width, (y - chart.top) / chart.height];
}"""


def test_what_is_in_the_middle_stays_there_however_far_one_zooms(page):
    page.goto("/maps/FZ-U1")
    page.wait_for_selector(".canvas.moving")
    before = page.evaluate(MIDDLE)
    for _ in range(5):
        page.get_by_role("button", name="放大").click()

    assert page.evaluate(MIDDLE) == pytest.approx(before, abs=0.01)


def test_the_wheel_moves_the_chart_to_its_edge_and_then_the_page(page):
    page.goto("/maps/FZ-U1")
    page.wait_for_selector(".canvas.moving")
    page.locator("#canvas").hover(position={"x": 200, "y": 100})
    for _ in range(15):
        page.mouse.wheel(0, 300)
        page.wait_for_timeout(20)
    page.wait_for_timeout(200)

    foot = page.evaluate(
        "document.querySelector('svg.chart').getBoundingClientRect().bottom"
        " - document.getElementById('canvas').getBoundingClientRect().bottom"
    )
    assert foot == pytest.approx(0, abs=4)
    assert page.evaluate("scrollY") > 100


def test_pointing_at_a_row_shows_its_shape_and_the_other_way_round(page):
    open_post(page)
    page.locator("#row-s3 td").first.hover()
    expect(page.locator("#shape-s3.met")).to_have_count(1)
    page.locator("#shape-s2").hover()
    expect(page.locator("#row-s2.met")).to_have_count(1)
    expect(page.locator("#shape-s3.met")).to_have_count(0)


# Paper, without scripts, in English, on a phone


def test_a_map_is_printed_from_its_page(page):
    page.goto(f"/maps/{CODE}")

    address = page.get_by_role("link", name="打印（PDF）").get_attribute("href")
    answer = page.request.get(address)
    assert answer.body().startswith(b"%PDF")

    page.emulate_media(media="print")
    assert not page.locator("header.bar").is_visible()
    assert page.locator("svg.chart").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_without_scripts_everything_is_there(opened):
    page = opened(java_script_enabled=False).new_page()
    page.goto(f"/maps/{CODE}")

    assert page.locator("svg.chart").is_visible()
    assert page.locator(".steps tbody tr").count() == 11
    assert not page.get_by_role("button", name="放大").is_visible()
    page.locator("#row-s3 th a").click()
    assert page.url.endswith("#shape-s3")
    page.goto("/")
    page.get_by_placeholder("搜索岗位、步骤、风险、措施").fill("送达")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator(".hits li").count() > 3


def test_a_reader_of_english_is_led_in_english(page, said):
    page.goto("/")
    page.get_by_role("link", name="English").click()

    expect(page.get_by_role("link", name="Register", exact=True)).to_be_visible()
    page.get_by_role("link", name="工伤认定受理", exact=True).click()
    expect(page.get_by_role("heading", name="Steps and risk points")).to_be_visible()
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("heading", name="步骤与风险点")).to_be_visible()
    assert said == []


@pytest.mark.parametrize("width", [1366, 390])
def test_the_pages_fit_the_screen(opened, width):
    page = opened(viewport={"width": width, "height": 768}).new_page()
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


# Nobody is shut out


@pytest.mark.parametrize("path", [*PAGES, *PUBLIC, "/maps/none"])
def test_no_page_breaks_a_rule_of_wcag_2_2_aa(opened, path):
    page = opened(user="" if path in PUBLIC else "shenji", bypass_csp=True).new_page()
    page.goto(path)
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

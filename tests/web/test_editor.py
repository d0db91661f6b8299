"""A section chief keeps a post's map, in a real browser; each test on a database of its own."""

import re
import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route
from pypdf import PdfReader
from sqlalchemy import select

from riskmap.accounts.models import Grant, User, UserSession
from riskmap.app import create_app
from riskmap.db import db, now
from riskmap.db.connections import start_writing
from riskmap.document.model import MapDocument
from riskmap.drawing.engine import DrawingFailed
from riskmap.maps import drafts
from riskmap.maps.models import AccountMap
from riskmap.maps.queries import documents
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import Scope
from tests.web.complaints import complaints
from tests.web.conftest import served

CODE = "FZ-U1-K13-G01"
EDIT = f"/maps/{CODE}/edit"
POST = "FZ-U1-K13-G02"
PASSWORD = "Yunjiang-2026"
AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
Opening = Callable[..., BrowserContext]


@pytest.fixture
def app(made: Path, tmp_path: Path) -> Iterator[Flask]:
    shutil.copy(made / "exports" / "riskmap.db", tmp_path / "riskmap.db")
    found = create_app(f"sqlite:///{tmp_path / 'riskmap.db'}", keys=tmp_path)
    yield found
    found.extensions["riskmap.engine"].close()


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


PATIENCE = 6_000  # milliseconds


@pytest.fixture
def page(opened: Opening) -> Page:
    context = opened("gongshang")
    context.set_default_timeout(PATIENCE)
    return context.new_page()


@pytest.fixture
def said(page: Page) -> list[str]:
    """Return what the browser complains of while the page is used."""
    return complaints(page)


def edit(page: Page, path: str = EDIT) -> None:
    page.goto(path)
    page.wait_for_selector("html.scripted")


def stored(app: Flask, code: str = CODE) -> MapDocument:
    """Return a map as it is saved."""
    with app.app_context():
        return documents(db.session, Scope(db.session.scalars(select(Bureau)).one()), [code])[0]


def kept(app: Flask, user: str = "gongshang", code: str = CODE):
    """Return what a user's draft of a map is."""
    with app.app_context():
        row = db.session.scalars(select(AccountMap).where(AccountMap.code == code)).one()
        who = db.session.scalars(select(User).where(User.name == user)).one()
        found = drafts.load(db.session, row, who.id)
        return drafts.content(found) if found else None


def texts(page: Page) -> list[str]:
    return page.eval_on_selector_all(".step-text", "all => all.map(each => each.value)")


def keys(page: Page) -> list[str]:
    return page.eval_on_selector_all(".step-row", "all => all.map(each => each.dataset.key)")


def drawn(page: Page) -> str:
    """Return the words in the chart, without white space."""
    return "".join(page.locator("#canvas svg.chart").text_content().split())


def wait_for_drawing(page: Page, words: str) -> None:
    page.wait_for_function(
        "words => document.querySelector('#canvas svg.chart') && "
        "document.querySelector('#canvas svg.chart').textContent.replace(/\\s/g, '')"
        ".includes(words)",
        arg=words,
    )


def wait_for_steps(page: Page, number: int) -> None:
    page.wait_for_function(
        "number => document.querySelectorAll('.step-row').length === number", arg=number
    )


def wait_for_key(page: Page, at: int, key: str) -> None:
    page.wait_for_function(
        "([at, key]) => document.querySelectorAll('.step-row')[at].dataset.key === key",
        arg=[at, key],
    )


def wait_for_text(page: Page, name: str, text: str) -> None:
    page.wait_for_function(
        "([name, text]) => document.getElementById(name).value === text", arg=[name, text]
    )


def wait_for_focus(page: Page, name: str) -> None:
    page.wait_for_function("name => document.activeElement.id === name", arg=name)


def wait_for_conflict(page: Page) -> None:
    page.wait_for_selector("form.conflict")
    page.wait_for_load_state()  # all its differences


def hold(page: Page, pattern: str) -> list[Route]:
    """Return a list of what the page asks for, to be let through by the test."""
    held: list[Route] = []
    page.route(pattern, lambda route: held.append(route))
    return held


def posted(page: Page) -> list[str]:
    """Return a list of the addresses that the page hands something in to from now on."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else 0)
    return sent


def press(page: Page, button: str) -> None:
    """Press a button that hands a form in, and wait for the whole page that it brings."""
    with page.expect_navigation():
        page.locator(button).first.click()


def save(page: Page) -> None:
    before = page.locator("#editor [name=version]").input_value()
    page.locator("#save").click()
    page.wait_for_function(
        "before => document.querySelector('#editor [name=version]').value !== before", arg=before
    )


# A new post, from nothing to paper

STEPS = [
    "收到认定申请",
    "核对申请材料",
    "材料是否齐全",
    "一次性告知补正",
    "调查核实事故经过",
    "证据是否充分",
    "拟定认定意见",
    "归档移交",
]


def words(pdf: bytes) -> str:
    """Return the text of a PDF, without white space."""
    pages = PdfReader(BytesIO(pdf)).pages
    return "".join("".join(each.extract_text().split()) for each in pages)


def fill_in(page: Page) -> None:
    """Say who does the steps, until when, and where two of them branch."""
    for number in range(1, 7):
        page.locator(f"#step-{number}-actor").fill(POST)
    page.locator("#step-1-duty").select_option("受理")
    page.locator("#step-4-limit_value").fill("20")
    page.locator("#step-4-limit_unit").select_option("日")
    for number, branches in ((2, ((4, "否"), (5, "是"))), (5, ((5, "否"), (7, "是")))):
        page.locator(f"#step-{number}-kind").select_option("decision")
        for at, (to, condition) in enumerate(branches):
            page.locator(f"#step-{number}-next-{at}-condition").fill(condition)
            page.locator(f"#step-{number}-next-{at}-to").select_option(
                label=f"{to} {STEPS[to - 1]}"
            )
    page.locator("#step-3-next-0-to").select_option(label=f"2 {STEPS[1]}")


def add_risks(page: Page) -> None:
    """Give three steps a risk point each, with three measures."""
    for at, item, statement in (
        (1, "FX-0101", "收件不登记"),
        (4, "FX-0102", "单人调查取证"),
        (6, "FX-0101", "超期不办"),
    ):
        page.locator(f"#step-{at}-add-risk").click()
        wait_for_focus(page, f"step-{at}-risk-0-item")
        page.keyboard.type(item)
        page.keyboard.press("Tab")
        page.keyboard.type(statement)
        ticks = page.locator(f"#row-{keys(page)[at]} .tick input")
        for number in range(3):
            ticks.nth(number).check()


def test_a_new_post_s_map_is_entered_without_leaving_the_page_and_printed(page, app, said):
    page.goto(f"/nodes/{POST}")
    page.locator(f'a[href="/nodes/{POST}/maps/new"]').click()
    page.locator("#title").fill("新岗位办理流程")
    press(page, "form.narrow button[type=submit]")
    page.wait_for_selector("html.scripted")
    code = re.search(r"/maps/([^/]+)/edit", page.url)[1]
    here = page.url

    page.locator("#step-0-text").fill(STEPS[0])
    for number, text in enumerate(STEPS[1:-1], start=1):
        page.keyboard.press("Enter")
        wait_for_focus(page, f"step-{number}-text")
        wait_for_steps(page, number + 2)
        page.keyboard.type(text)
    page.locator("#step-7-text").fill(STEPS[7])
    fill_in(page)
    add_risks(page)
    wait_for_drawing(page, "".join(STEPS[4].split()))
    save(page)

    assert page.url == here
    document = stored(app, code)
    assert [step.text for step in document.steps] == STEPS
    assert [len(document.after(step.key)) for step in document.steps] == [1, 1, 2, 1, 1, 2, 1, 0]
    assert [len(risk.measures) for risk in document.risk_points] == [3, 3, 3]
    paper = words(page.request.get(page.locator("#print").get_attribute("href")).body())
    for text in [*STEPS, "收件不登记", "单人调查取证", "超期不办"]:
        assert text in paper
    assert said == []


def test_another_post_s_map_is_copied_as_a_start(page, app):
    page.goto(f"/nodes/{POST}/maps/new")
    page.locator("#title").fill("照着受理岗办")
    page.locator("#source").fill(CODE)
    press(page, "form.narrow button[type=submit]")
    page.wait_for_selector("html.scripted")

    assert texts(page) == [step.text for step in stored(app).steps]
    assert page.locator("#title").input_value() == "照着受理岗办"


# The chart follows


def test_the_chart_follows_what_is_typed(page, said):
    edit(page)
    page.locator("#step-1-text").fill("现场核验身份证件")

    wait_for_drawing(page, "现场核验身份证件")
    assert said == []


def test_problems_are_told_in_words_and_lead_to_their_row(page):
    edit(page)
    assert page.locator("#problems li").count() == 0
    page.locator("#step-4-next-0-to").select_option("")

    page.locator("#problems a").first.wait_for()
    key = keys(page)[4]
    page.locator(f'#problems a[href="#row-{key}"]').first.click()
    assert page.evaluate("document.activeElement.id") == "step-4-text"


def test_the_last_good_chart_stays_when_drawing_fails(page, app, monkeypatch):
    edit(page)
    before = drawn(page)

    def refuse(*_: object) -> bytes:
        raise DrawingFailed("no")

    monkeypatch.setattr(app.extensions["riskmap.kept"], "render", refuse)
    page.locator("#step-1-text").fill("这一步画不出来")

    page.locator("#not-drawn").wait_for(state="visible")
    assert drawn(page) == before


def test_an_older_chart_never_replaces_a_newer_one(page):
    edit(page)
    held = []

    def first_late(route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/edit/chart", first_late)
    page.locator("#step-1-text").fill("先打的字")
    page.wait_for_timeout(600)
    page.locator("#step-1-text").fill("后打的字")
    wait_for_drawing(page, "后打的字")
    held[0].continue_()
    page.wait_for_timeout(500)

    assert "后打的字" in drawn(page)
    assert "先打的字" not in drawn(page)


def test_clicking_a_shape_leads_to_its_row(page):
    edit(page)
    page.wait_for_selector(".canvas.moving")
    page.locator("#shape-s7").click()
    wait_for_focus(page, "step-6-text")

    risk = page.locator(".risk-row").first.get_attribute("data-key")
    page.locator(f"#shape-{risk}").click()
    page.wait_for_function(
        "key => document.activeElement.closest('.risk-row')?.dataset.key === key", arg=risk
    )


def test_what_is_typed_before_the_script_arrives_is_drawn_and_kept(page, app):
    held = hold(page, "**/editor.js*")
    with page.expect_request("**/editor.js*"):
        page.goto(EDIT, wait_until="commit")
    page.locator("#add-step").wait_for()  # the rows are there, and the script is late
    page.locator("#step-1-text").fill("抢在脚本前打的字")
    with page.expect_response("**/edit/draft"):
        held[0].continue_()
        wait_for_drawing(page, "抢在脚本前打的字")

    assert kept(app).steps[1].text == "抢在脚本前打的字"


def test_a_page_that_nobody_typed_in_sends_nothing(page):
    sent = posted(page)
    edit(page)
    page.wait_for_timeout(2200)

    assert sent == []


# Rows


def test_rows_are_put_in_copied_moved_and_taken_out_and_undone(page, said):
    edit(page)
    start = keys(page)
    page.locator("#step-2-insert").click()
    wait_for_steps(page, len(start) + 1)
    wait_for_focus(page, "step-3-text")
    new = keys(page)[3]
    assert [key for key in keys(page) if key != new] == start

    page.locator("#step-3-text").fill("新插入的一步")
    page.locator("#step-3-duplicate").click()
    wait_for_steps(page, len(start) + 2)
    assert texts(page)[3:5] == ["新插入的一步"] * 2

    page.locator("#step-4-delete").click()
    wait_for_steps(page, len(start) + 1)
    page.locator("#step-3-up").click()
    wait_for_key(page, 2, new)
    for _ in range(9):
        if page.locator("#undo").is_disabled():
            break
        with page.expect_response("**/edit"):
            page.locator("#undo").click()
        page.wait_for_timeout(150)
    assert keys(page) == start
    assert said == []


def test_a_row_is_dragged_to_another_place(page):
    edit(page)
    start = keys(page)
    handle = page.locator(f"#row-{start[1]} .handle").bounding_box()
    target = page.locator(f"#row-{start[3]}").bounding_box()
    page.mouse.move(handle["x"] + 5, handle["y"] + 5)
    page.mouse.down()
    page.mouse.move(handle["x"] + 5, target["y"] - 20, steps=4)
    page.mouse.move(handle["x"] + 5, target["y"] + 8, steps=4)
    page.mouse.up()

    wait_for_key(page, 2, start[1])
    assert keys(page) == [start[0], start[2], start[1], *start[3:]]


def test_what_is_typed_while_a_row_is_put_in_is_not_lost(page):
    edit(page)
    held = hold(page, "**/edit")
    page.locator("#step-2-insert").click()
    page.locator("#step-5-text").fill("边等边打的字")
    held[0].continue_()
    page.unroute("**/edit")
    wait_for_steps(page, 12)

    assert texts(page)[6] == "边等边打的字"


def test_lines_pasted_into_a_step_become_steps(page):
    edit(page)
    before = texts(page)
    page.locator("#step-1-text").focus()
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        "1. 核对身份\n（二）登记台账\n③ 归档",
    )
    wait_for_steps(page, len(before) + 3)

    assert texts(page) == [*before[:2], "核对身份", "登记台账", "归档", *before[2:]]


def test_lines_are_pasted_through_the_field_below_the_table(page):
    edit(page)
    before = texts(page)
    page.locator("#more-paste summary").click()
    page.locator("#paste").fill("1、核对身份\n2、登记台账")
    page.locator("#paste_after").select_option(keys(page)[0])
    page.locator("button[value=paste]").click()
    wait_for_steps(page, len(before) + 2)

    assert texts(page)[:4] == [before[0], "核对身份", "登记台账", before[1]]


# The keyboard, and an input method


def test_a_map_is_edited_by_keyboard_alone(page, app, said):
    edit(page)
    start = keys(page)
    page.locator("#main").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "step-0-text":
            break
    wait_for_focus(page, "step-0-text")
    page.keyboard.press("Alt+Enter")
    wait_for_focus(page, "step-1-text")
    page.keyboard.type("键盘录入的一步")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "step-1-actor"
    page.keyboard.type(CODE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "step-1-duty"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Alt+ArrowDown")
    wait_for_text(page, "step-2-text", "键盘录入的一步")
    wait_for_focus(page, "step-2-text")
    page.keyboard.press("Alt+Enter")
    wait_for_focus(page, "step-3-text")
    page.keyboard.press("Alt+Delete")
    wait_for_steps(page, len(start) + 1)
    page.keyboard.press("Control+s")
    page.wait_for_function("() => document.querySelector('#editor [name=version]').value !== '1'")

    saved = stored(app).steps
    assert [step.text for step in saved].index("键盘录入的一步") == 2
    assert saved[2].actor == CODE
    assert said == []


def test_the_buttons_of_a_row_are_one_stop_of_the_tab_key(page):
    edit(page)
    page.locator("#step-1-insert").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "step-1-add-risk"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_nothing_is_sent_while_an_input_method_composes(page):
    edit(page)
    sent = posted(page)
    page.locator("#step-1-text").focus()
    page.evaluate(
        """() => {
          const field = document.activeElement;
          field.dispatchEvent(new CompositionEvent("compositionstart", {bubbles: true}));
          field.value = "shen he";
          field.dispatchEvent(new InputEvent("input", {bubbles: true, isComposing: true}));
        }"""
    )
    page.wait_for_timeout(2200)
    assert sent == []

    page.evaluate(
        """() => {
          const field = document.activeElement;
          field.value = "审验无误";
          field.dispatchEvent(new InputEvent("input", {bubbles: true, isComposing: true}));
          field.dispatchEvent(
            new CompositionEvent("compositionend", {bubbles: true, data: "审验无误"}));
        }"""
    )
    wait_for_drawing(page, "审验无误")
    assert sent


def test_enter_that_ends_a_composition_puts_in_no_row(page):
    edit(page)
    before = keys(page)
    page.locator("#step-1-text").focus()
    page.evaluate(
        """() => document.activeElement.dispatchEvent(new KeyboardEvent(
             "keydown", {key: "Enter", bubbles: true, cancelable: true, isComposing: true}))"""
    )

    page.wait_for_timeout(300)
    assert keys(page) == before
    assert page.evaluate("document.activeElement.id") == "step-1-text"


# Without script


@pytest.fixture
def plain(opened: Opening) -> Page:
    context = opened("gongshang", java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def values(page: Page) -> list[str]:
    return [each.input_value() for each in page.locator(".step-text").all()]


def test_without_script_rows_are_added_filled_in_and_saved(plain, app):
    plain.goto(EDIT)
    before = values(plain)
    press(plain, "#step-1-insert")
    plain.locator("#step-2-text").fill("无脚本插入的一步")
    press(plain, "#step-2-add-risk")
    plain.locator("#step-2-risk-0-item").fill("FX-0101")
    plain.locator("#step-2-risk-0-statement").fill("漏登一件")
    key = plain.locator(".step-row").nth(2).get_attribute("data-key")
    press(plain, f"#row-{key} button.no-script")
    plain.locator("#step-2-risk-0-measures").check()
    press(plain, "#add-step")
    plain.locator(f"#step-{len(before)}-text").fill("末尾前再加一步")
    press(plain, "#save")

    saved = stored(app)
    assert [step.text for step in saved.steps] == [
        *before[:2], "无脚本插入的一步", *before[2:-1], "末尾前再加一步", before[-1],
    ]  # fmt: skip
    risk = saved.risks_of(saved.steps[2].key)[0]
    assert (risk.statement, len(risk.measures)) == ("漏登一件", 1)
    assert plain.url.endswith(EDIT)


def test_without_script_a_refused_form_names_its_field_and_keeps_the_text(plain, app):
    plain.goto(EDIT)
    plain.locator("#step-1-actor").fill("没有这个岗位")
    plain.locator("#step-1-text").fill("照样留着的字")
    press(plain, "#save")

    assert plain.locator('#faults a[href="#step-1-actor"]').count() == 1
    assert plain.locator("#step-1-actor").get_attribute("aria-invalid") == "true"
    assert plain.locator("#step-1-text").input_value() == "照样留着的字"
    assert "照样留着的字" not in [step.text for step in stored(app).steps]


def test_a_draft_is_thrown_away_only_after_asking(plain, app):
    plain.goto(EDIT)
    before = values(plain)
    plain.locator("#step-1-text").fill("要放弃的字")
    press(plain, "#discard")
    assert kept(app).steps[1].text == "要放弃的字"
    press(plain, "button[value=discard-surely]")

    assert values(plain) == before
    assert kept(app) is None


# Leaving, timing out


def end_sessions(app: Flask) -> None:
    with app.app_context():
        start_writing(db.session)
        for row in db.session.scalars(select(UserSession)):
            row.ended_at = now()
        db.session.commit()


def sign_in(page: Page) -> None:
    page.wait_for_load_state()
    page.locator("#name").fill("gongshang")
    page.locator("#password").fill(PASSWORD)
    press(page, "form.panel button[type=submit]")


def test_what_is_typed_is_there_again_after_leaving(page, app):
    edit(page)
    page.locator("#step-1-text").fill("打完就离开")
    page.goto("/maps")
    page.wait_for_timeout(300)
    edit(page)

    assert texts(page)[1] == "打完就离开"
    assert "打完就离开" not in [step.text for step in stored(app).steps]


def test_a_draft_is_kept_by_itself(page, app):
    edit(page)
    with page.expect_response("**/edit/draft"):
        page.locator("#step-1-text").fill("自己留下的字")

    assert kept(app).steps[1].text == "自己留下的字"


def test_a_saving_waits_for_the_draft_that_is_under_way(page, app):
    edit(page)
    held, sent = hold(page, "**/edit/draft"), posted(page)
    page.locator("#step-1-text").fill("刚打完就按保存")
    with page.expect_request("**/edit/draft"):
        page.locator("#save").click()  # the field is left, and with it the draft is sent
    page.wait_for_timeout(300)
    assert [url for url in sent if url.endswith("/edit")] == []

    with page.expect_response(lambda answer: answer.url.endswith("/edit") and answer.ok):
        held[0].continue_()
    page.wait_for_function("() => document.querySelector('#editor [name=version]').value === '2'")
    assert stored(app).steps[1].text == "刚打完就按保存"
    assert kept(app) is None


def test_a_time_out_loses_nothing_that_was_typed(page, app):
    edit(page)
    end_sessions(app)
    page.locator("#step-1-text").fill("超时之后打的字")
    page.locator("#signed-out").wait_for(state="visible")
    page.locator("#step-2-text").fill("还在接着打")
    with page.context.expect_page() as opening:
        page.locator("#signed-out a").click()
    sign_in(opening.value)
    opening.value.wait_for_url("**/account")
    page.bring_to_front()

    page.locator("#signed-out").wait_for(state="hidden", timeout=10_000)
    page.wait_for_timeout(500)
    assert [step.text for step in kept(app).steps[1:3]] == ["超时之后打的字", "还在接着打"]
    save(page)
    assert [step.text for step in stored(app).steps[1:3]] == ["超时之后打的字", "还在接着打"]


def test_a_time_out_loses_nothing_without_script_either(plain, app):
    plain.goto(EDIT)
    plain.locator("#step-1-text").fill("超时之前打的字")
    end_sessions(app)
    press(plain, "#save")
    sign_in(plain)
    press(plain, "form.panel button[type=submit]")

    assert stored(app).steps[1].text == "超时之前打的字"
    assert plain.url.endswith(EDIT)


def test_text_that_did_not_reach_the_server_is_offered_back(page, app):
    edit(page)
    page.route("**/edit/**", lambda route: route.abort())
    page.locator("#step-1-text").fill("断网时打的字")
    page.locator("#offline").wait_for(state="visible")
    page.unroute("**/edit/**")
    page.on("dialog", lambda dialog: dialog.accept())
    page.evaluate("dirty = false")  # as if the computer had gone off
    edit(page)
    assert texts(page)[1] != "断网时打的字"
    page.locator("#take-back").click()

    wait_for_text(page, "step-1-text", "断网时打的字")
    assert page.locator("#kept-here").is_hidden()


# Two people on one map


def let_edit(app: Flask, name: str) -> None:
    """Let somebody edit what the chief of the office may."""
    with app.app_context():
        start_writing(db.session)
        users = {user.name: user for user in db.session.scalars(select(User))}
        for grant in db.session.scalars(
            select(Grant).where(Grant.user_id == users["gongshang"].id)
        ):
            same = {"bureau_id": grant.bureau_id, "role": grant.role, "node_id": grant.node_id}
            db.session.add(Grant(user_id=users[name].id, **same))
        db.session.commit()


def test_the_second_of_two_sees_both_texts_and_chooses(page, opened, app, said):
    let_edit(app, "heding")
    colleague = opened("heding").new_page()
    edit(page)
    page.locator("#step-1-text").fill("第二个人的写法")
    page.locator("#step-3-text").fill("只有第二个人改的")
    with page.expect_response("**/edit/draft"):
        page.locator("#step-3-text").blur()
    edit(colleague)
    colleague.locator("#step-1-text").fill("第一个人的写法")
    colleague.locator("#step-4-text").fill("只有第一个人改的")
    save(colleague)

    page.locator("#save").click()
    wait_for_conflict(page)
    shown = page.locator("fieldset.difference")
    assert shown.count() == 1
    assert "第二个人的写法" in shown.text_content()
    assert "第一个人的写法" in shown.text_content()
    assert stored(app).steps[1].text == "第一个人的写法"
    page.locator("fieldset.difference input[value=mine]").check()
    page.locator("button[value=merge]").click()
    page.wait_for_selector("html.scripted")

    saved = [step.text for step in stored(app).steps]
    assert saved[1] == "第二个人的写法"
    assert saved[3:5] == ["只有第二个人改的", "只有第一个人改的"]


def test_two_windows_of_one_person_lose_nothing_either(page, app):
    edit(page)
    other = page.context.new_page()
    edit(other)
    page.locator("#step-1-text").fill("左边窗口")
    save(page)
    other.locator("#step-2-text").fill("右边窗口")
    other.locator("#save").click()
    wait_for_conflict(other)
    assert stored(app).steps[1].text == "左边窗口"
    for each in other.locator("fieldset.difference").all():
        mine = "右边窗口" in each.text_content()
        each.locator(f"input[value={'mine' if mine else 'theirs'}]").check()
    other.locator("button[value=merge]").click()
    other.wait_for_selector("html.scripted")

    assert [step.text for step in stored(app).steps[1:3]] == ["左边窗口", "右边窗口"]


# On the screen


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("path", [EDIT, f"/nodes/{POST}/maps/new"])
def test_the_editor_fits_the_screen(opened, width, path):
    page = opened("gongshang", viewport={"width": width, "height": 768}).new_page()
    page.goto(path)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def broken(page: Page) -> dict[str, list[str]]:
    page.add_script_tag(path=AXE)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    assert len(found["passes"]) > 10
    return {
        each["id"]: [node["html"][:160] for node in each["nodes"][:3]]
        for each in found["violations"]
    }


@pytest.mark.parametrize("path", [EDIT, f"/nodes/{POST}/maps/new", f"/nodes/{POST}"])
def test_the_editor_breaks_no_rule_of_wcag_2_2_aa(opened, path):
    page = opened("gongshang", bypass_csp=True).new_page()
    page.goto(path)
    for each in page.locator("details > summary").all():
        if each.is_visible():
            each.click()
    page.evaluate("scrollTo(0, 0)")  # nothing stands behind the bar that stays

    assert broken(page) == {}


def test_faults_and_conflicts_break_no_rule_of_wcag_2_2_aa(opened, app):
    page = opened("gongshang", bypass_csp=True).new_page()
    edit(page)
    page.locator("#step-1-actor").fill("没有这个岗位")
    page.locator("#save").click()
    page.wait_for_selector("#faults")
    assert broken(page) == {}

    edit(page)
    page.locator("#step-1-actor").fill("")
    page.locator("#step-1-text").fill("我的写法")
    page.wait_for_timeout(100)
    with app.app_context():
        start_writing(db.session)
        row = db.session.scalars(select(AccountMap).where(AccountMap.code == CODE)).one()
        row.steps[1].text = "别人的写法"
        db.session.commit()
    page.locator("#save").click()
    wait_for_conflict(page)
    assert broken(page) == {}

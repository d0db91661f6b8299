"""A chief takes the office's workbook away, changes it, hands it in and undoes it in a browser."""

import shutil
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from playwright.sync_api import expect

from riskmap.app import create_app
from tests.web.test_browser import AXE, RULES


@pytest.fixture(scope="module")
def app(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site on a database of these tests' own: they change it."""
    copy = tmp_path_factory.mktemp("workbooks") / "workbooks.db"
    shutil.copy(made / "exports" / "riskmap.db", copy)
    return create_app(f"sqlite:///{copy}")


def broken(page):
    page.add_script_tag(path=AXE)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return {each["id"]: [node["html"][:120] for node in each["nodes"][:3]]
            for each in found["violations"]}  # fmt: skip


def test_a_workbook_goes_round_from_export_to_undo(opened, tmp_path):
    page = opened("gongshang", bypass_csp=True).new_page()
    page.goto("/maps")
    page.locator("header nav a", has_text="Excel").click()
    assert broken(page) == {}
    page.locator("#f-node").select_option("FZ-U1-K13")
    with page.expect_download() as download:
        page.locator("section[aria-labelledby=out] button").first.click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)

    book = openpyxl.load_workbook(file)
    steps = book["步骤"]
    old = steps.cell(3, 5).value
    steps.cell(3, 5).value = "核对材料是否齐全并一次性告知"
    steps.cell(4, 4).value = "没有的类型"
    book.save(file)
    page.locator("#file").set_input_files(file)
    page.locator("section[aria-labelledby=in] button[type=submit]").click()

    expect(page.locator("#changed")).to_have_text("1")
    expect(page.locator("#refused")).to_have_text("1")
    expect(page.locator("section[aria-labelledby=failed-head] tbody td:nth-child(2)")).to_have_text(
        "D4"
    )
    expect(page.locator("section[aria-labelledby=changed-head] del")).to_have_text(old)
    assert broken(page) == {}
    with page.expect_download() as download:
        page.locator("a[href$=marked]").click()
    download.value.save_as(tmp_path / "marked.xlsx")
    marked = openpyxl.load_workbook(tmp_path / "marked.xlsx")
    assert marked["步骤"]["D4"].comment is not None

    page.locator("#carry-out").click()
    expect(page.locator(".said")).to_contain_text("已写入")
    address = page.url
    page.goto("/steps?draft=1&q=核对材料是否齐全并一次性告知")
    expect(page.locator(".counted")).to_contain_text("共 1 条")

    page.goto(address)
    page.locator("#undo").click()
    expect(page.locator("h1 small")).to_contain_text("撤销")
    page.goto("/steps?draft=1&q=核对材料是否齐全并一次性告知")
    expect(page.locator("main")).not_to_contain_text("共 1 条")


LEDGER = (
    ("云江市人社局廉政风险点一览表",),
    ("科室", "岗位", "风险类别", "风险点", "表现形式", "风险级次", "防控措施", "备注"),
    ("工伤保险科", "工伤认定受理", "业务流程", "窗口收件", "对熟人当场收件。", "红色",
     "1.当日登记；2.另一人复核。", "群众反映"),
    (None, "工伤调查", "业务流程", "现场取证", "单人到场取证。", "黄色", "两人到场。", None),
    ("填表人：", None, "审核人："),
)  # fmt: skip


def test_a_ledger_is_led_in_from_upload_to_undo(opened, tmp_path):
    book = openpyxl.Workbook()
    for row in LEDGER:
        book.active.append(row)
    book.active.merge_cells("A3:A4")
    book.save(tmp_path / "一览表.xlsx")
    page = opened("fagui", bypass_csp=True).new_page()
    page.goto("/workbook")
    page.locator("#file").set_input_files(tmp_path / "一览表.xlsx")
    page.locator("section[aria-labelledby=in] button[type=submit]").click()

    expect(page.locator(".stages [aria-current]")).to_have_text("栏目与用词")
    head = page.get_by_label("“风险级次”栏是什么")
    head.select_option("等级")
    page.get_by_role("button", name="按此重读").click()
    expect(page.locator("#refused")).to_have_text("2")
    assert broken(page) == {}
    page.get_by_label("“红色”的意思").select_option("高")
    page.get_by_label("“黄色”的意思").select_option("中")
    page.get_by_role("button", name="下一步：单位岗位").click()

    first = page.get_by_label("工伤保险科 / 工伤认定受理是哪里")
    expect(first).to_have_value("FZ-U1-K13-G01")
    second = page.get_by_label("工伤保险科 / 工伤调查是哪里")
    second.select_option("FZ-U1-K13-G02")
    assert broken(page) == {}
    page.locator("#category").fill("")
    page.get_by_role("button", name="下一步：看会改什么").click()
    expect(page.locator(".refused")).to_contain_text("归入哪个大类")
    expect(second).to_have_value("FZ-U1-K13-G02")
    page.locator("#category").fill("历年台账")
    page.get_by_role("button", name="下一步：看会改什么").click()

    for what, rows in (("read", 5), ("imported", 2), ("refused", 0), ("left", 3)):
        expect(page.locator(f"#ledger-{what}")).to_have_text(str(rows))
    expect(page.locator("section[aria-labelledby=added-head]")).to_contain_text("历年台账")
    assert broken(page) == {}
    page.locator("#carry-out").click()
    expect(page.locator(".said")).to_contain_text("已写入")
    address = page.url
    page.goto("/register")
    expect(page.locator("main")).to_contain_text("现场取证")

    page.goto(f"{address}/columns")  # carried out: how it was read stays as it is
    expect(page).to_have_url(address)
    page.locator("#undo").click()
    expect(page.locator("h1 small")).to_contain_text("撤销")
    page.goto("/register")
    expect(page.locator("main")).not_to_contain_text("现场取证")


def test_the_pages_of_workbooks_fit_a_phone(opened):
    page = opened("gongshang", viewport={"width": 390, "height": 800}).new_page()
    for address in ("/workbook", "/workbook/columns"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address

"""A leader reads two maps and signs them together; a remark and a return reach the chief."""

import shutil
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from flask import Flask
from playwright.sync_api import expect

from riskmap.app import create_app
from riskmap.revisions.states import RevisionState
from tests.web.signing import CHIEF, HIGH, LEADER, OTHER_HIGH, POST, boxes, edit, hand_in, state
from tests.web.test_workbooks_browser import broken


@pytest.fixture(scope="module")
def app(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site on a database of the test's own, where two maps wait for the leader."""
    copy = tmp_path_factory.mktemp("desk") / "desk.db"
    shutil.copy(made / "exports" / "riskmap.db", copy)
    app = create_app(f"sqlite:///{copy}")
    for code in (HIGH, OTHER_HIGH):
        hand_in(app, code)
    return app


def test_a_leader_reads_two_maps_and_signs_both_together(opened, app):
    leader = opened(LEADER, bypass_csp=True).new_page()
    leader.goto("/signing")
    expect(leader.locator("main tbody tr")).to_have_count(2)
    assert leader.get_by_role("checkbox").count() == 0
    assert broken(leader) == {}

    leader.locator("main tbody a").first.click()
    expect(leader.locator(".around")).to_contain_text("1 / 2")
    expect(leader.locator("main")).to_contain_text("新写的步骤")
    assert broken(leader) == {}
    leader.get_by_role("button", name="已看过，看下一件").click()
    expect(leader.locator(".around")).to_contain_text("2 / 2")
    leader.get_by_role("button", name="已看过，看下一件").click()

    expect(leader).to_have_url("/signing?sort=level")
    ticks = leader.get_by_role("checkbox")
    expect(ticks).to_have_count(2)
    for box in ticks.all():
        box.check()
    assert broken(leader) == {}
    leader.get_by_role("button", name="签批勾选的账图").click()
    expect(leader.locator("h1")).to_contain_text("2 / 2")
    assert broken(leader) == {}
    for code in (HIGH, OTHER_HIGH):
        assert boxes(app, f"/maps/{code}/revisions/2")[-1] == "科室(单位)负责人"


def test_a_remark_and_a_return_reach_the_chief_s_desk_and_editor(opened, app):
    page = f"/maps/{HIGH}/revisions/2"
    leader = opened(LEADER, bypass_csp=True).new_page()
    leader.goto(f"{page}?queue=level")
    row = leader.locator("#row-s2")
    row.get_by_text("提意见").click()
    row.get_by_role("textbox").fill("这一步由谁复核？")
    row.get_by_role("button", name="提交意见").click()
    expect(leader.locator("#row-s2 .remarks")).to_contain_text("孟采菱")
    expect(leader.locator("#row-s2 .remarks")).to_be_in_viewport()
    apart = """() => document.querySelector("[aria-labelledby=risks]").getBoundingClientRect().top
        - document.querySelector("[aria-labelledby=chart]").getBoundingClientRect().bottom"""
    assert leader.evaluate(apart) >= 0  # nothing lies over the steps
    assert broken(leader) == {}
    leader.get_by_label("原因").fill("请按意见改")
    leader.get_by_role("button", name="退回").click()
    expect(leader.locator(".said")).to_contain_text("已退回")
    assert state(app, page) is RevisionState.RETURNED

    chief = opened(CHIEF, bypass_csp=True).new_page()
    chief.goto("/desk")
    returned = chief.locator("section[aria-labelledby=sent-back]")
    expect(returned).to_contain_text("请按意见改")
    expect(returned).to_contain_text("这一步由谁复核？")
    assert broken(chief) == {}
    chief.goto(f"/maps/{HIGH}/edit")
    expect(chief.locator(".told")).to_contain_text("第 2 步：这一步由谁复核？")
    assert broken(chief) == {}
    chief.locator(".told a").click()
    expect(chief.locator("#row-s2 .remarks")).to_contain_text("这一步由谁复核？")


def test_two_versions_are_chosen_compared_side_by_side_and_printed(opened, app):
    edit(app, POST)
    chief = opened(CHIEF, bypass_csp=True).new_page()
    chief.goto(f"/maps/{POST}")
    chief.get_by_role("link", name="有哪些不同").click()
    expect(chief.locator(".compared")).to_contain_text("新写的步骤")
    assert broken(chief) == {}

    chief.goto(f"/maps/{POST}/revisions")
    chief.get_by_role("radio", name="改前: 第 1 版").check()
    chief.get_by_role("radio", name="改后: 工作稿").check()
    chief.get_by_role("button", name="两版并排").click()
    expect(chief.locator(".charts svg")).to_have_count(2)
    chief.wait_for_load_state()
    assert broken(chief) == {}

    panes = "const [old, now] = document.querySelectorAll('.charts .canvas');"
    chief.evaluate(f"() => {{ {panes} old.scrollTop = old.scrollHeight; }}")
    ended = "now.scrollTop > 0 && now.scrollHeight - now.clientHeight - now.scrollTop < 2"
    chief.wait_for_function(f"() => {{ {panes} return {ended}; }}")
    chief.evaluate(f"() => {{ {panes} now.scrollTop = 0; }}")
    chief.wait_for_function(f"() => {{ {panes} return old.scrollTop === 0; }}")

    with chief.expect_download() as taken:
        chief.get_by_role("link", name="打印版本对比（PDF）").click()
    printed = Path(taken.value.path()).read_bytes()
    assert len(pypdf.PdfReader(BytesIO(printed)).pages) >= 2


def test_a_leader_takes_a_map_out_of_use_and_finds_it_so(opened):
    leader = opened(LEADER, bypass_csp=True).new_page()
    leader.goto(f"/maps/{OTHER_HIGH}/revisions")
    leader.get_by_role("link", name="停用账图").click()
    expect(leader.get_by_label("原因")).to_be_visible()
    assert broken(leader) == {}
    leader.get_by_label("原因").fill("并入综合受理")
    leader.get_by_role("button", name="确认停用").click()

    expect(leader.locator(".said")).to_contain_text("已停用")
    expect(leader.locator("main")).to_contain_text("并入综合受理")
    assert broken(leader) == {}

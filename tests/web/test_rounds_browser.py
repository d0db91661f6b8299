"""A round of review in browsers: begun by a leader, one map carried forward, one approved anew, the
rest overdue after the due day."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from riskmap.app import create_app
from riskmap.db import db, today
from riskmap.desk import mine_pages
from riskmap.maps.models import AccountMap, Step
from riskmap.rounds import views
from tests.web.test_revisions_browser import signed
from tests.web.test_workbooks_browser import broken

CHANGED = "FZ-U2-K03-G03"


@pytest.fixture(scope="module")
def app(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site on a database of the test's own, where a map of the office was edited."""
    copy = tmp_path_factory.mktemp("reviewing") / "reviewing.db"
    shutil.copy(made / "exports" / "riskmap.db", copy)
    app = create_app(f"sqlite:///{copy}")
    with app.app_context():
        row = db.session.scalars(select(AccountMap).filter_by(code=CHANGED)).one()
        step = db.session.scalars(select(Step).filter_by(map_id=row.id, key="s2")).one()
        step.text += "并登记"
        db.session.commit()
    return app


def test_a_round_goes_from_its_beginning_to_what_is_overdue(opened, monkeypatch):
    leader = opened("fenguan", bypass_csp=True).new_page()
    leader.goto("/rounds")
    leader.locator(".tools").get_by_role("link", name="发起复查").click()
    leader.get_by_label("复查范围").select_option("FZ-U2")
    leader.get_by_role("button", name="查看范围内的账图").click()
    expect(leader.locator("main")).to_contain_text("共 20 张账图将列为待复查")
    assert broken(leader) == {}
    leader.get_by_role("button", name="发起复查").click()
    expect(leader.locator(".said")).to_contain_text("复查已发起")
    assert broken(leader) == {}

    chief = opened("heding", bypass_csp=True).new_page()
    chief.goto("/desk")
    expect(chief.locator("section[aria-labelledby=to-review]")).to_contain_text("还有 4 张待复查")
    assert broken(chief) == {}
    chief.locator("section[aria-labelledby=to-review] a").click()
    chief.get_by_role("link", name="查看并沿用").first.click()
    expect(chief.locator("h1")).to_contain_text("养老待遇核定初审")
    expect(chief.locator("main")).to_contain_text("没有变化")
    assert broken(chief) == {}
    chief.get_by_role("button", name="签字沿用").click()
    expect(chief.locator(".said")).to_contain_text("FZ-U2-K03-G01 已签字沿用")
    expect(chief.locator("h1")).to_contain_text("工伤待遇审核")  # the next one, which was edited
    expect(chief.locator("main")).to_contain_text("工作稿与现行版不同")
    chief.locator("main").get_by_role("link", name="送签").click()
    chief.get_by_label("改动说明").fill("增加登记")
    chief.get_by_role("button", name="送签").click()
    expect(chief.locator(".said")).to_contain_text("已送签")

    for name, number in (
        ("fenguan", ""), ("fenguan", ""), ("fagui", ""), ("juzhang", ""),
        ("juzhang", "虚构党纪〔2026〕12号"), ("jijian", "虚构备〔2026〕8号"),
    ):  # fmt: skip
        signed(opened(name).new_page(), number)

    leader.goto("/rounds/1")
    cards = leader.locator(".outcomes li")
    expect(cards.filter(has_text="沿用")).to_contain_text("1")
    expect(cards.filter(has_text="已修订")).to_contain_text("1")
    expect(cards.filter(has_text="待复查")).to_contain_text("18")
    expect(cards.filter(has_text="10%")).to_have_count(1)
    cards.filter(has_text="已修订").get_by_role("link").click()
    expect(leader.locator("main")).to_contain_text(CHANGED)
    expect(leader.locator("main")).to_contain_text("第 2 版")

    for module in (views, mine_pages):
        monkeypatch.setattr(module, "today", lambda: today() + timedelta(days=61))
    leader.goto("/desk")
    leader.get_by_role("link", name="18 张逾期").click()
    expect(leader.locator(".pages, .counted")).to_contain_text("共 18 条")
    expect(leader.locator("tbody .outcome-late").first).to_contain_text("逾期")
    assert broken(leader) == {}

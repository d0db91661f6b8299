"""A map goes through all its signatures in browsers of seven people, and back once."""

import shutil
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from riskmap.app import create_app
from riskmap.db import db
from riskmap.maps.models import AccountMap, RiskPoint, Step
from riskmap.register.rating import Level
from tests.web.test_workbooks_browser import broken

MAP = "FZ-U1-K13-G01"


@pytest.fixture(scope="module")
def app(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The site on a database of the test's own, where the post's map is new and of high risk."""
    copy = tmp_path_factory.mktemp("signing") / "signing.db"
    shutil.copy(made / "exports" / "riskmap.db", copy)
    app = create_app(f"sqlite:///{copy}")
    with app.app_context():
        row = db.session.scalars(select(AccountMap).filter_by(code=MAP)).one()
        step = db.session.scalars(select(Step).filter_by(map_id=row.id, key="s2")).one()
        step.text = "两人当面收件并登记"
        risk = db.session.scalars(select(RiskPoint).filter_by(map_id=row.id).limit(1)).one()
        risk.override_level, risk.override_reason = Level.HIGH, "直接面对申请人"
        db.session.commit()
    return app


def signed(page, number=""):
    """Find what waits in the queue, and sign it."""
    page.goto("/signing")
    page.locator("main tbody a").first.click()
    if number:
        page.get_by_label("纪要号").fill(number)
    with page.expect_navigation():
        page.locator("#sign").get_by_role("button", name="签批").click()


def test_a_map_is_signed_from_its_holder_to_the_filing_and_once_sent_back(opened):
    chief = opened("gongshang", bypass_csp=True).new_page()
    chief.goto(f"/maps/{MAP}")
    chief.get_by_role("link", name="版本与签批").click()
    expect(chief.locator("main")).to_contain_text("工作稿与现行版不同")
    chief.get_by_role("link", name="送签").click()
    expect(chief.locator("main ol")).to_contain_text("纪检备案")
    assert broken(chief) == {}
    chief.get_by_label("改动说明").fill("收件改为两人")
    chief.get_by_role("button", name="送签").click()
    expect(chief.locator(".said")).to_contain_text("已送签")
    assert chief.locator("#sign").count() == 0

    holder = opened("shouli").new_page()
    holder.goto("/desk")
    expect(holder.locator("section[aria-labelledby=to-sign]")).to_contain_text("填表人")
    signed(holder)
    expect(holder.locator(".said")).to_contain_text("已签批")

    leader = opened("fenguan", bypass_csp=True).new_page()
    leader.goto("/signing")
    assert broken(leader) == {}
    leader.locator("main tbody a").first.click()
    expect(leader.locator("main")).to_contain_text("两人当面收件并登记")
    assert broken(leader) == {}
    leader.get_by_label("原因").fill("写明谁复核")
    leader.get_by_role("button", name="退回").click()
    expect(leader.locator(".said")).to_contain_text("已退回")

    chief.goto("/desk")
    expect(chief.locator("section[aria-labelledby=sent-back]")).to_contain_text("写明谁复核")
    chief.goto(f"/maps/{MAP}/hand-in")
    chief.get_by_label("改动说明").fill("复核人已写明")
    chief.get_by_role("button", name="送签").click()
    expect(chief.locator(".said")).to_contain_text("已送签")

    signed(holder)
    signed(leader)  # in the chief's place
    signed(leader)
    for name in ("fagui", "juzhang"):
        signed(opened(name).new_page())
    signed(opened("juzhang").new_page(), "虚构党纪〔2026〕9号")
    filing = opened("jijian").new_page()
    signed(filing, "虚构备〔2026〕3号")
    expect(filing.locator(".said")).to_contain_text("生效")

    chief.goto(f"/maps/{MAP}/revisions")
    expect(chief.locator("main")).to_contain_text("工作稿与现行版相同")
    expect(chief.locator("main tbody tr").first).to_contain_text("现行有效")
    assert broken(chief) == {}

"""Everybody's own first page."""

import re
from datetime import date

from sqlalchemy import event, func, select

from riskmap.accounts import commands
from riskmap.accounts.models import User
from riskmap.accounts.roles import Role
from riskmap.db import db
from riskmap.maps.models import AccountMap, Step
from riskmap.organisation.models import Holding, Node
from riskmap.register.models import Measure
from tests.users import post, sign_in
from tests.web.pages import CODE


def codes(page: str) -> list[str]:
    return re.findall(r'name="code" value="([^"]+)"', page)


def test_a_chief_finds_the_maps_of_the_office_and_of_its_posts(own):
    page = sign_in(own, "gongshang").get("/desk").text

    with own.app_context():
        here = select(Node.id).where(Node.code.startswith("FZ-U1-K13"))
        kept = db.session.scalars(
            select(AccountMap.code).where(AccountMap.node_id.in_(here)).order_by(AccountMap.code)
        ).all()
    assert codes(page) == kept
    assert len(kept) == 5


def test_the_ticked_maps_of_a_desk_are_printed(own):
    client = sign_in(own, "gongshang")
    page = client.get("/desk").text
    action = re.search(r'<form class="panel" action="([^"]+)"', page)[1]

    answer = client.get(action, query_string={"code": codes(page)[:2]})

    assert answer.data.startswith(b"%PDF")


def test_what_was_changed_last_comes_first_with_who_changed_it(own):
    with own.app_context():
        its_map = select(AccountMap.id).where(AccountMap.code == CODE).scalar_subquery()
        step = select(Step).where(Step.map_id == its_map, Step.key == "s2")
        db.session.scalars(step).one().text = "当面核验证件"
        db.session.commit()

    page = sign_in(own, "shenji").get("/desk").text

    assert page.index(f"/maps/{CODE}") > page.index('id="changed"')
    assert 'name="code"' not in page


def test_a_vacant_post_and_a_missing_map_are_open_questions_of_their_chief_alone(own):
    with own.app_context():
        post = db.session.scalars(select(Node).where(Node.code == CODE)).one()
        for row in db.session.scalars(select(Holding).where(Holding.post_id == post.id)):
            row.until = max(row.since, date(2026, 1, 31))
        db.session.scalars(
            select(AccountMap).where(AccountMap.code == CODE)
        ).one().retired_on = date(2026, 1, 31)
        db.session.commit()

    def questions(name: str) -> list[str]:
        page = sign_in(own, name).get("/desk").text
        found = re.search(r'<ul class="questions">(.*?)</ul>', page, re.DOTALL)
        return re.findall(rf'href="/nodes/{CODE}">', found[1]) if found else []

    assert len(questions("gongshang")) == 2
    assert questions("heding") == []


def test_a_retired_measure_still_in_use_is_an_open_question(own):
    with own.app_context():
        db.session.scalars(
            select(Measure).where(Measure.code == "CS-0101-01")
        ).one().retired_on = date(2026, 1, 31)
        db.session.commit()

    assert "CS-0101-01" in sign_in(own, "gongshang").get("/desk").text
    assert "CS-0101-01" not in sign_in(own, "heding").get("/desk").text


def test_what_is_wrong_with_a_map_is_an_open_question_of_its_chief_alone(own):
    with own.app_context():
        its_map = select(AccountMap.id).where(AccountMap.code == CODE).scalar_subquery()
        step = select(Step).where(Step.map_id == its_map, Step.key == "s3")
        row = db.session.scalars(step).one()
        row.actor_node_id = row.actor_party_id = None
        db.session.commit()

    page = sign_in(own, "gongshang").get("/desk").text

    assert re.search(rf'href="/maps/{CODE}#row-s3">.*?</a>: <span class="missing">第 3 步', page)
    assert "#row-s3" not in sign_in(own, "heding").get("/desk").text


def test_a_map_that_one_has_typed_on_and_not_saved_is_marked_for_oneself(own):
    chief = sign_in(own, "gongshang")
    post(chief, f"/maps/{CODE}/edit", f"/maps/{CODE}/edit/draft", title="正在改的名称")

    assert "草稿，未保存" in chief.get("/desk").text
    with own.app_context():
        shared = db.session.scalars(select(User).where(User.name == "shouli")).one()
        commands.set_grants(
            db.session,
            shared,
            [
                (
                    Role.CHIEF,
                    db.session.scalars(select(Node.id).where(Node.code == "FZ-U1-K13")).one(),
                )
            ],
        )
        db.session.commit()
    assert "草稿，未保存" not in sign_in(own, "shouli").get("/desk").text


def test_the_register_s_keeper_sees_its_figures_recounted(own):
    page = sign_in(own, "fagui").get("/desk").text

    listed = sign_in(own, "fagui").get("/measures?used=no").text
    unused = int(re.search(r'href="/measures\?used=no">(\d+)</a>', page)[1])
    assert f"共 {unused} 条" in listed


def test_an_administrator_s_desk_shows_accounts_and_nothing_of_the_register(own):
    page = sign_in(own, "guanli").get("/desk").text

    assert 'id="accounts"' in page
    assert "/maps/" not in page
    assert 'href="/risk-points"' not in page


def test_the_auditor_s_desk_counts_the_refusals_of_the_week(own):
    for _ in range(3):
        sign_in(own, "chayue").get("/history")

    page = sign_in(own, "shenji").get("/desk").text

    assert re.search(r'href="/history\?kind=refused">3</a>', page)


def test_a_desk_is_made_in_as_many_statements_for_one_map_as_for_many(own):
    counted = {}
    for name in ("gongshang", "heding"):
        client = sign_in(own, name)
        with own.app_context():
            seen: list[str] = []

            def count(_connection, _cursor, statement, *_rest, seen=seen) -> None:
                seen.append(statement)

            event.listen(db.engine, "before_cursor_execute", count)
            client.get("/desk")
            event.remove(db.engine, "before_cursor_execute", count)
            counted[name] = len([each for each in seen if not each.startswith(("BEGIN", "PRAGMA"))])
            assert db.session.scalar(select(func.count(AccountMap.id))) == 106

    assert counted["gongshang"] == counted["heding"]
    assert counted["gongshang"] < 50  # a dozen of them hold what is in force against the register


def test_the_maps_before_and_after_are_those_of_the_list_one_came_from(client):
    listed = client.get("/maps?level=high&sort=-risks").text
    order = re.findall(r'<a href="/maps/([A-Z0-9-]+)\?level=high&amp;sort=-risks">', listed)

    page = client.get(f"/maps/{order[1]}?level=high&sort=-risks").text

    assert len(order) > 3
    assert re.search(rf'rel="prev" href="/maps/{order[0]}\?level=high&amp;sort=-risks"', page)
    assert re.search(rf'rel="next" href="/maps/{order[2]}\?level=high&amp;sort=-risks"', page)
    assert 'href="/maps?level=high&amp;sort=-risks"' in page


def test_a_map_that_is_not_in_the_list_of_its_address_goes_by_the_order_of_reading(client):
    page = client.get(f"/maps/{CODE}?q=没有这样的词").text

    assert re.search(r'rel="next" href="/maps/FZ-U1-K13-G02"', page)

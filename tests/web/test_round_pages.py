"""A round of review on its pages: begun, maps carried forward, counted, overdue, closed."""

import re
from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import event, select

from riskmap.accounts.current import asked_by
from riskmap.accounts.models import User
from riskmap.db import db, today
from riskmap.desk import mine_pages
from riskmap.history.models import Change
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Bureau, Node
from riskmap.register.models import Item
from riskmap.rounds import commands, views
from riskmap.rounds.models import CarriedForward, Round
from riskmap.rounds.planning import plan
from tests.users import post, sign_in

UNIT, OFFICE, MAP = "FZ-U2", "FZ-U2-K03", "FZ-U2-K03-G01"
NEW, ROUND = f"/rounds/new?node={UNIT}", "/rounds/1"
ENTRY = f"{ROUND}/maps/{MAP}"
IN_A_MONTH = today() + timedelta(days=30)


@pytest.fixture
def begun(own):
    """The site where the leader has begun a round over a unit of twenty maps."""
    form = {"node": UNIT, "seen": "20", "title": "2026年度复查", "due": IN_A_MONTH.isoformat(),
            "text": "着重看权限"}  # fmt: skip
    answer = post(sign_in(own, "fenguan"), NEW, "/rounds/new", more=form)
    assert (answer.status_code, answer.location) == (303, ROUND)
    return own


@pytest.fixture
def tomorrow(monkeypatch):
    """The day after the due day, wherever rounds ask for the day."""
    for module in (views, mine_pages):
        monkeypatch.setattr(module, "today", lambda: IN_A_MONTH + timedelta(days=1))


def carry(own, name, code=MAP, **more):
    page = f"{ROUND}/maps/{code}"
    form = {"revision": "1", **more}
    return post(sign_in(own, name), "/account", f"{page}/carry-forward", more=form)


def close(own, name, left):
    return post(sign_in(own, name), "/account", f"{ROUND}/close", left=left)


def change(own, **columns):
    with own.app_context():
        row = db.session.scalars(select(AccountMap).filter_by(code=MAP)).one()
        for name, value in columns.items():
            setattr(row, name, value)
        db.session.commit()


def figures(page: str) -> list[int]:
    """Return the numbers of the cards: maps, then by outcome, then overdue."""
    cards = re.search(r'<ul class="cards outcomes">(.*?)</ul>', page, re.DOTALL)[1]
    return [int(each) for each in re.findall(r"<strong>(?:<[^>]+>)*(\d+)</", cards)]


def listed(page: str) -> set[str]:
    return set(re.findall(r'<tr><td><a href="/rounds/1/maps/([A-Z0-9-]+)"', page))


# Beginning


def test_before_it_begins_the_page_says_how_many_maps_will_be_due_and_where(own):
    page = sign_in(own, "fenguan").get(NEW).text

    assert "共 20 张账图将列为待复查" in page
    rows = re.findall(r'<tr><td>[^<]+</td><td>([^<]+)</td><td class="number">(\d+)</td>', page)
    assert ("待遇核定科", "4") in rows
    with own.app_context():
        assert db.session.scalars(select(Round)).all() == []


def test_only_the_parts_that_one_leads_may_be_chosen(own):
    page = sign_in(own, "fenguan").get("/rounds/new").text

    offered = re.findall(r'<option value="([^"]+)"', page)
    assert offered[:2] == ["FZ-U1-K13", UNIT]
    assert "all" not in offered
    assert 'value="all"' in sign_in(own, "juzhang").get("/rounds/new").text
    form = {"node": "FZ-U1", "seen": "1", "title": "复查", "due": "2999-01-01"}
    answer = post(sign_in(own, "fenguan"), NEW, "/rounds/new", more=form)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": " "}, "请填写名称"),
        ({"due": ""}, "请填写复查期限"),
        ({"due": "2020-01-01"}, "这一天已过"),
        ({"due": "明年"}, "“明年”"),
    ],
)
def test_what_is_refused_is_said_and_what_was_typed_is_kept(own, typed, said):
    form = {"node": UNIT, "seen": "20", "title": "本年复查", "due": "2999-01-01", "text": "着重看"}

    answer = post(sign_in(own, "fenguan"), NEW, "/rounds/new", more={**form, **typed})

    assert answer.status_code == 422
    assert said in answer.text
    assert "着重看" in answer.text


def test_a_list_that_has_become_another_is_shown_anew(own):
    form = {"node": UNIT, "seen": "19", "title": "本年复查", "due": "2999-01-01"}

    answer = post(sign_in(own, "fenguan"), NEW, "/rounds/new", more=form)

    assert answer.status_code == 409
    assert 'name="seen" value="20"' in answer.text
    assert "本年复查" in answer.text


def test_a_second_round_over_the_same_maps_is_refused_in_words(begun):
    page = sign_in(begun, "juzhang").get("/rounds/new?node=all").text
    form = {"node": "all", "seen": "106", "title": "全局复查", "due": "2999-01-01"}
    answer = post(sign_in(begun, "juzhang"), "/account", "/rounds/new", more=form)

    assert "已列入尚未办结的复查：2026年度复查" in page
    assert answer.status_code == 409
    assert "已列入尚未办结的复查：2026年度复查" in answer.text


# Progress


def test_the_progress_page_counts_every_map_once_and_its_numbers_lead_to_them(begun):
    client = sign_in(begun, "fenguan")
    page = client.get(ROUND).text

    assert figures(page) == [20, 20, 0, 0, 0, 0, 0]
    assert len(listed(page)) == 20
    assert len(listed(client.get(f"{ROUND}?node={OFFICE}").text)) == 4
    assert listed(client.get(f"{ROUND}?outcome=carried").text) == set()
    assert "着重看权限" in page


def test_a_map_carried_forward_is_counted_with_who_signed_it_and_when(begun):
    answer = carry(begun, "heding")

    assert answer.status_code == 303
    assert answer.location == f"{ROUND}/maps/FZ-U2-K03-G03"  # the next that is the chief's to sign
    page = sign_in(begun, "fenguan").get(f"{ROUND}?outcome=carried").text
    assert figures(page) == [20, 19, 1, 0, 0, 0, 0]
    assert listed(page) == {MAP}
    assert f"{today().isoformat()} 邵溪云" in page
    with begun.app_context():
        assert (
            db.session.scalars(select(AccountMap.reviewed_on).filter_by(code=MAP)).one() == today()
        )


def test_the_same_form_sent_twice_signs_once(begun):
    first, again = (carry(begun, "heding", number="the same form") for _ in range(2))

    assert (first.status_code, again.status_code) == (303, 303)
    with begun.app_context():
        assert len(db.session.scalars(select(CarriedForward.id)).all()) == 1


def test_the_page_of_a_map_shows_its_document_in_force_and_lets_its_chief_sign(begun):
    page = sign_in(begun, "heding").get(ENTRY).text

    assert "<svg" in page
    assert "签字沿用</button>" in page
    assert "没有变化" in page
    for name in ("fenguan", "shenji", "fagui"):
        other = sign_in(begun, name).get(ENTRY).text
        assert "签字沿用</button>" not in other
        assert "由科室负责人签字沿用" in other


def test_who_may_not_sign_is_refused_whatever_is_sent(begun):
    answer = carry(begun, "fenguan")

    assert answer.status_code == 409
    assert "由科室负责人签字沿用" in answer.text


def test_the_office_s_own_map_is_the_leader_s_to_sign(begun):
    page = sign_in(begun, "heding").get(f"{ROUND}/maps/{OFFICE}").text

    assert "由分管领导代为签字沿用" in page
    assert carry(begun, "heding", OFFICE).status_code == 409
    assert carry(begun, "fenguan", OFFICE).status_code == 303


def test_a_changed_map_is_handed_in_instead(begun):
    change(begun, goal="另一目标")

    page = sign_in(begun, "heding").get(ENTRY).text
    answer = carry(begun, "heding")

    assert "工作稿与现行版不同" in page
    assert f'href="/maps/{MAP}/hand-in"' in page
    assert "签字沿用</button>" not in page
    assert answer.status_code == 409


def test_a_map_to_be_renewed_says_why_it_cannot_stay(begun):
    with begun.app_context():
        for item in db.session.scalars(select(Item)):
            item.name += "（改）"
        db.session.commit()

    page = sign_in(begun, "heding").get(ENTRY).text

    assert "不能照旧沿用" in page
    assert "（改）" in page
    assert carry(begun, "heding").status_code == 409
    assert "须先更新" in sign_in(begun, "heding").get(f"{ROUND}?mine=1").text


def test_what_is_mine_is_what_i_keep_or_sign(begun):
    chief = sign_in(begun, "heding").get(f"{ROUND}?mine=1").text
    leader = sign_in(begun, "fenguan").get(f"{ROUND}?mine=1").text

    assert listed(chief) == {OFFICE, MAP, f"{OFFICE}-G02", f"{OFFICE}-G03"}
    assert OFFICE in listed(leader)
    assert MAP not in listed(leader)


def test_a_holder_sees_of_a_round_only_the_own_post_and_of_another_office_s_nothing(own):
    with own.app_context():
        head = asked_by(db.session.scalars(select(User).where(User.name == "juzhang")).one())
        bureau = db.session.scalars(select(Bureau)).one()
        for code in ("FZ-U1-K13", OFFICE):
            node = db.session.scalars(select(Node).where(Node.code == code)).one()
            seen = len(plan(db.session, bureau, node).maps)
            commands.start(db.session, head, bureau, node, title=f"{code}复查", due=IN_A_MONTH,
                           seen=seen, day=today())  # fmt: skip
        db.session.commit()

    holder = sign_in(own, "shouli")

    assert "FZ-U1-K13复查" in holder.get("/rounds").text
    assert f"{OFFICE}复查" not in holder.get("/rounds").text
    assert figures(holder.get("/rounds/1").text)[0] == 1
    assert holder.get("/rounds/2").status_code == 404
    assert holder.get("/rounds/1/maps/FZ-U1-K13-G02").status_code == 404


# Overdue


def test_after_the_due_day_what_has_no_outcome_is_overdue(begun, tomorrow):
    client = sign_in(begun, "fenguan")
    page = client.get(f"{ROUND}?outcome=overdue").text

    assert figures(page) == [20, 20, 0, 0, 0, 0, 20]
    assert len(listed(page)) == 20
    assert "复查期限已过" in page
    assert "20 张逾期" in client.get("/desk").text
    assert "4 张逾期" in sign_in(begun, "heding").get("/desk").text


def test_on_the_due_day_nothing_is_overdue_yet(begun, monkeypatch):
    monkeypatch.setattr(views, "today", lambda: IN_A_MONTH)

    assert figures(sign_in(begun, "fenguan").get(ROUND).text)[-1] == 0


# The desk


def test_the_desks_of_chief_and_leader_lead_to_the_round(begun):
    chief = sign_in(begun, "heding").get("/desk").text
    leader = sign_in(begun, "fenguan").get("/desk").text

    assert "还有 4 张待复查" in chief
    assert f'href="{ROUND}?mine=1&amp;outcome=due"' in chief
    assert "已完成 0／20" in leader
    assert "待我复查 18 张" in leader
    assert "待复查的账图" not in sign_in(begun, "gongshang").get("/desk").text


def test_a_desk_with_rounds_is_made_in_as_many_statements_for_one_map_as_for_many(own):
    form = {"node": "all", "seen": "106", "title": "全局复查", "due": "2999-01-01"}
    post(sign_in(own, "juzhang"), "/rounds/new", more=form)
    counted = {}
    for name in ("gongshang", "heding", "fenguan", "juzhang"):
        client = sign_in(own, name)
        with own.app_context():
            seen: list[str] = []

            def count(_connection, _cursor, statement, *_rest, seen=seen) -> None:
                seen.append(statement)

            event.listen(db.engine, "before_cursor_execute", count)
            client.get("/desk")
            event.remove(db.engine, "before_cursor_execute", count)
            counted[name] = len([each for each in seen if not each.startswith(("BEGIN", "PRAGMA"))])

    assert counted["gongshang"] == counted["heding"] < 60
    assert counted["fenguan"] == counted["juzhang"] < 40


# Closing, and taking away


def test_a_round_is_closed_with_what_is_left_said_and_stays_as_it_was(begun):
    carry(begun, "heding")
    page = sign_in(begun, "fenguan").get(ROUND).text
    assert "还有 19 张账图没有复查结果" in page
    assert 'id="close"' not in sign_in(begun, "heding").get(ROUND).text

    answer = close(begun, "fenguan", "19")

    assert answer.status_code == 303
    change(begun, retired_on=date(2026, 1, 31))
    page = sign_in(begun, "fenguan").get(ROUND).text
    assert figures(page) == [20, 19, 1, 0, 0, 0, 0]
    assert "办结" in page
    assert close(begun, "fenguan", "19").status_code == 409
    with begun.app_context():
        kinds = db.session.scalars(select(Change.kind).order_by(Change.id.desc())).all()
        assert "round_closed" in kinds


def test_a_close_that_looked_at_other_numbers_is_refused(begun):
    answer = close(begun, "fenguan", "3")

    assert answer.status_code == 409
    assert close(begun, "fenguan", "x").status_code == 400


def test_the_progress_is_taken_away_as_a_workbook_of_what_one_may_see(begun):
    carry(begun, "heding")
    answer = sign_in(begun, "fenguan").get(f"{ROUND}/progress.xlsx")
    own_part = sign_in(begun, "heding").get(f"{ROUND}/progress.xlsx")

    book = openpyxl.load_workbook(BytesIO(answer.data))
    numbers, maps = book.worksheets
    assert [each.value for each in numbers[numbers.max_row]] == [
        "合计",
        None,
        20,
        19,
        1,
        0,
        0,
        0,
        0,
    ]
    rows = {row[0]: row for row in maps.iter_rows(values_only=True)}
    assert rows[MAP][5:10] == (
        "沿用",
        1,
        "2025-12-11",
        "邵溪云（待遇核定科负责人）",
        today().isoformat(),
    )
    part = openpyxl.load_workbook(BytesIO(own_part.data)).worksheets[1]
    assert {row[0] for row in part.iter_rows(min_row=4, values_only=True)} == {
        OFFICE, MAP, f"{OFFICE}-G02", f"{OFFICE}-G03",
    }  # fmt: skip


def test_the_record_tells_of_a_round_in_words(begun):
    carry(begun, "heding")

    page = sign_in(begun, "shenji").get("/history").text

    assert "发起复查" in page
    assert "签字沿用账图" in page

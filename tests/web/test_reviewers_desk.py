"""The reviewer's desk: the queue, on from one to the next, remarks, signing several together."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from riskmap.accounts.models import User
from riskmap.db import db, now, today
from riskmap.history.models import Change
from riskmap.revisions import commands
from riskmap.revisions.models import RevisionReading
from riskmap.revisions.states import RevisionState
from tests.users import post, sign_in
from tests.web.signing import (
    CHIEF,
    ELSEWHERE,
    HIGH,
    HOLDER,
    LEADER,
    OTHER_CHIEF,
    OTHER_HIGH,
    POST,
    boxes,
    hand_in,
    pick,
    read,
    remarks,
    revision,
    sign,
    sign_ticked,
    state,
)

HEAD, BOSS = "科室(单位)负责人", "分管领导"


@pytest.fixture
def old(own, monkeypatch):
    """A map of medium level that was handed in five days ago, and waits for the leader."""
    monkeypatch.setattr(commands, "now", lambda: now() - timedelta(days=5))
    page = hand_in(own, POST)
    monkeypatch.undo()
    assert sign(sign_in(own, HOLDER), own, page, "填表人").status_code == 303
    return page


@pytest.fixture
def high(own):
    """A map of high level that was handed in today, and waits for the leader."""
    return hand_in(own, HIGH)


@pytest.fixture
def other(own):
    """Another one."""
    return hand_in(own, OTHER_HIGH)


def listed(client, query=""):
    """Return the addresses of the queue in its order."""
    body = client.get(f"/signing{query}").text.split("<tbody>")[1].split("</tbody>")[0]
    return re.findall(r'<a href="([^"?]+)\?queue=', body)


def tickable(client):
    return re.findall(r'name="pick" value="([^"]+)"', client.get("/signing").text)


def leads_to(answer):
    return answer.location.split("?")[0].split("#")[0]


# The queue


def test_the_worst_come_first_and_by_age_the_oldest(own, old, high, other):
    leader = sign_in(own, LEADER)

    assert listed(leader) == [high, other, old]
    assert listed(leader, "?sort=level") == [high, other, old]
    assert listed(leader, "?sort=age") == [old, high, other]
    assert listed(leader, "?sort=none") == [high, other, old]


def test_it_says_for_how_many_days_each_has_waited(own, old, high):
    rows = sign_in(own, LEADER).get("/signing").text.split("<tbody>")[1].split("</tr>")

    waited = {page: next(row for row in rows if page in row) for page in (old, high)}
    assert '<td class="number">5</td>' in waited[old]
    assert '<td class="number">0</td>' in waited[high]


def test_from_a_revision_of_the_queue_one_goes_to_those_beside_it(own, old, high, other):
    leader = sign_in(own, LEADER)

    text = leader.get(f"{other}?queue=level").text

    assert re.search(rf'rel="prev" href="{high}\?queue=level"', text)
    assert re.search(rf'rel="next" href="{old}\?queue=level"', text)
    assert "2 / 3" in text
    aged = leader.get(f"{old}?queue=age").text
    assert 'rel="prev"' not in aged
    assert re.search(rf'rel="next" href="{high}\?queue=age"', aged)
    assert 'rel="next"' not in leader.get(old).text  # opened by itself


def test_after_signing_one_is_led_to_the_next_and_at_the_end_back_to_the_queue(own, old, high):
    leader = sign_in(own, LEADER)

    first = sign(leader, own, high, HEAD, queue=True)
    assert leads_to(first) == old
    assert "queue=level" in first.location
    assert "已签批：" in leader.get(first.location).text
    second = sign(leader, own, old, HEAD, queue=True)
    assert leads_to(second) == high  # which waits for the leader again, in another box
    assert leads_to(sign(leader, own, high, BOSS, queue=True)) == old
    last = sign(leader, own, old, BOSS, queue=True)
    assert leads_to(last) == "/signing"
    assert state(own, old) is RevisionState.APPROVED


def test_after_sending_back_one_is_led_to_the_next(own, old, high):
    leader = sign_in(own, LEADER)

    answer = post(leader, high, f"{high}/send-back?queue=level", reason="第二步要两人")

    assert leads_to(answer) == old
    assert state(own, high) is RevisionState.RETURNED
    answer = post(leader, old, f"{old}/send-back?queue=level", reason="同上")
    assert leads_to(answer) == "/signing"


def test_a_form_that_is_refused_keeps_the_queue_and_what_was_typed(own, old, high):
    leader = sign_in(own, LEADER)

    answer = sign(leader, own, high, HEAD, queue=True, day=(today() + timedelta(1)).isoformat())

    assert answer.status_code == 409
    assert re.search(rf'rel="next" href="{old}\?queue=level"', answer.text)
    assert f"{high}/sign?queue=level" in answer.text


# Remarks


def remark(client, page, **fields):
    return post(client, "/account", f"{page}/remarks", **fields)


def test_a_remark_on_a_step_stands_beside_it_with_who_and_when(own, old):
    leader = sign_in(own, LEADER)

    answer = remark(leader, old, step="s2", text="这一步\n由谁复核？")

    assert answer.status_code == 303
    assert answer.location == f"{old}#row-s2"
    row = sign_in(own, "chayue").get(old).text.split('id="row-s2"')[1].split("</tr>")[0]
    assert "这一步\n由谁复核？" in row
    assert "孟采菱" in row
    assert str(today().year) in row
    others = sign_in(own, "chayue").get(old).text.split('id="row-s3"')[1].split("</tr>")[0]
    assert "由谁复核" not in others


def test_a_remark_may_be_on_the_whole_map(own, old):
    answer = remark(sign_in(own, LEADER), old, step="", text="标题要改")

    assert answer.location == f"{old}#remarks"
    assert remarks(own, old) == [("", "标题要改", "孟采菱（分管局领导）")]


@pytest.mark.parametrize("name", [LEADER, CHIEF, HOLDER])
def test_who_signs_next_who_handed_it_in_and_who_holds_the_place_leave_remarks(own, old, name):
    assert "提意见" in sign_in(own, name).get(old).text
    assert remark(sign_in(own, name), old, step="s2", text="一条").status_code == 303
    assert len(remarks(own, old)) == 1


@pytest.mark.parametrize(
    ("name", "status"),
    [("fagui", 404), ("jijian", 404), (OTHER_CHIEF, 404), ("chayue", 403), ("shenji", 403)],
)
def test_others_leave_none(own, old, name, status):
    client = sign_in(own, name)

    assert "提意见" not in client.get(old).text
    assert remark(client, old, step="s2", text="一条").status_code == status
    assert remarks(own, old) == []


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"step": "s2", "text": " \n　"}, 422, "必填"),
        ({"step": "s2", "text": "长" * 2001}, 422, "2000"),
        ({"step": "none", "text": "我写的话"}, 409, "没有这个步骤"),
        ({"step": "s2\x00", "text": "我写的话"}, 409, "没有这个步骤"),
        ({"step": "s2", "text": "我写的\x07话"}, 422, ""),
    ],
)
def test_a_remark_that_is_none_is_refused_in_words(own, old, fields, status, said):
    answer = remark(sign_in(own, LEADER), old, **fields)

    assert answer.status_code == status
    assert said in answer.text
    assert remarks(own, old) == []


def test_what_was_typed_stays_where_a_remark_is_refused(own, old):
    answer = remark(sign_in(own, LEADER), old, step="s3", text="我写的" * 700)

    assert answer.status_code == 422
    row = answer.text.split('id="row-s3"')[1].split("</tr>")[0]
    assert "我写的" * 700 in row
    assert '<details class="remark" open>' in row
    assert answer.text.count("我写的" * 700) == 1


def test_a_remark_sent_twice_stands_once(own, old):
    leader = sign_in(own, LEADER)
    text = leader.get(old).text
    data = {name: re.search(rf'name="{name}"[^>]* value="([^"]*)"', text)[1]
            for name in ("csrf_token", "number")}  # fmt: skip
    data |= {"step": "s2", "text": "一条", "end": "1"}

    for _each in range(2):
        assert leader.post(f"{old}/remarks", data=data).status_code == 303

    assert len(remarks(own, old)) == 1


def test_what_is_no_longer_open_takes_no_remark_and_keeps_those_it_has(own, old):
    leader = sign_in(own, LEADER)
    remark(leader, old, step="s2", text="写明复核人")
    post(leader, old, f"{old}/send-back", reason="见意见")

    assert remark(leader, old, step="s2", text="再说一句").status_code == 409
    assert "写明复核人" in leader.get(old).text
    assert "提意见" not in leader.get(old).text


def test_remarks_go_with_the_reason_to_the_desk_and_the_editor_of_who_handed_it_in(own, old):
    leader, chief = sign_in(own, LEADER), sign_in(own, CHIEF)
    remark(leader, old, step="s2", text="写明复核人")
    assert "写明复核人" in chief.get(f"/maps/{POST}/edit").text
    assert "写明复核人" not in chief.get("/desk").text
    remark(leader, old, step="", text="标题太长")

    post(leader, old, f"{old}/send-back", reason="请按意见修改")

    for page in ("/desk", f"/maps/{POST}/edit"):
        text = chief.get(page).text
        assert "请按意见修改" in text
        assert "第 2 步：写明复核人（孟采菱（分管局领导））" in text
        assert "整张账图：标题太长" in text
        assert f'href="{old}"' in text
    assert "请按意见修改" not in chief.get(f"/maps/{HIGH}/edit").text


def test_who_has_the_page_open_signs_only_after_seeing_a_new_remark(own, old):
    leader = sign_in(own, LEADER)
    seen = str(revision(own, old).version)
    remark(sign_in(own, HOLDER), old, step="s2", text="等一下，这里写错了")

    answer = sign(leader, own, old, HEAD, version=seen)

    assert answer.status_code == 409
    assert "等一下，这里写错了" in answer.text
    again = re.search(r'id="sign".*?name="version" value="(\d+)"', answer.text, re.DOTALL)[1]
    assert sign(leader, own, old, HEAD, version=again).status_code == 303


def test_remarks_are_in_the_record_like_signatures(own, old):
    remark(sign_in(own, LEADER), old, step="s2", text="写明复核人")

    with own.app_context():
        entry = db.session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
        assert (entry.kind, entry.name, entry.who) == ("remarked", POST, "孟采菱（分管局领导）")
        assert "写明复核人" in entry.details
        assert '"step": "s2"' in entry.details
    assert "对账图提出意见" in sign_in(own, "shenji").get("/history").text


# Read, and signed together


def test_only_what_was_read_as_it_is_can_be_ticked(own, high, other):
    leader = sign_in(own, LEADER)
    leader.get(f"{high}?queue=level")  # to open it is not to have read it
    assert tickable(leader) == []

    answer = read(leader, high)

    assert leads_to(answer) == other
    assert tickable(leader) == [pick(own, high)]
    assert leads_to(read(leader, other)) == "/signing"
    assert len(tickable(leader)) == 2
    assert tickable(sign_in(own, "juzhang")) == []
    with own.app_context():
        kinds = db.session.scalars(select(Change.kind).where(Change.name.in_((HIGH, OTHER_HIGH))))
        assert list(kinds).count("revision_read") == 2
        assert len(db.session.scalars(select(RevisionReading)).all()) == 2


def test_reading_it_again_keeps_one_row(own, high):
    leader = sign_in(own, LEADER)

    read(leader, high)
    read(leader, high)

    with own.app_context():
        assert len(db.session.scalars(select(RevisionReading)).all()) == 1


def test_what_changed_since_it_was_read_is_to_be_read_again(own, high):
    leader = sign_in(own, LEADER)
    read(leader, high)
    before = pick(own, high)
    remark(sign_in(own, CHIEF), high, step="s2", text="补充说明")

    assert tickable(leader) == []
    for ticked in (before, pick(own, high)):
        answer = sign_ticked(leader, [ticked])
        assert answer.status_code == 409
    assert "您还没有看过它现在的内容" in answer.text
    assert HEAD not in boxes(own, high)


def test_one_s_own_remark_leaves_it_read(own, high):
    leader = sign_in(own, LEADER)
    read(leader, high)

    remark(leader, high, step="s2", text="可以")

    assert tickable(leader) == [pick(own, high)]


def test_several_that_were_read_are_signed_with_one_day(own, high, other):
    leader = sign_in(own, LEADER)
    read(leader, high)
    read(leader, other)

    answer = sign_ticked(leader, [pick(own, high), pick(own, other)])

    assert answer.status_code == 200
    assert "2 / 2" in answer.text
    assert answer.text.count("<td>已签批</td>") == 2
    for page in (high, other):
        assert boxes(own, page)[-1] == HEAD
    again = sign_ticked(leader, [pick(own, high), pick(own, other)])  # what they signed they know
    assert again.status_code == 200
    assert boxes(own, high)[-1] == BOSS


def test_each_is_signed_by_itself_and_the_page_says_why_one_was_not(own, high, other):
    leader = sign_in(own, LEADER)
    read(leader, high)
    stale = pick(own, other)
    remark(sign_in(own, CHIEF), other, step="s2", text="补充说明")

    answer = sign_ticked(
        leader,
        [
            pick(own, high),
            stale,
        ],
    )

    assert answer.status_code == 200
    assert "1 / 2" in answer.text
    assert "请看现在的内容" in answer.text
    assert boxes(own, high)[-1] == HEAD
    assert HEAD not in boxes(own, other)


def test_what_was_signed_or_sent_back_meanwhile_is_named_as_such(own, high):
    leader = sign_in(own, LEADER)
    read(leader, high)
    ticked = pick(own, high)
    post(leader, high, f"{high}/send-back", reason="不对")

    answer = sign_ticked(leader, [ticked])

    assert answer.status_code == 409
    assert "现在的状态是“退回”" in answer.text
    assert state(own, high) is RevisionState.RETURNED


def test_who_does_not_sign_it_next_signs_nothing_by_a_forged_tick(own, high):
    before = boxes(own, high)

    for name in ("fagui", "juzhang", "jijian", CHIEF):
        answer = sign_ticked(sign_in(own, name), [pick(own, high)])
        assert answer.status_code == 403, name
        assert read(sign_in(own, name), high).status_code == 403, name

    assert boxes(own, high) == before


def test_a_row_that_says_read_lets_nobody_sign_whose_turn_it_is_not(own, high):
    with own.app_context():
        user = db.session.scalars(select(User).filter_by(name="fagui")).one()
        row = revision(own, high)
        db.session.add(
            RevisionReading(bureau_id=row.bureau_id, revision_id=row.id, user_id=user.id,
                            version=row.version, at=now())
        )  # fmt: skip
        db.session.commit()

    answer = sign_ticked(sign_in(own, "fagui"), [pick(own, high)])

    assert answer.status_code == 403
    assert "这一栏由别人签" in answer.text


@pytest.mark.parametrize(
    ("tick", "status"),
    [
        ("999999999.1", 404), ("0.1", 404), ("1", 400), ("1.1.1", 400), ("x.1", 400), ("", 400),
        ("１.１", 400), ("99999999999.1", 400), ("1.1\n", 400), ("-1.1", 400),
    ],
)  # fmt: skip
def test_forged_ticks_are_refused(own, high, tick, status):
    leader = sign_in(own, LEADER)
    read(leader, high)

    assert sign_ticked(leader, [tick, pick(own, high)]).status_code == status
    assert HEAD not in boxes(own, high)


def test_another_office_s_revision_is_not_there_to_be_ticked_read_or_remarked_on(own, high):
    there = hand_in(own, ELSEWHERE, OTHER_CHIEF)
    holder = sign_in(own, HOLDER)

    assert sign_ticked(holder, [pick(own, there)]).status_code == 404
    assert read(holder, there).status_code == 404
    assert remark(holder, there, step="s2", text="一句").status_code == 404
    assert remarks(own, there) == []


def test_those_who_sign_nothing_are_refused(own, high):
    for name in ("chayue", "shenji"):
        assert sign_ticked(sign_in(own, name), [pick(own, high)]).status_code == 403
        assert read(sign_in(own, name), high).status_code == 403


@pytest.mark.parametrize("day", ["", "morgen", "2026-02-30"])
def test_without_a_day_nothing_is_signed_and_the_ticks_stay(own, high, day):
    leader = sign_in(own, LEADER)
    read(leader, high)

    answer = sign_ticked(leader, [pick(own, high)], day=day)

    assert answer.status_code == 422
    assert re.search(rf'value="{pick(own, high)}"[^>]* checked', answer.text)
    assert HEAD not in boxes(own, high)


def test_without_a_tick_nothing_is_signed(own, high):
    leader = sign_in(own, LEADER)
    read(leader, high)

    answer = sign_ticked(leader, [])

    assert answer.status_code == 422
    assert "至少勾选一件" in answer.text


def test_a_day_that_cannot_be_is_said_for_each(own, high, other):
    leader = sign_in(own, LEADER)
    read(leader, high)
    read(leader, other)
    day = (today() + timedelta(days=1)).isoformat()

    answer = sign_ticked(leader, [pick(own, high), pick(own, other)], day=day)

    assert answer.status_code == 409
    assert answer.text.count("签字日期还没到") == 2


def test_boxes_with_a_number_are_signed_with_one_and_not_without(own, high, other):
    leader, head = sign_in(own, LEADER), sign_in(own, "juzhang")
    for page in (high, other):
        for client, box in ((leader, HEAD), (leader, BOSS), (sign_in(own, "fagui"), "政策法规科"),
                            (head, "主要负责人")):  # fmt: skip
            assert sign(client, own, page, box).status_code == 303
        read(head, page)
    assert "纪要号" in head.get("/signing").text
    assert "纪要号" not in leader.get("/signing").text
    ticks = [pick(own, high), pick(own, other)]

    without = sign_ticked(head, ticks)
    assert without.status_code == 409
    assert without.text.count("请填会议纪要号或备案号") == 2

    answer = sign_ticked(head, ticks, paper="虚构党纪〔2026〕9号")
    assert answer.status_code == 200
    for page in (high, other):
        assert boxes(own, page)[-1] == "党组会审定"
        assert "虚构党纪〔2026〕9号" in head.get(page).text


def test_ticks_sent_twice_sign_once(own, high):
    leader = sign_in(own, LEADER)
    read(leader, high)
    text = leader.get("/signing").text
    data = {name: re.search(rf'name="{name}"[^>]* value="([^"]*)"', text)[1]
            for name in ("csrf_token", "number")}  # fmt: skip
    data |= {"pick": pick(own, high), "day": today().isoformat(), "end": "1"}

    assert leader.post("/signing", data=data).status_code == 200
    again = leader.post("/signing", data=data)

    assert again.status_code == 303
    assert leads_to(again) == "/signing"
    assert boxes(own, high)[-1] == HEAD


# Taking back


def test_what_changed_since_it_was_looked_at_is_not_taken_back(own, high):
    chief = sign_in(own, CHIEF)
    seen = revision(own, high).version
    sign(sign_in(own, LEADER), own, high, HEAD)

    answer = post(chief, high, f"{high}/take-back", more={"version": str(seen)})

    assert answer.status_code == 409
    assert state(own, high) is RevisionState.SIGNING
    assert post(chief, high, f"{high}/take-back").status_code == 303
    assert state(own, high) is RevisionState.WITHDRAWN


@pytest.mark.parametrize("version", ["", "x", "-1", "1.0"])
def test_a_form_without_the_version_takes_nothing_back(own, high, version):
    answer = post(sign_in(own, CHIEF), high, f"{high}/take-back", more={"version": version})

    assert answer.status_code == 400
    assert state(own, high) is not RevisionState.WITHDRAWN

"""A map on its way through its signatures: handed in, signed box by box, sent back, in force."""

import re
from datetime import timedelta
from io import BytesIO

import pypdf
import pytest
from sqlalchemy import select

from riskmap.db import db, today
from riskmap.maps.models import AccountMap, Step
from riskmap.register.models import Item, Measure
from riskmap.register.rating import Level
from riskmap.revisions.models import Revision, SignOff
from riskmap.revisions.states import RevisionState
from tests.users import post, sign_in

MAP = "FZ-U1-K13-G01"
HAND_IN = f"/maps/{MAP}/hand-in"
WAY = (
    ("shouli", "填表人", ""),
    ("fenguan", "科室(单位)负责人", ""),
    ("fenguan", "分管领导", ""),
    ("fagui", "政策法规科", ""),
    ("juzhang", "主要负责人", ""),
    ("juzhang", "党组会审定", "虚构党纪〔2026〕9号"),
    ("jijian", "纪检备案", "虚构备〔2026〕3号"),
)
"""Who signs the map of the post, box by box: the leader in the place of the chief who hands in."""


@pytest.fixture
def edited(own):
    """The site where the post's map says something new, at the highest level."""
    with own.app_context():
        row = db.session.scalars(select(AccountMap).filter_by(code=MAP)).one()
        db.session.scalars(
            select(Step).filter_by(map_id=row.id, key="s2")
        ).one().text = "新写的步骤"
        for item in db.session.scalars(select(Item)):
            item.likelihood = item.severity = 4
        db.session.commit()
    return own


@pytest.fixture
def handed_in(edited):
    """The address of the revision that the chief handed in."""
    answer = post(sign_in(edited, "gongshang"), HAND_IN, text="窗口流程调整")
    assert answer.status_code == 303
    return answer.location


def sign(own, page, name, box, number="", day=None):
    """Hand in the form of a signature as a browser would that had it, whoever is shown one."""
    form = {"box": box, "paper": number, "day": (day or today()).isoformat(),
            "version": str(revision(own, page).version)}  # fmt: skip
    return post(sign_in(own, name), "/account", f"{page}/sign", more=form)


def signed_through(own, page, until=7):
    for name, box, number in WAY[:until]:
        answer = sign(own, page, name, box, number)
        assert answer.status_code == 303, (box, answer.text)


def revision(own, page):
    with own.app_context():
        row = db.session.scalars(select(AccountMap).filter_by(code=MAP)).one()
        number = int(page.rsplit("/", 1)[1])
        query = select(Revision).filter_by(map_id=row.id, number=number)
        found = db.session.scalars(query).one()
        db.session.expunge(found)
        return found


def state(own, page):
    return revision(own, page).state


def count(own):
    with own.app_context():
        return len(db.session.scalars(select(SignOff.id).where(SignOff.user_id.is_not(None))).all())


def test_a_map_comes_into_force_with_its_last_signature(edited, handed_in):
    signed_through(edited, handed_in, until=6)
    assert state(edited, handed_in) is RevisionState.SIGNING

    signed_through_last = sign(edited, handed_in, *WAY[6])

    assert signed_through_last.status_code == 303
    assert state(edited, handed_in) is RevisionState.APPROVED
    page = sign_in(edited, "chayue").get(f"/maps/{MAP}/revisions").text
    assert "工作稿与现行版相同" in page


def test_each_finds_it_in_their_queue_when_it_is_their_turn(edited, handed_in):
    for place, (name, _box, _number) in enumerate(WAY):
        assert handed_in in sign_in(edited, name).get("/signing").text
        others = {each for each, _b, _n in WAY} - {name}
        for other in others:
            assert handed_in not in sign_in(edited, other).get("/signing").text, (name, other)
        assert sign(edited, handed_in, *WAY[place]).status_code == 303
    for name, _box, _number in WAY:
        assert handed_in not in sign_in(edited, name).get("/signing").text


def test_it_is_on_the_desk_of_who_signs_next(edited, handed_in):
    assert "待我签批" in sign_in(edited, "shouli").get("/desk").text
    assert "待我签批" not in sign_in(edited, "fenguan").get("/desk").text


def test_what_is_in_force_stays_as_it_was_signed_whatever_is_edited(edited, handed_in):
    signed_through(edited, handed_in)
    with edited.app_context():
        row = db.session.scalars(select(AccountMap).filter_by(code=MAP)).one()
        db.session.scalars(select(Step).filter_by(map_id=row.id, key="s2")).one().text = "又改了"
        db.session.commit()

    client = sign_in(edited, "gongshang")

    assert "新写的步骤" in client.get(handed_in).text
    assert "又改了" not in client.get(handed_in).text
    assert "工作稿与现行版不同" in client.get(f"/maps/{MAP}/revisions").text


def test_the_sheet_prints_who_signed_and_when(edited, handed_in):
    signed_through(edited, handed_in)
    client = sign_in(edited, "gongshang")

    answer = client.get(f"{handed_in}/sheet.pdf")

    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(answer.data)).pages)
    assert today().isoformat() in text
    assert "虚构党纪〔2026〕9号" in text
    assert "未经审定" not in text
    assert client.get(f"{handed_in}/sheet.pdf").data == answer.data


def test_the_sheet_of_what_waits_says_that_it_is_no_document_in_force(edited, handed_in):
    answer = sign_in(edited, "gongshang").get(f"{handed_in}/sheet.pdf")

    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(answer.data)).pages)
    assert "未经审定" in text


def test_who_handed_it_in_cannot_sign_it(edited, handed_in):
    signed_through(edited, handed_in, until=1)
    before = count(edited)

    answer = sign(edited, handed_in, "gongshang", "科室(单位)负责人")

    assert answer.status_code == 403
    assert count(edited) == before


@pytest.mark.parametrize(
    ("name", "box", "why"),
    [
        ("fagui", "政策法规科", "还没轮到这一栏，先签"),
        ("fenguan", "填表人", "这一栏已经签过了"),
        ("fagui", "科室(单位)负责人", "这一栏由别人签"),
        ("juzhang", "分管领导", "还没轮到这一栏，先签"),
    ],
)
def test_a_box_out_of_turn_or_of_another_is_refused_in_words(edited, handed_in, name, box, why):
    signed_through(edited, handed_in, until=1)
    before = count(edited)

    answer = sign(edited, handed_in, name, box)

    assert answer.status_code == (403 if why == "这一栏由别人签" else 409)
    assert why in answer.text
    assert count(edited) == before


@pytest.mark.parametrize(("days", "why"), [(1, "签字日期还没到"), (-1, "签字日期早于上一栏")])
def test_a_day_that_cannot_be_is_refused_and_stays_typed(edited, handed_in, days, why):
    day = today() + timedelta(days=days)

    answer = sign(edited, handed_in, "shouli", "填表人", day=day)

    assert answer.status_code == 409
    assert why in answer.text
    assert day.isoformat() in answer.text


def test_minutes_are_named_by_their_number(edited, handed_in):
    signed_through(edited, handed_in, until=5)

    answer = sign(edited, handed_in, "juzhang", "党组会审定", " ")

    assert answer.status_code == 409
    assert "请填会议纪要号或备案号" in answer.text


def test_a_signature_sent_twice_counts_once(edited, handed_in):
    client = sign_in(edited, "shouli")
    text = client.get(handed_in).text
    hidden = {name: re.search(rf'name="{name}"[^>]* value="([^"]*)"', text)[1]
              for name in ("csrf_token", "number")}  # fmt: skip
    data = {**hidden, "box": "填表人", "day": today().isoformat(), "end": "1",
            "version": re.search(r'name="version" value="(\d+)"', text)[1]}  # fmt: skip

    first = client.post(f"{handed_in}/sign", data=data)
    second = client.post(f"{handed_in}/sign", data=data)

    assert first.status_code == second.status_code == 303
    assert count(edited) == 1


def test_it_is_sent_back_with_a_reason_to_the_desk_of_who_handed_it_in(edited, handed_in):
    signed_through(edited, handed_in, until=1)
    leader = sign_in(edited, "fenguan")
    assert post(leader, handed_in, f"{handed_in}/send-back", reason=" ").status_code == 422

    answer = post(leader, handed_in, f"{handed_in}/send-back", reason="第二步应当两人办理")

    assert answer.status_code == 303
    assert state(edited, handed_in) is RevisionState.RETURNED
    assert "第二步应当两人办理" in sign_in(edited, "gongshang").get("/desk").text
    assert sign(edited, handed_in, "fenguan", "科室(单位)负责人").status_code == 409
    again = post(sign_in(edited, "gongshang"), HAND_IN, text="已改")
    assert again.status_code == 303
    assert again.location != handed_in
    assert "第二步应当两人办理" not in sign_in(edited, "gongshang").get("/desk").text


def test_what_was_handed_in_is_taken_back(edited, handed_in):
    chief = sign_in(edited, "gongshang")

    assert post(chief, handed_in, f"{handed_in}/take-back").status_code == 303

    assert state(edited, handed_in) is RevisionState.WITHDRAWN
    assert sign(edited, handed_in, "shouli", "填表人").status_code == 409


def test_one_revision_waits_at_a_time_and_what_says_nothing_new_is_not_handed_in(edited, handed_in):
    chief = sign_in(edited, "gongshang")
    assert "正在签批" in post(chief, HAND_IN).text

    signed_through(edited, handed_in)

    answer = post(chief, HAND_IN)
    assert answer.status_code == 409
    assert "没有需要签批的改动" in answer.text


def test_a_level_that_is_lowered_is_signed_at_the_old_one(edited, handed_in):
    signed_through(edited, handed_in)
    with edited.app_context():
        for item in db.session.scalars(select(Item)):
            item.likelihood = item.severity = 1
        db.session.commit()

    lower = post(sign_in(edited, "gongshang"), HAND_IN).location

    with edited.app_context():
        row = db.session.scalars(select(Revision).order_by(Revision.id.desc()).limit(1)).one()
        assert row.signed_at is Level.HIGH
    assert "按原等级签批" in sign_in(edited, "gongshang").get(lower).text


def test_what_is_in_force_and_shows_an_old_text_is_told_to_be_renewed(edited, handed_in):
    signed_through(edited, handed_in)
    chief = sign_in(edited, "gongshang")
    assert "需要换版" not in chief.get(handed_in).text
    with edited.app_context():
        for measure in db.session.scalars(select(Measure)):
            measure.text = f"{measure.text}并留痕"
        db.session.commit()

    assert "需要换版" in chief.get(handed_in).text
    assert handed_in in chief.get("/desk").text


def test_what_is_different_from_the_document_before_is_told_and_drawn(edited, handed_in):
    text = sign_in(edited, "fenguan").get(handed_in).text

    assert "与第 1 版的不同" in text
    assert "新写的步骤" in text.split("与第 1 版的不同")[1].split("</section>")[0]
    assert "标出改动的账图" in text


def test_the_page_of_handing_in_says_the_level_that_it_will_be_signed_at(edited, handed_in):
    signed_through(edited, handed_in)
    with edited.app_context():
        row = db.session.scalars(select(Revision).filter_by(state=RevisionState.APPROVED)
                                 .order_by(Revision.id.desc()).limit(1)).one()  # fmt: skip
        row.state, row.ended_on = RevisionState.RETIRED, today()
        for item in db.session.scalars(select(Item)):
            item.likelihood = item.severity = 1
        db.session.commit()

    assert "纪检备案" in sign_in(edited, "gongshang").get(HAND_IN).text


def test_another_chief_hands_nothing_in_for_this_office(edited):
    other = sign_in(edited, "heding")

    assert other.get(HAND_IN).status_code == 404


def test_a_map_that_changed_while_it_was_looked_at_is_not_handed_in(edited):
    chief = sign_in(edited, "gongshang")
    stale = re.search(r'name="version" value="(\d+)"', chief.get(HAND_IN).text)[1]
    with edited.app_context():
        row = db.session.scalars(select(AccountMap).filter_by(code=MAP)).one()
        db.session.scalars(select(Step).filter_by(map_id=row.id, key="s3")).one().text = "别人改的"
        db.session.commit()

    answer = post(chief, HAND_IN, more={"version": stale, "text": "我写的说明"})

    assert answer.status_code == 409
    assert "请看现在的内容" in answer.text
    assert "我写的说明" in answer.text

"""Findings on their pages: from a gap to its end, by the right persons, in the right order."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from riskmap.accounts import commands
from riskmap.accounts.roles import Role
from riskmap.coverage.gaps import key_of
from riskmap.coverage.models import Acceptance, Evidence, Finding, FindingEntry
from riskmap.db import db, today
from riskmap.db.base import Base
from riskmap.history.models import Change
from riskmap.maps.models import AccountMap, Step
from riskmap.organisation.queries import bureaus
from tests.coverage.files import PDF
from tests.in_force import put_into_force
from tests.users import post, sign_in

MAP = "FZ-U1-K13-G03"


@pytest.fixture
def auditor(own):
    return sign_in(own, "shenji")


@pytest.fixture
def chief(own):
    return sign_in(own, "gongshang")


@pytest.fixture
def key(auditor):
    """The address of the gap that the service of a decision takes 30 days."""
    page = auditor.get("/audit?rule=G14&severity=error").text
    return re.search(r"/audit/gaps/([0-9a-f]{16})", page)[1]


@pytest.fixture
def raised(auditor, key):
    """The page of a finding made from that gap."""
    answer = post(auditor, f"/audit/gaps/{key}/finding", **form_of(auditor, key))
    assert answer.status_code == 303
    return answer.location


def form_of(auditor, key, **changed):
    """Return what the form of a gap's finding holds when it is opened, with some of it changed."""
    text = auditor.get(f"/audit/gaps/{key}/finding").text
    title = re.search(r'id="title"[^>]*>\s*([^<]*)<', text)[1]
    demand = re.search(r'id="demand"[^>]*>\s*([^<]*)<', text)[1]
    office = re.search(r'<option selected value="([^"]+)"', text)[1]
    due = re.search(r'id="due"[^>]* value="([^"]*)"', text)[1]
    return {"title": title, "demand": demand, "office": office, "due": due, **changed}


def handed_in(client, page, **fields):
    """Hand in an answer with files; `files` are names and contents."""
    files = fields.pop("files", [("说明.pdf", PDF)])
    sent = [(BytesIO(content), name) for name, content in files]
    return post(
        client, page, f"{page}/answer", reply="已改为20日内送达", more={"files": sent}, **fields
    )


def state(own, page):
    with own.app_context():
        code = page.rsplit("/", 1)[1]
        return db.session.scalars(select(Finding.state).where(Finding.code == code)).one()


def now_of(client, page):
    """Return what the rule says now, as a finding's page shows it."""
    found = re.search(r'id="retest"><strong[^>]*>(?:✓ )?([^<]*)<', client.get(page).text)
    return found and found[1]


def test_a_finding_goes_all_its_way(own, auditor, chief, raised):
    assert "工伤认定审核决定" in auditor.get(raised).text
    assert "待核" not in chief.get("/desk").text
    assert raised.rsplit("/", 1)[1] in chief.get("/desk").text

    assert handed_in(chief, raised).status_code == 303
    assert state(own, raised) == "answered"
    assert post(auditor, raised, f"{raised}/return", text="没有附送达回证").status_code == 303
    assert state(own, raised) == "returned"
    assert handed_in(chief, raised).status_code == 303
    assert post(auditor, raised, f"{raised}/close", text="已核对").status_code == 303

    assert state(own, raised) == "closed"
    page = auditor.get(raised).text
    for each in ("没有附送达回证", "已核对", "说明.pdf"):
        assert each in page


def test_the_rule_says_live_whether_the_gap_is_still_there(own, auditor, raised):
    assert now_of(auditor, raised) == "仍存在"
    with own.app_context():
        row = select(Step).join(AccountMap, Step.map_id == AccountMap.id)
        for step in db.session.scalars(row.where(AccountMap.code == MAP)):
            if step.limit_value == 30:
                step.limit_value = 20
        db.session.commit()
    assert now_of(auditor, raised) == "仍存在"  # nobody has signed that off

    with own.app_context():
        changed = db.session.scalars(select(AccountMap).where(AccountMap.code == MAP)).one()
        put_into_force(db.session, changed)
        db.session.commit()

    assert now_of(auditor, raised) == "已消除"
    assert raised in auditor.get("/audit/findings?gone=1").text


def test_a_gap_shows_the_findings_that_came_to_their_end(own, auditor, key, raised):
    post(auditor, raised, f"{raised}/withdraw", text="误提")
    again = post(auditor, f"/audit/gaps/{key}/finding", **form_of(auditor, key)).location

    page = auditor.get(f"/audit/gaps/{key}").text

    shown = re.search(r"<dt>审计问题</dt><dd>(.*?)</dd>", page, re.DOTALL)[1]
    assert re.findall(r'href="([^"]+)"', shown) == [again, raised]
    assert "整改中" in shown
    assert "已撤销" in shown


def test_the_office_does_not_close_its_own_finding(own, auditor, chief, raised):
    handed_in(chief, raised)

    assert 'id="close"' not in chief.get(raised).text
    assert post(chief, "/account", f"{raised}/close", text="").status_code == 403
    assert state(own, raised) == "answered"


def test_who_answered_does_not_close_even_as_an_auditor(own, raised):
    both = both_of(own, raised)
    assert handed_in(both, raised).status_code == 303

    answer = post(both, "/account", f"{raised}/close", text="")

    assert answer.status_code == 403
    assert "不得" in answer.text
    assert state(own, raised) == "answered"


@pytest.mark.parametrize("act", ["close", "return", "reopen"])
def test_what_does_not_go_with_the_state_is_refused_with_the_state(own, auditor, raised, act):
    answer = post(auditor, raised, f"{raised}/{act}", text="这一句要留着")

    assert answer.status_code == 409
    assert "整改中" in answer.text
    assert state(own, raised) == "open"


def test_a_reason_is_needed_and_the_field_says_so(own, auditor, chief, raised):
    handed_in(chief, raised)

    answer = post(auditor, raised, f"{raised}/return", text="  ")

    assert answer.status_code == 422
    assert "请写明理由。" in answer.text
    assert state(own, raised) == "answered"


def test_another_office_s_finding_is_not_there_and_the_attempt_is_recorded(own, auditor, raised):
    stranger = sign_in(own, "heding")

    assert stranger.get(raised).status_code == 404
    assert post(stranger, "/account", f"{raised}/answer", reply="x").status_code == 404
    assert raised not in stranger.get("/audit/findings?state=all").text
    with own.app_context():
        kinds = select(func.count()).where(Change.kind == "refused", Change.name == raised)
        assert db.session.scalar(kinds) == 1


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([("坏.pdf", b"MZ")], "坏.pdf"),
        ([("一.svg", b"<svg/>")], "一.svg"),
        ([(f"{n}.pdf", PDF) for n in range(6)], "最多附 5 个文件"),
    ],
)
def test_a_file_that_is_refused_is_named_and_the_answer_kept(own, chief, raised, files, told):
    answer = handed_in(chief, raised, files=files)

    assert answer.status_code == 422
    assert told in answer.text
    assert "已改为20日内送达" in answer.text
    assert state(own, raised) == "open"


def test_an_answer_that_is_too_large_is_refused_in_the_site_s_own_page(chief, raised):
    answer = chief.post(
        f"{raised}/answer",
        data=b"x",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(40 * 1024 * 1024)},
    )

    assert answer.status_code == 413
    assert "此处一次最多提交 31 MB" in answer.text


def test_handed_in_twice_an_answer_counts_once(own, chief, raised):
    text = chief.get(raised).text
    hidden = dict(re.findall(r'name="(csrf_token|number|version)"[^>]* value="([^"]*)"', text))
    for _ in range(2):
        chief.post(f"{raised}/answer", data={**hidden, "reply": "已改", "end": "1"})

    with own.app_context():
        acts = select(func.count()).where(FindingEntry.act == "answer")
        assert db.session.scalar(acts) == 1


def test_evidence_is_taken_away_by_who_may_and_by_nobody_else(own, auditor, chief, raised):
    handed_in(chief, raised)
    address = re.search(rf"{raised}/evidence/\d+", auditor.get(raised).text)[0]

    answer = auditor.get(address)

    assert answer.data == PDF
    kept = answer.headers["Content-Disposition"]
    assert kept.startswith("attachment; ")
    assert kept.endswith("filename*=UTF-8''%E8%AF%B4%E6%98%8E.pdf")
    assert kept.isascii()  # what a server sends as it is
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert sign_in(own, "heding").get(address).status_code == 404
    assert sign_in(own, "chayue").get(address).status_code == 403
    assert auditor.get(f"{raised}/evidence/99").status_code == 404
    with own.app_context():
        details = db.session.scalars(
            select(Change.details).where(Change.subject == "evidence")
        ).one()
        assert len(details) < 1000
        assert db.session.scalars(select(Evidence.size)).one() == len(PDF)


def test_a_gap_has_one_finding_at_a_time(own, auditor, key, raised):
    page = f"/audit/gaps/{key}/finding"
    again = auditor.get(page)
    assert (again.status_code, raised in again.text) == (200, True)
    answer = post(
        auditor, page, title="再提一次", demand="改", office="FZ-U1-K13", due="2027-02-01"
    )

    assert answer.status_code == 409
    assert raised in answer.text
    assert "再提一次" in answer.text
    with own.app_context():
        assert db.session.scalar(select(func.count(Finding.id))) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", " "), ("demand", ""), ("office", ""), ("office", "FZ-U9-K99"), ("due", "2020-01-01"),
     ("due", "x"), ("title", "长" * 301)],
)  # fmt: skip
def test_a_finding_without_what_it_needs_is_refused_with_the_text_kept(auditor, key, field, value):
    fields = form_of(auditor, key, demand="要留下的要求")
    answer = post(auditor, f"/audit/gaps/{key}/finding", **{**fields, field: value})

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert field == "demand" or "要留下的要求" in answer.text


def test_a_finding_that_no_rule_made_is_raised_freely(own, auditor):
    answer = post(
        auditor, "/audit/findings/new", title="抽查发现登记簿缺页", demand="补齐并说明原因",
        severity="warning", office="FZ-U2-K04", due="2099-01-01", about="", state="closed",
    )  # fmt: skip

    assert answer.status_code == 422  # more than two years ahead
    answer = post(
        auditor, "/audit/findings/new", title="抽查发现登记簿缺页", demand="补齐并说明原因",
        severity="warning", office="FZ-U2-K04", due="2027-03-01", about="", state="closed",
    )  # fmt: skip
    assert answer.status_code == 303
    assert state(own, answer.location) == "open"  # what a form has not is not taken
    assert "无规则复测" not in auditor.get(answer.location).text


def test_what_is_asked_is_changed_with_a_reason_and_both_texts_if_two_do(own, auditor, raised):
    page = f"{raised}/change"
    text = auditor.get(page).text
    version = re.search(r'name="version"[^>]* value="(\d+)"', text)[1]
    fields = {"title": "送达超期", "demand": "改", "office": "FZ-U1-K13", "due": "2027-02-01"}

    assert post(auditor, page, reason="", **fields).status_code == 422
    assert post(auditor, page, reason="期限放宽", **fields).status_code == 303
    stale = post(auditor, page, reason="又改", **fields, more={"version": version})

    assert stale.status_code == 409
    assert "期限放宽" in auditor.get(raised).text


def test_a_gap_is_accepted_until_a_day_and_then_no_longer(own, auditor, key):
    page = f"/audit/gaps/{key}/accept"
    assert post(auditor, page, reason="", until="2027-01-01").status_code == 422
    assert post(auditor, page, reason="等待上级解释", until="2020-01-01").status_code == 422
    assert post(auditor, page, reason="等待上级解释", until="2027-01-01").status_code == 303

    assert key not in auditor.get("/audit?rule=G14&severity=error").text
    assert key in auditor.get("/audit?state=accepted").text
    assert "等待上级解释" in auditor.get(f"/audit/gaps/{key}").text
    assert post(auditor, page, f"{page}/end").status_code == 303
    assert key in auditor.get("/audit?rule=G14&severity=error").text
    with own.app_context():
        assert db.session.scalar(select(func.count(Acceptance.id))) == 0


def test_forged_gaps_and_findings_are_not_there(auditor):
    for path in ("/audit/gaps/0000000000000000/finding", "/audit/gaps/0000000000000000/accept",
                 "/audit/findings/SJ-1999-001", "/audit/findings/SJ-1999-001/change"):  # fmt: skip
        assert auditor.get(path).status_code == 404


FORGED = {
    "state": "closed", "node_id": "1", "bureau_id": "2", "code": "SJ-1", "identity": "x",
    "raised_by_id": "1", "mended_by_id": "1", "closed_by_id": "1", "closed_at": "2020-01-01",
    "due": "2099-01-01", "severity": "notice", "user_id": "1",
}  # fmt: skip


COLUMNS = [each.name for each in Base.metadata.tables["finding"].columns]


def row(own, page):
    """Return a finding as the database has it."""
    with own.app_context():
        code = page.rsplit("/", 1)[1]
        found = db.session.scalars(select(Finding).where(Finding.code == code)).one()
        return {name: getattr(found, name) for name in COLUMNS}


def both_of(own, raised):
    """Return a client of the chief of a finding's office who is an auditor as well."""
    with own.app_context():
        bureau = bureaus(db.session)[0]
        user = commands.add_user(
            db.session, bureau_id=bureau.id, name="both", shown="两头", password="", kept="none",
            must_change=False,
        )  # fmt: skip
        node = db.session.scalars(select(Finding.node_id)).one()
        commands.set_grants(db.session, user, [(Role.AUDITOR, None), (Role.CHIEF, node)])
        db.session.commit()
    return sign_in(own, "both")


def test_what_a_form_has_not_is_not_taken(own, chief, raised):
    before = row(own, raised)
    assert handed_in(chief, raised, **FORGED).status_code == 303

    after = row(own, raised)

    assert {name for name in after if after[name] != before[name]} == {
        "state", "mended_by_id", "version",
    }  # fmt: skip
    assert (after["state"], after["mended_by_id"]) != ("closed", 1)


def test_nobody_judges_the_own_office_whatever_else_they_are(own, chief, raised, key):
    handed_in(chief, raised)
    both, before = both_of(own, raised), row(own, raised)

    for act in ("close", "return", "withdraw"):
        assert f'id="{act}"' not in both.get(raised).text
        answer = post(both, "/account", f"{raised}/{act}", text="这一句要留着")
        assert answer.status_code == 403
        assert "这一句要留着" in answer.text
    assert both.get(f"{raised}/change").status_code == 403
    assert both.get(f"/audit/gaps/{key}/accept").status_code == 403
    assert row(own, raised) == before
    with own.app_context():
        refusals = select(Change.details).where(Change.kind == "refused")
        assert sum("own_work" in each for each in db.session.scalars(refusals)) == 5


def test_an_answer_that_has_not_been_read_is_not_closed(own, auditor, chief, raised):
    handed_in(chief, raised)
    text = auditor.get(raised).text  # a page left open
    version = re.search(r'id="close-version"[^>]* value="(\d+)"', text)[1]
    post(auditor, raised, f"{raised}/return", text="不清楚")
    handed_in(chief, raised)

    answer = post(auditor, raised, f"{raised}/close", text="已核对", more={"version": version})

    assert answer.status_code == 409
    assert "已核对" in answer.text
    assert "不清楚" in answer.text
    assert state(own, raised) == "answered"


def test_what_was_typed_is_not_lost_where_it_comes_too_late(own, auditor, chief, raised):
    post(auditor, raised, f"{raised}/withdraw", text="误提")

    answer = post(chief, "/account", f"{raised}/answer", reply="已改为20日内送达")

    assert answer.status_code == 409
    assert "已改为20日内送达" in answer.text
    assert 'id="answer"' not in answer.text
    with own.app_context():
        assert db.session.scalar(select(func.count(Evidence.id))) == 0


def test_a_cut_form_does_nothing(own, auditor, chief, raised):
    for client, act in ((chief, "answer"), (auditor, "withdraw")):
        text = client.get(raised).text
        token = re.search(r'name="csrf_token"[^>]* value="([^"]*)"', text)[1]
        sent = {"csrf_token": token, "reply": "已改", "text": "误提"}
        assert client.post(f"{raised}/{act}", data=sent).status_code == 400

    assert state(own, raised) == "open"


def test_a_leader_reads_all_of_it_and_does_nothing(own, chief, raised):
    handed_in(chief, raised)
    leader = sign_in(own, "fenguan")

    page = leader.get(raised).text

    assert "说明.pdf" in page
    assert "<form method" not in page.split("<main")[1]
    assert leader.get(re.search(rf"{raised}/evidence/\d+", page)[0]).data == PDF
    assert post(leader, "/account", f"{raised}/answer", reply="x").status_code == 403


def test_accepted_gaps_stand_in_a_list_and_end_there_when_they_are_gone(own, auditor, key):
    page = f"/audit/gaps/{key}/accept"
    far = "2027-06-01"
    post(auditor, page, reason="等待上级解释", until=far)
    assert "等待上级解释" in auditor.get("/audit/accepted").text
    assert "等待上级解释" not in auditor.get("/audit/accepted?ending=soon").text
    with own.app_context():
        accepted = db.session.scalars(select(Acceptance)).one()
        accepted.identity, accepted.until = "G14|map|FZ-0|s1|", today()
        db.session.commit()
        gone = key_of("G14|map|FZ-0|s1|")

    assert "30 天内到期的接受缺口 <a" in " ".join(auditor.get("/desk").text.split())
    text = auditor.get("/audit/accepted?ending=soon").text
    assert f"/audit/gaps/{gone}/accept/end" in text
    end = f"/audit/gaps/{gone}/accept/end"
    assert post(auditor, "/audit/accepted", end).status_code == 303
    assert "等待上级解释" not in auditor.get("/audit/accepted").text


def test_a_desk_tells_the_chief_what_is_late_first(own, auditor, chief, raised):
    post(
        auditor, "/audit/findings/new", title="登记簿缺页", demand="补齐", severity="warning",
        office="FZ-U1-K13", due=str(today()), about="",
    )  # fmt: skip
    with own.app_context():
        late = db.session.scalars(select(Finding).where(Finding.title == "登记簿缺页")).one()
        late.due = today() - timedelta(days=2)
        db.session.commit()

    desk = chief.get("/desk").text

    assert "逾期 2 天" in desk
    assert desk.index("登记簿缺页") < desk.index("工伤认定决定书")
    assert "登记簿缺页" in sign_in(own, "fenguan").get("/desk").text
    assert "登记簿缺页" not in sign_in(own, "heding").get("/desk").text
    assert "登记簿缺页" in auditor.get("/audit/findings?overdue=1").text

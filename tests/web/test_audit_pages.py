"""The auditor's pages: gaps with their trace, audits compared, settings, figures, report."""

import re
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from riskmap.coverage.models import AuditParameter, AuditRun, YearFigure
from riskmap.db import db
from riskmap.maps.models import AccountMap
from riskmap.register.models import Measure
from tests.in_force import put_into_force
from tests.users import post, sign_in


@pytest.fixture
def auditor(own):
    return sign_in(own, "shenji")


def keys(page: str) -> list[str]:
    return re.findall(r'/audit/gaps/([0-9a-f]{16})"', page)


def mend(own, code="FZ-U8-K01-G01"):
    """Write the goal that a map of the sample lacks."""
    with own.app_context():
        row = db.session.scalars(select(AccountMap).where(AccountMap.code == code)).one()
        row.goal = "按期完成"
        put_into_force(db.session, row)
        db.session.commit()


def test_a_gap_says_what_was_seen_why_it_is_one_and_what_mends_it(auditor):
    (key,) = keys(auditor.get("/audit?rule=G14&severity=error").text)

    page = auditor.get(f"/audit/gaps/{key}").text

    for each in ("为什么是缺口", "怎样整改", "行政许可法第八十二条", "FG-025", "〔缺口〕",
                 "/maps/FZ-U1-K13-G03#row-s11"):  # fmt: skip
        assert each in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("severity=error", {"error"}),
        ("severity=warning", {"warning"}),
        ("rule=R09&state=all", {"notice"}),
        ("node=FZ-U1-K13&severity=error", {"error"}),
    ],
)
def test_the_list_is_narrowed_by_severity_rule_and_office(auditor, query, shown):
    page = auditor.get(f"/audit?{query}").text
    table = page[page.index("<tbody>") : page.index("</tbody>")]

    assert set(re.findall(r"severity-(error|warning|notice)", table)) == shown


def test_a_chief_sees_the_gaps_of_the_own_office_only(own, auditor):
    chief = sign_in(own, "gongshang")
    whole = keys(auditor.get("/audit?state=all").text)
    mine = keys(chief.get("/audit?state=all").text)

    assert mine == keys(auditor.get("/audit?state=all&node=FZ-U1-K13").text)
    assert mine
    stranger = next(key for key in whole if key not in mine)
    assert chief.get(f"/audit/gaps/{stranger}").status_code == 404
    book = load_workbook(BytesIO(chief.get("/audit/report.xlsx").data))
    codes = {row[4].value for row in book["缺口"].iter_rows(min_row=4)}
    assert "FZ-U1-K13-G03" in codes
    assert "FZ-U2-K04-G03" not in codes


def test_what_is_mended_since_the_last_audit_is_shown_as_mended_and_what_is_new_as_new(
    own, auditor
):
    assert post(auditor, "/audit", "/audit/runs").status_code == 303
    mend(own)
    with own.app_context():
        row = db.session.scalars(select(AccountMap).where(AccountMap.code == "FZ-U1-K01")).one()
        row.goal = ""
        put_into_force(db.session, row)
        db.session.commit()

    mended = keys(auditor.get("/audit?state=mended").text)
    new = keys(auditor.get("/audit?state=new").text)

    assert len(mended) == len(new) == 1
    assert "FZ-U8-K01-G01" in auditor.get("/audit?state=mended").text
    assert "FZ-U1-K01" in auditor.get("/audit?state=new").text
    assert "已消除" in auditor.get(f"/audit/gaps/{mended[0]}").text


def test_two_audits_are_compared_and_the_rules_that_changed_are_told(own, auditor):
    post(auditor, "/audit", "/audit/runs")
    mend(own)
    post(auditor, "/audit/rules/settings/tenure_years", value="40", reason="本地规定")
    post(auditor, "/audit", "/audit/runs")

    page = auditor.get("/audit/runs/compare?earlier=1&later=2").text
    turned = auditor.get("/audit/runs/compare?earlier=2&later=1")

    assert "FZ-U8-K01-G01" in page
    assert "G29" in page[page.index('role="note"') :][:300]
    assert turned.location.endswith("earlier=1&later=2")
    assert auditor.get("/audit/runs/compare?earlier=2").status_code == 200
    assert "第 2 次审查" in auditor.get("/audit/runs").text


def test_an_audit_is_kept_once_and_never_changed(own, auditor):
    text = auditor.get("/audit").text
    hidden = dict(re.findall(r'name="(csrf_token|number)"[^>]* value="([^"]*)"', text))
    for _ in range(2):
        auditor.post("/audit/runs", data={**hidden, "end": "1"})

    with own.app_context():
        run = db.session.scalars(select(AuditRun)).one()
        assert run.who
        assert run.errors >= 19
        run.note = "改"
        with pytest.raises(Exception, match="only ever added to"):
            db.session.commit()
        db.session.rollback()


def test_a_review_that_is_noted_mends_an_overdue_one(own, auditor):
    with own.app_context():
        row = db.session.scalars(select(AccountMap).where(AccountMap.code == "FZ-U1-K13")).one()
        row.reviewed_on = date(2024, 1, 1)
        db.session.commit()
    chief, page = sign_in(own, "gongshang"), "/maps/FZ-U1-K13/reviewed"
    overdue = "/audit?rule=G23&state=all&q=FZ-U1-K13 "
    before = auditor.get(overdue).text.count("2024-01-01")

    assert "2024-01-01" in chief.get(page).text
    assert post(chief, page).status_code == 303

    assert before > 0
    assert "2024-01-01" not in auditor.get(overdue).text
    assert sign_in(own, "heding").get(page).status_code == 404


def test_a_setting_is_changed_with_a_reason_and_the_rule_goes_by_it(own, auditor):
    page = "/audit/rules/settings/tenure_years"
    before = len(keys(auditor.get("/audit?rule=G29&state=all").text))

    assert post(auditor, page, value="0", reason="x").status_code == 422
    assert post(auditor, page, value="四", reason="x").status_code == 422
    assert post(auditor, page, value="40", reason="").status_code == 422
    assert post(auditor, page, value="40", reason="本地规定").status_code == 303

    assert before > 0
    assert keys(auditor.get("/audit?rule=G29&state=all").text) == []
    assert post(auditor, page, value="5", reason="恢复").status_code == 303
    with own.app_context():
        assert db.session.scalars(select(AuditParameter)).all() == []


def test_a_setting_that_somebody_else_changed_is_shown_before_it_is_changed_again(auditor):
    page = "/audit/rules/settings/vacant_days"
    first = auditor.get(page).text
    known = re.search(r'name="known"[^>]* value="([^"]*)"', first)[1]
    post(auditor, page, value="60", reason="一")

    answer = post(auditor, page, value="90", reason="二", more={"known": known})

    assert answer.status_code == 409
    assert "60" in answer.text
    assert "90" in answer.text


def test_pairs_are_written_as_pairs(auditor):
    page = "/audit/rules/settings/posts_apart"

    assert post(auditor, page, value="会计和出纳", reason="x").status_code == 422
    assert post(auditor, page, value="会计=出纳、会计=出纳", reason="x").status_code == 303
    assert "会计=出纳 " in auditor.get("/audit/rules").text.replace("<", " <")


def test_the_figures_are_kept_for_a_year_compared_and_recounted(own, auditor):
    page = "/audit/figures/keep"
    text = auditor.get(page).text
    fields = dict(re.findall(r'id="(\w+)"[^>]* name="\w+"[^>]* value="(\d+)"', text))
    fields = {name: value for name, value in fields.items() if name not in ("number", "version")}
    assert fields["measures"] == "126"

    last = {**fields, "year": "2025", "measures": "120"}
    assert post(auditor, page, **last).status_code == 303
    page_2025 = auditor.get("/audit/figures?year=2025").text
    assert "+6" in page_2025
    assert "6大类28小项" in page_2025
    assert post(auditor, page, **{**fields, "maps": "-1"}).status_code == 422
    assert post(auditor, page, **{**fields, "maps": "105"}).status_code == 303

    gaps = auditor.get("/audit?rule=G25").text
    assert "105" in gaps
    assert "106" in gaps
    with own.app_context():
        assert len(db.session.scalars(select(YearFigure)).all()) == 20


def test_the_report_says_scope_method_figures_gaps_findings_and_where_they_are(auditor):
    pdf = PdfReader(BytesIO(auditor.get("/audit/report.pdf").data))
    text = "".join("".join(page.extract_text().split()) for page in pdf.pages)

    for each in (
        "审查概况",
        "范围与方法",
        "6大类28小项",
        "四、缺口",
        "审计问题及整改",
        "六、规则",
        "七、签署",
        "〔缺口〕",
        "行政处罚法第五十八条",
        "虚构示范数据",
    ):
        assert each in text


def test_the_workbook_has_every_gap_and_nothing_in_it_is_a_formula(own, auditor):
    with own.app_context():
        row = db.session.scalars(select(Measure).where(Measure.code == "CS-0603-02")).one()
        row.text = "=HYPERLINK(1)"
        db.session.commit()
    total = len(keys(auditor.get("/audit?state=all&page=1").text))

    book = load_workbook(BytesIO(auditor.get("/audit/report.xlsx").data))

    assert book.sheetnames == ["概况", "缺口", "审计问题", "规则"]
    assert book["缺口"].max_row - 3 >= total > 0
    for sheet in book:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f"

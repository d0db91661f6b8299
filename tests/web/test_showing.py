"""Everything that shows maps shows them as they are in force, or as drafted by choice, and says so.

One map is edited and not signed off: its text must be nowhere but where working copies are shown.
"""

import re
from io import BytesIO

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import select

from riskmap.db import db
from riskmap.document.encoding import digest
from riskmap.maps.models import AccountMap, RiskPoint, RiskPointMeasure, Step
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import Scope
from riskmap.register.models import Measure
from riskmap.revisions.models import Revision
from riskmap.revisions.showing import Decoded, in_force, shown
from riskmap.web.made import Made
from tests.in_force import put_into_force
from tests.users import sign_in
from tests.web.pages import CODE

STEP, RISK, TITLE = "只在工作稿里的步骤", "只在工作稿里的风险", "只在工作稿里的名称"
IN_FORCE, DRAFT = "按现行版显示", "工作稿，未经审定"
MEASURE = "CS-0401-01"  # of another category, on no map of the post


@pytest.fixture
def edited(own):
    with own.app_context():
        row = db.session.scalars(select(AccountMap).where(AccountMap.code == CODE)).one()
        row.title = TITLE
        step = db.session.scalars(
            select(Step).where(Step.map_id == row.id).order_by(Step.number)
        ).first()
        step.text = STEP
        risk = db.session.scalars(
            select(RiskPoint).where(RiskPoint.map_id == row.id).order_by(RiskPoint.id)
        ).first()
        risk.statement = RISK
        measure = db.session.scalars(select(Measure).where(Measure.code == MEASURE)).one()
        db.session.add(
            RiskPointMeasure(
                bureau_id=row.bureau_id, map_id=row.id, risk_point_id=risk.id,
                measure_id=measure.id, position=9,
            )
        )  # fmt: skip
        db.session.commit()
    return own


@pytest.fixture
def reader(edited):
    return sign_in(edited, "shenji")


PAGES = [
    (f"/maps/{CODE}", STEP),
    (f"/maps/{CODE}", RISK),
    (f"/maps?q={CODE}", TITLE),
    (f"/steps?map={CODE}", STEP),
    (f"/risk-points?map={CODE}", RISK),
    (f"/nodes/{CODE}", TITLE),
    ("/", TITLE),
    (f"/measures/{MEASURE}", RISK),
    (f"/measures?on={CODE}", MEASURE),
    ("/audit?rule=G10&state=all", "FZ-U8-K02-G01"),
]


@pytest.mark.parametrize(("address", "text"), PAGES[:-1])
def test_what_nobody_has_signed_is_on_no_page_but_those_of_working_copies(reader, address, text):
    joined = "&" if "?" in address else "?"

    page = reader.get(address)
    draft = reader.get(f"{address}{joined}draft=1")

    assert page.status_code == draft.status_code == 200
    assert text not in page.text.split("<main", 1)[1]
    assert text in draft.text.split("<main", 1)[1]


@pytest.mark.parametrize(
    "address",
    [
        "/", "/maps", "/steps", "/risk-points", f"/nodes/{CODE}", "/register", "/measures",
        "/bases", f"/measures/{MEASURE}", "/items/FX-0101", "/bases/FG-018", "/audit",
        "/audit/grids/items", "/audit/figures", "/audit/rules",
    ],
)  # fmt: skip
def test_every_such_page_says_which_it_shows_and_leads_to_the_other(reader, address):
    page, draft = reader.get(address), reader.get(f"{address}?draft=1")

    assert IN_FORCE in page.text
    assert 'href="/shown/draft"' in page.text
    assert DRAFT in draft.text
    assert 'href="/shown/in-force"' in draft.text


def test_the_switch_holds_for_all_pages_until_it_is_turned_back(reader):
    there = {"Referer": "http://localhost/steps?draft=0&q=x"}
    answer = reader.get("/shown/draft", headers=there)
    assert (answer.status_code, answer.location) == (302, "/steps?q=x")
    assert STEP in reader.get(f"/maps/{CODE}").text
    assert STEP in reader.get(f"/steps?map={CODE}").text
    assert STEP not in reader.get(f"/maps/{CODE}?draft=0").text

    reader.get("/shown/in-force")

    assert STEP not in reader.get(f"/maps/{CODE}").text


def test_rules_on_signing_look_at_documents_in_force_only(reader):
    assert "FZ-U8-K02-G01" in reader.get("/audit?rule=G10&state=all").text
    draft = reader.get("/audit?rule=G10&state=all&draft=1").text
    assert "FZ-U8-K02-G01" not in draft.split("</thead>")[-1]


def test_a_draft_is_kept_as_no_audit_and_makes_no_finding(reader):
    draft = reader.get("/audit?draft=1").text

    assert 'action="/audit/runs"' in reader.get("/audit").text
    assert 'action="/audit/runs"' not in draft


def test_charts_and_sheets_are_of_what_is_in_force(reader):
    for kind in ("svg", "dot"):
        begins = STEP[:5]  # a box may break it behind that
        assert begins not in reader.get(f"/maps/{CODE}/chart.{kind}").text
        assert begins in reader.get(f"/maps/{CODE}/chart.{kind}?draft=1").text
    for address in (f"/maps/{CODE}/sheet.pdf?", f"/maps/sheets.pdf?code={CODE}&"):
        signed, draft = (words(reader.get(f"{address}draft={each}").data) for each in "01")
        assert "第 1 版" in signed
        assert "草稿" not in signed
        assert TITLE not in signed
        assert "工作稿" in draft
        assert "草稿" in draft
        assert TITLE in draft


def words(pdf):
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_the_ledger_of_a_workbook_is_in_force_and_its_rows_are_the_working_copy(reader):
    book = openpyxl.load_workbook(BytesIO(reader.get(f"/workbook/export.xlsx?node={CODE}").data))

    def holds(sheet, text):
        return any(text in str(cell.value) for row in book[sheet].rows for cell in row)

    assert holds("步骤", STEP)
    assert holds("风险点", RISK)
    assert not holds("风险台账", RISK)
    assert holds("风险台账", "按现行版")


@pytest.mark.parametrize("draft", ["0", "1"])
def test_counts_are_the_lengths_of_the_lists_they_lead_to(reader, draft):
    page = reader.get(f"/nodes/{CODE}?draft={draft}").text

    counted = re.search(rf'href="/steps\?map={CODE}">(\d+)<', page)[1]
    listed = reader.get(f"/steps?map={CODE}&draft={draft}").text
    assert re.search(rf"共 {counted} 条", listed)


def test_what_comes_into_force_is_on_the_next_page(edited, reader):
    assert STEP not in reader.get(f"/steps?map={CODE}").text
    with edited.app_context():
        row = db.session.scalars(select(AccountMap).where(AccountMap.code == CODE)).one()
        put_into_force(db.session, row)
        db.session.commit()

    assert STEP in reader.get(f"/steps?map={CODE}").text
    assert TITLE in reader.get("/").text


def test_values_are_made_once_and_the_oldest_are_forgotten():
    made, calls = Made(most=2), []

    def of(key):
        return made.of(key, lambda: calls.append(key) or f"made {key}")

    assert [of(key) for key in "abab"] == ["made a", "made b", "made a", "made b"]
    of("c")
    of("b")
    of("a")
    assert calls == ["a", "b", "c", "a"]


def test_frozen_documents_are_read_once_and_a_false_one_is_not_kept_under_its_digest(edited):
    with edited.app_context():
        scope = Scope(db.session.scalars(select(Bureau)).one())
        first = {each.document.code: each.document for each in in_force(db.session, scope)}
        again = {each.document.code: each.document for each in in_force(db.session, scope)}
        assert all(first[code] is again[code] for code in first)
        assert len(shown(db.session, scope)) == len(first) + 1

        kept = Decoded(most=2)
        ids = db.session.execute(select(Revision.id, Revision.digest).limit(3)).all()
        false = {ids[0].id: "0" * 64, ids[1].id: ids[1].digest, ids[2].id: ids[2].digest}
        found = kept.of(db.session, false)
        assert digest(found[ids[1].id]) == ids[1].digest
        assert kept.of(db.session, false)[ids[1].id] is found[ids[1].id]
        assert kept.of(db.session, false)[ids[0].id] is not found[ids[0].id]

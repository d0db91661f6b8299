"""Workbooks on their pages: taken away, handed in, looked at, carried out, undone."""

import re
import threading
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import func, select

from riskmap.db import db
from riskmap.history.models import Change
from riskmap.jobs import leases
from riskmap.jobs.running import run
from riskmap.maps.models import AccountMap, Step
from riskmap.register.models import Measure
from riskmap.workbooks import taking_in
from riskmap.workbooks.models import WorkbookImport
from tests.users import post, sign_in

MAP = "FZ-U1-K13-G01"


@pytest.fixture
def chief(own):
    return sign_in(own, "gongshang")


@pytest.fixture
def legal(own):
    return sign_in(own, "fagui")


def exported(client, **asked):
    answer = client.get("/workbook/export.xlsx", query_string=asked)
    assert answer.status_code == 200
    return openpyxl.load_workbook(BytesIO(answer.data))


def cell(book, sheet, key, head):
    """Return the cell of a row, told by the beginning of the row, in the column of a head."""
    page = book[sheet]
    column = next(each.column for each in page[1] if str(each.value).rstrip("*") == head)
    row = next(
        row for row in page.iter_rows(min_row=2)
        if tuple(str(each.value).split()[-1] for each in row[: len(key)]) == key
    )  # fmt: skip
    return page.cell(row[0].row, column)


def saved(book):
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def handed_in(client, content, name="改.xlsx"):
    return post(client, "/workbook", more={"file": (BytesIO(content), name)})


def step_text(own, key="s2"):
    with own.app_context():
        row = db.session.scalars(select(AccountMap).filter_by(code=MAP)).one()
        return db.session.scalars(select(Step.text).filter_by(map_id=row.id, key=key)).one()


def engine_of(own):
    with own.app_context():
        return db.engine


def numbers(client, page):
    """Return the figures of an import's page."""
    text = client.get(page).text
    return {
        name: int(re.search(rf'id="{name}">(\d+)<', text)[1])
        for name in ("read", "changed", "added", "removed", "refused", "unchanged")
    }


@pytest.fixture
def changed(chief):
    """The page of an import in which one step of the office is changed."""
    book = exported(chief)
    cell(book, "步骤", (MAP, "s2"), "步骤").value = "改过的步骤"
    answer = handed_in(chief, saved(book))
    assert answer.status_code == 303
    return answer.location


def test_nothing_is_changed_until_it_is_carried_out_and_undo_puts_it_back(own, chief, changed):
    before = step_text(own)
    page = chief.get(changed).text
    assert before in page
    assert "改过的步骤" in page
    assert numbers(chief, changed)["changed"] == 1

    assert post(chief, changed, f"{changed}/carry-out").status_code == 303
    assert step_text(own) == "改过的步骤"

    assert post(chief, changed, f"{changed}/undo").status_code == 303
    assert step_text(own) == before
    kinds = [Change.kind == "imported", Change.kind == "import_undone"]
    with own.app_context():
        for kind in kinds:
            assert db.session.scalar(select(func.count(Change.id)).where(kind)) == 1


def test_a_large_import_is_a_job_that_ends_at_the_import_s_page(own, chief, changed, monkeypatch):
    monkeypatch.setattr(taking_in, "LARGE", 0)

    asked = post(chief, changed, f"{changed}/carry-out")

    assert re.fullmatch(r"/jobs/\d+", asked.location)
    assert step_text(own) != "改过的步骤"
    lease = leases.take(engine_of(own))
    run(own, lease, threading.Event())
    assert step_text(own) == "改过的步骤"
    assert changed in chief.get(asked.location).text
    assert "改过的步骤" in chief.get(changed).text
    assert post(chief, changed, f"{changed}/undo").status_code == 303


def test_a_job_does_not_carry_out_what_has_changed_since_it_was_shown(
    own, chief, changed, monkeypatch
):
    monkeypatch.setattr(taking_in, "LARGE", 0)
    asked = post(chief, changed, f"{changed}/carry-out").location
    with own.app_context():
        row = db.session.scalars(select(AccountMap).filter_by(code=MAP)).one()
        step = db.session.scalars(select(Step).filter_by(map_id=row.id, key="s2")).one()
        step.text = "别人刚改的"
        db.session.commit()

    run(own, leases.take(engine_of(own)), threading.Event())

    assert step_text(own) == "别人刚改的"
    assert "重新确认" in chief.get(asked).text


def test_what_was_carried_out_is_not_carried_out_again(own, chief, changed):
    post(chief, changed, f"{changed}/carry-out")

    again = post(chief, changed, f"{changed}/carry-out")

    assert again.status_code == 409
    assert "已经写入过" in again.text
    assert post(chief, changed, f"{changed}/undo").status_code == 303
    assert post(chief, "/workbook", f"{changed}/undo").status_code == 409


def test_what_has_changed_since_it_was_shown_is_shown_again_before_anything_is_done(
    own, chief, changed
):
    with own.app_context():
        row = db.session.scalars(select(AccountMap).filter_by(code=MAP)).one()
        step = db.session.scalars(select(Step).filter_by(map_id=row.id, key="s2")).one()
        step.text = "别人刚改的"
        db.session.commit()

    answer = post(chief, changed, f"{changed}/carry-out")

    assert answer.status_code == 409
    assert "别人刚改的" in answer.text
    assert step_text(own) == "别人刚改的"
    assert numbers(chief, changed)["refused"] == 1


def test_a_chief_s_workbook_holds_the_own_office_and_changes_nothing_else(own, chief):
    book = exported(chief)
    assert {str(row[0].value).split()[-1].startswith("FZ-U1-K13")
            for row in book["步骤"].iter_rows(min_row=2)} == {True}  # fmt: skip
    cell(book, "防控措施", ("CS-0101-01",), "防控措施").value = "科室改登记册"

    page = handed_in(chief, saved(book)).location

    assert numbers(chief, page)["refused"] == 1
    assert "carry-out" not in chief.get(page).text


def test_who_keeps_the_register_changes_it_by_a_workbook(own, legal):
    book = exported(legal)
    cell(book, "防控措施", ("CS-0101-01",), "防控措施").value = "改登记册"
    for name in set(book.sheetnames) - {"说明", "防控措施"}:
        del book[name]
    page = handed_in(legal, saved(book)).location

    post(legal, page, f"{page}/carry-out")

    with own.app_context():
        assert db.session.scalars(select(Measure.text).filter_by(code="CS-0101-01")).one() == (
            "改登记册"
        )


def test_refused_cells_come_back_marked_in_the_user_s_own_file(chief):
    book = exported(chief)
    wrong = cell(book, "步骤", (MAP, "s2"), "步骤类型")
    wrong.value = "没有的类型"
    page = handed_in(chief, saved(book)).location

    answer = chief.get(f"{page}/marked")

    marked = openpyxl.load_workbook(BytesIO(answer.data))["步骤"][wrong.coordinate]
    assert marked.value == "没有的类型"
    assert marked.fill.fgColor.rgb == "00F9C9C9"
    assert "列表" in marked.comment.text


def test_the_file_is_kept_as_it_was_handed_in(chief, changed):
    answer = chief.get(f"{changed}/file")

    assert openpyxl.load_workbook(BytesIO(answer.data)).sheetnames
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.xlsx"), (b"PK\x03\x04", "a.xlsx"), (b"x", "a.exe"), (b"MZ" * 99, "a.xlsx")],
)
def test_what_is_no_workbook_is_refused_in_words_and_not_kept(own, chief, content, name):
    answer = handed_in(chief, content, name)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text or "file-error" in answer.text
    with own.app_context():
        assert db.session.scalar(select(func.count(WorkbookImport.id))) == 0


def test_somebody_else_s_import_is_not_there(legal, changed):
    assert legal.get(changed).status_code == 404
    assert legal.get(f"{changed}/file").status_code == 404
    assert post(legal, "/workbook", f"{changed}/carry-out").status_code == 404


def test_a_sheet_as_csv_comes_back(chief):
    content = chief.get("/workbook/export.csv?sheet=step").data

    page = handed_in(chief, content, "步骤.csv").location

    figures = numbers(chief, page)
    assert figures["read"] == figures["unchanged"] > 50


def test_an_export_is_recorded_with_how_many_rows_it_took(own, chief):
    exported(chief, node="FZ-U1-K13")

    with own.app_context():
        newest = db.session.scalars(
            select(Change).where(Change.kind == "exported").order_by(Change.id.desc()).limit(1)
        ).one()
        assert '"count": ' in newest.details

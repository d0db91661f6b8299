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
    undone = post(chief, changed, f"{changed}/undo")
    assert re.fullmatch(r"/jobs/\d+", undone.location)
    run(own, leases.take(engine_of(own)), threading.Event())
    assert step_text(own) != "改过的步骤"
    assert "撤销" in chief.get(changed).text


def test_what_a_large_file_would_change_is_found_by_a_job(own, chief, monkeypatch):
    monkeypatch.setattr(taking_in, "LARGE_FILE", 0)
    book = exported(chief, node="FZ-U1-K13")
    cell(book, "步骤", (MAP, "s2"), "步骤").value = "改过的步骤"

    asked = handed_in(chief, saved(book))

    assert re.fullmatch(r"/jobs/\d+", asked.location)
    page = "/workbook/imports/1"
    assert "正在读取" in chief.get(page).text
    assert post(chief, "/workbook", f"{page}/carry-out").status_code == 409
    assert chief.get(f"{page}/marked").status_code == 404
    run(own, leases.take(engine_of(own)), threading.Event())
    assert page in chief.get(asked.location).text
    assert numbers(chief, page)["changed"] == 1
    assert step_text(own) != "改过的步骤"
    assert post(chief, page, f"{page}/carry-out").status_code == 303
    assert step_text(own) == "改过的步骤"


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


# Ledgers of other forms


def ledger(*rows):
    book = openpyxl.Workbook()
    book.active.title = "一览表"
    for row in rows:
        book.active.append(row)
    return saved(book)


HEADS = ("岗位", "风险点", "等级", "防控措施", "说明")
ROW = ("工伤认定受理岗", "窗口收件", "高", "当日登记", "口头反映")
COLUMNS = "/workbook/imports/1/columns"
PLACES = "/workbook/imports/1/places"


def choices(own):
    with own.app_context():
        return db.session.scalars(select(WorkbookImport.choices)).one()


def test_a_ledger_leads_to_its_columns_and_a_workbook_of_ours_does_not(own, legal):
    answer = handed_in(legal, ledger(HEADS, ROW), "一览表.xlsx")
    assert answer.location == COLUMNS

    answer = handed_in(legal, saved(exported(legal, node="FZ-U1-K13")))
    assert answer.location == "/workbook/imports/2"
    assert legal.get("/workbook/imports/2/columns").status_code == 404


def test_two_columns_that_are_said_to_hold_one_thing_are_refused_and_what_was_typed_stays(
    own, legal
):
    handed_in(legal, ledger(HEADS, ROW))
    typed = {"field:一览表:1:1": "evidence", "field:一览表:1:5": "evidence", "then": "places"}

    answer = post(legal, COLUMNS, more=typed)

    assert answer.status_code == 422
    assert "“岗位”" in answer.text
    assert "“说明”" in answer.text
    assert answer.text.count('<option value="evidence" selected>') == 2


@pytest.mark.parametrize(
    "typed",
    [
        {"field:一览表:1:1": "gossip"},
        {"field:别的表:1:1": "risk"},
        {"level:高": "gossip", "level:没有": "high"},
        {"heads:一览表": "0", "heads:别的表": "3"},
    ],
)
def test_what_no_page_offers_is_not_chosen(own, legal, typed):
    handed_in(legal, ledger(HEADS, ROW))
    legal.get(COLUMNS)  # says that the file was read
    before = legal.get(COLUMNS).text

    assert post(legal, COLUMNS, more=typed | {"then": "columns"}).status_code == 303

    def plain(text):
        return re.sub(r'value="[\w.-]{16,}"|nonce="[^"]*"', "", text)

    assert plain(legal.get(COLUMNS).text) == plain(before)


def test_the_row_of_the_heads_may_be_told_where_none_is_known(own, legal):
    handed_in(legal, ledger(("甲", "乙", "丙"), ("工伤认定受理岗", "窗口收件", "高")))
    assert "heads:一览表" in legal.get(COLUMNS).text

    post(legal, COLUMNS, more={"heads:一览表": "1"})

    assert "field:一览表:1:2" in legal.get(COLUMNS).text


def test_rows_of_a_place_that_is_another_chief_s_are_refused(own, chief):
    handed_in(chief, ledger(("岗位", "风险点", "等级"), ("出纳岗", "受理申请环节廉政风险", "高")))
    places = {"place:出纳岗": "FZ-U1-K03-G02", "maps": "1", "register": "1", "step": "收件",
              "category": "历年台账"}  # fmt: skip

    answer = post(chief, PLACES, more=places)

    page = chief.get(answer.location)
    assert numbers(chief, answer.location)["added"] == 0
    assert "您的角色不能改这项内容" in page.text


def test_a_place_that_is_no_node_s_cannot_be_chosen(own, chief):
    handed_in(chief, ledger(HEADS, ROW))

    post(chief, PLACES, more={"place:工伤认定受理岗": "FZ-U9-K99", "maps": "1", "step": "收件"})

    assert "FZ-U9-K99" not in choices(own)


def test_nothing_chosen_to_be_taken_in_is_refused(own, legal):
    handed_in(legal, ledger(HEADS, ROW))

    answer = post(legal, PLACES, more={"category": "甲", "step": "乙"})

    assert answer.status_code == 422
    assert "请选择导入什么" in answer.text


def test_another_s_ledger_is_not_there(own, legal):
    handed_in(legal, ledger(HEADS, ROW))

    other = sign_in(own, "gongshang")

    assert other.get(COLUMNS).status_code == other.get(PLACES).status_code == 404
    assert post(other, "/workbook", PLACES, maps="1").status_code == 404


def test_a_ledger_in_gb18030_is_read_like_any_other(own, legal):
    text = "岗位,风险点,等级,防控措施\n工伤认定受理岗,窗口收件,高,当日登记\n"

    answer = handed_in(legal, text.encode("gb18030"), "台账.csv")

    assert answer.location == COLUMNS
    assert "窗口收件" in legal.get(COLUMNS).text

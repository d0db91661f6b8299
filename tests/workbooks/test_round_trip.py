"""A workbook that is written and read back unedited changes nothing, whatever its texts are."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from flask_babel import force_locale
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from riskmap.config import ZONE
from riskmap.db import now
from riskmap.db.base import BLANKS
from riskmap.maps.models import AccountMap, RiskPoint, Step, Transition
from riskmap.organisation.models import Node
from riskmap.register.models import Basis, Item, Measure
from riskmap.workbooks.columns import BY_NAME, TABLES
from riskmap.workbooks.door import LARGEST_PART
from riskmap.workbooks.importing import import_book
from riskmap.workbooks.opening import opened_book
from riskmap.workbooks.rows import snapshot
from riskmap.workbooks.writer import About, as_csv, workbook
from tests.workbooks.handed_in import anybody

MAP = "FZ-U1-K13-G01"


def written(session, scope, at="/", tables=TABLES):
    about = About(scope.bureau.code, scope.bureau.name, "", now(), "")
    return workbook(about, snapshot(session, scope, at=at), tables=tables)


def test_the_sample_s_workbook_comes_back_as_it_went(file):
    book = opened_book(written(file.session, file.scope), "a.xlsx")

    outcome = import_book(file.session, file.scope, book, anybody)

    assert outcome.entries == []
    assert outcome.left == []
    assert outcome.rows["read"] == sum(len(rows) for rows in file.known.rows.values())


@pytest.mark.parametrize("table", [each.name for each in TABLES])
def test_each_sheet_comes_back_from_csv_as_it_went(file, table):
    content = as_csv(BY_NAME[table], file.known)

    book = opened_book(content, "导出.csv")
    outcome = import_book(file.session, file.scope, book, anybody)

    assert outcome.entries == []
    assert outcome.rows["unchanged"] == len(file.known.rows[table])


def test_a_workbook_in_english_is_read_on_a_chinese_screen(file):
    with force_locale("en"):
        content = written(file.session, file.scope)

    outcome = import_book(file.session, file.scope, opened_book(content, "a.xlsx"), anybody)

    assert outcome.entries == []
    assert outcome.rows["unchanged"] > 6000


def test_no_cell_is_a_formula_and_what_looks_like_one_is_marked_as_text(file):
    measure = file.session.scalars(select(Measure).filter_by(code="CS-0101-01")).one()
    measure.text = "=HYPERLINK(1)"
    file.session.flush()

    book = openpyxl.load_workbook(BytesIO(written(file.session, file.scope)))

    kinds = {cell.data_type for sheet in book for row in sheet for cell in row}
    assert "f" not in kinds
    found = [cell for row in book["防控措施"] for cell in row if cell.value == "=HYPERLINK(1)"]
    assert [cell.quotePrefix for cell in found] == [True]


def test_csv_puts_an_apostrophe_before_what_looks_like_a_formula(file):
    measure = file.session.scalars(select(Measure).filter_by(code="CS-0101-01")).one()
    measure.text = "=1+1"
    file.session.flush()

    content = as_csv(BY_NAME["measure"], snapshot(file.session, file.scope)).decode("utf-8-sig")

    assert ",'=1+1," in content


def test_measures_stand_with_their_items_and_the_first_sheet_tells_the_time_of_here(file):
    book = openpyxl.load_workbook(BytesIO(written(file.session, file.scope)))

    items = [str(row[1].value) for row in book["防控措施"].iter_rows(min_row=2)]
    changes = [one for one, other in zip(items, ["", *items], strict=False) if one != other]
    assert len(changes) == len(set(items)) == 28
    here = now().astimezone(ZONE)
    assert str(book["说明"]["B6"].value).startswith(f"{here:%Y-%m-%d}")


SIGNS = st.sampled_from(
    list("=+-@'\"\t\n\r ,;、一１２3０Ａa。（）_x0041_%&<>\x07\ufffe\u3000\u200b𠮷")
)
TEXTS = st.one_of(
    st.text(SIGNS, min_size=1, max_size=30),
    st.text(min_size=1, max_size=30).filter(lambda text: "\x00" not in text),
    st.sampled_from(
        ["=1+1", "1", "007", "1.50", "1e5", "2024-01-02", "2024/1/2", "是", "TRUE", "#N/A",
         "'=x", "''", "_x0041_", "_x005F_", "１２３", "一\n二", "delete", "删除"]
    ),
).filter(lambda text: bool(text.strip(BLANKS + "\n\t\r")))  # fmt: skip


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(texts=st.lists(TEXTS, min_size=6, max_size=6), chosen=st.integers(1, 4))
@example(texts=["=1+1", "_x000D_", "a\r\nb", " 首尾 ", "'=x", "\x07铃"], chosen=2)
def test_any_texts_come_back_as_they_went(file, texts, chosen):
    session = file.session
    office = session.scalars(select(Node).filter_by(code="FZ-U1-K13")).one()
    with session.begin_nested() as savepoint:
        account_map = session.scalars(select(AccountMap).filter_by(code=MAP)).one()
        account_map.goal, account_map.title = texts[0], texts[1][:200]
        step, other = session.scalars(
            select(Step).filter_by(map_id=account_map.id).order_by(Step.number).limit(2)
        )
        step.text, step.document = texts[2], texts[3]
        other.min_persons, other.limit_value = chosen, None
        other.limit_unit = None
        line = session.scalars(select(Transition).filter_by(map_id=account_map.id)).first()
        line.condition = texts[4]
        risk = session.scalars(select(RiskPoint).filter_by(map_id=account_map.id)).first()
        risk.statement = texts[5]
        session.scalars(select(Measure).filter_by(code="CS-0101-01")).one().text = texts[0]
        session.scalars(select(Item).filter_by(code="FX-0101")).one().name = texts[1]
        basis = session.scalars(select(Basis).filter_by(code="FG-001")).one()
        basis.number, basis.in_force_from = texts[2][:100], date(2024, 1, chosen)
        session.flush()

        content = written(session, file.scope, office.path)
        known = snapshot(session, file.scope, at=office.path)
        outcomes = [import_book(session, file.scope, opened_book(content, "a.xlsx"), anybody)]
        for name in ("step", "measure", "risk_point"):
            book = opened_book(as_csv(BY_NAME[name], known), "a.csv")
            outcomes.append(import_book(session, file.scope, book, anybody))
        savepoint.rollback()

    for outcome in outcomes:
        assert outcome.entries == []
        assert outcome.rows["read"] == outcome.rows["unchanged"]


def test_a_hundred_thousand_steps_as_those_of_the_sample_are_let_in_on_one_sheet(file):
    content = written(file.session, file.scope, tables=[BY_NAME["step"]])
    with ZipFile(BytesIO(content)) as archive:
        sheet, strings = (
            archive.getinfo(f"xl/{each}.xml").file_size
            for each in ("worksheets/sheet2", "sharedStrings")
        )
    rows = len(file.known.rows["step"])

    assert sheet / rows * 100_000 < LARGEST_PART
    assert strings / rows * 100_000 < LARGEST_PART


def test_empty_cells_of_an_export_may_be_typed_in_as_text(file):
    read = openpyxl.load_workbook(BytesIO(written(file.session, file.scope)))
    page, place = read[str(BY_NAME["step"].title)], file.place("step", "document")

    empty = page.column_dimensions[openpyxl.utils.get_column_letter(place + 1)]

    assert any(row[place] is None for row in page.iter_rows(values_only=True))
    assert (empty.number_format, empty.protection.locked) == ("@", False)

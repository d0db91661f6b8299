"""The ledgers in a workbook: every risk point and measure once, to be printed and not read back."""

from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import func, select

from riskmap.db import now, today
from riskmap.maps.models import AccountMap, RiskPoint
from riskmap.organisation.models import Node
from riskmap.organisation.scope import Scope
from riskmap.register.models import Measure
from riskmap.revisions.showing import shown
from riskmap.workbooks.importing import import_book
from riskmap.workbooks.ledger_sheets import measures, printed, risks
from riskmap.workbooks.opening import opened_book
from riskmap.workbooks.writer import About, workbook
from tests.workbooks.handed_in import anybody


@pytest.fixture
def content(file) -> bytes:
    bureau = file.scope.bureau
    maps = shown(file.session, file.scope)
    more = [printed(each, bureau.name, today()) for each in (risks(maps), measures(file.known))]
    return workbook(About(bureau.code, bureau.name, "", now(), ""), file.known, more=more)


def test_every_risk_point_and_every_measure_in_use_has_a_line(file, content):
    book = openpyxl.load_workbook(BytesIO(content))

    points = file.session.scalar(select(func.count(RiskPoint.id)))
    in_use = select(func.count(Measure.id)).where(Measure.retired_on.is_(None))
    assert book["风险台账"].max_row - 3 == points
    assert book["措施台账"].max_row - 3 == file.session.scalar(in_use)
    codes = [row[2].value for row in book["措施台账"].iter_rows(min_row=4)]
    assert len(set(codes)) == len(codes)


def test_what_stands_for_several_lines_is_merged_over_just_them_and_still_filtered(content):
    sheet = openpyxl.load_workbook(BytesIO(content))["措施台账"]
    plain = openpyxl.load_workbook(BytesIO(content), read_only=True)["措施台账"]
    texts = [[cell.value for cell in row[:2]] for row in plain.iter_rows(min_row=4)]
    ranges = {(each.min_col, each.min_row, each.max_row) for each in sheet.merged_cells.ranges}

    assert all(item and category for category, item in texts)  # each line says it: filters find it
    for column in (1, 2):
        told = [tuple(row[:column]) for row in texts]
        runs, first = set(), 0
        for at in range(1, len(told) + 1):
            if at == len(told) or told[at] != told[first]:
                if at - first > 1:
                    runs.add((column, first + 4, at + 3))
                first = at
        assert {each for each in ranges if each[0] == column} == runs
    assert len(ranges) > 20


def test_the_ledgers_print_with_their_heads_on_every_page_and_count_pages(content):
    book = openpyxl.load_workbook(BytesIO(content))

    for name, paper in (("风险台账", 8), ("措施台账", 9)):
        sheet = book[name]
        assert sheet.print_title_rows == "$3:$3"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", paper)
        assert "&P" in sheet.oddFooter.center.text
        assert "&N" in sheet.oddFooter.center.text
        assert sheet.auto_filter.ref.startswith("A3:")
        assert sheet.freeze_panes[1:] == "4"


def test_the_ledgers_are_not_read_back_nor_complained_of(file, content):
    outcome = import_book(file.session, file.scope, opened_book(content, "a.xlsx"), anybody)

    assert outcome.entries == []
    assert outcome.left == []


def test_an_office_s_ledger_holds_its_own_maps_alone(file):
    office = file.session.scalars(select(Node).filter_by(code="FZ-U1-K13")).one()
    maps = shown(file.session, Scope(file.scope.bureau, (office.path,)))
    points = (
        select(func.count(RiskPoint.id))
        .join(AccountMap, AccountMap.id == RiskPoint.map_id)
        .where(AccountMap.code.startswith("FZ-U1-K13"))
    )

    assert len(risks(maps).rows) == file.session.scalar(points) > 10

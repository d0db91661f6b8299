"""Workbooks: text stays text, heads are frozen and repeated, numbers are numbers."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from riskmap.workbooks.writing import FORMULA, Cell, Sheet, Tone, workbook


def opened(*rows, heads=(("编号", "内容"),), **more):
    sheet = Sheet("清单", ("台账", "2026年"), heads, rows, (10, 30), **more)
    return load_workbook(BytesIO(workbook([sheet])))["清单"]


@pytest.mark.parametrize(
    "typed", ["=1+1", "+86", "-5", "@SUM(A1)", "=cmd|'/c calc'!A1", '=HYPERLINK("http://x","y")']
)
def test_what_looks_like_a_formula_stays_what_was_typed(typed):
    page = opened((typed, "x"))

    assert page["A4"].value == typed
    assert page["A4"].data_type == "s"
    assert page["A4"].quotePrefix


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_comes_back_as_text(typed):
    place = opened((Cell(typed), 1))["A4"]

    assert place.data_type in ("s", "n")  # an empty text is an empty cell
    assert not str(place.value or "").startswith("=") or place.quotePrefix
    if typed.isprintable() and typed:
        assert place.value == typed


def test_signs_that_a_workbook_cannot_hold_are_shown_as_such():
    assert opened(("a\x00b\x1fc", "x"))["A4"].value == "a�b�c"


def test_numbers_stay_numbers_and_nothing_stays_empty():
    page = opened((7, None))

    assert (page["A4"].value, page["A4"].data_type) == (7, "n")
    assert page["B4"].value is None


def test_heads_stay_in_sight_and_are_printed_on_every_page():
    page = opened(("a", "b"), frozen=1, large=True)

    assert page.freeze_panes == "B4"
    assert page.print_title_rows == "$3:$3"
    assert page.page_setup.paperSize == 8
    assert page.page_setup.orientation == "landscape"
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.auto_filter.ref == "A3:B4"
    assert "&P" in page.oddFooter.center.text


def test_a_gap_is_told_by_its_frame_as_well_as_by_its_colour():
    place = opened((Cell("缺", Tone.GAP), ""))["A4"]

    assert place.border.left.style == "medium"
    assert place.font.bold


def test_heads_can_stand_upright_and_be_merged():
    page = opened(
        ("a", "b"),
        heads=(("甲", ""), (Cell("子", Tone.HEAD, turned=True), "丑")),
        merged=((1, 1, 1, 2),),
    )

    assert [str(each) for each in page.merged_cells.ranges] == ["A3:B3"]
    assert page["A4"].alignment.textRotation == 255
    assert page.print_title_rows == "$3:$4"


def test_every_sign_that_begins_a_formula_is_known():
    assert set(FORMULA) == {"=", "+", "-", "@", "\t", "\r"}

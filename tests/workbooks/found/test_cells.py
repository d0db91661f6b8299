"""The text of a cell in one form."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmap.workbooks.book import Value
from riskmap.workbooks.found.cells import label, line, nothing, person, text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""), (3, "3"), (3.0, "3"), (3.5, "3.5"), (True, "TRUE"),
        (datetime(2026, 3, 5), "2026-03-05"), (date(2026, 3, 5), "2026-03-05"),
        (time(8, 30), "08:30:00"),
        ("３．５％", "3.5%"), ("ＡＢ角", "AB角"), ("审批科(窗口)", "审批科（窗口）"),
        ("按（2）办", "按(2)办"),
        ("　备 注　", "备 注"), ("甲\r\n\r\n乙", "甲\n乙"), ("甲_x000D_\n乙", "甲\n乙"),
        ("\ufeff序号\u200b", "序号"),
    ],
)  # fmt: skip
def test_a_value_has_one_form(value: Value, shown: str) -> None:
    assert text(value) == shown


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("李 彬", "李彬"), ("李　彬", "李彬"), ("欧 阳 修", "欧阳修"), ("李 彬彬", "李彬彬"),
        ("Li Bin", "Li Bin"),
        ("李 彬、王小明", "李彬、王小明"), ("李 彬 王 芳", "李彬 王芳"), ("李彬 王芳", "李彬 王芳"),
        ("李 彬\n王 芳", "李彬、王芳"), ("科长 李 彬", "科长 李彬"),
    ],
)  # fmt: skip
def test_blanks_inside_chinese_names_are_gone(typed: str, name: str) -> None:
    assert person(typed) == name


def test_blanks_that_only_spread_a_name_of_a_place_are_gone() -> None:
    assert label("办 公 室") == "办公室"
    assert label("社会保险事务中心 稽核科") == "社会保险事务中心 稽核科"


def test_a_break_between_chinese_is_nothing_and_between_words_a_blank() -> None:
    assert line("风险\n等级") == "风险等级"
    assert line("Risk\nlevel") == "Risk level"


def test_strokes_say_nothing() -> None:
    assert all(map(nothing, ["", "/", "—", "——", "-", "…"]))
    assert not nothing("无")


@given(st.text())
def test_the_form_of_a_text_is_its_own_form(typed: str) -> None:
    assert text(text(typed)) == text(typed)

"""Lines from Word, Excel and WPS as steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmap.maps.pasting import MOST_LINES, Pasted, lines, without_number


@pytest.mark.parametrize(
    "before",
    [
        "1. ", "1.", "1．", "1、", "12、", "1)", "1） ", "(1)", "（1）", "（12）、", "(a) ", "a) ",
        "A. ", "①", "⑩ ", "⑴", "㈠", "❶", "一、", "十二、", "（一）", "（二十一） ", "〔1〕",
        "【1】", "第一步：", "第3步 ", "第三步、", "步骤1：", "步骤三:", "第2条 ", "1.1 ", "1.1.2 ",
        "2.1．", "iv. ", "IV、", "•", "• ", "·", "●", "■ ", "◆", "➢ ", "\uf0b7 ", "\uf06c", "- ",
        "-", "— ", "– ", "* ", "+ ", "（一） 1. ", "1、（1）", "\u3000\u3000",
        "\u3000\u30001.\u3000", "\ufeff", "\u200b1、",
    ],
)  # fmt: skip
def test_numbering_is_stripped(before: str) -> None:
    assert lines(f"{before}核对申请材料") == [Pasted("核对申请材料")]


@pytest.mark.parametrize(
    "text",
    [
        "15日内作出受理决定", "2025年起执行新规", "3.5万元以上报局长", "3.5 万元以上报局长",
        "1.2倍以内的自行核定", "A类件优先办理", "一般程序", "三方会签", "十日内送达",
        "第三方机构评估", "第一时间上报", "步骤完成后归档", "PDF 存档", "i-人社平台登记",
        "-5℃以下停工", "3名工作人员到场", "3 名工作人员到场", "《条例》第十七条", "“一网通办”受理",
        "C级以上复核", "vip 窗口受理",
    ],
)  # fmt: skip
def test_what_belongs_to_the_sentence_stays(text: str) -> None:
    assert lines(text) == [Pasted(text)]


def test_blank_lines_are_dropped_and_line_ends_of_any_system_are_known() -> None:
    text = "1.收件\r\n\r\n2.核对\r \u3000\r3.审批\v4.送达\n\t\n"

    assert [each.text for each in lines(text)] == ["收件", "核对", "审批", "送达"]


def test_bare_numbers_that_count_the_lines_are_stripped() -> None:
    assert [each.text for each in lines("1 收件\n2 核对\n3 审批")] == ["收件", "核对", "审批"]
    assert [each.text for each in lines("收件\n2 名工作人员核对")] == ["收件", "2 名工作人员核对"]


def test_word_puts_a_tab_behind_its_numbers() -> None:
    text = "1.\t收件\n（二）\t核对\n•\t审批\n-\t送达\no\t归档"

    assert [each.text for each in lines(text)] == ["收件", "核对", "审批", "送达", "归档"]


def test_of_a_row_of_cells_the_first_that_is_no_number_is_the_text() -> None:
    text = "序号\t步骤\t责任岗位\n1\t收件登记\t受理岗\n2\t\t\n3\t审核岗\t核对材料\t5"

    found = lines(text, {"受理岗", "审核岗"})

    assert found == [Pasted("收件登记", "受理岗"), Pasted("核对材料", "审核岗")]


def test_a_cell_of_excel_may_hold_line_breaks_and_quotes() -> None:
    text = '1\t"核对\n申请""原件"""\t受理岗\n2\t审批\t'

    assert lines(text, {"受理岗"}) == [Pasted('核对 申请"原件"', "受理岗"), Pasted("审批")]


def test_a_line_that_is_only_an_actor_s_name_is_a_step() -> None:
    assert lines("受理岗", {"受理岗"}) == [Pasted("受理岗")]


def test_a_whole_book_becomes_no_more_steps_than_a_map_holds() -> None:
    assert len(lines("核对\n" * 10_000)) == MOST_LINES
    assert len(lines("核" * 100_000)[0].text) == 1000


@given(st.text(max_size=200))
def test_whatever_is_pasted_gives_lines_with_text_in_one_line(text: str) -> None:
    for each in lines(text, {"甲"}):
        assert each.text.strip() == each.text != ""
        assert not set("\n\r\t\v") & set(each.text)


@given(st.text("1一（）().、步第 ·-", max_size=60))
def test_stripping_never_adds_anything(text: str) -> None:
    assert text.endswith(without_number(text)) or text.strip().endswith(without_number(text))

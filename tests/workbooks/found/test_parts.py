"""Several things in one cell, told apart."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmap.workbooks.found.parts import parts, sections, unmarked


def texts(cell: str) -> list[str]:
    return [each.text for each in parts(cell)]


@pytest.mark.parametrize(
    "cell",
    [
        "1.双人复核；2.每月抽查", "1、双人复核；2、每月抽查；", "1．双人复核2．每月抽查",
        "①双人复核②每月抽查",
        "(1)双人复核 (2)每月抽查", "（1）双人复核；（2）每月抽查", "1）双人复核\n2）每月抽查",
        "一、双人复核；二、每月抽查", "（一）双人复核；（二）每月抽查", "㈠双人复核㈡每月抽查",
        "⒈双人复核⒉每月抽查", "⑴双人复核⑵每月抽查", "第一，双人复核；第二，每月抽查",
        "一是双人复核；二是每月抽查",
        "1.1 双人复核\n1.2 每月抽查", "A. 双人复核 B. 每月抽查", "1 双人复核\n2 每月抽查",
        "• 双人复核\n• 每月抽查", "防控措施：1.双人复核；2.每月抽查", "1：双人复核\n2：每月抽查",
        "7.双人复核\n8.每月抽查", "双人复核。\n每月抽查", "❶双人复核❷每月抽查",
    ],
)  # fmt: skip
def test_numbers_of_every_kind_divide_a_cell_and_are_taken_off(cell: str) -> None:
    assert [each.rstrip("。") for each in texts(cell)] == ["双人复核", "每月抽查"]


@pytest.mark.parametrize(
    "cell",
    [
        "1.5万元以上须审批", "违反第2.1条的约谈", "按第1.2款执行", "2026.1.5前完成", "8:30前到岗",
        "第1、2、3项由科长审批", "超过2、3万元的报批", "一级风险由局长签字",
        "一般事项；重大事项分开办理",
        "2 名工作人员到场", "15日内作出决定", "三方会签", "姓名；单位；账号",
        "《办法》第十条第（一）项",
        "A类件优先办理", "1、2级风险",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_number_divides_nothing(cell: str) -> None:
    assert texts(cell) == [cell]


@pytest.mark.parametrize(
    ("cell", "whole"),
    [
        ("凡金额超过五万元的，\n须由分管领导签字", "凡金额超过五万元的，须由分管领导签字"),
        ("严格执行\n双人审核制度", "严格执行双人审核制度"),
        ("Keep the\nkeys apart", "Keep the keys apart"),
    ],
)
def test_a_line_broken_only_to_fit_its_cell_is_one(cell: str, whole: str) -> None:
    assert texts(cell) == [whole]


def test_numbers_inside_a_part_stay_in_it() -> None:
    cell = "1.加强复核：（1）初审；（2）复审。2.单次超过1.5万元的上会"

    assert texts(cell) == [
        "加强复核：（1）初审；（2）复审。".replace("（", "（"),
        "单次超过1.5万元的上会",
    ]


def test_the_heading_of_a_group_is_said_with_each_of_its_parts() -> None:
    assert texts("制度类：1.双人双锁；2.每日盘点；科技类：1.系统留痕") == [
        "制度类：双人双锁",
        "制度类：每日盘点",
        "科技类：系统留痕",
    ]


def test_a_group_without_any_text_is_its_heading_once() -> None:
    assert texts("制度类：①②") == ["制度类："]


def test_what_stands_before_the_first_number_is_kept_unless_it_only_announces() -> None:
    assert texts("全科人员须遵守以下各条规定和要求：1.双人复核；2.每月抽查")[0].startswith(
        "全科人员"
    )
    assert texts("具体措施如下：1.双人复核；2.每月抽查") == ["双人复核", "每月抽查"]


def test_a_part_keeps_the_number_it_had() -> None:
    assert [each.number for each in parts("1.1 甲乙\n1.2 丙丁\n2.1 戊己")] == ["1.1", "1.2", "2.1"]
    assert [each.number for each in parts("一、甲乙；二、丙丁")] == ["1", "2"]
    assert [each.number for each in parts("③甲乙④丙丁")] == ["3", "4"]


def test_numbers_written_in_chinese_count_past_ten() -> None:
    names = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    cell = "；".join(f"{name}、措施内容" for name in names)

    assert [each.number for each in parts(cell)] == [str(number) for number in range(1, 13)]


def test_semicolons_divide_where_each_part_says_something() -> None:
    assert texts("受理凭证当场打印；每周抽查三份记录") == ["受理凭证当场打印", "每周抽查三份记录"]
    assert texts("姓名；金额逐项核对") == ["姓名；金额逐项核对"]


@pytest.mark.parametrize(
    ("text", "bare", "marks"),
    [
        ("▲▲▲越权审批", "越权审批", "▲▲▲"), ("越权审批▲", "越权审批", "▲"),
        ("越权审批（★★）", "越权审批", "★★"), ("越权审批", "越权审批", ""), ("★★★", "★★★", ""),
    ],
)  # fmt: skip
def test_marks_at_either_end_are_told_from_the_text(text: str, bare: str, marks: str) -> None:
    assert unmarked(text) == (bare, marks)


def test_bases_and_measures_of_one_cell_are_told_apart() -> None:
    assert sections("一、依据：《条例》第三条\n二、防控措施：1.复核；2.公示") == (
        "《条例》第三条",
        "1.复核；2.公示",
    )
    assert sections("一、双人复核；二、公示") == ("", "一、双人复核；二、公示")


@given(st.lists(st.text("复核抽查公示审批登记", min_size=2, max_size=9), min_size=2, max_size=15))
def test_whatever_is_numbered_is_found_again(measures: list[str]) -> None:
    cell = "；".join(f"{number}.{text}" for number, text in enumerate(measures, start=1))

    assert texts(cell) == measures


@given(st.text("复核1２.、；;（(）)一二\n：①②A ★", max_size=40))
@settings(max_examples=1000)
def test_no_letter_of_a_cell_is_lost(cell: str) -> None:
    """Only numbers, signs and marks may go; the heading of a group may be said several times."""
    kept = iter("".join(each.text for each in parts(cell)))

    assert [each for each in re.findall("[复核]", cell) if each not in kept] == []

"""What somebody changes of a ledger as found, and hands back."""

from dataclasses import replace
from gettext import translation

import pytest

from riskmap.config import PACKAGE
from riskmap.register.rating import Level
from riskmap.workbooks.book import Book, ReadSheet, Value
from riskmap.workbooks.found.columns import Column
from riskmap.workbooks.found.fields import Field
from riskmap.workbooks.found.ledger import Found, found
from riskmap.workbooks.found.levels import Word
from riskmap.workbooks.found.reasons import SENTENCES, FieldTwice, Why


def book(*rows: tuple[Value, ...]) -> Book:
    return Book((ReadSheet("台账", rows),))


LEDGER = book(
    ("风险点", "等级", "可能性", "严重性", "措施", "经验做法"),
    ("越权审批", "红", "很大", 2, "集体研究决定", "交叉检查"),
    ("虚假登记", "高", 3, 4, "登记双人复核", "随机抽查"),
    ("虚假登记", "高", 3, 4, "登记双人复核", "随机抽查"),
)


def column(result: Found, head: str) -> Column:
    return next(each for each in result.columns if each.head == head)


def test_each_column_is_shown_with_its_field_how_sure_that_is_and_samples() -> None:
    result = found(LEDGER)

    assert column(result, "等级") == Column(
        "台账", (1, 1), 2, "等级", Field.LEVEL, 1.0, ("红", "高")
    )
    assert column(result, "经验做法") == Column(
        "台账", (1, 1), 6, "经验做法", Field.REMARK, 0.0, ("交叉检查", "随机抽查")
    )


def test_a_remark_becomes_a_field_when_somebody_says_so() -> None:
    remark = column(found(LEDGER), "经验做法")

    again = found(LEDGER, columns=[replace(remark, field=Field.MEASURES)])

    assert [each.text for each in again.rows[0].measures] == ["登记双人复核", "随机抽查"]
    assert again.rows[0].remarks == ()
    assert column(again, "经验做法").confidence == 1.0


def test_a_field_moved_to_another_column_leaves_the_one_it_was_found_in() -> None:
    remark = column(found(LEDGER), "经验做法")

    again = found(LEDGER, columns=[replace(remark, field=Field.LEVEL)])

    assert column(again, "等级").field is Field.REMARK


def test_two_columns_said_to_hold_one_field_are_refused_by_their_names() -> None:
    first = found(LEDGER)
    both = [replace(column(first, head), field=Field.RISK) for head in ("等级", "经验做法")]

    with pytest.raises(FieldTwice, match="“等级” and “经验做法”"):
        found(LEDGER, columns=both)


def test_words_found_are_listed_with_what_they_are_taken_for() -> None:
    result = found(LEDGER)

    assert result.levels == (Word("红", None, False, 1), Word("高", Level.HIGH, True, 2))
    assert result.grades == (
        Word("2", 2, True, 1), Word("3", 3, True, 2), Word("4", 4, True, 2),
        Word("很大", None, False, 1),
    )  # fmt: skip


def test_a_row_with_words_nobody_knows_is_refused_for_each_of_them() -> None:
    (refused,) = found(LEDGER).refused

    assert refused.numbers == (2,)
    assert [(each.cell, each.value) for each in refused.problems] == [("B2", "红"), ("C2", "很大")]


def test_words_explained_let_the_row_in() -> None:
    result = found(LEDGER, levels={"红": Level.HIGH}, grades={"很大": 4})

    assert result.refused == ()
    assert (result.rows[0].level, result.rows[0].likelihood) == (Level.HIGH, 4)


def test_a_word_said_to_mean_nothing_lets_the_row_in_without_a_level() -> None:
    result = found(LEDGER, levels={"红": None}, grades={"很大": None})

    assert (result.rows[0].level, result.rows[0].likelihood) == (None, None)
    assert result.rows[0].fields[Field.LEVEL] == "红"


def test_heads_that_nobody_found_are_those_that_somebody_points_at() -> None:
    strange = book(("台账",), ("内容", "程度"), ("越权审批", "高"))
    assert {each.why for each in found(strange).left_out} == {Why.NO_HEAD}

    result = found(
        strange,
        columns=[
            Column("台账", (2, 2), 1, "内容", Field.RISK, 0.0),
            Column("台账", (2, 2), 2, "程度", Field.LEVEL, 0.0),
        ],
    )

    assert [(each.statement, each.level) for each in result.rows] == [("越权审批", Level.HIGH)]
    assert [each.why for each in result.left_out] == [Why.TITLE, Why.HEAD]


def test_an_entry_pairs_its_risks_with_the_measures_of_their_numbers() -> None:
    result = found(
        book(
            ("风险名称", "风险描述", "防控措施"),
            ("采购", "1.1 指定供应商\n1.2 泄露报价", "1.1 三家比价\n1.1 留存报价单\n1.2 当场拆封"),
            ("仓储", "虚报数量", "双人清点"),
        )
    )

    pairs = [
        (risk.text, [each.text for each in measures]) for risk, measures in result.rows[0].pairs()
    ]
    assert pairs == [("指定供应商", ["三家比价", "留存报价单"]), ("泄露报价", ["当场拆封"])]
    assert result.rows[1].pairs() == ()


def test_every_reason_is_said_in_both_languages() -> None:
    assert set(SENTENCES) == set(Why)
    chinese = translation("messages", PACKAGE / "translations", ["zh_Hans_CN"]).gettext

    same = [why for why, said in SENTENCES.items() if said.text(chinese) == said.text()]

    assert same == []

"""Heads and the fields they name."""

import pytest

from riskmap.workbooks.found.fields import SEVERAL, SYNONYMS, Field, Source, folded
from riskmap.workbooks.found.matching import ENOUGH, assigned, matches, named


def fields(*heads: str) -> list[Field | None]:
    return [match.field if match else None for match in assigned([(head,) for head in heads])]


@pytest.mark.parametrize(
    ("head", "field"),
    [
        ("风险点", Field.RISK), ("序 号", Field.SERIAL), ("防控\n措施", Field.MEASURES),
        ("直接责任人", Field.OWNER), ("廉政风险点表现形式", Field.MANIFESTATION),
        ("风险点涉及的岗位", Field.POST), ("可能性（L）", Field.LIKELIHOOD),
        ("ＲＩＳＫ", Field.RISK),
        ("risk owner", Field.OWNER), ("Existing controls", Field.MEASURES),
        ("Impact", Field.SEVERITY),
    ],
)  # fmt: skip
def test_a_synonym_is_sure(head: str, field: Field) -> None:
    first = matches(head)[0]

    assert (first.field, first.confidence) == (field, 1.0)


def test_what_stands_in_brackets_need_not_be_part_of_the_synonym() -> None:
    first = matches("风险等级（高/中/低）")[0]

    assert (first.field, first.confidence) == (Field.LEVEL, 0.99)


@pytest.mark.parametrize(
    ("head", "field"),
    [
        ("廉政风险防控责任人", Field.OWNER), ("风险点所在科室", Field.OFFICE),
        ("发生的可能性", Field.LIKELIHOOD),
        ("防空措施", Field.MEASURES), ("本岗位防控措施", Field.MEASURES),
        ("Inherent risk rating", Field.LEVEL),
        ("风险点及表现形式", Field.MANIFESTATION), ("办理依据", Field.BASIS),
    ],
)  # fmt: skip
def test_a_head_like_a_synonym_is_likely(head: str, field: Field) -> None:
    first = matches(head)[0]

    assert first.field is field
    assert ENOUGH <= first.confidence < 0.95


@pytest.mark.parametrize(
    "head", ["年份", "联系电话", "措施落实情况", "整改时限", "风险点数量", "Date raised", "甲", ""]
)
def test_a_head_of_something_else_names_no_field(head: str) -> None:
    assert fields(head) == [None]


@pytest.mark.parametrize("head", ["不相容岗位", "控制点分值", "监督部门", "追责情形"])
def test_a_head_that_is_only_like_a_field_s_is_a_remark(head: str) -> None:
    assert fields(head) == [Field.REMARK]


def test_a_field_goes_to_the_head_that_names_it_best() -> None:
    assert fields("风险点的描述情况说明", "风险点") == [None, Field.RISK]
    assert fields("风险名称", "风险描述") == [Field.RISK, Field.MANIFESTATION]
    assert fields("风险描述") == [Field.RISK]
    assert fields("自评等级", "审定等级") == [None, Field.LEVEL]


def test_only_measures_and_remarks_may_have_several_columns() -> None:
    assert sorted(SEVERAL) == [Field.MEASURES, Field.REMARK]
    assert fields("前期预防", "中期监控", "后期处置") == [Field.MEASURES] * 3
    assert fields("科室", "科室") == [Field.OFFICE, None]


def test_each_field_has_words_in_chinese_and_each_word_a_source() -> None:
    assert set(SYNONYMS) == set(Field)
    for field, sources in SYNONYMS.items():
        chinese = [
            word
            for source, line in sources
            if source is not Source.ENGLISH
            for word in line.split()
        ]
        assert chinese, field
        for source, line in sources:
            assert isinstance(source, Source)
            assert all(folded(word) for word in line.split())


def test_a_word_names_two_fields_only_where_that_is_meant() -> None:
    """风险点描述 is the risk, or how it happens where another column states the risk."""
    words = {
        word.replace("_", " ")
        for sources in SYNONYMS.values()
        for _, line in sources
        for word in line.split()
    }

    twice = {word for word in words if len(named(word)) > 1}

    assert twice == {"风险点描述", "风险描述", "Risk Description"}

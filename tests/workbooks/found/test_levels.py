"""The words for levels and grades."""

import pytest

from riskmap.register.rating import Level
from riskmap.workbooks.found.levels import GRADES, LEVELS, by_fold, meaning

KNOWN = by_fold(LEVELS)


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("高 高级 一级 Ⅰ级 ★★★ ▲▲▲ A Ａ high HIGH 高风险 1级", Level.HIGH),
        ("中 中级 二级 Ⅱ级 II级 ★★ ▲▲ B类 Medium 高/中", Level.MEDIUM),
        ("低 低级 三级 Ⅲ级 III级 ★ ▲ C级 Low 一般 不标", Level.LOW),
    ],
)
def test_a_level_is_known_by_all_its_words(words: str, level: Level) -> None:
    for word in words.replace("高/中", "中（二级）").split():
        assert meaning(word, KNOWN) is level, word


@pytest.mark.parametrize(
    "word", ["高/低", "特高", "红", "1", "3", "较大", "中高", "□高 □中", "高 更高"]
)
def test_a_word_that_may_mean_several_is_not_guessed(word: str) -> None:
    with pytest.raises(LookupError):
        meaning(word, KNOWN)


def test_what_a_word_means_can_be_changed() -> None:
    changed = by_fold({**LEVELS, "A级": Level.LOW, "红": Level.HIGH, "待定": None})

    assert meaning("Ａ 级", changed) is Level.LOW
    assert meaning("红", changed) is Level.HIGH
    assert meaning("待定", changed) is None


@pytest.mark.parametrize("word", ["0", "5", "-1", "2.5", "+3", "大"])
def test_a_grade_is_1_to_4(word: str) -> None:
    with pytest.raises(LookupError):
        meaning(word, by_fold(GRADES))


def test_grades_have_words() -> None:
    assert [meaning(word, by_fold(GRADES)) for word in ("极小", "较小", "较大", "极大", "４")] == [
        1,
        2,
        3,
        4,
        4,
    ]

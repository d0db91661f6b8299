"""The words for a level, and for the grades of likelihood and severity: what each means."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from riskmap.register.rating import Level

UNMARKED: Final = "不标"
"""The word for a risk without ▲ where others have them: the fourth, lowest grade."""

_WORDS: Final = {
    Level.HIGH: (
        "高 高级 高风险 高等级 高度 一级 一级风险 Ⅰ级 Ⅰ 1级 ★★★ ▲▲▲ △△△ A A级 A类 High H High_risk"
    ),
    Level.MEDIUM: (
        "中 中级 中风险 中等 中等级 中度 二级 二级风险 Ⅱ级 Ⅱ 2级 ★★ ▲▲ △△ B B级 B类 "
        "Medium M Moderate Medium_risk"
    ),
    Level.LOW: (
        "低 低级 低风险 低等级 低度 三级 三级风险 Ⅲ级 Ⅲ 3级 ★ ▲ △ C C级 C类 Low L Low_risk "
        "一般 不标"
    ),
}
LEVELS: Final[Mapping[str, Level | None]] = {
    word.replace("_", " "): level for level, line in _WORDS.items() for word in line.split()
}
"""What level a word means, until somebody says otherwise; None is a word that means none.

▲▲▲, ▲▲, ▲ and nothing (一般) are the four grades of a transport bureau's handbook (台州市交通局,
2011): the lowest two are one level here. Colours are left out: blue is the second of two grades
at one office (《狙击风险“鱼刺图”新装上阵》, 2019) and the last of four at others. Bare digits are
left out, since 1 is the highest grade here and the lowest there.
"""

GRADES: Final[Mapping[str, int | None]] = {
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
    "极小": 1,
    "较小": 2,
    "较大": 3,
    "极大": 4,
}
"""What grade of 1 to 4 a word for likelihood or severity means; the words are those of a software
for discipline offices (com.xr.model.PartyPositionRisk)."""

TICKS: Final = frozenset("√✓✔☑■●◆vVyY是1")
"""What marks one of several columns, one for each level."""

_STARS: Final = re.compile(r"([★▲])\1*[☆△]+")
_NUMBER: Final = re.compile(r"[-+]?\d+(?:\.\d+)?|[-+]\d*\.\d+")
_BOXES: Final = re.compile(r"([☑√■✓✔☒□☐○])\s*([^☑√■✓✔☒□☐○\s]+)")

_Meaning = TypeVar("_Meaning", Level | None, int | None)


@dataclass(frozen=True, slots=True)
class Word:
    """A word found in a column of levels or grades: what it is taken for, how often it stands."""

    word: str
    meaning: Level | int | None
    known: bool
    times: int


def folded(word: str) -> str:
    """Return a word as words are compared: NFKC, no case, blanks or punctuation, but ★ ▲ △."""
    found = unicodedata.normalize("NFKC", word).casefold()
    return "".join(each for each in found if each.isalnum() or each in "★▲△☆")


def by_fold(words: Mapping[str, _Meaning]) -> dict[str, _Meaning]:
    """Return words as `meaning` looks them up; of two that are the same the later one counts."""
    return {folded(each): value for each, value in words.items()}


def meaning(word: str, words: Mapping[str, _Meaning]) -> _Meaning:
    """Return what a word means; LookupError where `words` hold neither it nor its readings.

    `words` are those of `by_fold`. A word with another in brackets or behind a stroke, such as
    高（一级）, means what both mean.
    """
    number = unicodedata.normalize("NFKC", word)
    if _NUMBER.fullmatch(number) and number not in words:
        raise LookupError(word)  # -1 and 2.5 are no 1 and no 25
    key = folded(word)
    if key in words:
        return words[key]
    readings = _readings(word)
    meanings = {words[each] for each in map(folded, readings) if each in words}
    if len(meanings) != 1 or any(folded(each) not in words for each in readings):
        raise LookupError(word)
    return meanings.pop()


def _readings(word: str) -> list[str]:
    boxes = _BOXES.findall(word)
    if len(boxes) > 1:
        return [text for box, text in boxes if box not in "□☐○"]
    if _STARS.fullmatch(word):
        return ["".join(each for each in word if each in "★▲")]
    return [each for each in re.split(r"[（()）/／、，,\s]+", word) if folded(each)]

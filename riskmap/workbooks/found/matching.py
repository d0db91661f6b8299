"""Which field a head names, and how sure that is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from riskmap.workbooks.found.fields import SEVERAL, SYNONYMS, Field, Source, folded

ENOUGH: Final = 0.6
"""The confidence below which a column is a remark under its own head."""

_SECOND: Final = 0.95
"""How sure a synonym of two fields names the second, which it does where the first is taken."""

_BARE: Final = 0.99
"""How sure a synonym is that stands before brackets, as 风险等级（高/中/低） does."""

_OF_ANOTHER: Final = (
    "情况", "时间", "日期", "时限", "期限", "结果", "数量", "个数", "条数", "数", "编号", "进度",
    "成效", "照片", "附件", "来源", "原因", "status", "date",
)  # fmt: skip
"""Nouns at the end of a head that make it something else: 措施落实情况 holds no measures."""

_BRACKETED: Final = re.compile(r"[（(【\[〔][^（(【\[〔）)】\]〕]*[）)】\]〕]")


@dataclass(frozen=True, slots=True)
class Match:
    """A field that a head may name: 1.0 where the head is a synonym, less where it is like one."""

    field: Field
    confidence: float
    synonym: str
    source: Source


@dataclass(frozen=True, slots=True)
class _Synonym:
    field: Field
    word: str
    folded: str
    source: Source
    place: int


def _synonyms() -> tuple[_Synonym, ...]:
    found = []
    for field, sources in SYNONYMS.items():
        words = [(source, word) for source, line in sources for word in line.split()]
        for place, (source, word) in enumerate(words):
            shown = word.replace("_", " ")
            found.append(_Synonym(field, shown, folded(shown), source, place))
    return tuple(found)


_ALL: Final = _synonyms()
_EXACT: Final[Mapping[str, tuple[_Synonym, ...]]] = {
    each.folded: tuple(other for other in _ALL if other.folded == each.folded) for each in _ALL
}
_PLACE: Final = {(each.field, each.word): each.place for each in _ALL}


def _spellings(head: str) -> tuple[str, ...]:
    """Return a head folded, with what its brackets hold and without."""
    return tuple(dict.fromkeys(filter(None, (folded(head), folded(_BRACKETED.sub("", head))))))


def shortest(head: str) -> str:
    """Return a head folded, without what its brackets explain."""
    return min(_spellings(head), key=len, default="")


def named(head: str) -> frozenset[Field]:
    """Return the fields of which a head is a synonym, what stands in its brackets aside."""
    return frozenset(
        each.field for spelling in _spellings(head) for each in _EXACT.get(spelling, ())
    )


@lru_cache(maxsize=2048)
def matches(head: str) -> tuple[Match, ...]:
    """Return the fields that a head may name, the surest first, each once.

    A synonym itself is 1.0, a head that holds one below it, one that is only like it at most 0.8.
    """
    best: dict[Field, Match] = {}
    for spelling in _spellings(head):
        for each in _ALL:
            confidence = round(_confidence(spelling, each.folded), 2)
            if confidence == 1 and each.field is not _EXACT[spelling][0].field:
                confidence = _SECOND
            elif confidence == 1 and spelling != folded(head):
                confidence = _BARE
            elif each.field is Field.REMARK and confidence < _BARE:
                continue  # any head that is like none of a field's is a remark
            if confidence > (best[each.field].confidence if each.field in best else 0):
                best[each.field] = Match(each.field, confidence, each.word, each.source)
    return tuple(sorted(best.values(), key=lambda match: -match.confidence))


def _confidence(head: str, word: str) -> float:
    if head == word:
        return 1.0
    if len(word) >= (4 if word.isascii() else 2) and word in head:
        # a head's last word is its noun, in Chinese as in English: 风险点责任人 is a person
        if head.endswith(word):
            return 0.62 + 0.3 * len(word) / len(head)
        return 0.0 if head.endswith(_OF_ANOTHER) else 0.5 + 0.3 * len(word) / len(head)
    if len(head) >= 2 and head in word and not head.isascii():
        return 0.45 + 0.3 * len(head) / len(word)
    if min(len(head), len(word)) < 3:
        return 0.0
    like = SequenceMatcher(None, head, word, autojunk=False)
    return 0.8 * like.ratio() if like.real_quick_ratio() >= 0.7 else 0.0


def assigned(heads: Sequence[Sequence[str]]) -> tuple[Match | None, ...]:
    """Return which field each head names, None for those that name none.

    A head is given in the ways it can be read, for one of two rows they are several. A field is
    given once, to the head that names it best, unless several columns may hold it.
    """
    ranked = sorted(
        (
            (-match.confidence, _PLACE[match.field, match.synonym], column, match)
            for column, readings in enumerate(heads)
            for head in readings
            for match in matches(head)
            if match.confidence >= ENOUGH
        ),
        key=lambda each: each[:3],
    )
    found: dict[int, Match] = {}
    taken: set[Field] = set()
    for _, _, column, match in ranked:
        if column not in found and match.field not in taken:
            found[column] = match
            taken |= {match.field} - SEVERAL
    return tuple(found.get(column) for column in range(len(heads)))

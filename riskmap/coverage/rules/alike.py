"""Which of some texts are copies: alike from so many percent, as `difflib` counts it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from fractions import Fraction
from math import ceil


def copies(texts: Sequence[str], percent: int) -> Iterator[tuple[int, int]]:
    """Yield the places of every text and of each earlier one that it is alike to.

    Whatever is left out before the texts are compared cannot reach the ratio: two texts share no
    more characters than both have, counted as often as they occur.

    >>> list(copies(["登记信息有误未发现", "另一件事", "登记信息有误未发觉"], 80))
    [(2, 0)]
    """
    signs = [_signs(text) for text in texts]
    rarity = Counter(sign for each in signs for sign in each)
    seen: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        rare = sorted(signs[place], key=lambda sign: (rarity[sign], sign))
        rare = rare[: len(text) - _shared_at_least(len(text), percent) + 1]
        for earlier in sorted({each for sign in rare for each in seen[sign]}):
            if _close(signs[place], signs[earlier], percent) and alike(
                text, texts[earlier], percent
            ):
                yield place, earlier
        for sign in rare:
            seen[sign].append(place)


def alike(one: str, other: str, percent: int) -> bool:
    """Return whether two texts are alike from so many percent."""
    if one == other:
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() * 100 >= percent


def _signs(text: str) -> frozenset[str]:
    """Return the characters of a text, the second one of a kind doubled, the third tripled…"""
    count: Counter[str] = Counter()
    found = set()
    for character in text:
        count[character] += 1
        found.add(character * count[character])
    return frozenset(found)


def _shared_at_least(length: int, percent: int) -> int:
    """Return how many characters a text shares with any text that it is alike to.

    The shorter that one is, the fewer; but it has at least as many as are shared.
    """
    return ceil(Fraction(percent * length, 200 - percent))


def _close(one: frozenset[str], other: frozenset[str], percent: int) -> bool:
    length = len(one) + len(other)
    return (
        200 * min(len(one), len(other)) >= percent * length
        and 200 * len(one & other) >= percent * length
    )

"""Which code comes next: the pattern that codes of a kind follow, and the highest number in it."""

import re
from collections.abc import Collection


def next_code(
    stem: str, taken: Collection[str], digits: int, siblings: Collection[str] = ()
) -> str:
    """Return the code of a stem after the highest that was ever issued.

    Where no code follows the stem but the row's siblings have codes, the bureau has a pattern of
    its own, which the last of them shows.

    >>> next_code("FX-01", ["FX-0101", "FX-0107", "FX-0203"], 2)
    'FX-0108'
    >>> next_code("FG-", ["依-9"], 3, ["依-9"])
    '依-10'
    >>> next_code("CS-0101-", ["CS-0102-01"], 2)
    'CS-0101-01'
    """
    found = _numbers(stem, taken)
    if not found and siblings:
        own = max(siblings).rstrip("0123456789")
        if _numbers(own, taken):
            stem, found = own, _numbers(own, taken)
    width = len(max(found, key=len)) if found else digits
    return f"{stem}{max(map(int, found), default=0) + 1:0{width}}"


def _numbers(stem: str, taken: Collection[str]) -> list[str]:
    pattern = re.compile(re.escape(stem) + r"([0-9]{1,9})")
    return [found[1] for code in taken if (found := pattern.fullmatch(code))]


def below(code: str, letters: str) -> str:
    """Return the stem of codes that stand below another: its number after other letters.

    >>> below("FX-0101", "CS")
    'CS-0101-'
    """
    return f"{letters}-{code.partition('-')[2] or code}-"


def picked(text: str) -> str:
    """Return the code in a picker's "name code": its last word.

    >>> picked("工伤认定受理岗 FZ-U1-K13-G01")
    'FZ-U1-K13-G01'
    """
    return (text.split() or [""])[-1]

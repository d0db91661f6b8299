"""Codes are issued once: which may be issued, and which comes next."""

import re
from collections import Counter
from collections.abc import Collection

_NUMBERED = re.compile(r"(.*?)([0-9]+)")
_SECOND_MAP = re.compile(r".*-S[0-9]+", re.IGNORECASE)


def next_code(issued: Collection[str], stem: str, digits: int) -> str:
    """Return the code after the highest that is a stem and a number; retired ones count."""
    numbers = [each[len(stem) :] for each in issued if each.startswith(stem)]
    found = [each for each in numbers if each.isascii() and each.isdigit()]
    highest = max(found, key=int, default="0")
    width = max(digits, len(highest) if found else 0)
    return f"{stem}{int(highest) + 1:0{width}}"


def usual_stem(issued: Collection[str], otherwise: str) -> str:
    """Return what most codes begin with before their number."""
    stems = Counter(found[1] for each in sorted(issued) if (found := _NUMBERED.fullmatch(each)))
    return stems.most_common(1)[0][0] if stems else otherwise


def taken(code: str, issued: Collection[str]) -> bool:
    """Return whether a code was ever issued; capitals make no other code."""
    return code.casefold() in {each.casefold() for each in issued}


def next_map_code(node: str, issued: Collection[str]) -> str:
    """Return the code of a node's next map: the node's own, then with -S2, -S3 behind it."""
    pattern = re.compile(re.escape(node) + r"(?:-S([0-9]+))?")
    numbers = [int(found[1] or 1) for each in issued if (found := pattern.fullmatch(each))]
    return f"{node}-S{max(numbers) + 1}" if numbers else node


def names_a_second_map(code: str) -> bool:
    """Return whether a code looks like that of a node's second map, as FZ-U1-K13-S2."""
    return _SECOND_MAP.fullmatch(code) is not None

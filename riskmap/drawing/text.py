"""How wide a text is in our faces, and where it wraps.

Full-width signs are one em. A line never begins with a closing sign nor ends with an opening one
(the line-breaking habit of GB/T 15834 punctuation); a word or a code in Latin letters stays whole
where a line can hold it.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache

from riskmap.drawing.cleaning import clean
from riskmap.drawing.widths import BOLD, RANGES, REGULAR

LINE = 1.5  # line height in em as the drawing engine sets it: ascent and descent in whole pixels
SLACK = 1.01  # kerning may set a pair of letters a hair apart
_PIXELS = 12  # of an em at 9 pt: the drawing engine rounds each glyph to whole ones
# A character that our faces lack is drawn by the browser's font, or as a box with its code:
# as wide as that box, which the engine makes three digits wide beyond the first 65536.
_LACKING, _LACKING_BEYOND = 1.42, 1.92
_CLOSING = "、。，．：；！？…—·）》」』】〕〉”’％‰℃,.:;!?)]}%"
_NOT_FIRST = frozenset(_CLOSING)
_NOT_LAST = frozenset("（《「『【〔〈“‘([{＄￥")
_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z.%/_+-]*|\s+|.", re.DOTALL)
_PART = re.compile(r"[^-]*-|[^-]+")  # a code may break after a hyphen
_STARTS = [first for first, _ in RANGES]


def covers(character: str) -> bool:
    """Return whether our faces can draw a character; others fall back to a system font."""
    place = bisect_right(_STARTS, ord(character)) - 1
    return place >= 0 and ord(character) <= RANGES[place][1]


def uncovered(text: str) -> str:
    """Return the characters of a text that our faces lack, each once, in order."""
    return "".join(dict.fromkeys(each for each in text if each != "\n" and not covers(each)))


class _Face(dict[str, float]):
    """The width in em of each character met so far: the font's, or the engine's if wider."""

    def __init__(self, widths: Mapping[int, int]) -> None:
        super().__init__()
        self.widths = widths

    def __missing__(self, character: str) -> float:
        if not covers(character):
            return _LACKING if ord(character) < 0x10000 else _LACKING_BEYOND
        em = self.widths.get(ord(character), 1000) / 1000
        self[character] = max(em, round(em * _PIXELS) / _PIXELS)
        return self[character]


_REGULAR, _BOLD = _Face(REGULAR), _Face(BOLD)


def width(text: str, size: float = 9.0, bold: bool = False) -> float:
    """Return the width of one line in points, a little on the wide side."""
    face = _BOLD if bold else _REGULAR
    return sum(map(face.__getitem__, text)) * size * SLACK


@lru_cache(maxsize=20_000)
def wrap(text: str, room: float, size: float = 9.0, bold: bool = False) -> tuple[str, ...]:
    """Return the lines of a text in `room` points; nothing but blanks at breaks is dropped."""
    lines: list[str] = []
    for paragraph in clean(text).split("\n"):
        if width(paragraph, size, bold) <= room:
            lines.append(paragraph)
        else:
            lines.extend(_wrap_paragraph(paragraph, room, size, bold))
    return tuple(line.strip() for line in lines if line.strip()) or (" ",)


def _wrap_paragraph(text: str, room: float, size: float, bold: bool) -> list[str]:
    lines: list[str] = []
    line: list[str] = []
    used = 0.0
    face, em = _BOLD if bold else _REGULAR, size * SLACK
    for word in _words(text, room, size, bold):
        wide = face[word] * em if len(word) == 1 else width(word, size, bold)
        if line and used + wide > room:
            line, carried = _split(line, word)
            used = width("".join(carried), size, bold)
            if carried and used + wide > room:  # no room to carry what belongs with the word
                line, carried, used = [*line, *carried], [], 0.0
            lines.append("".join(line))
            line = carried
            if word.isspace():
                continue
        line.append(word)
        used += wide
    lines.append("".join(line))
    return lines


def _words(text: str, room: float, size: float, bold: bool) -> list[str]:
    """Return what a line may break between; a word too long for a line falls apart."""
    words: list[str] = []
    for word in _WORD.findall(text):
        if len(word) == 1 or width(word, size, bold) <= room:
            words.append(word)
            continue
        for part in _PART.findall(word):
            words.extend((part,) if width(part, size, bold) <= room else part)
    return words


def _split(line: list[str], word: str) -> tuple[list[str], list[str]]:
    """Return the words that stay on a line, and those that must move down with the next word."""
    cut = len(line)
    if word[0] in _NOT_FIRST:
        cut -= 1
        while cut and line[cut][0] in _NOT_FIRST:
            cut -= 1
    while cut and line[cut - 1][-1] in _NOT_LAST:
        cut -= 1
    if "".join(line[:cut]).strip():
        return line[:cut], line[cut:]
    first = next((each for each in line if not each.isspace()), "")
    rest = line[line.index(first) + 1 :] if first else []
    head, tail = _cut_code(first) if word[0] in _NOT_FIRST else ("", "")
    return ([head], [tail, *rest]) if head else (line, [])


def _cut_code(code: str) -> tuple[str, str]:
    """Return a code that fills its line in two: its last part can move down with a closing sign."""
    last = _PART.findall(code)[-1] if code else ""
    if last == code or last[0] in _NOT_FIRST:
        last = code[max(0, len(code.rstrip(_CLOSING)) - 1) :]
    return code[: len(code) - len(last)], last


def height(lines: int, size: float = 9.0) -> float:
    """Return the height of that many lines in points."""
    return lines * size * LINE

"""One cell that holds several things, split: numbered, on lines of their own, or by semicolons.

A number opens a part only where numbers count on (1, 2, 3), so that 1.5万元, 第2、3款 and 2026.1.5
stay whole. Numbers of a second kind inside a part stay in it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from riskmap.workbooks.found.cells import HAN, joined

_DIGITS: Final = "一二三四五六七八九"
_NUMERAL: Final = "[一二三四五六七八九十]"
_UNITS: Final = (
    r"(?:[%％‰万亿千百元倍条款项目号级类档日天月年周季时分秒米公吨度折版人个件名次份]|小时)"
)
_START: Final = r"(?:(?<=^)|(?<=[\s；;。！!？?，,、：:）)”]))"

_FAMILIES: Final = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"{_START}(?P<number>\d{{1,2}}[.．]\d{{1,2}})(?![.．\d])(?!\s*{_UNITS})[.．、)）]?",
        r"(?<![\d.．第])(?P<number>\d{1,2})[.．](?!\d)",
        rf"(?<![\d.．第年月A-Za-z])(?P<number>\d{{1,2}})、(?!\d|{_NUMERAL}{_UNITS})",
        r"(?<![\d第])[（(]\s*(?P<number>\d{1,2})\s*[)）]",
        rf"{_START}(?P<number>\d{{1,2}})[)）]",
        rf"{_START}(?P<number>\d{{1,2}})[:：](?!\d)",
        r"(?P<number>[①-⑳])",
        r"(?P<number>[⑴-⒇])",
        r"(?P<number>[⒈-⒛])",
        r"(?P<number>[❶-❿])",
        rf"{_START}(?P<number>{_NUMERAL}{{1,3}})、(?!{_NUMERAL})",
        rf"(?<!第)[（(]\s*(?P<number>{_NUMERAL}{{1,3}})\s*[)）]",
        r"(?P<number>[㈠-㈩])",
        rf"{_START}第(?P<number>{_NUMERAL}{{1,3}})[，,、：:]",
        rf"{_START}(?P<number>{_NUMERAL})是(?!否)",
        rf"{_START}(?P<number>[A-Z])[.、．)）]",
        r"^ *(?P<number>\d{1,2}) +(?=\S)",
    )
)
_SURE: Final = len(_FAMILIES) - 2
"""The families from here on are numbers only where there are several."""

_AFTER: Final = re.compile(r"[\s、.．：:]*")
_BULLET: Final = re.compile(r"\s*[•·●○■□◆◇▪‣➢►▶※√☆\-–—*+]\s*(?=\S)")
_INTRO: Final = re.compile(
    r"(?:主要|具体|廉政|风险)*(?:防控|防范|控制|预防)?(?:措施|办法|要点|表现|表现形式|风险点)"
    r"(?:如下|有|为)?[：:]?"
)
_HEADING: Final = re.compile(r"(?:^|[；;。\n])\s*(?P<heading>[^；;。，,\n：:]{1,12}[：:])$")
_MARKS: Final = re.compile(r"^(?P<before>[▲△★☆]{1,4})\s*|\s*[（(]?(?P<after>[▲△★☆]{1,4})[)）]?$")
_SECTIONS: Final = re.compile(
    r"\s*(?:[一1][、.．]|[（(][一1][)）])\s*(?:制度|法律|政策|防控)?依据\s*[：:]?\s*(?P<basis>.*?)\s*"
    r"(?:[二2][、.．]|[（(][二2][)）])\s*(?:防控|防范|控制|具体)?措施\s*[：:]?\s*(?P<measures>.*)",
    re.DOTALL,
)
_GOES_ON: Final = tuple("，,、：:（(和及与或并对的由须应将把向在为以于从按经")
_LEAST_HAN: Final = 6
_LEAST_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things that a cell holds: its text, the number and the ▲ or ★ it had there."""

    text: str
    number: str = ""
    marks: str = ""


@dataclass(frozen=True, slots=True)
class _Opening:
    start: int
    end: int
    count: tuple[int, ...]
    number: str


def parts(text: str) -> tuple[Part, ...]:
    """Return what a cell's text holds, in its order, each without its number.

    What stands before the first number is a part, unless it only announces what follows. A group's
    heading, such as 事前：1.…2.…事中：1.…, is said with each of its parts.
    """
    chain = _chain(text)
    if not chain:
        return tuple(filter(_has_text, (_part(each) for each in _unnumbered(text))))
    before = text[: chain[0].start]
    before, heading = ("", "") if _INTRO.fullmatch(before.strip()) else _headed(before)
    found = [_part(before)]
    said = not heading
    for opening, following in zip(chain, [*chain[1:], None], strict=True):
        piece, next_heading = text[opening.end :], ""
        if following:
            piece, next_heading = _headed(text[opening.end : following.start])
        last = following is None or bool(next_heading)
        if _has_text(_part(piece)) or (last and not said):
            found.append(_part(heading + piece, opening.number))
            said = True
        if next_heading:
            heading, said = next_heading, False
    return tuple(filter(_has_text, found))


def _headed(text: str) -> tuple[str, str]:
    """Return a text without the heading of the parts that follow it, and that heading."""
    bare = text.strip()
    found = _HEADING.search(bare)
    return (bare[: found.start()], found["heading"]) if found else (text, "")


def sections(text: str) -> tuple[str, str]:
    """Return the bases and the measures of a cell that holds both: 一、依据 … 二、措施 ….

    A cell that is not so divided holds measures alone.
    """
    found = _SECTIONS.fullmatch(text)
    return (found["basis"], found["measures"]) if found else ("", text)


def unmarked(text: str) -> tuple[str, str]:
    """Return a text without the ▲ or ★ at its beginning or end, and these."""
    found = _MARKS.search(text)
    if not found or found[0] == text:
        return text, ""
    return _MARKS.sub("", text, count=1).strip(), found["before"] or found["after"]


def _has_text(part: Part) -> bool:
    return any(each.isalnum() for each in part.text)


def _part(text: str, number: str = "") -> Part:
    bare, marks = unmarked(joined(text.strip()).rstrip("；;，,、 ").strip())
    return Part(bare.rstrip("；;，,、 "), number, marks)


def _chain(text: str) -> Sequence[_Opening]:
    """Return where the parts begin: of the numbers that count on, those that begin first."""
    chains = []
    for at, family in enumerate(_FAMILIES):
        found = _counting(text, family)
        if len(found) > (at >= _SURE):
            chains.append(found)
    return min(chains, key=lambda chain: (chain[0].start, -len(chain)), default=())


def _counting(text: str, family: re.Pattern[str]) -> Sequence[_Opening]:
    openings = list(_openings(text, family))
    for at, first in enumerate(openings):
        begins = not text[: first.start].strip()
        if begins or (first.count[-1] == 1 and _opens(text[: first.start])):
            chain = [first, *_following(text, first, openings[at + 1 :])]
            if begins or len(chain) > 1:
                return chain
    return ()


def _openings(text: str, family: re.Pattern[str]) -> Iterator[_Opening]:
    for found in family.finditer(text):
        after = _AFTER.match(text, found.end())
        end = after.end() if after else found.end()
        count, number = _count(found["number"])
        yield _Opening(found.start(), end, count, number)


def _opens(before: str) -> bool:
    return before.rstrip(" ").endswith(("：", ":", "\n", "。", "；", ";"))


def _following(text: str, first: _Opening, rest: Sequence[_Opening]) -> Iterator[_Opening]:
    last = first
    for each in rest:
        anew = each.count == (1,) and text[: each.start].rstrip(" ").endswith(("：", ":"))
        if _next(last.count, each.count) or anew:
            yield each
            last = each


def _next(last: tuple[int, ...], count: tuple[int, ...]) -> bool:
    if len(last) == 1:
        return count[0] == last[0] + 1
    return (count[0] == last[0] and count[1] >= last[1]) or count == (last[0] + 1, 1)


def _count(number: str) -> tuple[tuple[int, ...], str]:
    """Return what a number counts, and how it is written in digits."""
    for first, base in (("①", "⑳"), ("⑴", "⒇"), ("⒈", "⒛"), ("❶", "❿"), ("㈠", "㈩")):
        if first <= number <= base:
            value = ord(number) - ord(first) + 1
            return (value,), str(value)
    if number[0] in _DIGITS + "十":
        value = _chinese(number)
        return (value,), str(value)
    if number.isalpha():
        return (ord(number) - ord("A") + 1,), number
    counts = tuple(int(each) for each in re.split("[.．]", number))
    return counts, ".".join(map(str, counts))


def _chinese(number: str) -> int:
    tens, ten, ones = number.rpartition("十")
    value = (_DIGITS.find(tens[-1:]) + 1 if tens else 1) * 10 if ten else 0
    return value + (_DIGITS.find(ones[-1:]) + 1 if ones else 0)


def _unnumbered(text: str) -> Iterator[str]:
    for line in _lines(text):
        pieces = [each for each in re.split("[；;]", line) if each.strip()]
        if len(pieces) > 1 and all(map(_says_something, pieces)):
            yield from pieces
        else:
            yield line


def _lines(text: str) -> list[str]:
    """Return the lines where each says something of its own, else all as one."""
    lines = [each for each in text.split("\n") if each.strip()]
    if len(lines) > 1 and all(_BULLET.match(each) for each in lines):
        return [_BULLET.sub("", each, count=1) for each in lines]
    if len(lines) > 1 and (all(map(_marked, lines)) or _each_whole(lines)):
        return lines
    return [text]


def _marked(line: str) -> bool:
    return unmarked(line.strip())[1] != ""


def _each_whole(lines: Sequence[str]) -> bool:
    """Say whether no line only runs on into the next: a long one is often broken to fit."""
    if all(each.rstrip().endswith(("；", ";", "。", ".", "！")) for each in lines[:-1]):
        return True
    return all(_says_something(each) for each in lines) and not any(
        each.rstrip().endswith(_GOES_ON) for each in lines[:-1]
    )


def _says_something(piece: str) -> bool:
    han = len(re.findall(f"[{HAN}]", piece))
    return han >= _LEAST_HAN or (not han and len(piece.split()) >= _LEAST_WORDS)

"""The text of a cell in one form for each thing: digits, letters, brackets, blanks, names."""

import re
from datetime import date, datetime, time
from typing import Final

from riskmap.workbooks.book import Value

HAN: Final = r"\u3400-\u9fff\uf900-\ufaff〇"
_WIDE: Final = {
    **{wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))},
    **{wide: wide - 0xFEE0 for wide in range(0xFF41, 0xFF5B)},
    0xFF05: "%",
    0x3000: " ",
    0x00A0: " ",
    0x0009: " ",
}
_UNSEEN: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]")
_BREAK: Final = re.compile(r"_x000D_\n?|\r\n|[\r\v\f\u2028\u2029]")
_BRACKETS: Final = re.compile(r"[（(]([^（()）]*)[)）]")
_BETWEEN_HAN: Final = re.compile(rf"(?<=[{HAN}，。；：、！？）》”])\n(?=[{HAN}（《“])")
_SPACED: Final = re.compile(rf"(?<![{HAN}])[{HAN}](?: [{HAN}])+(?![{HAN}])")
_SURNAME: Final = re.compile(rf"(?<![{HAN} ])([{HAN}]) ([{HAN}]{{2}})(?![{HAN} ])")
_NOTHING: Final = re.compile(r"[-－—–/／\\_＿.…·]*")
ERRORS: Final = frozenset(
    {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
"""What a spreadsheet shows in place of a value that it could not work out."""


def raw(value: Value) -> str:
    """Return a cell's value as a text: whole numbers without point, days as 2026-01-31."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def text(value: Value) -> str:
    """Return a cell's text, its lines kept.

    Digits and letters are half-width; brackets are full-width around Chinese, else half-width;
    blanks are single, none at the ends of a line; empty lines and signs nobody sees are gone.
    """
    found = _UNSEEN.sub("", _BREAK.sub("\n", raw(value))).translate(_WIDE)
    found = re.sub(r"(?<=\d)．(?=\d)", ".", found)
    found = _BRACKETS.sub(_bracketed, found)
    lines = (re.sub(" +", " ", line).strip() for line in found.split("\n"))
    return "\n".join(filter(None, lines))


def _bracketed(found: re.Match[str]) -> str:
    return f"（{found[1]}）" if re.search(f"[{HAN}]", found[1]) else f"({found[1]})"


def line(value: Value) -> str:
    """Return a cell's text in one line: a break between Chinese is nothing, else a blank."""
    return joined(text(value))


def joined(lines: str) -> str:
    """Return the lines of a text as one."""
    return _BETWEEN_HAN.sub("", lines).replace("\n", " ")


def label(value: Value) -> str:
    """Return a name of a place: one line, without the blanks that only spread it (办 公 室)."""
    return _SPACED.sub(lambda found: found[0].replace(" ", ""), line(value))


def person(value: Value) -> str:
    """Return the names of people without the blanks inside them: 李 彬 is 李彬, Li Bin stays.

    Four signs, each with a blank behind it, are two names; names are divided as they were.
    """
    found = text(value).replace("\n", "、")
    found = _SPACED.sub(_names, found)
    return _SURNAME.sub(r"\1\2", found)


def _names(found: re.Match[str]) -> str:
    signs = found[0].split(" ")
    if len(signs) % 2 or len(signs) == 2:
        return "".join(signs)
    return " ".join("".join(signs[at : at + 2]) for at in range(0, len(signs), 2))


def nothing(text: str) -> bool:
    """Say whether a text only fills a cell that has nothing to say: — / …."""
    return _NOTHING.fullmatch(text) is not None

"""What a cell says, as one text: the form in which rows of a file and of the database are compared.

A text without the signs that a workbook cannot hold, a number in digits, a day as 2026-01-31, yes
as 1, a member of a closed set by its value, another row by its code.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from riskmap.db.base import BLANKS
from riskmap.workbooks.columns import SEPARATOR

LONGEST: Final = 32_767
"""Characters that a cell can hold."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_CODES = re.compile(r"[\s、，,；;|]+")


def tidy(text: str) -> str:
    """Return a text as it is compared: one sign for a line's end, no blanks around it."""
    if text.isprintable():  # most are: no sign in it but letters and plain blanks
        return text.strip(" ")[:LONGEST].rstrip(" ")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("\ufffd", text).strip(BLANKS + "\n\t")[:LONGEST].rstrip(BLANKS + "\n\t")


def stored(value: Any) -> str:
    """Return what a cell says of a column's value."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, date):
        return value.isoformat()
    return tidy(str(value))  # a StrEnum's is its value


def joined(codes: Iterable[str]) -> str:
    """Return several codes as one text, in their order, each once."""
    return SEPARATOR.join(sorted(set(codes)))


def apart(text: str) -> list[str]:
    """Return the codes of one text; anything that people write between them parts them."""
    return [each for each in _CODES.split(text) if each]


def plain(value: Any) -> str:
    """Return what was read from a cell as text, before it is known what it should be."""
    if value is None:
        return ""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    return tidy(str(value))


def narrow(text: str) -> str:
    """Return a text with full-width letters and digits as their usual forms, one blank for many."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def day(text: str) -> str | None:
    """Return a day as 2026-01-31, None where the text is none."""
    found = _DAY.fullmatch(narrow(text).replace(" ", ""))
    if found is None:
        return None
    try:
        return date(*map(int, found.groups())).isoformat()
    except ValueError:
        return None

"""XML parts of a workbook: which are XML, what none may hold, and what its sheets are called."""

import codecs
import re
from collections.abc import Mapping
from html import unescape
from posixpath import dirname, join, normpath
from typing import Final

from riskmap.document.sentences import say
from riskmap.workbooks.refusals import Refused

_BOM: Final = codecs.BOM_UTF8
_ENDINGS: Final = (".xml", ".rels", ".vml")
_DTD: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING: Final = re.compile(rb"\s*<\?xml[^<>]{0,200}?encoding\s*=\s*[\"']([^\"'<>]*)")
_TAG: Final = re.compile(rb"<(?:[\w.-]+:)?(sheet|Relationship)(\s[^<>]*)>")
_ATTRIBUTE: Final = re.compile(rb"\s([\w.:-]+)=(?:\"([^\"]*)\"|'([^']*)')")
_PIECE: Final = 1024 * 1024


def is_xml(part: str, data: bytes) -> bool:
    """Return whether a part is XML, by its name or its first sign."""
    start = data[:64].removeprefix(_BOM).lstrip()
    return part.lower().endswith(_ENDINGS) or start.startswith(b"<")


def check_xml(part: str, data: bytes) -> None:
    """Let UTF-8 without a DTD pass; raises `Refused`.

    Entities that a DTD declares can grow without bounds or read files; in another encoding
    neither they nor anything else would be found.
    """
    declared = _ENCODING.match(data[:512].removeprefix(_BOM))
    if b"\0" in data or (declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")):
        raise _not_utf_8(part)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(data[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _not_utf_8(part) from error
    if _DTD.search(data):
        raise Refused(
            say(
                "Part “%(part)s” of the workbook declares entities (a DTD), which no spreadsheet "
                "program writes. Do not use this file; ask its sender for a new one.",
                part=part[:100],
            )
        )


def _not_utf_8(part: str) -> Refused:
    return Refused(
        say(
            "Part “%(part)s” of the workbook is not written in UTF-8. Open it in Excel or WPS and "
            "save it as a new .xlsx.",
            part=part[:100],
        )
    )


def sheet_names(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return what the sheets are called, by their parts, so that a refusal can name them.

    A look, not a reading: what is missing here is called by its part.
    """
    names: dict[str, str] = {}
    for part, data in parts.items():
        related = parts.get(f"{dirname(part)}/_rels/workbook.xml.rels")
        if part.endswith(".rels") or related is None:
            continue
        targets = {each.get("Id"): each.get("Target", "") for each in _tags(related)}
        for each in _tags(data):
            target = targets.get(next((each[key] for key in each if key.endswith(":id")), None))
            if target:
                names[_path(dirname(part), target)] = each.get("name", "")[:100]
    return names


def _tags(data: bytes) -> list[dict[str, str]]:
    return [
        {
            key.decode("ascii", "replace"): unescape((one or other).decode("utf-8", "replace"))
            for key, one, other in _ATTRIBUTE.findall(found[2])
        }
        for found in _TAG.finditer(data)
    ]


def _path(folder: str, target: str) -> str:
    return normpath(join("/", folder, target)).lstrip("/")

"""The door for files that people upload: what is looked at before any parser sees a file.

First the name and the first bytes (`kind`), then the parts of a workbook one by one (`parts`):
how many, how large, whether they hold macros, objects or a DTD. What comes through is XML in
UTF-8 within the limits, and every sheet of it one of which a reader loses nothing (`cells`).
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from io import BytesIO
from typing import Final, NoReturn
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from riskmap.document.sentences import Said, say
from riskmap.workbooks import cells
from riskmap.workbooks.refusals import Refused, damaged
from riskmap.workbooks.xml_parts import check_xml, is_xml, sheet_names

MEGABYTE: Final = 1024 * 1024
LARGEST: Final = 10 * MEGABYTE
LARGEST_PART: Final = 50 * MEGABYTE
LARGEST_UNPACKED: Final = 100 * MEGABYTE
MOST_PARTS: Final = 1000
CHUNK: Final = 256 * 1024

_ZIP: Final = b"PK\3\4"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGE: Final = re.compile(rb"<(?:!doctype\s+html|html|head|meta|body|table|style)\b", re.IGNORECASE)
_TRICK: Final = re.compile(r"^/|[\\:\x00-\x1f\x7f]|(?:^|/)\.{1,2}(?:/|$)")
_LEFT_OUT: Final = re.compile(r"(?:^|/)externalLinks/", re.IGNORECASE)
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


class Kind(StrEnum):
    """The kinds of file that are read."""

    XLSX = "xlsx"
    CSV = "csv"


_MACROS: Final = say(
    "The workbook holds macros, which are not let in. Open it in Excel or WPS and save it as "
    ".xlsx, without macros."
)
_OLD: Final = say(
    "This is a workbook of an older or another kind. Open it in Excel or WPS and save it as .xlsx."
)
_PASSWORD: Final = say(
    "The workbook is locked with a password. Take the password off (Excel or WPS: File, Encrypt) "
    "and upload it again."
)
_WEB_PAGE: Final = say(
    "This is a web page with the name of a table, as some systems export it. Open it in Excel or "
    "WPS and save it as .xlsx."
)
_NO_WORKBOOK: Final = say(
    "This is no workbook, whatever its name says. Choose an .xlsx or .csv file."
)
_CUT: Final = say("The file did not arrive whole: its end is missing. Upload it again.")
_OBJECTS: Final = say(
    "Another file is embedded in the workbook (an object or a control). Remove it, or copy the "
    "table alone into a new workbook, and upload that."
)

_KINDS_BY_NAME: Final[dict[str, Said]] = {
    **dict.fromkeys(("xlsm", "xltm", "xlam"), _MACROS),
    **dict.fromkeys(("xls", "xlt", "xlsb", "et", "ett", "ods"), _OLD),
}
_PARTS_NOT_LET_IN: Final = (
    (re.compile(r"(?:^|/)vba[^/]*$|(?:^|/)(?:macro|dialog)sheets/", re.IGNORECASE), _MACROS),
    (re.compile(r"(?:^|/)(?:embeddings|activeX)/|oleObject", re.IGNORECASE), _OBJECTS),
    (re.compile(r"(?:^|/)workbook\.bin$|^content\.xml$", re.IGNORECASE), _OLD),
)


def kind(content: bytes, name: str) -> Kind:
    """Return which kind of file this is, by its name and its first bytes; raises `Refused`."""
    ending = name.rpartition(".")[2].lower()
    if not content:
        raise Refused(say("The file is empty. Choose it again."))
    if len(content) > LARGEST:
        raise Refused(
            say(
                "The file has %(size)s MB; at most %(limit)s MB are read. Remove pictures from "
                "it, or divide the table into several files.",
                size=-(-len(content) // MEGABYTE),
                limit=LARGEST // MEGABYTE,
            )
        )
    if ending in _KINDS_BY_NAME:
        raise Refused(_KINDS_BY_NAME[ending])
    if ending not in list(Kind):
        raise Refused(say("Only .xlsx and .csv files are read. Save the table as one of these."))
    if ending == Kind.XLSX:
        if not content.startswith(_ZIP):
            _refuse_no_zip(content)
        return Kind.XLSX
    _check_text(content)
    return Kind.CSV


def parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of a workbook's XML parts, each checked; raises `Refused`.

    Pictures and copies of other workbooks are inflated and measured, and left out.
    """
    with _opened(content) as archive:
        infos = archive.infolist()
        _check_names(infos)
        _check_sizes(infos)
        names = sheet_names(
            {
                info.filename: _inflated(archive, info)
                for info in infos
                if info.filename.endswith(("/workbook.xml", "/workbook.xml.rels"))
            }
        )
        room = cells.Room()
        for info in infos:
            data = _inflated(archive, info)
            part = info.filename
            if not is_xml(part, data):
                continue
            check_xml(part, data)
            if part.lower() == "[content_types].xml" and b"macroEnabled" in data:
                raise Refused(_MACROS)
            if _LEFT_OUT.search(part):
                continue
            cells.count_strings(data)
            yield part, cells.checked(data, names.get(part, part.rpartition("/")[2]), room)


def _refuse_no_zip(content: bytes) -> NoReturn:
    """Tell apart what people take for a workbook."""
    _refuse_others(content)
    if not _is_text(content):
        raise Refused(_NO_WORKBOOK)
    raise Refused(
        say(
            "This is plain text, not a workbook. If it is a table of separated values, give it "
            "the ending .csv; else open it in Excel or WPS and save it as .xlsx."
        )
    )


def _check_text(content: bytes) -> None:
    if content.startswith(_ZIP):
        raise Refused(say("This is a workbook under the name of a .csv. Give it the ending .xlsx."))
    _refuse_others(content)
    if content.startswith(_UTF_16):
        raise Refused(
            say("The text is written in UTF-16. Save it as “CSV UTF-8” and upload it again.")
        )
    if b"\0" in content:
        raise Refused(say("This is no text. Save the table as “CSV UTF-8” and upload it again."))


def _refuse_others(content: bytes) -> None:
    if content.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise Refused(_PASSWORD if locked else _OLD)
    start = content[:2048].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") and _PAGE.search(start):
        raise Refused(_WEB_PAGE)
    if start.startswith(b"<?xml"):
        raise Refused(_OLD)


def _is_text(content: bytes) -> bool:
    return not any(sign in content for sign in (b"\0", b"\1", b"\2", b"\3"))


def _opened(content: bytes) -> ZipFile:
    # Bounds what the library has to hold, whatever the directory says of itself.
    if content.count(b"PK\1\2") > MOST_PARTS:
        raise Refused(
            say(
                "The workbook has more than %(limit)s parts. Copy the table alone into a new "
                "workbook and upload that.",
                limit=MOST_PARTS,
            )
        )
    if b"PK\5\6" not in content:
        raise Refused(_CUT)
    try:
        archive = ZipFile(BytesIO(content))
    except Exception as error:  # many kinds, whatever the damage led the library into
        raise damaged("zip") from error
    if not any(info.filename.lower() == "[content_types].xml" for info in archive.infolist()):
        raise Refused(_NO_WORKBOOK)
    return archive


def _check_names(infos: list[ZipInfo]) -> None:
    seen: set[str] = set()
    for info in infos:
        name = info.orig_filename
        if info.flag_bits & 0x2041:
            raise Refused(_PASSWORD)
        if _TRICK.search(name) or name.casefold() in seen:
            raise damaged(ascii(name)[1:-1])
        if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise damaged(name)
        for pattern, why in _PARTS_NOT_LET_IN:
            if pattern.search(name):
                raise Refused(why)
        seen.add(name.casefold())
    if min(info.header_offset for info in infos) != 0:
        raise damaged("zip")  # something stands before what the directory lists


def _check_sizes(infos: list[ZipInfo]) -> None:
    large = [info.file_size for info in infos if info.file_size > LARGEST_PART]
    if large or sum(info.file_size for info in infos) > LARGEST_UNPACKED:
        raise _too_large()


def _too_large() -> Refused:
    return Refused(
        say(
            "Unpacked, the workbook would take more than %(limit)s MB. Delete empty rows and "
            "columns with formats, or divide the table into several files.",
            limit=LARGEST_PART // MEGABYTE,
        )
    )


def _inflated(archive: ZipFile, info: ZipInfo) -> bytes:
    """Return a part's content, never more of it than is let in; raises `Refused`."""
    chunks: list[bytes] = []
    size = 0
    try:
        with archive.open(info) as part:
            while chunk := part.read(CHUNK):
                size += len(chunk)
                if size > LARGEST_PART:
                    raise _too_large()
                chunks.append(chunk)
    except Refused:
        raise
    except Exception as error:  # many kinds, whatever the damage led the library into
        raise damaged(info.filename) from error
    return b"".join(chunks)

"""Which files an answer may bring: their kinds, sizes and names, and that each is what it says."""

import hashlib
import io
import re
import struct
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from riskmap.coverage.gaps import Said, say

MEGABYTE: Final = 1024 * 1024
LARGEST: Final = 10 * MEGABYTE  # bytes of a file
MOST: Final = 5  # files of an answer
IN_SUM: Final = 30 * MEGABYTE  # bytes of all files of a finding
LONGEST_NAME: Final = 200  # characters
PARTS: Final = 1000  # of an Office file
UNPACKED: Final = 100 * MEGABYTE  # bytes of its parts in sum
SIDE: Final = 30_000  # pixels of a picture, either way
PIXELS: Final = 200_000_000


class Refused(ValueError):
    """A file that is not taken, and why, with what to do."""

    def __init__(self, why: Said) -> None:
        super().__init__(why.text())
        self.why = why


@dataclass(frozen=True, slots=True)
class File:
    """A file that is taken: under which name, of which kind."""

    name: str
    kind: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def clean_name(raw: str) -> str:
    """Return a file's name without folders, control characters and marks that turn text round.

    >>> clean_name("..\\\\..\\\\x\\u202e.pdf")
    'x.pdf'
    """
    base = re.split(r"[/\\]", raw)[-1]
    plain = "".join(each for each in base if unicodedata.category(each)[0] != "C")
    plain = re.sub(r'[<>:"|?*]', "_", unicodedata.normalize("NFC", plain)).strip(" \u3000.")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) <= LONGEST_NAME or not dot:
        return plain[:LONGEST_NAME]
    return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending[: LONGEST_NAME - 2]


def taken(raw_name: str, content: bytes) -> File:
    """Return a file as it is kept; raise `Refused` for one that is not taken."""
    name = clean_name(raw_name)
    stem, _dot, ending = name.rpartition(".")
    kind = KINDS.get(ending.lower())
    if kind is None or not stem:
        raise Refused(
            say(
                "“%(name)s” is not taken: a file may be %(kinds)s. Save it as one of them.",
                name=name,
                kinds="、".join(ENDINGS),
            )
        )
    if not content:
        raise Refused(say("“%(name)s” is empty. Look at the file and choose it again.", name=name))
    if len(content) > LARGEST:
        raise Refused(
            say(
                "“%(name)s” is larger than %(megabytes)s MB. Make it smaller, or part it.",
                name=name,
                megabytes=LARGEST // MEGABYTE,
            )
        )
    for why in kind.faults(name, content):
        raise Refused(why)
    return File(name, kind.name, content)


def too_many(sizes: Sequence[int], before: int) -> Said | None:
    """Return why files of some sizes are too many for a finding, None where they are not."""
    if len(sizes) > MOST:
        return say("An answer may bring %(most)s files at most. Choose fewer.", most=MOST)
    if before + sum(sizes) > IN_SUM:
        return say(
            "The files of a finding may have %(megabytes)s MB in sum, and it has %(before)s MB "
            "already. Choose fewer or smaller ones.",
            megabytes=IN_SUM // MEGABYTE,
            before=f"{before / MEGABYTE:.1f}",
        )
    return None


Faults = Iterator[Said]


def _unlike(name: str, kind: str) -> Said:
    return say(
        "“%(name)s” is no %(kind)s file, whatever its name ends with. Open it in the program it "
        "was made with and save it as %(kind)s.",
        name=name,
        kind=kind,
    )


def _pdf(name: str, content: bytes) -> Faults:
    if not content.startswith(b"%PDF-"):
        yield _unlike(name, "PDF")
    elif b"%%EOF" not in content[-2048:]:
        yield say("“%(name)s” did not arrive whole. Choose it again.", name=name)
    elif re.search(rb"/(JavaScript|Launch)[\s(<\[/]", content):
        yield say(
            "“%(name)s” holds a script or starts a program. Print it to a new PDF and hand that "
            "in.",
            name=name,
        )


def _text(name: str, content: bytes) -> Faults:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(each) == "Cc" and each not in "\t\n\r\f" for each in text):
            return
    yield say(
        "“%(name)s” is no plain text. Save it as text in UTF-8 and choose it again.", name=name
    )


def _png(name: str, content: bytes) -> Faults:
    head = content[:33]
    if len(head) < 33 or head[:8] != b"\x89PNG\r\n\x1a\n" or head[8:16] != b"\0\0\0\rIHDR":
        yield _unlike(name, "PNG")
        return
    width, height = struct.unpack(">II", head[16:24])
    yield from _sides(name, width, height)


def _jpeg(name: str, content: bytes) -> Faults:
    sides = _jpeg_sides(content)
    if sides is None:
        yield _unlike(name, "JPG")
    else:
        yield from _sides(name, *sides)


def _jpeg_sides(content: bytes) -> tuple[int, int] | None:
    """Return width and height of a JPEG, None of what is none: its markers up to the frame."""
    if content[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # a filling byte
            at += 1
            continue
        if marker in FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        length = struct.unpack(">H", content[at + 2 : at + 4])[0]
        if length < 2:
            return None
        at += 2 + length
    return None


FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _sides(name: str, width: int, height: int) -> Faults:
    if not (0 < width <= SIDE and 0 < height <= SIDE and width * height <= PIXELS):
        yield say(
            "“%(name)s” says that it is %(width)s × %(height)s dots. Save it smaller.",
            name=name,
            width=width,
            height=height,
        )


def _office(part: str, ending: str) -> Callable[[str, bytes], Faults]:
    """Return the check of an Office file whose main part is of a kind."""

    def check(name: str, content: bytes) -> Faults:
        if not content.startswith(b"PK\x03\x04"):
            yield _unlike(name, ending)
            return
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                yield from _packed(name, packed, part, ending)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, RuntimeError):
            yield say("“%(name)s” is damaged. Choose it again.", name=name)

    return check


TYPES: Final = "[Content_Types].xml"


def _packed(name: str, packed: zipfile.ZipFile, part: str, ending: str) -> Faults:
    """Look at the directory of a packed file, and at the one part that says what it is."""
    parts = packed.infolist()
    names = [each.filename for each in parts]
    if any(each.flag_bits & 1 for each in parts):
        yield say(
            "“%(name)s” is locked with a password. Save it without one and choose it again.",
            name=name,
        )
    elif len(parts) > PARTS or sum(each.file_size for each in parts) > UNPACKED:
        yield say(
            "“%(name)s” unpacks to more than is taken: %(parts)s parts and %(megabytes)s MB at "
            "most. Leave pictures out, or hand in a PDF.",
            name=name,
            parts=PARTS,
            megabytes=UNPACKED // MEGABYTE,
        )
    elif names.count(TYPES) != 1 or any(_strays(each) for each in names):
        yield _unlike(name, ending)
    elif any("vbaproject" in each.lower() for each in names):
        yield _macros(name)
    else:
        with packed.open(TYPES) as opened:
            types = opened.read(MEGABYTE).lower()
        if b"macroenabled" in types:
            yield _macros(name)
        elif part.encode() not in types or b"<!" in types:
            yield _unlike(name, ending)


def _strays(part: str) -> bool:
    """Return whether the name of a part leads out of the file."""
    way = part.replace("\\", "/").split("/")
    return part.startswith(("/", "\\")) or ".." in way or ":" in way[0]


def _macros(name: str) -> Said:
    return say("“%(name)s” holds macros. Save it without them, or hand in a PDF.", name=name)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: what it is called, how a browser knows it, what is wrong with one."""

    name: str
    mimetype: str
    faults: Callable[[str, bytes], Faults]


_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument."
_WORD: Final = "wordprocessingml.document"
_EXCEL: Final = "spreadsheetml.sheet"
_JPG: Final = Kind("jpg", "image/jpeg", _jpeg)
KINDS: Final[Mapping[str, Kind]] = {
    "pdf": Kind("pdf", "application/pdf", _pdf),
    "png": Kind("png", "image/png", _png),
    "jpg": _JPG,
    "jpeg": _JPG,
    "docx": Kind("docx", _OPEN_XML + _WORD, _office(f"{_WORD}.main+xml", "Word")),
    "xlsx": Kind("xlsx", _OPEN_XML + _EXCEL, _office(f"{_EXCEL}.main+xml", "Excel")),
    "txt": Kind("txt", "text/plain; charset=utf-8", _text),
}
"""By what a name ends with, in small letters."""

ENDINGS: Final = ("pdf", "png", "jpg", "docx", "xlsx", "txt")

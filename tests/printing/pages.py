"""A printed PDF read back: its pages' text, its bookmarks, its fonts."""

import io
from collections.abc import Iterator

from pypdf import PageObject, PdfReader
from pypdf.generic import Destination


def read(pdf: bytes) -> PdfReader:
    """Return the reader of a PDF."""
    return PdfReader(io.BytesIO(pdf))


def texts(pdf: bytes) -> list[str]:
    """Return each page's text without blanks and line ends."""
    return ["".join(page.extract_text().split()) for page in read(pdf).pages]


def fonts(pdf: bytes) -> set[str]:
    """Return the names of a PDF's fonts without the subset's tag; all must be embedded."""
    return {name for page in read(pdf).pages for name in _fonts(page)}


def _fonts(page: PageObject) -> Iterator[str]:
    for font in page["/Resources"].get("/Font", {}).values():
        (descendant,) = font.get_object()["/DescendantFonts"]
        described = descendant.get_object()["/FontDescriptor"].get_object()
        assert described.keys() & {"/FontFile2", "/FontFile3"}
        yield str(font.get_object()["/BaseFont"]).partition("+")[2]


def bookmarks(pdf: bytes) -> list[tuple[int, str, int]]:
    """Return depth, text and page index of every bookmark, in order."""
    reader = read(pdf)

    def walk(entries: list[object], depth: int) -> Iterator[tuple[int, str, int]]:
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry, depth + 1)
            elif isinstance(entry, Destination):
                yield depth, str(entry.title), reader.get_destination_page_number(entry) or 0

    return list(walk(list(reader.outline), 1))

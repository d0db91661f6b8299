"""A printed PDF read back: its pages' text, its bookmarks, its fonts."""

import io
from collections.abc import Iterator
from pathlib import Path

import typst
from PIL import Image
from pypdf import PageObject, PdfReader
from pypdf.generic import Destination
from zxingcpp import read_barcodes


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


def codes(pdf: bytes, folder: Path) -> list[str]:
    """Return what a camera reads off the first page of a PDF, as coarse as a copier makes it."""
    (folder / "page.pdf").write_bytes(pdf)
    (folder / "page.typ").write_text('#set page(width: auto, height: auto, margin: 0pt)\n'
                                     '#image("page.pdf")')  # fmt: skip
    seen = typst.compile(folder / "page.typ", format="png", ppi=150.0)
    return [each.text for each in read_barcodes(Image.open(io.BytesIO(seen)).convert("L"))]

"""The sheets of 24 varied maps side by side, for a person to look at: in colour and in grey.

uv run python -m tests.drawing.contact_sheet [-o FOLDER] [--all-pages] [CODE …]

Writes PNG pictures, six pages on each at a size that lets every text be read, and an overview.
Which maps they are follows from the sample (`varied.py`); codes name others. `--all-pages` shows
each map's every page instead of its first. Grey is what a printer without colours would make.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from playwright.sync_api import Browser

from riskmap.app import create_app
from riskmap.db import db
from riskmap.document.model import MapDocument
from riskmap.drawing.engine import Engine
from riskmap.maps.queries import NoSuchMap, documents
from riskmap.maps.sheets import sheets
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.printing.sheet import picture_sheets, plan
from riskmap.revisions.showing import printables
from tests.bench.drawing import load_sample
from tests.browser import browser, shot
from tests.drawing.varied import Candidate, Choice, choose

PER_PICTURE = 6
ROW = 3  # pages side by side
SMALL = 0.24  # of full size, in the overview
IN_GREY = {"colour": "none", "grey": "grayscale(1)"}


@dataclass(frozen=True)
class Page:
    """A page to look at, and what stands below it."""

    svg: bytes
    width: float  # points
    code: str
    words: str


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.drawing.contact_sheet")
    parser.add_argument("-o", "--output", type=Path, default=Path("exports/contact"))
    parser.add_argument("--all-pages", action="store_true")
    parser.add_argument("codes", nargs="*", metavar="CODE")
    asked = parser.parse_args(arguments)
    asked.output.mkdir(parents=True, exist_ok=True)
    try:
        pages = list(draw(asked.codes, asked.all_pages))
    except NoSuchMap as error:
        raise SystemExit(str(error)) from None
    with browser() as opened:
        for name, picture in pictures(opened, pages):
            path = asked.output / f"{'all' if asked.all_pages else 'first'}-{name}.png"
            path.write_bytes(picture)
            sys.stdout.write(f"{path}\n")


def draw(codes: Sequence[str], all_pages: bool) -> Iterator[Page]:
    """Yield the pages of the sample's maps with these codes, or of varied ones."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(f"sqlite:///{folder}/sample.db")
        with app.app_context(), Engine() as engine:
            load_sample()
            bureau = bureaus(db.session)[0]
            choices = chosen(documents(db.session, Scope(bureau), codes or None), bool(codes))
            wanted = [each.candidate.document.code for each in choices]
            by_code = {
                each.document.code: each
                for each in printables(db.session, Scope(bureau), wanted, draft=True)
            }
            maps = [by_code[code] for code in wanted]
            for choice, sheet in zip(choices, sheets(engine, maps), strict=True):
                svgs = picture_sheets([sheet])
                for number, svg in enumerate(svgs if all_pages else svgs[:1], start=1):
                    yield page(choice, svg, sheet.plan.paper.width, number, len(svgs))
            db.session.remove()
            db.engine.dispose()


def chosen(maps: Sequence[MapDocument], named: bool) -> list[Choice]:
    """Return the varied ones of some maps, or all that were named."""
    candidates = [Candidate(each, plan(each).pages) for each in maps]
    if named:
        return [Choice(each, ()) for each in candidates]
    return choose(candidates)


def page(choice: Choice, svg: bytes, width: float, number: int, count: int) -> Page:
    document = choice.candidate.document
    words = [f"{document.code} {document.title}", f"page {number} of {count}"]
    words += choice.meets if number == 1 else ()
    return Page(svg, width, document.code, " · ".join(words))


def pictures(opened: Browser, pages: Sequence[Page]) -> Iterator[tuple[str, bytes]]:
    """Yield the names and the bytes of the pictures."""
    for tone in IN_GREY:
        yield f"overview-{tone}", picture(opened, pages, tone, SMALL, 2 * ROW)
        for number, first in enumerate(range(0, len(pages), PER_PICTURE), start=1):
            some = pages[first : first + PER_PICTURE]
            yield f"{tone}-{number}", picture(opened, some, tone, 1, ROW)


def picture(opened: Browser, pages: Sequence[Page], tone: str, scale: float, in_row: int) -> bytes:
    """Return a picture of pages in rows."""
    size = 28 if scale == 1 else 11
    figures = "".join(
        f'<figure style="width: {each.width * scale}pt"><img src="{number}.svg">'
        f"<figcaption>{escape(each.words)}</figcaption></figure>"
        for number, each in enumerate(pages)
    )
    html = (
        '<!DOCTYPE html><meta charset="utf-8"><style>'
        f'body {{ margin: 0; font: {size}px/1.4 "Noto Sans SC" }}'
        "#picture { display: inline-grid; gap: 12px; padding: 12px; background: #9aa3ad;"
        f"grid-template-columns: repeat({min(in_row, len(pages))}, max-content) }}"
        f"figure {{ margin: 0; filter: {IN_GREY[tone]} }}"
        "img { display: block; width: 100%; background: white }"
        f'</style><div id="picture">{figures}</div>'
    )
    with tempfile.TemporaryDirectory() as folder:
        files = {f"{number}.svg": each.svg for number, each in enumerate(pages)}
        return shot(opened, Path(folder), html, files)


if __name__ == "__main__":
    main(sys.argv[1:])

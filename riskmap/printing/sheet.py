"""The sheet of one map: its paper, its pages, and what Typst draws on them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from riskmap.document.model import MapDocument
from riskmap.drawing.layout import Layout
from riskmap.drawing.marks import Marks
from riskmap.drawing.shapes import Chart, Frame
from riskmap.printing import legend
from riskmap.printing.block import Block, Cell, compose
from riskmap.printing.cropping import page_files
from riskmap.printing.paper import GAP, RUNNING, Paper, wide_enough
from riskmap.printing.typesetter import typeset, typeset_pictures

SIGNATURES: Final = 40.0
SEAL: Final = 132.0  # room below the signatures from which a place for the seal is drawn
CLOSE: Final = 0.01  # points by which sums of heights may differ


@dataclass(frozen=True, slots=True)
class Stamp:
    """The revision a sheet shows, as printed: its version, its date, what else must be said.

    `across` is said right across every page: that the sheet is not in force. `check` is what its
    square code says: where to ask whether it still is; `digest` is printed for who types that.
    """

    version: str
    date: str
    note: str = ""
    across: str = ""
    check: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """A box of the sign-off block as it was signed: by whom, on which day, under which number."""

    box: str
    name: str
    day: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a document goes on paper: the paper, its title block, and the chart on its pages."""

    paper: Paper
    block: Block
    legend: legend.Lines
    frame: Frame
    chart: Chart

    @property
    def pages(self) -> int:
        return len(self.chart.windows)

    @property
    def spare(self) -> float:
        """Return the height left on the last page below everything but the signatures."""
        top, bottom = self.chart.windows[-1]
        return self._room(self.pages - 1) - (bottom - top)

    def _room(self, page: int) -> float:
        return _room(self.paper, self.block, self.legend, self.chart.head if page else None)

    @property
    def signed_in_room(self) -> bool:
        """Return whether the last page has room for the signatures."""
        return self.spare >= SIGNATURES - CLOSE


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document with its plan, the SVG of the plan's chart, and the revision it shows.

    Without signatures the sheet has boxes to be signed by hand; `square` is the SVG of the code
    that says what the stamp's `check` does.
    """

    document: MapDocument
    plan: Plan
    svg: bytes
    stamp: Stamp
    signatures: tuple[Signature, ...] = ()
    square: bytes = b""


def plan(document: MapDocument, marks: Marks | None = None) -> Plan:
    """Return the paper and the pages of a document's sheet, on which parts may be marked.

    The first paper that is wide enough and needs few enough pages; else the fewest pages.
    """
    layout = Layout(document, marks)
    plans: list[Plan] = []
    for each, most_pages in wide_enough(document.place.level, layout.needed_width):
        plans.append(_planned(document, layout, each))
        if not plans[-1].block.cut and plans[-1].pages <= most_pages:
            return plans[-1]
    return min(plans, key=lambda each: (each.block.cut, each.pages))


def _planned(document: MapDocument, layout: Layout, chosen: Paper) -> Plan:
    """Return the plan on a paper; signatures cost room on every page only if they must."""
    block, signs = compose(document, chosen), legend.compose(document, chosen)
    first = _room(chosen, block, signs, None)
    rest = _room(chosen, block, signs, layout.head_height(chosen.room))
    for reserve in (0.0, SIGNATURES):
        frame = Frame(chosen.room, first - reserve, rest - reserve)
        planned = Plan(chosen, block, signs, frame, layout.chart(frame))
        if planned.signed_in_room:
            break
    return planned


def _room(chosen: Paper, block: Block, signs: legend.Lines, head: float | None) -> float:
    """Return the height for the chart on the first page, or below `head` on another."""
    above = block.height if head is None else RUNNING + head
    return chosen.body - above - GAP - len(signs) * legend.LINE - GAP


def print_sheets(sheets: Sequence[Sheet], grey: bool = False) -> bytes:
    """Return the PDF of sheets one after another; of sheets drawn in grey, in grey."""
    return typeset("sheets.typ", *_content(sheets, grey))


def picture_sheets(sheets: Sequence[Sheet], grey: bool = False) -> list[bytes]:
    """Return the pages of sheets as SVG: letters around the chart as outlines, in it as text."""
    return typeset_pictures("sheets.typ", *_content(sheets, grey))


def _content(sheets: Sequence[Sheet], grey: bool) -> tuple[dict[str, object], dict[str, bytes]]:
    """Return the data and the files of sheets one after another."""
    names = [f"{number}-" for number in range(len(sheets))]
    data: dict[str, object] = {
        "grey": grey,
        "title": "、".join(dict.fromkeys(each.document.title for each in sheets)),
        "author": "、".join(dict.fromkeys(each.document.place.bureau for each in sheets)),
        "sheets": [sheet_data(each, name) for each, name in zip(sheets, names, strict=True)],
    }
    files = merged(chart_files(each, name) for each, name in zip(sheets, names, strict=True))
    return data, files


def merged(parts: Iterable[Mapping[str, bytes]]) -> dict[str, bytes]:
    """Return the files of all parts together."""
    return {name: content for part in parts for name, content in part.items()}


def chart_files(sheet: Sheet, prefix: str) -> dict[str, bytes]:
    """Return the SVG of each page's window, of the head that later ones repeat, of its code."""
    files = page_files(sheet.svg, sheet.plan.chart, prefix)
    if sheet.square:
        files[_square(prefix)] = sheet.square
    return files


def _square(prefix: str) -> str:
    return f"{prefix}qr.svg"


def sheet_data(sheet: Sheet, prefix: str) -> dict[str, object]:
    """Return what the templates need to draw a sheet whose files begin with `prefix`."""
    document, stamp, block = sheet.document, sheet.stamp, sheet.plan.block
    return {
        "bureau": document.place.bureau,
        "kind": f"{document.place.level.label}法治账图",
        "code": document.code,
        "full_title": document.title,
        "title": block.title,
        "version": stamp.version,
        "date": stamp.date,
        "note": stamp.note,
        "across": stamp.across,
        "digest": stamp.digest,
        "qr": _square(prefix) if sheet.square else "",
        "signatures": [
            {"box": each.box, "name": each.name, "day": each.day, "number": each.number}
            for each in sheet.signatures
        ],
        "bar": block.bar,
        "code_width": block.code_width,
        "fields": [
            {"height": row.height, "cells": [_cell(cell, row.height) for cell in row.cells]}
            for row in block.fields
        ],
        "panels": list(_panels(block)),
        "panels_height": block.panels_height,
        "legend": legend.data(sheet.plan.legend),
        "pages": list(_pages(sheet, prefix)),
    }


def _cell(cell: Cell, height: float) -> dict[str, object]:
    return {
        "label": cell.label,
        "label_width": cell.label_width,
        "width": cell.width,
        "height": height,
        "lines": cell.lines,
    }


def _panels(block: Block) -> Iterator[list[dict[str, object]]]:
    """Yield the columns of panels, the last panel of each stretched to the block's foot."""
    for column in block.panels:
        spare = block.panels_height - sum(cell.height for cell in column)
        heights = [cell.height for cell in column]
        heights[-1] += spare
        yield [_cell(cell, height) for cell, height in zip(column, heights, strict=True)]


def _pages(sheet: Sheet, prefix: str) -> Iterator[dict[str, object]]:
    plan, chart = sheet.plan, sheet.plan.chart
    for page, (top, bottom) in enumerate(chart.windows):
        last = page == plan.pages - 1
        yield {
            "paper": {"width": plan.paper.width, "height": plan.paper.height},
            "first": page == 0,
            "last": last,
            "seal": last and plan.spare >= SIGNATURES + GAP + SEAL,
            "continues": not last,
            "number": f"第 {page + 1} 页　共 {plan.pages} 页",
            "chart": f"{prefix}{page}.svg",
            "head": f"{prefix}head.svg" if page else "",
            "head_height": chart.head,
            "width": chart.width,
            "height": chart.height,
            "top": top,
            "window": bottom - top,
        }

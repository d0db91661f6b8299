"""The atlas of a bureau: cover, notes, contents, every sheet, ledgers and indexes in one PDF."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final

from riskmap.document.model import MapDocument
from riskmap.drawing.text import wrap
from riskmap.printing import indexes, ledger
from riskmap.printing.paper import A3_LANDSCAPE, A4_PORTRAIT
from riskmap.printing.sheet import Sheet, chart_files, merged, sheet_data
from riskmap.printing.typesetter import typeset
from riskmap.register.rating import Level

COVER_TITLE: Final = 32.0
INSET: Final = 7.0  # left and right of the text in a ledger's cell, together
MOST_LINES: Final = 40  # a ledger's row up to this height stays on one page
# Of a ledger's cell as atlas.typ sets it: its text, between its lines, between its paragraphs,
# above and below them.
SIZE: Final = 9.0
LEADING: Final = 0.32 * SIZE
SPACING: Final = 0.62 * SIZE
ROW_INSET: Final = 3.5


@dataclass(frozen=True, slots=True)
class Totals:
    """What the register and the organisation hold, counted by the caller from rows."""

    categories: int
    items: int
    measures: int
    units: int
    offices: int
    posts: int
    maps: int
    steps: int
    risk_points: int


_NAMES: Final = (
    "风险大类",
    "风险小项",
    "防控措施",
    "单位",
    "科室",
    "岗位",
    "法治账图",
    "步骤",
    "风险点",
)


@dataclass(frozen=True, slots=True)
class Atlas:
    """What an atlas is made from; sheets in reading order (unit, office, post)."""

    bureau: str
    title: str
    month: str
    sheets: tuple[Sheet, ...]
    totals: Totals
    note: str = ""


def print_atlas(atlas: Atlas) -> bytes:
    """Return the atlas as PDF."""
    files = merged(chart_files(sheet, f"{number}-") for number, sheet in enumerate(atlas.sheets))
    return typeset("atlas.typ", atlas_data(atlas), files)


def atlas_data(atlas: Atlas) -> dict[str, object]:
    """Return what the template needs to set an atlas."""
    documents = [sheet.document for sheet in atlas.sheets]
    opened = dict(indexes.headings(documents))
    return {
        "bureau": atlas.bureau,
        "title": atlas.title,
        "month": atlas.month,
        "note": atlas.note,
        "title_lines": wrap(atlas.title, A4_PORTRAIT.room - 60, COVER_TITLE, True),
        "totals": [
            {"name": name, "count": getattr(atlas.totals, each.name)}
            for name, each in zip(_NAMES, fields(Totals), strict=True)
        ],
        "columns": [
            {
                "title": _lines(column.title, column, True),
                "width": column.width,
                "centred": column.centred,
                "levels": column.levels,
            }
            for column in ledger.COLUMNS
        ],
        "chapters": [
            _chapter(atlas, number, unit, members, opened)
            for number, (unit, members) in enumerate(indexes.units(documents).items())
        ],
        "by_item": indexes.by_item(documents),
        "by_post": indexes.by_post(documents),
    }


def _chapter(
    atlas: Atlas,
    number: int,
    unit: str,
    members: Sequence[int],
    opened: dict[int, list[indexes.Heading]],
) -> dict[str, object]:
    """Return a unit's part of the atlas: its sheets, and the ledger of their risk points."""
    documents = [atlas.sheets[each].document for each in members]
    return {
        "unit": unit,
        "summary": _summary(documents),
        "contents": [
            {
                "depth": heading.depth,
                "text": wrap(heading.text, indexes.TITLE, 10.0),
                "code": heading.code,
                "version": atlas.sheets[each].stamp.version,
                "target": heading.target,
            }
            for each in members
            for heading in opened[each]
        ],
        "sheets": [
            sheet_data(atlas.sheets[each], f"{each}-")
            | {"target": indexes.sheet_target(each), "headings": opened[each]}
            for each in members
        ],
        "ledger": list(_ledger_rows(documents)),
        "ledger_target": indexes.ledger_target(number),
    }


def _summary(documents: Sequence[MapDocument]) -> dict[str, int]:
    levels = [risk.level for document in documents for risk in document.risk_points]
    return {
        "maps": len(documents),
        "steps": sum(len(document.steps) for document in documents),
        "risk_points": len(levels),
        **{each.value: levels.count(each) for each in Level},
    }


def _ledger_rows(documents: Sequence[MapDocument]) -> Iterator[dict[str, object]]:
    """Yield the ledger's rows, every paragraph broken into lines with our metrics."""
    for entry in ledger.entries(documents):
        cells = [
            [_lines(paragraph, column) for paragraph in column.text(entry)]
            for column in ledger.COLUMNS
        ]
        tallest = max(sum(map(len, paragraphs)) for paragraphs in cells)
        yield {
            "level": entry.risk.level.value,
            "breakable": tallest > MOST_LINES,
            "height": max(map(_height, cells)),
            "cells": cells,
        }


def _height(paragraphs: Sequence[Sequence[str]]) -> float:
    """Return how high a cell of the ledger is, in points.

    Told beforehand, Typst need not lay every cell out once more to find its row's height.
    """
    gaps = sum(len(lines) - 1 for lines in paragraphs)
    return (
        SIZE * sum(map(len, paragraphs))
        + LEADING * gaps
        + SPACING * max(0, len(paragraphs) - 1)
        + 2 * ROW_INSET
    )


def _lines(text: str, column: ledger.Column, bold: bool = False) -> tuple[str, ...]:
    share = column.width / sum(each.width for each in ledger.COLUMNS)
    return wrap(text, share * A3_LANDSCAPE.room - INSET, SIZE, bold)

"""The atlas of a bureau: cover, notes, contents, every sheet, ledgers and indexes in one PDF."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from riskmap.document.model import MapDocument
from riskmap.drawing.text import wrap
from riskmap.printing import indexes, ledger, ledger_pages
from riskmap.printing.paper import A4_PORTRAIT
from riskmap.printing.sheet import Sheet, chart_files, merged, sheet_data
from riskmap.printing.typesetter import typeset
from riskmap.register.rating import Level

COVER_TITLE: Final = 32.0


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
    chapters = list(_chapters(documents))
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
                "title": title,
                "width": column.width,
                "centred": column.centred,
                "levels": column.levels,
            }
            for column, title in zip(ledger.COLUMNS, ledger_pages.titles(), strict=True)
        ],
        "bar": ledger_pages.BAR,
        "head": ledger_pages.head(),
        "chapters": [chapter.data(atlas) for chapter in chapters],
        "pages": _pages(atlas, chapters),
        "by_item": indexes.by_item(documents),
        "by_post": indexes.by_post(documents),
    }


@dataclass(frozen=True, slots=True)
class _Chapter:
    """A unit's part of the atlas: its sheets by number, and the ledger of their risk points."""

    number: int
    unit: str
    sheets: Sequence[int]
    headings: Mapping[int, list[indexes.Heading]]
    ledger: Sequence[Sequence[ledger_pages.Row]]

    @property
    def ledger_target(self) -> str:
        return indexes.ledger_target(self.number)

    def data(self, atlas: Atlas) -> dict[str, object]:
        """Return what the template needs to set the chapter."""
        return {
            "unit": self.unit,
            "summary": _summary([atlas.sheets[each].document for each in self.sheets]),
            "contents": [
                {
                    "depth": heading.depth,
                    "text": wrap(heading.text, indexes.TITLE, 10.0),
                    "code": heading.code,
                    "version": atlas.sheets[each].stamp.version,
                    "target": heading.target,
                }
                for each in self.sheets
                for heading in self.headings[each]
            ],
            "sheets": [
                sheet_data(atlas.sheets[each], f"{each}-")
                | {"target": indexes.sheet_target(each), "headings": self.headings[each]}
                for each in self.sheets
            ],
            "ledger": [
                [{"level": row.level, "height": row.height, "cells": row.cells} for row in page]
                for page in self.ledger
            ],
            "ledger_target": self.ledger_target,
        }


def _chapters(documents: Sequence[MapDocument]) -> Iterator[_Chapter]:
    headings = dict(indexes.headings(documents))
    for number, (unit, members) in enumerate(indexes.units(documents).items()):
        rows = ledger_pages.pages(documents[each] for each in members)
        yield _Chapter(number, unit, members, headings, list(rows))


def _pages(atlas: Atlas, chapters: Sequence[_Chapter]) -> dict[str, int]:
    """Return the number of the page that each sheet, each ledger and the indexes begin on."""
    found, page = {}, 1
    for chapter in chapters:
        for each in chapter.sheets:
            found[indexes.sheet_target(each)] = page
            page += atlas.sheets[each].plan.pages
        if chapter.ledger:
            found[chapter.ledger_target] = page
            page += len(chapter.ledger)
    return found | {"by-item": page}


def _summary(documents: Sequence[MapDocument]) -> dict[str, int]:
    levels = [risk.level for document in documents for risk in document.risk_points]
    return {
        "maps": len(documents),
        "steps": sum(len(document.steps) for document in documents),
        "risk_points": len(levels),
        **{each.value: levels.count(each) for each in Level},
    }

"""From documents to charts, sheets and the atlas: the one way that commands and pages take."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from riskmap.config import ZONE
from riskmap.document.encoding import to_json
from riskmap.document.model import MapDocument
from riskmap.drawing import dot, layout
from riskmap.drawing.engine import Engine, Format
from riskmap.drawing.marks import Marks
from riskmap.drawing.text import uncovered
from riskmap.jobs.progress import UNSEEN, Progress, say
from riskmap.organisation.models import Bureau
from riskmap.printing import qr
from riskmap.printing.atlas import Atlas, Totals, print_atlas
from riskmap.printing.sheet import (
    Plan,
    Sheet,
    Signature,
    Stamp,
    picture_sheets,
    plan,
    print_sheets,
)


class NothingToBind(LookupError):
    """A bureau that has no map in use."""


FICTIONAL: Final = "虚构示范数据"
DRAFT: Final = "草稿　未经审定"
DRAWING = say("Drawing the charts")
SETTING = say("Setting the pages")


@dataclass(frozen=True, slots=True)
class Printable:
    """A map as it goes on paper: its document, how it is stamped, and who signed it."""

    document: MapDocument
    stamp: Stamp
    signatures: tuple[Signature, ...] = ()


def working_stamp(bureau: Bureau, version: int, changed_at: datetime) -> Stamp:
    """Return how a working copy is stamped: nobody has signed it."""
    return Stamp(
        version=f"工作稿 {version}",
        date=changed_at.astimezone(ZONE).date().isoformat(),
        note=FICTIONAL if bureau.is_sample else "",
        across=DRAFT,
    )


def charts(engine: Engine, maps: Sequence[MapDocument], kind: Format) -> Iterator[bytes]:
    """Yield the charts alone, each on one long sheet."""
    return engine.render_all((dot.source(layout.place(each)) for each in maps), kind)


def sheets(
    engine: Engine,
    maps: Sequence[Printable],
    grey: bool = False,
    marks: Mapping[str, Marks] | None = None,
    progress: Progress = UNSEEN,
) -> Iterator[Sheet]:
    """Yield the maps' sheets: planned on their paper, drawn, stamped.

    `marks` are those of each map, by its code.
    """
    plans: list[Plan] = []
    squares: list[bytes] = []

    def sources() -> Iterator[str]:
        """Yield what is to be drawn; all else is made here too, while the engine draws."""
        for each in maps:
            plans.append(plan(each.document, (marks or {}).get(each.document.code)))
            squares.append(qr.picture(each.stamp.check) if each.stamp.check else b"")
            yield dot.source(plans[-1].chart, grey)

    progress.report(0, len(maps), DRAWING)
    for index, picture in enumerate(engine.render_all(sources(), "svg")):
        each = maps[index]
        progress.report(index + 1, len(maps), DRAWING)
        yield Sheet(
            each.document, plans[index], picture, each.stamp, each.signatures, squares[index]
        )


def lacking(maps: Iterable[MapDocument]) -> str:
    """Return the characters of some maps that our faces lack, each once."""
    return uncovered("".join(to_json(each).decode() for each in maps))


def sheet_pictures(engine: Engine, maps: Sequence[Printable], grey: bool = False) -> list[bytes]:
    """Return the pages of some maps' sheets as SVG, one after another."""
    return picture_sheets(list(sheets(engine, maps, grey)), grey)


def sheets_pdf(
    engine: Engine, maps: Sequence[Printable], grey: bool = False, progress: Progress = UNSEEN
) -> bytes:
    """Return the PDF of some maps' sheets, one after another."""
    return print_sheets(drawn_sheets(engine, maps, grey, progress), grey)


@dataclass(frozen=True, slots=True)
class Material:
    """What an atlas needs of the database, read at once: drawing takes its time."""

    bureau: Bureau
    maps: Sequence[Printable]
    counts: Mapping[str, int]


def atlas_pdf(engine: Engine, of: Material, progress: Progress = UNSEEN) -> bytes:
    """Return the PDF of the bound atlas; raises `NothingToBind` where there is no map."""
    if not of.maps:
        raise NothingToBind(f"{of.bureau.name}还没有账图，没有可装订的内容；请先录入账图")
    return print_atlas(bound(of.bureau, drawn_sheets(engine, of.maps, False, progress), of.counts))


def bound(bureau: Bureau, drawn: Sequence[Sheet], counts: Mapping[str, int]) -> Atlas:
    """Return the atlas of some sheets, dated by the newest of them."""
    month = max(date.fromisoformat(sheet.stamp.date) for sheet in drawn)
    return Atlas(
        bureau=bureau.name,
        title=atlas_title(bureau),
        month=f"{month.year}年{month.month}月",
        sheets=tuple(drawn),
        totals=Totals(**{each.name: counts[each.name] for each in fields(Totals)}),
        note=FICTIONAL if bureau.is_sample else "",
    )


def atlas_title(bureau: Bureau) -> str:
    """Return what a bureau's atlas is called."""
    return f"{bureau.short_name}法治账图汇编"


def drawn_sheets(
    engine: Engine, maps: Sequence[Printable], grey: bool = False, progress: Progress = UNSEEN
) -> list[Sheet]:
    """Return the sheets, and say that the pages come next."""
    drawn = list(sheets(engine, maps, grey, progress=progress))
    progress.report(0, 0, SETTING)
    return drawn

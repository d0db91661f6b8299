"""From documents to charts, sheets and the atlas: the one way that commands and pages take."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from riskmap.config import ZONE
from riskmap.db import AnySession
from riskmap.document.encoding import to_json
from riskmap.document.model import MapDocument
from riskmap.drawing import dot, layout
from riskmap.drawing.engine import Engine, Format
from riskmap.drawing.marks import Marks
from riskmap.drawing.text import uncovered
from riskmap.jobs.progress import UNSEEN, Progress, say
from riskmap.maps.queries import documents, stamps
from riskmap.maps.report import totals
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import Scope
from riskmap.printing.atlas import Atlas, Totals, print_atlas
from riskmap.printing.sheet import Plan, Sheet, Stamp, picture_sheets, plan, print_sheets


class NothingToBind(LookupError):
    """A bureau that has no map in use."""


FICTIONAL = "虚构示范数据"
DRAWING = say("Drawing the charts")
SETTING = say("Setting the pages")

Stamps = Mapping[str, tuple[int, datetime]]


def charts(engine: Engine, maps: Sequence[MapDocument], kind: Format) -> Iterator[bytes]:
    """Yield the charts alone, each on one long sheet."""
    return engine.render_all((dot.source(layout.place(each)) for each in maps), kind)


def sheets(
    session: AnySession,
    engine: Engine,
    scope: Scope,
    maps: Sequence[MapDocument],
    grey: bool = False,
    marks: Mapping[str, Marks] | None = None,
) -> Iterator[Sheet]:
    """Yield the maps' sheets: planned on their paper, drawn, stamped with version and date.

    `marks` are those of each map, by its code.
    """
    note = FICTIONAL if scope.bureau.is_sample else ""
    return _drawn(engine, maps, stamps(session, scope), note, grey, marks)


def _drawn(
    engine: Engine,
    maps: Sequence[MapDocument],
    stamped: Stamps,
    note: str,
    grey: bool = False,
    marks: Mapping[str, Marks] | None = None,
    progress: Progress = UNSEEN,
) -> Iterator[Sheet]:
    plans: list[Plan] = []

    def sources() -> Iterator[str]:
        for document in maps:
            plans.append(plan(document, (marks or {}).get(document.code)))
            yield dot.source(plans[-1].chart, grey)

    progress.report(0, len(maps), DRAWING)
    for index, picture in enumerate(engine.render_all(sources(), "svg")):
        document = maps[index]
        version, changed_at = stamped[document.code]
        stamp = Stamp(
            version=f"工作稿 {version}",
            date=changed_at.astimezone(ZONE).date().isoformat(),
            note=note,
        )
        progress.report(index + 1, len(maps), DRAWING)
        yield Sheet(document, plans[index], picture, stamp)


def lacking(maps: Sequence[MapDocument]) -> str:
    """Return the characters of some maps that our faces lack, each once."""
    return uncovered("".join(to_json(each).decode() for each in maps))


@dataclass(frozen=True, slots=True)
class Material:
    """What printing many maps needs of the database, read at once: drawing takes its time."""

    scope: Scope
    maps: Sequence[MapDocument]
    stamped: Stamps
    counts: Mapping[str, int]


def material(session: AnySession, scope: Scope, codes: Sequence[str] | None = None) -> Material:
    """Return what an atlas, or the sheets of some maps, are printed from; `NoSuchMap`."""
    maps = documents(session, scope, codes)
    return Material(scope, maps, stamps(session, scope), totals(session, scope))


def sheet_pictures(
    session: AnySession, engine: Engine, scope: Scope, codes: Sequence[str], grey: bool = False
) -> list[bytes]:
    """Return the pages of some maps' sheets as SVG, in reading order."""
    maps = documents(session, scope, codes)
    return picture_sheets(list(sheets(session, engine, scope, maps, grey)), grey)


def sheet_pdf(
    session: AnySession, engine: Engine, scope: Scope, codes: Sequence[str], grey: bool = False
) -> bytes:
    """Return the PDF of some maps' sheets, in reading order."""
    maps = documents(session, scope, codes)
    return print_sheets(list(sheets(session, engine, scope, maps, grey)), grey)


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


def atlas_pdf(engine: Engine, of: Material, progress: Progress = UNSEEN) -> bytes:
    """Return the PDF of the bound atlas; raises `NothingToBind` where there is no map."""
    bureau = of.scope.bureau
    if not of.maps:
        raise NothingToBind(f"{bureau.name}还没有账图，没有可装订的内容；请先录入账图")
    drawn = _all_drawn(engine, of, progress=progress)
    return print_atlas(bound(bureau, drawn, of.counts))


def sheets_pdf(
    engine: Engine, of: Material, grey: bool = False, progress: Progress = UNSEEN
) -> bytes:
    """Return the PDF of the sheets one after another."""
    return print_sheets(_all_drawn(engine, of, grey, progress), grey)


def _all_drawn(
    engine: Engine, of: Material, grey: bool = False, progress: Progress = UNSEEN
) -> list[Sheet]:
    """Return the sheets, and say that the pages come next."""
    note = FICTIONAL if of.scope.bureau.is_sample else ""
    drawn = list(_drawn(engine, of.maps, of.stamped, note, grey, progress=progress))
    progress.report(0, 0, SETTING)
    return drawn

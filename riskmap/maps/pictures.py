"""A map's chart for its page: drawn now, or, where that fails, the last one that could be drawn."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for
from flask_babel import gettext as _

from riskmap.db import db, now
from riskmap.document.encoding import digest
from riskmap.document.model import MapDocument
from riskmap.drawing import dot, layout
from riskmap.drawing.engine import Format
from riskmap.drawing.kept import Good, Kept
from riskmap.drawing.marks import Marks
from riskmap.drawing.screen import Named, for_screen
from riskmap.maps.queries import stamps
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import Scope
from riskmap.web.members import shown


@dataclass(frozen=True, slots=True)
class Last:
    """The last good chart of a map: which version it shows, and whether the map is still that."""

    chart: str
    version: int
    drawn_at: datetime
    changed: bool
    version_now: int


def drawn(document: MapDocument, kind: Format) -> bytes:
    """Return a map's chart alone; raises `DrawingFailed`."""
    return _kept().render(dot.source(layout.place(document)), kind)


def marked(document: MapDocument, linked: Collection[str], marks: Marks, grey: bool = False) -> str:
    """Return the chart with parts of it marked, to stand in another page than the map's own.

    Its shapes lead to the rows of the map's page; raises `DrawingFailed`.
    """
    page = url_for("maps.show", code=document.code)
    return _with_marks(document, marks, grey, _shapes(document, linked, page))


def beside(document: MapDocument, marks: Marks, grey: bool = False) -> str:
    """Return the chart to stand in a page beside another one of the same map.

    Its shapes lead nowhere and have no ids, which the other one has; raises `DrawingFailed`.
    """
    return _with_marks(document, marks, grey, {})


def _with_marks(document: MapDocument, marks: Marks, grey: bool, shapes: dict[str, Named]) -> str:
    picture = _kept().render(dot.source(layout.place(document, marks=marks), grey), "svg")
    return for_screen(picture, _("Flow chart of %(title)s", title=document.title), shapes)


def inline(scope: Scope, document: MapDocument, linked: Collection[str]) -> str:
    """Return the chart to stand in the page, and keep it; raises `DrawingFailed`.

    `linked` are the codes of the maps that its shapes may lead to.
    """
    picture = drawn(document, "svg")
    good = Good(picture, _version(scope, document), digest(document), now())
    _kept().keep_last(good, *_place(scope.bureau, document))
    title = _("Flow chart of %(title)s", title=document.title)
    return for_screen(picture, title, _shapes(document, linked))


def last_good(scope: Scope, document: MapDocument, linked: Collection[str]) -> Last | None:
    """Return the chart that stood in the page last, None where none is kept."""
    good = _kept().last(*_place(scope.bureau, document))
    if good is None:
        return None
    shapes, title = _shapes(document, linked), _("Flow chart of %(title)s", title=document.title)
    changed = good.document != digest(document)
    if changed:
        title = _("Older flow chart of %(title)s", title=document.title)
        shapes = {
            key: Named(_("As it is now: %(name)s", name=each.name), each.href)
            for key, each in shapes.items()
        }
    chart = for_screen(good.picture, title, shapes)
    return Last(chart, good.version, good.drawn_at, changed, _version(scope, document))


def _kept() -> Kept:
    kept: Kept = current_app.extensions["riskmap.kept"]
    return kept


def _place(bureau: Bureau, document: MapDocument) -> tuple[str, str, str]:
    """Return what tells a map from all others: codes repeat in other bureaus and databases."""
    return db.engine.url.render_as_string(hide_password=True), bureau.code, document.code


def _version(scope: Scope, document: MapDocument) -> int:
    version, _changed_at = stamps(db.session, scope)[document.code]
    return version


def _shapes(document: MapDocument, linked: Collection[str], page: str = "") -> dict[str, Named]:
    """Return how the shapes of a chart are called, by key of step or risk point.

    `page` is the address of the page that has the rows, "" where the chart stands in it.
    """
    named = {
        step.key: Named(
            _("Step %(number)s: %(text)s", number=step.number, text=step.text),
            url_for("maps.show", code=step.detail)
            if step.detail in linked
            else f"{page}#row-{step.key}",
        )
        for step in document.steps
    }
    for risk in document.risk_points:
        text = _("Risk point, %(level)s: %(text)s", level=shown(risk.level), text=risk.statement)
        named[risk.key] = Named(text, f"{page}#row-{risk.key}")
    for office in document.offices:
        if office.map in linked:
            text = _("Account map of %(office)s", office=office.name)
            named[office.code] = Named(text, url_for("maps.show", code=office.map))
    return named

"""The list of maps as they are shown: narrowed and sorted as an address asks."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from flask import Flask, current_app, request

from riskmap.db import AnySession
from riskmap.document.lines import MapLine, map_lines
from riskmap.document.model import MapDocument
from riskmap.maps import listed
from riskmap.maps.listed import Filters
from riskmap.maps.queries import Entry
from riskmap.organisation.queries import codes_below
from riskmap.organisation.scope import Scope
from riskmap.register.rating import Level
from riskmap.revisions.showing import Shown, shown
from riskmap.web.listing import Keys, in_order_of
from riskmap.web.made import Made
from riskmap.web.showing import draft

KEPT: Final = 8
"""Lists of what maps show that are kept: of some bureaus, scopes and both kinds."""

KEYS: Final[Keys] = {
    "code": (lambda row: row.code,),
    "title": (lambda row: row.title,),
    "steps": (lambda row: row.steps,),
    "risks": (lambda row: row.risks,),
    "level": (lambda row: row.worst,),
}
"""What a list of maps can be sorted by."""


def holds(text: str, *columns: str) -> bool:
    """Return whether one of some texts holds what is looked for, whatever its case."""
    return any(text.casefold() in each.casefold() for each in columns)


def install(app: Flask) -> None:
    """Keep what maps show from one page to the next."""
    app.extensions["riskmap.shown"] = Made(KEPT)


def shown_here(session: AnySession, scope: Scope) -> Sequence[Shown]:
    """Return what the maps of a scope show to who is asking: in force, or drafts by choice.

    Made once for each state of the bureau's rows; who writes is shown what their transaction sees.
    """
    drafts = draft()
    if request.method not in ("GET", "HEAD"):
        return shown(session, scope, draft=drafts)
    made: Made[Sequence[Shown]] = current_app.extensions["riskmap.shown"]
    key = (scope.key, scope.bureau.changes, drafts)
    return made.of(key, lambda: shown(session, scope, draft=drafts))


def documents_shown(session: AnySession, scope: Scope) -> list[MapDocument]:
    """Return the documents of what the maps of a scope show to who is asking."""
    return [each.document for each in shown_here(session, scope)]


def maps_found(session: AnySession, scope: Scope, asked: Filters) -> list[MapLine]:
    """Return the maps by `q`, `node`, `scale`, `level`, `kind` (of power), in reading order."""
    node = asked.get("node")
    within = codes_below(session, scope, node) if node else None
    return narrowed(map_lines(documents_shown(session, scope)), asked, within)


def narrowed(
    lines: Iterable[MapLine], asked: Filters, within: Collection[str] | None
) -> list[MapLine]:
    """Return those of some maps that are asked for; `within` are the nodes they may be of."""
    text, scale, kind = asked.get("q", ""), asked.get("scale"), asked.get("kind")
    level = asked.get("level")
    rank = Level(level).rank if level and level != "none" else 0
    return [
        each
        for each in lines
        if (not text or holds(text, each.code, each.title))
        and (within is None or each.node in within)
        and (not scale or each.level == scale)
        and (not level or each.worst == rank)
        and (not kind or each.kind == kind)
    ]


def order_asked_for(session: AnySession, scope: Scope) -> Sequence[Entry]:
    """Return the maps of the list that the address names, in its order; none where it names none.

    A map's page then goes by the order of reading.
    """
    if not listed.kept():
        return []
    rows = in_order_of(maps_found(session, scope, listed.asked_for_maps()), KEYS)
    return [Entry(row.code, row.title) for row in rows]

"""Comparing versions of a map by choice: as a table, on one chart, side by side, on paper."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.accounts.files import handed_out
from riskmap.db import db
from riskmap.document.diff_words import rows
from riskmap.document.model import MapDocument
from riskmap.drawing.changes import changed
from riskmap.drawing.engine import DrawingFailed
from riskmap.drawing.screen import for_screen
from riskmap.maps.models import AccountMap
from riskmap.maps.pictures import drawn
from riskmap.organisation.scope import my_scope
from riskmap.revisions import queries
from riskmap.revisions.comparing import (
    WORKING,
    Compared,
    NoSuchVersion,
    Side,
    comparison_pdf,
    side,
    usual,
)
from riskmap.revisions.views import bp, chart_of, map_for
from riskmap.web.access import Policy, allows
from riskmap.web.members import shown


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks to compare, and why that cannot be."""

    old: str
    new: str
    refused: str = ""
    status: int = 200
    compared: Compared | None = None


def _asked(account_map: AccountMap) -> Asked:
    """Return the two versions that the address names, or the usual two."""
    found = usual(db.session, account_map, queries.of_map(db.session, account_map))
    old, new = (request.args.get(name, "").strip()[:20] for name in ("old", "new"))
    if not old and not new:
        if found is None:
            return Asked("", "", _("There is one version of this map only: nothing to compare."))
        old, new = found
    if old == new:
        return Asked(old, new, _("Choose two different versions."), 422)
    try:
        sides = [side(db.session, account_map, each) for each in (old, new)]
    except NoSuchVersion as error:
        said = _("This map has no version “%(version)s”. Choose two of the list.", version=error)
        return Asked(old, new, said, 404)
    return Asked(old, new, compared=Compared(*sides))


@bp.get("/maps/<code:code>/revisions/compare")
@allows(Policy.READ)
def compare(code: str) -> ResponseReturnValue:
    """Show what differs between two versions of a map."""
    account_map, _node = map_for(code)
    asked = _asked(account_map)
    apart = request.args.get("view") == "apart"
    more = _drawn(asked.compared, apart=apart) if asked.compared else {}
    page = render_template(
        "revisions/compare.html",
        bureau=my_scope().bureau,
        map=account_map,
        asked=asked,
        apart=apart,
        versions=[
            *([WORKING] if account_map.retired_on is None else []),
            *queries.of_map(db.session, account_map),
        ],
        working=WORKING,
        **more,
    )
    return page, asked.status


def _drawn(compared: Compared, *, apart: bool) -> dict[str, Any]:
    found = compared.diff
    if apart:
        return {
            "rows": rows(found, _, shown),
            "old_svg": _plain(compared.old.document),
            "new_svg": chart_of(compared.new.document, {}),
        }
    one = changed(found)
    return {
        "rows": rows(found, _, shown),
        "chart": chart_of(one.document, one.marks),
        "marks": one.shown,
    }


def _plain(document: MapDocument) -> str:
    """Return a chart whose shapes lead nowhere: another one of the same map stands beside it."""
    try:
        picture = drawn(document, "svg")
    except DrawingFailed as error:
        current_app.logger.error("%s: %s", document.code, error)
        return ""
    return for_screen(picture, _("Flow chart of %(title)s", title=document.title), {})


@bp.get("/maps/<code:code>/revisions/compare.pdf")
@allows(Policy.READ)
def compare_pdf(code: str) -> ResponseReturnValue:
    """Hand the comparison out on paper; in grey if asked."""
    account_map, _node = map_for(code)
    asked = _asked(account_map)
    if asked.compared is None:
        return compare(code)
    content = comparison_pdf(
        current_app.extensions["riskmap.engine"], my_scope().bureau, account_map, asked.compared,
        grey=request.args.get("tone") == "grey",
    )  # fmt: skip
    name = f"{code}-{_short(asked.compared.old)}-{_short(asked.compared.new)}.pdf"
    return handed_out(content, name, "application/pdf", old=asked.old, new=asked.new)


def _short(of: Side) -> str:
    return "draft" if of.revision is None else str(of.revision.number)

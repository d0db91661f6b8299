"""Keeping measures: words, and the units, offices and posts that owe them something."""

from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.db import db
from riskmap.desk.blueprint import bp
from riskmap.desk.keeping import Page, answer, held, kept
from riskmap.desk.used import used
from riskmap.organisation.queries import nodes
from riskmap.register import commands, queries
from riskmap.register.forms import MeasureForm
from riskmap.register.models import Item, Measure
from riskmap.register.shares import Share, labelled
from riskmap.register.terms import ResponsibilityRole
from riskmap.web.access import Policy, allows
from riskmap.web.forms import require_whole
from riskmap.web.members import choices


def offered_nodes() -> list[str]:
    """Return the units, offices and posts in use as pickers offer them, in reading order."""
    found = nodes(db.session, kept())
    return [labelled(node) for node in found if node.retired_on is None]


def _shows(item: Item, row: Measure | None = None) -> dict[str, Any]:
    return {
        "item": item,
        "row": row,
        "used": used(db.session, row) if row else None,
        "kind": "measures",
        "roles": choices(ResponsibilityRole),
        "nodes": offered_nodes(),
    }


def _other_rows(form: MeasureForm, page: Page) -> ResponseReturnValue | None:
    """Return the page with a row more or less, where that is what was asked for; without script."""
    if request.method != "POST" or not {"more", "less"} & set(request.form):
        return None
    require_whole()
    rows = list(form.shares.data)
    place = request.form.get("less", -1, type=int)
    if "less" in request.form and 0 <= place < len(rows):
        del rows[place]
    elif "more" in request.form:
        rows.append(Share(ResponsibilityRole.RESPONSIBLE.value, ""))
    form.shares.data = rows
    return page(form)


@bp.route("/register/measures/new", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def add_measure() -> ResponseReturnValue:
    """Add a measure to an item."""
    item = held(Item, request.args.get("item", ""))
    if item.retired_on is not None:
        abort(404)
    form = MeasureForm(
        item.bureau_id,
        code=queries.next_measure_code(db.session, item),
        shares=[Share(ResponsibilityRole.RESPONSIBLE.value, "")],
    )
    page = Page("desk/edit_measure.html", _("New measure"), _shows(item))

    def act() -> tuple[str, str]:
        row = commands.add_measure(db.session, item, shares=form.resolved, **form.values())
        return url_for("desk.measure", code=row.code), _("%(code)s is added.", code=row.code)

    return _other_rows(form, page) or answer(form, page, act)


@bp.route("/register/measures/<code:code>/edit", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def edit_measure(code: str) -> ResponseReturnValue:
    """Change a measure, and who owes it what."""
    row = held(Measure, code)
    item = db.session.get_one(Item, row.item_id)
    form = MeasureForm(row.bureau_id, row)
    page = Page("desk/edit_measure.html", _("Measure"), _shows(item, row))

    def act() -> tuple[str, str]:
        commands.change_measure(db.session, row, shares=form.resolved, **form.values())
        return url_for("desk.measure", code=code), _("%(code)s is saved.", code=code)

    return _other_rows(form, page) or answer(form, page, act, row)

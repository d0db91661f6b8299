"""One change of many measures or items: choose, see old and new of each, and only then do it."""

from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from riskmap.accounts.pages import local
from riskmap.db import db
from riskmap.desk import lists
from riskmap.desk.blueprint import bp
from riskmap.desk.keeping import kept, leads, owner
from riskmap.desk.measure_editing import offered_nodes
from riskmap.document.lines import Uses
from riskmap.maps.queries import documents
from riskmap.register import queries
from riskmap.register.bulk import Plan, plan_items, plan_measures
from riskmap.register.bulk_forms import BulkForm, ItemsForm, MeasuresForm
from riskmap.register.models import Item, Measure
from riskmap.web.access import Policy, allows
from riskmap.web.converters import is_code
from riskmap.web.forms import before, finish

MOST = 500
"""Rows of one change."""
KINDS: dict[str, tuple[type[Any], type[BulkForm], str]] = {
    "measures": (Measure, MeasuresForm, "desk.measures"),
    "items": (Item, ItemsForm, "desk.keep"),
}
"""What is changed in bulk: rows, form, the list they are ticked in."""


@dataclass
class Chosen:
    """The rows ticked, those that changed since they were ticked, and the page's shape."""

    kind: str
    rows: list[Any]
    stale: list[Any]

    def page(self, form: BulkForm, template: str = "desk/bulk.html", **more: Any) -> str:
        nodes = offered_nodes() if self.kind == "measures" else ()
        return render_template(
            template, bureau=owner(), kind=self.kind, rows=self.rows, form=form, nodes=nodes, **more
        )


def _chosen(kind: str, *, locked: bool = False) -> Chosen:
    """Return the rows that the form names; 404 for a code that is none of one's bureau."""
    pairs = [each.rpartition(":") for each in request.form.getlist("row")[:MOST]]
    versions = {code: version for code, _colon, version in pairs}
    if not versions or any(not is_code(code) for code in versions):
        abort(400)
    found = queries.of_codes(db.session, KINDS[kind][0], owner().id, list(versions), locked=locked)
    if len(found) < len(versions):
        abort(404)
    stale = [
        row for code, row in found.items() if versions[code] != str(row.version) or row.retired_on
    ]
    return Chosen(kind, list(found.values()), stale)


@bp.get("/register/<any(measures, items):kind>/bulk")
@allows(Policy.EDIT_REGISTER)
def bulk(kind: str) -> ResponseReturnValue:
    """Show the ticked rows, and what can be changed of all of them."""
    model, make, listed = KINDS[kind]
    back = local(request.args.get("back") or url_for(listed))
    codes = request.args.getlist("code")[:MOST]
    found = queries.of_codes(db.session, model, owner().id, codes, locked=False)
    if len(found) < len(set(codes)):
        abort(404)
    if not codes:
        return redirect(back)
    rows = [row for row in found.values() if row.retired_on is None]
    form = make(owner().id, data={"back": back})
    return Chosen(kind, rows, []).page(form)


@bp.post("/register/<any(measures, items):kind>/bulk")
@allows(Policy.EDIT_REGISTER, writes=False)
def preview(kind: str) -> ResponseReturnValue:
    """Show what the change would make of each row; nothing is done yet."""
    form = KINDS[kind][1](owner().id)
    chosen = _chosen(kind)
    if not form.accepted():
        return chosen.page(form), form.status
    return _previewed(chosen, form)


def _plan(chosen: Chosen, form: BulkForm) -> Plan:
    if chosen.kind == "items":
        return plan_items(db.session, chosen.rows, form.field.data, form.value)
    words = (_("in use"), _("retired"))
    return plan_measures(db.session, chosen.rows, form.field.data, form.value, words)


def _on_maps(form: BulkForm) -> dict[str, int]:
    """Return on how many maps each measure is used, where that matters: when they are retired."""
    if form.field.data != "retire":
        return {}
    statement, _sorts = lists.measures(kept(), {}, Uses(documents(db.session, kept())))
    return {row.code: row.maps for row in db.session.execute(statement)}


def _previewed(chosen: Chosen, form: BulkForm, **more: Any) -> str:
    plan, maps = _plan(chosen, form), _on_maps(form)
    changing = [each for each in plan if each.changes]
    return chosen.page(
        form,
        "desk/bulk_preview.html",
        changing=changing,
        others=[each for each in plan if not each.changes],
        maps=maps,
        needs_tick=any(maps.get(each.row.code) for each in changing),
        stale=chosen.stale,
        field=dict(form.fields)[form.field.data],
        **more,
    )


@bp.post("/register/<any(measures, items):kind>/bulk/apply")
@allows(Policy.EDIT_REGISTER)
def apply(kind: str) -> ResponseReturnValue:
    """Change the rows one by one, all of them or none."""
    form = KINDS[kind][1](owner().id)
    if again := before(form.number.data):
        return again
    chosen = _chosen(kind, locked=True)
    if not form.accepted():
        return chosen.page(form), form.status
    if chosen.stale:
        return _previewed(chosen, form), 409
    changing = [each for each in _plan(chosen, form) if each.changes]
    maps = _on_maps(form)
    if not form.sure.data and any(maps.get(each.row.code) for each in changing):
        return _previewed(chosen, form, unsure=True), 422
    for each in changing:
        each.act()
    number = len(changing)
    said = ngettext("%(num)s row was changed.", "%(num)s rows were changed.", number)
    return finish(form.number.data, leads(form, url_for(KINDS[kind][2])), said)

"""The record of changes: of one thing, of oneself, and of everybody."""

import csv
import io
import json
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.accounts.current import may, me
from riskmap.accounts.guard import not_for_you, refuse
from riskmap.accounts.guard import record as record_act
from riskmap.accounts.pages import local
from riskmap.db import db
from riskmap.desk import record, restoring
from riskmap.desk.blueprint import bp, found
from riskmap.desk.fields import SUBJECTS, subject_word
from riskmap.desk.uses import holds
from riskmap.history.events import Kind
from riskmap.history.models import Change
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Node, Party, Person
from riskmap.organisation.scope import Scope, my_scope
from riskmap.register.models import Basis, Category, Item, Matter, Measure
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, before, finish, require_whole
from riskmap.web.listing import Listing, filters, listing
from riskmap.web.members import choices

RECORDS: dict[str, type[Any]] = {
    "maps": AccountMap,
    "nodes": Node,
    "categories": Category,
    "items": Item,
    "measures": Measure,
    "bases": Basis,
    "matters": Matter,
    "people": Person,
    "parties": Party,
}
"""What has a page of its history, by the word in its address."""

PLACES = "maps, nodes, categories, items, measures, bases, matters, people, parties"


def _entries(page: Listing) -> list[record.Entry]:
    return record.in_words(db.session, [row[0] for row in page.rows])


@bp.get(f"/history/<any({PLACES}):place>/<code:code>")
@allows(Policy.READ_HISTORY)
def history(place: str, code: str) -> ResponseReturnValue:
    """Show every change of one thing, of a map with all that is below it."""
    scope = my_scope(Policy.READ_HISTORY)
    row = found(RECORDS[place], scope, code, retired=True)
    statement, sorts = record.of_row(scope, row.__tablename__, row.id)
    page = listing(db.session, statement, sorts)
    return render_template(
        "desk/history.html",
        bureau=scope.bureau,
        row=row,
        place=place,
        list=page,
        entries=_entries(page),
        form=Form(),
        may_restore=_may_restore,
    )


def _may_restore(entry: Change, column: str) -> bool:
    policy = restoring.policy_for(entry.subject)
    return policy is not None and restoring.restorable(entry, column) and may(policy)


@bp.post("/history/<int:entry>/restore")
@allows(Policy.READ_HISTORY)
def restore(entry: int) -> ResponseReturnValue:
    """Put the value that a field had before an entry back."""
    require_whole()
    if again := before(request.form.get("number")):
        return again
    row, column = db.session.get(Change, entry), request.form.get("field", "")
    if row is None or row.bureau_id != me().user.bureau_id:
        abort(404)
    policy = restoring.policy_for(row.subject)
    if policy is None or not may(policy):
        refuse("restore")
        abort(403)
    if not _within(my_scope(policy), row):
        not_for_you()
    fields = json.loads(row.details)
    if column not in fields or not restoring.restorable(row, column):
        abort(400)
    back = local(request.form.get("back", "/"))
    try:
        restoring.put_back(db.session, row, column, fields[column][0])
    except restoring.CannotRestore:
        db.session.rollback()
        flash(
            _("It cannot be put back: the row is gone, or it does not go with what is there now.")
        )
        return redirect(back, 303)
    return finish(request.form.get("number"), back, _("The earlier value is back."))


def _within(scope: Scope, entry: Change) -> bool:
    """Return whether an entry is about a row of a scope; only maps belong to a part of it."""
    if entry.map_id is None:
        return True
    row = db.session.get(AccountMap, entry.map_id)
    return row is not None and holds(db.session, scope, row)


@bp.get("/history")
@allows(Policy.READ_TRAIL)
def trail() -> ResponseReturnValue:
    """Show everything that anybody did."""
    return _trail(None)


@bp.get("/account/acts")
@allows(Policy.SIGNED_IN)
def own_acts() -> ResponseReturnValue:
    """Show what one did oneself."""
    return _trail(me().user.id)


def _trail(user_id: int | None) -> ResponseReturnValue:
    owner = my_scope().bureau
    asked = _asked()
    statement, sorts = record.trail(owner, asked, user_id)
    page = listing(db.session, statement, sorts)
    return render_template(
        "desk/trail.html",
        bureau=owner,
        list=page,
        entries=_entries(page),
        asked=asked,
        own=user_id is not None,
        kinds=choices(Kind),
        subjects=sorted((name, str(text)) for name, text in SUBJECTS.items()),
        subject_word=subject_word,
    )


def _asked() -> dict[str, str]:
    return filters(q=None, kind=list(Kind), subject=list(SUBJECTS), since=None, until=None)


@bp.get("/history.csv")
@allows(Policy.READ_TRAIL)
def trail_file() -> ResponseReturnValue:
    """Answer with the entries that the filters leave, as a file that spreadsheets open."""
    owner = my_scope().bureau
    statement, _sorts = record.trail(owner, _asked())
    rows = db.session.scalars(statement.order_by(Change.number)).all()
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    names = ["number", "at", "who", "origin", "kind", "subject", "name", "details", "hash"]
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(getattr(row, name)) for name in names])
    record_act(Kind.EXPORTED, "history.csv", count=len(rows))
    answer = Response("\ufeff" + sheet.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="history.csv"'
    return answer


def _cell(value: Any) -> str:
    """Return a value as a cell's text; what a spreadsheet would take for a formula is quoted."""
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return "'" + text if text[:1] in "=+-@\t\r" and text else text

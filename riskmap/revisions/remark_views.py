"""Remarks on a revision, and saying that one has read it."""

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.accounts.current import me
from riskmap.accounts.guard import not_for_you
from riskmap.db import db
from riskmap.revisions import commands, my_queue, readings
from riskmap.revisions.asked import map_of, revision_of, whole
from riskmap.revisions.forms import RemarkForm, VersionForm
from riskmap.revisions.queue import SORTS
from riskmap.revisions.views import bp, refused, revision_page
from riskmap.revisions.words import ERRORS
from riskmap.web.access import Policy, allows
from riskmap.web.forms import finish, once
from riskmap.web.listing import asked_for


@bp.post("/maps/<code:code>/revisions/<int:number>/remarks")
@allows(Policy.SIGN)
def remark(code: str, number: int) -> ResponseReturnValue:
    """Leave a remark on a step, or on the whole of a revision."""
    account_map, node = map_of(code, Policy.SIGN)
    form = RemarkForm()
    if again := once(form):
        return again
    revision = revision_of(account_map, number)
    if not form.accepted():
        return revision_page(account_map, node, revision, remark_form=form), form.status
    step = form.step.data or ""
    try:
        commands.remark(db.session, me(), revision, step=step, text=form.text.data or "")
    except commands.NotYours:
        not_for_you()
    except ERRORS as error:
        return refused(code, number, error, remark_form=form)
    there = url_for(
        ".show", code=code, number=number, queue=asked_for("queue", SORTS) or None,
        _anchor=f"row-{step}" if step else "remarks",
    )  # fmt: skip
    return finish(form.number.data, there, _("The remark is left."))


@bp.post("/maps/<code:code>/revisions/<int:number>/read")
@allows(Policy.SIGN)
def read(code: str, number: int) -> ResponseReturnValue:
    """Say that one has read a revision as it is, and go on to the next that one has not."""
    account_map, _node = map_of(code, Policy.SIGN)
    form = VersionForm()
    if again := once(form):
        return again
    revision = revision_of(account_map, number)
    if not form.accepted():
        abort(400)
    try:
        commands.read(db.session, me(), revision, version=whole(form.version.data))
    except ERRORS as error:
        return refused(code, number, error)
    waiting = my_queue.in_order(asked_for("queue", SORTS))
    done = readings.read_now(db.session, me().user, [each.revision for each in waiting])
    there = my_queue.go_on(account_map, revision, my_queue.ids(), done)
    title = account_map.title
    said = _("Noted as read: %(title)s. It can be signed in the queue, with others.", title=title)
    return finish(form.number.data, there, said)

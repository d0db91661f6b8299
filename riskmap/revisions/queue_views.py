"""The queue of what waits for one's signature, and signing several of it together."""

import re
from collections.abc import Collection

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.accounts.current import me
from riskmap.accounts.guard import not_for_you
from riskmap.db import db, today
from riskmap.organisation.scope import my_scope
from riskmap.revisions import my_queue, readings
from riskmap.revisions.forms import TogetherForm
from riskmap.revisions.queue import SORTS, days
from riskmap.revisions.together import Ticked, sign_together, ticked
from riskmap.revisions.views import bp, status
from riskmap.revisions.words import sentence
from riskmap.web.access import Policy, allows
from riskmap.web.forms import commit_once, once
from riskmap.web.listing import asked_for

PICK = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}")
"""A tick: a revision's id, and the version that it was shown in."""

MOST = 500
"""Revisions that are signed together at a time."""


@bp.get("/signing")
@allows(Policy.SIGN)
def queue() -> ResponseReturnValue:
    """Show what waits for one's signature: the worst first, or the oldest."""
    return _queue_page(TogetherForm(None, day=today()))


def _queue_page(form: TogetherForm, refused: str = "", picked: Collection[str] = ()) -> str:
    by = asked_for("sort", SORTS) or SORTS[0]
    waiting = my_queue.in_order(by)
    read = readings.read_now(db.session, me().user, [each.revision for each in waiting])
    numbered = any(
        each.paper.next and each.paper.next.numbered for each in waiting if each.revision.id in read
    )
    return render_template(
        "revisions/queue.html",
        bureau=my_scope().bureau,
        waiting=waiting,
        by=by,
        read=read,
        waited={each.revision.id: days(each.revision, today()) for each in waiting},
        numbered=numbered,
        form=form,
        refused=refused,
        picked=picked,
    )


@bp.post("/signing")
@allows(Policy.SIGN)
def sign_several() -> ResponseReturnValue:
    """Sign what is ticked, each by itself, and say of each what became of it."""
    form = TogetherForm()
    if again := once(form):
        return again
    picks = request.form.getlist("pick")
    chosen = _chosen(picks)
    if not form.accepted():
        return _queue_page(form, picked=picks), form.status
    if not chosen:
        return _queue_page(form, _("Tick what you sign: at least one that you have read.")), 422
    asking, by = me(), asked_for("sort", SORTS) or SORTS[0]
    found = sign_together(
        db.session, asking, chosen, day=form.day.data, number=form.paper.data or ""
    )
    refused = [status(each.error) for each in found if each.error]
    said = [(each, sentence(each.error) if each.error else "") for each in found]
    there = url_for(".queue", sort=by)
    if any(each.box for each in found) and (again := commit_once(form.number.data, there)):
        return again
    page = render_template(
        "revisions/signed_together.html",
        bureau=my_scope().bureau,
        outcomes=said,
        day=form.day.data,
        by=by,
        left=len(my_queue.in_order(by)),
    )
    return page, 200 if any(each.box for each in found) else min(refused)


def _chosen(picks: Collection[str]) -> list[Ticked]:
    """Return what was ticked, each once; 400 for what no page of ours sends, 404 for what is not
    there or not for who is asking to sign."""
    if len(picks) > MOST or not all(map(PICK.fullmatch, picks)):
        abort(400)
    wanted = {int(one): int(other) for one, other in (pick.split(".") for pick in picks)}
    scope = my_scope(Policy.SIGN)
    rows = ticked(db.session, list(wanted.items()))
    found = [each for each, node in rows if node.bureau_id == scope.bureau.id]
    if len(found) < len(wanted):
        abort(404)
    if not all(scope.holds(node.path) for _each, node in rows):
        not_for_you()
    return found

"""Gaps that are accepted with a reason until a day: the list, the form, and its end."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.accounts.current import me
from riskmap.accounts.guard import refuse
from riskmap.coverage import finding_queries as queries
from riskmap.coverage import findings as commands
from riskmap.coverage.blueprint import bp, in_scope, now_audited, visible_gaps
from riskmap.coverage.finding_forms import MONTH, AcceptForm
from riskmap.coverage.finding_views import gap_of
from riskmap.coverage.gaps import Gap
from riskmap.coverage.models import Acceptance
from riskmap.coverage.rules import BY_CODE
from riskmap.coverage.subjects import shown
from riskmap.db import db, today
from riskmap.organisation.scope import Scope, my_scope
from riskmap.web import errors
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, finish, once
from riskmap.web.listing import asked_for


@bp.get("/accepted")
@allows(Policy.READ_AUDIT)
def accepted() -> ResponseReturnValue:
    """Show the accepted gaps, those first that end first; on demand those that end soon."""
    scope = in_scope()
    known = queries.acceptances(db.session, scope.bureau)
    soon = asked_for("ending", ("soon",))
    gaps = {gap.identity: gap for gap in visible_gaps(scope, now_audited(scope))}
    rows = [
        (each, gaps.get(identity))
        for identity, each in known.items()
        if (identity in gaps or scope.whole) and not (soon and each.until > today() + MONTH)
    ]
    return render_template(
        "coverage/accepted.html",
        bureau=scope.bureau,
        rows=rows,
        soon=soon,
        day=today(),
        form=Form(),
        key_of=queries.key_of,
    )


@bp.route("/gaps/<key:key>/accept", methods=["GET", "POST"])
@allows(Policy.AUDIT)
def accept_gap(key: str) -> ResponseReturnValue:
    """Accept a gap with a reason until a day, or change what was said of it."""
    gap, scope = gap_of(key), my_scope(Policy.AUDIT)
    known = queries.acceptance(db.session, scope.bureau, key, locked=request.method == "POST")
    form = AcceptForm(known)
    if again := once(form):
        return again
    if _own(gap, scope):
        return _refused()
    good = form.accepted()
    current = not form.is_submitted() or known is None or form.current(known)
    if good and current:
        values = {"reason": form.reason.data or "", "until": form.until.data, "by": me().user}
        commands.accept(db.session, scope.bureau, gap, known, **values)
        there = url_for("coverage.gap", key=key)
        return finish(
            form.number.data, there, _("The gap is accepted until %(day)s.", day=form.until.data)
        )
    return _page(form, gap, known, scope), form.status


def _page(form: AcceptForm, gap: Gap, known: Acceptance | None, scope: Scope) -> str:
    return render_template(
        "coverage/accept.html",
        bureau=scope.bureau,
        form=form,
        gap=gap,
        known=known,
        rule=BY_CODE[gap.rule],
        about=shown(now_audited(scope).facts, gap.subject),
        finding=queries.open_for(db.session, scope.bureau, gap.identity),
    )


def _own(gap: Gap, scope: Scope) -> bool:
    """Return whether a gap is one of the reader's own office, who then does not accept it."""
    own = my_scope(Policy.ANSWER_FINDINGS)
    path = queries.path_of(db.session, scope.bureau, gap.node)
    return bool(path) and own.holds(path)


def _refused() -> ResponseReturnValue:
    refuse("own_work")
    advice = _("A gap of one's own office is accepted by another auditor.")
    return errors.page(403, advice=advice)


@bp.post("/gaps/<key:key>/accept/end")
@allows(Policy.AUDIT)
def end_acceptance(key: str) -> ResponseReturnValue:
    """Accept a gap no longer, whether it is still there or not."""
    form: Any = Form()
    if again := once(form):
        return again
    bureau = my_scope(Policy.AUDIT).bureau
    known = queries.acceptance(db.session, bureau, key, locked=True)
    if known is None:
        abort(404)
    commands.end_acceptance(db.session, known)
    said = _("The gap is accepted no longer.")
    return finish(form.number.data, url_for("coverage.accepted"), said)

"""Audits that were kept: make one, see one, compare two."""

from collections.abc import Mapping

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.coverage import runs
from riskmap.coverage.auditing import counted
from riskmap.coverage.blueprint import bp, in_scope, now_audited
from riskmap.coverage.comparison import Comparison
from riskmap.coverage.figure_pages import NAMES
from riskmap.coverage.figures import figures
from riskmap.coverage.gap_lines import known, lines_of, visible_part
from riskmap.coverage.gaps import Severity
from riskmap.coverage.models import AuditRun
from riskmap.coverage.parameters import BY_NAME
from riskmap.db import db
from riskmap.organisation.scope import Scope, my_scope
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, before, finish


@bp.get("/runs", endpoint="runs")
@allows(Policy.READ_AUDIT)
def runs_kept() -> ResponseReturnValue:
    """Show the audits that were kept, the newest first."""
    scope = in_scope()
    return render_template(
        "coverage/runs.html",
        bureau=scope.bureau,
        rows=[(run, _counts(scope, run)) for run in runs.runs(db.session, scope.bureau)],
        form=Form(),
    )


def _counts(scope: Scope, run: AuditRun) -> Mapping[Severity, int]:
    """Return how many gaps of an audit somebody may see, the worst first."""
    if not scope.whole:
        return counted(visible_part(scope, runs.gaps_of(run)))
    return {
        Severity.ERROR: run.errors,
        Severity.WARNING: run.warnings,
        Severity.NOTICE: run.notices,
    }


@bp.post("/runs")
@allows(Policy.AUDIT)
def keep_run() -> ResponseReturnValue:
    """Keep the audit of now."""
    form = Form()
    if again := before(form.number.data):
        return again
    if not form.accepted():
        abort(400)
    scope = my_scope(Policy.AUDIT)
    run = runs.keep(db.session, scope.bureau, now_audited(scope))
    said = _("Kept as audit %(number)s.", number=run.number)
    return finish(form.number.data, url_for(".run", number=run.number), said)


@bp.get("/runs/<int:number>")
@allows(Policy.READ_AUDIT)
def run(number: int) -> ResponseReturnValue:
    """Show an audit as it was kept, and what has changed since the one before it."""
    scope, one = in_scope(), _of(number)
    earlier = runs.run_of(db.session, scope.bureau, number - 1)
    return render_template(
        "coverage/run.html",
        bureau=scope.bureau,
        run=one,
        lines=lines_of(scope, known(db.session, scope), runs.gaps_of(one)),
        rules=runs.rules_of(one),
        figures=figures(runs.figures_of(one), {}),
        names=NAMES,
        titles={name: each.title for name, each in BY_NAME.items()},
        earlier=earlier,
    )


def _of(number: int) -> AuditRun:
    found = runs.run_of(db.session, in_scope().bureau, number)
    return found or abort(404)


@bp.get("/runs/compare")
@allows(Policy.READ_AUDIT)
def compare() -> ResponseReturnValue:
    """Show what changed from one audit to another; `later` left out is now."""
    scope = in_scope()
    earlier = _of(request.args.get("earlier", 0, type=int))
    later = request.args.get("later", 0, type=int)
    if later and later < earlier.number:
        return redirect(url_for(".compare", earlier=later, later=earlier.number))
    other, about = _of(later) if later else None, known(db.session, scope)
    found: Comparison = (
        runs.between(earlier, other) if other else runs.since(earlier, now_audited(scope))
    )
    return render_template(
        "coverage/compare.html",
        bureau=scope.bureau,
        earlier=earlier,
        later=other,
        new=lines_of(scope, about, found.new),
        gone=lines_of(scope, about, found.gone),
        same=lines_of(scope, about, found.same),
        rules=found.rules,
    )

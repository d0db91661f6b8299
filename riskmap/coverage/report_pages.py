"""The audit report as a file to take away."""

from flask import Response, current_app
from flask.typing import ResponseReturnValue

from riskmap.accounts.guard import record
from riskmap.coverage.blueprint import bp, in_scope, shown_audit, visible_gaps
from riskmap.coverage.gap_lines import known
from riskmap.coverage.report import pdf, report_of
from riskmap.coverage.report_workbook import report_workbook
from riskmap.db import db
from riskmap.drawing.engine import DrawingFailed
from riskmap.history.events import Kind
from riskmap.printing.typesetter import TypesettingFailed
from riskmap.web import errors
from riskmap.web.access import Policy, allows
from riskmap.workbooks.writing import MIMETYPE

MIMETYPES = {"pdf": "application/pdf", "xlsx": MIMETYPE}


@bp.errorhandler(DrawingFailed)
@bp.errorhandler(TypesettingFailed)
def not_made(error: Exception) -> ResponseReturnValue:
    """Answer for a report that cannot be made right now; the log says why."""
    current_app.logger.error("audit report: %s", error)
    return errors.page(503)


@bp.get("/report.<any(pdf, xlsx):kind>")
@allows(Policy.READ_AUDIT)
def report(kind: str) -> ResponseReturnValue:
    """Answer with the report of what may be seen, as PDF or as a workbook."""
    scope = in_scope()
    audit, about = shown_audit(scope), known(db.session, scope)
    found = report_of(db.session, scope, audit.facts, visible_gaps(scope, audit), about)
    if kind == "pdf":
        content = pdf(db.session, current_app.extensions["riskmap.engine"], found)
    else:
        content = report_workbook(found)
    answer = Response(content, mimetype=MIMETYPES[kind])
    answer.headers["Content-Disposition"] = f'inline; filename="audit.{kind}"'
    record(Kind.PRINTED if kind == "pdf" else Kind.EXPORTED, "", format=kind, codes="audit")
    return answer

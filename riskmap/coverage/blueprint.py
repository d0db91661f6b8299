"""The blueprint of audits, and what its pages share."""

from typing import Any

from flask import Blueprint, Flask, current_app, request
from flask_babel import gettext

from riskmap.coverage.evidence import IN_SUM, MEGABYTE
from riskmap.coverage.gaps import Gap, Said
from riskmap.coverage.live import Audit, Audits, visible
from riskmap.db import db
from riskmap.organisation.scope import Scope, my_scope
from riskmap.web.access import Policy
from riskmap.web.members import shown
from riskmap.web.showing import draft

bp = Blueprint("coverage", __name__, url_prefix="/audit")


def in_scope() -> Scope:
    """Return what of the bureau's audit who is asking may see."""
    return my_scope(Policy.READ_AUDIT)


def now_audited(scope: Scope, *, draft: bool = False) -> Audit:
    """Return the audit of a scope's bureau, the gaps that may not be seen among them.

    It is of documents in force, which findings and kept audits are about; with `draft` of working
    copies.
    """
    audits: Audits = current_app.extensions["riskmap.audits"]
    return audits.of(db.session, scope.bureau, draft=draft)


def shown_audit(scope: Scope) -> Audit:
    """Return the audit that pages show: in force, or of working copies by choice."""
    return now_audited(scope, draft=draft())


def visible_gaps(scope: Scope, audit: Audit) -> list[Gap]:
    """Return the gaps of an audit that may be seen, the worst first."""
    return visible(db.session, scope, audit.gaps)


def said(sentence: Said) -> str:
    """Return a sentence of the audit in the language of the screen."""
    return sentence.text(gettext, shown)


def install_limits(app: Flask) -> None:
    """Let an answer to a finding be as large as its files may be; all else stays as it is."""

    @app.before_request
    def allow_files() -> None:
        if request.endpoint == f"{bp.name}.answer":
            request.max_content_length = IN_SUM + MEGABYTE


def install(app: Flask) -> None:
    """Keep the last audits, and teach templates to say what was found."""
    app.extensions["riskmap.audits"] = Audits()
    filters: dict[str, Any] = app.jinja_env.filters
    filters["said"] = said
    app.register_blueprint(bp)

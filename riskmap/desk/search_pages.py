"""The search page: what is found, by kind."""

from flask import render_template
from flask.typing import ResponseReturnValue

from riskmap.db import db
from riskmap.desk import search
from riskmap.desk.blueprint import bp
from riskmap.desk.models import Found
from riskmap.organisation.scope import my_scope
from riskmap.web.access import Policy, allows
from riskmap.web.listing import SIZE, asked_for, page_count, page_number

FEW = 8  # of each kind, where all kinds are shown


@bp.get("/search")
@allows(Policy.READ)
def find() -> ResponseReturnValue:
    """Show what a question finds: a few of each kind, or one kind page by page."""
    scope = my_scope()
    question = asked_for("q")
    kind = asked_for("kind", list(Found))
    one = Found(kind) if kind else None
    size = SIZE if one else FEW
    page = page_number() if one else 1
    groups = search.find(db.session, scope, question, kind=one, start=(page - 1) * size, count=size)
    total = next((group.total for group in groups if group.kind is one), 0)
    return render_template(
        "desk/search.html",
        bureau=scope.bureau,
        question=question,
        groups=groups,
        kind=kind,
        page=page,
        pages=page_count(total),
    )

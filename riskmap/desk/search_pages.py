"""The search page: what is found, by kind."""

from flask import render_template
from flask.typing import ResponseReturnValue

from riskmap.db import db
from riskmap.desk import search
from riskmap.desk.blueprint import bp, bureau
from riskmap.desk.models import Found
from riskmap.web.access import Policy, allows
from riskmap.web.listing import SIZE, asked_for, page_number

FEW = 8  # of each kind, where all kinds are shown


@bp.get("/search")
@allows(Policy.READ)
def find() -> ResponseReturnValue:
    """Show what a question finds: a few of each kind, or one kind page by page."""
    owner = bureau()
    question = asked_for("q")
    kind = asked_for("kind", list(Found))
    counts = search.counts(db.session, owner, question)
    shown = [Found(kind)] if kind in counts else list(counts)
    size = SIZE if kind in counts else FEW
    pages = max(1, -(-counts[Found(kind)] // size)) if kind in counts else 1
    page = min(page_number(), pages)
    return render_template(
        "desk/search.html",
        bureau=owner,
        question=question,
        counts=counts,
        kind=kind if kind in counts else "",
        hits={
            each: search.hits(db.session, owner, question, each, (page - 1) * size, size)
            for each in shown
        },
        page=page,
        pages=pages,
    )

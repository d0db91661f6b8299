"""The register in use: categories, items, measures and bases, each with where it is used."""

from flask import render_template
from flask.typing import ResponseReturnValue

from riskmap.db import db, today
from riskmap.desk import lists, uses
from riskmap.desk.blueprint import bp, bureau, found
from riskmap.desk.matrix import matrix
from riskmap.desk.words import choices
from riskmap.maps.levels import LEVELS
from riskmap.maps.rows import item_level
from riskmap.register.models import Basis, Category, Item, Measure
from riskmap.register.rating import Level, score
from riskmap.register.terms import BasisKind, Control, Phase
from riskmap.web.access import Policy, allows
from riskmap.web.listing import filters, listing


@bp.get("/register")
@allows(Policy.READ)
def register() -> ResponseReturnValue:
    """Show every category with its items, and where they stand by likelihood and severity."""
    owner = bureau()
    rows = uses.items(db.session, owner)
    categories: dict[tuple[str, str], list[object]] = {}
    for row in rows:
        categories.setdefault((row.category, row.category_name), []).append(row)
    return render_template(
        "desk/register.html",
        bureau=owner,
        categories=categories,
        matrix=matrix(rows),
        levels=LEVELS,
        counts={each: sum(row.rank == each.rank for row in rows) for each in Level},
    )


@bp.get("/items/<code:code>")
@allows(Policy.READ)
def item(code: str) -> ResponseReturnValue:
    """Show an item: its rating, its measures, its risk points on the maps."""
    owner = bureau()
    row = found(Item, owner, code)
    measures, _ = lists.measures(owner, {"item": row.code})
    risk_points, sorts = lists.risk_points(owner, {"item": row.code})
    return render_template(
        "desk/item.html",
        bureau=owner,
        item=row,
        grade=item_level(row),
        score=score(row.likelihood, row.severity),
        category=db.session.get(Category, row.category_id),
        measures=db.session.execute(measures.order_by(Measure.position, Measure.code)).all(),
        list=listing(db.session, risk_points, sorts),
        excused=uses.excused(db.session, row),
        levels=LEVELS,
    )


@bp.get("/measures")
@allows(Policy.READ)
def measures() -> ResponseReturnValue:
    """Show the measures with how often the maps use each."""
    owner = bureau()
    asked = filters(
        q=None, control=list(Control), phase=list(Phase), used=("yes", "no"), item=None, node=None
    )
    statement, sorts = lists.measures(owner, asked)
    return render_template(
        "desk/measures.html",
        bureau=owner,
        list=listing(db.session, statement, sorts),
        asked=asked,
        controls=choices(Control),
        phases=choices(Phase),
    )


@bp.get("/measures/<code:code>")
@allows(Policy.READ)
def measure(code: str) -> ResponseReturnValue:
    """Show a measure: who owes it, and the steps whose risk points it answers."""
    owner = bureau()
    row = found(Measure, owner, code)
    risk_points, sorts = lists.risk_points(owner, {"measure": row.code})
    return render_template(
        "desk/measure.html",
        bureau=owner,
        measure=row,
        item=db.session.get(Item, row.item_id),
        responsible=uses.responsible(db.session, row),
        list=listing(db.session, risk_points, sorts),
        levels=LEVELS,
    )


@bp.get("/bases")
@allows(Policy.READ)
def bases() -> ResponseReturnValue:
    """Show laws, rules and internal systems with how many maps cite each."""
    owner = bureau()
    asked = filters(q=None, kind=list(BasisKind), state=("valid", "ended", "cited"))
    statement, sorts = lists.bases(owner, asked, today())
    return render_template(
        "desk/bases.html",
        bureau=owner,
        list=listing(db.session, statement, sorts),
        asked=asked,
        kinds=choices(BasisKind),
        today=today(),
    )


@bp.get("/bases/<code:code>")
@allows(Policy.READ)
def basis(code: str) -> ResponseReturnValue:
    """Show a basis: its limits, and the maps and steps that cite it."""
    owner = bureau()
    row = found(Basis, owner, code)
    return render_template(
        "desk/basis.html",
        bureau=owner,
        basis=row,
        today=today(),
        replacing=uses.replacing(db.session, row),
        limits=uses.limits(db.session, row),
        maps=uses.citing_maps(db.session, row),
        steps=uses.citing_steps(db.session, row),
    )

"""The register in use: categories, items, measures and bases, each with where it is used."""

from flask import render_template
from flask.typing import ResponseReturnValue

from riskmap.db import db, today
from riskmap.desk import lists, uses
from riskmap.desk.blueprint import bp, found
from riskmap.desk.matrix import matrix
from riskmap.document.lines import Uses
from riskmap.maps.levels import LEVELS
from riskmap.maps.rows import item_level
from riskmap.organisation.queries import codes_below
from riskmap.organisation.scope import my_scope
from riskmap.register.models import Basis, Category, Item, Measure
from riskmap.register.rating import Level, score
from riskmap.register.terms import BasisKind, Control, Phase
from riskmap.revisions.listed import documents_shown
from riskmap.web.access import Policy, allows
from riskmap.web.listing import filters, listing, listing_of
from riskmap.web.members import choices


@bp.get("/register")
@allows(Policy.READ)
def register() -> ResponseReturnValue:
    """Show every category with its items, and where they stand by likelihood and severity."""
    scope = my_scope()
    rows = uses.items(db.session, scope, Uses(documents_shown(db.session, scope)))
    categories: dict[tuple[str, str], list[object]] = {}
    for row in rows:
        categories.setdefault((row.category, row.category_name), []).append(row)
    return render_template(
        "desk/register.html",
        bureau=scope.bureau,
        categories=categories,
        matrix=matrix(rows),
        levels=LEVELS,
        counts={each: sum(row.rank == each.rank for row in rows) for each in Level},
    )


@bp.get("/items/<code:code>")
@allows(Policy.READ)
def item(code: str) -> ResponseReturnValue:
    """Show an item: its rating, its measures, its risk points on the maps."""
    scope = my_scope()
    row = found(Item, scope, code, retired=True)
    maps = documents_shown(db.session, scope)
    measures, _ = lists.measures(scope, {"item": row.code}, Uses(maps))
    risk_points = lists.risk_points(maps, {"item": row.code}, lists.Where(), {})
    return render_template(
        "desk/item.html",
        bureau=scope.bureau,
        item=row,
        grade=item_level(row),
        score=score(row.likelihood, row.severity),
        category=db.session.get(Category, row.category_id),
        measures=db.session.execute(measures.order_by(Measure.position, Measure.code)).all(),
        list=listing_of(risk_points, lists.RISK_KEYS),
        excused=uses.excused(db.session, scope, row),
        levels=LEVELS,
    )


@bp.get("/measures")
@allows(Policy.READ)
def measures() -> ResponseReturnValue:
    """Show the measures with how often the maps use each."""
    scope = my_scope()
    asked = filters(
        q=None,
        control=list(Control),
        phase=list(Phase),
        used=("yes", "no"),
        category=None,
        item=None,
        node=None,
        on=None,
        on_own=None,
    )
    counted = Uses(documents_shown(db.session, scope))
    below = codes_below(db.session, scope, asked["on"]) if asked["on"] else ()
    statement, sorts = lists.measures(scope, asked, counted, below)
    return render_template(
        "desk/measures.html",
        bureau=scope.bureau,
        list=listing(db.session, statement, sorts),
        asked=asked,
        controls=choices(Control),
        phases=choices(Phase),
    )


@bp.get("/measures/<code:code>")
@allows(Policy.READ)
def measure(code: str) -> ResponseReturnValue:
    """Show a measure: who owes it, and the steps whose risk points it answers."""
    scope = my_scope()
    row = found(Measure, scope, code, retired=True)
    maps = documents_shown(db.session, scope)
    risk_points = lists.risk_points(maps, {"measure": row.code}, lists.Where(), {})
    return render_template(
        "desk/measure.html",
        bureau=scope.bureau,
        measure=row,
        item=db.session.get(Item, row.item_id),
        responsible=uses.responsible(db.session, scope, row),
        list=listing_of(risk_points, lists.RISK_KEYS),
        levels=LEVELS,
    )


@bp.get("/bases")
@allows(Policy.READ)
def bases() -> ResponseReturnValue:
    """Show laws, rules and internal systems with how many maps cite each."""
    scope = my_scope()
    asked = filters(q=None, kind=list(BasisKind), state=("valid", "ended", "cited"))
    counted = Uses(documents_shown(db.session, scope))
    statement, sorts = lists.bases(scope, asked, today(), counted)
    return render_template(
        "desk/bases.html",
        bureau=scope.bureau,
        list=listing(db.session, statement, sorts),
        asked=asked,
        kinds=choices(BasisKind),
        today=today(),
    )


@bp.get("/bases/<code:code>")
@allows(Policy.READ)
def basis(code: str) -> ResponseReturnValue:
    """Show a basis: its limits, and the maps and steps that cite it."""
    scope = my_scope()
    row = found(Basis, scope, code, retired=True)
    maps = documents_shown(db.session, scope)
    return render_template(
        "desk/basis.html",
        bureau=scope.bureau,
        basis=row,
        today=today(),
        replacing=uses.replacing(db.session, row),
        limits=uses.limits(db.session, row, Uses(maps)),
        maps=uses.citing_maps(maps, row),
        steps=uses.citing_steps(maps, row),
    )

"""The lists that numbers lead to: maps, steps, risk points."""

from flask import render_template
from flask.typing import ResponseReturnValue

from riskmap.db import db
from riskmap.desk import lists, uses
from riskmap.desk.blueprint import bp
from riskmap.document.lines import Uses
from riskmap.document.terms import Duty
from riskmap.maps import listed
from riskmap.maps.levels import LEVELS
from riskmap.organisation.queries import nodes
from riskmap.organisation.scope import Scope, my_scope
from riskmap.organisation.tree import NodeLevel
from riskmap.register.rating import Level
from riskmap.register.terms import PowerKind
from riskmap.revisions.listed import KEYS, documents_shown, maps_found
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form
from riskmap.web.listing import filters, listing_of
from riskmap.web.members import choices


@bp.get("/maps")
@allows(Policy.READ)
def maps() -> ResponseReturnValue:
    """Show the maps in use."""
    scope = my_scope()
    asked = listed.asked_for_maps()
    return render_template(
        "desk/maps.html",
        bureau=scope.bureau,
        list=listing_of(maps_found(db.session, scope, asked), KEYS),
        asked=asked,
        kept=listed.kept(),
        units=_units(scope),
        scales=choices(NodeLevel),
        grades=choices(Level),
        kinds=choices(PowerKind),
        levels=LEVELS,
        form=Form(),
        other_form=Form(),
    )


@bp.get("/steps")
@allows(Policy.READ)
def steps() -> ResponseReturnValue:
    """Show the steps of all maps in use."""
    scope = my_scope()
    asked = filters(q=None, map=None, node=None, duty=list(Duty), basis=None)
    where = lists.Where.of(db.session, scope, asked)
    found = lists.steps(documents_shown(db.session, scope), asked, where)
    return render_template(
        "desk/steps.html",
        bureau=scope.bureau,
        list=listing_of(found, lists.STEP_KEYS),
        asked=asked,
        units=_units(scope),
        duties=choices(Duty),
    )


@bp.get("/risk-points")
@allows(Policy.READ)
def risk_points() -> ResponseReturnValue:
    """Show the risk points of all maps in use."""
    scope = my_scope()
    asked = filters(
        q=None,
        map=None,
        node=None,
        at=None,
        scale=list(NodeLevel),
        level=list(Level),
        category=None,
        item=None,
        answered=None,
        measure=None,
    )
    where = lists.Where.of(db.session, scope, asked)
    categories = lists.categories_of_measures(db.session, scope) if asked["answered"] else {}
    maps = documents_shown(db.session, scope)
    found = lists.risk_points(maps, asked, where, categories)
    return render_template(
        "desk/risk_points.html",
        bureau=scope.bureau,
        list=listing_of(found, lists.RISK_KEYS),
        asked=asked,
        units=_units(scope),
        grades=choices(Level),
        items=uses.items(db.session, scope, Uses(())),
        levels=LEVELS,
    )


def _units(scope: Scope) -> list[tuple[str, str]]:
    """Return the units and offices to filter by: code and name, offices indented."""
    return [
        (node.code, ("\u3000" if node.level is NodeLevel.OFFICE else "") + node.name)
        for node in nodes(db.session, scope)
        if node.retired_on is None and node.level is not NodeLevel.POST
    ]

"""Everybody's own first page: made of what the person may do."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from riskmap.accounts.current import me
from riskmap.coverage import finding_queries
from riskmap.coverage.blueprint import now_audited
from riskmap.coverage.finding_states import days_left
from riskmap.db import db, today
from riskmap.desk import mine
from riskmap.desk.blueprint import bp
from riskmap.maps.levels import LEVELS
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import visible_to_me
from riskmap.web.access import Policy, allows


@bp.get("/desk")
@allows(Policy.SIGNED_IN)
def desk() -> ResponseReturnValue:
    """Show what one has to do: own maps, what changed last, what asks for attention."""
    found = me()
    owner = db.session.get_one(Bureau, found.user.bureau_id)
    parts: dict[str, Any] = {}
    for policy, part in PARTS:
        if found.may(policy):
            parts |= part(owner)
    return render_template("desk/mine.html", bureau=owner, me=found, levels=LEVELS, **parts)


def _keeping(owner: Bureau) -> dict[str, Any]:
    scope = visible_to_me(owner, Policy.EDIT_MAPS)
    return {
        "maps": mine.maps_to_keep(db.session, scope),
        "drafts": mine.drafts_of(db.session, me().user.id),
        "flaws": mine.flaws(db.session, scope),
        "without_map": mine.without_map(db.session, scope),
        "vacant": mine.vacant(db.session, scope, today()),
        "ended": mine.ended_and_cited(db.session, scope, today()),
        "retired": mine.retired_and_used(db.session, scope),
    }


def _reading(owner: Bureau) -> dict[str, Any]:
    return {"changed": mine.changed_last(db.session, visible_to_me(owner))}


def _register(owner: Bureau) -> dict[str, Any]:
    return {"register": mine.register_figures(db.session, visible_to_me(owner), today())}


def _trail(owner: Bureau) -> dict[str, Any]:
    return {"refusals": mine.refusals(db.session, owner)}


def _findings(owner: Bureau) -> dict[str, Any]:
    """Return what waits of the findings: one's own to answer, or those to follow."""
    scope = visible_to_me(owner, Policy.READ_AUDIT)
    live = now_audited(scope).identities
    found: dict[str, Any] = {"waiting": finding_queries.waiting(db.session, scope, live, today())}
    if me().may(Policy.ANSWER_FINDINGS):
        mine_ = visible_to_me(owner, Policy.ANSWER_FINDINGS)
        found["owed"] = finding_queries.owed(db.session, mine_)
    return found | {"today": today(), "days_left": days_left}


def _accounts(owner: Bureau) -> dict[str, Any]:
    return {"accounts": mine.account_figures(db.session, owner)}


PARTS = (
    (Policy.EDIT_MAPS, _keeping),
    (Policy.READ_AUDIT, _findings),
    (Policy.READ, _reading),
    (Policy.EDIT_REGISTER, _register),
    (Policy.READ_TRAIL, _trail),
    (Policy.EDIT_USERS, _accounts),
)
"""Per policy, what it puts on the desk."""

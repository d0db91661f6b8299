"""Everybody's own first page: made of what the person may do."""

from collections.abc import Collection
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from riskmap.accounts.current import me
from riskmap.coverage.blueprint import now_audited
from riskmap.db import db, today
from riskmap.desk import mine
from riskmap.desk.blueprint import bp
from riskmap.jobs.queries import mine as jobs_of
from riskmap.jobs.views import title_of
from riskmap.maps.levels import LEVELS
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import visible_to_me
from riskmap.revisions import queries as revisions
from riskmap.revisions.noticing import remark_lines
from riskmap.revisions.renewing import to_be_renewed
from riskmap.rounds import queries as rounds
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
    parts |= {"jobs": jobs_of(db.session, found.user, most=3), "title_of": title_of}
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
        "renewals": to_be_renewed(db.session, scope, today()),
    }


def _signing(owner: Bureau) -> dict[str, Any]:
    scope = visible_to_me(owner, Policy.SIGN)
    return {"to_sign": revisions.waiting(db.session, me(), scope)}


def _to_review(owner: Bureau) -> dict[str, Any]:
    """Return the open rounds of review in the part that somebody keeps."""
    scope = visible_to_me(owner, Policy.EDIT_MAPS)
    return {"to_review": rounds.on_desk(db.session, scope, today())}


def _leading(owner: Bureau) -> dict[str, Any]:
    """Return the open rounds of review in the part that somebody leads rounds in."""
    scope = visible_to_me(owner, Policy.LEAD_ROUNDS)
    return {"rounds": rounds.on_desk(db.session, scope, today(), me())}


def _sent_back(_owner: Bureau) -> dict[str, Any]:
    rows = revisions.sent_back(db.session, me().user)
    maps = {each.id: each for each in mine.maps_of(db.session, {row.map_id for row in rows})}
    return {"sent_back": [(row, maps[row.map_id], remark_lines(row)) for row in rows]}


def _reading(owner: Bureau) -> dict[str, Any]:
    return {"changed": mine.changed_last(db.session, visible_to_me(owner))}


def _register(owner: Bureau) -> dict[str, Any]:
    return {"register": mine.register_figures(db.session, visible_to_me(owner), today())}


def _trail(owner: Bureau) -> dict[str, Any]:
    return {"refusals": mine.refusals(db.session, owner)}


def _accounts(owner: Bureau) -> dict[str, Any]:
    return {"accounts": mine.account_figures(db.session, owner)}


def _to_answer(owner: Bureau) -> dict[str, Any]:
    scope = visible_to_me(owner, Policy.ANSWER_FINDINGS)
    return {"owed": mine.owed(db.session, scope, today())}


def _auditing(owner: Bureau) -> dict[str, Any]:
    scope = visible_to_me(owner, Policy.AUDIT)

    def identities() -> Collection[str]:
        return now_audited(scope).identities

    return {"audits": mine.audit_figures(db.session, scope, today(), identities)}


def _late(owner: Bureau) -> dict[str, Any]:
    """Return the findings that offices are late with, for who neither answers nor audits."""
    if me().may(Policy.AUDIT) or me().may(Policy.ANSWER_FINDINGS):
        return {}
    rows = mine.owed(db.session, visible_to_me(owner, Policy.READ_AUDIT), today())
    return {"late": [each for each in rows if each.late]}


PARTS = (
    (Policy.SIGN, _signing),
    (Policy.EDIT_MAPS, _sent_back),
    (Policy.EDIT_MAPS, _to_review),
    (Policy.LEAD_ROUNDS, _leading),
    (Policy.EDIT_MAPS, _keeping),
    (Policy.ANSWER_FINDINGS, _to_answer),
    (Policy.READ, _reading),
    (Policy.EDIT_REGISTER, _register),
    (Policy.AUDIT, _auditing),
    (Policy.READ_AUDIT, _late),
    (Policy.READ_TRAIL, _trail),
    (Policy.EDIT_USERS, _accounts),
)
"""Per policy, what it puts on the desk."""

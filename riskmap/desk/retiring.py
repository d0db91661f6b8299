"""Retiring what the register has, and bringing it back: nothing is deleted."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from riskmap.db import db
from riskmap.desk.blueprint import bp
from riskmap.desk.keeping import Page, answer, held, owner
from riskmap.desk.used import used
from riskmap.register import commands, queries
from riskmap.register.forms import RetireForm
from riskmap.register.models import Basis, Category, Item, Matter, Measure, StatutoryLimit
from riskmap.web.access import Policy, allows

KINDS: dict[str, tuple[type[Any], str]] = {
    "categories": (Category, _l("Categories")),
    "items": (Item, _l("Items")),
    "measures": (Measure, _l("Measures")),
    "bases": (Basis, _l("Bases")),
    "limits": (StatutoryLimit, _l("Time limits")),
    "matters": (Matter, _l("Matters")),
}
"""What an address calls the kinds of row, and a heading."""

_ANY = ", ".join(KINDS)


def _list_of(row: Any) -> str:
    """Return the list that a row stands in."""
    if isinstance(row, StatutoryLimit):
        return url_for("desk.basis", code=db.session.get_one(Basis, row.basis_id).code)
    lists = {Measure: "desk.measures", Basis: "desk.bases", Matter: "desk.matters"}
    return url_for(lists.get(type(row), "desk.keep"))


@bp.app_template_global()
def naming(row: Any) -> str:
    """Return what a row is called."""
    return str(getattr(row, "name", "") or getattr(row, "title", "") or getattr(row, "text", ""))


@bp.get("/register/retired")
@allows(Policy.EDIT_REGISTER)
def retired() -> ResponseReturnValue:
    """Show what was retired, from where it is brought back."""
    bureau = owner()
    kinds = [
        (name, title, queries.retired(db.session, model, bureau.id))
        for name, (model, title) in KINDS.items()
    ]
    return render_template("desk/retired.html", bureau=bureau, kinds=kinds)


@bp.route(f"/register/<any({_ANY}):kind>/<code:code>/retire", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def retire(kind: str, code: str) -> ResponseReturnValue:
    """Retire a row after showing where it is used; bring a retired one back."""
    row = held(KINDS[kind][0], code)
    where = used(db.session, row)
    out = row.retired_on is None
    form = RetireForm(row, needs_tick=out and bool(where))

    def act() -> tuple[str, str]:
        if out:
            commands.retire(db.session, row)
            return _list_of(row), _("%(code)s is retired; its code stays its own.", code=code)
        commands.bring_back(db.session, row)
        return _list_of(row), _("%(code)s is in use again.", code=code)

    title = _("Retire") if out else _("Bring back")
    shows = {"row": row, "used": where, "kind": kind, "name": naming(row), "needs_tick": where}
    return answer(form, Page("desk/retire.html", title, shows), act, row)

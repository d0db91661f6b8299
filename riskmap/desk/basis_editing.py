"""Keeping bases and the time limits that they set."""

from typing import Any

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.db import db
from riskmap.desk.blueprint import bp
from riskmap.desk.keeping import Page, answer, held, owner
from riskmap.desk.used import used
from riskmap.register import commands, queries
from riskmap.register.basis_forms import BasisForm, LimitForm, titled
from riskmap.register.codes import next_code
from riskmap.register.models import Basis, StatutoryLimit
from riskmap.web.access import Policy, allows


def _bases(bureau_id: int) -> list[str]:
    return [titled(each) for each in queries.bases(db.session, bureau_id)]


@bp.route("/register/bases/new", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def add_basis() -> ResponseReturnValue:
    """Add a law, a rule or an internal system."""
    bureau = owner()
    codes = queries.codes(db.session, Basis, bureau.id)
    form = BasisForm(bureau.id, code=next_code("FG-", codes, 3, codes))

    def act() -> tuple[str, str]:
        row = commands.add_basis(db.session, bureau.id, **form.values())
        return url_for("desk.basis", code=row.code), _("%(name)s is added.", name=row.title)

    shows = {"picker": ("bases", _bases(bureau.id))}
    return answer(form, Page("desk/edit.html", _("New basis"), shows), act)


@bp.route("/register/bases/<code:code>/edit", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def edit_basis(code: str) -> ResponseReturnValue:
    """Change a basis."""
    row = held(Basis, code)
    form = BasisForm(row.bureau_id, row)

    def act() -> tuple[str, str]:
        commands.change(db.session, row, **form.values())
        return url_for("desk.basis", code=code), _("%(name)s is saved.", name=row.title)

    shows: dict[str, Any] = {"row": row, "used": used(db.session, row), "kind": "bases"}
    shows["picker"] = ("bases", _bases(row.bureau_id))
    return answer(form, Page("desk/edit.html", _("Basis"), shows), act, row)


@bp.route("/register/bases/<code:code>/limits/new", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def add_limit(code: str) -> ResponseReturnValue:
    """Add a time limit that a basis sets."""
    basis = held(Basis, code)
    if basis.retired_on is not None:
        abort(404)
    codes = queries.codes(db.session, StatutoryLimit, basis.bureau_id)
    form = LimitForm(basis.bureau_id, code=next_code("SX-", codes, 3, codes))

    def act() -> tuple[str, str]:
        row = commands.add_limit(db.session, basis, **form.values())
        place = url_for("desk.basis", code=code, _anchor="limits")
        return place, _("%(name)s is added.", name=row.name)

    return answer(form, Page("desk/edit.html", _("New time limit"), {"basis": basis}), act)


@bp.route("/register/limits/<code:code>/edit", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def edit_limit(code: str) -> ResponseReturnValue:
    """Change a time limit."""
    row = held(StatutoryLimit, code)
    basis = db.session.get_one(Basis, row.basis_id)
    form = LimitForm(row.bureau_id, row)

    def act() -> tuple[str, str]:
        commands.change(db.session, row, **form.values())
        place = url_for("desk.basis", code=basis.code, _anchor="limits")
        return place, _("%(name)s is saved.", name=row.name)

    shows = {"row": row, "used": used(db.session, row), "kind": "limits", "basis": basis}
    return answer(form, Page("desk/edit.html", _("Time limit"), shows), act, row)

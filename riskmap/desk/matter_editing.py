"""Keeping matters, and which items do not concern whom."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from riskmap.db import db, today
from riskmap.desk.blueprint import bp
from riskmap.desk.keeping import Page, answer, held, owner
from riskmap.desk.measure_editing import offered_nodes
from riskmap.desk.used import used
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Node
from riskmap.register import commands, queries
from riskmap.register.basis_forms import MatterForm, NotApplicableForm
from riskmap.register.codes import next_code
from riskmap.register.models import Item, Matter, NotApplicable
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, before, finish


@bp.get("/register/matters")
@allows(Policy.EDIT_REGISTER)
def matters() -> ResponseReturnValue:
    """Show the matters with how many maps each has."""
    bureau = owner()
    counted = (
        select(AccountMap.matter_id, func.count())
        .where(AccountMap.bureau_id == bureau.id, AccountMap.retired_on.is_(None))
        .group_by(AccountMap.matter_id)
    )
    maps = {row[0]: row[1] for row in db.session.execute(counted)}
    rows = queries.matters(db.session, bureau.id)
    return render_template("desk/matters.html", bureau=bureau, rows=rows, maps=maps)


@bp.route("/register/matters/new", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def add_matter() -> ResponseReturnValue:
    """Add a matter."""
    bureau = owner()
    codes = queries.codes(db.session, Matter, bureau.id)
    form = MatterForm(bureau.id, code=next_code("QL-", codes, 3, codes))

    def act() -> tuple[str, str]:
        row = commands.add_matter(db.session, bureau.id, **form.values())
        return url_for("desk.matters", _anchor=row.code), _("%(name)s is added.", name=row.name)

    return answer(form, Page("desk/edit.html", _("New matter")), act)


@bp.route("/register/matters/<code:code>/edit", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def edit_matter(code: str) -> ResponseReturnValue:
    """Change a matter."""
    row = held(Matter, code)
    form = MatterForm(row.bureau_id, row)

    def act() -> tuple[str, str]:
        commands.change(db.session, row, **form.values())
        return url_for("desk.matters", _anchor=code), _("%(name)s is saved.", name=row.name)

    shows = {"row": row, "used": used(db.session, row), "kind": "matters"}
    return answer(form, Page("desk/edit.html", _("Matter"), shows), act, row)


@bp.get("/register/not-applicable")
@allows(Policy.EDIT_REGISTER)
def not_applicable() -> ResponseReturnValue:
    """Show which item does not concern which unit, office or post."""
    rows = queries.not_applicable(db.session, owner().id)
    return render_template(
        "desk/not_applicable.html", bureau=owner(), rows=rows, today=today(), form=Form()
    )


@bp.route("/register/not-applicable/new", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def add_not_applicable() -> ResponseReturnValue:
    """Say that an item does not concern a unit, an office or a post."""
    bureau = owner()
    form = NotApplicableForm(bureau.id, item=request.args.get("item", ""))

    def act() -> tuple[str, str]:
        commands.excuse(db.session, bureau.id, **form.values())
        return url_for("desk.not_applicable"), _("It is entered.")

    shows = {"picker": ("nodes", offered_nodes())}
    return answer(form, Page("desk/edit.html", _("Does not concern: new entry"), shows), act)


def _entry(number: int) -> NotApplicable:
    query = select(NotApplicable).filter_by(id=number, bureau_id=owner().id)
    row = db.session.scalars(query.with_for_update()).one_or_none()
    return row or abort(404)


@bp.route("/register/not-applicable/<int(max=2147483647):number>/edit", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def edit_not_applicable(number: int) -> ResponseReturnValue:
    """Change why an item does not concern somebody, and until when."""
    row = _entry(number)
    form = NotApplicableForm(row.bureau_id, row)

    def act() -> tuple[str, str]:
        commands.change(db.session, row, **form.values())
        return url_for("desk.not_applicable"), _("It is saved.")

    concerns = db.session.get_one(Item, row.item_id), db.session.get_one(Node, row.node_id)
    page = Page("desk/edit.html", _("Does not concern"), {"entry": row, "concerns": concerns})
    return answer(form, page, act, row)


@bp.post("/register/not-applicable/<int(max=2147483647):number>/end")
@allows(Policy.EDIT_REGISTER)
def end_not_applicable(number: int) -> ResponseReturnValue:
    """Let an item concern somebody again from tomorrow on."""
    row = _entry(number)
    form = Form()
    if again := before(form.number.data):
        return again
    if not form.accepted():
        abort(400)
    commands.end_excuse(db.session, row)
    said = _("It ends today; from tomorrow on the item concerns them again.")
    return finish(form.number.data, url_for("desk.not_applicable"), said)

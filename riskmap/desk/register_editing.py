"""Keeping categories and items: adding, changing, ordering."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.db import db
from riskmap.desk import uses
from riskmap.desk.blueprint import bp
from riskmap.desk.keeping import Page, answer, held, kept, owner
from riskmap.desk.matrix import matrix
from riskmap.desk.used import used
from riskmap.document.lines import Uses
from riskmap.maps.levels import LEVELS
from riskmap.register import commands, queries
from riskmap.register.codes import next_code
from riskmap.register.forms import CategoryForm, ItemForm
from riskmap.register.models import Category, Item
from riskmap.revisions.listed import documents_shown
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, before, finish

ORDERED: dict[str, type[Any]] = {"category": Category, "item": Item}
"""What has a place among its like."""


@bp.route("/register/keep", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def keep() -> ResponseReturnValue:
    """Show categories and items in their order, and let two of them change places."""
    form = Form()
    if request.method == "POST":
        return _move(form)
    return render_template(
        "desk/keep.html",
        bureau=owner(),
        form=form,
        categories=queries.categories(db.session, owner().id, with_items=True),
        items=uses.items(db.session, kept(), Uses(documents_shown(db.session, kept()))),
        levels=LEVELS,
    )


def _move(form: Form) -> ResponseReturnValue:
    """Let the row of the button pressed, as item:up:FX-0102, change places with its neighbour."""
    if again := before(form.number.data):
        return again
    if not form.accepted():
        abort(400)
    kind, direction, code = (request.form.get("move", "").split(":") + ["", "", ""])[:3]
    # Its neighbours are locked with it, in their order.
    row: Category | Item = held(ORDERED.get(kind) or abort(404), code, lock=False)
    moved = commands.move(db.session, row, up=direction == "up")
    said = _("%(name)s was moved.", name=row.name) if moved else _("Nothing was moved.")
    return finish(form.number.data, url_for("desk.keep", _anchor=code), said)


@bp.route("/register/categories/new", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def add_category() -> ResponseReturnValue:
    """Add a category after the others."""
    bureau = owner()
    codes = queries.codes(db.session, Category, bureau.id)
    form = CategoryForm(bureau.id, code=next_code("FX-", codes, 2, codes))

    def act() -> tuple[str, str]:
        row = commands.add_category(db.session, bureau.id, **form.values())
        return url_for("desk.keep", _anchor=row.code), _("%(name)s is added.", name=row.name)

    return answer(form, Page("desk/edit.html", _("New category")), act)


@bp.route("/register/categories/<code:code>/edit", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def edit_category(code: str) -> ResponseReturnValue:
    """Rename a category."""
    row = held(Category, code)
    form = CategoryForm(row.bureau_id, row)

    def act() -> tuple[str, str]:
        commands.change(db.session, row, **form.values())
        return url_for("desk.keep", _anchor=code), _("%(name)s is saved.", name=row.name)

    shows = {"row": row, "used": used(db.session, row), "kind": "categories"}
    return answer(form, Page("desk/edit.html", _("Category"), shows), act, row)


@bp.route("/register/items/new", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def add_item() -> ResponseReturnValue:
    """Add an item at the end of a category."""
    bureau = owner()
    known = {each.code: each for each in queries.categories(db.session, bureau.id)}
    category = known.get(request.args.get("category", "")) or next(iter(known.values()), None)
    stem = category.code if category else "FX-"
    codes = queries.codes(db.session, Item, bureau.id)
    form = ItemForm(
        bureau.id, code=next_code(stem, codes, 2), category=category.code if category else ""
    )

    def act() -> tuple[str, str]:
        row = commands.add_item(db.session, bureau.id, **form.values())
        return url_for("desk.item", code=row.code), _("%(name)s is added.", name=row.name)

    return answer(form, Page("desk/edit_item.html", _("New item"), {"matrix": matrix(())}), act)


@bp.route("/register/items/<code:code>/edit", methods=["GET", "POST"])
@allows(Policy.EDIT_REGISTER)
def edit_item(code: str) -> ResponseReturnValue:
    """Change an item: its words, its category, its place on the matrix."""
    row = held(Item, code)
    form = ItemForm(row.bureau_id, row)

    def act() -> tuple[str, str]:
        commands.change_item(db.session, row, **form.values())
        return url_for("desk.item", code=code), _("%(name)s is saved.", name=row.name)

    shows = {
        "row": row, "used": used(db.session, row), "kind": "items", "matrix": matrix(()),
    }  # fmt: skip
    return answer(form, Page("desk/edit_item.html", _("Item"), shows), act, row)

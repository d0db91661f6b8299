"""Keeping the organisation: units, offices and posts; the bureau's names."""

from collections.abc import Sequence

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.accounts.current import settings
from riskmap.db import db, today
from riskmap.desk import concerned as hanging
from riskmap.desk.blueprint import bp
from riskmap.desk.upkeep import kept, own_bureau
from riskmap.desk.words import word
from riskmap.organisation import codes, commands, keeping
from riskmap.organisation.forms import BureauForm, MoveForm, NewNodeForm, NodeForm, RetireForm
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.tree import DutyClass, NodeLevel
from riskmap.web.access import Policy, allows
from riskmap.web.converters import is_code
from riskmap.web.forms import Form, finish, once
from riskmap.web.members import choices


@bp.get("/organisation")
@allows(Policy.EDIT_ORGANISATION)
def organisation() -> ResponseReturnValue:
    """Show the tree with what can be done to each node; retired ones on demand."""
    owner = own_bureau()
    rows = keeping.every_node(db.session, owner)
    with_retired = request.args.get("retired") == "1"
    holders: dict[int, list[object]] = {}
    for each in keeping.holders(db.session, owner.id, today()):
        holders.setdefault(each.post_id, []).append(each)
    return render_template(
        "desk/organisation.html",
        bureau=owner,
        nodes=[each for each in rows if with_retired or each.retired_on is None],
        retired=sum(1 for each in rows if each.retired_on is not None),
        with_retired=with_retired,
        holders=holders,
        form=Form(),
    )


@bp.post("/organisation/order")
@allows(Policy.EDIT_ORGANISATION)
def order_nodes() -> ResponseReturnValue:
    """Let a node change places with its neighbour."""
    owner, form = own_bureau(), Form()
    if again := once(form):
        return again
    code, by = asked_to_shift()
    node = kept(Node, owner, code)
    commands.shift(db.session, node, by)
    location = url_for("desk.organisation", _anchor=node.code)
    return finish(form.number.data, location, _("%(name)s was moved by one.", name=node.name))


def asked_to_shift() -> tuple[str, int]:
    """Return the code of the row whose arrow was pressed, and which way; 404 where it is none."""
    name, by = ("up", -1) if "up" in request.form else ("down", 1)
    code = request.form.get(name, "")
    if not is_code(code):
        abort(404)
    return code, by


@bp.route("/organisation/nodes/add", methods=["GET", "POST"])
@allows(Policy.EDIT_ORGANISATION)
def add_node() -> ResponseReturnValue:
    """Add a unit, an office below a unit or a post below an office."""
    owner = own_bureau()
    parent = _parent(owner)
    form = NewNodeForm(
        owner, parent, choices(DutyClass), code=_next_code(owner, parent), duty_class="其他"
    )
    if again := once(form):
        return again
    if form.accepted():
        duty = DutyClass(form.duty_class.data) if form.duty_class else None
        node = commands.add_node(
            db.session, owner, parent, code=form.code.data, name=form.name.data, duty_class=duty
        )
        return finish(form.number.data, _page(node), _("%(name)s was added.", name=node.name))
    level = word(commands.BELOW[parent.level if parent else None])
    page = render_template(
        "desk/node_add.html", bureau=owner, parent=parent, level=level, form=form
    )
    return page, form.status


def _parent(owner: Bureau) -> Node | None:
    """Return the node that a new one is to stand below, None for a unit."""
    code = request.args.get("below", "")
    if not code:
        return None
    parent = kept(Node, owner, code)
    if parent.retired_on is not None or parent.level is NodeLevel.POST:
        abort(404)
    return parent


def _next_code(owner: Bureau, parent: Node | None) -> str:
    issued = keeping.codes(db.session, Node, owner)
    if parent is None:
        units = [each.code for each in keeping.children(db.session, owner.id, None)]
        return codes.next_code(issued, codes.usual_stem(units, "FZ-U"), 1)
    letter = "K" if parent.level is NodeLevel.UNIT else "G"
    return codes.next_code(issued, f"{parent.code}-{letter}", 2)


def _page(node: Node) -> str:
    return url_for("desk.edit_node", code=node.code)


@bp.route("/organisation/nodes/<code:code>", methods=["GET", "POST"])
@allows(Policy.EDIT_ORGANISATION)
def edit_node(code: str) -> ResponseReturnValue:
    """Show a node with what hangs on it, and rename it."""
    owner = own_bureau()
    node = kept(Node, owner, code)
    form = NodeForm(node, choices(DutyClass))
    if again := once(form):
        return again
    if form.accepted() and form.current(node):
        duty = DutyClass(form.duty_class.data) if form.duty_class else None
        commands.change_node(db.session, node, name=form.name.data, duty_class=duty)
        return finish(form.number.data, _page(node), _("Saved."))
    return _about(node, "desk/node_edit.html", form), form.status


def _about(node: Node, template: str, form: Form, **values: object) -> str:
    """Return a page about a node and what hangs on it."""
    of_post = node.level is NodeLevel.POST
    return render_template(
        template,
        bureau=db.session.get(Bureau, node.bureau_id),
        node=node,
        holdings=keeping.holdings(db.session, post=node) if of_post else (),
        today=today(),
        above=keeping.parents(db.session, node),
        found=hanging.concerned(db.session, node),
        form=form,
        **values,
    )


@bp.route("/organisation/nodes/<code:code>/move", methods=["GET", "POST"])
@allows(Policy.EDIT_ORGANISATION)
def move_node(code: str) -> ResponseReturnValue:
    """Move an office to another unit or a post to another office, after showing what follows."""
    owner = own_bureau()
    node = kept(Node, owner, code)
    if node.level is NodeLevel.UNIT or node.retired_on is not None:
        abort(404)
    places = keeping.nodes_in_use(db.session, owner, keeping.ABOVE[node.level])
    form = MoveForm(node, places, version=node.version, to=request.args.get("to"))
    if again := once(form):
        return again
    clashing = _clashing(node, form.place)
    parent = db.session.get_one(Node, node.parent_id)
    before, after = (hanging.reaching(db.session, each) for each in (parent, form.place))
    if form.accepted() and not clashing and form.current(node) and form.place:
        commands.move_node(db.session, node, form.place)
        said = _("%(name)s stands below %(place)s now.", name=node.name, place=form.place.name)
        return finish(form.number.data, _page(node), said)
    refused = clashing and form.is_submitted()
    page = _about(
        node,
        "desk/node_move.html",
        form,
        clashing=clashing,
        lose=[each for each in before if each not in after],
        gain=[each for each in after if each not in before],
    )
    return page, 422 if refused else form.status


def _clashing(node: Node, place: Node | None) -> Sequence[object]:
    """Return whose roles would exclude each other if a node stood below another."""
    if place is None or place.id == node.parent_id:
        return ()
    three = settings().three_admins
    path = f"{place.path}{node.id}/"
    return keeping.clashes(db.session, node, path, three_admins=three)


@bp.route("/organisation/nodes/<code:code>/retire", methods=["GET", "POST"])
@allows(Policy.EDIT_ORGANISATION)
def retire_node(code: str) -> ResponseReturnValue:
    """Take a node out of use, and its maps with it."""
    node = kept(Node, own_bureau(), code)
    if node.retired_on is not None:
        abort(404)
    found = hanging.concerned(db.session, node)
    form = RetireForm(node, tick=bool(found.maps), hindrances=_hindrances(found))
    if again := once(form):
        return again
    if form.accepted() and form.current(node):
        commands.retire(db.session, node, form.retired_on.data)
        hanging.retire_maps(db.session, node)
        return finish(form.number.data, _page(node), _("%(name)s is retired.", name=node.name))
    return _about(node, "desk/node_retire.html", form), form.status


def _hindrances(found: hanging.Concerned) -> list[str]:
    """Return what has to be done before a node can be retired, in sentences."""
    said = []
    if found.below:
        names = "、".join(f"{each.name}（{each.code}）" for each in found.below[:5])
        said.append(
            _(
                "What stands below it is retired first: %(names)s%(more)s.",
                names=names,
                more=" …" if len(found.below) > 5 else "",
            )
        )
    elif found.holders:
        names = "、".join(f"{each.name}（{each.code}）" for each in found.holders)
        said.append(_("It is still held: end the holding of %(names)s first.", names=names))
    return said


@bp.post("/organisation/nodes/<code:code>/bring-back")
@allows(Policy.EDIT_ORGANISATION)
def bring_back_node(code: str) -> ResponseReturnValue:
    """Take a retired node into use again, with the maps that went with it."""
    node, form = kept(Node, own_bureau(), code), Form()
    if again := once(form):
        return again
    siblings = keeping.children(db.session, node.bureau_id, node.parent_id)
    refusal = ""
    if any(each.retired_on is not None for each in keeping.parents(db.session, node)):
        refusal = _("Bring back what stands above it first.")
    elif keeping.lookalike(siblings, node.name, node):
        refusal = _("Something of that name stands there by now; rename one of the two first.")
    if refusal:
        shown = NodeForm(node, choices(DutyClass), formdata=None)
        return _about(node, "desk/node_edit.html", shown, refusal=refusal), 422
    hanging.bring_back_maps(db.session, node)
    commands.bring_back(db.session, node)
    return finish(form.number.data, _page(node), _("%(name)s is in use again.", name=node.name))


@bp.route("/organisation/bureau", methods=["GET", "POST"])
@allows(Policy.EDIT_ORGANISATION)
def edit_bureau() -> ResponseReturnValue:
    """Change the bureau's names."""
    owner = own_bureau()
    form = BureauForm(obj=owner)
    if again := once(form):
        return again
    if form.accepted() and form.current(owner):
        commands.change_bureau(
            db.session, owner, name=form.name.data, short_name=form.short_name.data
        )
        return finish(form.number.data, url_for("desk.edit_bureau"), _("Saved."))
    return render_template("desk/bureau_edit.html", bureau=owner, form=form), form.status

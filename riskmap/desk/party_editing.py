"""Keeping the outside parties: who acts in procedures and is no post of the tree."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.db import db
from riskmap.desk.blueprint import bp
from riskmap.desk.concerned import maps_of_party
from riskmap.desk.organisation_editing import asked_to_shift
from riskmap.desk.upkeep import kept, own_bureau
from riskmap.organisation import codes, commands, keeping
from riskmap.organisation.forms import NewPartyForm, PartyForm, RetireForm
from riskmap.organisation.models import Bureau, Party
from riskmap.organisation.tree import PartyRole
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, finish, once
from riskmap.web.members import choices


@bp.get("/organisation/parties")
@allows(Policy.EDIT_ORGANISATION)
def parties() -> ResponseReturnValue:
    """Show the outside parties in order, retired ones last."""
    owner = own_bureau()
    rows = keeping.parties(db.session, owner.id)
    return render_template(
        "desk/parties.html",
        bureau=owner,
        parties=[each for each in rows if each.retired_on is None],
        retired=[each for each in rows if each.retired_on is not None],
        form=Form(),
    )


@bp.post("/organisation/parties/order")
@allows(Policy.EDIT_ORGANISATION)
def order_parties() -> ResponseReturnValue:
    """Let a party change places with its neighbour."""
    owner, form = own_bureau(), Form()
    if again := once(form):
        return again
    code, by = asked_to_shift()
    party = kept(Party, owner, code)
    commands.shift(db.session, party, by)
    location = url_for("desk.parties", _anchor=party.code)
    return finish(form.number.data, location, _("%(name)s was moved by one.", name=party.name))


@bp.route("/organisation/parties/add", methods=["GET", "POST"])
@allows(Policy.EDIT_ORGANISATION)
def add_party() -> ResponseReturnValue:
    """Add an outside party."""
    owner = own_bureau()
    issued = keeping.codes(db.session, Party, owner)
    proposed = codes.next_code(issued, codes.usual_stem(issued, "CY-"), 2)
    form = NewPartyForm(owner, choices(PartyRole), code=proposed)
    if again := once(form):
        return again
    if form.accepted():
        role = PartyRole(form.role.data)
        party = commands.add_party(
            db.session, owner, code=form.code.data, name=form.name.data, role=role
        )
        said = _("%(name)s was added.", name=party.name)
        return finish(form.number.data, url_for("desk.parties", _anchor=party.code), said)
    return render_template("desk/party_edit.html", bureau=owner, party=None, form=form), form.status


@bp.route("/organisation/parties/<code:code>", methods=["GET", "POST"])
@allows(Policy.EDIT_ORGANISATION)
def edit_party(code: str) -> ResponseReturnValue:
    """Rename an outside party."""
    party = kept(Party, own_bureau(), code)
    form = PartyForm(party, choices(PartyRole))
    if again := once(form):
        return again
    if form.accepted() and form.current(party):
        role = PartyRole(form.role.data)
        commands.change_party(db.session, party, name=form.name.data, role=role)
        return finish(form.number.data, _page(party), _("Saved."))
    return _about(party, "desk/party_edit.html", form), form.status


def _page(party: Party) -> str:
    return url_for("desk.edit_party", code=party.code)


def _about(party: Party, template: str, form: Form, **values: object) -> str:
    return render_template(
        template,
        bureau=db.session.get(Bureau, party.bureau_id),
        party=party,
        maps=maps_of_party(db.session, party),
        form=form,
        **values,
    )


@bp.route("/organisation/parties/<code:code>/retire", methods=["GET", "POST"])
@allows(Policy.EDIT_ORGANISATION)
def retire_party(code: str) -> ResponseReturnValue:
    """Take an outside party out of use; maps that it acts on keep it."""
    party = kept(Party, own_bureau(), code)
    if party.retired_on is not None:
        abort(404)
    form = RetireForm(party, tick=False)
    if again := once(form):
        return again
    if form.accepted() and form.current(party):
        commands.retire(db.session, party, form.retired_on.data)
        return finish(form.number.data, _page(party), _("%(name)s is retired.", name=party.name))
    return _about(party, "desk/party_retire.html", form), form.status


@bp.post("/organisation/parties/<code:code>/bring-back")
@allows(Policy.EDIT_ORGANISATION)
def bring_back_party(code: str) -> ResponseReturnValue:
    """Take a retired outside party into use again."""
    party, form = kept(Party, own_bureau(), code), Form()
    if again := once(form):
        return again
    others = keeping.parties(db.session, party.bureau_id)
    if keeping.lookalike(others, party.name, party):
        shown = PartyForm(party, choices(PartyRole), formdata=None)
        refusal = _("Something of that name stands there by now; rename one of the two first.")
        return _about(party, "desk/party_edit.html", shown, refusal=refusal), 422
    commands.bring_back(db.session, party)
    return finish(form.number.data, _page(party), _("%(name)s is in use again.", name=party.name))

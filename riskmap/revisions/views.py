"""The pages of sign-off: a map's revisions, handing in, one revision and its signing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.accounts.current import me
from riskmap.accounts.files import handed_out
from riskmap.accounts.guard import not_for_you
from riskmap.db import db, today
from riskmap.document.diff import diff
from riskmap.document.diff_words import Row, rows
from riskmap.document.model import MapDocument
from riskmap.document.soundness import problems
from riskmap.drawing.changes import changed
from riskmap.drawing.engine import Engine
from riskmap.drawing.marks import Mark
from riskmap.maps.models import AccountMap
from riskmap.maps.problem_words import sentence as flaw
from riskmap.organisation.models import Node
from riskmap.organisation.scope import my_scope
from riskmap.register.rating import Level
from riskmap.revisions import charts, commands, my_queue, queries, readings, retiring
from riskmap.revisions.asked import map_of, revision_of, whole, working_copy
from riskmap.revisions.forms import HandInForm, ReasonForm, RemarkForm, SignForm, VersionForm
from riskmap.revisions.models import Revision
from riskmap.revisions.remarks import by_step, remarks_of
from riskmap.revisions.sheets import revision_pdf
from riskmap.revisions.sign_offs import (
    Paper,
    SignOffRole,
    may_remark,
    required,
    signed_at,
    waits_for,
)
from riskmap.revisions.states import OPEN, RevisionState
from riskmap.revisions.versions import versions
from riskmap.revisions.words import ERRORS, sentence, to_renew
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, finish, once
from riskmap.web.members import shown

bp = Blueprint("revisions", __name__)

# A map's revisions


@bp.get("/maps/<code:code>/revisions")
@allows(Policy.READ)
def index(code: str) -> ResponseReturnValue:
    """Show the revisions of a map, who signed them, and whether the working copy differs."""
    return index_page(*map_of(code))


def index_page(account_map: AccountMap, node: Node, refused: str = "") -> str:
    """Return the page of a map's revisions, with why something was not done to the map."""
    known = versions(db.session, account_map, working_copy(account_map))
    found = [each.revision for each in known.all if each.revision]
    in_force = known.in_force
    return render_template(
        "revisions/index.html",
        bureau=my_scope().bureau,
        map=account_map,
        revisions=found,
        signed=queries.sign_offs(db.session, found),
        in_force=in_force and in_force.revision,
        differs=in_force is None or known.differs,
        working=known.working and known.all[0],
        compared=[each.name for each in known.pair() or ()],
        waits=next((each for each in found if each.state in OPEN), None),
        retire=_retire_form(account_map, node),
        refused=refused,
        editable=account_map.retired_on is None and my_scope(Policy.EDIT_MAPS).holds(node.path),
    )


def _retire_form(account_map: AccountMap, node: Node) -> VersionForm | None:
    """Return what takes a map out of use or brings it back, for who may."""
    if my_scope(Policy.SIGN).holds(node.path) and retiring.may(db.session, me(), account_map):
        return VersionForm(formdata=None, version=str(account_map.version))
    return None


@bp.get("/maps/<code:code>/hand-in")
@allows(Policy.EDIT_MAPS)
def hand_in(code: str) -> ResponseReturnValue:
    """Show who will have to sign a map, and what is wrong with it still."""
    account_map, node = map_of(code, Policy.EDIT_MAPS)
    return _hand_in_page(HandInForm(version=str(account_map.version)), account_map, node)


def _hand_in_page(form: HandInForm, account_map: AccountMap, node: Node, refused: str = "") -> str:
    working = working_copy(account_map) or abort(404)
    before = queries.approved_last(db.session, account_map)
    level = working.worst_level() or Level.LOW
    place = queries.standing(db.session, node, today())
    at = signed_at(before.level if before else None, level)
    paper = Paper(at, today(), (), bool(place.holder_users), place.by_chief(me().user.id))
    return render_template(
        "revisions/hand_in.html",
        bureau=my_scope().bureau,
        map=account_map,
        form=form,
        refused=refused,
        level=level,
        signed_at=at,
        boxes=[(box, _who(paper, box)) for box in required(at)],
        flaws=[(each.key, flaw(each, working)) for each in problems(working)],
    )


def _who(paper: Paper, box: SignOffRole) -> str:
    """Return who signs a box, in words."""
    if box is SignOffRole.FILLER:
        return str(_("whoever holds the post") if paper.has_holder else _("whoever hands it in"))
    if box is SignOffRole.HEAD and paper.by_chief:
        return str(_("the leader in charge, in the chief's place"))
    return ""


@bp.post("/maps/<code:code>/hand-in")
@allows(Policy.EDIT_MAPS)
def send_in(code: str) -> ResponseReturnValue:
    """Freeze the working copy and let it be signed."""
    account_map, node = map_of(code, Policy.EDIT_MAPS)
    form = HandInForm()
    if again := once(form):
        return again
    if not form.accepted():
        return _hand_in_page(form, account_map, node), form.status
    try:
        made = commands.hand_in(
            db.session, me(), account_map, version=whole(form.version.data),
            text=form.text.data or "",
        )  # fmt: skip
    except ERRORS as error:
        said = sentence(error)
    else:
        page = url_for(".show", code=code, number=made.number)
        return finish(form.number.data, page, _("It is handed in to be signed."))
    db.session.rollback()
    account_map, node = map_of(code, Policy.EDIT_MAPS)
    form.version.data = str(account_map.version)
    return _hand_in_page(form, account_map, node, said), 409


# One revision


@bp.get("/maps/<code:code>/revisions/<int:number>", endpoint="show")
@allows(Policy.READ)
def show_revision(code: str, number: int) -> ResponseReturnValue:
    """Show a revision as it was frozen, with its signatures, and what one may do to it."""
    account_map, node = map_of(code)
    return revision_page(account_map, node, revision_of(account_map, number))


def revision_page(
    account_map: AccountMap, node: Node, revision: Revision, refused: str = "", **typed: Form
) -> str:
    """Return the page of a revision; `typed` are forms that were refused, by their names there."""
    document = queries.document_of(revision)
    place = queries.standing(db.session, node, today())
    signed = queries.sign_offs(db.session, [revision])[revision.id]
    paper = queries.paper(revision, signed, place)
    signer = queries.signer(
        me(), queries.same_person(db.session, me().user), revision, signed, place
    )
    waits = revision.state in OPEN
    in_reach = waits and my_scope(Policy.SIGN).holds(node.path)
    compared = _compared(revision, document)
    said = remarks_of(db.session, [revision.id])[revision.id]
    signs = in_reach and waits_for(paper, signer)
    forms = _forms(
        revision,
        paper,
        signs=signs,
        remarks=in_reach and may_remark(paper, signer),
        takes_back=waits and my_scope(Policy.EDIT_MAPS).holds(node.path),
    )
    return render_template(
        "revisions/show.html",
        bureau=my_scope().bureau,
        map=account_map,
        document=document,
        revision=revision,
        signed=signed,
        boxes=[(box, _who(paper, box)) for box in required(revision.signed_at)],
        next=paper.next if waits else None,
        chart="" if compared and compared.chart else charts.alone(document),
        compared=compared,
        refused=refused,
        renewal=to_renew(my_scope().bureau, document)
        if revision.state is RevisionState.APPROVED
        else [],
        remarks=by_step(document, said),
        queue=my_queue.opened_from(revision),
        read=signs and readings.version_read(db.session, me().user, revision) == revision.version,
        **(forms | {name: form for name, form in typed.items() if forms[name]}),
    )


def _forms(
    revision: Revision, paper: Paper, *, signs: bool, remarks: bool, takes_back: bool
) -> dict[str, Form | None]:
    """Return the forms of a revision's page, by name: None for what one may not do."""
    version = str(revision.version)
    return {
        "sign_form": SignForm(None, version=version, box=paper.next, day=today())
        if signs
        else None,
        "reason_form": ReasonForm(None, version=version) if signs else None,
        "read_form": VersionForm(None, version=version) if signs else None,
        "remark_form": RemarkForm(None) if remarks else None,
        "back_form": VersionForm(None, version=version) if takes_back else None,
    }


@dataclass(frozen=True, slots=True)
class Compared:
    """A revision held against the one that was approved before it: rows, and one chart of both."""

    before: Revision
    rows: Sequence[Row]
    chart: str
    shown: Sequence[Mark]


def _compared(revision: Revision, document: MapDocument) -> Compared | None:
    """Return what is different from the revision approved before; None where there is none."""
    before = queries.before(db.session, revision)
    if before is None:
        return None
    found = diff(queries.document_of(before), document)
    drawn = changed(found)
    return Compared(before, rows(found, _, shown), charts.on_one(drawn), drawn.shown)


@bp.get("/maps/<code:code>/revisions/<int:number>/sheet.pdf")
@allows(Policy.READ)
def sheet(code: str, number: int) -> ResponseReturnValue:
    """Hand out the sheet of a revision with its signatures."""
    account_map, _node = map_of(code)
    revision = revision_of(account_map, number)
    engine: Engine = current_app.extensions["riskmap.engine"]
    content = revision_pdf(
        engine, my_scope().bureau, revision, queries.document_of(revision),
        queries.sign_offs(db.session, [revision])[revision.id],
    )  # fmt: skip
    name = f"{code}-{number}.pdf"
    return handed_out(content, name, "application/pdf", number=number)


@bp.post("/maps/<code:code>/revisions/<int:number>/sign")
@allows(Policy.SIGN)
def sign(code: str, number: int) -> ResponseReturnValue:
    """Sign the next box."""
    account_map, node = map_of(code, Policy.SIGN)
    form = SignForm()
    if again := once(form):
        return again
    revision = revision_of(account_map, number)
    if not form.accepted():
        return revision_page(account_map, node, revision, sign_form=form), form.status
    was = my_queue.ids()
    box = next((each for each in SignOffRole if each.value == form.box.data), None) or abort(400)
    day: date = form.day.data
    try:
        commands.sign(
            db.session, me(), revision, box, version=whole(form.version.data), day=day,
            number=form.paper.data or "",
        )  # fmt: skip
    except ERRORS as error:
        return refused(code, number, error, sign_form=form)
    readings.keep(db.session, me().user, revision)  # what they signed themselves they know of
    title = account_map.title
    said = (
        _("It is signed: %(title)s.", title=title)
        if revision.state in OPEN
        else _("It is signed and in force: %(title)s.", title=title)
    )
    return finish(form.number.data, my_queue.go_on(account_map, revision, was), said)


def refused(code: str, number: int, error: Exception, **typed: Form) -> ResponseReturnValue:
    """Answer with how the revision stands, nothing being changed and what was typed kept."""
    said = sentence(error)
    db.session.rollback()
    account_map, node = map_of(code)
    revision = revision_of(account_map, number)
    for form in typed.values():  # who decides again has seen it as it is now
        if "version" in form:
            form["version"].data = str(revision.version)
    return revision_page(account_map, node, revision, said, **typed), status(error)


def status(error: Exception) -> int:
    """Return what a refusal is answered with: 409 where it may be otherwise another time."""
    if isinstance(error, commands.NoReason | commands.NoText):
        return 422
    return 403 if isinstance(error, commands.MayNotSign) and error.why.for_good else 409


@bp.post("/maps/<code:code>/revisions/<int:number>/send-back")
@allows(Policy.SIGN)
def send_back(code: str, number: int) -> ResponseReturnValue:
    """Send a revision back with a reason."""
    account_map, node = map_of(code, Policy.SIGN)
    form = ReasonForm()
    if again := once(form):
        return again
    revision = revision_of(account_map, number)
    if not form.accepted():
        return revision_page(account_map, node, revision, reason_form=form), form.status
    was = my_queue.ids()
    try:
        commands.send_back(
            db.session, me(), revision, version=whole(form.version.data),
            reason=form.reason.data or "",
        )  # fmt: skip
    except ERRORS as error:
        return refused(code, number, error, reason_form=form)
    there = my_queue.go_on(account_map, revision, was) if was else url_for(".queue")
    said = _("It is sent back: %(title)s.", title=account_map.title)
    return finish(form.number.data, there, said)


@bp.post("/maps/<code:code>/revisions/<int:number>/take-back")
@allows(Policy.EDIT_MAPS)
def take_back(code: str, number: int) -> ResponseReturnValue:
    """Take back what was handed in, to go on editing it."""
    account_map, _node = map_of(code, Policy.EDIT_MAPS)
    form = VersionForm()
    if again := once(form):
        return again
    revision = revision_of(account_map, number)
    if not form.accepted():
        abort(400)
    try:
        commands.take_back(db.session, me(), revision, version=whole(form.version.data))
    except commands.NotYours:
        not_for_you()
    except ERRORS as error:
        return refused(code, number, error)
    return finish(form.number.data, url_for(".index", code=code), _("It is taken back."))

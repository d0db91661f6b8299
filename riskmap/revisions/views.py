"""The pages of sign-off: a map's revisions, handing in, signing, the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from riskmap.accounts.current import me
from riskmap.accounts.files import handed_out
from riskmap.accounts.guard import not_for_you
from riskmap.db import db, today
from riskmap.document.diff import diff
from riskmap.document.diff_words import Row, rows
from riskmap.document.encoding import digest
from riskmap.document.model import MapDocument
from riskmap.document.soundness import problems
from riskmap.drawing.changes import changed
from riskmap.drawing.engine import DrawingFailed, Engine
from riskmap.drawing.marks import Mark, Marks
from riskmap.maps.models import AccountMap
from riskmap.maps.pictures import marked
from riskmap.maps.problem_words import sentence as flaw
from riskmap.maps.queries import documents
from riskmap.organisation.models import Node
from riskmap.organisation.scope import Scope, my_scope
from riskmap.register.rating import Level
from riskmap.revisions import commands, queries
from riskmap.revisions.models import Revision
from riskmap.revisions.renewal import reasons
from riskmap.revisions.renewing import register_now
from riskmap.revisions.sheets import revision_pdf
from riskmap.revisions.sign_offs import Paper, SignOffRole, required, signed_at, waits_for
from riskmap.revisions.states import OPEN, RevisionState
from riskmap.revisions.words import ERRORS, sentence
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, finish, once
from riskmap.web.members import shown

bp = Blueprint("revisions", __name__)
LONGEST = 2000


class HandInForm(Form):
    """What is new, as who hands a map in says; `version` is that of the map they looked at."""

    text = TextAreaField(_l("What is new"), [Length(max=LONGEST)], render_kw={"rows": 3})
    version = HiddenField()


class SignForm(Form):
    """A signature: the box, its day, and the number of the minutes or the filing."""

    box = HiddenField()
    version = HiddenField()
    day = DateField(_l("Day of signing"), [InputRequired()])
    paper = StringField(_l("Number of the minutes or the filing"), [Length(max=100)])


class ReasonForm(Form):
    """Why a map is sent back."""

    version = HiddenField()
    reason = TextAreaField(_l("Reason"), [Length(max=LONGEST)], render_kw={"rows": 3})


def map_for(code: str, policy: Policy = Policy.READ) -> tuple[AccountMap, Node]:
    """Return a map that who is asking may do something to, with its place; 404 for any other."""
    scope = my_scope(policy)
    rows = db.session.execute(
        select(AccountMap, Node)
        .join(Node, Node.id == AccountMap.node_id)
        .where(AccountMap.bureau_id == scope.bureau.id, AccountMap.code == code)
    ).one_or_none()
    if rows is None:
        abort(404)
    account_map, node = rows
    if not scope.holds(node.path):
        not_for_you()
    return account_map, node


def _revision(account_map: AccountMap, number: int) -> Revision:
    return queries.of_number(db.session, account_map, number) or abort(404)


def _whole(number: str | None) -> int:
    """Return the version that a form was made from; 400 for what is none."""
    text = number or ""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        abort(400)
    return int(text)


# A map's revisions


@bp.get("/maps/<code:code>/revisions")
@allows(Policy.READ)
def index(code: str) -> ResponseReturnValue:
    """Show the revisions of a map, who signed them, and whether the working copy differs."""
    account_map, node = map_for(code)
    found = queries.of_map(db.session, account_map)
    in_force = queries.in_force_of(db.session, account_map)
    working = _working(account_map)
    return render_template(
        "revisions/index.html",
        bureau=my_scope().bureau,
        map=account_map,
        revisions=found,
        signed=queries.sign_offs(db.session, found),
        in_force=in_force,
        differs=in_force is None or (working is not None and digest(working) != in_force.digest),
        waits=next((each for each in found if each.state in OPEN), None),
        editable=account_map.retired_on is None and my_scope(Policy.EDIT_MAPS).holds(node.path),
    )


def _working(account_map: AccountMap) -> Any:
    if account_map.retired_on is not None:
        return None
    return documents(db.session, Scope(my_scope().bureau), [account_map.code])[0]


@bp.get("/maps/<code:code>/hand-in")
@allows(Policy.EDIT_MAPS)
def hand_in(code: str) -> ResponseReturnValue:
    """Show who will have to sign a map, and what is wrong with it still."""
    account_map, node = map_for(code, Policy.EDIT_MAPS)
    return _hand_in_page(HandInForm(version=str(account_map.version)), account_map, node)


def _hand_in_page(form: HandInForm, account_map: AccountMap, node: Node, refused: str = "") -> str:
    working = _working(account_map) or abort(404)
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
    account_map, node = map_for(code, Policy.EDIT_MAPS)
    form = HandInForm()
    if again := once(form):
        return again
    if not form.accepted():
        return _hand_in_page(form, account_map, node), form.status
    try:
        made = commands.hand_in(
            db.session, me(), account_map, version=_whole(form.version.data),
            text=form.text.data or "",
        )  # fmt: skip
    except ERRORS as error:
        said = sentence(error)
    else:
        page = url_for(".show", code=code, number=made.number)
        return finish(form.number.data, page, _("It is handed in to be signed."))
    db.session.rollback()
    account_map, node = map_for(code, Policy.EDIT_MAPS)
    form.version.data = str(account_map.version)
    return _hand_in_page(form, account_map, node, said), 409


# One revision


@bp.get("/maps/<code:code>/revisions/<int:number>", endpoint="show")
@allows(Policy.READ)
def show_revision(code: str, number: int) -> ResponseReturnValue:
    """Show a revision as it was frozen, with its signatures, and what one may do to it."""
    account_map, node = map_for(code)
    return _page(account_map, node, _revision(account_map, number))


def _page(
    account_map: AccountMap,
    node: Node,
    revision: Revision,
    refused: str = "",
    sign_form: SignForm | None = None,
    reason_form: ReasonForm | None = None,
) -> str:
    document = queries.document_of(revision)
    place = queries.standing(db.session, node, today())
    signed = queries.sign_offs(db.session, [revision])[revision.id]
    paper = queries.paper(revision, signed, place)
    signer = queries.signer(
        me(), queries.same_person(db.session, me().user), revision, signed, place
    )
    waits = revision.state in OPEN
    yours = waits and waits_for(paper, signer) and my_scope(Policy.SIGN).holds(node.path)
    takes_back = waits and my_scope(Policy.EDIT_MAPS).holds(node.path)
    version = str(revision.version)
    compared = _compared(revision, document)
    return render_template(
        "revisions/show.html",
        bureau=my_scope().bureau,
        map=account_map,
        document=document,
        revision=revision,
        signed=signed,
        boxes=[(box, _who(paper, box)) for box in required(revision.signed_at)],
        next=paper.next if waits else None,
        chart="" if compared and compared.chart else chart_of(document, {}),
        compared=compared,
        refused=refused,
        sign_form=(sign_form or SignForm(version=version, box=paper.next, day=today()))
        if yours
        else None,
        reason_form=(reason_form or ReasonForm(version=version)) if yours else None,
        back_form=Form() if takes_back else None,
        renewal=_renewal(revision, document),
    )


def _renewal(revision: Revision, document: MapDocument) -> list[str]:
    """Return why a document in force is to be renewed, in sentences."""
    if revision.state is not RevisionState.APPROVED:
        return []
    now = register_now(db.session, my_scope().bureau, today())
    return [each.said.text(_, shown) for each in reasons(document, now)]


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
    return Compared(
        before, rows(found, _, shown), chart_of(drawn.document, drawn.marks), drawn.shown
    )


def chart_of(document: MapDocument, marks: Marks) -> str:
    """Return a chart for the page, "" where it cannot be drawn."""
    try:
        return marked(document, (), marks)
    except DrawingFailed as error:
        current_app.logger.error("%s: %s", document.code, error)
        return ""


@bp.get("/maps/<code:code>/revisions/<int:number>/sheet.pdf")
@allows(Policy.READ)
def sheet(code: str, number: int) -> ResponseReturnValue:
    """Hand out the sheet of a revision with its signatures."""
    account_map, _node = map_for(code)
    revision = _revision(account_map, number)
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
    account_map, node = map_for(code, Policy.SIGN)
    form = SignForm()
    if again := once(form):
        return again
    revision = _revision(account_map, number)
    if not form.accepted():
        return _page(account_map, node, revision, sign_form=form), form.status
    box = next((each for each in SignOffRole if each.value == form.box.data), None) or abort(400)
    day: date = form.day.data
    try:
        commands.sign(
            db.session, me(), revision, box, version=_whole(form.version.data), day=day,
            number=form.paper.data or "",
        )  # fmt: skip
    except ERRORS as error:
        return _refused(code, number, error, form)
    said = _("It is signed.") if revision.state in OPEN else _("It is signed and in force.")
    return finish(form.number.data, url_for(".show", code=code, number=number), said)


def _refused(
    code: str, number: int, error: Exception, form: SignForm | None = None,
    reason: ReasonForm | None = None,
) -> ResponseReturnValue:  # fmt: skip
    """Answer with how the revision stands, nothing being changed and what was typed kept."""
    said = sentence(error)
    db.session.rollback()
    account_map, node = map_for(code)
    status = 422 if isinstance(error, commands.NoReason) else 409
    return _page(account_map, node, _revision(account_map, number), said, form, reason), status


@bp.post("/maps/<code:code>/revisions/<int:number>/send-back")
@allows(Policy.SIGN)
def send_back(code: str, number: int) -> ResponseReturnValue:
    """Send a revision back with a reason."""
    account_map, node = map_for(code, Policy.SIGN)
    form = ReasonForm()
    if again := once(form):
        return again
    revision = _revision(account_map, number)
    if not form.accepted():
        return _page(account_map, node, revision, reason_form=form), form.status
    try:
        commands.send_back(
            db.session, me(), revision, version=_whole(form.version.data),
            reason=form.reason.data or "",
        )  # fmt: skip
    except ERRORS as error:
        return _refused(code, number, error, reason=form)
    return finish(form.number.data, url_for(".queue"), _("It is sent back."))


@bp.post("/maps/<code:code>/revisions/<int:number>/take-back")
@allows(Policy.EDIT_MAPS)
def take_back(code: str, number: int) -> ResponseReturnValue:
    """Take back what was handed in, to go on editing it."""
    account_map, _node = map_for(code, Policy.EDIT_MAPS)
    form = Form()
    if again := once(form):
        return again
    revision = _revision(account_map, number)
    if not form.accepted():
        abort(400)
    try:
        commands.take_back(db.session, me(), revision, version=revision.version)
    except commands.NotYours:
        not_for_you()
    except ERRORS as error:
        return _refused(code, number, error)
    return finish(form.number.data, url_for(".index", code=code), _("It is taken back."))


# The queue


@bp.get("/signing")
@allows(Policy.SIGN)
def queue() -> ResponseReturnValue:
    """Show what waits for one's signature, the worst first, then the oldest."""
    return render_template(
        "revisions/queue.html",
        bureau=my_scope().bureau,
        waiting=queries.waiting(db.session, me(), my_scope(Policy.SIGN)),
    )

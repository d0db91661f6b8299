"""The pages of rounds: begun, how far they are, a map carried forward, closed."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from riskmap.accounts.current import me
from riskmap.accounts.files import handed_out
from riskmap.accounts.guard import not_for_you
from riskmap.db import db, today
from riskmap.maps.models import AccountMap
from riskmap.organisation.forms import DayField, needed
from riskmap.organisation.models import Node
from riskmap.organisation.queries import nodes
from riskmap.organisation.scope import Scope, my_scope
from riskmap.organisation.tree import NodeLevel
from riskmap.revisions import charts
from riskmap.revisions.asked import whole
from riskmap.revisions.showing import in_force
from riskmap.rounds import commands, queries
from riskmap.rounds.files import progress_workbook
from riskmap.rounds.models import Round
from riskmap.rounds.outcomes import Hindrance, Outcome, overdue
from riskmap.rounds.planning import plan
from riskmap.rounds.words import ERRORS, SIGNERS, hindered, refused, sentence
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, finish, once
from riskmap.web.listing import asked_for, filters, page_of
from riskmap.web.members import shown
from riskmap.workbooks.writing import MIMETYPE

bp = Blueprint("rounds", __name__, url_prefix="/rounds")
LONGEST = 2000
ALL = "all"
OVERDUE = "overdue"
AT_FIRST = timedelta(days=60)


class StartForm(Form):
    """A round to begin; `seen` is how many maps the page says that it covers."""

    title = StringField(_l("Title"), [needed(_l("Give the round a title.")), Length(max=100)])
    due = DayField(_l("Due day"), [InputRequired(_l("Say until which day the maps are reviewed."))])
    text = TextAreaField(_l("Note"), [Length(max=LONGEST)], render_kw={"rows": 3})
    node = HiddenField()
    seen = HiddenField()


class CarryForm(Form):
    """A map that is right as it stands; `revision` is the number of the document looked at."""

    revision = HiddenField()


class CloseForm(Form):
    """A round to close; `left` is how many maps the page says have no outcome."""

    left = HiddenField()


@bp.get("")
@allows(Policy.READ)
def index() -> ResponseReturnValue:
    """Show the rounds that cover something one may see, the newest first."""
    scope = my_scope()
    tree = queries.Tree(db.session, scope.bureau)
    found = queries.rounds(db.session, scope.bureau)
    lines = queries.lines(db.session, scope, found, tree)
    return render_template(
        "rounds/index.html",
        bureau=scope.bureau,
        rows=[
            (each, _place(tree, each), queries.totals_of(each, lines[each.id], today()))
            for each in found
            if lines[each.id]
        ],
        whole=scope.whole,
    )


def _place(tree: queries.Tree, held: Round) -> str:
    """Return what a round covers, in words."""
    if held.node_id is None:
        return str(_("the whole bureau"))
    return tree.by_id[held.node_id].name


# Beginning


def _choices() -> dict[str, Node | None]:
    """Return over what somebody may begin a round, by code; `ALL` for the whole bureau."""
    scope = my_scope(Policy.LEAD_ROUNDS)
    found: dict[str, Node | None] = {ALL: None} if scope.whole else {}
    for node in nodes(db.session, scope):
        if node.level is not NodeLevel.POST and node.retired_on is None:
            found[node.code] = node
    return found


@bp.get("/new")
@allows(Policy.LEAD_ROUNDS)
def new() -> ResponseReturnValue:
    """Show over what a round may begin, and what it would cover."""
    choices = _choices()
    chosen = asked_for("node", list(choices)) or (next(iter(choices)) if choices else "")
    return _start_page(_first(chosen), choices)


def _first(chosen: str) -> StartForm:
    title = f"{today().year}年度复查"
    return StartForm(formdata=None, title=title, due=today() + AT_FIRST, node=chosen)


def _start_page(form: StartForm, choices: dict[str, Node | None], refused: str = "") -> str:
    scope, chosen = my_scope(Policy.LEAD_ROUNDS), form.node.data or ""
    planned = plan(db.session, scope.bureau, choices[chosen]) if chosen in choices else None
    if planned:
        form.seen.data = str(len(planned.maps))
        if not refused and planned.clashes:
            refused = sentence(commands.CoveredAlready(planned.clashes))
        elif not refused and not planned.maps:
            refused = sentence(commands.NothingToReview())
    return render_template(
        "rounds/new.html",
        bureau=scope.bureau,
        form=form,
        choices=[(code, _choice(node)) for code, node in choices.items()],
        chosen=chosen,
        plan=planned,
        places=planned.by_place() if planned else [],
        refused=refused,
    )


def _choice(node: Node | None) -> str:
    if node is None:
        return str(_("the whole bureau"))
    return ("\u3000" if node.level is NodeLevel.OFFICE else "") + node.name


@bp.post("/new")
@allows(Policy.LEAD_ROUNDS)
def start() -> ResponseReturnValue:
    """Begin a round."""
    form = StartForm()
    if again := once(form):
        return again
    choices = _choices()
    if form.node.data not in choices:
        not_for_you()
    if not form.accepted():
        return _start_page(form, choices), form.status
    bureau = my_scope(Policy.LEAD_ROUNDS).bureau
    try:
        begun = commands.start(
            db.session, me(), bureau, choices[form.node.data], title=form.title.data,
            due=form.due.data, seen=whole(form.seen.data), day=today(), text=form.text.data or "",
        )  # fmt: skip
    except commands.DueBefore as error:
        form.due.errors = [sentence(error)]
    except ERRORS as error:
        said = sentence(error)
        db.session.rollback()
        return _start_page(form, _choices(), said), 409
    else:
        page = url_for(".show", number=begun.number)
        return finish(form.number.data, page, _("The round has begun."))
    db.session.rollback()
    return _start_page(form, _choices()), 422


# Progress


def _round(number: int, policy: Policy = Policy.READ) -> tuple[Round, list[queries.Line]]:
    """Return a round with its maps that one may see or do something to; 404 where none is."""
    scope = my_scope(policy)
    held = queries.of_number(db.session, scope.bureau, number) or abort(404)
    lines = queries.lines(db.session, scope, [held])[held.id]
    if not lines:
        not_for_you()
    return held, lines


@bp.get("/<int:number>")
@allows(Policy.READ)
def show(number: int) -> ResponseReturnValue:
    """Show how far a round is: by outcome, by unit and office, and map by map."""
    return _page(*_round(number))


def _page(held: Round, lines: Sequence[queries.Line], refused: str = "") -> str:
    scope, day = my_scope(), today()
    asked = filters(outcome=[*Outcome, OVERDUE], node=None, mine=["1"])
    signable = {each.code for each in queries.mine(db.session, me(), held, lines, day)}
    keeps = my_scope(Policy.EDIT_MAPS)
    found = [
        each
        for each in lines
        if _of_outcome(held, each, asked["outcome"])
        and asked["node"] in ("", each.unit.code, each.place.code)
        and (not asked["mine"] or each.code in signable or keeps.holds(each.node.path))
    ]
    rows = page_of(found, "code")
    who = queries.signing(db.session, me(), [each.node for each in rows.rows], day)
    tree = queries.Tree(db.session, scope.bureau)
    totals = queries.totals_of(held, lines, day)
    return render_template(
        "rounds/show.html",
        bureau=scope.bureau,
        round=held,
        place=_place(tree, held),
        lines=lines,
        totals=totals,
        parts=queries.parts(held, lines, day),
        list=rows,
        examined=queries.examined(db.session, scope.bureau, held, rows.rows, day),
        signable=signable,
        signers={node: SIGNERS[each.role] for node, each in who.items()},
        keeps=keeps,
        late=overdue(Outcome.DUE, held.due, queries.day_of(held, day)),
        asked=asked,
        outcomes=[*((each.value, shown(each)) for each in Outcome), (OVERDUE, _("overdue"))],
        places=_places(lines),
        refused=refused,
        close_form=CloseForm(formdata=None, left=str(totals.left))
        if held.closed_on is None and my_scope(Policy.LEAD_ROUNDS).holds(tree.path(held))
        else None,
        gaps=me().may(Policy.READ_AUDIT),
    )


def _of_outcome(held: Round, line: queries.Line, asked: str) -> bool:
    if asked == OVERDUE:
        return overdue(line.outcome, held.due, queries.day_of(held, today()))
    return asked in ("", line.outcome.value)


def _places(lines: Sequence[queries.Line]) -> list[tuple[str, str]]:
    """Return the units and offices of some maps to filter by, offices indented."""
    found: dict[str, str] = {}
    for each in lines:
        found.setdefault(each.unit.code, each.unit.name)
        found.setdefault(each.place.code, _choice(each.place))
    return list(found.items())


@bp.get("/<int:number>/progress.xlsx")
@allows(Policy.EXPORT)
def progress(number: int) -> ResponseReturnValue:
    """Hand out the progress of a round as a workbook."""
    held, lines = _round(number, Policy.EXPORT)
    content = progress_workbook(my_scope(Policy.EXPORT).bureau, held, lines, today())
    name = f"round-{number}.xlsx"
    return handed_out(content, name, MIMETYPE, round=number, count=len(lines))


@bp.post("/<int:number>/close")
@allows(Policy.LEAD_ROUNDS)
def close(number: int) -> ResponseReturnValue:
    """Close a round: its outcomes are written down."""
    held, _lines = _round(number, Policy.LEAD_ROUNDS)
    form = CloseForm()
    if again := once(form):
        return again
    if not form.accepted():
        abort(400)
    try:
        commands.close(db.session, me(), held, left=whole(form.left.data), day=today())
    except ERRORS as error:
        said = sentence(error)
        db.session.rollback()
        return _page(*_round(number), said), 409
    return finish(form.number.data, url_for(".show", number=number), _("The round is closed."))


# Carrying forward


@bp.get("/<int:number>/maps/<code:code>")
@allows(Policy.READ)
def entry(number: int, code: str) -> ResponseReturnValue:
    """Show a map in a round: its document in force, and whether it can be carried forward."""
    return _entry_page(*_entry(number, code))


def _entry(number: int, code: str, policy: Policy = Policy.READ) -> tuple[Round, queries.Line]:
    """Return a map in a round, if one may see it or do something to it; 404 for any other."""
    scope = my_scope(policy)
    held = queries.of_number(db.session, scope.bureau, number) or abort(404)
    lines = queries.lines(db.session, Scope(scope.bureau), [held])[held.id]
    line = next((each for each in lines if each.code == code), None) or abort(404)
    if not scope.holds(line.node.path):
        not_for_you()
    return held, line


def _entry_page(held: Round, line: queries.Line, said: str = "") -> str:
    scope, day = my_scope(), today()
    found = queries.examined(db.session, scope.bureau, held, [line], day)[line.code]
    who = queries.signing(db.session, me(), [line.node], day)[line.node.id]
    signs = (
        found.why is None and who.refused is None and my_scope(Policy.SIGN).holds(line.node.path)
    )
    shown_now = in_force(db.session, Scope(scope.bureau), [line.code])
    document = shown_now[0].document if shown_now else None
    before, after, place, count = _around(held, line)
    return render_template(
        "rounds/entry.html",
        bureau=scope.bureau,
        round=held,
        line=line,
        late=overdue(line.outcome, held.due, queries.day_of(held, day)),
        hindered=hindered(found.why) if found.why else "",
        hand_in=found.why in (Hindrance.NOTHING_IN_FORCE, Hindrance.DIFFERS, Hindrance.TO_RENEW)
        and my_scope(Policy.EDIT_MAPS).holds(line.node.path),
        differs=found.why is Hindrance.DIFFERS,
        reasons=[each.said.text(_, shown) for each in found.reasons],
        document=document,
        chart=charts.alone(document) if document else "",
        signer=SIGNERS[who.role],
        not_mine=refused(who.refused) if who.refused else "",
        form=CarryForm(formdata=None, revision=str(line.number)) if signs else None,
        before=before,
        after=after,
        place=place,
        count=count,
        said=said,
    )


def _around(held: Round, line: queries.Line) -> tuple[str, str, int, int]:
    """Return the maps before and after one of those that one carries forward: codes, "" for none;
    which of how many it is, 0 where it is none of them."""
    lines = queries.lines(db.session, my_scope(Policy.SIGN), [held])[held.id]
    codes = [each.code for each in queries.mine(db.session, me(), held, lines, today())]
    if line.code not in codes:
        return "", codes[0] if codes else "", 0, len(codes)
    at = codes.index(line.code)
    before = codes[at - 1] if at else ""
    after = codes[at + 1] if at + 1 < len(codes) else ""
    return before, after, at + 1, len(codes)


@bp.post("/<int:number>/maps/<code:code>/carry-forward")
@allows(Policy.SIGN)
def carry_forward(number: int, code: str) -> ResponseReturnValue:
    """Sign that a map is right as it stands; leads on to the next one of one's own."""
    held, line = _entry(number, code, Policy.SIGN)
    form = CarryForm()
    if again := once(form):
        return again
    if not form.accepted():
        abort(400)
    _before, after, _place_in, _count = _around(held, line)
    account_map = db.session.get_one(AccountMap, line.map_id)
    try:
        commands.carry_forward(
            db.session, me(), held, account_map, number=whole(form.revision.data), day=today()
        )
    except ERRORS as error:
        said = sentence(error)
        db.session.rollback()
        return _entry_page(*_entry(number, code), said), 409
    page = (
        url_for(".entry", number=number, code=after)
        if after and after != code
        else url_for(".show", number=number, mine="1")
    )
    return finish(form.number.data, page, _("%(code)s is carried forward.", code=code))

"""The pages of findings: the list, one, what is done to it, and how one is made."""

from collections.abc import Callable, Collection
from typing import Any, Final

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.accounts.current import me
from riskmap.accounts.files import handed_out
from riskmap.accounts.guard import not_for_you, refuse
from riskmap.coverage import finding_queries as queries
from riskmap.coverage import findings as commands
from riskmap.coverage.blueprint import bp, in_scope, now_audited, said
from riskmap.coverage.evidence import KINDS
from riskmap.coverage.finding_forms import (
    MONTH,
    AnswerForm,
    ChangeForm,
    FreeForm,
    RaiseForm,
    indented,
)
from riskmap.coverage.finding_page import form_of, held, my_sides, page, since
from riskmap.coverage.finding_states import (
    FindingAct,
    NotNow,
    OwnWork,
    Retest,
    days_left,
    move,
    overdue,
    retest,
)
from riskmap.coverage.gaps import Gap, Severity
from riskmap.coverage.models import Finding
from riskmap.coverage.rules import BY_CODE
from riskmap.coverage.subjects import shown
from riskmap.db import db, today
from riskmap.organisation.models import Node
from riskmap.organisation.scope import Scope, my_scope
from riskmap.web.access import Policy, allows
from riskmap.web.forms import finish, once
from riskmap.web.listing import filters, listing
from riskmap.web.members import choices
from riskmap.web.members import shown as word
from riskmap.web.row_form import RowForm


def _link(finding: Finding) -> str:
    return url_for("coverage.finding", code=finding.code)


# The list


@bp.get("/findings")
@allows(Policy.READ_AUDIT)
def findings() -> ResponseReturnValue:
    """Show the findings; by default those that have not come to their end."""
    scope, day = in_scope(), today()
    rules = queries.rules(db.session, scope)
    asked = filters(
        q=None, state=queries.STATES, overdue=("1",), node=None, severity=list(Severity),
        rule=rules, gone=("1",),
    )  # fmt: skip
    known = queries.identities(db.session, scope)
    gaps: Collection[str] = now_audited(scope).identities if known else ()
    tests = {each: retest(each, rule, BY_CODE, gaps) for each, rule in known.items()}
    gone = [each for each, found in tests.items() if found is Retest.GONE]
    statement, sorts = queries.listed(scope, asked, day, gone if asked["gone"] else None)
    return render_template(
        "coverage/findings.html",
        bureau=scope.bureau,
        list=listing(db.session, statement, sorts),
        asked=asked,
        tests=tests,
        rules=[(each, each) for each in rules],
        offices=[(node.code, indented(node)) for node in _offices(scope)],
        states=_states(),
        severities=choices(Severity),
        today=day,
        overdue=overdue,
        days_left=days_left,
        untested=Retest.UNTESTED,
    )


def _states() -> list[tuple[str, str]]:
    named = {"": _("not at its end"), "owed": _("waits for the office"), "all": _("all")}
    return [(each, named[each] if each in named else word(each)) for each in queries.STATES]


def _offices(scope: Scope) -> list[Node]:
    nodes = queries.offices(db.session, scope.bureau)
    return [node for node in nodes if scope.holds(node.path)]


# One finding, and what is done to it


@bp.get("/findings/<code:code>")
@allows(Policy.READ_AUDIT)
def finding(code: str) -> ResponseReturnValue:
    """Show a finding: what the rule saw and says now, what was done, what may be done."""
    return page(held(code))


@bp.post("/findings/<code:code>/answer")
@allows(Policy.ANSWER_FINDINGS)
def answer(code: str) -> ResponseReturnValue:
    """Say for one's own office what was mended, with evidence."""
    found = held(code, Policy.ANSWER_FINDINGS)

    def do(form: RowForm) -> None:
        assert isinstance(form, AnswerForm)
        text = form.reply.data or ""
        commands.answer(db.session, found, text=text, files=form.taken, by=me().user)

    return _acted(found, FindingAct.ANSWER, do, _("The answer is handed in."))


JUDGED: Final[dict[FindingAct, Callable[..., Any]]] = {
    FindingAct.CLOSE: lambda found, text, by: commands.close(db.session, found, text=text, by=by),
    FindingAct.RETURN: lambda found, text, by: commands.send_back(
        db.session, found, reason=text, by=by
    ),
    FindingAct.REOPEN: lambda found, text, by: commands.reopen(
        db.session, found, reason=text, by=by
    ),
    FindingAct.WITHDRAW: lambda found, text, by: commands.withdraw(
        db.session, found, reason=text, by=by
    ),
}
"""What an auditor does to a finding by a form of its page."""


@bp.post("/findings/<code:code>/<any(close, return, reopen, withdraw):act>")
@allows(Policy.AUDIT)
def judge(code: str, act: str) -> ResponseReturnValue:
    """Close a finding, send it back, open it again or withdraw it."""
    found, wanted = held(code, Policy.AUDIT), FindingAct(act)

    def do(form: RowForm) -> None:
        JUDGED[wanted](found, form["text"].data or "", me().user)

    return _acted(found, wanted, do, _("Done."))


def _acted(
    found: Finding, act: FindingAct, do: Callable[[RowForm], None], done: str
) -> ResponseReturnValue:
    """Answer the form of an act: what its state does not allow comes first, in words."""
    form = form_of(act, found)
    if again := once(form):
        return again
    try:
        if move(found.state, act).by not in my_sides(found):
            raise OwnWork(found.code)
        good = form.accepted()
        if not form.current(found) or not good:
            return page(found, act, form, _outdated(form)), form.status
        do(form)
    except NotNow:
        db.session.rollback()
        return page(found, act, form, since(found)), 409
    except OwnWork:
        return _own_work(found, act, form)
    return finish(form.number.data, _link(found), done)


def _own_work(found: Finding, act: FindingAct, form: RowForm) -> ResponseReturnValue:
    """Refuse who would judge what they or their own office mended; it is recorded."""
    refuse("own_work")
    advice = _("Whoever mended it, or belongs to the office that mends it, does not judge it.")
    return page(found, act, form, advice), 403


def _outdated(form: RowForm) -> str:
    if not form.outdated:
        return ""
    said_so = _(
        "Somebody else acted on this finding in the meantime: look at it below. What you typed is "
        "still in the form; hand it in again if it still fits, and choose the files again."
    )
    return str(said_so)


@bp.route("/findings/<code:code>/change", methods=["GET", "POST"])
@allows(Policy.AUDIT)
def change_finding(code: str) -> ResponseReturnValue:
    """Ask something else, of another office, or by another day."""
    found = held(code, Policy.AUDIT)
    form = ChangeForm(found, queries.offices(db.session, in_scope().bureau))
    if again := once(form):
        return again
    try:
        if move(found.state, FindingAct.CHANGE).by not in my_sides(found):
            return _own_work(found, FindingAct.CHANGE, form)
    except NotNow:
        return page(found, FindingAct.CHANGE, form, since(found)), 409
    good = form.accepted()
    current = not form.is_submitted() or form.current(found, office=found.node.code)
    if good and current:
        commands.change(db.session, found, **form.values(), by=me().user)
        return finish(form.number.data, _link(found), _("Saved."))
    return _edited(form, finding=found), form.status


@bp.get("/findings/<code:code>/evidence/<int:number>")
@allows(Policy.READ_AUDIT)
def evidence(code: str, number: int) -> ResponseReturnValue:
    """Hand out a file of a finding, to be kept and not shown; it is recorded."""
    found = held(code)
    file = queries.file(db.session, found, number)
    if file is None:
        abort(404)
    details = {"evidence": file.name, "size": file.size, "sha256": file.sha256}
    return handed_out(file.content, file.name, KINDS[file.kind].mimetype, found.code, **details)


# How one is made


def _edited(form: RaiseForm, **shows: Any) -> str:
    return render_template(
        "coverage/finding_form.html", bureau=in_scope().bureau, form=form, **shows
    )


@bp.route("/findings/new", methods=["GET", "POST"])
@allows(Policy.AUDIT)
def new_finding() -> ResponseReturnValue:
    """Make a finding that no rule has found."""
    bureau = my_scope(Policy.AUDIT).bureau
    form = FreeForm(queries.offices(db.session, bureau), queries.maps(db.session, bureau))
    if again := once(form):
        return again
    if form.accepted():
        made = commands.raise_free(db.session, bureau, **form.values(), by=me().user)
        return finish(form.number.data, _link(made), _raised(made))
    return _edited(form), form.status


def _raised(made: Finding) -> str:
    return str(_("Finding %(code)s is raised.", code=made.code))


def gap_of(key: str) -> Gap:
    """Return the gap of now that an address names; 404 where there is none for the reader."""
    scope = my_scope(Policy.AUDIT)
    audit = now_audited(scope)
    found = audit.by_key.get(key)
    if found is None:
        abort(404)
    if not scope.whole and not _holds(scope, found.node):
        not_for_you()
    return found


def _holds(scope: Scope, code: str) -> bool:
    return code in {node.code for node in _offices(scope)}


@bp.route("/gaps/<key:key>/finding", methods=["GET", "POST"])
@allows(Policy.AUDIT)
def raise_finding(key: str) -> ResponseReturnValue:
    """Make a finding from a gap: what is asked is what would mend it."""
    gap, scope = gap_of(key), my_scope(Policy.AUDIT)
    form = RaiseForm(queries.offices(db.session, scope.bureau), **_prefilled(gap, scope))
    if again := once(form):
        return again
    known = queries.open_for(db.session, scope.bureau, gap.identity)
    if known is None and form.accepted():
        try:
            made = commands.raise_from_gap(
                db.session, scope.bureau, gap, **form.values(), said=said(gap.message), by=me().user
            )
            return finish(form.number.data, _link(made), _raised(made))
        except commands.AlreadyRaised as raised:
            db.session.rollback()
            known = queries.of_code(db.session, scope.bureau, raised.code)
    status = 409 if known and form.is_submitted() else form.status
    return _edited(form, gap=gap, known=known, **_shows(gap, scope)), status


def _shows(gap: Gap, scope: Scope) -> dict[str, Any]:
    return {"about": shown(now_audited(scope).facts, gap.subject), "rule": BY_CODE[gap.rule]}


def _prefilled(gap: Gap, scope: Scope) -> dict[str, Any]:
    """Return what the form of a gap's finding begins with."""
    node = now_audited(scope).facts.nodes.get(gap.node)
    return {
        "title": said(gap.message),
        "demand": said(BY_CODE[gap.rule].remedy),
        "office": (node.office or node.unit) if node else "",
        "due": today() + MONTH,
    }

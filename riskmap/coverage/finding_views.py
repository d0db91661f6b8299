"""Findings: raised from gaps or freely, answered with evidence, checked again, closed."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import abort, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.accounts.current import may, me
from riskmap.accounts.guard import not_for_you, record
from riskmap.coverage import finding_queries as queries
from riskmap.coverage import findings
from riskmap.coverage.blueprint import bp, in_scope, now_audited, said
from riskmap.coverage.evidence import KINDS
from riskmap.coverage.finding_forms import (
    MONTH,
    AcceptForm,
    AnswerForm,
    ChangeForm,
    CloseForm,
    FreeForm,
    RaiseForm,
    ReasonForm,
)
from riskmap.coverage.finding_states import (
    FindingAct,
    FindingState,
    NotNow,
    OwnWork,
    Side,
    acts,
    days_left,
    overdue,
    retest,
    sides,
)
from riskmap.coverage.gaps import Gap, Severity, Subject
from riskmap.coverage.models import Finding
from riskmap.coverage.rules import BY_CODE
from riskmap.coverage.subjects import shown
from riskmap.db import db, today
from riskmap.history.events import Kind as Event
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import my_scope
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, before, finish
from riskmap.web.headers import FILE_POLICY
from riskmap.web.listing import filters, listing
from riskmap.web.members import shown as word
from riskmap.web.row_form import RowForm

FORMS: dict[FindingAct, Callable[..., RowForm]] = {
    FindingAct.RETURN: ReasonForm,
    FindingAct.CLOSE: CloseForm,
    FindingAct.REOPEN: ReasonForm,
    FindingAct.WITHDRAW: ReasonForm,
}
JUDGED = {
    FindingAct.RETURN: lambda row, form: findings.send_back(
        db.session, row, reason=form.text.data, by=me().user
    ),
    FindingAct.CLOSE: lambda row, form: findings.close(
        db.session, row, text=form.text.data or "", by=me().user
    ),
    FindingAct.REOPEN: lambda row, form: findings.reopen(
        db.session, row, reason=form.text.data, by=me().user
    ),
    FindingAct.WITHDRAW: lambda row, form: findings.withdraw(
        db.session, row, reason=form.text.data, by=me().user
    ),
}
"""What the auditor does with a finding that has a form of one text."""


def owner() -> Bureau:
    return in_scope().bureau


@bp.get("/findings", endpoint="findings")
@allows(Policy.READ_AUDIT)
def list_findings() -> ResponseReturnValue:
    """Show the findings of one's scope; by default those that have not come to their end."""
    scope = in_scope()
    asked = filters(
        q=None,
        state=queries.STATES,
        overdue=("1",),
        gone=("1",),
        node=None,
        severity=list(Severity),
        rule=queries.rules(db.session, scope),
    )
    live = now_audited(scope).identities
    wanted = queries.identities(db.session, scope).keys() - live if asked["gone"] else None
    statement, sorts = queries.listed(scope, asked, today(), wanted)
    return render_template(
        "coverage/findings.html",
        bureau=scope.bureau,
        list=listing(db.session, statement, sorts),
        asked=asked,
        today=today(),
        overdue=overdue,
        days_left=days_left,
        retest=lambda row: retest(row.identity, row.rule, BY_CODE.keys(), live),
        states=_states(),
        severities=[(each.value, word(each)) for each in Severity],
        rules=[(code, code) for code in queries.rules(db.session, scope)],
        offices=[(each.code, each.name) for each in queries.offices(db.session, scope.bureau)],
    )


def _states() -> list[tuple[str, str]]:
    named = {
        "": _("not at its end"),
        "owed": _("waits for the office"),
        "all": _("all"),
    }
    return [(each, named[each] if each in named else word(each)) for each in queries.STATES]


def _finding(code: str, *, locked: bool = False) -> Finding:
    """Return a finding that may be read; another office's is answered as one that is not there."""
    scope = in_scope()
    found = queries.of_code(db.session, scope.bureau, code, locked=locked)
    if found is None:
        abort(404)
    if not scope.holds(found.node.path):
        not_for_you()
    return found


def _sides(row: Finding) -> frozenset[Side]:
    """Return who one is to a finding."""
    owns = may(Policy.ANSWER_FINDINGS) and my_scope(Policy.ANSWER_FINDINGS).holds(row.node.path)
    mended = queries.mended_by(db.session, row, me().user.id)
    return sides(audits=may(Policy.AUDIT), owns=owns, mended=mended)


@bp.get("/findings/<code:code>", endpoint="finding")
@allows(Policy.READ_AUDIT)
def show_finding(code: str) -> ResponseReturnValue:
    """Show a finding: what it is about, what was done to it, and what may be done now."""
    return _page(_finding(code))


def _page(row: Finding, typed: dict[FindingAct, RowForm] | None = None, refused: str = "") -> str:
    facts = now_audited(in_scope())
    allowed = acts(row.state, _sides(row))
    forms = {act: _form(act, row) for act in allowed if act is not FindingAct.CHANGE}
    subject = _subject(row)
    return render_template(
        "coverage/finding.html",
        bureau=in_scope().bureau,
        finding=row,
        about=shown(facts.facts, subject) if subject else None,
        gap=next((each for each in facts.gaps if each.identity == row.identity), None),
        rule=BY_CODE.get(row.rule),
        retest=retest(row.identity, row.rule, BY_CODE.keys(), facts.identities),
        late=overdue(row.state, row.due, today()),
        left=days_left(row.due, today()),
        entries=queries.entries(db.session, row),
        evidence=queries.evidence(db.session, row),
        forms={**forms, **(typed or {})},
        changes=FindingAct.CHANGE in allowed,
        refused=refused,
        act=FindingAct,
    )


def _subject(row: Finding) -> Subject | None:
    if row.subject_kind is None:
        return None
    keys = tuple(filter(None, row.subject_keys.split("+")))
    return Subject(row.subject_kind, row.subject_code, keys)


def _form(act: FindingAct, row: Finding) -> RowForm:
    """Return the empty form of an act on a finding, whatever form was handed in just now."""
    if act is FindingAct.ANSWER:
        return AnswerForm(queries.evidence_size(db.session, row), formdata=None)
    return FORMS[act](formdata=None)


def _done(
    row: Finding, act: FindingAct, form: Any, command: Callable[[], object], said_: str
) -> ResponseReturnValue:
    """Do an act on a finding once, or show the finding again with what was typed and why not."""
    form.version.data = form.version.data or str(row.version)
    if not form.accepted():
        return _page(row, {act: form}), form.status
    code = row.code
    try:
        command()
    except NotNow as error:
        return _refused(code, act, form, _stands(error.state)), 409
    except OwnWork:
        why = _("Who answered a finding does not close it; let another auditor check it.")
        return _refused(code, act, form, why), 409
    return finish(form.number.data, url_for(".finding", code=code), said_)


def _stands(state: FindingState) -> str:
    told: str = _("That cannot be done any more: the finding is now: %(state)s.", state=word(state))
    return told


def _refused(code: str, act: FindingAct, form: Any, why: str) -> str:
    db.session.rollback()
    return _page(_finding(code), {act: form}, why)


@bp.post("/findings/<code:code>/answer")
@allows(Policy.ANSWER_FINDINGS)
def answer(code: str) -> ResponseReturnValue:
    """Answer a finding of one's own office, with evidence."""
    row = _finding(code, locked=True)
    if not my_scope(Policy.ANSWER_FINDINGS).holds(row.node.path):
        not_for_you()
    form = AnswerForm(queries.evidence_size(db.session, row))
    if again := before(form.number.data):
        return again

    def command() -> object:
        return findings.answer(
            db.session, row, text=form.reply.data, files=form.taken, by=me().user
        )

    return _done(row, FindingAct.ANSWER, form, command, _("The answer is handed in."))


@bp.post("/findings/<code:code>/<any('return', 'close', 'reopen', 'withdraw'):act>")
@allows(Policy.AUDIT)
def judge(code: str, act: str) -> ResponseReturnValue:
    """Send an answer back, close, open again, or withdraw."""
    row, what = _finding(code, locked=True), FindingAct(act)
    form: Any = FORMS[what]()
    if again := before(form.number.data):
        return again
    if Side.OWNER in _sides(row):
        why = _("Nobody judges a finding of the own office.")
        return _refused(code, what, form, why), 409
    return _done(row, what, form, lambda: JUDGED[what](row, form), _("Done."))


@bp.route("/findings/<code:code>/change", methods=["GET", "POST"])
@allows(Policy.AUDIT)
def change_finding(code: str) -> ResponseReturnValue:
    """Ask for something else, of another office or by another day, with the reason."""
    row = _finding(code, locked=True)
    form = ChangeForm(row, queries.offices(db.session, owner()))
    if again := before(form.number.data):
        return again
    if FindingAct.CHANGE not in acts(row.state, frozenset({Side.AUDITOR})):
        return _page(row, refused=_stands(row.state)), 409
    if form.accepted() and form.current(row):
        findings.change(db.session, row, **form.values(), by=me().user)
        return finish(
            form.number.data, url_for(".finding", code=code), _("The finding is changed.")
        )
    return _form_page(form, _("Change the finding"), row), form.status


def _form_page(form: Any, title: str, row: Finding | None = None, **shows: object) -> str:
    return render_template(
        "coverage/finding_form.html",
        bureau=owner(),
        form=form,
        title=title,
        finding=row,
        **shows,
    )


@bp.route("/findings/new", methods=["GET", "POST"])
@allows(Policy.AUDIT)
def new_finding() -> ResponseReturnValue:
    """Raise a finding that no rule has made."""
    bureau = owner()
    form = FreeForm(queries.offices(db.session, bureau), queries.maps(db.session, bureau))
    if again := before(form.number.data):
        return again
    if form.accepted():
        row = findings.raise_free(db.session, bureau, **form.values(), by=me().user)
        return _raised(form, row)
    return _form_page(form, _("New finding")), form.status


def _raised(form: Any, row: Finding) -> ResponseReturnValue:
    told = _("Finding %(code)s is raised.", code=row.code)
    return finish(form.number.data, url_for(".finding", code=row.code), told)


def _gap(key: str) -> Gap:
    return now_audited(in_scope()).by_key.get(key) or abort(404)


@bp.route("/gaps/<key:key>/finding", methods=["GET", "POST"])
@allows(Policy.AUDIT)
def raise_finding(key: str) -> ResponseReturnValue:
    """Make a finding from a gap: what is wrong and what mends it are filled in."""
    bureau = owner()
    again = before(Form().number.data)
    if again:
        return again
    gap = _gap(key)
    rule = BY_CODE.get(gap.rule)
    form = RaiseForm(
        queries.offices(db.session, bureau),
        title=said(gap.message)[:300],
        demand=said(rule.remedy) if rule else "",
        office=_office_of(gap),
        due=today() + MONTH,
    )
    if known := queries.open_for(db.session, bureau, gap.identity):
        return redirect(url_for(".finding", code=known.code), 303)
    if form.accepted():
        values = form.values() | {"said": said(gap.message), "by": me().user}
        return _raised(form, findings.raise_from_gap(db.session, bureau, gap, **values))
    return _form_page(form, _("Make it a finding"), gap=gap), form.status


def _office_of(gap: Gap) -> str:
    """Return the code of the office whose business a gap is, else of its unit."""
    node = now_audited(in_scope()).facts.nodes.get(gap.node)
    return (node.office or node.unit) if node else ""


@bp.route("/gaps/<key:key>/accept", methods=["GET", "POST"])
@allows(Policy.AUDIT)
def accept_gap(key: str) -> ResponseReturnValue:
    """Leave a gap as it is until a day, with the reason."""
    bureau, gap = owner(), _gap(key)
    known = queries.acceptance(db.session, bureau, key, locked=True)
    form = AcceptForm(known)
    if again := before(form.number.data):
        return again
    if form.accepted() and (known is None or form.current(known)):
        values = {"reason": form.reason.data, "until": form.until.data, "by": me().user}
        findings.accept(db.session, bureau, gap, known, **values)
        told = _("The gap is accepted until %(day)s.", day=form.until.data)
        return finish(form.number.data, url_for(".gap", key=key), told)
    page = render_template("coverage/accept.html", bureau=bureau, form=form, gap=gap, known=known)
    return page, form.status


@bp.post("/gaps/<key:key>/accept/end")
@allows(Policy.AUDIT)
def end_acceptance(key: str) -> ResponseReturnValue:
    """Accept a gap no longer."""
    form = Form()
    if again := before(form.number.data):
        return again
    if not form.accepted():
        abort(400)
    known = queries.acceptance(db.session, owner(), key, locked=True)
    if known is None:
        abort(404)
    findings.end_acceptance(db.session, known)
    return finish(form.number.data, url_for(".home"), _("The gap is accepted no longer."))


@bp.get("/findings/<code:code>/evidence/<int:number>", endpoint="evidence")
@allows(Policy.READ_AUDIT)
def take_evidence(code: str, number: int) -> ResponseReturnValue:
    """Answer with a file that came with an answer, to be kept and not shown in the page."""
    row = _finding(code)
    found = queries.file(db.session, row, number)
    if found is None:
        abort(404)
    name, content, mimetype = found.name, found.content, KINDS[found.kind].mimetype
    record(Event.EXPORTED, code, format=found.kind, codes=name)
    answer_ = send_file(
        BytesIO(content), mimetype, as_attachment=True, download_name=name, etag=False
    )
    answer_.headers["Cache-Control"] = "no-store"
    answer_.headers["Content-Security-Policy"] = FILE_POLICY
    return answer_

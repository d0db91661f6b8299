"""One finding as its page shows it: who may do what, what the rule says now, what was done."""

from collections.abc import Mapping
from typing import Any, Final

from flask import abort, render_template, request
from flask_babel import gettext as _
from wtforms import StringField

from riskmap.accounts.current import me
from riskmap.accounts.guard import not_for_you
from riskmap.coverage import finding_queries as queries
from riskmap.coverage.blueprint import in_scope, now_audited
from riskmap.coverage.finding_forms import AnswerForm, CloseForm, ReasonForm
from riskmap.coverage.finding_states import (
    FindingAct,
    Side,
    acts,
    days_left,
    overdue,
    retest,
    sides,
)
from riskmap.coverage.gaps import Subject
from riskmap.coverage.models import Finding
from riskmap.coverage.rules import BY_CODE
from riskmap.coverage.subjects import Shown, shown
from riskmap.db import db, today
from riskmap.organisation.scope import my_scope
from riskmap.web.access import Policy
from riskmap.web.members import shown as word
from riskmap.web.row_form import RowForm

BY_FORM: Final = (
    FindingAct.ANSWER,
    FindingAct.CLOSE,
    FindingAct.RETURN,
    FindingAct.REOPEN,
    FindingAct.WITHDRAW,
)
"""The acts that the page of a finding has forms for, in their order there."""


def held(code: str, policy: Policy = Policy.READ_AUDIT) -> Finding:
    """Return the finding of a code, locked while it is written; 404 for who has no such right."""
    scope = my_scope(policy)
    locked = request.method == "POST"
    found = queries.of_code(db.session, scope.bureau, code, locked=locked)
    if found is None:
        abort(404)
    if not scope.holds(found.node.path):
        not_for_you()
    return found


def my_sides(finding: Finding) -> frozenset[Side]:
    """Return who the reader is to a finding."""
    path = finding.node.path
    return sides(
        audits=my_scope(Policy.AUDIT).holds(path),
        owns=my_scope(Policy.ANSWER_FINDINGS).holds(path),
        mended=queries.mended_by(db.session, finding, me().user.id),
    )


def form_of(act: FindingAct, finding: Finding, **given: None) -> RowForm:
    """Return the form of an act on a finding, with what was sent; `formdata=None`: with nothing."""
    known: dict[str, Any] = {"version": str(finding.version), **given}
    form: RowForm
    if act is FindingAct.ANSWER:
        form = AnswerForm(queries.evidence_size(db.session, finding), **known)
    else:
        form = (CloseForm if act is FindingAct.CLOSE else ReasonForm)(**known)
    for field in form:  # several forms stand on one page
        field.id = field.label.field_id = f"{act.value}-{field.name}"
    return form


def page(
    finding: Finding, act: FindingAct | None = None, form: RowForm | None = None, refused: str = ""
) -> str:
    """Return the page of a finding; `form` is one that was handed in and not accepted."""
    scope, day, mine = in_scope(), today(), my_sides(finding)
    now = now_audited(scope)
    possible = acts(finding.state, mine)
    forms = {each: form_of(each, finding, formdata=None) for each in BY_FORM if each in possible}
    if form is not None and act in forms:
        forms[act] = form
    return render_template(
        "coverage/finding.html",
        bureau=scope.bureau,
        finding=finding,
        entries=queries.entries(db.session, finding),
        files=queries.evidence(db.session, finding),
        rule=BY_CODE.get(finding.rule),
        about=about(finding),
        gap=next((each for each in now.gaps if each.identity == finding.identity), None),
        retest=retest(finding.identity, finding.rule, BY_CODE, now.identities),
        forms=forms,
        sent=form,
        lost=typed(form) if form is not None and act not in forms else "",
        refused=refused,
        changeable=FindingAct.CHANGE in possible,
        own_work=my_scope(Policy.AUDIT).paths and Side.AUDITOR not in mine,
        overdue=overdue(finding.state, finding.due, day),
        left=days_left(finding.due, day),
        acts=FindingAct,
    )


def typed(form: RowForm) -> str:
    """Return the texts that were typed into a form that its page shows no more."""
    texts = [each.data for each in form if isinstance(each, StringField) and each.data]
    return "\n".join(str(each) for each in texts if each)


def about(finding: Finding) -> Shown | None:
    """Return what a finding is about, with its address; None where it is about no one thing."""
    if finding.subject_kind is None:
        return None
    keys = tuple(each for each in finding.subject_keys.split("+") if each)
    subject = Subject(finding.subject_kind, finding.subject_code, keys)
    found = shown(now_audited(in_scope()).facts, subject)
    if found.href and queries.reachable(db.session, my_scope(), subject):
        return found
    return Shown(found.subject, found.name, found.parts, "")


def since(finding: Finding) -> str:
    """Return why something cannot be done to a finding: the state it is in, and since when."""
    last = queries.entries(db.session, finding)[-1]
    values: Mapping[str, str] = {"state": word(finding.state), "who": last.who}
    told = _("That cannot be done now: the finding is “%(state)s”; %(who)s acted last.", **values)
    return str(told)

"""The closed sets in the language of the screen: a filter for templates.

Data stay in the language they were written in; what riskmap itself names is translated.
"""

from enum import StrEnum

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from riskmap.accounts.roles import Role
from riskmap.coverage.finding_states import FindingAct, FindingState, Retest
from riskmap.coverage.gaps import Kind as SubjectKind
from riskmap.coverage.gaps import Severity
from riskmap.desk.models import Found
from riskmap.document.terms import Duty, LimitEffect, Recording, StepKind
from riskmap.history.events import Kind
from riskmap.jobs.states import JobState
from riskmap.organisation.tree import DutyClass, HoldingRole, NodeLevel, PartyRole
from riskmap.register.rating import Level
from riskmap.register.terms import (
    BasisKind,
    Binds,
    Control,
    Evidence,
    LimitSense,
    LimitUnit,
    Phase,
    PowerKind,
    ResponsibilityRole,
    RiskKind,
)
from riskmap.web.access import Policy
from riskmap.workbooks.models import ImportState

NAMES: tuple[tuple[StrEnum, str], ...] = (
    (Level.HIGH, _l("high")),
    (Level.MEDIUM, _l("medium")),
    (Level.LOW, _l("low")),
    (NodeLevel.UNIT, _l("unit")),
    (NodeLevel.OFFICE, _l("office")),
    (NodeLevel.POST, _l("post")),
    (DutyClass.OPERATIONS, _l("operations")),
    (DutyClass.FUND_FINANCE, _l("fund finance")),
    (DutyClass.DATA, _l("data management")),
    (DutyClass.AUDIT, _l("audit and internal control")),
    (DutyClass.OTHER, _l("other duties")),
    (HoldingRole.A, _l("holder (A)")),
    (HoldingRole.B, _l("stand-in (B)")),
    (PartyRole.APPLICANT, _l("applicant")),
    (PartyRole.LEADER, _l("leader or body that decides")),
    (PartyRole.EXTERNAL, _l("outside body")),
    (StepKind.TERMINATOR, _l("start or end")),
    (StepKind.PROCESS, _l("process")),
    (StepKind.DECISION, _l("decision")),
    (StepKind.DOCUMENT, _l("document")),
    (StepKind.DATA, _l("data")),
    (StepKind.PREDEFINED, _l("detailed on another map")),
    (Duty.ACCEPT, _l("acceptance")),
    (Duty.SUPPLEMENT, _l("supplement")),
    (Duty.NOTIFY, _l("notification")),
    (Duty.INVESTIGATE, _l("investigation")),
    (Duty.DRAW, _l("drawing of lots")),
    (Duty.FIRST_REVIEW, _l("first review")),
    (Duty.SECOND_REVIEW, _l("second review")),
    (Duty.APPROVE, _l("approval")),
    (Duty.COLLECTIVE, _l("collective discussion")),
    (Duty.LEGAL_REVIEW, _l("legal review")),
    (Duty.HEARING, _l("hearing")),
    (Duty.DECIDE, _l("deciding")),
    (Duty.SERVE, _l("service")),
    (Duty.PUBLICISE, _l("publicity")),
    (Duty.PAY, _l("payment")),
    (Duty.SUPERVISE, _l("supervision")),
    (Duty.FILE, _l("filing for the record")),
    (Duty.ARCHIVE, _l("archiving")),
    (Duty.RECUSE, _l("recusal")),
    (Duty.DRAFT, _l("drafting")),
    (Duty.APPRAISE, _l("appraisal")),
    (Duty.CUSTODY, _l("custody")),
    (Duty.REGISTER, _l("registration")),
    (Duty.RECONCILE, _l("reconciliation")),
    (Duty.OTHER, _l("other")),
    (Recording.TEXT, _l("in writing")),
    (Recording.AUDIO_VIDEO, _l("on video")),
    (Recording.BOTH, _l("in writing and on video")),
    (LimitEffect.EXTENDS, _l("extends the limit")),
    (LimitEffect.SUSPENDS, _l("suspends the limit")),
    (RiskKind.MORALS, _l("morals")),
    (RiskKind.DUTY, _l("post and duty")),
    (RiskKind.PROCEDURE, _l("procedure")),
    (RiskKind.SYSTEM, _l("rules and mechanisms")),
    (RiskKind.ENVIRONMENT, _l("outside influence")),
    (Phase.PREVENT, _l("prevention")),
    (Phase.MONITOR, _l("monitoring")),
    (Phase.RESPOND, _l("response")),
    (Control.CHECK, _l("checks and balances")),
    (Control.SUPERVISION, _l("oversight")),
    (Control.EDUCATION, _l("education")),
    (Control.TECHNOLOGY, _l("technology")),
    (Control.RULE, _l("rules")),
    (Control.PUBLICITY, _l("openness")),
    (ResponsibilityRole.RESPONSIBLE, _l("responsible")),
    (ResponsibilityRole.SUPERVISING, _l("supervising")),
    (ResponsibilityRole.COOPERATING, _l("cooperating")),
    (BasisKind.LAW, _l("law")),
    (BasisKind.REGULATION, _l("administrative regulation")),
    (BasisKind.RULE, _l("departmental rule")),
    (BasisKind.NORMATIVE, _l("normative document")),
    (BasisKind.INTERNAL, _l("internal system")),
    (BasisKind.STANDARD, _l("standard")),
    (LimitUnit.DAY, _l("days")),
    (LimitUnit.WORKING_DAY, _l("working days")),
    (LimitUnit.MONTH, _l("months")),
    (LimitUnit.YEAR, _l("years")),
    (LimitSense.AT_MOST, _l("at most")),
    (LimitSense.AT_LEAST, _l("at least")),
    (LimitSense.BEFORE, _l("ahead by")),
    (Binds.BUREAU, _l("binds the bureau")),
    (Binds.PARTY, _l("binds the party")),
    (Evidence.TEXT, _l("its text was read")),
    (Evidence.SECONDARY, _l("from a secondary source")),
    (Evidence.UNVERIFIED, _l("still to be checked")),
    (PowerKind.LICENCE, _l("licence")),
    (PowerKind.PENALTY, _l("penalty")),
    (PowerKind.COERCION, _l("coercion")),
    (PowerKind.CONFIRMATION, _l("confirmation")),
    (PowerKind.PAYMENT, _l("benefit payment")),
    (PowerKind.INSPECTION, _l("inspection")),
    (PowerKind.REWARD, _l("reward")),
    (PowerKind.ADJUDICATION, _l("adjudication")),
    (PowerKind.OTHER, _l("other power")),
    (PowerKind.INTERNAL, _l("internal management")),
    (Role.ADMIN, _l("system administrator")),
    (Role.SECURITY, _l("security administrator")),
    (Role.CHIEF, _l("section chief")),
    (Role.HOLDER, _l("post holder")),
    (Role.LEADER, _l("leader in charge")),
    (Role.LEGAL, _l("policy and legal affairs")),
    (Role.HEAD, _l("head of the bureau")),
    (Role.DISCIPLINE, _l("discipline inspection")),
    (Role.AUDITOR, _l("auditor")),
    (Role.VIEWER, _l("viewer")),
    (Policy.PUBLIC, _l("anybody")),
    (Policy.SIGNED_IN, _l("whoever is signed in")),
    (Policy.READ, _l("read the register and its maps")),
    (Policy.EDIT_MAPS, _l("edit maps")),
    (Policy.READ_HISTORY, _l("read the history of a record")),
    (Policy.EDIT_REGISTER, _l("edit the register")),
    (Policy.EDIT_ORGANISATION, _l("edit the organisation")),
    (Policy.EDIT_USERS, _l("keep users")),
    (Policy.EDIT_GRANTS, _l("give out roles")),
    (Policy.READ_AUDIT, _l("read gaps and findings")),
    (Policy.AUDIT, _l("audit: runs, accepted gaps, findings")),
    (Policy.ANSWER_FINDINGS, _l("answer findings")),
    (Policy.EXPORT, _l("export workbooks")),
    (Policy.IMPORT, _l("hand workbooks in")),
    (Policy.READ_TRAIL, _l("read everything that is recorded")),
    (Kind.ADDED, _l("added")),
    (Kind.CHANGED, _l("changed")),
    (Kind.REMOVED, _l("taken away")),
    (Kind.LOADED, _l("sample loaded")),
    (Kind.SIGNED_IN, _l("signed in")),
    (Kind.SIGNED_OUT, _l("signed out")),
    (Kind.SIGN_IN_FAILED, _l("wrong name or password")),
    (Kind.LOCKED, _l("shut for a while")),
    (Kind.UNLOCKED, _l("opened again")),
    (Kind.PASSWORD_CHANGED, _l("password changed")),
    (Kind.SESSIONS_ENDED, _l("sessions ended")),
    (Kind.REFUSED, _l("refused")),
    (Kind.EXPORTED, _l("taken away as a file")),
    (Kind.PRINTED, _l("printed")),
    (Kind.BACKED_UP, _l("backed up")),
    (Kind.RESTORED, _l("restored")),
    (Kind.VERIFIED, _l("record verified")),
    (Kind.IMPORTED, _l("workbook taken in")),
    (Kind.IMPORT_UNDONE, _l("import undone")),
    (Severity.ERROR, _l("error")),
    (Severity.WARNING, _l("warning")),
    (Severity.NOTICE, _l("notice")),
    (SubjectKind.BUREAU, _l("bureau")),
    (SubjectKind.NODE, _l("unit, office, post")),
    (SubjectKind.MAP, _l("account map")),
    (SubjectKind.PERSON, _l("person")),
    (SubjectKind.CATEGORY, _l("category")),
    (SubjectKind.ITEM, _l("item")),
    (SubjectKind.MEASURE, _l("measure")),
    (SubjectKind.BASIS, _l("basis")),
    (SubjectKind.LIMIT, _l("statutory limit")),
    (SubjectKind.MATTER, _l("matter")),
    (SubjectKind.FINDING, _l("finding")),
    (FindingState.OPEN, _l("being mended")),
    (FindingState.ANSWERED, _l("answered, to be checked")),
    (FindingState.RETURNED, _l("sent back")),
    (FindingState.CLOSED, _l("closed")),
    (FindingState.WITHDRAWN, _l("withdrawn")),
    (Retest.STANDS, _l("still there")),
    (Retest.GONE, _l("gone")),
    (Retest.UNTESTED, _l("tested by no rule")),
    (FindingAct.RAISE, _l("raised")),
    (FindingAct.ANSWER, _l("answered")),
    (FindingAct.RETURN, _l("sent back")),
    (FindingAct.CLOSE, _l("checked and closed")),
    (FindingAct.REOPEN, _l("reopened")),
    (FindingAct.WITHDRAW, _l("withdrawn")),
    (FindingAct.CHANGE, _l("changed")),
    (JobState.QUEUED, _l("waits for its turn")),
    (JobState.RUNNING, _l("is being done")),
    (JobState.DONE, _l("ready")),
    (JobState.FAILED, _l("failed")),
    (JobState.CANCELLED, _l("stopped")),
    (ImportState.SHOWN, _l("shown, not carried out")),
    (ImportState.DONE, _l("carried out")),
    (ImportState.UNDONE, _l("undone")),
    (Found.NODE, _l("Units, offices and posts")),
    (Found.PERSON, _l("People")),
    (Found.MAP, _l("Account maps")),
    (Found.STEP, _l("Steps")),
    (Found.RISK_POINT, _l("Risk points")),
    (Found.ITEM, _l("Items")),
    (Found.MEASURE, _l("Measures")),
    (Found.BASIS, _l("Bases")),
)
_ONE = {
    LimitUnit.DAY: _l("day"),
    LimitUnit.WORKING_DAY: _l("working day"),
    LimitUnit.MONTH: _l("month"),
    LimitUnit.YEAR: _l("year"),
}
_WORDS = {(type(each), each.value): name for each, name in NAMES}
"""By set as well: members of two sets with the same value are equal as texts."""


def word(member: StrEnum | None) -> str:
    """Return a member's name on the screen, "" for None."""
    return str(_WORDS[type(member), member.value]) if member is not None else ""


def limit(value: int | None, unit: LimitUnit | None) -> str:
    """Return a time limit on the screen, "" where there is none."""
    if value is None or unit is None:
        return ""
    counted = _ONE[unit] if value == 1 else word(unit)
    return str(_("%(number)s %(unit)s", number=value, unit=counted))


def install(app: Flask) -> None:
    """Teach templates the words."""
    app.jinja_env.filters["word"] = word
    app.jinja_env.globals["limit_text"] = limit

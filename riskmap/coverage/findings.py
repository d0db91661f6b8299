"""What is done to findings and to accepted gaps; each flushes, whoever asked commits.

Every act locks the finding, goes by the table of `finding_states`, and leaves an entry.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from riskmap.accounts.models import User
from riskmap.coverage import finding_queries as queries
from riskmap.coverage.evidence import File
from riskmap.coverage.finding_states import RAISED, FindingAct, FindingState, OwnWork, move
from riskmap.coverage.gaps import Gap, Severity, Subject
from riskmap.coverage.models import Acceptance, Evidence, Finding, FindingEntry
from riskmap.db import AnySession, now, today
from riskmap.organisation.models import Bureau, Node


class AlreadyRaised(ValueError):
    """A gap from which a finding was made that has not come to its end."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.code = finding.code


def raise_from_gap(
    session: AnySession,
    bureau: Bureau,
    gap: Gap,
    *,
    title: str,
    demand: str,
    node: Node,
    due: date,
    said: str,
    by: User,
) -> Finding:
    """Make a finding from a gap; `said` is what the rule says of it now, and is kept.

    Raises `AlreadyRaised` where it has one that has not come to its end.
    """
    _alone(session, bureau)
    known = queries.open_for(session, bureau, gap.identity)
    if known is not None:
        raise AlreadyRaised(known)
    finding = Finding(
        identity=gap.identity,
        rule=gap.rule,
        severity=gap.severity,
        title=title,
        demand=demand,
        node_id=node.id,
        due=due,
        **_about(gap.subject),
    )
    return _raise(session, bureau, finding, said, by)


def raise_free(
    session: AnySession,
    bureau: Bureau,
    *,
    severity: Severity,
    title: str,
    demand: str,
    node: Node,
    due: date,
    subject: Subject | None = None,
    by: User,
) -> Finding:
    """Make a finding that no rule has found."""
    _alone(session, bureau)
    finding = Finding(
        severity=severity, title=title, demand=demand, node_id=node.id, due=due, **_about(subject)
    )
    return _raise(session, bureau, finding, "", by)


def _about(subject: Subject | None) -> dict[str, object]:
    if subject is None:
        return {}
    keys = "+".join(subject.keys)
    return {"subject_kind": subject.kind, "subject_code": subject.code, "subject_keys": keys}


def _alone(session: AnySession, bureau: Bureau) -> None:
    """Let nobody else raise a finding of the bureau until the transaction ends."""
    wanted = select(Bureau.id).where(Bureau.id == bureau.id)
    session.execute(wanted.with_for_update(key_share=True))


def _raise(session: AnySession, bureau: Bureau, row: Finding, said: str, by: User) -> Finding:
    row.bureau_id, row.code = bureau.id, _next_code(session, bureau, today().year)
    row.state, row.raised_by_id, row.raised_at = RAISED.to, by.id, now()
    session.add(row)
    session.flush()
    _note(session, row, FindingAct.RAISE, said, by)
    return row


def _next_code(session: AnySession, bureau: Bureau, year: int) -> str:
    """Return the code after the last that was issued in a year, as SJ-2026-001."""
    stem = f"SJ-{year}-"
    issued = session.scalars(
        select(Finding.code).where(Finding.bureau_id == bureau.id, Finding.code.startswith(stem))
    )
    last = max((int(code[len(stem) :]) for code in issued), default=0)
    return f"{stem}{last + 1:03}"


def _note(
    session: AnySession, finding: Finding, act: FindingAct, text: str, by: User
) -> FindingEntry:
    entry = FindingEntry(
        bureau_id=finding.bureau_id,
        finding_id=finding.id,
        at=now(),
        user_id=by.id,
        who=by.shown,
        act=act,
        text=text,
    )
    session.add(entry)
    session.flush()
    return entry


def _moved(
    session: AnySession, finding: Finding, act: FindingAct, text: str, by: User
) -> FindingEntry:
    """Move a locked finding by an act that its state allows, and note it."""
    step = move(finding.state, act)
    if step.reasoned and not text.strip():
        raise ValueError(f"{act} needs a reason")
    finding.state = step.to
    closed = step.to is FindingState.CLOSED
    finding.closed_by_id, finding.closed_at = (by.id, now()) if closed else (None, None)
    return _note(session, finding, act, text, by)


def _locked(session: AnySession, finding: Finding) -> None:
    session.flush()
    session.refresh(finding, with_for_update=True)


def answer(
    session: AnySession, finding: Finding, *, text: str, files: Sequence[File] = (), by: User
) -> FindingEntry:
    """Say for the office what was mended, with files that show it."""
    _locked(session, finding)
    move(finding.state, FindingAct.ANSWER)
    finding.mended_by_id = by.id
    entry = _moved(session, finding, FindingAct.ANSWER, text, by)
    for each in files:
        session.add(
            Evidence(
                bureau_id=finding.bureau_id,
                finding_id=finding.id,
                entry_id=entry.id,
                name=each.name,
                kind=each.kind,
                size=len(each.content),
                sha256=each.sha256,
                content=each.content,
            )
        )
    session.flush()
    return entry


def send_back(session: AnySession, finding: Finding, *, reason: str, by: User) -> FindingEntry:
    """Have the office mend it again: what it answered will not do."""
    _locked(session, finding)
    return _moved(session, finding, FindingAct.RETURN, reason, by)


def close(session: AnySession, finding: Finding, *, text: str = "", by: User) -> FindingEntry:
    """Find it mended; raise `OwnWork` for who mended it."""
    _locked(session, finding)
    move(finding.state, FindingAct.CLOSE)
    if queries.mended_by(session, finding, by.id):
        raise OwnWork(finding.code)
    return _moved(session, finding, FindingAct.CLOSE, text, by)


def reopen(session: AnySession, finding: Finding, *, reason: str, by: User) -> FindingEntry:
    """Have the office mend what was closed."""
    _locked(session, finding)
    return _moved(session, finding, FindingAct.REOPEN, reason, by)


def withdraw(session: AnySession, finding: Finding, *, reason: str, by: User) -> FindingEntry:
    """End a finding that should not have been made."""
    _locked(session, finding)
    return _moved(session, finding, FindingAct.WITHDRAW, reason, by)


def change(
    session: AnySession,
    finding: Finding,
    *,
    title: str,
    demand: str,
    node: Node,
    due: date,
    reason: str,
    by: User,
) -> FindingEntry:
    """Say what is asked, of whom and by when anew."""
    _locked(session, finding)
    move(finding.state, FindingAct.CHANGE)
    finding.title, finding.demand, finding.node_id, finding.due = title, demand, node.id, due
    entry = _moved(session, finding, FindingAct.CHANGE, reason, by)
    session.expire(finding, ["node"])
    return entry


def accept(
    session: AnySession,
    bureau: Bureau,
    gap: Gap,
    known: Acceptance | None,
    *,
    reason: str,
    until: date,
    by: User,
) -> Acceptance:
    """Leave a gap as it is until a day, with the reason; `known` is what was said before."""
    row = known or Acceptance(bureau_id=bureau.id, identity=gap.identity)
    row.reason, row.until = reason, until
    row.user_id, row.who, row.at = by.id, by.shown, now()
    session.add(row)
    session.flush()
    return row


def end_acceptance(session: AnySession, known: Acceptance) -> None:
    """Accept a gap no longer; the record keeps that it was."""
    session.delete(known)
    session.flush()

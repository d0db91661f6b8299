"""Reading findings and accepted gaps: one by its code, lists, what waits for whom."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, or_, select
from sqlalchemy.orm import undefer

from riskmap.coverage.finding_states import OWED, RUNNING, FindingAct, FindingState
from riskmap.coverage.gaps import Kind, Severity, Subject
from riskmap.coverage.gaps import key_of as key_of
from riskmap.coverage.models import Acceptance, Evidence, Finding, FindingEntry
from riskmap.db import AnySession, today
from riskmap.maps.in_use import in_use
from riskmap.maps.listed import below, contains
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.web.listing import Sorts

LARGEST_ID = 2**31  # what the number of a row stays below
RANK = case({each.value: -each.rank for each in Severity}, value=Finding.severity)
"""The worst first."""


def of_code(
    session: AnySession, bureau: Bureau, code: str, *, locked: bool = False
) -> Finding | None:
    """Return a bureau's finding of a code with its node; `locked` until the transaction ends."""
    query = select(Finding).where(Finding.bureau_id == bureau.id, Finding.code == code)
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def entries(session: AnySession, finding: Finding) -> Sequence[FindingEntry]:
    """Return what was done to a finding, the first first."""
    query = select(FindingEntry).where(FindingEntry.finding_id == finding.id)
    return session.scalars(query.order_by(FindingEntry.id)).all()


def evidence(session: AnySession, finding: Finding) -> Mapping[int, list[Evidence]]:
    """Return the files of a finding without their contents, by the entry that they came with."""
    found: dict[int, list[Evidence]] = defaultdict(list)
    query = select(Evidence).where(Evidence.finding_id == finding.id).order_by(Evidence.id)
    for each in session.scalars(query):
        found[each.entry_id].append(each)
    return found


def evidence_size(session: AnySession, finding: Finding) -> int:
    """Return how many bytes the files of a finding have in sum."""
    query = select(func.coalesce(func.sum(Evidence.size), 0))
    return int(session.scalar(query.where(Evidence.finding_id == finding.id)) or 0)


def file(session: AnySession, finding: Finding, number: int) -> Evidence | None:
    """Return a file of a finding with its content, None where it has none of this number."""
    query = select(Evidence).where(Evidence.finding_id == finding.id, Evidence.id == number)
    if number >= LARGEST_ID:
        return None
    return session.scalars(query.options(undefer(Evidence.content))).one_or_none()


def mended_by(session: AnySession, finding: Finding, user_id: int) -> bool:
    """Return whether a user has answered a finding, ever."""
    query = select(FindingEntry.id).where(
        FindingEntry.finding_id == finding.id,
        FindingEntry.act == FindingAct.ANSWER,
        FindingEntry.user_id == user_id,
    )
    return session.scalars(query.limit(1)).first() is not None


def _running(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return (*_seen(scope), Finding.state.in_(RUNNING))


def _seen(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a finding is the bureau's, of a node that may be seen."""
    found: tuple[ColumnElement[bool], ...] = (Finding.bureau_id == scope.bureau.id,)
    return found if scope.whole else (*found, Finding.node_id.in_(scope.node_ids()))


def open_findings(session: AnySession, scope: Scope) -> dict[str, Finding]:
    """Return the findings that have not come to their end, by the identity of their gap."""
    query = select(Finding).where(*_running(scope), Finding.identity != "").order_by(Finding.id)
    return {each.identity: each for each in session.scalars(query)}


def open_for(session: AnySession, bureau: Bureau, identity: str) -> Finding | None:
    """Return the finding that a gap already has and that has not come to its end."""
    query = select(Finding).where(
        Finding.bureau_id == bureau.id,
        Finding.identity == identity,
        Finding.state.in_(RUNNING),
    )
    return session.scalars(query.order_by(Finding.id)).first()


def of_gap(session: AnySession, scope: Scope, identity: str) -> Sequence[Finding]:
    """Return all findings ever made from a gap, the newest first."""
    query = select(Finding).where(*_seen(scope), Finding.identity == identity)
    return session.scalars(query.order_by(Finding.id.desc())).all()


def identities(session: AnySession, scope: Scope) -> Mapping[str, str]:
    """Return the identities of the gaps that findings were made from, each with its rule."""
    query = select(Finding.identity, Finding.rule).where(*_seen(scope), Finding.identity != "")
    return {row.identity: row.rule for row in session.execute(query.distinct())}


def late(day: date) -> ColumnElement[bool]:
    """Return the condition that the office of a finding is late: as `finding_states.overdue`."""
    return Finding.state.in_(OWED) & (Finding.due < day)


WAITS = {"": RUNNING, "owed": OWED, "all": tuple(FindingState)}
"""What a list may ask for beside one state: by default, what has not come to its end."""

STATES = (*WAITS, *FindingState)
SORTS: Sorts = {
    "due": (Finding.due, RANK),
    "code": (Finding.id,),
    "title": (Finding.title,),
    "office": (Node.position, Node.code),
    "severity": (RANK,),
    "state": (Finding.state,),
}


def listed(
    scope: Scope, asked: Mapping[str, str], day: date, live: Collection[str] | None = None
) -> tuple[Select[*tuple[Any, ...]], Sorts]:
    """Findings by `q`, `state`, `overdue`, `node`, `severity`, `rule`, those of gaps in `live`."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            Finding.id,
            Finding.code,
            Finding.title,
            Finding.identity,
            Finding.rule,
            Finding.severity,
            Finding.state,
            Finding.due,
            Node.code.label("node"),
            Node.name.label("office"),
        )
        .join(Node, Finding.node_id == Node.id)
        .where(*_seen(scope), Finding.state.in_(_states(asked.get("state", ""))))
    )
    if text := asked.get("q"):
        statement = statement.where(
            or_(contains(Finding.code, text), contains(Finding.title, text))
        )
    if asked.get("overdue"):
        statement = statement.where(late(day))
    if node := asked.get("node"):
        statement = statement.where(below(scope, node))
    for name in ("severity", "rule"):
        if value := asked.get(name):
            statement = statement.where(getattr(Finding, name) == value)
    if live is not None:
        statement = statement.where(Finding.identity.in_(live))
    return statement, SORTS


def _states(asked: str) -> Sequence[FindingState]:
    return WAITS[asked] if asked in WAITS else (FindingState(asked),)


def rules(session: AnySession, scope: Scope) -> Sequence[str]:
    """Return the rules that findings were made from, by code."""
    query = select(Finding.rule).where(*_seen(scope), Finding.rule != "")
    return session.scalars(query.distinct().order_by(Finding.rule)).all()


def owed(session: AnySession, scope: Scope) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the findings that the offices of a scope are to answer, by the day they are due."""
    statement, _sorts = listed(scope, {"state": "owed"}, today())
    return session.execute(statement.order_by(Finding.due, RANK, Finding.id)).all()


def offices(session: AnySession, bureau: Bureau) -> Sequence[Node]:
    """Return the units and offices in use, each unit followed by its offices."""
    unit = func.coalesce(_units.c.position, Node.position)
    query = (
        select(Node)
        .outerjoin(_units, _units.c.id == Node.parent_id)
        .where(
            Node.bureau_id == bureau.id,
            Node.level.in_((NodeLevel.UNIT, NodeLevel.OFFICE)),
            Node.retired_on.is_(None),
        )
        .order_by(
            unit,
            func.coalesce(_units.c.code, Node.code),
            Node.parent_id.is_not(None),
            Node.position,
            Node.code,
        )
    )
    return session.scalars(query).all()


_units = (
    select(Node.id, Node.code, Node.position).where(Node.level == NodeLevel.UNIT).subquery("units")
)


def path_of(session: AnySession, bureau: Bureau, code: str) -> str:
    """Return the path of a bureau's node of a code, "" where there is none."""
    query = select(Node.path).where(Node.bureau_id == bureau.id, Node.code == code)
    return session.scalars(query).first() or ""


def maps(session: AnySession, bureau: Bureau) -> Sequence[Row[str, str]]:
    """Return the maps in use: code and title, as `name`, by code."""
    query = select(AccountMap.code, AccountMap.title.label("name")).where(
        AccountMap.bureau_id == bureau.id, AccountMap.retired_on.is_(None)
    )
    return session.execute(query.order_by(AccountMap.code)).all()


def acceptances(session: AnySession, bureau: Bureau) -> dict[str, Acceptance]:
    """Return the gaps that are left as they are, by identity; not those whose day is past."""
    query = select(Acceptance).where(Acceptance.bureau_id == bureau.id, Acceptance.until >= today())
    return {each.identity: each for each in session.scalars(query.order_by(Acceptance.until))}


def acceptance(
    session: AnySession, bureau: Bureau, key: str, *, locked: bool = False
) -> Acceptance | None:
    """Return what is said of accepting the gap of a key, whether its day is past or not."""
    query = select(Acceptance.id, Acceptance.identity).where(Acceptance.bureau_id == bureau.id)
    found = next((row.id for row in session.execute(query) if key_of(row.identity) == key), None)
    if found is None:
        return None
    return session.get(Acceptance, found, with_for_update=locked or None, populate_existing=locked)


def reachable(session: AnySession, scope: Scope, subject: Subject) -> bool:
    """Return whether the page of a thing is there for who reads a scope."""
    if subject.kind is Kind.MAP:
        query = select(AccountMap.id).where(*in_use(scope), AccountMap.code == subject.code)
    elif subject.kind is Kind.NODE:
        in_use_too = (scope.nodes(), Node.retired_on.is_(None))
        query = select(Node.id).where(*in_use_too, Node.code == subject.code)
    else:  # of the register everybody reads all; of the people, who works within the scope
        return bool(scope.paths) and (subject.kind is not Kind.PERSON or scope.whole)
    return session.scalars(query).first() is not None

"""Rows for tests: each function adds one, with what it needs, and says only what matters."""

import hashlib
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from riskmap.accounts.models import Grant, User
from riskmap.accounts.roles import Role
from riskmap.coverage.finding_states import FindingAct, FindingState
from riskmap.coverage.gaps import Severity
from riskmap.coverage.models import Acceptance, AuditRun, Finding, FindingEntry
from riskmap.coverage.models import Evidence as File
from riskmap.document.terms import StepKind
from riskmap.jobs.models import Job
from riskmap.maps.models import (
    AccountMap,
    LimitSpan,
    MapBasis,
    MapDraftRow,
    RiskPoint,
    RiskPointMeasure,
    Step,
    Transition,
)
from riskmap.organisation.models import Bureau, Holding, Node, Party, Person
from riskmap.organisation.tree import DutyClass, HoldingRole, NodeLevel, PartyRole
from riskmap.register.models import (
    Basis,
    Category,
    Item,
    Matter,
    Measure,
    NotApplicable,
    Responsibility,
    StatutoryLimit,
)
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
from riskmap.revisions.edition_models import Edition
from riskmap.revisions.models import Revision, RevisionReading, RevisionRemark, SignOff
from riskmap.revisions.sign_offs import SignOffRole
from riskmap.revisions.states import RevisionState
from riskmap.rounds.models import CarriedForward, Round, RoundEntry
from riskmap.workbooks.models import ImportState, WorkbookImport

CHANGED = datetime(2026, 1, 5, 1, tzinfo=UTC)
_numbers = count(1)
Row = TypeVar("Row")


def code(letters: str) -> str:
    """Return a code that no other row has."""
    return f"{letters}-{next(_numbers)}"


def add(
    session: Session, kind: type[Row], defaults: dict[str, Any], columns: dict[str, Any]
) -> Row:
    row = kind(**(defaults | columns))
    session.add(row)
    session.flush()
    return row


def make_bureau(session: Session, **columns: Any) -> Bureau:
    defaults = {"code": code("BU"), "name": "云江市人社局", "short_name": "人社局"}
    return add(session, Bureau, defaults, columns)


def make_node(session: Session, bureau: Bureau, parent: Node | None = None, **columns: Any) -> Node:
    """Add a node a level below its parent; without one, a unit."""
    below = {
        None: NodeLevel.UNIT,
        NodeLevel.UNIT: NodeLevel.OFFICE,
        NodeLevel.OFFICE: NodeLevel.POST,
    }
    level = below[parent.level if parent else None]
    defaults = {
        "bureau_id": bureau.id,
        "parent_id": parent.id if parent else None,
        "level": level,
        "code": code("FZ"),
        "name": "基金科",
        "position": 0,
        "duty_class": DutyClass.OTHER if level is NodeLevel.POST else None,
    }
    node = add(session, Node, defaults, columns)
    node.path = f"{parent.path if parent else '/'}{node.id}/"
    session.flush()
    return node


def make_post(session: Session, bureau: Bureau, **columns: Any) -> Node:
    """Add a post under an office and a unit of its own."""
    office = make_node(session, bureau, make_node(session, bureau))
    return make_node(session, bureau, office, **columns)


def make_person(session: Session, bureau: Bureau, **columns: Any) -> Person:
    defaults = {"bureau_id": bureau.id, "code": code("RY"), "name": "陈志远"}
    return add(session, Person, defaults, columns)


def make_holding(session: Session, person: Person, post: Node, **columns: Any) -> Holding:
    defaults = {
        "bureau_id": person.bureau_id,
        "person_id": person.id,
        "post_id": post.id,
        "role": HoldingRole.A,
        "since": date(2026, 1, 1),
    }
    return add(session, Holding, defaults, columns)


def make_party(session: Session, bureau: Bureau, **columns: Any) -> Party:
    letters = code("CY")
    defaults = {
        "bureau_id": bureau.id,
        "code": letters,
        "name": f"用人单位{letters}",
        "role": PartyRole.APPLICANT,
        "position": 0,
    }
    return add(session, Party, defaults, columns)


def make_matter(session: Session, bureau: Bureau, **columns: Any) -> Matter:
    defaults = {
        "bureau_id": bureau.id,
        "code": code("QL"),
        "name": "工伤认定",
        "kind": PowerKind.CONFIRMATION,
    }
    return add(session, Matter, defaults, columns)


def make_category(session: Session, bureau: Bureau, **columns: Any) -> Category:
    defaults = {"bureau_id": bureau.id, "code": code("FX"), "name": "工伤认定", "position": 0}
    return add(session, Category, defaults, columns)


def make_item(
    session: Session, bureau: Bureau, category: Category | None = None, **columns: Any
) -> Item:
    category = category or make_category(session, bureau)
    defaults = {
        "bureau_id": bureau.id,
        "category_id": category.id,
        "code": code("XX"),
        "name": "受理与补正",
        "position": 0,
        "kind": RiskKind.DUTY,
        "manifestation": "超过15日不出受理决定",
        "likelihood": 2,
        "severity": 2,
    }
    return add(session, Item, defaults, columns)


def make_measure(
    session: Session, bureau: Bureau, item: Item | None = None, **columns: Any
) -> Measure:
    item = item or make_item(session, bureau)
    defaults = {
        "bureau_id": bureau.id,
        "item_id": item.id,
        "code": code("CS"),
        "text": "当日登记并打印收件回执",
        "position": 0,
        "phase": Phase.PREVENT,
        "control": Control.RULE,
        "frequency": "每件",
        "evidence": "收件回执存根",
    }
    return add(session, Measure, defaults, columns)


def make_responsibility(
    session: Session, measure: Measure, node: Node, **columns: Any
) -> Responsibility:
    defaults = {
        "bureau_id": measure.bureau_id,
        "measure_id": measure.id,
        "node_id": node.id,
        "role": ResponsibilityRole.RESPONSIBLE,
    }
    return add(session, Responsibility, defaults, columns)


def make_not_applicable(session: Session, item: Item, node: Node, **columns: Any) -> NotApplicable:
    defaults = {
        "bureau_id": item.bureau_id,
        "item_id": item.id,
        "node_id": node.id,
        "reason": "本岗位不经办",
    }
    return add(session, NotApplicable, defaults, columns)


def make_basis(session: Session, bureau: Bureau, **columns: Any) -> Basis:
    defaults = {
        "bureau_id": bureau.id,
        "code": code("FG"),
        "title": "工伤保险条例",
        "kind": BasisKind.REGULATION,
    }
    return add(session, Basis, defaults, columns)


def make_limit(
    session: Session, bureau: Bureau, basis: Basis | None = None, **columns: Any
) -> StatutoryLimit:
    basis = basis or make_basis(session, bureau)
    defaults = {
        "bureau_id": bureau.id,
        "basis_id": basis.id,
        "code": code("SX"),
        "name": "作出受理决定",
        "value": 15,
        "unit": LimitUnit.DAY,
        "sense": LimitSense.AT_MOST,
        "binds": Binds.BUREAU,
        "start_event": "收到申请之日",
        "evidence": Evidence.TEXT,
    }
    return add(session, StatutoryLimit, defaults, columns)


def make_map(
    session: Session, bureau: Bureau, node: Node | None = None, **columns: Any
) -> AccountMap:
    node = node or make_node(session, bureau)
    defaults = {
        "bureau_id": bureau.id,
        "node_id": node.id,
        "code": code("FZ"),
        "title": "工伤认定受理",
        "changed_at": CHANGED,
    }
    return add(session, AccountMap, defaults, columns)


def make_step(session: Session, account_map: AccountMap, **columns: Any) -> Step:
    defaults = {
        "bureau_id": account_map.bureau_id,
        "map_id": account_map.id,
        "key": code("s"),
        "number": 1,
        "kind": StepKind.PROCESS,
        "text": "核对申请材料",
    }
    return add(session, Step, defaults, columns)


def make_transition(session: Session, source: Step, target: Step, **columns: Any) -> Transition:
    defaults = {
        "bureau_id": source.bureau_id,
        "map_id": source.map_id,
        "key": code("t"),
        "source_id": source.id,
        "target_id": target.id,
    }
    return add(session, Transition, defaults, columns)


def make_risk_point(session: Session, step: Step, item: Item, **columns: Any) -> RiskPoint:
    defaults = {
        "bureau_id": step.bureau_id,
        "map_id": step.map_id,
        "step_id": step.id,
        "item_id": item.id,
        "key": code("r"),
        "position": 0,
        "statement": "收件不登记，口头退件",
    }
    return add(session, RiskPoint, defaults, columns)


def make_answer(
    session: Session, risk_point: RiskPoint, measure: Measure, **columns: Any
) -> RiskPointMeasure:
    """Let a measure answer a risk point."""
    defaults = {
        "bureau_id": risk_point.bureau_id,
        "map_id": risk_point.map_id,
        "risk_point_id": risk_point.id,
        "measure_id": measure.id,
        "position": 0,
    }
    return add(session, RiskPointMeasure, defaults, columns)


def make_citation(
    session: Session, account_map: AccountMap, basis: Basis, **columns: Any
) -> MapBasis:
    """Let a map rest on a basis."""
    defaults = {
        "bureau_id": account_map.bureau_id,
        "map_id": account_map.id,
        "basis_id": basis.id,
        "article": "第十四条",
        "position": 0,
    }
    return add(session, MapBasis, defaults, columns)


def make_span(
    session: Session, limit: StatutoryLimit, first: Step, last: Step, **columns: Any
) -> LimitSpan:
    defaults = {
        "bureau_id": first.bureau_id,
        "map_id": first.map_id,
        "statutory_limit_id": limit.id,
        "first_id": first.id,
        "last_id": last.id,
    }
    return add(session, LimitSpan, defaults, columns)


def make_user(session: Session, bureau: Bureau, **columns: Any) -> User:
    """Add a user whose password nobody knows."""
    letters = code("yonghu")
    defaults = {
        "bureau_id": bureau.id,
        "name": letters,
        "name_key": letters,
        "shown": "陈志远",
        "password": "",
        "password_set_at": CHANGED,
    }
    return add(session, User, defaults, columns)


def make_grant(session: Session, user: User, **columns: Any) -> Grant:
    defaults = {"bureau_id": user.bureau_id, "user_id": user.id, "role": Role.VIEWER}
    return add(session, Grant, defaults, columns)


def make_draft(
    session: Session, account_map: AccountMap, user: User, **columns: Any
) -> MapDraftRow:
    """Let a user be typing on a map."""
    defaults = {
        "bureau_id": account_map.bureau_id,
        "map_id": account_map.id,
        "user_id": user.id,
        "base_version": 1,
        "content": "{}",
        "saved_at": CHANGED,
    }
    return add(session, MapDraftRow, defaults, columns)


def make_job(session: Session, user: User, **columns: Any) -> Job:
    """Let a user have asked for a job, which waits."""
    defaults = {
        "bureau_id": user.bureau_id,
        "user_id": user.id,
        "who": user.shown,
        "kind": "atlas",
        "created_at": CHANGED,
    }
    return add(session, Job, defaults, columns)


def make_import(session: Session, user: User, **columns: Any) -> WorkbookImport:
    """Keep a workbook that a user handed in, which would change nothing."""
    defaults = {
        "bureau_id": user.bureau_id,
        "number": next(_numbers),
        "user_id": user.id,
        "who": user.shown,
        "at": CHANGED,
        "name": "风险台账.xlsx",
        "sha256": "0" * 64,
        "content": b"",
        "outcome": "{}",
        "state": ImportState.SHOWN,
    }
    return add(session, WorkbookImport, defaults, columns)


def make_revision(
    session: Session, account_map: AccountMap, user: User, **columns: Any
) -> Revision:
    """Hand a map in to be signed; its document is told by its code alone."""
    text = f'{{"code": "{account_map.code}"}}'
    defaults = {
        "bureau_id": account_map.bureau_id,
        "map_id": account_map.id,
        "number": 1,
        "state": RevisionState.SUBMITTED,
        "document": text,
        "digest": hashlib.sha256(text.encode()).hexdigest(),
        "map_version": 1,
        "level": Level.LOW,
        "signed_at": Level.LOW,
        "handed_in_by_id": user.id,
        "handed_in_by": user.shown,
        "handed_in_at": CHANGED,
    }
    return add(session, Revision, defaults, columns)


def make_sign_off(session: Session, revision: Revision, user: User, **columns: Any) -> SignOff:
    """Let a user have signed the first box."""
    defaults = {
        "bureau_id": revision.bureau_id,
        "revision_id": revision.id,
        "box": SignOffRole.FILLER,
        "user_id": user.id,
        "who": user.shown,
        "day": CHANGED.date(),
        "at": CHANGED,
    }
    return add(session, SignOff, defaults, columns)


def make_edition(session: Session, user: User, **columns: Any) -> Edition:
    """Keep an edition; what it was bound from and its files are told by a word alone."""
    digits = hashlib.sha256(b"edition").hexdigest()
    defaults = {
        "bureau_id": user.bureau_id,
        "number": next(_numbers),
        "day": CHANGED.date(),
        "at": CHANGED,
        "user_id": user.id,
        "who": user.shown,
        "program": "0.1.0",
        "maps": 1,
        "content": "edition",
        "digest": digits,
        "pdf": b"edition",
        "pdf_digest": digits,
        "public_pdf": b"edition",
        "public_digest": digits,
    }
    return add(session, Edition, defaults, columns)


def make_round(session: Session, user: User, **columns: Any) -> Round:
    """Let a user have begun a round over the whole bureau."""
    defaults = {
        "bureau_id": user.bureau_id,
        "number": next(_numbers),
        "title": "2026年度复查",
        "due": date(2026, 12, 31),
        "started_on": CHANGED.date(),
        "started_by_id": user.id,
        "started_by": user.shown,
    }
    return add(session, Round, defaults, columns)


def make_round_entry(
    session: Session, held: Round, account_map: AccountMap, **columns: Any
) -> RoundEntry:
    """Put a map into a round, of which nothing was in force."""
    defaults = {"bureau_id": held.bureau_id, "round_id": held.id, "map_id": account_map.id}
    return add(session, RoundEntry, defaults, columns)


def make_carried(
    session: Session, entry: RoundEntry, revision: Revision, user: User, **columns: Any
) -> CarriedForward:
    """Let a user have carried a map forward."""
    defaults = {
        "bureau_id": entry.bureau_id,
        "round_entry_id": entry.id,
        "revision_id": revision.id,
        "user_id": user.id,
        "who": user.shown,
        "day": CHANGED.date(),
        "at": CHANGED,
    }
    return add(session, CarriedForward, defaults, columns)


def make_remark(session: Session, revision: Revision, user: User, **columns: Any) -> RevisionRemark:
    """Let a user have said something of a revision as a whole."""
    defaults = {
        "bureau_id": revision.bureau_id,
        "revision_id": revision.id,
        "user_id": user.id,
        "who": user.shown,
        "text": "写明由谁复核",
        "at": CHANGED,
    }
    return add(session, RevisionRemark, defaults, columns)


def make_reading(
    session: Session, revision: Revision, user: User, **columns: Any
) -> RevisionReading:
    """Let a user have read a revision as it is."""
    defaults = {
        "bureau_id": revision.bureau_id,
        "revision_id": revision.id,
        "user_id": user.id,
        "version": revision.version,
        "at": CHANGED,
    }
    return add(session, RevisionReading, defaults, columns)


def make_run(session: Session, user: User, **columns: Any) -> AuditRun:
    """Keep an audit that found nothing."""
    defaults = {
        "bureau_id": user.bureau_id,
        "number": next(_numbers),
        "at": CHANGED,
        "day": CHANGED.date(),
        "user_id": user.id,
        "who": user.shown,
        "facts": "0" * 64,
        "figures": "{}",
        "rules": "[]",
        "gaps": "[]",
        "errors": 0,
        "warnings": 0,
        "notices": 0,
    }
    return add(session, AuditRun, defaults, columns)


def make_acceptance(session: Session, user: User, **columns: Any) -> Acceptance:
    """Leave a gap as it is."""
    defaults = {
        "bureau_id": user.bureau_id,
        "identity": code("G07|map|FZ"),
        "reason": "另有措施",
        "until": date(2026, 12, 31),
        "user_id": user.id,
        "who": user.shown,
        "at": CHANGED,
    }
    return add(session, Acceptance, defaults, columns)


def make_finding(session: Session, node: Node, user: User, **columns: Any) -> Finding:
    """Raise a finding that no rule has made."""
    defaults = {
        "bureau_id": node.bureau_id,
        "code": code("SJ"),
        "severity": Severity.NOTICE,
        "title": "登记簿缺页",
        "node_id": node.id,
        "due": date(2026, 12, 31),
        "state": FindingState.OPEN,
        "raised_by_id": user.id,
        "raised_at": CHANGED,
    }
    return add(session, Finding, defaults, columns)


def make_entry(session: Session, finding: Finding, user: User, **columns: Any) -> FindingEntry:
    """Say that a finding was answered."""
    defaults = {
        "bureau_id": finding.bureau_id,
        "finding_id": finding.id,
        "at": CHANGED,
        "user_id": user.id,
        "who": user.shown,
        "act": FindingAct.ANSWER,
    }
    return add(session, FindingEntry, defaults, columns)


def make_evidence(session: Session, entry: FindingEntry, **columns: Any) -> File:
    """Let an answer bring a file."""
    defaults = {
        "bureau_id": entry.bureau_id,
        "finding_id": entry.finding_id,
        "entry_id": entry.id,
        "name": "说明.txt",
        "kind": "txt",
        "size": 1,
        "sha256": "0" * 64,
        "content": b"x",
    }
    return add(session, File, defaults, columns)


def make_example(session: Session, bureau: Bureau | None = None) -> dict[str, Any]:
    """Add a row to every table that a bureau's records fill; return them by the table's name."""
    bureau = bureau or make_bureau(session)
    post, person = make_post(session, bureau), make_person(session, bureau)
    item = make_item(session, bureau)
    measure = make_measure(session, bureau, item)
    basis = make_basis(session, bureau)
    limit = make_limit(session, bureau, basis)
    account_map = make_map(session, bureau, post, matter_id=make_matter(session, bureau).id)
    detail = make_map(session, bureau, post)
    party = make_party(session, bureau)
    first = make_step(
        session,
        account_map,
        actor_node_id=post.id,
        basis_id=basis.id,
        detail_map_id=detail.id,
        number=1,
    )
    last = make_step(session, account_map, actor_party_id=party.id, number=2)
    risk_point = make_risk_point(session, first, item)
    user = make_user(session, bureau, person_id=person.id)
    finding = make_finding(
        session,
        post,
        user,
        state=FindingState.CLOSED,
        mended_by_id=user.id,
        closed_by_id=make_user(session, bureau).id,
    )
    entry = make_entry(session, finding, user)
    rows = (
        bureau,
        post,
        person,
        make_holding(session, person, post),
        party,
        session.get_one(Matter, account_map.matter_id),
        session.get_one(Category, item.category_id),
        item,
        measure,
        make_responsibility(session, measure, post),
        make_not_applicable(session, item, post),
        basis,
        limit,
        account_map,
        make_citation(session, account_map, basis),
        first,
        make_transition(session, first, last),
        risk_point,
        make_answer(session, risk_point, measure),
        make_span(session, limit, first, last),
        user,
        make_grant(session, user, node_id=post.id),
        make_draft(session, account_map, user),
        make_run(session, user),
        make_acceptance(session, user),
        finding,
        entry,
        make_evidence(session, entry),
        make_job(session, user),
        make_import(session, user),
        revision := make_revision(session, account_map, user),
        make_sign_off(session, revision, user, person_id=person.id),
        make_edition(session, user),
        held := make_round(session, user, node_id=post.id),
        carried := make_round_entry(session, held, account_map, revision_id=revision.id),
        make_carried(session, carried, revision, user, person_id=person.id),
        make_remark(session, revision, user),
        make_reading(session, revision, user),
    )
    return {row.__tablename__: row for row in rows}

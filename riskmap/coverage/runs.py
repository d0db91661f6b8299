"""Audits that are kept: what was looked at, by which rules, what was found."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import func, select

from riskmap.coverage.auditing import counted
from riskmap.coverage.comparison import Comparison, changed_rules, compared
from riskmap.coverage.facts import Facts
from riskmap.coverage.figures import recount
from riskmap.coverage.gaps import Gap, Severity, as_data, from_data
from riskmap.coverage.live import Audit
from riskmap.coverage.models import AuditRun
from riskmap.coverage.rules import RULES
from riskmap.db import AnySession, now
from riskmap.history.events import actor
from riskmap.organisation.models import Bureau


def digest(facts: Facts) -> str:
    """Return the SHA-256 of all that an audit looked at, 64 hex digits."""
    return hashlib.sha256(msgspec.json.encode(facts, order="sorted")).hexdigest()


def keep(session: AnySession, bureau: Bureau, audit: Audit, note: str = "") -> AuditRun:
    """Add an audit to those that are kept, under the bureau's next number."""
    session.refresh(bureau, with_for_update=True)
    last = session.scalar(select(func.max(AuditRun.number)).where(AuditRun.bureau_id == bureau.id))
    who, counts = actor(), counted(audit.gaps)
    run = AuditRun(
        bureau_id=bureau.id,
        number=(last or 0) + 1,
        at=now(),
        day=audit.facts.day,
        user_id=who.user_id,
        who=who.name[:100],
        note=note,
        facts=digest(audit.facts),
        figures=json.dumps(recount(audit.facts)),
        rules=json.dumps(rules_as_data(audit.facts), ensure_ascii=False),
        gaps=json.dumps([as_data(gap) for gap in audit.gaps], ensure_ascii=False),
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        notices=counts[Severity.NOTICE],
    )
    session.add(run)
    session.flush()
    return run


def rules_as_data(facts: Facts) -> list[dict[str, Any]]:
    """Return the rules as they were: code, version, severity and settings."""
    return [
        {
            "code": rule.code,
            "version": rule.version,
            "severity": rule.severity.value,
            "parameters": {each.name: facts.parameters.text(each) for each in rule.parameters},
        }
        for rule in RULES
    ]


def runs(session: AnySession, bureau: Bureau) -> Sequence[AuditRun]:
    """Return a bureau's audits, the newest first."""
    query = select(AuditRun).where(AuditRun.bureau_id == bureau.id)
    return session.scalars(query.order_by(AuditRun.number.desc())).all()


def last_run(session: AnySession, bureau: Bureau) -> AuditRun | None:
    """Return a bureau's newest audit, None where none was kept."""
    query = select(AuditRun).where(AuditRun.bureau_id == bureau.id)
    return session.scalars(query.order_by(AuditRun.number.desc()).limit(1)).first()


def run_of(session: AnySession, bureau: Bureau, number: int) -> AuditRun | None:
    """Return a bureau's audit of a number, None where there is none."""
    return session.scalars(
        select(AuditRun).filter_by(bureau_id=bureau.id, number=number)
    ).one_or_none()


def gaps_of(run: AuditRun) -> tuple[Gap, ...]:
    """Return what an audit found, the worst first."""
    return tuple(from_data(each) for each in json.loads(run.gaps))


def rules_of(run: AuditRun) -> list[dict[str, Any]]:
    """Return the rules of an audit as they were then."""
    found: list[dict[str, Any]] = json.loads(run.rules)
    return found


def figures_of(run: AuditRun) -> dict[str, int]:
    """Return the bureau's figures as an audit counted them."""
    found: dict[str, int] = json.loads(run.figures)
    return found


def between(earlier: AuditRun, later: AuditRun) -> Comparison:
    """Return what changed from one audit to another."""
    changed = changed_rules(rules_of(earlier), rules_of(later))
    return replace(compared(gaps_of(earlier), gaps_of(later)), rules=changed)


def since(earlier: AuditRun, audit: Audit) -> Comparison:
    """Return what changed from a kept audit to the one of now."""
    changed = changed_rules(rules_of(earlier), rules_as_data(audit.facts))
    return replace(compared(gaps_of(earlier), audit.gaps), rules=changed)

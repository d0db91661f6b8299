"""The audit of the bureau as it is now, made once for each state of its rows."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import select

from riskmap.coverage.auditing import audit
from riskmap.coverage.facts import Facts
from riskmap.coverage.gaps import Gap
from riskmap.coverage.reading import read
from riskmap.db import AnySession, today
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.scope import Scope
from riskmap.web.made import Made

KEPT = 4  # audits, each with the facts of a bureau


@dataclass(frozen=True)
class Audit:
    """What the rules find in some facts, the worst first."""

    facts: Facts
    gaps: tuple[Gap, ...]

    @cached_property
    def by_key(self) -> dict[str, Gap]:
        return {gap.key: gap for gap in self.gaps}

    @cached_property
    def identities(self) -> frozenset[str]:
        return frozenset(gap.identity for gap in self.gaps)


class Audits:
    """The audits made last, by bureau, state of its rows, and day."""

    def __init__(self) -> None:
        self._made: Made[Audit] = Made(KEPT)

    def of(self, session: AnySession, bureau: Bureau, *, draft: bool = False) -> Audit:
        """Return the audit of a bureau as it is now: in force, or of its working copies."""
        day = today()
        key = (bureau.id, bureau.changes, day, draft)
        return self._made.of(key, lambda: audited(session, bureau, day, draft=draft))


def audited(session: AnySession, bureau: Bureau, day: date, *, draft: bool = False) -> Audit:
    """Return the audit of a bureau on a day, with `draft` of its working copies."""
    facts = read(session, bureau, day, draft=draft)
    return Audit(facts, tuple(audit(facts)))


def codes_seen(session: AnySession, scope: Scope) -> set[str] | None:
    """Return the codes of the nodes that may be seen, None where that is all of them."""
    if scope.whole:
        return None
    return set(session.scalars(select(Node.code).where(scope.nodes())))


def visible(session: AnySession, scope: Scope, gaps: tuple[Gap, ...]) -> list[Gap]:
    """Return the gaps that may be seen: those of the bureau as a whole by who sees all of it."""
    codes = codes_seen(session, scope)
    return [gap for gap in gaps if codes is None or gap.node in codes]

"""Gaps as lists show them: where they are, whose they are, what has become of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from riskmap.coverage import runs
from riskmap.coverage.blueprint import now_audited, said
from riskmap.coverage.facts import Facts
from riskmap.coverage.finding_queries import acceptances, open_findings
from riskmap.coverage.gaps import Gap
from riskmap.coverage.listing import Known, Row
from riskmap.coverage.live import visible
from riskmap.coverage.subjects import Shown, place, shown
from riskmap.db import AnySession, db
from riskmap.organisation.scope import Scope


@dataclass(frozen=True, slots=True)
class Line:
    """A gap as a list shows it."""

    row: Row
    about: Shown
    place: str

    @property
    def words(self) -> str:
        """Return all that the list says of it: what a search looks at."""
        gap = self.row.gap
        return " ".join(
            (gap.rule, gap.subject.code, self.about.name, self.place, said(gap.message))
        )


def known(session: AnySession, scope: Scope) -> Known:
    """Return what is known of a bureau's gaps beside what the rules say now."""
    last = runs.last_run(session, scope.bureau)
    before = visible(session, scope, runs.gaps_of(last)) if last else []
    return Known(
        accepted=acceptances(session, scope.bureau),
        findings=open_findings(session, scope),
        last=last,
        before={gap.identity: gap for gap in before},
    )


def visible_part(scope: Scope, gaps: Iterable[Gap]) -> list[Gap]:
    """Return those of some gaps that may be seen."""
    return visible(db.session, scope, tuple(gaps))


def line(facts: Facts, row: Row) -> Line:
    """Return a gap as a list shows it."""
    return Line(row, shown(facts, row.gap.subject), place(facts, row.gap.node))


def lines_of(scope: Scope, about: Known, gaps: Iterable[Gap]) -> list[Line]:
    """Return gaps of a kept audit as a list shows them, those that may be seen."""
    audited = now_audited(scope)
    facts, now = audited.facts, audited.identities
    rows = (about.row(gap, mended=gap.identity not in now) for gap in visible_part(scope, gaps))
    return [line(facts, row) for row in rows]

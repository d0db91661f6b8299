"""The list of gaps: narrowed by the address, with what has become of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from riskmap.coverage.facts import Facts
from riskmap.coverage.gaps import Gap, Severity
from riskmap.coverage.models import Acceptance, AuditRun, Finding


class GapState(StrEnum):
    """What has become of a gap."""

    OPEN = "open"
    NEW = "new"
    ACCEPTED = "accepted"
    FINDING = "finding"
    MENDED = "mended"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Row:
    """A gap with what is known of it beside the rule's own words."""

    gap: Gap
    new: bool
    accepted: Acceptance | None
    finding: Finding | None
    mended: bool = False

    def is_in(self, state: GapState) -> bool:
        """Return whether the gap is shown under a state."""
        if self.mended or state is GapState.MENDED:
            return self.mended and state is GapState.MENDED
        return {
            GapState.OPEN: self.accepted is None,
            GapState.NEW: self.new,
            GapState.ACCEPTED: self.accepted is not None,
            GapState.FINDING: self.finding is not None,
            GapState.ALL: True,
        }[state]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of gaps by their identities: acceptances, findings, and the last audit's."""

    accepted: Mapping[str, Acceptance]
    findings: Mapping[str, Finding]
    last: AuditRun | None
    before: Mapping[str, Gap]

    def row(self, gap: Gap, *, mended: bool = False) -> Row:
        return Row(
            gap=gap,
            new=self.last is not None and gap.identity not in self.before,
            accepted=self.accepted.get(gap.identity),
            finding=self.findings.get(gap.identity),
            mended=mended,
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks the list for."""

    q: str = ""
    state: GapState = GapState.OPEN
    severity: Severity | None = None
    rule: str = ""
    node: str = ""

    def wants(self, facts: Facts, row: Row, words: str) -> bool:
        """Return whether a gap is asked for; `words` is what the list says of it."""
        gap, node = row.gap, facts.nodes.get(row.gap.node)
        return (
            row.is_in(self.state)
            and self.severity in (None, gap.severity)
            and self.rule in ("", gap.rule)
            and (not self.node or (node is not None and node.within(self.node)))
            and self.q.lower() in words.lower()
        )

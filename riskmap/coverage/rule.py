"""`Rule`: what is looked for, why, on which basis, and what would mend what it finds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from riskmap.coverage.facts import Facts
from riskmap.coverage.gaps import Found, Gap, Said, Severity
from riskmap.coverage.parameters import Parameter

Check = Callable[[Facts], Iterable[Found]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the trade.

    `statement` says what must hold, `remedy` what would mend a gap, `basis` the law and article or
    "设计建议" (a proposal of ours) where there is none; `version` grows with what the rule finds.
    """

    code: str
    severity: Severity
    statement: Said
    remedy: Said
    basis: str
    check: Check
    parameters: tuple[Parameter, ...] = ()
    version: int = 1

    def gaps(self, facts: Facts) -> list[Gap]:
        """Return what the rule finds, the worst first, then by place."""
        found = (
            Gap(
                rule=self.code,
                severity=each.severity or self.severity,
                subject=each.subject,
                message=each.message,
                node=each.node,
                seen=each.seen,
                about=each.about,
            )
            for each in self.check(facts)
        )
        return sorted(found, key=lambda gap: gap.order)

"""An audit: every rule on the facts of a bureau."""

from collections import Counter
from collections.abc import Iterable, Mapping

from riskmap.coverage.facts import Facts
from riskmap.coverage.gaps import Gap, Severity
from riskmap.coverage.rules import RULES


def audit(facts: Facts) -> list[Gap]:
    """Return every gap of a bureau: the worst first, then rule by rule, by place."""
    gaps = (gap for rule in RULES for gap in rule.gaps(facts))
    return sorted(gaps, key=lambda gap: gap.order)


def counted(gaps: Iterable[Gap]) -> Mapping[Severity, int]:
    """Return how many gaps there are of each severity, the worst first."""
    found = Counter(gap.severity for gap in gaps)
    return {severity: found[severity] for severity in Severity}

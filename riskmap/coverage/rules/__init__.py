"""The rules of the trade, in the order of their codes: adding one is a function and a line."""

from typing import Final

from riskmap.coverage.rule import Rule
from riskmap.coverage.rules import (
    coverage,
    decisions,
    elements,
    figures,
    flow,
    following,
    law,
    organisation,
    register,
    reviews,
    risks,
    separation,
    signing,
    texts,
    time_limits,
)

MODULES: Final = (
    coverage,
    decisions,
    elements,
    figures,
    flow,
    following,
    law,
    organisation,
    register,
    reviews,
    risks,
    separation,
    signing,
    texts,
    time_limits,
)
RULES: Final[tuple[Rule, ...]] = tuple(
    sorted((rule for module in MODULES for rule in module.RULES), key=lambda rule: rule.code)
)
BY_CODE: Final = {rule.code: rule for rule in RULES}

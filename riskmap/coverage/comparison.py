"""Two audits compared: what is new, what is gone, what stayed, and which rules were others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from riskmap.coverage.gaps import Gap


@dataclass(frozen=True, slots=True)
class Comparison:
    """The gaps of a later audit against those of an earlier one, and rules that changed since."""

    new: tuple[Gap, ...]
    gone: tuple[Gap, ...]
    same: tuple[Gap, ...]
    rules: tuple[str, ...] = ()


def compared(earlier: Iterable[Gap], later: Iterable[Gap]) -> Comparison:
    """Return what changed from one audit to another, each part in the order of its audit."""
    before = {gap.identity: gap for gap in earlier}
    after = {gap.identity: gap for gap in later}
    return Comparison(
        new=tuple(gap for name, gap in after.items() if name not in before),
        gone=tuple(gap for name, gap in before.items() if name not in after),
        same=tuple(gap for name, gap in after.items() if name in before),
    )


def changed_rules(
    earlier: Iterable[Mapping[str, Any]], later: Iterable[Mapping[str, Any]]
) -> tuple[str, ...]:
    """Return the codes of the rules that were not the same, or had other settings, in order."""
    before = {each["code"]: each for each in earlier}
    after = {each["code"]: each for each in later}
    codes = before.keys() | after.keys()
    return tuple(sorted(code for code in codes if before.get(code) != after.get(code)))

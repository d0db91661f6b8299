"""Faults planted into the facts of the sample: each function returns facts that differ in a place.

The sample as it is is the clean twin: what a rule finds there besides is what was planted.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from riskmap.coverage.facts import DrawnMap, Facts
from riskmap.coverage.gaps import Gap
from riskmap.coverage.rules import BY_CODE
from riskmap.document.model import MapDocument, RiskPoint, Step


def drawn(facts: Facts, code: str, change: Callable[[DrawnMap], DrawnMap]) -> Facts:
    """Return facts in which a map is another one."""
    maps = tuple(change(each) if each.code == code else each for each in facts.maps)
    assert maps != facts.maps, "nothing was planted"
    return replace(facts, maps=maps)


def document(facts: Facts, code: str, **columns: Any) -> Facts:
    """Return facts in which a map's document says something else."""
    return drawn(
        facts, code, lambda each: replace(each, document=replace(each.document, **columns))
    )


def step(facts: Facts, code: str, key: str, **columns: Any) -> Facts:
    """Return facts in which a step of a map says something else."""
    found = facts.map_by_code[code].document
    return document(facts, code, steps=_changed(found.steps, key, columns))


def risk(facts: Facts, code: str, key: str, **columns: Any) -> Facts:
    """Return facts in which a risk point of a map says something else."""
    found = facts.map_by_code[code].document
    return document(facts, code, risk_points=_changed(found.risk_points, key, columns))


def _changed(
    rows: Iterable[Step] | Iterable[RiskPoint], key: str, columns: dict[str, Any]
) -> tuple[Any, ...]:
    return tuple(replace(each, **columns) if each.key == key else each for each in rows)


def without_step(facts: Facts, code: str, key: str) -> Facts:
    """Return facts in which a map lacks a step: what led to it leads to what came after it."""
    found = facts.map_by_code[code].document
    after = found.after(key)[0].target
    lines = tuple(
        replace(each, target=after) if each.target == key else each
        for each in found.transitions
        if each.source != key
    )
    return document(
        facts,
        code,
        steps=tuple(each for each in found.steps if each.key != key),
        transitions=tuple(each for each in lines if each.source != each.target),
        risk_points=tuple(each for each in found.risk_points if each.step != key),
        limit_spans=tuple(each for each in found.limit_spans if key not in (each.first, each.last)),
    )


def entry(facts: Facts, table: str, code: str, **columns: Any) -> Facts:
    """Return facts in which a row of a dictionary (nodes, items, measures…) says something else."""
    rows = dict(getattr(facts, table))
    rows[code] = replace(rows[code], **columns)
    return replace(facts, **{table: rows})


def found(facts: Facts, rule: str) -> dict[str, Gap]:
    """Return what a rule finds, by identity."""
    return {gap.identity: gap for gap in BY_CODE[rule].gaps(facts)}


def new(before: Facts, after: Facts, rule: str) -> list[Gap]:
    """Return what a rule finds in some facts that it did not find in others."""
    known = found(before, rule)
    return [gap for identity, gap in found(after, rule).items() if identity not in known]


def places(gaps: Iterable[Gap]) -> list[tuple[str, ...]]:
    """Return where gaps are: the subject's code and its parts."""
    return [(gap.subject.code, *gap.subject.keys) for gap in gaps]


def any_document(facts: Facts, code: str) -> MapDocument:
    """Return the document of a map."""
    return facts.map_by_code[code].document

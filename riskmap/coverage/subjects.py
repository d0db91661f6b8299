"""What gaps are about, as a page shows it: what it is called, and where it leads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for

from riskmap.coverage.facts import Facts
from riskmap.coverage.gaps import Gap, Kind, Subject


@dataclass(frozen=True, slots=True)
class Shown:
    """A thing by its name, with its parts by their numbers, and its address, "" without one."""

    subject: Subject
    name: str
    parts: tuple[str, ...]
    href: str


TABLES: Final[Mapping[Kind, str]] = {
    Kind.NODE: "nodes",
    Kind.PERSON: "persons",
    Kind.CATEGORY: "categories",
    Kind.ITEM: "items",
    Kind.MEASURE: "measures",
    Kind.BASIS: "bases",
    Kind.LIMIT: "limits",
    Kind.MATTER: "matters",
}


def name_of(facts: Facts, subject: Subject) -> str:
    """Return what a thing is called, its code where nothing is known of it."""
    if subject.kind is Kind.BUREAU:
        return facts.name
    if subject.kind is Kind.MAP:
        drawn = facts.map_by_code.get(subject.code)
        return drawn.document.title if drawn else subject.code
    table = TABLES.get(subject.kind)
    row: Any = getattr(facts, table).get(subject.code) if table else None
    for column in ("name", "title", "text"):
        if found := getattr(row, column, None):
            return str(found)
    return subject.code


def parts_of(facts: Facts, subject: Subject) -> tuple[str, ...]:
    """Return the parts of a map by their numbers: of the step, and of the risk point on it."""
    drawn = facts.map_by_code.get(subject.code) if subject.kind is Kind.MAP else None
    if drawn is None:
        return ()
    document, found = drawn.document, []
    numbers = {risk.key: n for n, risk in enumerate(document.risk_points, start=1)}
    steps = {risk.key: risk.step for risk in document.risk_points}
    for key in subject.keys:
        step = document.step_by_key.get(steps.get(key, key))
        if step and key in numbers:
            found.append(f"{step.number}·R{numbers[key]}")
        elif step:
            found.append(str(step.number))
    return tuple(dict.fromkeys(found))


def _of_map(_facts: Facts, subject: Subject) -> str:
    anchor = f"row-{subject.keys[0]}" if subject.keys else None
    return url_for("maps.show", code=subject.code, _anchor=anchor)


def _of_limit(facts: Facts, subject: Subject) -> str:
    limit = facts.limits.get(subject.code)
    return url_for("desk.basis", code=limit.basis, _anchor="limits") if limit else ""


HREFS: Final[Mapping[Kind, Callable[[Facts, Subject], str]]] = {
    Kind.NODE: lambda _facts, subject: url_for("desk.node", code=subject.code),
    Kind.MAP: _of_map,
    Kind.PERSON: lambda _facts, subject: url_for("desk.person", code=subject.code),
    Kind.CATEGORY: lambda _facts, _subject: url_for("desk.register"),
    Kind.ITEM: lambda _facts, subject: url_for("desk.item", code=subject.code),
    Kind.MEASURE: lambda _facts, subject: url_for("desk.measure", code=subject.code),
    Kind.BASIS: lambda _facts, subject: url_for("desk.basis", code=subject.code),
    Kind.LIMIT: _of_limit,
}


def shown(facts: Facts, subject: Subject) -> Shown:
    """Return a thing as a page shows it."""
    href = HREFS[subject.kind](facts, subject) if subject.kind in HREFS else ""
    return Shown(subject, name_of(facts, subject), parts_of(facts, subject), href)


def seen_by(facts: Facts, gap: Gap) -> list[Shown]:
    """Return what a rule looked at, each once: what the gap is about first."""
    things = dict.fromkeys((gap.subject, *gap.seen))
    return [shown(facts, each) for each in things if each.code]


def place(facts: Facts, code: str) -> str:
    """Return a node with its office, as a list names it; "" for the bureau as a whole."""
    node = facts.nodes.get(code)
    if node is None:
        return ""
    office = facts.nodes.get(node.office)
    if office is None or office.code == node.code:
        return node.name
    return f"{office.name} · {node.name}"

"""One change of many rows: what it would make of each, old and new, before anything is done."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from riskmap.db import AnySession
from riskmap.register import commands, queries
from riskmap.register.models import Category, Item, Measure
from riskmap.register.rating import level
from riskmap.register.shares import labelled
from riskmap.register.terms import ResponsibilityRole
from riskmap.web.members import shown

RESPONSIBLE = ResponsibilityRole.RESPONSIBLE


@dataclass(frozen=True, slots=True)
class Planned:
    """A row and what a change would make of it, in words; `act` does it."""

    row: Any
    name: str
    old: str
    new: str
    act: Callable[[], object]

    @property
    def changes(self) -> bool:
        return self.old != self.new


Plan = list[Planned]


def plan_measures(
    session: AnySession, measures: Iterable[Measure], field: str, value: Any, words: Sequence[str]
) -> Plan:
    """Return what a change makes of measures; `words` say "in use" and "retired"."""
    if field in ("add", "remove"):
        return [_share(session, row, value, add=field == "add") for row in measures]
    if field == "retire":
        return [
            Planned(
                row,
                row.text,
                words[0] if row.retired_on is None else words[1],
                words[1],
                partial(commands.retire, session, row),
            )
            for row in measures
        ]
    return [
        Planned(
            row,
            row.text,
            shown(getattr(row, field)),
            shown(value),
            partial(commands.change, session, row, **{field: value}),
        )
        for row in measures
    ]


def _share(session: AnySession, row: Measure, node: Any, *, add: bool) -> Planned:
    """Return what a measure's responsible nodes become with one more, or without one."""
    shares = queries.shares(session, row)
    pairs = [(share.role, each.id) for share, each in shares]
    before = [(each.id, labelled(each)) for share, each in shares if share.role is RESPONSIBLE]
    others = [pair for pair in before if pair[0] != node.id]
    there = len(others) < len(before)
    after = others if not add else before if there else [*before, (node.id, labelled(node))]
    wanted = [pair for pair in pairs if pair[0] is not RESPONSIBLE]
    wanted += [(RESPONSIBLE, each) for each, _name in after]
    return Planned(
        row,
        row.text,
        "、".join(name for _id, name in before),
        "、".join(name for _id, name in after),
        partial(commands.set_shares, session, row, wanted),
    )


def plan_items(session: AnySession, items: Iterable[Item], field: str, value: Any) -> Plan:
    """Return what a change makes of items; a rating is told with the level that it means."""
    plan = []
    for row in items:
        if field == "category":
            before = session.get_one(Category, row.category_id)
            old, new = (f"{each.code} {each.name}" for each in (before, value))
            columns = {"category_id": value.id}
        elif field == "kind":
            old, new, columns = shown(row.kind), shown(value), {"kind": value}
        else:
            columns = {field: value}
            old = rated(row.likelihood, row.severity, row)
            changed = {"likelihood": row.likelihood, "severity": row.severity} | columns
            new = rated(changed["likelihood"], changed["severity"], row)
        plan.append(
            Planned(
                row,
                row.name,
                old,
                new,
                partial(commands.change_item, session, row, **columns),
            )
        )
    return plan


def rated(likelihood: int, severity: int, row: Item) -> str:
    """Return a rating in words: 3×2=6 and the level, the one set by hand if there is one."""
    grade = row.override_level or level(likelihood, severity)
    return f"{likelihood}×{severity}={likelihood * severity} {shown(grade)}"

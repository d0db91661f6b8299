"""Lists of maps: what an address narrows them by, and the statement of those that are edited."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from riskmap.maps.in_use import in_use
from riskmap.maps.levels import counted
from riskmap.maps.models import AccountMap, Step
from riskmap.organisation.models import Node
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.register.models import Matter
from riskmap.register.rating import Level
from riskmap.register.terms import PowerKind
from riskmap.web.listing import Sorts, asked_for, filters

Filters = dict[str, str]
Statement = Select[*tuple[Any, ...]]
Listed = tuple[Statement, Sorts]
"""A statement and what it can be sorted by."""


def steps_per_map() -> Any:
    """Return a subquery of how many steps each map has: `map_id`, `steps`."""
    return select(Step.map_id, func.count().label("steps")).group_by(Step.map_id).subquery("steps")


def below(scope: Scope, code: str) -> ColumnElement[bool]:
    """Return the condition that a `Node` row stands at or below the node of a code."""
    top = select(Node.path).where(scope.nodes(), Node.code == code).scalar_subquery()
    return Node.path.startswith(top)


def contains(column: Any, asked: str) -> ColumnElement[bool]:
    """Return the condition that a column holds a text, whatever signs are in it."""
    found: ColumnElement[bool] = column.icontains(asked, autoescape=True)
    return found


def working_copies(scope: Scope) -> Statement:
    """Return the statement of maps as they are edited: place, matter, counts, worst rank."""
    risks = counted()
    steps = steps_per_map()
    count = func.coalesce(steps.c.steps, 0)
    total = func.coalesce(risks.c.high + risks.c.medium + risks.c.low, 0)
    worst = func.coalesce(risks.c.worst, 0)
    return (
        select(
            AccountMap.code,
            AccountMap.title,
            Node.name.label("place"),
            Node.code.label("node"),
            Node.level,
            Matter.name.label("matter"),
            Matter.kind,
            count.label("steps"),
            total.label("risks"),
            worst.label("worst"),
        )
        .join(Node, AccountMap.node_id == Node.id)
        .outerjoin(Matter, AccountMap.matter_id == Matter.id)
        .outerjoin(steps, steps.c.map_id == AccountMap.id)
        .outerjoin(risks, risks.c.map_id == AccountMap.id)
        .where(*in_use(scope))
    )


def asked_for_maps() -> dict[str, str]:
    """Return the filters of the address that a list of maps knows."""
    return filters(
        q=None, node=None, scale=list(NodeLevel), level=[*Level, "none"], kind=list(PowerKind)
    )


def kept() -> dict[str, str]:
    """Return how the address names a list of maps: the filters that are set, and the sorting."""
    asked = {**asked_for_maps(), "sort": asked_for("sort")}
    return {name: value for name, value in asked.items() if value}

"""The list of maps: what it can be narrowed and sorted by, and the order that it is read in."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from riskmap.db import AnySession
from riskmap.maps.in_use import in_use
from riskmap.maps.levels import counted
from riskmap.maps.models import AccountMap, Step
from riskmap.maps.queries import Entry
from riskmap.organisation.models import Node
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.register.models import Matter
from riskmap.register.rating import Level
from riskmap.register.terms import PowerKind
from riskmap.web.listing import Sorts, asked_for, filters, in_order

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


def maps(scope: Scope, asked: Filters) -> Listed:
    """Maps by `q`, `node`, `level`, `kind` (of power): code, title, place, counts, worst rank."""
    risks = counted()
    steps = steps_per_map()
    count = func.coalesce(steps.c.steps, 0)
    total = func.coalesce(risks.c.high + risks.c.medium + risks.c.low, 0)
    worst = func.coalesce(risks.c.worst, 0)
    statement: Statement = (
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
    if text := asked.get("q"):
        statement = statement.where(
            or_(contains(AccountMap.code, text), contains(AccountMap.title, text))
        )
    if node := asked.get("node"):
        statement = statement.where(below(scope, node))
    if scale := asked.get("scale"):
        statement = statement.where(Node.level == NodeLevel(scale))
    if level := asked.get("level"):
        rank = 0 if level == "none" else Level(level).rank
        statement = statement.where(worst == rank)
    if kind := asked.get("kind"):
        statement = statement.where(Matter.kind == PowerKind(kind))
    return statement, {
        "code": (AccountMap.code,),
        "title": (AccountMap.title,),
        "steps": (count,),
        "risks": (total,),
        "level": (worst,),
    }


def asked_for_maps() -> dict[str, str]:
    """Return the filters of the address that a list of maps knows."""
    return filters(
        q=None, node=None, scale=list(NodeLevel), level=[*Level, "none"], kind=list(PowerKind)
    )


def kept() -> dict[str, str]:
    """Return how the address names a list of maps: the filters that are set, and the sorting."""
    asked = {**asked_for_maps(), "sort": asked_for("sort")}
    return {name: value for name, value in asked.items() if value}


def order_asked_for(session: AnySession, scope: Scope) -> list[Entry]:
    """Return the maps of the list that the address names, in its order; none where it names none.

    A map's page then goes by the order of reading.
    """
    if not kept():
        return []
    statement, sorts = maps(scope, asked_for_maps())
    rows = session.execute(in_order(statement, sorts))
    return [Entry(row.code, row.title) for row in rows]

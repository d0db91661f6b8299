"""A risk point's level as the database counts it: set by hand, else its item's, else its score."""

from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from riskmap.maps.models import RiskPoint
from riskmap.register.models import Item
from riskmap.register.rating import Level, level

_BY_SCORE = {
    likelihood * severity: level(likelihood, severity).rank
    for likelihood in range(1, 5)
    for severity in range(1, 5)
}
LEVELS = {each.rank: each for each in Level}


def _rank(column: Any) -> ColumnElement[Any]:
    return case({each.value: each.rank for each in Level}, value=column, else_=None)


def item_rank() -> ColumnElement[int]:
    """Return the rank of an `Item` row's level: 3 high, 2 medium, 1 low."""
    scored = case(_BY_SCORE, value=Item.likelihood * Item.severity)
    return func.coalesce(_rank(Item.override_level), scored)


def risk_rank() -> ColumnElement[int]:
    """Return the rank of a `RiskPoint` row's level, in a statement that joins its `Item`."""
    return func.coalesce(_rank(RiskPoint.override_level), item_rank())


def counted() -> Any:
    """Return a subquery of risk points per map: `map_id`, `high`, `medium`, `low`, `worst`."""
    rank = risk_rank()
    return (
        select(
            RiskPoint.map_id,
            *(func.sum(case((rank == each.rank, 1), else_=0)).label(each.value) for each in Level),
            func.max(rank).label("worst"),
        )
        .join(Item, RiskPoint.item_id == Item.id)
        .group_by(RiskPoint.map_id)
        .subquery("risks")
    )

"""Where a row of the register is used: the maps in use that show it, and what stands below it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import ngettext
from sqlalchemy import Select, func, select

from riskmap.db import AnySession
from riskmap.maps.models import AccountMap, LimitSpan, MapBasis, RiskPoint, RiskPointMeasure, Step
from riskmap.register.models import Basis, Category, Item, Matter, Measure, StatutoryLimit


@dataclass(frozen=True, slots=True)
class Used:
    """The maps in use that show a row (code, title), and what is said of the rows below it."""

    maps: Sequence[Any]
    below: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.maps or self.below)


def _of_category(row: Any) -> Any:
    risks = select(RiskPoint.map_id).join(Item, RiskPoint.item_id == Item.id)
    return risks.where(Item.category_id == row.id)


def _of_basis(row: Any) -> Any:
    return (
        select(MapBasis.map_id)
        .where(MapBasis.basis_id == row.id)
        .union(select(Step.map_id).where(Step.basis_id == row.id))
    )


_MAPS: dict[type[Any], Callable[[Any], Any]] = {
    Category: _of_category,
    Item: lambda row: select(RiskPoint.map_id).where(RiskPoint.item_id == row.id),
    Measure: lambda row: select(RiskPointMeasure.map_id).where(
        RiskPointMeasure.measure_id == row.id
    ),
    Basis: _of_basis,
    StatutoryLimit: lambda row: select(LimitSpan.map_id).where(
        LimitSpan.statutory_limit_id == row.id
    ),
    Matter: lambda row: select(AccountMap.id).where(AccountMap.matter_id == row.id),
}
"""Per kind of row, the ids of the maps that show it."""


def used(session: AnySession, row: Any) -> Used:
    """Return where a row is used, the maps in order of their codes."""
    maps = session.execute(
        select(AccountMap.code, AccountMap.title)
        .where(AccountMap.id.in_(_MAPS[type(row)](row)), AccountMap.retired_on.is_(None))
        .order_by(AccountMap.code)
    ).all()
    return Used(maps, tuple(_below(session, row)))


def _below(session: AnySession, row: Any) -> list[str]:
    def count(query: Select[int]) -> int:
        return session.execute(query).scalar_one()

    if isinstance(row, Category):
        number = count(_counted(Item, Item.category_id == row.id))
        said = ngettext("%(num)s item of it is in use", "%(num)s items of it are in use", number)
    elif isinstance(row, Item):
        number = count(_counted(Measure, Measure.item_id == row.id))
        said = ngettext(
            "%(num)s measure of it is in use", "%(num)s measures of it are in use", number
        )
    elif isinstance(row, Basis):
        number = count(_counted(StatutoryLimit, StatutoryLimit.basis_id == row.id))
        said = ngettext(
            "%(num)s time limit of it is in use", "%(num)s time limits of it are in use", number
        )
    else:
        return []
    return [said] if number else []


def _counted(kind: type[Any], condition: Any) -> Select[int]:
    return select(func.count()).select_from(kind).where(condition, kind.retired_on.is_(None))

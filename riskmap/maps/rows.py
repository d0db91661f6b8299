"""The rows that documents are made from, read together."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from riskmap.db import AnySession
from riskmap.document import model as document
from riskmap.maps.in_use import in_use
from riskmap.maps.levels import counted
from riskmap.maps.models import (
    AccountMap,
    LimitSpan,
    MapBasis,
    RiskPoint,
    RiskPointMeasure,
    Step,
    Transition,
)
from riskmap.organisation.models import Bureau, Node, Party
from riskmap.organisation.queries import nodes
from riskmap.organisation.scope import Scope
from riskmap.register import rating
from riskmap.register.models import Basis, Category, Item, Matter, Measure, StatutoryLimit

T = TypeVar("T")
S = TypeVar("S", bound="Select[*tuple[Any, ...]]")


class Counts(NamedTuple):
    """A map in use: its node, its code, and its risk points of each level."""

    node_id: int
    code: str
    high: int
    medium: int
    low: int


@dataclass
class Rows:
    """What the documents of a bureau are made from; dictionaries by id or by map's id."""

    bureau: Bureau
    nodes: dict[int, Node]
    order: dict[int, int]
    parties: dict[int, Party]
    maps: list[AccountMap]
    codes: dict[int, str]
    matters: dict[int, Matter]
    bases: dict[int, Basis]
    items: dict[int, document.Item]
    item_levels: dict[int, tuple[rating.Level, str]]
    steps: dict[int, list[Step]]
    transitions: dict[int, list[Transition]]
    risk_points: dict[int, list[RiskPoint]]
    measures: dict[int, list[document.Measure]]
    map_bases: dict[int, list[MapBasis]]
    spans: dict[int, list[tuple[LimitSpan, StatutoryLimit]]]
    counts: list[Counts]

    @classmethod
    def read(cls, session: AnySession, scope: Scope, codes: Collection[str] | None) -> "Rows":
        """Return the rows of the maps of a scope, and what they refer to in all the bureau.

        The statements are the same few for some maps as for all.
        """
        bureau = scope.bureau
        tree = nodes(session, Scope(bureau))
        order = {node.id: index for index, node in enumerate(tree)}
        all_codes = dict(
            session.execute(
                select(AccountMap.id, AccountMap.code).where(AccountMap.bureau_id == bureau.id)
            ).all()
        )
        wanted = select(AccountMap).where(*in_use(scope))
        if codes is not None:
            wanted = wanted.where(AccountMap.code.in_(codes))
        maps = sorted(session.scalars(wanted), key=lambda row: (order[row.node_id], row.code))
        ids = [row.id for row in maps] if codes is not None or not scope.whole else None

        def of_maps(query: S, column: InstrumentedAttribute[int]) -> S:
            return query if ids is None else query.where(column.in_(ids))

        def mine(model: Any, *sorting: Any) -> Select[Any]:
            query = select(model).where(model.bureau_id == bureau.id).order_by(*sorting)
            return of_maps(query, model.map_id)

        items = session.execute(
            select(Item, Category)
            .join(Category, Category.id == Item.category_id)
            .where(Item.bureau_id == bureau.id)
        )
        pairs = list(items)
        answers = of_maps(
            select(RiskPointMeasure.risk_point_id, Measure)
            .join(Measure, Measure.id == RiskPointMeasure.measure_id)
            .where(RiskPointMeasure.bureau_id == bureau.id)
            .order_by(RiskPointMeasure.risk_point_id, RiskPointMeasure.position),
            RiskPointMeasure.map_id,
        )
        spans = of_maps(
            select(LimitSpan, StatutoryLimit)
            .join(StatutoryLimit, StatutoryLimit.id == LimitSpan.statutory_limit_id)
            .where(LimitSpan.bureau_id == bureau.id)
            .order_by(StatutoryLimit.code, LimitSpan.id),
            LimitSpan.map_id,
        )
        return cls(
            bureau=bureau,
            nodes={node.id: node for node in tree},
            order=order,
            parties=_by_id(session, Party, bureau),
            maps=maps,
            codes=all_codes,
            matters=_by_id(session, Matter, bureau),
            bases=_by_id(session, Basis, bureau),
            items={row.id: item(row, category) for row, category in pairs},
            item_levels={row.id: (item_level(row), row.override_reason) for row, _ in pairs},
            steps=_grouped(
                session.scalars(mine(Step, Step.number, Step.id)), lambda row: row.map_id
            ),
            transitions=_grouped(
                session.scalars(mine(Transition, Transition.id)), lambda row: row.map_id
            ),
            risk_points=_grouped(
                session.scalars(mine(RiskPoint, RiskPoint.position, RiskPoint.id)),
                lambda row: row.map_id,
            ),
            measures=_measures(session.execute(answers)),
            map_bases=_grouped(
                session.scalars(mine(MapBasis, MapBasis.position, MapBasis.id)),
                lambda row: row.map_id,
            ),
            spans=_grouped(session.execute(spans), lambda pair: pair[0].map_id),
            counts=_counts(session, scope),
        )


def _counts(session: AnySession, scope: Scope) -> list[Counts]:
    """Return the counts of the maps in use, by code."""
    risks = counted()
    query = (
        select(
            AccountMap.node_id,
            AccountMap.code,
            *(func.coalesce(risks.c[level.value], 0) for level in rating.Level),
        )
        .outerjoin(risks, risks.c.map_id == AccountMap.id)
        .where(*in_use(scope))
        .order_by(AccountMap.code)
    )
    return [Counts(*row) for row in session.execute(query)]


def item_level(row: Item) -> rating.Level:
    """Return an item's level: its override, else its rating."""
    return row.override_level or rating.level(row.likelihood, row.severity)


def item(row: Item, category: Category) -> document.Item:
    """Return an item as documents hold it."""
    return document.Item(
        code=row.code,
        name=row.name,
        category_code=category.code,
        category=category.name,
        kind=row.kind,
        manifestation=row.manifestation,
        likelihood=row.likelihood,
        severity=row.severity,
    )


def measure(row: Measure) -> document.Measure:
    """Return a measure as documents hold it."""
    return document.Measure(
        code=row.code,
        text=row.text,
        phase=row.phase,
        control=row.control,
        frequency=row.frequency,
        evidence=row.evidence,
        indicator=row.indicator,
    )


def _measures(
    pairs: Iterable[tuple[int, Measure]],
) -> dict[int, list[document.Measure]]:
    values: dict[int, document.Measure] = {}
    measures: dict[int, list[document.Measure]] = defaultdict(list)
    for risk_id, row in pairs:
        if row.id not in values:
            values[row.id] = measure(row)
        measures[risk_id].append(values[row.id])
    return measures


def _by_id(session: AnySession, model: Any, bureau: Bureau) -> dict[int, Any]:
    rows = session.scalars(select(model).where(model.bureau_id == bureau.id).order_by(model.id))
    return {row.id: row for row in rows}


def _grouped(rows: Iterable[T], key: Callable[[T], int]) -> dict[int, list[T]]:
    groups: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups

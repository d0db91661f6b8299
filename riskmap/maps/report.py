"""The report's numbers, recounted from rows, and the sentence they stand in."""

import json
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from riskmap.db import AnySession
from riskmap.maps.in_use import in_use
from riskmap.maps.models import (
    AccountMap,
    LimitSpan,
    RiskPoint,
    RiskPointMeasure,
    Step,
    Transition,
)
from riskmap.organisation.models import Node
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.register.models import Category, Item, Measure

LABELS = {
    "categories": "风险大类",
    "items": "风险小项",
    "measures": "防控措施",
    "units": "单位",
    "offices": "科室",
    "posts": "岗位",
    "maps": "法治账图",
    "steps": "操作步骤",
    "risk_points": "风险点",
    "limit_spans": "时限区间",
    "measures_used": "账图用到的措施",
    "maps_with_return": "有退回的账图",
    "maps_with_branch": "有并行或向前跳过的账图",
}


def totals(session: AnySession, scope: Scope) -> dict[str, int]:
    """Return how many of each are in use, in the order of `LABELS`.

    Categories, items and measures are the bureau's; the rest is counted as far as it may be seen.
    """
    bureau = scope.bureau

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return select(func.count()).where(*conditions).scalar_subquery()

    def nodes(level: NodeLevel) -> ColumnElement[int]:
        return count(scope.nodes(), Node.level == level, Node.retired_on.is_(None))

    def different(column: InstrumentedAttribute[int], *conditions: ColumnElement[bool]) -> Any:
        return select(func.count(column.distinct())).where(*conditions).scalar_subquery()

    source, target = aliased(Step), aliased(Step)
    lines = (
        Transition.map_id == AccountMap.id,
        Transition.source_id == source.id,
        Transition.target_id == target.id,
    )
    used = in_use(scope)
    counts = {
        "categories": count(Category.bureau_id == bureau.id, Category.retired_on.is_(None)),
        "items": count(Item.bureau_id == bureau.id, Item.retired_on.is_(None)),
        "measures": count(Measure.bureau_id == bureau.id, Measure.retired_on.is_(None)),
        "units": nodes(NodeLevel.UNIT),
        "offices": nodes(NodeLevel.OFFICE),
        "posts": nodes(NodeLevel.POST),
        "maps": count(*used),
        "steps": count(Step.map_id == AccountMap.id, *used),
        "risk_points": count(RiskPoint.map_id == AccountMap.id, *used),
        "limit_spans": count(LimitSpan.map_id == AccountMap.id, *used),
        "measures_used": different(
            RiskPointMeasure.measure_id, RiskPointMeasure.map_id == AccountMap.id, *used
        ),
        "maps_with_return": different(
            Transition.map_id, *lines, target.number <= source.number, *used
        ),
        "maps_with_branch": different(
            Transition.map_id,
            *lines,
            or_(target.number > source.number + 1, _parallel(source)),
            *used,
        ),
    }
    row = session.execute(select(*(query.label(name) for name, query in counts.items()))).one()
    return {name: int(row._mapping[name]) for name in LABELS}


def _parallel(source: Any) -> ColumnElement[bool]:
    """Return the condition that several lines leave a step at once, without a condition."""
    leaving = aliased(Transition)
    count = select(func.count()).where(leaving.source_id == source.id, leaving.condition == "")
    return count.scalar_subquery() > 1


def sentence(bureau: str, counts: dict[str, int]) -> str:
    """Return the annual report's sentence with a bureau's own numbers."""
    return (
        f"{bureau}共排查廉政风险{counts['categories']}大类{counts['items']}小项，"
        f"制定防控措施{counts['measures']}条；"
        f"覆盖{counts['units']}个单位、{counts['offices']}个科室、{counts['posts']}个岗位，"
        f"已绘制法治账图{counts['maps']}张，"
        f"列明操作步骤{counts['steps']}个、风险点{counts['risk_points']}个。"
    )


def as_json(counts: dict[str, int], text: str) -> str:
    """Return the numbers and their sentence in the report's stable JSON form."""
    return json.dumps({**counts, "sentence": text}, ensure_ascii=False, indent=2)

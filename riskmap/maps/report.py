"""The report's numbers, recounted from rows, and the sentence they stand in."""

import json

from sqlalchemy import ColumnElement, func, select

from riskmap.maps.models import AccountMap, RiskPoint, Step
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.queries import AnySession
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
}


def totals(session: AnySession, bureau: Bureau) -> dict[str, int]:
    """Return how many of each a bureau has in use, in the order of `LABELS`."""

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return select(func.count()).where(*conditions).scalar_subquery()

    def nodes(level: NodeLevel) -> ColumnElement[int]:
        return count(Node.bureau_id == bureau.id, Node.level == level, Node.retired_on.is_(None))

    in_use = (AccountMap.bureau_id == bureau.id, AccountMap.retired_on.is_(None))
    counts = {
        "categories": count(Category.bureau_id == bureau.id, Category.retired_on.is_(None)),
        "items": count(Item.bureau_id == bureau.id, Item.retired_on.is_(None)),
        "measures": count(Measure.bureau_id == bureau.id, Measure.retired_on.is_(None)),
        "units": nodes(NodeLevel.UNIT),
        "offices": nodes(NodeLevel.OFFICE),
        "posts": nodes(NodeLevel.POST),
        "maps": count(*in_use),
        "steps": count(Step.map_id == AccountMap.id, *in_use),
        "risk_points": count(RiskPoint.map_id == AccountMap.id, *in_use),
    }
    row = session.execute(select(*(query.label(name) for name, query in counts.items()))).one()
    return {name: int(row._mapping[name]) for name in LABELS}


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

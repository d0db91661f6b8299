"""The report's numbers, recounted, and the sentence they stand in."""

import json
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select

from riskmap.db import AnySession
from riskmap.document.counting import counted
from riskmap.document.model import MapDocument
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


def totals(session: AnySession, scope: Scope, maps: Sequence[MapDocument]) -> dict[str, int]:
    """Return how many of each are in use, in the order of `LABELS`; one statement.

    Categories, items and measures are the bureau's; nodes are counted as far as they may be seen,
    the rest on the maps that are given.
    """
    bureau = scope.bureau

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        return select(func.count()).where(*conditions).scalar_subquery()

    def nodes(level: NodeLevel) -> ColumnElement[int]:
        return count(scope.nodes(), Node.level == level, Node.retired_on.is_(None))

    counts = {
        "categories": count(Category.bureau_id == bureau.id, Category.retired_on.is_(None)),
        "items": count(Item.bureau_id == bureau.id, Item.retired_on.is_(None)),
        "measures": count(Measure.bureau_id == bureau.id, Measure.retired_on.is_(None)),
        "units": nodes(NodeLevel.UNIT),
        "offices": nodes(NodeLevel.OFFICE),
        "posts": nodes(NodeLevel.POST),
    }
    row = session.execute(select(*(query.label(name) for name, query in counts.items()))).one()
    found = {name: int(row._mapping[name]) for name in counts} | counted(maps)
    return {name: found[name] for name in LABELS}


def sentence(bureau: str, counts: dict[str, int]) -> str:
    """Return the annual report's sentence with a bureau's own numbers."""
    return (
        f"{bureau}共排查廉政风险{counts['categories']}大类{counts['items']}小项，"
        f"制定防控措施{counts['measures']}条；"
        f"覆盖{counts['units']}个单位、{counts['offices']}个科室、{counts['posts']}个岗位，"
        f"已绘制法治账图{counts['maps']}张，"
        f"列明操作步骤{counts['steps']}个、风险点{counts['risk_points']}个。"
    )


def as_json(counts: dict[str, int], text: str, signed: int) -> str:
    """Return the numbers and their sentence in the report's stable JSON form.

    `signed` is how many of the maps were counted as they are in force.
    """
    content = {**counts, "maps_in_force": signed, "sentence": text}
    return json.dumps(content, ensure_ascii=False, indent=2)

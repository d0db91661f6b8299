"""The lists behind every number: steps, risk points, measures, bases, people.

What is on maps is listed as the maps are shown; the register and the people as their rows are.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from riskmap.db import AnySession
from riskmap.document.lines import RiskLine, StepLine, Uses, risk_lines, step_lines
from riskmap.document.model import MapDocument
from riskmap.maps.listed import Filters, Listed, Statement, below, contains
from riskmap.maps.models import MapBasis, Step
from riskmap.organisation.models import Holding, Node, Person
from riskmap.organisation.queries import codes_below
from riskmap.organisation.scope import Scope
from riskmap.register.models import (
    Basis,
    Category,
    Item,
    Measure,
    Responsibility,
    StatutoryLimit,
)
from riskmap.register.rating import Level
from riskmap.revisions.listed import holds
from riskmap.web.listing import Keys


def held_in(scope: Scope) -> Select[int]:
    """Return the ids of the persons who hold or held a post that may be seen."""
    return select(Holding.person_id).where(Holding.post_id.in_(scope.node_ids()))


def _equal(statement: Statement, asked: Filters, **columns: Any) -> Statement:
    """Return a statement narrowed to rows that have in each column what is asked of it."""
    for name, column in columns.items():
        if value := asked.get(name):
            statement = statement.where(column == value)
    return statement


@dataclass(frozen=True, slots=True)
class Where:
    """Where lines may be: on a `map`, at nodes `within`, at a node `at` itself."""

    map: str = ""
    within: Collection[str] | None = None
    at: str = ""

    @classmethod
    def of(cls, session: AnySession, scope: Scope, asked: Filters) -> "Where":
        """Return where the filters `map`, `node`, `at` of an address lead."""
        node = asked.get("node")
        within = codes_below(session, scope, node) if node else None
        return cls(asked.get("map", ""), within, asked.get("at", ""))

    def holds(self, code: str, node: str) -> bool:
        return (
            self.map in ("", code)
            and (self.within is None or node in self.within)
            and self.at in ("", node)
        )


RISK_KEYS: Final[Keys] = {
    "code": (lambda row: row.code, lambda row: row.number, lambda row: row.key),
    "level": (lambda row: row.rank,),
    "item": (lambda row: row.item,),
    "measures": (lambda row: row.measures,),
}
STEP_KEYS: Final[Keys] = {
    "code": (lambda row: row.code, lambda row: row.number, lambda row: row.key),
    "duty": (lambda row: row.duty,),
}


def risk_points(
    maps: Iterable[MapDocument], asked: Filters, where: Where, categories: Mapping[str, str]
) -> list[RiskLine]:
    """Return the risk points by `q`, `scale`, `level`, `category`, `item`, `measure`.

    `answered` is a category whose measures answer them, or `any`; `categories` are those of the
    measures, by their codes.
    """
    text, level, answered = asked.get("q", ""), asked.get("level"), asked.get("answered")
    rank = Level(level).rank if level else 0

    def wanted(each: RiskLine) -> bool:
        return (
            where.holds(each.code, each.node)
            and (not text or holds(text, each.statement))
            and rank in (0, each.rank)
            and asked.get("scale", "") in ("", each.scale)
            and asked.get("category", "") in ("", each.category)
            and asked.get("item", "") in ("", each.item)
            and asked.get("measure", "") in ("", *each.answers)
        )

    def answers(each: RiskLine) -> bool:
        return not answered or any(
            answered in ("any", categories.get(code)) for code in each.answers
        )

    return [each for each in risk_lines(maps) if wanted(each) and answers(each)]


def categories_of_measures(session: AnySession, scope: Scope) -> dict[str, str]:
    """Return the code of each measure's category, by the measure's."""
    query = (
        select(Measure.code, Category.code)
        .join(Item, Measure.item_id == Item.id)
        .join(Category, Item.category_id == Category.id)
        .where(Measure.bureau_id == scope.bureau.id)
    )
    return dict(session.execute(query).all())


def steps(maps: Iterable[MapDocument], asked: Filters, where: Where) -> list[StepLine]:
    """Return the steps by `q`, `duty`, `basis`."""
    text = asked.get("q", "")
    return [
        each
        for each in step_lines(maps)
        if where.holds(each.code, each.node)
        and (not text or holds(text, each.text))
        and asked.get("duty", "") in ("", each.duty)
        and asked.get("basis", "") in ("", each.basis)
    ]


def measures(scope: Scope, asked: Filters, uses: Uses, below: Collection[str] = ()) -> Listed:
    """Measures by `q`, `item`, `category`, `control`, `phase`, `node` (responsible), `used`.

    `on` is a node on whose maps, or on those of the nodes `below` it, they are used; `on_own` on
    its own alone.
    """
    count = times(Measure.code, uses.measures)
    statement: Statement = (
        select(
            Measure.code,
            Measure.text,
            Measure.control,
            Measure.phase,
            Measure.frequency,
            Item.code.label("item"),
            Item.name.label("item_name"),
            count.label("maps"),
        )
        .join(Item, Measure.item_id == Item.id)
        .join(Category, Item.category_id == Category.id)
        .where(Measure.bureau_id == scope.bureau.id, Measure.retired_on.is_(None))
    )
    if text := asked.get("q"):
        statement = statement.where(or_(contains(Measure.code, text), contains(Measure.text, text)))
    statement = _equal(
        statement,
        asked,
        item=Item.code,
        category=Category.code,
        control=Measure.control,
        phase=Measure.phase,
    )
    if node := asked.get("node"):
        owed = select(Responsibility.measure_id).join(Node, Responsibility.node_id == Node.id)
        statement = statement.where(Measure.id.in_(owed.where(scope.nodes(), Node.code == node)))
    if used := asked.get("used"):
        statement = statement.where(count > 0 if used == "yes" else count == 0)
    if asked.get("on"):
        statement = statement.where(Measure.code.in_(uses.measures_on(below)))
    if node := asked.get("on_own"):
        statement = statement.where(Measure.code.in_(uses.measures_on([node])))
    return statement, {
        "code": (Measure.code,),
        "control": (Measure.control,),
        "phase": (Measure.phase,),
        "maps": (count,),
    }


def times(column: Any, counted: Mapping[str, int]) -> ColumnElement[int]:
    """Return how often something of a code is used, 0 where it is not counted."""
    return case({"": 0, **counted}, value=column, else_=0)


def citations() -> Any:
    """Return a subquery of which map cites which basis, each once: `basis_id`, `map_id`."""
    return (
        select(MapBasis.basis_id, MapBasis.map_id)
        .union(select(Step.basis_id, Step.map_id).where(Step.basis_id.is_not(None)))
        .subquery()
    )


def bases(scope: Scope, asked: Filters, day: date, uses: Uses) -> Listed:
    """Bases by `q`, `kind`, `state` (in force, ended, ended and cited): dates, citing maps."""
    limits = (
        select(StatutoryLimit.basis_id, func.count().label("limits"))
        .where(StatutoryLimit.retired_on.is_(None))
        .group_by(StatutoryLimit.basis_id)
        .subquery()
    )
    count = times(Basis.code, uses.bases)
    limit_count = func.coalesce(limits.c.limits, 0)
    statement: Statement = (
        select(
            Basis.code,
            Basis.title,
            Basis.number,
            Basis.kind,
            Basis.in_force_from,
            Basis.in_force_until,
            Basis.unverified,
            Basis.fictional,
            limit_count.label("limits"),
            count.label("maps"),
        )
        .outerjoin(limits, limits.c.basis_id == Basis.id)
        .where(Basis.bureau_id == scope.bureau.id, Basis.retired_on.is_(None))
    )
    if text := asked.get("q"):
        statement = statement.where(or_(contains(Basis.title, text), contains(Basis.number, text)))
    if kind := asked.get("kind"):
        statement = statement.where(Basis.kind == kind)
    if state := asked.get("state"):
        over = Basis.in_force_until < day
        statement = statement.where(
            over if state != "valid" else func.coalesce(over, False).is_(False)
        )
        if state == "cited":
            statement = statement.where(count > 0)
    return statement, {
        "code": (Basis.code,),
        "title": (Basis.title,),
        "kind": (Basis.kind,),
        "limits": (limit_count,),
        "maps": (count,),
    }


def people(scope: Scope, asked: Filters, day: date) -> Listed:
    """People by `q`, `node`: name and how many posts they hold on a day.

    Who sees a part of the bureau sees those who hold or held a post of it, and these posts only.
    """
    posts = (
        select(Holding.person_id, func.count(Holding.post_id.distinct()).label("posts"))
        .where(Holding.post_id.in_(scope.node_ids()))
        .where(Holding.since <= day, or_(Holding.until.is_(None), Holding.until >= day))
        .group_by(Holding.person_id)
        .subquery()
    )
    count = func.coalesce(posts.c.posts, 0)
    statement: Statement = (
        select(Person.id, Person.code, Person.name, count.label("posts"))
        .outerjoin(posts, posts.c.person_id == Person.id)
        .where(Person.bureau_id == scope.bureau.id, Person.retired_on.is_(None))
    )
    if not scope.whole:
        statement = statement.where(Person.id.in_(held_in(scope)))
    if text := asked.get("q"):
        statement = statement.where(or_(contains(Person.code, text), contains(Person.name, text)))
    if node := asked.get("node"):
        held = select(Holding.person_id).join(Node, Holding.post_id == Node.id)
        statement = statement.where(Person.id.in_(held.where(below(scope, node))))
    return statement, {
        "code": (Person.code,),
        "name": (Person.name,),
        "posts": (count,),
    }

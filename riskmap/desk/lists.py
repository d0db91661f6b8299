"""The lists behind every number: maps, steps, risk points, measures, bases, people."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from riskmap.maps.in_use import in_use, map_ids
from riskmap.maps.levels import risk_rank
from riskmap.maps.listed import Filters, Listed, Statement, below, contains
from riskmap.maps.models import AccountMap, MapBasis, RiskPoint, RiskPointMeasure, Step
from riskmap.organisation.models import Holding, Node, Party, Person
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


def held_in(scope: Scope) -> Select[int]:
    """Return the ids of the persons who hold or held a post that may be seen."""
    return select(Holding.person_id).where(Holding.post_id.in_(scope.node_ids()))


def _on_maps(statement: Statement, scope: Scope, asked: Filters) -> Statement:
    """Return a statement over what is below maps, narrowed to a `map`, a `node` with what is below
    it, or a node `at` itself."""
    if code := asked.get("map"):
        statement = statement.where(AccountMap.code == code)
    if node := asked.get("node"):
        statement = statement.where(below(scope, node))
    if node := asked.get("at"):
        statement = statement.where(Node.code == node)
    return statement


def _equal(statement: Statement, asked: Filters, **columns: Any) -> Statement:
    """Return a statement narrowed to rows that have in each column what is asked of it."""
    for name, column in columns.items():
        if value := asked.get(name):
            statement = statement.where(column == value)
    return statement


def risk_points(scope: Scope, asked: Filters) -> Listed:
    """Risk points by `q`, `map`, `node`, `at`, `scale`, `level`, `category`, `item`, `measure`.

    `answered` is a category whose measures answer them, or `any`.
    """
    rank = risk_rank()
    answers = (
        select(RiskPointMeasure.risk_point_id, func.count().label("measures"))
        .group_by(RiskPointMeasure.risk_point_id)
        .subquery()
    )
    count = func.coalesce(answers.c.measures, 0)
    statement: Statement = (
        select(
            AccountMap.code,
            AccountMap.title,
            Step.number,
            Step.text.label("step"),
            RiskPoint.key,
            RiskPoint.statement,
            rank.label("rank"),
            Item.code.label("item"),
            Item.name.label("item_name"),
            count.label("measures"),
        )
        .join(AccountMap, RiskPoint.map_id == AccountMap.id)
        .join(Node, AccountMap.node_id == Node.id)
        .join(Step, RiskPoint.step_id == Step.id)
        .join(Item, RiskPoint.item_id == Item.id)
        .join(Category, Item.category_id == Category.id)
        .outerjoin(answers, answers.c.risk_point_id == RiskPoint.id)
        .where(*in_use(scope))
    )
    if text := asked.get("q"):
        statement = statement.where(contains(RiskPoint.statement, text))
    statement = _on_maps(statement, scope, asked)
    if level := asked.get("level"):
        statement = statement.where(rank == Level(level).rank)
    statement = _equal(statement, asked, category=Category.code, item=Item.code, scale=Node.level)
    if category := asked.get("answered"):
        statement = statement.where(RiskPoint.id.in_(_answered(category)))
    if measure := asked.get("measure"):
        answered = select(RiskPointMeasure.risk_point_id).join(
            Measure, RiskPointMeasure.measure_id == Measure.id
        )
        statement = statement.where(RiskPoint.id.in_(answered.where(Measure.code == measure)))
    return statement, {
        "code": (AccountMap.code, Step.number, RiskPoint.key),
        "level": (rank,),
        "item": (Item.code,),
        "measures": (count,),
    }


def _answered(category: str) -> Select[int]:
    """Return the ids of the risk points that measures of a category answer, or `any` measures."""
    found = select(RiskPointMeasure.risk_point_id)
    if category == "any":
        return found
    return (
        found.join(Measure, RiskPointMeasure.measure_id == Measure.id)
        .join(Item, Measure.item_id == Item.id)
        .join(Category, Item.category_id == Category.id)
        .where(Category.code == category)
    )


def steps(scope: Scope, asked: Filters) -> Listed:
    """Steps by `q`, `map`, `node`, `duty`, `basis`."""
    actor = func.coalesce(_actor_node.c.name, Party.name)
    statement: Statement = (
        select(
            AccountMap.code,
            AccountMap.title,
            Step.key,
            Step.number,
            Step.text,
            Step.duty,
            Step.limit_value,
            Step.limit_unit,
            actor.label("actor"),
        )
        .join(AccountMap, Step.map_id == AccountMap.id)
        .join(Node, AccountMap.node_id == Node.id)
        .outerjoin(_actor_node, Step.actor_node_id == _actor_node.c.id)
        .outerjoin(Party, Step.actor_party_id == Party.id)
        .where(*in_use(scope))
    )
    if text := asked.get("q"):
        statement = statement.where(contains(Step.text, text))
    statement = _on_maps(statement, scope, asked)
    if duty := asked.get("duty"):
        statement = statement.where(Step.duty == duty)
    if basis := asked.get("basis"):
        statement = statement.join(Basis, Step.basis_id == Basis.id).where(Basis.code == basis)
    return statement, {
        "code": (AccountMap.code, Step.number, Step.key),
        "duty": (Step.duty,),
    }


_actor_node = select(Node.id, Node.name).subquery("actor_node")


def measures(scope: Scope, asked: Filters) -> Listed:
    """Measures by `q`, `item`, `category`, `control`, `phase`, `node` (responsible), `used`.

    `on` is a node on whose maps, or on those below it, they are used; `on_own` on its own alone.
    """
    uses = _uses_of_measures(scope)
    count = func.coalesce(uses.c.maps, 0)
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
        .outerjoin(uses, uses.c.measure_id == Measure.id)
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
    for name in ("on", "on_own"):
        if node := asked.get(name):
            there = below(scope, node) if name == "on" else Node.code == node
            statement = statement.where(Measure.id.in_(_used_on(scope, there)))
    return statement, {
        "code": (Measure.code,),
        "control": (Measure.control,),
        "phase": (Measure.phase,),
        "maps": (count,),
    }


def _used_on(scope: Scope, there: ColumnElement[bool]) -> Select[int]:
    """Return the ids of the measures that maps in use of some nodes use."""
    return (
        select(RiskPointMeasure.measure_id)
        .join(AccountMap, RiskPointMeasure.map_id == AccountMap.id)
        .join(Node, AccountMap.node_id == Node.id)
        .where(*in_use(scope), there)
    )


def _uses_of_measures(scope: Scope) -> Any:
    """Return a subquery of the maps in use per measure: `measure_id`, `maps`."""
    return (
        select(
            RiskPointMeasure.measure_id,
            func.count(RiskPointMeasure.map_id.distinct()).label("maps"),
        )
        .where(RiskPointMeasure.map_id.in_(map_ids(scope)))
        .group_by(RiskPointMeasure.measure_id)
        .subquery("uses")
    )


def citations() -> Any:
    """Return a subquery of which map cites which basis, each once: `basis_id`, `map_id`."""
    return (
        select(MapBasis.basis_id, MapBasis.map_id)
        .union(select(Step.basis_id, Step.map_id).where(Step.basis_id.is_not(None)))
        .subquery()
    )


def bases(scope: Scope, asked: Filters, day: date) -> Listed:
    """Bases by `q`, `kind`, `state` (in force, ended, ended and cited): dates, citing maps."""
    citing = citations()
    cited = (
        select(citing.c.basis_id, func.count().label("maps"))
        .where(citing.c.map_id.in_(map_ids(scope)))
        .group_by(citing.c.basis_id)
        .subquery()
    )
    limits = (
        select(StatutoryLimit.basis_id, func.count().label("limits"))
        .where(StatutoryLimit.retired_on.is_(None))
        .group_by(StatutoryLimit.basis_id)
        .subquery()
    )
    count = func.coalesce(cited.c.maps, 0)
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
        .outerjoin(cited, cited.c.basis_id == Basis.id)
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

"""Where things of the register are used, and what a node or a person has to do with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, or_, select

from riskmap.db import AnySession, today
from riskmap.desk.lists import held_in, times
from riskmap.document.lines import Uses
from riskmap.document.model import MapDocument
from riskmap.maps.levels import item_rank
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Holding, Node, Person
from riskmap.organisation.scope import Scope
from riskmap.register.models import (
    Basis,
    Category,
    Item,
    Measure,
    NotApplicable,
    Responsibility,
    StatutoryLimit,
)
from riskmap.register.queries import BY_SHARE

Rows = Sequence[Row[*tuple[Any, ...]]]


def items(session: AnySession, scope: Scope, counted: Uses) -> Rows:
    """Return the items in use by category and position, with rank, measures, risk points, maps."""
    measures = (
        select(Measure.item_id, func.count().label("count"))
        .where(Measure.retired_on.is_(None))
        .group_by(Measure.item_id)
        .subquery()
    )
    return session.execute(
        select(
            Item.code,
            Item.name,
            Item.kind,
            Item.likelihood,
            Item.severity,
            (Item.likelihood * Item.severity).label("score"),
            item_rank().label("rank"),
            Item.override_reason.label("reason"),
            Category.code.label("category"),
            Category.name.label("category_name"),
            func.coalesce(measures.c.count, 0).label("measures"),
            times(Item.code, counted.risks).label("risk_points"),
            times(Item.code, counted.items).label("maps"),
        )
        .join(Category, Item.category_id == Category.id)
        .outerjoin(measures, measures.c.item_id == Item.id)
        .where(Item.bureau_id == scope.bureau.id, Item.retired_on.is_(None))
        .order_by(Category.position, Category.code, Item.position, Item.code)
    ).all()


def of_code(
    session: AnySession, scope: Scope, kind: type[Any], code: str, *, retired: bool = False
) -> Any | None:
    """Return the row of a kind with a code, None if the bureau has none in use (or `retired`).

    It may be one that the scope does not hold: see `holds`.
    """
    of_bureau = select(kind).filter_by(bureau_id=scope.bureau.id, code=code)
    row = session.scalars(of_bureau).one_or_none()
    return row if row is not None and (retired or row.retired_on is None) else None


def holds(session: AnySession, scope: Scope, row: Any) -> bool:
    """Return whether a row of the bureau may be seen: the register may be, by every reader."""
    if scope.whole:
        return True
    if isinstance(row, AccountMap):
        row = session.get_one(Node, row.node_id)
    if isinstance(row, Node):
        return scope.holds(row.path)
    if isinstance(row, Person):
        posts = held_in(scope).where(Holding.person_id == row.id)
        return session.scalars(posts.limit(1)).first() is not None
    return bool(scope.paths)


def responsible(session: AnySession, scope: Scope, measure: Measure) -> Rows:
    """Return the nodes that owe a measure something: role, code, name, in that order."""
    return session.execute(
        select(Responsibility.role, Node.code, Node.name)
        .join(Node, Responsibility.node_id == Node.id)
        .where(Responsibility.measure_id == measure.id, scope.nodes())
        .order_by(BY_SHARE, Node.position, Node.code)
    ).all()


def owed(session: AnySession, node: Node) -> Rows:
    """Return the measures that a node owes something: role, code, text."""
    return session.execute(
        select(Responsibility.role, Measure.code, Measure.text)
        .join(Measure, Responsibility.measure_id == Measure.id)
        .where(Responsibility.node_id == node.id, Measure.retired_on.is_(None))
        .order_by(BY_SHARE, Measure.code)
    ).all()


def excused(session: AnySession, scope: Scope, item: Item) -> Rows:
    """Return the nodes that an item does not concern now: code, name, reason, until."""
    return session.execute(
        select(Node.code, Node.name, NotApplicable.reason, NotApplicable.until)
        .join(Node, NotApplicable.node_id == Node.id)
        .where(
            NotApplicable.item_id == item.id,
            or_(NotApplicable.until.is_(None), NotApplicable.until >= today()),
            scope.nodes(),
        )
        .order_by(Node.code)
    ).all()


def limits(session: AnySession, basis: Basis, counted: Uses) -> Rows:
    """Return the limits that a basis sets, with how many spans of maps they bind."""
    return session.execute(
        select(StatutoryLimit, times(StatutoryLimit.code, counted.limits).label("spans"))
        .where(StatutoryLimit.basis_id == basis.id, StatutoryLimit.retired_on.is_(None))
        .order_by(StatutoryLimit.code)
    ).all()


@dataclass(frozen=True, slots=True)
class Citing:
    """A map, or a step of it, that cites a basis, with the article."""

    code: str
    title: str
    article: str
    number: int = 0
    key: str = ""
    text: str = ""


def citing_maps(maps: Iterable[MapDocument], basis: Basis) -> list[Citing]:
    """Return the maps that rest on a basis, by code."""
    found = [
        Citing(each.code, each.title, one.article)
        for each in maps
        for one in each.bases
        if one.code == basis.code
    ]
    return sorted(found, key=lambda each: each.code)


def citing_steps(maps: Iterable[MapDocument], basis: Basis) -> list[Citing]:
    """Return the steps that cite a basis, by map and number."""
    found = [
        Citing(each.code, each.title, step.basis.article, step.number, step.key, step.text)
        for each in maps
        for step in each.steps
        if step.basis and step.basis.code == basis.code
    ]
    return sorted(found, key=lambda each: (each.code, each.number, each.key))


def replacing(session: AnySession, basis: Basis) -> Basis | None:
    """Return the basis that replaced another."""
    return session.get(Basis, basis.replaced_by_id) if basis.replaced_by_id else None


def current(holding: Any, day: date) -> bool:
    """Return whether a row of `holders`, `holdings` or `posts_of` holds on a day."""
    return holding.since <= day and (holding.until is None or holding.until >= day)


def holders(session: AnySession, scope: Scope, node: Node) -> Rows:
    """Return who holds the posts at and below a node: post, role, person, since, until."""
    return session.execute(
        select(
            Node.code.label("post"),
            Node.name.label("post_name"),
            Holding.role,
            Person.code,
            Person.name,
            Holding.since,
            Holding.until,
        )
        .join(Holding, Holding.post_id == Node.id)
        .join(Person, Holding.person_id == Person.id)
        .where(scope.nodes(), Node.path.startswith(node.path))
        .order_by(Node.position, Node.code, Holding.role, Holding.since, Person.code)
    ).all()


def holdings(session: AnySession, scope: Scope, person: Person) -> Rows:
    """Return the posts of a person, the newest first: code, name, office, role, since, until.

    Who sees a post only is told the name of its office, without its code.
    """
    code: ColumnElement[str] = case((scope.nodes(), Node.code), else_="")
    office = select(Node.id, Node.name, code.label("code")).subquery("office")
    return session.execute(
        select(
            Node.code,
            Node.name,
            office.c.name.label("office"),
            office.c.code.label("office_code"),
            Node.duty_class,
            Holding.role,
            Holding.since,
            Holding.until,
        )
        .join(Holding, Holding.post_id == Node.id)
        .join(office, Node.parent_id == office.c.id)
        .where(Holding.person_id == person.id, scope.nodes())
        .order_by(Holding.since.desc(), Node.code)
    ).all()


def posts_of(session: AnySession, scope: Scope, persons: Sequence[int]) -> dict[int, list[Any]]:
    """Return the posts that some persons hold or held, by person: code, name, role, until."""
    rows = session.execute(
        select(Holding.person_id, Node.code, Node.name, Holding.role, Holding.since, Holding.until)
        .join(Node, Holding.post_id == Node.id)
        .where(Holding.person_id.in_(persons), scope.nodes())
        .order_by(Holding.role, Node.code, Holding.since)
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found

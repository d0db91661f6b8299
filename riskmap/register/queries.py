"""Reading the register for those who keep it: rows by code, codes issued, what pickers offer."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, case, func, or_, select

from riskmap.db import AnySession
from riskmap.organisation.models import Node
from riskmap.register.codes import below, next_code
from riskmap.register.models import (
    Basis,
    Category,
    Item,
    Matter,
    Measure,
    NotApplicable,
    Responsibility,
)
from riskmap.register.terms import ResponsibilityRole
from riskmap.web.converters import is_code

Row = TypeVar("Row")

BY_SHARE = case(
    {role.value: place for place, role in enumerate(ResponsibilityRole)},
    value=Responsibility.role,
)
"""Who carries a measure out comes first."""


def of_code(
    session: AnySession, kind: type[Row], bureau_id: int, code: str, *, locked: bool = False
) -> Row | None:
    """Return a bureau's row of a code, retired or not; `locked` until the transaction ends."""
    if not is_code(code):
        return None
    query = select(kind).filter_by(bureau_id=bureau_id, code=code)
    return session.scalars(query.with_for_update() if locked else query).one_or_none()


def of_codes(
    session: AnySession, kind: type[Any], bureau_id: int, codes: Sequence[str], *, locked: bool
) -> dict[str, Any]:
    """Return a bureau's rows of some codes, by code; locked in order of their codes."""
    codes = [code for code in codes if is_code(code)]
    query = (
        select(kind).where(kind.bureau_id == bureau_id, kind.code.in_(codes)).order_by(kind.code)
    )
    rows = session.scalars(query.with_for_update() if locked else query)
    return {row.code: row for row in rows}


def codes(session: AnySession, kind: type[Any], bureau_id: int) -> Sequence[str]:
    """Return every code of a kind that a bureau ever issued, in order."""
    query = select(kind.code).where(kind.bureau_id == bureau_id).order_by(kind.code)
    return session.scalars(query).all()


def next_measure_code(session: AnySession, item: Item) -> str:
    """Return the code of an item's next measure, as CS-0101-05."""
    issued = codes(session, Measure, item.bureau_id)
    return next_code(below(item.code, "CS"), issued, 2)


def code_taken(session: AnySession, kind: type[Any], bureau_id: int, code: str) -> bool:
    """Return whether a code was ever issued; capitals make no other code."""
    query = select(kind.id).where(
        kind.bureau_id == bureau_id, func.lower(kind.code) == code.lower()
    )
    return session.scalars(query).first() is not None


def same_name(
    session: AnySession,
    kind: type[Any],
    bureau_id: int,
    name: str,
    *,
    but: Any = None,
    **where: Any,
) -> Any | None:
    """Return another row in use of the same name, None if there is none."""
    query = select(kind).filter_by(bureau_id=bureau_id, name=name, retired_on=None, **where)
    if but is not None:
        query = query.where(kind.id != but.id)
    return session.scalars(query.order_by(kind.code)).first()


def categories(
    session: AnySession, bureau_id: int, *, with_items: bool = False
) -> Sequence[Category]:
    """Return a bureau's categories in use, in their order.

    `with_items` adds the retired ones below which items are still in use.
    """
    shown: ColumnElement[bool] = Category.retired_on.is_(None)
    if with_items:
        below = select(Item.id).where(Item.category_id == Category.id, Item.retired_on.is_(None))
        shown = or_(shown, below.exists())
    query = select(Category).where(Category.bureau_id == bureau_id, shown)
    return session.scalars(query.order_by(Category.position, Category.code)).all()


def items(session: AnySession, bureau_id: int) -> Sequence[Item]:
    """Return a bureau's items in use, category by category, in their order."""
    query = (
        select(Item)
        .join(Category, Item.category_id == Category.id)
        .where(Item.bureau_id == bureau_id, Item.retired_on.is_(None))
        .order_by(Category.position, Category.code, Item.position, Item.code)
    )
    return session.scalars(query).all()


def siblings(session: AnySession, row: Category | Item) -> list[Any]:
    """Return the rows in use that a row is ordered among, itself included; locked."""
    kind = type(row)
    query = select(kind).where(kind.bureau_id == row.bureau_id, kind.retired_on.is_(None))
    if isinstance(row, Item):
        query = query.where(Item.category_id == row.category_id)
    return list(session.scalars(query.order_by(kind.position, kind.code).with_for_update()))


def matters(session: AnySession, bureau_id: int) -> Sequence[Matter]:
    """Return a bureau's matters in use by code."""
    query = select(Matter).where(Matter.bureau_id == bureau_id, Matter.retired_on.is_(None))
    return session.scalars(query.order_by(Matter.code)).all()


def bases(session: AnySession, bureau_id: int) -> Sequence[Basis]:
    """Return a bureau's bases in use by code."""
    query = select(Basis).where(Basis.bureau_id == bureau_id, Basis.retired_on.is_(None))
    return session.scalars(query.order_by(Basis.code)).all()


def retired(session: AnySession, kind: type[Any], bureau_id: int) -> Sequence[Any]:
    """Return what a bureau has retired of a kind, the newest first."""
    query = select(kind).where(kind.bureau_id == bureau_id, kind.retired_on.is_not(None))
    return session.scalars(query.order_by(kind.retired_on.desc(), kind.code)).all()


def shares(session: AnySession, measure: Measure) -> Sequence[tuple[Responsibility, Node]]:
    """Return what nodes owe a measure, who carries it out first, each with its node."""
    query = (
        select(Responsibility, Node)
        .join(Node, Responsibility.node_id == Node.id)
        .where(Responsibility.measure_id == measure.id)
        .order_by(BY_SHARE, Node.position, Node.code)
    )
    return [(share, node) for share, node in session.execute(query)]


def not_applicable(session: AnySession, bureau_id: int) -> Sequence[Any]:
    """Return which item does not concern which node: entry, item, node, in order of their codes."""
    query = (
        select(NotApplicable, Item, Node)
        .join(Item, NotApplicable.item_id == Item.id)
        .join(Node, NotApplicable.node_id == Node.id)
        .where(NotApplicable.bureau_id == bureau_id)
        .order_by(Item.code, Node.code)
    )
    return session.execute(query).all()


def excuse(session: AnySession, item_id: int, node_id: int) -> NotApplicable | None:
    """Return the entry that an item does not concern a node, None if there is none."""
    query = select(NotApplicable).filter_by(item_id=item_id, node_id=node_id)
    return session.scalars(query.with_for_update()).one_or_none()

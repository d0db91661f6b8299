"""What is done to the register; each flushes, whoever asked commits. Nothing is ever deleted.

Rows are changed one by one, so that the record tells each change.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import func, select

from riskmap.db import AnySession, today
from riskmap.register import queries
from riskmap.register.models import (
    Basis,
    Category,
    Item,
    Matter,
    Measure,
    NotApplicable,
    Responsibility,
    StatutoryLimit,
)
from riskmap.register.terms import ResponsibilityRole

Row = TypeVar("Row", Category, Item, Measure, Basis, StatutoryLimit, Matter, NotApplicable)
Pairs = Iterable[tuple[ResponsibilityRole, int]]


def _add(session: AnySession, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def _last(session: AnySession, column: Any, *where: Any) -> int:
    """Return the position after the last."""
    last = session.execute(select(func.max(column)).where(*where)).scalar_one()
    return 0 if last is None else int(last) + 1


def add_category(session: AnySession, bureau_id: int, **columns: Any) -> Category:
    """Add a category after the others."""
    place = _last(session, Category.position, Category.bureau_id == bureau_id)
    return _add(session, Category(bureau_id=bureau_id, position=place, **columns))


def add_item(session: AnySession, bureau_id: int, *, category_id: int, **columns: Any) -> Item:
    """Add an item at the end of a category."""
    place = _last(session, Item.position, Item.category_id == category_id)
    return _add(
        session,
        Item(bureau_id=bureau_id, category_id=category_id, position=place, **columns),
    )


def add_measure(session: AnySession, item: Item, *, shares: Pairs = (), **columns: Any) -> Measure:
    """Add a measure at the end of an item's, with who owes it what."""
    place = _last(session, Measure.position, Measure.item_id == item.id)
    row = Measure(bureau_id=item.bureau_id, item_id=item.id, position=place, **columns)
    _add(session, row)
    set_shares(session, row, shares)
    return row


def add_basis(session: AnySession, bureau_id: int, **columns: Any) -> Basis:
    """Add a law, a rule or an internal system."""
    return _add(session, Basis(bureau_id=bureau_id, **columns))


def add_limit(session: AnySession, basis: Basis, **columns: Any) -> StatutoryLimit:
    """Add a time limit to a basis."""
    return _add(session, StatutoryLimit(bureau_id=basis.bureau_id, basis_id=basis.id, **columns))


def add_matter(session: AnySession, bureau_id: int, **columns: Any) -> Matter:
    """Add a matter."""
    return _add(session, Matter(bureau_id=bureau_id, **columns))


def excuse(
    session: AnySession, bureau_id: int, *, item_id: int, node_id: int, **columns: Any
) -> NotApplicable:
    """Say that an item does not concern a node; an entry that ended before holds again."""
    row = queries.excuse(session, item_id, node_id)
    if row is None:
        row = NotApplicable(bureau_id=bureau_id, item_id=item_id, node_id=node_id, **columns)
        return _add(session, row)
    return change(session, row, **columns)


def end_excuse(session: AnySession, row: NotApplicable) -> None:
    """Let today be the last day on which an item does not concern a node."""
    change(session, row, until=today())


def change(session: AnySession, row: Row, **columns: Any) -> Row:
    """Give a row these values."""
    for name, value in columns.items():
        setattr(row, name, value)
    session.flush()
    return row


def change_item(session: AnySession, item: Item, **columns: Any) -> Item:
    """Give an item these values; in another category it comes last."""
    category_id = columns.get("category_id", item.category_id)
    if category_id != item.category_id:
        columns["position"] = _last(session, Item.position, Item.category_id == category_id)
    return change(session, item, **columns)


def change_measure(
    session: AnySession, measure: Measure, *, shares: Pairs, **columns: Any
) -> Measure:
    """Give a measure these values, and these nodes that owe it something."""
    set_shares(session, measure, shares)
    return change(session, measure, **columns)


def set_shares(session: AnySession, measure: Measure, shares: Pairs) -> None:
    """Let these nodes and no others owe a measure something: that counts as its change."""
    query = select(Responsibility).where(Responsibility.measure_id == measure.id)
    before = {(row.role, row.node_id): row for row in session.scalars(query)}
    wanted = list(dict.fromkeys(shares))
    gone = [row for pair, row in before.items() if pair not in wanted]
    new = [pair for pair in wanted if pair not in before]
    for row in gone:
        session.delete(row)  # a link, not a record: the history keeps who it was
    for role, node_id in new:
        session.add(
            Responsibility(
                bureau_id=measure.bureau_id, measure_id=measure.id, node_id=node_id, role=role
            )
        )
    if gone or new:
        measure.version += 1
    session.flush()


def move(session: AnySession, row: Category | Item, *, up: bool) -> bool:
    """Let a row change places with its neighbour; return whether it has one."""
    rows = queries.siblings(session, row)
    place = rows.index(row) if row in rows else -1
    other = place - 1 if up else place + 1
    if place < 0 or not 0 <= other < len(rows):
        return False
    rows[place], rows[other] = rows[other], rows[place]
    for position, each in enumerate(rows):
        if each.position != position:
            each.position = position
    session.flush()
    return True


def retire(session: AnySession, row: Row) -> None:
    """Take a row out of use, today; whatever refers to it stays."""
    change(session, row, retired_on=today())


def bring_back(session: AnySession, row: Row) -> None:
    """Take a retired row into use again."""
    change(session, row, retired_on=None)

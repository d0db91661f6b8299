"""Reading the organisation: bureaus, and nodes in reading order."""

from collections.abc import Sequence

from sqlalchemy import select

from riskmap.db import AnySession
from riskmap.organisation.models import Bureau, Node


def bureaus(session: AnySession) -> Sequence[Bureau]:
    """Return all bureaus by code."""
    return session.scalars(select(Bureau).order_by(Bureau.code)).all()


def nodes(session: AnySession, bureau_id: int) -> list[Node]:
    """Return a bureau's nodes in reading order: a unit, its offices, each with its posts."""
    rows = session.scalars(
        select(Node).where(Node.bureau_id == bureau_id).order_by(Node.position, Node.code)
    )
    children: dict[int | None, list[Node]] = {}
    for node in rows:
        children.setdefault(node.parent_id, []).append(node)
    ordered: list[Node] = []
    waiting = children.get(None, [])[::-1]
    while waiting:
        node = waiting.pop()
        ordered.append(node)
        waiting.extend(children.get(node.id, [])[::-1])
    return ordered

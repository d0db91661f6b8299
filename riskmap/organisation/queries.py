"""Reading the organisation: bureaus, and nodes in reading order."""

from collections.abc import Sequence

from sqlalchemy import select

from riskmap.db import AnySession
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.scope import Scope


def bureaus(session: AnySession) -> Sequence[Bureau]:
    """Return all bureaus by code."""
    return session.scalars(select(Bureau).order_by(Bureau.code)).all()


def nodes(session: AnySession, scope: Scope) -> list[Node]:
    """Return the nodes that may be seen, in reading order: a unit, its offices, each with its
    posts."""
    rows = session.scalars(
        select(Node).where(Node.bureau_id == scope.bureau.id).order_by(Node.position, Node.code)
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
    return [node for node in ordered if scope.holds(node.path)]  # those above give the order


def codes_below(session: AnySession, scope: Scope, code: str) -> frozenset[str]:
    """Return the codes of the nodes at and below a node that may be seen, none where it may not."""
    known = nodes(session, scope)
    top = next((each.path for each in known if each.code == code), None)
    if top is None:
        return frozenset()
    return frozenset(each.code for each in known if each.path.startswith(top))


def above(session: AnySession, node: Node) -> Sequence[Node]:
    """Return a node with those above it, the unit first."""
    ids = [int(each) for each in node.path.split("/") if each]
    return session.scalars(select(Node).where(Node.id.in_(ids)).order_by(Node.path)).all()

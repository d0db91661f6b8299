"""Reading the organisation for those who keep it: siblings, holdings, what a move does."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, or_, select

from riskmap.accounts.models import Grant, User
from riskmap.accounts.names import name_key
from riskmap.accounts.roles import Granted, Role, clash
from riskmap.db import AnySession
from riskmap.organisation.models import Bureau, Holding, Node, Party, Person
from riskmap.organisation.queries import above, nodes
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import HoldingRole, NodeLevel

Coded = type[Node] | type[Person] | type[Party]
ABOVE = {NodeLevel.OFFICE: NodeLevel.UNIT, NodeLevel.POST: NodeLevel.OFFICE}
"""Per level, the one that stands right above it."""


def codes(session: AnySession, kind: Coded, bureau: Bureau) -> list[str]:
    """Return every code that a bureau has issued for a kind of row, retired ones included."""
    return list(session.scalars(select(kind.code).filter_by(bureau_id=bureau.id)))


def every_node(session: AnySession, bureau: Bureau) -> list[Node]:
    """Return a bureau's nodes in reading order, retired ones included."""
    return nodes(session, Scope(bureau))


def nodes_in_use(session: AnySession, bureau: Bureau, level: NodeLevel | None = None) -> list[Node]:
    """Return a bureau's nodes in use, of one level or of all, in reading order."""
    return [
        each
        for each in every_node(session, bureau)
        if each.retired_on is None and level in (None, each.level)
    ]


def children(session: AnySession, bureau_id: int, parent_id: int | None) -> Sequence[Node]:
    """Return the nodes right below one, or the units, in order, retired ones included."""
    at = Node.parent_id.is_(None) if parent_id is None else Node.parent_id == parent_id
    return session.scalars(
        select(Node).where(Node.bureau_id == bureau_id, at).order_by(Node.position, Node.code)
    ).all()


def below(session: AnySession, node: Node) -> Sequence[Node]:
    """Return all nodes below one, retired ones included, by code."""
    at_or_below = (Node.bureau_id == node.bureau_id, Node.path.startswith(node.path))
    return session.scalars(
        select(Node).where(*at_or_below, Node.id != node.id).order_by(Node.code)
    ).all()


def parents(session: AnySession, node: Node) -> list[Node]:
    """Return the nodes above one, from the unit down."""
    return [each for each in above(session, node) if each is not node]


def lookalike(rows: Collection[Any], name: str, but: object = None) -> Any | None:
    """Return the row in use whose name looks like another, None where there is none."""
    key = name_key(name)
    others = (each for each in rows if each is not but and each.retired_on is None)
    return next((each for each in others if name_key(each.name) == key), None)


def parties(session: AnySession, bureau_id: int) -> Sequence[Party]:
    """Return a bureau's outside parties in order, retired ones included."""
    return session.scalars(
        select(Party).where(Party.bureau_id == bureau_id).order_by(Party.position, Party.code)
    ).all()


def people(session: AnySession, bureau_id: int) -> Sequence[Person]:
    """Return a bureau's people in service, by code."""
    return session.scalars(
        select(Person)
        .where(Person.bureau_id == bureau_id, Person.retired_on.is_(None))
        .order_by(Person.code)
    ).all()


def holdings(
    session: AnySession, *, post: Node | None = None, person: Person | None = None
) -> Sequence[Holding]:
    """Return who holds or held a post, or what a person holds or held; the newest first."""
    statement = select(Holding).order_by(Holding.since.desc(), Holding.role, Holding.id)
    if post is not None:
        statement = statement.where(Holding.post_id == post.id)
    if person is not None:
        statement = statement.where(Holding.person_id == person.id)
    return session.scalars(statement).all()


def holders(
    session: AnySession, bureau_id: int, day: date, under: str = "/"
) -> Sequence[Row[int, HoldingRole, str, str]]:
    """Return who holds the posts at and below a path on a day: post's id, role, code, name."""
    return session.execute(
        select(Holding.post_id, Holding.role, Person.code, Person.name)
        .join(Person, Holding.person_id == Person.id)
        .join(Node, Holding.post_id == Node.id)
        .where(
            Node.bureau_id == bureau_id,
            Node.path.startswith(under),
            Holding.since <= day,
            or_(Holding.until.is_(None), Holding.until >= day),
        )
        .order_by(Node.position, Node.code, Holding.role, Person.code)
    ).all()


def grants(session: AnySession, bureau_id: int) -> Sequence[Row[User, Role, str, str]]:
    """Return the grants of users who are not disabled: user, role, path and name of the node."""
    return session.execute(
        select(User, Grant.role, Node.path, Node.name)
        .join(Grant, Grant.user_id == User.id)
        .outerjoin(Node, Grant.node_id == Node.id)
        .where(User.bureau_id == bureau_id, User.disabled_on.is_(None))
        .order_by(User.name, Grant.role)
    ).all()


def clashes(
    session: AnySession, node: Node, path: str, *, three_admins: bool
) -> list[tuple[User, tuple[Role, Role]]]:
    """Return the users whose roles would exclude each other if a node's path were another."""
    held: dict[User, list[Granted]] = {}
    for user, role, at, _name in grants(session, node.bureau_id):
        moved = path + at[len(node.path) :] if at and at.startswith(node.path) else at or "/"
        held.setdefault(user, []).append(Granted(role, moved))
    found = ((user, clash(each, three_admins=three_admins)) for user, each in held.items())
    return [(user, pair) for user, pair in found if pair]

"""What hangs on a node and all below it: what a rename, a move or a retirement is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from riskmap.accounts.models import User
from riskmap.accounts.roles import Role
from riskmap.db import AnySession, today
from riskmap.maps.models import AccountMap, Step
from riskmap.organisation import keeping
from riskmap.organisation.models import Node, Party
from riskmap.register.models import Measure, Responsibility


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody has at a node, by its name and path."""

    user: User
    role: Role
    place: str
    path: str


@dataclass(frozen=True, slots=True)
class Concerned:
    """What stands at and below a node."""

    below: Sequence[Node]
    maps: Sequence[Any]  # code, title
    acting: Sequence[Any]  # code, title: maps of others with steps that it carries out
    measures: Sequence[Any]  # code, text
    holders: Sequence[Any]  # role, code and name of the person
    grants: Sequence[Held]


def concerned(session: AnySession, node: Node) -> Concerned:
    """Return what hangs on a node and all below it."""
    within = select(Node.id).where(
        Node.bureau_id == node.bureau_id, Node.path.startswith(node.path)
    )
    here = (AccountMap.retired_on.is_(None), AccountMap.node_id.in_(within))
    elsewhere = (AccountMap.retired_on.is_(None), AccountMap.node_id.not_in(within))
    maps = select(AccountMap.code, AccountMap.title).order_by(AccountMap.code)
    carried_out = select(Step.map_id).where(Step.actor_node_id.in_(within))
    measures = (
        select(Measure.code, Measure.text)
        .where(
            Measure.retired_on.is_(None),
            Measure.id.in_(
                select(Responsibility.measure_id).where(Responsibility.node_id.in_(within))
            ),
        )
        .order_by(Measure.code)
    )
    return Concerned(
        below=[each for each in keeping.below(session, node) if each.retired_on is None],
        maps=session.execute(maps.where(*here)).all(),
        acting=session.execute(maps.where(*elsewhere, AccountMap.id.in_(carried_out))).all(),
        measures=session.execute(measures).all(),
        holders=keeping.holders(session, node.bureau_id, today(), node.path),
        grants=grants_at(session, node),
    )


def grants_at(session: AnySession, node: Node) -> list[Held]:
    """Return the roles that are granted at and below a node."""
    return [each for each in _scoped(session, node) if each.path.startswith(node.path)]


def reaching(session: AnySession, node: Node | None) -> list[Held]:
    """Return the roles that reach what is right below a node from there or from above."""
    if node is None:
        return []
    return [each for each in _scoped(session, node) if node.path.startswith(each.path)]


def _scoped(session: AnySession, node: Node) -> list[Held]:
    """Return the roles that are granted at some node of a node's bureau."""
    rows = keeping.grants(session, node.bureau_id)
    return [Held(user, role, name or "", path) for user, role, path, name in rows if path]


def maps_of_party(session: AnySession, party: Party) -> Sequence[Any]:
    """Return the maps in use that an outside party acts on: code, title."""
    acting = select(Step.map_id).where(Step.actor_party_id == party.id)
    return session.execute(
        select(AccountMap.code, AccountMap.title)
        .where(AccountMap.retired_on.is_(None), AccountMap.id.in_(acting))
        .order_by(AccountMap.code)
    ).all()


def retire_maps(session: AnySession, node: Node) -> None:
    """Take a retired node's maps out of use on its own last day."""
    for row in _maps(session, node):
        if row.retired_on is None:
            row.retired_on = node.retired_on
    session.flush()


def bring_back_maps(session: AnySession, node: Node) -> None:
    """Take the maps that went out of use with a node into use again: called before it is back."""
    for row in _maps(session, node):
        if row.retired_on is not None and row.retired_on == node.retired_on:
            row.retired_on = None
    session.flush()


def _maps(session: AnySession, node: Node) -> Sequence[AccountMap]:
    return session.scalars(select(AccountMap).where(AccountMap.node_id == node.id)).all()

"""What is done to the organisation; each flushes, whoever asked commits.

Codes stay as they were issued, whatever is renamed or moved; what is no longer there is retired.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from riskmap.db import AnySession
from riskmap.organisation import keeping
from riskmap.organisation.models import Bureau, Holding, Node, Party, Person
from riskmap.organisation.tree import DutyClass, HoldingRole, NodeLevel, PartyRole

BELOW = {None: NodeLevel.UNIT, NodeLevel.UNIT: NodeLevel.OFFICE, NodeLevel.OFFICE: NodeLevel.POST}
"""What stands right below a level; below the bureau, units."""


def add_node(
    session: AnySession,
    bureau: Bureau,
    parent: Node | None,
    *,
    code: str,
    name: str,
    duty_class: DutyClass | None = None,
) -> Node:
    """Add a node as the last below another; without one, a unit."""
    siblings = keeping.children(session, bureau.id, parent.id if parent else None)
    node = Node(
        bureau_id=bureau.id,
        parent_id=parent.id if parent else None,
        level=BELOW[parent.level if parent else None],
        code=code,
        name=name,
        position=_last(siblings),
        duty_class=duty_class,
    )
    session.add(node)
    session.flush()
    node.path = f"{parent.path if parent else '/'}{node.id}/"
    session.flush()
    return node


def change_node(
    session: AnySession, node: Node, *, name: str, duty_class: DutyClass | None
) -> None:
    """Give a node another name, a post another class of duties."""
    node.name, node.duty_class = name, duty_class
    session.flush()


def move_node(session: AnySession, node: Node, parent: Node) -> None:
    """Put a node, with all that is below it, as the last below another parent."""
    under = keeping.below(session, node)
    node.position = _last(keeping.children(session, node.bureau_id, parent.id))
    node.parent_id = parent.id
    before, node.path = node.path, f"{parent.path}{node.id}/"
    for each in under:
        each.path = node.path + each.path[len(before) :]
    session.flush()


def shift(session: AnySession, row: Node | Party, by: int) -> None:
    """Let a row change places with the one before it (-1) or after it (1) that is in use."""
    rows: Sequence[Any] = (
        keeping.children(session, row.bureau_id, row.parent_id)
        if isinstance(row, Node)
        else keeping.parties(session, row.bureau_id)
    )
    shown = [each for each in rows if each.retired_on is None or each is row]
    at = shown.index(row)
    if not 0 <= at + by < len(shown):
        return
    positions = [each.position for each in shown]
    if len(set(positions)) < len(positions):
        positions = list(range(len(shown)))
    shown[at], shown[at + by] = shown[at + by], shown[at]
    for each, position in zip(shown, positions, strict=True):
        each.position = position
    session.flush()


def _last(rows: Sequence[Node] | Sequence[Party]) -> int:
    return max((each.position for each in rows), default=-1) + 1


def retire(session: AnySession, row: Node | Person | Party, day: date) -> None:
    """Take a row out of use from a day on; it and its code stay on record."""
    row.retired_on = day
    session.flush()


def bring_back(session: AnySession, row: Node | Person | Party) -> None:
    """Take a retired row into use again."""
    row.retired_on = None
    session.flush()


def add_person(session: AnySession, bureau: Bureau, *, code: str, name: str) -> Person:
    """Add somebody who may hold posts."""
    person = Person(bureau_id=bureau.id, code=code, name=name)
    session.add(person)
    session.flush()
    return person


def rename(session: AnySession, person: Person, name: str) -> None:
    """Give a person another name."""
    person.name = name
    session.flush()


def add_holding(
    session: AnySession,
    person: Person,
    post: Node,
    *,
    role: HoldingRole,
    since: date,
    until: date | None,
) -> Holding:
    """Let a person hold a post."""
    holding = Holding(
        bureau_id=post.bureau_id,
        person_id=person.id,
        post_id=post.id,
        role=role,
        since=since,
        until=until,
    )
    session.add(holding)
    session.flush()
    return holding


def change_holding(
    session: AnySession, holding: Holding, *, role: HoldingRole, since: date, until: date | None
) -> None:
    """Correct or end a holding."""
    holding.role, holding.since, holding.until = role, since, until
    session.flush()


def remove_holding(session: AnySession, holding: Holding) -> None:
    """Take back a holding that was entered by mistake; the record keeps it."""
    session.delete(holding)
    session.flush()


def add_party(
    session: AnySession, bureau: Bureau, *, code: str, name: str, role: PartyRole
) -> Party:
    """Add an actor that is no post, as the last."""
    position = _last(keeping.parties(session, bureau.id))
    party = Party(bureau_id=bureau.id, code=code, name=name, role=role, position=position)
    session.add(party)
    session.flush()
    return party


def change_party(session: AnySession, party: Party, *, name: str, role: PartyRole) -> None:
    """Give a party another name, or another part in procedures."""
    party.name, party.role = name, role
    session.flush()


def change_bureau(session: AnySession, bureau: Bureau, *, name: str, short_name: str) -> None:
    """Give the bureau another name."""
    bureau.name, bureau.short_name = name, short_name
    session.flush()

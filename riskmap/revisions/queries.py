"""Reading revisions: of a map, in force, waiting for somebody; and what a signature sees of one."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, or_, select
from sqlalchemy.orm import aliased, undefer

from riskmap.accounts.current import Asking
from riskmap.accounts.models import Grant, User
from riskmap.accounts.roles import Role
from riskmap.config import ZONE
from riskmap.db import AnySession, today
from riskmap.document.encoding import from_json
from riskmap.document.model import MapDocument
from riskmap.maps.in_use import in_use
from riskmap.maps.models import AccountMap
from riskmap.maps.queries import reading_order
from riskmap.organisation.models import Holding, Node
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.revisions.models import Revision, SignOff
from riskmap.revisions.sign_offs import Paper, Signer, waits_for
from riskmap.revisions.states import OPEN, RevisionState

_Later = aliased(Revision)


def of_map(session: AnySession, account_map: AccountMap) -> Sequence[Revision]:
    """Return the revisions of a map, the newest first."""
    query = select(Revision).where(Revision.map_id == account_map.id)
    return session.scalars(query.order_by(Revision.number.desc())).all()


def of_number(
    session: AnySession, account_map: AccountMap, number: int, *, locked: bool = False
) -> Revision | None:
    """Return a revision of a map with its document; `locked` until the transaction ends."""
    query = select(Revision).where(Revision.map_id == account_map.id, Revision.number == number)
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query.options(undefer(Revision.document))).one_or_none()


def document_of(revision: Revision) -> MapDocument:
    """Return the document that was frozen."""
    return from_json(revision.document.encode())


def in_force_of(session: AnySession, account_map: AccountMap) -> Revision | None:
    """Return the revision in force of a map, with its document."""
    query = select(Revision).where(
        Revision.map_id == account_map.id, Revision.state == RevisionState.APPROVED
    )
    return session.scalars(query.options(undefer(Revision.document))).one_or_none()


def open_of(session: AnySession, account_map: AccountMap) -> Revision | None:
    """Return the revision of a map that waits for signatures."""
    query = select(Revision).where(Revision.map_id == account_map.id, Revision.state.in_(OPEN))
    return session.scalars(query).one_or_none()


def in_force(
    session: AnySession, scope: Scope, codes: Collection[str] | None = None
) -> list[MapDocument]:
    """Return the documents in force of the maps in use, in reading order; two statements more."""
    query = (
        select(AccountMap.code, Revision.document)
        .join(Revision, Revision.map_id == AccountMap.id)
        .where(*in_use(scope), Revision.state == RevisionState.APPROVED)
    )
    if codes is not None:
        query = query.where(AccountMap.code.in_(codes))
    found = {row.code: row.document for row in session.execute(query)}
    return [
        from_json(found[each.code].encode())
        for each in reading_order(session, scope)
        if each.code in found
    ]


def sign_offs(session: AnySession, revisions: Collection[Revision]) -> dict[int, list[SignOff]]:
    """Return the signatures of some revisions by their ids, in the order of the boxes."""
    found: dict[int, list[SignOff]] = {each.id: [] for each in revisions}
    query = select(SignOff).where(SignOff.revision_id.in_(list(found))).order_by(SignOff.id)
    for each in session.scalars(query):
        found[each.revision_id].append(each)
    for signed in found.values():
        signed.sort(key=lambda each: each.box.place)
    return found


# What a signature sees


@dataclass(frozen=True, slots=True)
class Standing:
    """A map's place as signatures see it: who holds the post, and who is the chief there."""

    node: Node
    holders: frozenset[int]  # persons
    holder_users: frozenset[int]  # of them those who can sign in
    chiefs: frozenset[int]  # users

    def by_chief(self, user_id: int | None) -> bool:
        """Return whether the leader signs in the chief's place."""
        return user_id in self.chiefs or bool(self.chiefs & self.holder_users)


def standing(session: AnySession, node: Node, day: date) -> Standing:
    """Return how a place stands on a day; only posts are held."""
    holders: frozenset[int] = frozenset()
    if node.level is NodeLevel.POST:
        held = select(Holding.person_id).where(
            Holding.post_id == node.id,
            Holding.since <= day,
            or_(Holding.until.is_(None), Holding.until >= day),
        )
        holders = frozenset(session.scalars(held))
    users = select(User.id).where(
        User.bureau_id == node.bureau_id, User.disabled_on.is_(None), User.person_id.in_(holders)
    )
    above = [int(each) for each in node.path.split("/") if each]
    chiefs = (
        select(Grant.user_id)
        .join(User, User.id == Grant.user_id)
        .where(
            Grant.bureau_id == node.bureau_id,
            Grant.role == Role.CHIEF,
            or_(Grant.node_id.is_(None), Grant.node_id.in_(above)),
            User.disabled_on.is_(None),
        )
    )
    return Standing(
        node,
        holders,
        frozenset(session.scalars(users)) if holders else frozenset(),
        frozenset(session.scalars(chiefs)),
    )


def paper(revision: Revision, signed: Sequence[SignOff], place: Standing) -> Paper:
    """Return a revision as its signatures see it."""
    return Paper(
        revision.signed_at,
        revision.handed_in_at.astimezone(ZONE).date(),
        tuple((each.box, each.day) for each in signed),
        has_holder=bool(place.holder_users),
        by_chief=place.by_chief(revision.handed_in_by_id),
    )


def signer(asking: Asking, handed_in_by_id: int | None, place: Standing) -> Signer:
    """Return what somebody is to a revision of a place."""
    return Signer(
        frozenset(each.role for each in asking.grants if place.node.path.startswith(each.path)),
        handed_in=handed_in_by_id == asking.user.id,
        own=asking.user.person_id is not None and asking.user.person_id in place.holders,
    )


# Desks


@dataclass(frozen=True, slots=True)
class Waiting:
    """A revision in somebody's queue, with its map, its place and its signatures."""

    revision: Revision
    account_map: AccountMap
    node: Node
    paper: Paper


def waiting(session: AnySession, asking: Asking, scope: Scope) -> list[Waiting]:
    """Return the revisions that wait for somebody's signature: the worst first, then the oldest."""
    query = (
        select(Revision, AccountMap, Node)
        .join(AccountMap, AccountMap.id == Revision.map_id)
        .join(Node, Node.id == AccountMap.node_id)
        .where(*in_use(scope), Revision.state.in_(OPEN))
        .order_by(Revision.handed_in_at, Revision.id)
    )
    rows = session.execute(query).all()
    signed = sign_offs(session, [row[0] for row in rows])
    found = []
    for revision, account_map, node in rows:
        place = standing(session, node, today())
        seen = paper(revision, signed[revision.id], place)
        if waits_for(seen, signer(asking, revision.handed_in_by_id, place)):
            found.append(Waiting(revision, account_map, node, seen))
    return sorted(found, key=lambda each: -each.revision.signed_at.rank)


def sent_back(session: AnySession, user: User) -> Sequence[Revision]:
    """Return the revisions that were sent back to somebody who has not handed in another."""
    newest = (
        select(Revision.id)
        .where(Revision.handed_in_by_id == user.id, Revision.state == RevisionState.RETURNED)
        .where(
            ~select(_Later.id)
            .where(_Later.map_id == Revision.map_id, _Later.number > Revision.number)
            .exists()
        )
    )
    query = select(Revision).where(Revision.id.in_(newest)).order_by(Revision.handed_in_at)
    return session.scalars(query).all()


# Whether what was frozen is still what it was


def altered(connection: Connection) -> Iterator[tuple[int, str, int]]:
    """Yield bureau id, map code and number of each revision that is not what was handed in."""
    table, maps = Revision.__table__, AccountMap.__table__
    query = (
        select(table.c.bureau_id, maps.c.code, table.c.number, table.c.document, table.c.digest)
        .join(maps, maps.c.id == table.c.map_id)
        .order_by(table.c.bureau_id, maps.c.code, table.c.number)
    )
    for row in connection.execute(query):
        if hashlib.sha256(row.document.encode()).hexdigest() != row.digest:
            yield row.bureau_id, row.code, row.number

"""Reading revisions: of a map, in force, waiting for somebody; and what a signature sees of one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import or_, select
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
from riskmap.organisation.models import Holding, Node
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.revisions.models import Revision, SignOff
from riskmap.revisions.sign_offs import Paper, Signer, SignOffRole, waits_for
from riskmap.revisions.states import OPEN, RevisionState

_Later = aliased(Revision)


def of_map(session: AnySession, account_map: AccountMap) -> Sequence[Revision]:
    """Return the revisions of a map, the newest first."""
    query = select(Revision).where(Revision.map_id == account_map.id)
    return session.scalars(query.order_by(Revision.number.desc())).all()


LAST: Final = 999_999_999
"""A number that no revision reaches, and that any database can still be asked for."""


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


def approved_last(session: AnySession, account_map: AccountMap) -> Revision | None:
    """Return the revision of a map that was approved last, in force still or not."""
    query = select(Revision).where(
        Revision.map_id == account_map.id, Revision.approved_on.is_not(None)
    )
    return session.scalars(query.order_by(Revision.number.desc()).limit(1)).one_or_none()


def before(session: AnySession, revision: Revision) -> Revision | None:
    """Return the revision, with its document, that was approved last before another one: what it
    is compared with."""
    query = select(Revision).where(
        Revision.map_id == revision.map_id,
        Revision.number < revision.number,
        Revision.approved_on.is_not(None),
    )
    newest = query.order_by(Revision.number.desc()).limit(1)
    return session.scalars(newest.options(undefer(Revision.document))).one_or_none()


def open_of(session: AnySession, account_map: AccountMap) -> Revision | None:
    """Return the revision of a map that waits for signatures."""
    query = select(Revision).where(Revision.map_id == account_map.id, Revision.state.in_(OPEN))
    return session.scalars(query).one_or_none()


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
    """A map's place as signatures see it: who holds the post, and who is the chief there.

    A post is held by its holdings, and by users who are granted to be its holders.
    """

    node: Node
    holders: frozenset[int]  # persons
    holder_users: frozenset[int]  # who of them can sign in
    chiefs: frozenset[int]  # users

    def by_chief(self, user_id: int | None) -> bool:
        """Return whether the leader signs in the chief's place."""
        return user_id in self.chiefs or bool(self.chiefs & self.holder_users)


def standing(session: AnySession, node: Node, day: date) -> Standing:
    """Return how a place stands on a day; only posts are held."""
    return standings(session, [node], day)[node.id]


def standings(session: AnySession, nodes: Sequence[Node], day: date) -> dict[int, Standing]:
    """Return how some places of a bureau stand on a day, by the nodes' ids; four statements."""
    if not nodes:
        return {}
    bureau = nodes[0].bureau_id
    holders = _holders(session, [each for each in nodes if each.level is NodeLevel.POST], day)
    held = {person for persons in holders.values() for person in persons}
    able = (User.bureau_id == bureau, User.disabled_on.is_(None))
    query = select(User.id, User.person_id).where(*able, User.person_id.in_(held))
    users = session.execute(query.order_by(User.id)).all()
    granted = session.execute(
        select(Grant.user_id, Grant.role, Node.path)
        .join(User, User.id == Grant.user_id)
        .outerjoin(Node, Node.id == Grant.node_id)
        .where(*able, Grant.role.in_((Role.CHIEF, Role.HOLDER)))
        .order_by(Grant.id)
    ).all()

    def with_role(role: Role, node: Node) -> set[int]:
        return {
            user
            for user, theirs, path in granted
            if theirs is role and node.path.startswith(path or "/")
        }

    found = {}
    for node in nodes:
        persons = holders.get(node.id, frozenset())
        mine = {user for user, person in users if person in persons}
        if node.level is NodeLevel.POST:
            mine |= with_role(Role.HOLDER, node)
        chiefs = with_role(Role.CHIEF, node)
        found[node.id] = Standing(node, persons, frozenset(mine), frozenset(chiefs))
    return found


def _holders(session: AnySession, posts: Sequence[Node], day: date) -> dict[int, frozenset[int]]:
    """Return the ids of the persons who hold some posts on a day, by the posts' ids."""
    query = select(Holding.post_id, Holding.person_id).where(
        Holding.post_id.in_([each.id for each in posts]),
        Holding.since <= day,
        or_(Holding.until.is_(None), Holding.until >= day),
    )
    found: dict[int, set[int]] = {}
    for post, person in session.execute(query.order_by(Holding.id)):
        found.setdefault(post, set()).add(person)
    return {post: frozenset(persons) for post, persons in found.items()}


def paper(revision: Revision, signed: Sequence[SignOff], place: Standing) -> Paper:
    """Return a revision as its signatures see it."""
    return Paper(
        revision.signed_at,
        revision.handed_in_at.astimezone(ZONE).date(),
        tuple((each.box, each.day) for each in signed),
        has_holder=bool(place.holder_users),
        by_chief=place.by_chief(revision.handed_in_by_id),
    )


def same_person(session: AnySession, user: User) -> frozenset[int]:
    """Return the ids of the users that a user's person signs in as, their own among them."""
    if user.person_id is None:
        return frozenset({user.id})
    query = select(User.id).where(
        User.bureau_id == user.bureau_id, User.person_id == user.person_id
    )
    return frozenset({user.id, *session.scalars(query)})


def signer(
    asking: Asking,
    myself: Collection[int],
    revision: Revision,
    signed: Iterable[SignOff],
    place: Standing,
) -> Signer:
    """Return what somebody is to a revision of a place; `myself` is their `same_person`."""
    person = asking.user.person_id
    filled = [each for each in signed if each.box is SignOffRole.FILLER]
    return Signer(
        frozenset(each.role for each in asking.grants if place.node.path.startswith(each.path)),
        handed_in=revision.handed_in_by_id in myself,
        own=asking.user.id in place.holder_users
        or (person is not None and person in place.holders),
        filled=any(
            each.user_id in myself or (person is not None and each.person_id == person)
            for each in filled
        ),
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
    places = standings(session, [row[2] for row in rows], today())
    myself = same_person(session, asking.user)
    found = []
    for revision, account_map, node in rows:
        place, boxes = places[node.id], signed[revision.id]
        seen = paper(revision, boxes, place)
        if waits_for(seen, signer(asking, myself, revision, boxes, place)):
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

"""What a round would cover before it begins, and which open rounds cover some of it already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select

from riskmap.db import AnySession
from riskmap.maps.in_use import in_use
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.scope import Scope
from riskmap.revisions.models import Revision
from riskmap.revisions.states import RevisionState
from riskmap.rounds.models import Round, RoundEntry
from riskmap.rounds.queries import EVERYWHERE, Tree, open_rounds


@dataclass(frozen=True, slots=True)
class Planned:
    """A map that a round would cover, with its revision in force and when it was looked at last."""

    map_id: int
    code: str
    unit: Node
    place: Node
    in_force: int | None
    reviewed_on: date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a round over a place would cover, and the open rounds that cover some of it already."""

    maps: Sequence[Planned]
    clashes: Sequence[Round]

    @property
    def unapproved(self) -> int:
        """Return how many of the maps have no document in force."""
        return sum(each.in_force is None for each in self.maps)

    def by_place(self) -> list[tuple[Node, Node, int, int]]:
        """Return unit, office or unit, how many maps, how many of them without a document."""
        places = dict.fromkeys((each.unit, each.place) for each in self.maps)
        found = []
        for unit, place in places:
            some = [each for each in self.maps if each.place is place]
            bare = sum(each.in_force is None for each in some)
            found.append((unit, place, len(some), bare))
        return found


def plan(session: AnySession, bureau: Bureau, node: Node | None) -> Plan:
    """Return what a round over a node, or over all of a bureau, would cover, in reading order."""
    tree = Tree(session, bureau)
    path = node.path if node else EVERYWHERE
    query = (
        select(AccountMap.id, AccountMap.code, AccountMap.node_id, AccountMap.reviewed_on)
        .add_columns(Revision.number)
        .outerjoin(
            Revision,
            and_(Revision.map_id == AccountMap.id, Revision.state == RevisionState.APPROVED),
        )
        .where(*in_use(Scope(bureau, (path,))))
    )
    found = []
    for row in session.execute(query):
        unit, office = tree.above(tree.by_id[row.node_id])
        place = office or unit
        one = Planned(row.id, row.code, unit, place, row.number, row.reviewed_on)
        found.append((tree.order[row.node_id], row.code, one))
    maps = [one for _order, _code, one in sorted(found, key=lambda each: each[:2])]
    taken = select(RoundEntry.round_id).where(
        RoundEntry.outcome.is_(None), RoundEntry.map_id.in_([each.map_id for each in maps])
    )
    holding = set(session.scalars(taken))

    def meets(held: Round) -> bool:
        theirs = tree.path(held)
        return held.id in holding or path.startswith(theirs) or theirs.startswith(path)

    return Plan(maps, [each for each in open_rounds(session, bureau) if meets(each)])

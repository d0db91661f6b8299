"""Reading rounds: how each of their maps stands, who carries it forward, what hinders that."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import aliased

from riskmap.accounts.current import Asking
from riskmap.accounts.roles import Role
from riskmap.db import AnySession
from riskmap.document.encoding import digest
from riskmap.maps.in_use import in_use
from riskmap.maps.models import AccountMap
from riskmap.maps.queries import documents
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.queries import nodes
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.revisions import queries as revisions
from riskmap.revisions.models import Revision
from riskmap.revisions.renewal import Reason, reasons
from riskmap.revisions.renewing import register_now
from riskmap.revisions.showing import in_force
from riskmap.revisions.states import OPEN, RevisionState
from riskmap.rounds.models import CarriedForward, Round, RoundEntry
from riskmap.rounds.outcomes import (
    Hindrance,
    Looked,
    NotSigner,
    Outcome,
    Standing,
    Totals,
    hindrance,
    not_signer,
    outcome,
    signing_role,
    totals,
)

_Before, _Now, _Waits, _Final = (aliased(Revision) for _ in range(4))
EVERYWHERE: Final = "/"


def rounds(session: AnySession, bureau: Bureau) -> Sequence[Round]:
    """Return the rounds of a bureau, the newest first."""
    query = select(Round).where(Round.bureau_id == bureau.id)
    return session.scalars(query.order_by(Round.number.desc())).all()


def open_rounds(session: AnySession, bureau: Bureau) -> Sequence[Round]:
    """Return the rounds of a bureau that are not closed, the oldest first."""
    query = select(Round).where(Round.bureau_id == bureau.id, Round.closed_on.is_(None))
    return session.scalars(query.order_by(Round.number)).all()


def of_number(session: AnySession, bureau: Bureau, number: int) -> Round | None:
    """Return a round of a bureau by its number."""
    query = select(Round).where(Round.bureau_id == bureau.id, Round.number == number)
    return session.scalars(query).one_or_none()


@dataclass(frozen=True, slots=True)
class Line:
    """A map in a round: where it belongs, how it stood at the start, and what became of it.

    `number` and `since` tell the revision in force now, in a closed round that at its closing.
    """

    map_id: int
    code: str
    title: str
    node: Node
    unit: Node
    office: Node | None  # of maps of units none
    outcome: Outcome
    before: int | None
    number: int | None
    since: date | None
    waits: int | None  # the number of a revision that waits for signatures
    retired_on: date | None
    carried_on: date | None
    carried_by: str
    entry_id: int | None  # of maps that came into use since the start none

    @property
    def place(self) -> Node:
        """Return the office that is told apart in counts, the unit for its own maps."""
        return self.office or self.unit


class Tree:
    """The nodes of a bureau with their places in reading order."""

    def __init__(self, session: AnySession, bureau: Bureau) -> None:
        found = nodes(session, Scope(bureau))
        self.by_id: Mapping[int, Node] = {each.id: each for each in found}
        self.order = {each.id: place for place, each in enumerate(found)}

    def path(self, held: Round) -> str:
        """Return the path at and below which a round covers the maps."""
        return self.by_id[held.node_id].path if held.node_id is not None else EVERYWHERE

    def above(self, node: Node) -> tuple[Node, Node | None]:
        """Return the unit and the office that a node is or belongs to."""
        line = [self.by_id[int(each)] for each in node.path.split("/") if each]
        return line[0], next((each for each in line if each.level is NodeLevel.OFFICE), None)


def lines(
    session: AnySession, scope: Scope, among: Sequence[Round], tree: Tree | None = None
) -> dict[int, list[Line]]:
    """Return the maps of some rounds that may be seen, by the rounds' ids, in reading order.

    Those of open rounds include the maps that came into use since the start. The same few
    statements for any number of rounds.
    """
    tree = tree or Tree(session, scope.bureau)
    found: dict[int, list[Line]] = {each.id: [] for each in among}
    for row in session.execute(_entries(scope, list(found))):
        found[row.RoundEntry.round_id].append(_line(tree, row, row.RoundEntry))
    for held, row in _joined(session, scope, tree):
        if held.id in found:
            found[held.id].append(_line(tree, row, None))
    for each in found.values():
        each.sort(key=lambda line: (tree.order[line.node.id], line.code))
    return found


_COLUMNS: Final = (
    AccountMap.id,
    AccountMap.code,
    AccountMap.title,
    AccountMap.node_id,
    AccountMap.retired_on,
    _Now.number,
    _Now.approved_on,
    _Waits.number.label("waits"),
)


_Query = Select[*tuple[Any, ...]]


def _entries(scope: Scope, ids: Collection[int]) -> _Query:
    query: _Query = (
        select(
            RoundEntry,
            *_COLUMNS,
            _Before.number.label("before"),
            _Final.number.label("final"),
            _Final.approved_on.label("final_since"),
            CarriedForward.day,
            CarriedForward.who,
        )
        .join(AccountMap, AccountMap.id == RoundEntry.map_id)
        .outerjoin(_Before, _Before.id == RoundEntry.revision_id)
        .outerjoin(_Final, _Final.id == RoundEntry.final_id)
        .outerjoin(CarriedForward, CarriedForward.round_entry_id == RoundEntry.id)
        .where(RoundEntry.bureau_id == scope.bureau.id, RoundEntry.round_id.in_(ids))
        .order_by(RoundEntry.id)
    )
    return _with_revisions(query if scope.whole else query.where(_seen(scope)))


def _seen(scope: Scope) -> Any:
    return AccountMap.node_id.in_(scope.node_ids())


def _with_revisions(query: _Query) -> _Query:
    """Let a statement of maps know their revisions in force and those that wait."""
    in_force = and_(_Now.map_id == AccountMap.id, _Now.state == RevisionState.APPROVED)
    waits = and_(_Waits.map_id == AccountMap.id, _Waits.state.in_(OPEN))
    return query.outerjoin(_Now, in_force).outerjoin(_Waits, waits)


def _joined(session: AnySession, scope: Scope, tree: Tree) -> Iterable[tuple[Round, Row[Any]]]:
    """Yield the maps in use that are in no round yet, with the open round that covers them."""
    known = select(RoundEntry.id).join(Round, Round.id == RoundEntry.round_id)
    known = known.where(RoundEntry.map_id == AccountMap.id, Round.closed_on.is_(None))
    query: _Query = select(*_COLUMNS).where(*in_use(scope), ~known.exists())
    covering = [(each, tree.path(each)) for each in open_rounds(session, scope.bureau)]
    for row in session.execute(_with_revisions(query).order_by(AccountMap.code)):
        path = tree.by_id[row.node_id].path
        held = next((each for each, under in covering if path.startswith(under)), None)
        if held is not None:
            yield held, row


def _line(tree: Tree, row: Row[Any], entry: RoundEntry | None) -> Line:
    node = tree.by_id[row.node_id]
    unit, office = tree.above(node)
    before = row.before if entry else None
    carried = row.day if entry else None
    stands = Standing(before, row.number, row.retired_on is not None, carried is not None)
    frozen = entry.outcome if entry else None
    return Line(
        map_id=row.id,
        code=row.code,
        title=row.title,
        node=node,
        unit=unit,
        office=office,
        outcome=frozen or outcome(stands),
        before=before,
        number=row.final if frozen else row.number,
        since=row.final_since if frozen else row.approved_on,
        waits=None if frozen else row.waits,
        retired_on=row.retired_on,
        carried_on=carried,
        carried_by=row.who if entry and row.who else "",
        entry_id=entry.id if entry else None,
    )


def in_force_ids(session: AnySession, maps: Collection[int]) -> dict[int, int]:
    """Return the ids of the revisions in force of some maps, by the maps' ids."""
    query = select(Revision.map_id, Revision.id).where(
        Revision.map_id.in_(maps), Revision.state == RevisionState.APPROVED
    )
    return {row.map_id: row.id for row in session.execute(query)}


def day_of(held: Round, today: date) -> date:
    """Return the day that a round is judged on: today, of a closed one that of its closing."""
    return held.closed_on or today


def totals_of(held: Round, of: Iterable[Line], today: date) -> Totals:
    """Count the outcomes of some maps of a round."""
    return totals((each.outcome for each in of), held.due, day_of(held, today))


@dataclass(frozen=True, slots=True)
class Part:
    """A unit as a `whole`, an office of it, or its `own` maps, with their outcomes."""

    node: Node
    unit: Node
    totals: Totals
    whole: bool = False
    own: bool = False


def parts(held: Round, of: Sequence[Line], today: date) -> list[Part]:
    """Return the outcomes by unit and office, a unit before its offices, in reading order."""
    found: list[Part] = []
    for unit in dict.fromkeys(each.unit for each in of):
        inside = [each for each in of if each.unit is unit]
        found.append(Part(unit, unit, totals_of(held, inside, today), whole=True))
        for place in dict.fromkeys(each.place for each in inside):
            some = [each for each in inside if each.place is place]
            found.append(Part(place, unit, totals_of(held, some, today), own=place is unit))
    return found


def next_number(session: AnySession, bureau: Bureau) -> int:
    """Return the number of a bureau's next round."""
    last = select(func.max(Round.number)).where(Round.bureau_id == bureau.id)
    return (session.scalar(last) or 0) + 1


# Carrying forward


@dataclass(frozen=True, slots=True)
class Examined:
    """Why a map cannot be carried forward, None where it can; and why it is to be renewed."""

    why: Hindrance | None
    reasons: Sequence[Reason] = ()


def examined(
    session: AnySession, bureau: Bureau, held: Round, of: Sequence[Line], day: date
) -> dict[str, Examined]:
    """Return what keeps maps of a round from being carried forward, by code; the same few
    statements for any number of maps."""
    due = [each for each in of if each.outcome is Outcome.DUE and held.closed_on is None]
    codes = [each.code for each in due if each.retired_on is None]
    scope = Scope(bureau)
    shown = {each.document.code: each.document for each in in_force(session, scope, codes)}
    asked = [code for code in codes if code in shown]
    working = {each.code: digest(each) for each in documents(session, scope, asked)}
    now = register_now(session, bureau, day) if asked else None
    found = {}
    for each in of:
        document = shown.get(each.code)
        why = reasons(document, now) if document is not None and now is not None else ()
        at = Looked(
            each.outcome,
            in_force=document is not None,
            waits=each.waits is not None,
            same=document is None or working[each.code] == digest(document),
            to_renew=bool(why),
            closed=held.closed_on is not None,
        )
        found[each.code] = Examined(hindrance(at), why)
    return found


@dataclass(frozen=True, slots=True)
class Signing:
    """Who carries a map forward, and why it is not who asks, None where it is."""

    role: Role
    refused: NotSigner | None


def signing(
    session: AnySession, asking: Asking, places: Sequence[Node], day: date
) -> dict[int, Signing]:
    """Return who carries the maps of some places forward, by the nodes' ids."""
    if not places:
        return {}
    myself = revisions.same_person(session, asking.user)
    standings = revisions.standings(session, list(dict.fromkeys(places)), day)
    return {node: _signing(asking, myself, place) for node, place in standings.items()}


def _signing(asking: Asking, myself: Collection[int], place: revisions.Standing) -> Signing:
    person = asking.user.person_id
    role = signing_role(
        held=bool(place.holders or place.holder_users),
        has_chief=bool(place.chiefs),
        chief_holds=place.by_chief(None),
    )
    return Signing(
        role,
        not_signer(
            role,
            roles={each.role for each in asking.grants if place.node.path.startswith(each.path)},
            own=bool(place.holder_users.intersection(myself))
            or (person is not None and person in place.holders),
            keeps_it=bool(place.chiefs.intersection(myself)),
        ),
    )


def mine(
    session: AnySession, asking: Asking, held: Round, of: Sequence[Line], day: date
) -> list[Line]:
    """Return the maps that are due and that somebody carries forward, in their order."""
    due = [each for each in of if each.outcome is Outcome.DUE and held.closed_on is None]
    who = signing(session, asking, [each.node for each in due], day)
    return [each for each in due if who[each.node.id].refused is None]


# Desks


@dataclass(frozen=True, slots=True)
class OnDesk:
    """An open round on somebody's desk: how far it is in their part, how many maps they sign."""

    round: Round
    totals: Totals
    to_sign: int = 0


def on_desk(
    session: AnySession, scope: Scope, day: date, asking: Asking | None = None
) -> list[OnDesk]:
    """Return the open rounds that cover something of a scope, the first due first.

    With `asking`, who signs how many is looked up too.
    """
    found = open_rounds(session, scope.bureau)
    of = lines(session, scope, found) if found else {}
    rows = []
    for held in sorted(found, key=lambda each: (each.due, each.number)):
        theirs = of[held.id]
        if theirs:
            signs = len(mine(session, asking, held, theirs, day)) if asking else 0
            rows.append(OnDesk(held, totals_of(held, theirs, day), signs))
    return rows

"""What is done in a round: begun, a map carried forward, closed.

Everything flushes; whoever asked commits. Who acts is told by `Asking`, never by a form.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from riskmap.accounts.current import Asking
from riskmap.db import AnySession, now
from riskmap.history.events import Kind
from riskmap.history.recording import note
from riskmap.maps.commands import lock
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.scope import Scope
from riskmap.revisions import queries as revisions
from riskmap.rounds import queries
from riskmap.rounds.models import CarriedForward, Round, RoundEntry
from riskmap.rounds.outcomes import Hindrance, NotSigner, Outcome
from riskmap.rounds.planning import plan
from riskmap.web.access import Policy


class NotYourPart(PermissionError):
    """A round over a part of the bureau that somebody does not lead rounds in."""


class NothingToReview(ValueError):
    """A place without a map in use."""


class DueBefore(ValueError):
    """A round that would be due before it begins."""


class CoveredAlready(RuntimeError):
    """A round over maps that open rounds cover."""

    def __init__(self, rounds: Sequence[Round]) -> None:
        super().__init__(", ".join(str(each.number) for each in rounds))
        self.titles = [(each.number, each.title) for each in rounds]


class OtherThanSeen(RuntimeError):
    """What a round covers, or a map in it, is not as it was when somebody looked at it."""


class ClosedAlready(RuntimeError):
    """A round that is closed."""


class NotNow(RuntimeError):
    """A map that cannot be carried forward as it is."""

    def __init__(self, why: Hindrance) -> None:
        super().__init__(why)
        self.why = why


class NotForYou(PermissionError):
    """A map that somebody else carries forward."""

    def __init__(self, why: NotSigner) -> None:
        super().__init__(why)
        self.why = why


def start(
    session: AnySession,
    asking: Asking,
    bureau: Bureau,
    node: Node | None,
    *,
    title: str,
    due: date,
    seen: int,
    day: date,
    text: str = "",
) -> Round:
    """Begin a round over a node, or over all of a bureau; `seen` is how many maps were shown.

    Raises `NotYourPart`, `DueBefore`, `NothingToReview`, `CoveredAlready` and `OtherThanSeen`.
    """
    one_at_a_time = select(Bureau).where(Bureau.id == bureau.id)
    session.scalars(one_at_a_time.with_for_update(key_share=True)).one()
    if not _leads(asking, node.path if node else queries.EVERYWHERE):
        raise NotYourPart(bureau.code)
    if due < day:
        raise DueBefore(due.isoformat())
    planned = plan(session, bureau, node)
    if not planned.maps:
        raise NothingToReview(node.code if node else bureau.code)
    if planned.clashes:
        raise CoveredAlready(planned.clashes)
    if len(planned.maps) != seen:
        raise OtherThanSeen(seen)
    begun = Round(
        bureau_id=bureau.id,
        number=queries.next_number(session, bureau),
        title=title.strip(),
        node_id=node.id if node else None,
        due=due,
        note=text.strip(),
        started_on=day,
        started_by_id=asking.user.id,
        started_by=asking.user.shown[:100],
    )
    session.add(begun)
    session.flush()
    in_force = queries.in_force_ids(session, [each.map_id for each in planned.maps])
    session.add_all(
        RoundEntry(
            bureau_id=bureau.id,
            round_id=begun.id,
            map_id=each.map_id,
            revision_id=in_force.get(each.map_id),
        )
        for each in planned.maps
    )
    session.flush()
    note(
        session, Kind.ROUND_STARTED, bureau.id, begun.title, round=begun.number,
        code=node.code if node else bureau.code, until=due.isoformat(), count=len(planned.maps),
    )  # fmt: skip
    return begun


def _leads(asking: Asking, path: str) -> bool:
    return any(path.startswith(each) for each in asking.paths.get(Policy.LEAD_ROUNDS, ()))


def _locked(session: AnySession, held: Round) -> None:
    """Read a round as it is now, which stays so until the end; raises `ClosedAlready`."""
    query = select(Round).where(Round.id == held.id).with_for_update(key_share=True)
    session.scalars(query.execution_options(populate_existing=True)).one()
    if held.closed_on is not None:
        raise ClosedAlready(held.number)


def carry_forward(
    session: AnySession,
    asking: Asking,
    held: Round,
    account_map: AccountMap,
    *,
    number: int,
    day: date,
) -> CarriedForward:
    """Sign that a map is right as it stands; `number` is that of the revision looked at.

    It counts as a review of the day. Raises `ClosedAlready`, `NotForYou`, `NotNow` and
    `OtherThanSeen`.
    """
    _locked(session, held)
    lock(session, account_map)
    bureau = session.get_one(Bureau, held.bureau_id)
    line = line_of(session, held, account_map)
    why = queries.signing(session, asking, [line.node], day)[line.node.id].refused
    if why is not None:
        raise NotForYou(why)
    hindered = queries.examined(session, bureau, held, [line], day)[line.code].why
    if hindered is not None:
        raise NotNow(hindered)
    in_force = revisions.in_force_of(session, account_map)
    if in_force is None or line.entry_id is None or in_force.number != number:
        raise OtherThanSeen(account_map.code)
    row = CarriedForward(
        bureau_id=bureau.id,
        round_entry_id=line.entry_id,
        revision_id=in_force.id,
        user_id=asking.user.id,
        person_id=asking.user.person_id,
        who=asking.user.shown[:100],
        day=day,
        at=now(),
    )
    session.add(row)
    account_map.reviewed_on = max(day, account_map.reviewed_on or day)
    session.flush()
    note(
        session, Kind.CARRIED_FORWARD, bureau.id, account_map.code, round=held.number,
        revision=in_force.number, digest=in_force.digest, who=row.who, day=day.isoformat(),
    )  # fmt: skip
    return row


def line_of(session: AnySession, held: Round, account_map: AccountMap) -> queries.Line:
    """Return how a map stands in a round; raises `LookupError` where it is not in it."""
    bureau = session.get_one(Bureau, held.bureau_id)
    node = session.get_one(Node, account_map.node_id)
    found = queries.lines(session, Scope(bureau, (node.path,)), [held])[held.id]
    line = next((each for each in found if each.map_id == account_map.id), None)
    if line is None:
        raise LookupError(account_map.code)
    return line


def close(session: AnySession, asking: Asking, held: Round, *, left: int, day: date) -> None:
    """Close a round: what became of its maps is written down and stays, whatever happens later.

    `left` is how many maps without an outcome were shown. Raises `ClosedAlready`, `NotYourPart`
    and `OtherThanSeen`.
    """
    _locked(session, held)
    bureau = session.get_one(Bureau, held.bureau_id)
    tree = queries.Tree(session, bureau)
    if not _leads(asking, tree.path(held)):
        raise NotYourPart(held.number)
    lines = queries.lines(session, Scope(bureau), [held], tree)[held.id]
    found = queries.totals_of(held, lines, day)
    if found.left != left:
        raise OtherThanSeen(held.number)
    entries = {
        each.id: each
        for each in session.scalars(select(RoundEntry).where(RoundEntry.round_id == held.id))
    }
    in_force = queries.in_force_ids(session, [each.map_id for each in lines])
    for line in lines:
        entry = entries.get(line.entry_id or 0)
        if entry is None:
            entry = RoundEntry(bureau_id=bureau.id, round_id=held.id, map_id=line.map_id)
            session.add(entry)
        entry.outcome, entry.final_id = line.outcome, in_force.get(line.map_id)
    held.closed_on, held.closed_by_id = max(day, held.started_on), asking.user.id
    held.closed_by = asking.user.shown[:100]
    session.flush()
    counts = {each.value: number for each, number in found.of.items() if each is not Outcome.DUE}
    note(session, Kind.ROUND_CLOSED, bureau.id, held.title, round=held.number, left=left, **counts)

"""Changing maps: save what was typed, begin a new one, copy one as a start."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from riskmap.db import AnySession, now
from riskmap.document.terms import StepKind
from riskmap.maps.draft import MapDraft, tidied
from riskmap.maps.models import AccountMap, Step, Transition
from riskmap.maps.pickers import Pickers
from riskmap.maps.saving import Saved, Saver
from riskmap.maps.stored import Stored
from riskmap.organisation.codes import next_map_code
from riskmap.organisation.models import Node
from riskmap.organisation.tree import NodeLevel

START, END = "开始", "结束"


class Stale(RuntimeError):
    """A map that has moved on since the version that a change was made from."""

    def __init__(self, account_map: AccountMap, version: int) -> None:
        super().__init__(
            f"{account_map.code} is at version {account_map.version}, not at {version}"
        )
        self.version = account_map.version


class MatterTaken(ValueError):
    """A matter that another map of the node is about: a node has one map for each."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def locked(session: AnySession, account_map: AccountMap) -> Stored:
    """Return a map's rows as they are now, and stay until the writing transaction ends."""
    lock(session, account_map)
    return Stored.read(session, account_map)


def save_map(
    session: AnySession, stored: Stored, draft: MapDraft, known: Pickers, *, version: int
) -> Saved:
    """Turn a draft without faults into a map's `locked` rows and flush; only what differs is
    touched.

    Raises `Stale` where the map is no longer at the version that the draft was begun from, and
    `MatterTaken`.
    """
    account_map = stored.map
    if account_map.version != version:
        raise Stale(account_map, version)
    draft = tidied(draft)
    matter = known.matters.find(draft.matter)
    require_free(session, account_map, matter.id if matter else None)
    return Saver(session, stored, known).save(draft)


def lock(session: AnySession, account_map: AccountMap) -> None:
    """Read a map's row as it is now; on PostgreSQL nobody else can change it until the end."""
    query = select(AccountMap).where(AccountMap.id == account_map.id).with_for_update()
    session.scalars(query.execution_options(populate_existing=True)).one()


def require_free(session: AnySession, account_map: AccountMap, matter_id: int | None) -> None:
    """Raise `MatterTaken` where another map in use of the node is about the matter."""
    if matter_id is None or account_map.retired_on is not None:
        return
    taken = session.scalars(
        select(AccountMap.code)
        .where(
            AccountMap.node_id == account_map.node_id,
            AccountMap.matter_id == matter_id,
            AccountMap.retired_on.is_(None),
            AccountMap.code != account_map.code,
        )
        .limit(1)
    ).one_or_none()
    if taken is not None:
        raise MatterTaken(taken)


def new_map(
    session: AnySession, node: Node, *, title: str, matter_id: int | None = None
) -> AccountMap:
    """Add a map of a node with a start that leads to an end, and flush."""
    row = _empty_map(session, node, title=title, matter_id=matter_id, next_key=4)
    start, end = (
        Step(
            bureau_id=row.bureau_id,
            map=row,
            key=f"s{number}",
            number=number,
            kind=StepKind.TERMINATOR,
            text=text,
            actor_node_id=node.id if node.level is NodeLevel.POST else None,
        )
        for number, text in ((1, START), (2, END))
    )
    line = Transition(bureau_id=row.bureau_id, map=row, key="t3", source=start, target=end)
    session.add_all([row, start, end, line])
    session.flush()
    return row


def begin(session: AnySession, node: Node, *, title: str) -> AccountMap:
    """Add a map of a node without anything on it, and flush."""
    row = _empty_map(session, node, title=title, matter_id=None, next_key=1)
    session.add(row)
    session.flush()
    return row


def _empty_map(
    session: AnySession, node: Node, *, title: str, matter_id: int | None, next_key: int
) -> AccountMap:
    code = next_code(session, node)  # locks the node's row: codes are issued one at a time
    row = AccountMap(
        bureau_id=node.bureau_id,
        node_id=node.id,
        matter_id=matter_id,
        code=code,
        title=title.strip(),
        next_key=next_key,
        changed_at=now(),
    )
    require_free(session, row, matter_id)
    return row


def next_code(session: AnySession, node: Node) -> str:
    """Return the code of a node's next map: the node's own, then with -S2, -S3 behind it."""
    session.scalars(select(Node.id).where(Node.id == node.id).with_for_update()).one()
    issued = session.scalars(
        select(AccountMap.code).where(
            AccountMap.bureau_id == node.bureau_id,
            (AccountMap.code == node.code)
            | AccountMap.code.startswith(f"{node.code}-S", autoescape=True),
        )
    ).all()
    return next_map_code(node.code, issued)


@dataclass
class _Copies:
    """The rows of a copy by the ids of what they were copied from."""

    account_map: AccountMap
    steps: dict[int, Step]

    def of(self, row: Any, **others: Any) -> Any:
        """Return a row like another one, of the copy."""
        kept = {
            column.key: getattr(row, column.key)
            for column in type(row).__mapper__.column_attrs
            if column.key not in _OWN and column.key not in others
        }
        columns = {"bureau_id": self.account_map.bureau_id, "map": self.account_map}
        return type(row)(**kept | columns | others)


_OWN = frozenset(
    {"id", "bureau_id", "map_id", "step_id", "risk_point_id"}
    | {"source_id", "target_id", "first_id", "last_id"}
)


def copy_map(
    session: AnySession,
    source: AccountMap,
    node: Node,
    *,
    title: str,
    matter_id: int | None = None,
) -> AccountMap:
    """Add a map of a node that begins as a copy of another one's steps and all below, and flush.

    Goal and duties are a post's own. Steps of the office that the other map belongs to are left
    without an actor, unless the copy is for the same node.
    """
    stored = Stored.read(session, source)
    row = _empty_map(session, node, title=title, matter_id=matter_id, next_key=source.next_key)
    copies = _Copies(row, {})
    strangers = _strangers(session, source, node)
    for step in stored.steps:
        actor = None if step.actor_node_id in strangers else step.actor_node_id
        copies.steps[step.id] = copies.of(step, actor_node_id=actor)
    session.add_all([row, *copies.steps.values(), *_below(stored, copies)])
    session.flush()
    return row


def _below(stored: Stored, copies: _Copies) -> list[Any]:
    steps = copies.steps
    found = [copies.of(each) for each in stored.bases]
    found += [
        copies.of(line, source=steps[line.source_id], target=steps[line.target_id])
        for line in stored.lines
    ]
    found += [
        copies.of(span, first=steps[span.first_id], last=steps[span.last_id])
        for span in stored.spans
    ]
    for risk in stored.risks:
        copy = copies.of(risk, step=steps[risk.step_id])
        found.append(copy)
        found += [copies.of(each, risk_point=copy) for each in stored.answers.get(risk.id, [])]
    return found


def _strangers(session: AnySession, source: AccountMap, node: Node) -> set[int]:
    """Return the ids of the nodes that act in the other map only because it is their office's."""
    if source.node_id == node.id:
        return set()
    home = session.get_one(Node, source.node_id)
    path = home.path
    if home.level is NodeLevel.POST:
        path = path.rstrip("/").rpartition("/")[0] + "/"
    office = select(Node.id).where(
        Node.bureau_id == home.bureau_id, Node.path.startswith(path, autoescape=True)
    )
    return set(session.scalars(office)) - {node.id}

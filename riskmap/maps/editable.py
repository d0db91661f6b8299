"""Which map is edited, by whom, and what may be named on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, current_app
from sqlalchemy import select

from riskmap.accounts.current import me
from riskmap.accounts.guard import not_for_you
from riskmap.db import db
from riskmap.document.model import Office, Place
from riskmap.maps.draft import MapDraft
from riskmap.maps.models import AccountMap, Step
from riskmap.maps.pickers import Choice, Entry, NodeActor, Pickers, narrowed, pickers
from riskmap.maps.queries import documents, reading_order
from riskmap.maps.sketching import Sketch, look
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.queries import above
from riskmap.organisation.scope import Scope, my_scope, visible_to_me
from riskmap.organisation.tree import NodeLevel
from riskmap.web.access import Policy


@dataclass(frozen=True, slots=True)
class Edited:
    """A map that who is asking may edit, with its node and those above it, unit first."""

    bureau: Bureau
    row: AccountMap
    above: list[Node]
    known: Pickers
    user_id: int

    @property
    def home(self) -> str:
        """Return the path of the office that the map belongs to, or of the unit."""
        return _home(self.above)

    def place(self) -> Place:
        """Return where the map belongs, as its sheet says it."""
        names = {node.level.value: node.name for node in self.above}
        return Place(self.above[-1].code, self.above[-1].level, self.bureau.name, **names)

    def seen(self, draft: MapDraft) -> Sketch:
        """Return a draft of the map as it would be drawn, and what is wrong with its flow."""
        return look(draft, self.known, self.place(), self.row.code, self._offices())

    def _offices(self) -> tuple[Office, ...]:
        if self.above[-1].level is not NodeLevel.UNIT:
            return ()
        return documents(db.session, my_scope(), [self.row.code])[0].offices


def edited(code: str) -> Edited:
    """Return the map of a code; 404 where there is none, or where it is another office's."""
    bureau = my_scope().bureau
    wanted = (AccountMap.bureau_id == bureau.id, AccountMap.code == code)
    row = db.session.scalars(
        select(AccountMap).where(*wanted, AccountMap.retired_on.is_(None))
    ).one_or_none()
    if row is None:
        abort(404)
    nodes = editable(bureau, db.session.get_one(Node, row.node_id))
    return Edited(bureau, row, nodes, nameable(my_scope(), _home(nodes), row), me().user.id)


def _home(above: Sequence[Node]) -> str:
    """Return the path of the office among a map's nodes, unit first; of the unit without one."""
    return above[min(len(above), 2) - 1].path


def editable(bureau: Bureau, node: Node) -> list[Node]:
    """Return a node with those above it, unit first; 404 if its maps are not for who is asking."""
    if not visible_to_me(bureau, Policy.EDIT_MAPS).holds(node.path):
        not_for_you()
    return list(above(db.session, node))


def known_to(bureau: Bureau) -> Pickers:
    """Return a bureau's pickers, read anew only after something of the bureau has changed."""
    state = (db.engine.url, bureau.id, bureau.changes)
    kept: tuple[object, Pickers] | None = current_app.extensions.get("riskmap.pickers")
    if kept is None or kept[0] != state:
        kept = (state, pickers(db.session, bureau))
        current_app.extensions["riskmap.pickers"] = kept
    return kept[1]


def nameable(scope: Scope, home: str, row: AccountMap | None = None) -> Pickers:
    """Return the pickers of what who is asking may know of, at home, and on the map already.

    A text that stands for anything else stands for nothing: else its name could be had by its code.
    """
    known = known_to(scope.bureau)
    if scope.whole:
        return known
    there = select(Step.actor_node_id, Step.detail_map_id)
    stored = db.session.execute(there.where(Step.map_id == row.id)).all() if row else []
    actors = {each.actor_node_id for each in stored}
    paths = select(Node.path).where(Node.id.in_(actors - {None}))
    used = set(db.session.scalars(paths))
    maps = {each.code for each in reading_order(db.session, scope)}
    maps |= {known.maps.codes.get(each.detail_map_id or 0, "") for each in stored}

    def may_name(path: str) -> bool:
        return scope.holds(path) or path.startswith(home) or path in used

    return narrowed(known, may_name, maps)


def lists(known: Pickers, home: str) -> dict[str, list[Choice]]:
    """Return what the pickers offer, by the id of their list; who acts at home comes first.

    Posts and maps that who is asking may not read are not offered.
    """
    scope = my_scope()
    readable = {each.code for each in reading_order(db.session, scope)}

    def abroad(entry: Entry[Any]) -> bool:
        return not (isinstance(entry.value, NodeActor) and entry.value.path.startswith(home))

    def offered(entry: Entry[Any]) -> bool:
        seen = not isinstance(entry.value, NodeActor) or scope.holds(entry.value.path)
        return not entry.retired and (seen or not abroad(entry))

    actors = sorted(filter(offered, known.actors), key=abroad)
    return {
        "actors": [Choice(each.code, each.name) for each in actors],
        "items": known.items.choices,
        "measures": known.measures.choices,
        "bases": known.bases.choices,
        "limits": known.limits.choices,
        "matters": known.matters.choices,
        "maps": [each for each in known.maps.choices if each.code in readable],
    }


def node_of(bureau: Bureau, code: str) -> Node:
    """Return the node of a code; 404 where there is none, or where it is another office's."""
    wanted = (Node.bureau_id == bureau.id, Node.code == code, Node.retired_on.is_(None))
    node = db.session.scalars(select(Node).where(*wanted)).one_or_none()
    if node is None:
        abort(404)
    editable(bureau, node)
    return node

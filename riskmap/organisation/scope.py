"""What of a bureau somebody may see: the one condition that every read is narrowed by."""

from dataclasses import dataclass

from flask import has_request_context
from sqlalchemy import ColumnElement, Select, false, or_, select, true

from riskmap.accounts.current import asking, me
from riskmap.db import db
from riskmap.organisation.models import Bureau, Node
from riskmap.web.access import Policy

EVERYTHING = ("/",)


@dataclass(frozen=True, slots=True)
class Scope:
    """A bureau, and the paths of the nodes at and below which it may be seen."""

    bureau: Bureau
    paths: tuple[str, ...] = EVERYTHING

    @property
    def whole(self) -> bool:
        """Return whether nothing of the bureau is left out."""
        return "/" in self.paths

    @property
    def key(self) -> tuple[object, ...]:
        """Return what tells answers made for this scope from those for another."""
        return self.bureau.id, self.paths

    def holds(self, path: str) -> bool:
        """Return whether the node of a path may be seen."""
        return any(path.startswith(each) for each in self.paths)

    def nodes(self) -> ColumnElement[bool]:
        """Return the condition that a `Node` row is the bureau's and may be seen."""
        return (Node.bureau_id == self.bureau.id) & self._below()

    def _below(self) -> ColumnElement[bool]:
        if self.whole:
            return true()
        return or_(false(), *(Node.path.startswith(path) for path in self.paths))

    def node_ids(self) -> Select[int]:
        """Return the ids of the nodes that may be seen, for `column.in_(…)`."""
        return select(Node.id).where(self.nodes())


def my_scope(policy: Policy = Policy.READ) -> Scope:
    """Return what who is asking may see of their own bureau, or do something to."""
    return visible_to_me(db.session.get_one(Bureau, me().user.bureau_id), policy)


def visible_to_me(bureau: Bureau, policy: Policy = Policy.READ) -> Scope:
    """Return what who is asking may see of a bureau, or do something to; nothing in doubt.

    Commands, which no request has asked for, see the whole of it; jobs as much as who asked.
    """
    found = asking()
    if found is None and not has_request_context():
        return Scope(bureau)
    if found is None or found.user.bureau_id != bureau.id:
        return Scope(bureau, ())
    return Scope(bureau, found.paths.get(policy, ()))

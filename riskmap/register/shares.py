"""Who owes a measure what, in a form: rows of a role and a unit, office or post."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, ValidationError

from riskmap.db import AnySession
from riskmap.organisation.models import Node
from riskmap.register import queries
from riskmap.register.codes import picked
from riskmap.register.terms import ResponsibilityRole
from riskmap.web.forms import plain
from riskmap.web.members import shown

MOST = 60
"""Rows that are looked at."""


@dataclass(frozen=True, slots=True)
class Share:
    """A row as typed: the role, and the node as "name code"."""

    role: str
    node: str

    def __str__(self) -> str:
        role = ResponsibilityRole(self.role) if self.role in list(ResponsibilityRole) else self.role
        return f"{shown(role)} {self.node}" if self.node else ""


def labelled(node: Node) -> str:
    """Return a node as a picker offers it."""
    return f"{node.name} {node.code}"


class SharesField(Field):
    """Rows that are typed in pairs of inputs, `…-role` and `…-node`; empty ones do not count."""

    data: list[Share]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the rows from the form, else those of the measure."""
        self.process_errors: list[str] = []
        self.data = list(data) if isinstance(data, list | tuple) else []
        self.object_data = self.data
        if formdata is not None and f"{self.name}-node" in formdata:
            roles = formdata.getlist(f"{self.name}-role")
            nodes = formdata.getlist(f"{self.name}-node")
            pairs = zip(roles, nodes, strict=False)
            self.data = [Share(role, plain(node) or "") for role, node in pairs][:MOST]
        self.raw_data = None

    @property
    def filled(self) -> list[Share]:
        return [share for share in self.data if share.node]


def resolved(
    session: AnySession, bureau_id: int, shares: Sequence[Share], kept: Sequence[int] = ()
) -> list[tuple[ResponsibilityRole, int]]:
    """Return the rows as roles and ids of nodes; refuse what names none, in words.

    A retired node is taken only where the measure has it already (`kept`).
    """
    found: list[tuple[ResponsibilityRole, int]] = []
    for number, share in enumerate(shares, start=1):
        if share.role not in list(ResponsibilityRole):
            raise ValidationError(_("Row %(number)s: choose a role.", number=number))
        node = picked_node(session, bureau_id, share.node, kept)
        pair = (ResponsibilityRole(share.role), node.id)
        if pair in found:
            raise ValidationError(_("%(node)s stands twice in the same role.", node=labelled(node)))
        found.append(pair)
    return found


def picked_node(session: AnySession, bureau_id: int, text: str, kept: Sequence[int] = ()) -> Node:
    """Return the node that a picker's text names; refuse one that is not there or is retired."""
    node = queries.of_code(session, Node, bureau_id, picked(text))
    if node is None or (node.retired_on is not None and node.id not in kept):
        raise ValidationError(
            _("There is no unit, office or post “%(text)s”; choose one of the list.", text=text)
        )
    return node

"""The organisation as a tree with its maps: counts and worst level at every node."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from riskmap.db import AnySession
from riskmap.organisation.models import Node
from riskmap.organisation.queries import nodes
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.register.rating import Level
from riskmap.revisions.showing import Shown


@dataclass(frozen=True, slots=True)
class MapSummary:
    """A map in a list: its name, what it holds, how grave; its revision, None of a draft."""

    code: str
    title: str
    steps: int
    risks: dict[Level, int]
    number: int | None = None

    @property
    def worst(self) -> Level | None:
        return next((each for each in Level if self.risks[each]), None)


@dataclass(slots=True)
class Branch:
    """A node with its own maps and the branches below it."""

    node: Node
    maps: list[MapSummary] = field(default_factory=list)
    below: list["Branch"] = field(default_factory=list)

    def every_map(self) -> list[MapSummary]:
        """Return the maps of the node and of all below it, in reading order."""
        return [*self.maps, *(each for branch in self.below for each in branch.every_map())]

    def posts(self) -> list[Node]:
        """Return the posts at and below the node, in reading order."""
        own = [self.node] if self.node.level is NodeLevel.POST else []
        return [*own, *(each for branch in self.below for each in branch.posts())]

    @property
    def worst(self) -> Level | None:
        found = [each.worst for each in self.every_map() if each.worst]
        return max(found, key=lambda each: each.rank, default=None)

    def risks(self, level: Level) -> int:
        """Return how many risk points of a level the maps at and below the node have."""
        return sum(each.risks[level] for each in self.every_map())


def maps_by_node(maps: Iterable[Shown]) -> dict[str, list[MapSummary]]:
    """Return what maps show by the code of their node, each node's by code."""
    found: dict[str, list[MapSummary]] = {}
    for each in maps:
        document = each.document
        levels = [risk.level for risk in document.risk_points]
        found.setdefault(document.place.code, []).append(
            MapSummary(
                document.code,
                document.title,
                len(document.steps),
                {level: levels.count(level) for level in Level},
                each.number,
            )
        )
    return found


def tree(session: AnySession, scope: Scope, maps: Iterable[Shown]) -> list[Branch]:
    """Return the units in use with all below them and their maps, in reading order.

    Who sees a part of the bureau is given the branches of that part.
    """
    by_node = maps_by_node(maps)
    known = nodes(session, scope)
    seen = {node.id for node in known}
    branches: dict[int, Branch] = {}
    roots: list[Branch] = []
    for node in known:
        if node.retired_on is not None:
            continue
        branch = branches[node.id] = Branch(node, by_node.get(node.code, []))
        if node.parent_id in branches:
            branches[node.parent_id].below.append(branch)
        elif node.parent_id not in seen:  # else it stands below a retired node
            roots.append(branch)
    return roots


def branch_of(roots: Sequence[Branch], code: str) -> tuple[list[Branch], Branch] | None:
    """Return a node's branch and those above it, from the unit down; None if it is not there."""
    waiting: list[tuple[list[Branch], Branch]] = [([], each) for each in roots]
    while waiting:
        above, branch = waiting.pop()
        if branch.node.code == code:
            return above, branch
        waiting += [([*above, branch], each) for each in branch.below]
    return None

"""The places that a ledger names, and the units, offices and posts that they may be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from riskmap.organisation.tree import NodeLevel
from riskmap.workbooks.found.fields import Field, folded
from riskmap.workbooks.found.records import Row

SURE: Final = 0.8
"""From here on a likeness is taken for the same, if nothing else is nearly as like."""

LEAD: Final = 0.05
LEAST: Final = 0.3
MOST: Final = 6
"""Of the likest that are shown."""

ABOVE: Final = 0.3
"""What the name above counts for, beside 1 for the name itself."""

OTHER_LEVEL: Final = 0.1
"""What a node loses that stands on another level than the place."""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit, office and post as a row names them, "" where it names none."""

    unit: str = ""
    office: str = ""
    post: str = ""

    @property
    def key(self) -> str:
        """Return the place as one text; "" where the row says nothing of it."""
        return " / ".join(each for each in (self.unit, self.office, self.post) if each)

    @property
    def name(self) -> str:
        """Return the narrowest of the names."""
        return self.post or self.office or self.unit

    @property
    def level(self) -> NodeLevel:
        """Return what the narrowest name should be."""
        if self.post:
            return NodeLevel.POST
        return NodeLevel.OFFICE if self.office else NodeLevel.UNIT

    @property
    def higher(self) -> "Place":
        """Return the place that this one stands below, as far as it is named."""
        if self.post:
            return Place(self.unit, self.office)
        return Place(self.unit) if self.office else Place()


@dataclass(frozen=True, slots=True)
class NodeName:
    """A node that a place may be, and the code of the one above it."""

    code: str
    name: str
    level: NodeLevel
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A node with how like it is to a place, from 0 to 1."""

    node: NodeName
    likeness: float


def place_of(row: Row) -> Place:
    """Return where a row of a ledger belongs; where no column says it, its section may."""
    found = [row.fields.get(each, "") for each in (Field.UNIT, Field.OFFICE, Field.POST)]
    return Place(*found) if any(found) else Place(office=row.section)


def likest(place: Place, nodes: Mapping[str, NodeName]) -> list[Likeness]:
    """Return the nodes that a place may be, the likest first; `nodes` are by code."""
    if not place.key:
        return []
    found = [Likeness(node, round(_likeness(place, node, nodes), 2)) for node in nodes.values()]
    ranked = sorted(found, key=lambda each: (-each.likeness, each.node.code))
    return [each for each in ranked[:MOST] if each.likeness >= LEAST]


def settled(ranked: Iterable[Likeness]) -> str:
    """Return the code of the likest node where it is surely meant, else ""."""
    first, second = [*ranked, None, None][:2]
    if first is None or first.likeness < SURE:
        return ""
    lead = first.likeness - second.likeness if second else 1.0
    return first.node.code if lead >= LEAD or (first.likeness == 1.0 and lead > 0) else ""


def _likeness(place: Place, node: NodeName, nodes: Mapping[str, NodeName]) -> float:
    found, most = _alike(place.name, node.name), 1.0
    if (higher := place.higher.name) and (above := nodes.get(node.parent)):
        found, most = found + ABOVE * _alike(higher, above.name), most + ABOVE
    lost = 0.0 if place.level is node.level else OTHER_LEVEL
    return max(0.0, found / most - lost)


@lru_cache(maxsize=20_000)
def _alike(one: str, other: str) -> float:
    """Return how like two names are; a post's 岗, and what brackets explain, may be missing."""
    return max(
        SequenceMatcher(None, a, b, autojunk=False).ratio()
        for a in _ways(one)
        for b in _ways(other)
    )


def _ways(name: str) -> tuple[str, ...]:
    bare = name.partition("（")[0].partition("(")[0]
    ways = [folded(name), folded(bare)]
    ways += [each.removesuffix("位").removesuffix("岗") for each in ways if each.endswith(_POST)]
    return tuple(dict.fromkeys(filter(None, ways))) or ("",)


_POST: Final = ("岗", "岗位")

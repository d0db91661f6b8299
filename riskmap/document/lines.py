"""Maps, their steps and their risk points as lines of lists, and what of the register they use."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from riskmap.document.model import MapDocument
from riskmap.document.terms import Duty
from riskmap.organisation.tree import NodeLevel
from riskmap.register.terms import LimitUnit, PowerKind


@dataclass(frozen=True, slots=True)
class MapLine:
    """A map in a list: `node` is its place's code, `worst` the rank of its worst level, or 0."""

    code: str
    title: str
    place: str
    node: str
    level: NodeLevel
    matter: str
    kind: PowerKind | None
    steps: int
    risks: int
    worst: int


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step in a list, with its map."""

    code: str
    title: str
    node: str
    key: str
    number: int
    text: str
    actor: str
    duty: Duty | None
    limit_value: int | None
    limit_unit: LimitUnit | None
    basis: str


@dataclass(frozen=True, slots=True)
class RiskLine:
    """A risk point in a list, with its step and map; `answers` are its measures' codes."""

    code: str
    title: str
    node: str
    scale: NodeLevel
    number: int
    step: str
    key: str
    statement: str
    rank: int
    item: str
    item_name: str
    category: str
    answers: tuple[str, ...]

    @property
    def measures(self) -> int:
        return len(self.answers)


def map_lines(maps: Iterable[MapDocument]) -> Iterator[MapLine]:
    """Yield maps as lines, in their order."""
    for each in maps:
        worst, matter = each.worst_level(), each.matter
        yield MapLine(
            code=each.code,
            title=each.title,
            place=each.place.name,
            node=each.place.code,
            level=each.place.level,
            matter=matter.name if matter else "",
            kind=matter.kind if matter else None,
            steps=len(each.steps),
            risks=len(each.risk_points),
            worst=worst.rank if worst else 0,
        )


def step_lines(maps: Iterable[MapDocument]) -> Iterator[StepLine]:
    """Yield the steps of maps as lines, in their order."""
    for each in maps:
        for step in each.steps:
            actor = each.actor_by_key.get(step.actor)
            yield StepLine(
                code=each.code,
                title=each.title,
                node=each.place.code,
                key=step.key,
                number=step.number,
                text=step.text,
                actor=actor.name if actor else "",
                duty=step.duty,
                limit_value=step.limit.value if step.limit else None,
                limit_unit=step.limit.unit if step.limit else None,
                basis=step.basis.code if step.basis else "",
            )


def risk_lines(maps: Iterable[MapDocument]) -> Iterator[RiskLine]:
    """Yield the risk points of maps as lines, in their order."""
    for each in maps:
        for risk in each.risk_points:
            step = each.step_by_key[risk.step]
            yield RiskLine(
                code=each.code,
                title=each.title,
                node=each.place.code,
                scale=each.place.level,
                number=step.number,
                step=step.text,
                key=risk.key,
                statement=risk.statement,
                rank=risk.level.rank,
                item=risk.item.code,
                item_name=risk.item.name,
                category=risk.item.category_code,
                answers=tuple(one.code for one in risk.measures),
            )


@dataclass(frozen=True)
class Uses:
    """What of the register some maps use, counted; by code."""

    maps: Sequence[MapDocument]

    @cached_property
    def measures(self) -> Mapping[str, int]:
        """On how many maps each measure is used."""
        return Counter(
            code
            for each in self.maps
            for code in {one.code for risk in each.risk_points for one in risk.measures}
        )

    @cached_property
    def bases(self) -> Mapping[str, int]:
        """How many maps cite each basis: as a whole or at a step."""
        return Counter(
            code
            for each in self.maps
            for code in {
                *(one.code for one in each.bases),
                *(step.basis.code for step in each.steps if step.basis),
            }
        )

    @cached_property
    def risks(self) -> Mapping[str, int]:
        """How many risk points each item has."""
        return Counter(risk.item.code for each in self.maps for risk in each.risk_points)

    @cached_property
    def items(self) -> Mapping[str, int]:
        """On how many maps each item has risk points."""
        return Counter(
            code for each in self.maps for code in {risk.item.code for risk in each.risk_points}
        )

    @cached_property
    def limits(self) -> Mapping[str, int]:
        """How many spans each statutory limit binds."""
        return Counter(span.code for each in self.maps for span in each.limit_spans)

    def measures_on(self, nodes: Iterable[str]) -> frozenset[str]:
        """Return the codes of the measures that the maps of some nodes use."""
        return frozenset(
            one.code
            for node in nodes
            for each in self._by_node.get(node, ())
            for risk in each.risk_points
            for one in risk.measures
        )

    @cached_property
    def _by_node(self) -> Mapping[str, list[MapDocument]]:
        found: dict[str, list[MapDocument]] = defaultdict(list)
        for each in self.maps:
            found[each.place.code].append(each)
        return found

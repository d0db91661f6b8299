"""`MapDocument`: everything a sheet shows of one account map, and nothing else.

A revision will freeze exactly this value; its digest names what was drawn and signed.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from riskmap.document.terms import ActorRole, Duty, LimitEffect, Recording, StepKind
from riskmap.organisation.tree import NodeLevel
from riskmap.register.rating import Level, score
from riskmap.register.terms import (
    Binds,
    Control,
    Evidence,
    LimitSense,
    LimitUnit,
    Phase,
    PowerKind,
    RiskKind,
)


@dataclass(frozen=True, slots=True)
class Place:
    """The node a map belongs to, with the names above it; empty where a level is absent."""

    code: str
    level: NodeLevel
    bureau: str
    unit: str
    office: str = ""
    post: str = ""

    @property
    def name(self) -> str:
        """Return the node's own name."""
        return self.post or self.office or self.unit


@dataclass(frozen=True, slots=True)
class Matter:
    """The matter (权力事项) a map is about."""

    code: str
    name: str
    kind: PowerKind


_WITHIN: Final = str.maketrans("《》", "〈〉")


@dataclass(frozen=True, slots=True)
class Citation:
    """An article of a basis, as the sheet cites it."""

    code: str
    title: str
    number: str
    article: str
    unverified: bool = False
    fictional: bool = False

    @property
    def quoted(self) -> str:
        """Return the title in title marks, a title within it in single ones (GB/T 15834—2011)."""
        return f"《{self.title.translate(_WITHIN)}》"

    @property
    def text(self) -> str:
        """Return the citation as a sheet prints it, with a mark where it needs checking."""
        marks = "〔待核〕" * self.unverified + "〔虚构〕" * self.fictional
        return f"{self.quoted}{self.article}{marks}"


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit: a positive number of units."""

    value: int
    unit: LimitUnit

    @property
    def text(self) -> str:
        number = f"{self.value}个" if self.unit in _COUNTED else str(self.value)
        return f"{number}{self.unit.value}"


_COUNTED = (LimitUnit.WORKING_DAY, LimitUnit.MONTH)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who carries out steps: a node of the tree or a party outside it; one lane each."""

    key: str
    name: str
    role: ActorRole


@dataclass(frozen=True, slots=True)
class Step:
    """A step, in reading order; `key` never changes, `number` is what is shown."""

    key: str
    number: int
    kind: StepKind
    text: str
    actor: str = ""
    duty: Duty | None = None
    min_persons: int = 1
    limit: Limit | None = None
    recording: Recording | None = None
    effect: LimitEffect | None = None
    document: str = ""
    basis: Citation | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """A flow line from one step of the map to another."""

    key: str
    source: str
    target: str
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """The register's item a risk point belongs to, with its rating."""

    code: str
    name: str
    category_code: str
    category: str
    kind: RiskKind
    manifestation: str
    likelihood: int
    severity: int

    @property
    def score(self) -> int:
        return score(self.likelihood, self.severity)


@dataclass(frozen=True, slots=True)
class Measure:
    """A control measure that answers a risk point."""

    code: str
    text: str
    phase: Phase
    control: Control
    frequency: str
    evidence: str
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Where a step can go wrong, how badly, and what answers it."""

    key: str
    step: str
    item: Item
    statement: str
    level: Level
    reason: str = ""
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class LimitSpan:
    """A statutory limit laid over the map from one step to another."""

    code: str
    name: str
    limit: Limit
    sense: LimitSense
    binds: Binds
    citation: Citation
    evidence: Evidence
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Office:
    """An office below a unit: its node's code, its map's, and its risk points of each level.

    Counted are those on its own maps and on its posts'; `map` is empty where it has none.
    """

    code: str
    name: str
    map: str
    high: int
    medium: int
    low: int


@dataclass(frozen=True)
class MapDocument:
    """One account map as a value; steps and risk points in reading order.

    A unit's has its offices, in the organisation's order.
    """

    code: str
    title: str
    place: Place
    goal: str
    duties: tuple[str, ...]
    matter: Matter | None
    major_decision: bool
    bases: tuple[Citation, ...]
    actors: tuple[Actor, ...]
    steps: tuple[Step, ...]
    transitions: tuple[Transition, ...]
    risk_points: tuple[RiskPoint, ...]
    limit_spans: tuple[LimitSpan, ...]
    offices: tuple[Office, ...] = ()

    @cached_property
    def step_by_key(self) -> dict[str, Step]:
        return {step.key: step for step in self.steps}

    @cached_property
    def actor_by_key(self) -> dict[str, Actor]:
        return {actor.key: actor for actor in self.actors}

    def after(self, key: str) -> tuple[Transition, ...]:
        """Return the lines leaving a step, in the order of their keys."""
        return tuple(line for line in self.transitions if line.source == key)

    def risks_of(self, key: str) -> tuple[RiskPoint, ...]:
        """Return a step's risk points in reading order."""
        return tuple(risk for risk in self.risk_points if risk.step == key)

    def worst_level(self) -> Level | None:
        """Return the highest level among the risk points, if there are any."""
        levels = [risk.level for risk in self.risk_points]
        return max(levels, key=lambda each: each.rank, default=None)

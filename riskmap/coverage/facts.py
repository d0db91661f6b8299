"""`Facts`: all that the rules look at of one bureau, as a value.

Codes are those of the rows. Retired things are there too, and say so: a map may still use them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from riskmap.coverage.parameters import Parameters
from riskmap.document.model import Limit, MapDocument, RiskPoint, Step
from riskmap.document.soundness import Flow
from riskmap.document.terms import Duty
from riskmap.organisation.tenure import Tenure
from riskmap.organisation.tree import DutyClass, HoldingRole, NodeLevel, PartyRole
from riskmap.register.rating import Level
from riskmap.register.rating import level as rated
from riskmap.register.terms import (
    BasisKind,
    Binds,
    Control,
    Evidence,
    LimitSense,
    Phase,
    PowerKind,
)
from riskmap.revisions.sign_offs import SignOffRole


@dataclass(frozen=True, slots=True)
class Node:
    """A unit, office or post; `above` are the codes from its unit down to its parent."""

    code: str
    name: str
    level: NodeLevel
    above: tuple[str, ...] = ()
    duty_class: DutyClass | None = None
    retired: bool = False

    @property
    def office(self) -> str:
        """Return the code of the office it is or belongs to, "" for a unit."""
        line = (*self.above, self.code)
        return line[1] if len(line) > 1 else ""

    @property
    def unit(self) -> str:
        return (*self.above, self.code)[0]

    def within(self, code: str) -> bool:
        """Return whether it is the node of a code, or stands below it."""
        return code == self.code or code in self.above


@dataclass(frozen=True, slots=True)
class Person:
    code: str
    name: str
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Holding:
    """A person on a post, by their codes."""

    person: str
    post: str
    role: HoldingRole
    tenure: Tenure


@dataclass(frozen=True, slots=True)
class Party:
    code: str
    name: str
    role: PartyRole
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    code: str
    name: str
    kind: PowerKind
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    code: str
    name: str
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    code: str
    name: str
    category: str
    likelihood: int
    severity: int
    override: Level | None = None
    reason: str = ""
    retired: bool = False

    @property
    def level(self) -> Level:
        """Return its level: the override, else its rating."""
        return self.override or rated(self.likelihood, self.severity)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure, with the nodes that carry it out, supervise it and take part."""

    code: str
    item: str
    text: str
    phase: Phase
    control: Control
    frequency: str
    evidence: str
    indicator: str = ""
    responsible: tuple[str, ...] = ()
    supervising: tuple[str, ...] = ()
    cooperating: tuple[str, ...] = ()
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Basis:
    code: str
    title: str
    kind: BasisKind
    number: str = ""
    since: date | None = None
    until: date | None = None
    replaced_by: str = ""
    unverified: bool = False
    retired: bool = False


@dataclass(frozen=True, slots=True)
class StatutoryLimit:
    """A limit by law; `basis` is the code, `article` what of it sets the limit."""

    code: str
    name: str
    basis: str
    article: str
    limit: Limit
    sense: LimitSense
    binds: Binds
    start_event: str
    extension: Limit | None = None
    approver: str = ""
    suspension: str = ""
    evidence: Evidence = Evidence.TEXT
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Excuse:
    """An item that does not concern a node, and why, until a day."""

    item: str
    node: str
    reason: str
    until: date | None = None

    def holds(self, day: date) -> bool:
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True)
class Signature:
    """A box as it was signed: by whom (`signer` tells persons apart), on which day, its paper.

    `person` is the code of the person who signed, "" where the user is no person of the bureau.
    """

    box: SignOffRole
    signer: str
    day: date
    number: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """How the document in force of a map was signed off.

    `level` is the level that it had to be signed at; `numbers` are those of all revisions of the
    map, `silent` those after the first that do not say what was new; `whole` says that the text in
    force is the text that was approved.
    """

    number: int
    level: Level
    since: date
    signatures: tuple[Signature, ...] = ()
    numbers: tuple[int, ...] = ()
    silent: tuple[int, ...] = ()
    whole: bool = True


@dataclass(frozen=True)
class DrawnMap:
    """A map in use, on what day it was changed, and last reviewed, if that is known.

    `signed` is how its document was signed off, None for a working copy.
    """

    document: MapDocument
    changed: date
    reviewed: date | None = None
    signed: Signed | None = None

    @cached_property
    def flow(self) -> Flow:
        return Flow(self.document)

    @property
    def code(self) -> str:
        return self.document.code

    @property
    def node(self) -> str:
        """Return the code of the node it is drawn for."""
        return self.document.place.code

    @property
    def kind(self) -> PowerKind | None:
        return self.document.matter.kind if self.document.matter else None

    @cached_property
    def by_duty(self) -> Mapping[Duty, list[Step]]:
        found: dict[Duty, list[Step]] = defaultdict(list)
        for step in self.document.steps:
            if step.duty:
                found[step.duty].append(step)
        return found

    def with_duty(self, *duties: Duty) -> list[Step]:
        """Return the steps of some duties, in reading order."""
        return [step for step in self.document.steps if step.duty in duties]

    def risks(self) -> Iterator[tuple[Step, RiskPoint]]:
        """Yield the risk points with their steps, in reading order."""
        for risk in self.document.risk_points:
            yield self.document.step_by_key[risk.step], risk


@dataclass(frozen=True, slots=True)
class FindingFact:
    """A finding, as far as the rule on findings looks at it."""

    code: str
    node: str
    due: date | None
    closed: bool
    mended_by: str = ""
    closed_by: str = ""
    evidence: int = 0


@dataclass(frozen=True)
class Facts:
    """A bureau on a day; dictionaries by code, in the order of the rows' reading order.

    Maps are documents in force, of those that were never signed off the working copies; in a
    `draft` all are working copies.
    """

    code: str
    name: str
    day: date
    draft: bool = False
    parameters: Parameters = field(default_factory=Parameters)
    nodes: Mapping[str, Node] = field(default_factory=dict)
    parties: Mapping[str, Party] = field(default_factory=dict)
    persons: Mapping[str, Person] = field(default_factory=dict)
    holdings: tuple[Holding, ...] = ()
    matters: Mapping[str, Matter] = field(default_factory=dict)
    categories: Mapping[str, Category] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    bases: Mapping[str, Basis] = field(default_factory=dict)
    limits: Mapping[str, StatutoryLimit] = field(default_factory=dict)
    excuses: tuple[Excuse, ...] = ()
    maps: tuple[DrawnMap, ...] = ()
    figures: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    findings: tuple[FindingFact, ...] = ()

    @cached_property
    def map_by_code(self) -> Mapping[str, DrawnMap]:
        return {each.code: each for each in self.maps}

    @cached_property
    def maps_of(self) -> Mapping[str, list[DrawnMap]]:
        """The maps of each node that has any."""
        found: dict[str, list[DrawnMap]] = defaultdict(list)
        for each in self.maps:
            found[each.node].append(each)
        return found

    @cached_property
    def holdings_of(self) -> Mapping[str, list[Holding]]:
        """The holdings of each post that has any, past and present."""
        found: dict[str, list[Holding]] = defaultdict(list)
        for each in self.holdings:
            found[each.post].append(each)
        return found

    @cached_property
    def held(self) -> Mapping[str, list[Holding]]:
        """What each person holds on the day."""
        found: dict[str, list[Holding]] = defaultdict(list)
        for each in self.holdings:
            if each.tenure.holds(self.day):
                found[each.person].append(each)
        return found

    @cached_property
    def in_use(self) -> tuple[Node, ...]:
        """The nodes that are not retired."""
        return tuple(node for node in self.nodes.values() if not node.retired)

    def holders(self, post: str) -> list[Holding]:
        """Return who holds a post on the day."""
        return [each for each in self.holdings_of.get(post, ()) if each.tenure.holds(self.day)]

    def own(self, actor: str) -> bool:
        """Return whether an actor is of the bureau: one of its nodes, or of its leaders."""
        party = self.parties.get(actor)
        return actor in self.nodes or (party is not None and party.role is PartyRole.LEADER)

    def leader(self, actor: str) -> bool:
        """Return whether an actor is a leader, or a body of leaders, of the bureau."""
        party = self.parties.get(actor)
        return party is not None and party.role is PartyRole.LEADER

    def actor_name(self, actor: str) -> str:
        """Return what an actor is called, "" for nobody."""
        found = self.nodes.get(actor) or self.parties.get(actor)
        return found.name if found else ""

"""What the sample's files hold: the organisation, the register, the bases, the maps, who signed."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from riskmap.accounts.roles import Role
from riskmap.document.terms import Duty, LimitEffect, Recording, StepKind
from riskmap.organisation.tree import DutyClass, HoldingRole, PartyRole
from riskmap.register.rating import Level
from riskmap.register.terms import (
    BasisKind,
    Binds,
    Control,
    Evidence,
    LimitSense,
    LimitUnit,
    Phase,
    PowerKind,
    RiskKind,
)
from riskmap.revisions.sign_offs import SignOffRole
from riskmap.sample.reading import Entry

Text = Annotated[str, Meta(pattern=r"\S")]
Grade = Annotated[int, Meta(ge=1, le=4)]
Count = Annotated[int, Meta(ge=1)]


class BureauEntry(Entry, kw_only=True):
    code: Text
    name: Text
    short_name: str


class PartyEntry(Entry, kw_only=True):
    code: Text
    name: Text
    role: PartyRole


class MatterEntry(Entry, kw_only=True):
    code: Text
    name: Text
    kind: PowerKind


class PersonEntry(Entry, kw_only=True):
    code: Text
    name: Text


class HolderEntry(Entry, kw_only=True):
    person: str
    role: HoldingRole
    since: date
    until: date | None = None


class PostEntry(Entry, kw_only=True):
    code: Text
    name: Text
    duty_class: DutyClass
    holders: list[HolderEntry]


class OfficeEntry(Entry, kw_only=True):
    code: Text
    name: Text
    posts: list[PostEntry]


class UnitEntry(Entry, kw_only=True):
    code: Text
    name: Text
    offices: list[OfficeEntry]


class OrganisationFile(Entry, kw_only=True):
    """organisation.yaml"""

    as_of: date
    bureau: BureauEntry
    parties: list[PartyEntry]
    matters: list[MatterEntry]
    persons: list[PersonEntry]
    units: list[UnitEntry]


class OverrideEntry(Entry, kw_only=True):
    level: Level
    reason: Text


class MeasureEntry(Entry, kw_only=True):
    code: Text
    text: Text
    phase: Phase
    control: Control
    frequency: str
    evidence: str
    indicator: str = ""
    responsible: list[str]
    supervising: list[str] = []
    cooperating: list[str] = []


class ItemEntry(Entry, kw_only=True):
    code: Text
    name: Text
    kind: RiskKind
    manifestation: str
    likelihood: Grade
    severity: Grade
    override: OverrideEntry | None = None
    measures: list[MeasureEntry]


class CategoryEntry(Entry, kw_only=True):
    code: Text
    name: Text
    items: list[ItemEntry]


class NotApplicableEntry(Entry, kw_only=True):
    item: str
    node: str
    reason: Text
    until: date | None = None


class RegisterFile(Entry, kw_only=True):
    """register.yaml"""

    categories: list[CategoryEntry]
    not_applicable: list[NotApplicableEntry] = []


class ExtensionEntry(Entry, kw_only=True):
    approver: str
    value: Count | None = None
    unit: LimitUnit | None = None


class LimitEntry(Entry, kw_only=True):
    code: Text
    name: Text
    article: str = ""
    value: Count
    unit: LimitUnit
    sense: LimitSense
    binds: Binds
    start_event: Text
    extension: ExtensionEntry | None = None
    suspension: str = ""
    evidence: Evidence


class BasisEntry(Entry, kw_only=True):
    code: Text
    title: Text
    kind: BasisKind
    number: str = ""
    in_force_from: date | None = None
    in_force_until: date | None = None
    replaced_by: str = ""
    unverified: bool = False
    fictional: bool = False
    limits: list[LimitEntry] = []


class BasesFile(Entry, kw_only=True):
    """bases.yaml"""

    bases: list[BasisEntry]


class NextEntry(Entry, kw_only=True):
    to: str
    when: str = ""


class RiskEntry(Entry, kw_only=True):
    key: Text
    item: str
    statement: Text
    override: OverrideEntry | None = None
    measures: list[str] = []


class StepEntry(Entry, kw_only=True):
    key: Text
    kind: StepKind
    text: Text
    actor: str = ""
    duty: Duty | None = None
    min_persons: Count = 1
    limit: str = ""  # such as 15日 or 5个工作日
    recording: Recording | None = None
    effect: LimitEffect | None = None
    document: str = ""
    basis: str = ""  # code and article, such as FG-003 第十四条
    detail: str = ""
    next: list[str | NextEntry] | None = None  # left out: the step below; []: an end
    risks: list[RiskEntry] = []


class SpanEntry(Entry, kw_only=True):
    limit: str
    first: str
    last: str


class MapEntry(Entry, kw_only=True):
    code: Text
    title: Text
    matter: str = ""
    goal: str
    duties: list[str]
    major_decision: bool = False
    bases: list[str]
    steps: list[StepEntry]
    limit_spans: list[SpanEntry] = []


class MapsFile(Entry, kw_only=True):
    """maps/<code of a unit or office>.yaml"""

    maps: list[MapEntry]


class LeaderEntry(Entry, kw_only=True):
    """A person in a leading capacity over some nodes and all below them; [] is the bureau."""

    person: str
    party: str
    over: list[str] = []
    since: date
    until: date | None = None


class SignatureEntry(Entry, kw_only=True):
    role: SignOffRole
    person: str
    day: date
    number: str = ""  # of the minutes, or of the filing


class SignOffEntry(Entry, kw_only=True):
    map: str
    signatures: list[SignatureEntry]


class SignOffsFile(Entry, kw_only=True):
    """sign_offs.yaml"""

    leaders: list[LeaderEntry]
    sign_offs: list[SignOffEntry]


class GrantEntry(Entry, kw_only=True):
    role: Role
    at: str = ""  # a node's code; left out, the whole bureau


class UserEntry(Entry, kw_only=True):
    """Somebody who can sign in to the sample; called by `shown`, else by the person and `title`."""

    name: Text
    shown: str = ""
    title: str = ""
    person: str = ""
    grants: list[GrantEntry]


class UsersFile(Entry, kw_only=True):
    """users.yaml"""

    users: Annotated[list[UserEntry], Meta(max_length=12)]

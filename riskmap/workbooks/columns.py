"""The one table of columns: what sheets a workbook has, and what every column of them may hold.

Sheet, reader, checks, help page and CSV are all made from it. A row is told apart by its key: the
code that was issued once, a map's code with the key of what is below it, or what the row joins.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from riskmap.document.terms import Duty, LimitEffect, Recording, StepKind
from riskmap.organisation.tree import DutyClass, HoldingRole, NodeLevel, PartyRole
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
    ResponsibilityRole,
    RiskKind,
)
from riskmap.web.access import Policy

LONG: Final = 4000
"""Characters of a text without a limit in the database, as forms take them."""

SEPARATOR: Final = "、"
"""Between several codes in one cell; no code has it."""


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    LINES = "lines"  # a text of several lines
    NUMBER = "number"
    DAY = "day"
    FLAG = "flag"  # yes or no
    CHOICE = "choice"  # a member of a closed set
    CODE = "code"  # another row, as "name code"
    CODES = "codes"  # several others
    STEP = "step"  # a step of the same map, as "text key"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `attribute` is the model's where it has another name than the column.

    `to` are the tables that a code may be of, `parts` the attribute for each. What is `fixed` is
    said once, when the row is added; what is `told` is written for the reader and never read back.
    """

    name: str
    head: Any
    kind: Kind = Kind.TEXT
    attribute: str = ""
    needed: bool = False
    longest: int = 0
    least: int = 1
    most: int = 9999
    default: str = ""
    members: type[StrEnum] | None = None
    to: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    fixed: bool = False
    told: bool = False
    width: int = 14
    help: Any = ""

    @property
    def attributes(self) -> tuple[str, ...]:
        """Return the attributes of the model that the column is made of."""
        return self.parts or (self.attribute or self.name,)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet of the workbook, and the rows that it holds; its name is that of their table.

    `key` are the columns that tell its rows apart, `read` the others whose cells are read back; a
    table whose rows are told apart by what may be changed has a column of its own for it, `joined`.
    `policy` is what one must be allowed to do to change its rows, `retires` whether a row that is
    no longer wanted stays on record.
    """

    name: str
    title: Any
    policy: Policy
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("code",)
    joined: bool = False
    retires: bool = False
    of_map: bool = False
    by_name: dict[str, Column] = field(init=False, compare=False)
    read: tuple[Column, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        keys = () if self.joined else self.key
        read = tuple(each for each in self.columns if not each.told and each.name not in keys)
        object.__setattr__(self, "by_name", {each.name: each for each in self.columns})
        object.__setattr__(self, "read", read)


def _code(width: int = 16) -> Column:
    return Column("code", _l("Code"), fixed=True, longest=40, width=width)


def _name(longest: int = 200, width: int = 28) -> Column:
    return Column("name", _l("Called"), needed=True, longest=longest, width=width)


def _to(
    name: str, head: Any, *tables: str, attribute: str = "", width: int = 30, **more: Any
) -> Column:
    """Return a column that names a row of another table."""
    return Column(name, head, Kind.CODE, attribute or f"{name}_id", to=tables, width=width, **more)


def _choice(name: str, head: Any, members: type[StrEnum], **more: Any) -> Column:
    return Column(name, head, Kind.CHOICE, members=members, **more)


def _day(name: str, head: Any, **more: Any) -> Column:
    return Column(name, head, Kind.DAY, width=12, **more)


def _number(name: str, head: Any, **more: Any) -> Column:
    return Column(name, head, Kind.NUMBER, width=9, **more)


def _flag(name: str, head: Any) -> Column:
    return Column(name, head, Kind.FLAG, width=9)


def _text(name: str, head: Any, longest: int, width: int = 24, **more: Any) -> Column:
    return Column(name, head, longest=longest, width=width, **more)


def _lines(name: str, head: Any, longest: int = LONG, width: int = 44, **more: Any) -> Column:
    return Column(name, head, Kind.LINES, longest=longest, width=width, **more)


RETIRED = _day("retired_on", _l("Retired on"), told=True)
MAP = Column(
    "map", _l("Map"), Kind.CODE, "map_id", to=("account_map",), needed=True, fixed=True, width=30
)


def _key() -> Column:
    return Column("key", _l("Key"), fixed=True, longest=20, width=8)


def _step(name: str, head: Any, attribute: str = "", **more: Any) -> Column:
    return Column(name, head, Kind.STEP, attribute or f"{name}_id", needed=True, width=30, **more)


NODE = Table(
    "node",
    _l("Units, offices, posts"),
    Policy.EDIT_ORGANISATION,
    (
        _code(),
        _choice("level", _l("Tier"), NodeLevel, needed=True, fixed=True, width=8),
        _name(),
        _to("parent", _l("Stands below"), "node"),
        _choice("duty_class", _l("Class of duty"), DutyClass),
        RETIRED,
    ),
)
PERSON = Table(
    "person",
    _l("People"),
    Policy.EDIT_ORGANISATION,
    (_code(), _name(100, 14), RETIRED),
    retires=True,
)
HOLDING = Table(
    "holding",
    _l("Holdings"),
    Policy.EDIT_ORGANISATION,
    (
        _to("person", _l("Staff member"), "person", needed=True, fixed=True, width=18),
        _to("post", _l("Post"), "node", needed=True, fixed=True),
        _choice("role", _l("Role"), HoldingRole, needed=True),
        _day("since", _l("First day"), needed=True),
        _day("until", _l("Last day")),
    ),
    key=("person", "post", "since"),
    joined=True,
)
PARTY = Table(
    "party",
    _l("Outside parties"),
    Policy.EDIT_ORGANISATION,
    (
        _code(),
        _name(longest=100),
        _choice("role", _l("Part in procedures"), PartyRole, needed=True, width=20),
        RETIRED,
    ),
    retires=True,
)
CATEGORY = Table(
    "category",
    _l("Categories"),
    Policy.EDIT_REGISTER,
    (_code(), _name(), RETIRED),
    retires=True,
)
ITEM = Table(
    "item",
    _l("Items"),
    Policy.EDIT_REGISTER,
    (
        _code(),
        _to("category", _l("Category"), "category", needed=True, width=22),
        _name(),
        _choice("kind", _l("Kind of risk"), RiskKind, needed=True),
        _lines("manifestation", _l("How it shows"), needed=True),
        _number("likelihood", _l("Likelihood"), needed=True, most=4),
        _number("severity", _l("Severity"), needed=True, most=4),
        _choice("override_level", _l("Level set by hand"), Level, width=10),
        _lines("override_reason", _l("Reason for the level set by hand"), width=30),
        _lines("remark", _l("Remark"), width=30),
        RETIRED,
    ),
    retires=True,
)
MEASURE = Table(
    "measure",
    _l("Control measures"),
    Policy.EDIT_REGISTER,
    (
        _code(),
        _to("item", _l("Item"), "item", needed=True, fixed=True, width=24),
        _lines("text", _l("Measure"), needed=True),
        _choice("phase", _l("When"), Phase, needed=True, width=10),
        _choice("control", _l("How it works"), Control, needed=True, width=10),
        _text("frequency", _l("How often"), 100, 16),
        _text("evidence", _l("Evidence"), 200),
        _text("indicator", _l("Indicator"), 200),
        RETIRED,
    ),
    retires=True,
)
RESPONSIBILITY = Table(
    "responsibility",
    _l("Responsibilities"),
    Policy.EDIT_REGISTER,
    (
        _to("measure", _l("Measure"), "measure", needed=True, fixed=True, width=44),
        _to("node", _l("Unit, office or post"), "node", needed=True, fixed=True),
        _choice("role", _l("Role"), ResponsibilityRole, needed=True, fixed=True),
    ),
    key=("measure", "node", "role"),
    joined=True,
)
NOT_APPLICABLE = Table(
    "not_applicable",
    _l("Not applicable"),
    Policy.EDIT_REGISTER,
    (
        _to("item", _l("Item"), "item", needed=True, fixed=True),
        _to("node", _l("Unit, office or post"), "node", needed=True, fixed=True),
        _lines("reason", _l("Reason"), needed=True),
        _day("until", _l("Last day")),
    ),
    key=("item", "node"),
    joined=True,
)
BASIS = Table(
    "basis",
    _l("Bases"),
    Policy.EDIT_REGISTER,
    (
        _code(),
        _text("title", _l("Title"), 300, 40, needed=True),
        _choice("kind", _l("Kind of basis"), BasisKind, needed=True),
        _text("number", _l("Number of the document"), 100, 20),
        _day("in_force_from", _l("In force from")),
        _day("in_force_until", _l("In force until")),
        _to("replaced_by", _l("Replaced by"), "basis"),
        _flag("unverified", _l("Still to be checked")),
        _flag("fictional", _l("Fictional")),
        RETIRED,
    ),
    retires=True,
)
LIMIT = Table(
    "statutory_limit",
    _l("Statutory limits"),
    Policy.EDIT_REGISTER,
    (
        _code(),
        _to("basis", _l("Basis"), "basis", needed=True, fixed=True, width=36),
        _name(),
        _text("article", _l("Article"), 100, 14),
        _number("value", _l("Length"), needed=True),
        _choice("unit", _l("Unit"), LimitUnit, needed=True, width=8),
        _choice("sense", _l("Sense"), LimitSense, needed=True, width=10),
        _choice("binds", _l("Binds"), Binds, needed=True, width=12),
        _lines("start_event", _l("Runs from"), needed=True, width=28),
        _number("extension_value", _l("Extension by")),
        _choice("extension_unit", _l("Unit of the extension"), LimitUnit, width=8),
        _text("extension_approver", _l("Who approves the extension"), 200),
        _lines("suspension", _l("What suspends it"), width=28),
        _choice("evidence", _l("How it is known"), Evidence, needed=True),
        RETIRED,
    ),
    retires=True,
)
MATTER = Table(
    "matter",
    _l("Matters"),
    Policy.EDIT_REGISTER,
    (
        _code(),
        _name(),
        _choice("kind", _l("Kind of power"), PowerKind, needed=True),
        RETIRED,
    ),
    retires=True,
)
ACCOUNT_MAP = Table(
    "account_map",
    _l("Maps of accounts"),
    Policy.EDIT_MAPS,
    (
        _code(width=18),
        _to("node", _l("Unit, office or post"), "node", needed=True, fixed=True),
        _text("title", _l("Title"), 200, 28, needed=True),
        _to("matter", _l("Matter"), "matter"),
        _lines("goal", _l("Goal"), 2000),
        _lines("duties", _l("Duties, one a line")),
        _flag("major_decision", _l("Major decision")),
        _day("reviewed_on", _l("Reviewed on"), told=True),
    ),
    retires=True,
    of_map=True,
)
MAP_BASIS = Table(
    "map_basis",
    _l("Bases of maps"),
    Policy.EDIT_MAPS,
    (
        MAP,
        _to("basis", _l("Basis"), "basis", needed=True, width=36),
        _text("article", _l("Article"), 100, 20),
    ),
    key=("map", "basis", "article"),
    joined=True,
    of_map=True,
)
STEP = Table(
    "step",
    _l("Steps"),
    Policy.EDIT_MAPS,
    (
        MAP,
        _key(),
        _number("number", _l("No."), needed=True, most=999),
        _choice("kind", _l("Kind of step"), StepKind, needed=True, width=16),
        _text("text", _l("Step"), 200, 40, needed=True),
        Column(
            "actor",
            _l("Who carries it out"),
            Kind.CODE,
            to=("node", "party"),
            parts=("actor_node_id", "actor_party_id"),
            width=30,
        ),
        _choice("duty", _l("Duty"), Duty, width=12),
        _number("min_persons", _l("Persons at least"), most=99, default="1"),
        _number("limit_value", _l("Time limit")),
        _choice("limit_unit", _l("Unit of the time limit"), LimitUnit, width=8),
        _choice("recording", _l("Recording"), Recording, width=14),
        _choice("limit_effect", _l("Effect on the time limit"), LimitEffect, width=12),
        _text("document", _l("Document"), 200),
        _to("basis", _l("Basis"), "basis"),
        _text("basis_article", _l("Article"), 100, 16),
        _to("detail_map", _l("Detail map"), "account_map"),
    ),
    key=("map", "key"),
    of_map=True,
)
TRANSITION = Table(
    "transition",
    _l("Flow lines"),
    Policy.EDIT_MAPS,
    (
        MAP,
        _key(),
        _step("source", _l("From step")),
        _step("target", _l("To step")),
        _text("condition", _l("Condition"), 100),
    ),
    key=("map", "key"),
    of_map=True,
)
RISK_POINT = Table(
    "risk_point",
    _l("Risk points"),
    Policy.EDIT_MAPS,
    (
        MAP,
        _key(),
        _step("step", _l("Step")),
        _to("item", _l("Item"), "item", needed=True),
        _text("statement", _l("Risk point"), 200, 44, needed=True),
        _choice("override_level", _l("Level, where not the item's"), Level, width=10),
        _lines("override_reason", _l("Reason for the level"), 500, 30),
        Column("measures", _l("Codes of the measures"), Kind.CODES, to=("measure",), width=40),
        _lines("measure_texts", _l("What the measures say"), 0, 60, told=True),
    ),
    key=("map", "key"),
    of_map=True,
)
LIMIT_SPAN = Table(
    "limit_span",
    _l("Limit spans"),
    Policy.EDIT_MAPS,
    (
        MAP,
        _to("limit", _l("Statutory limit"), "statutory_limit", attribute="statutory_limit_id",
            needed=True),
        _step("first", _l("From step")),
        _step("last", _l("To step")),
    ),
    key=("map", "limit", "first", "last"),
    joined=True,
    of_map=True,
)  # fmt: skip

TABLES: Final = (
    NODE, PERSON, HOLDING, PARTY, CATEGORY, ITEM, MEASURE, RESPONSIBILITY, NOT_APPLICABLE, BASIS,
    LIMIT, MATTER, ACCOUNT_MAP, MAP_BASIS, STEP, TRANSITION, RISK_POINT, LIMIT_SPAN,
)  # fmt: skip
"""The sheets in their order: what others name comes before them."""

BY_NAME: Final = {each.name: each for each in TABLES}

ACT: Final = _l("Delete?")
JOINED: Final = _l("Key")
VERSION: Final = _l("State at export")
"""The heads of the columns that every sheet has before its own."""

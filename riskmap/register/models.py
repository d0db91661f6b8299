"""Rows of the register: categories, items, measures, bases, limits, matters."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from riskmap.db import Model, choice, not_blank, override_with_reason, shared_key
from riskmap.organisation.models import Bureau, Node
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


class Category(Model):
    """A category (大类) of integrity risk."""

    __table_args__ = (
        UniqueConstraint("bureau_id", "code"),
        UniqueConstraint("bureau_id", "id"),
        CheckConstraint("position >= 0", name="position_range"),
        not_blank("code"),
        not_blank("name"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
    retired_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Item(Model):
    """An item (小项) of a category; its level follows likelihood × severity unless overridden."""

    __table_args__ = (
        UniqueConstraint("bureau_id", "code"),
        UniqueConstraint("bureau_id", "id"),
        shared_key("bureau_id", "category_id", Category),
        CheckConstraint("likelihood BETWEEN 1 AND 4", name="likelihood_range"),
        CheckConstraint("severity BETWEEN 1 AND 4", name="severity_range"),
        CheckConstraint("position >= 0", name="position_range"),
        override_with_reason(),
        not_blank("code"),
        not_blank("name"),
        Index(None, "bureau_id", "category_id", "position"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    category_id: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
    kind: Mapped[RiskKind] = mapped_column(choice(RiskKind, "kind_known"))
    manifestation: Mapped[str] = mapped_column(Text)
    likelihood: Mapped[int]
    severity: Mapped[int]
    override_level: Mapped[Level | None] = mapped_column(choice(Level, "override_level_known"))
    override_reason: Mapped[str] = mapped_column(Text, default="")
    retired_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    remark: Mapped[str] = mapped_column(Text, default="", server_default="")  # on no sheet

    __mapper_args__ = {"version_id_col": version}


class Measure(Model):
    """A control measure (防控措施) of an item: who does what, when, with which evidence."""

    __table_args__ = (
        UniqueConstraint("bureau_id", "code"),
        UniqueConstraint("bureau_id", "id"),
        shared_key("bureau_id", "item_id", Item),
        CheckConstraint("position >= 0", name="position_range"),
        not_blank("code"),
        not_blank("text"),
        Index(None, "bureau_id", "item_id", "position"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    item_id: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    phase: Mapped[Phase] = mapped_column(choice(Phase, "phase_known"))
    control: Mapped[Control] = mapped_column(choice(Control, "control_known"))
    frequency: Mapped[str] = mapped_column(String(100))
    evidence: Mapped[str] = mapped_column(String(200))
    indicator: Mapped[str] = mapped_column(String(200), default="")
    retired_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Responsibility(Model):
    """What a node owes a measure."""

    __table_args__ = (
        UniqueConstraint("measure_id", "node_id", "role"),
        shared_key("bureau_id", "measure_id", Measure),
        shared_key("bureau_id", "node_id", Node),
        Index(None, "bureau_id", "node_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int]
    measure_id: Mapped[int]
    node_id: Mapped[int]
    role: Mapped[ResponsibilityRole] = mapped_column(choice(ResponsibilityRole, "role_known"))


class NotApplicable(Model):
    """An item that does not concern a node, with the reason, until a day."""

    __table_args__ = (
        UniqueConstraint("item_id", "node_id"),
        shared_key("bureau_id", "item_id", Item),
        shared_key("bureau_id", "node_id", Node),
        not_blank("reason"),
        Index(None, "bureau_id", "node_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int]
    item_id: Mapped[int]
    node_id: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class Basis(Model):
    """A law, rule or internal system that maps cite (依据)."""

    __table_args__ = (
        UniqueConstraint("bureau_id", "code"),
        UniqueConstraint("bureau_id", "id"),
        shared_key("bureau_id", "replaced_by_id", "basis"),
        CheckConstraint("in_force_until >= in_force_from", name="ends_after_start"),
        CheckConstraint("replaced_by_id <> id", name="not_replaced_by_itself"),
        not_blank("code"),
        not_blank("title"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    code: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    kind: Mapped[BasisKind] = mapped_column(choice(BasisKind, "kind_known"))
    number: Mapped[str] = mapped_column(String(100), default="")
    in_force_from: Mapped[date | None]
    in_force_until: Mapped[date | None]
    replaced_by_id: Mapped[int | None]
    unverified: Mapped[bool] = mapped_column(default=False)
    fictional: Mapped[bool] = mapped_column(default=False)
    retired_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class StatutoryLimit(Model):
    """A time limit that a basis sets (法定时限); nobody may extend it without an approver."""

    __table_args__ = (
        UniqueConstraint("bureau_id", "code"),
        UniqueConstraint("bureau_id", "id"),
        shared_key("bureau_id", "basis_id", Basis),
        CheckConstraint("value > 0", name="value_range"),
        CheckConstraint("extension_value > 0", name="extension_range"),
        CheckConstraint(
            "(extension_value IS NULL) = (extension_unit IS NULL)", name="extension_has_unit"
        ),
        not_blank("code"),
        not_blank("name"),
        not_blank("start_event"),
        Index(None, "bureau_id", "basis_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    basis_id: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    article: Mapped[str] = mapped_column(String(100), default="")
    value: Mapped[int]
    unit: Mapped[LimitUnit] = mapped_column(choice(LimitUnit, "unit_known"))
    sense: Mapped[LimitSense] = mapped_column(choice(LimitSense, "sense_known"))
    binds: Mapped[Binds] = mapped_column(choice(Binds, "binds_known"))
    start_event: Mapped[str] = mapped_column(Text)
    extension_value: Mapped[int | None]
    extension_unit: Mapped[LimitUnit | None] = mapped_column(
        choice(LimitUnit, "extension_unit_known")
    )
    extension_approver: Mapped[str] = mapped_column(String(200), default="")
    suspension: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[Evidence] = mapped_column(choice(Evidence, "evidence_known"))
    retired_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class Matter(Model):
    """A matter (权力事项) the bureau decides or does."""

    __table_args__ = (
        UniqueConstraint("bureau_id", "code"),
        UniqueConstraint("bureau_id", "id"),
        not_blank("code"),
        not_blank("name"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[PowerKind] = mapped_column(choice(PowerKind, "kind_known"))
    retired_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}

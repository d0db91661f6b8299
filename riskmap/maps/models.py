"""Rows of an account map: steps, lines, risk points, limit spans."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskmap.accounts.models import User
from riskmap.db import Model, UtcDateTime, choice, not_blank, override_with_reason, shared_key
from riskmap.document.terms import Duty, LimitEffect, Recording, StepKind
from riskmap.organisation.models import Bureau, Node, Party
from riskmap.register.models import Basis, Item, Matter, Measure, StatutoryLimit
from riskmap.register.rating import Level
from riskmap.register.terms import LimitUnit


class AccountMap(Model):
    """The account map (法治账图) of a node; `version` counts every change at or below it."""

    __table_args__ = (
        UniqueConstraint("bureau_id", "code"),
        UniqueConstraint("bureau_id", "id"),
        shared_key("bureau_id", "node_id", Node),
        shared_key("bureau_id", "matter_id", Matter),
        CheckConstraint("next_key >= 1", name="next_key_range"),
        not_blank("code"),
        not_blank("title"),
        Index(
            "uq_account_map_one_per_matter",
            "node_id",
            "matter_id",
            unique=True,
            sqlite_where=text("retired_on IS NULL"),
            postgresql_where=text("retired_on IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    node_id: Mapped[int]
    matter_id: Mapped[int | None]
    code: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    goal: Mapped[str] = mapped_column(Text, default="")
    duties: Mapped[str] = mapped_column(Text, default="")  # one a line
    major_decision: Mapped[bool] = mapped_column(default=False)
    next_key: Mapped[int] = mapped_column(default=1)  # keys are issued once, never reused
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    reviewed_on: Mapped[date | None]  # found right as it stands; not the day of a change

    steps: Mapped[list["Step"]] = relationship(
        primaryjoin="AccountMap.id == foreign(Step.map_id)",
        back_populates="map",
        order_by="Step.number, Step.id",
        passive_deletes="all",
    )

    # The counter is set by riskmap.maps.touching, so that a change below the map counts too.
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}


class MapBasis(Model):
    """An article that a map rests on."""

    __table_args__ = (
        UniqueConstraint("map_id", "basis_id", "article"),
        shared_key("bureau_id", "map_id", AccountMap),
        shared_key("bureau_id", "basis_id", Basis),
        CheckConstraint("position >= 0", name="position_range"),
        Index(None, "bureau_id", "basis_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int]
    map_id: Mapped[int]
    basis_id: Mapped[int]
    article: Mapped[str] = mapped_column(String(100), default="")
    position: Mapped[int]

    map: Mapped[AccountMap] = relationship(primaryjoin="foreign(MapBasis.map_id) == AccountMap.id")


class Step(Model):
    """A step (步骤); carried out by a node or a party, at most one of them."""

    __table_args__ = (
        UniqueConstraint("map_id", "key"),
        UniqueConstraint("map_id", "id"),
        shared_key("bureau_id", "map_id", AccountMap),
        shared_key("bureau_id", "actor_node_id", Node),
        shared_key("bureau_id", "actor_party_id", Party),
        shared_key("bureau_id", "basis_id", Basis),
        shared_key("bureau_id", "detail_map_id", AccountMap),
        CheckConstraint("number >= 1", name="number_range"),
        CheckConstraint("min_persons >= 1", name="min_persons_range"),
        CheckConstraint("limit_value > 0", name="limit_range"),
        CheckConstraint("(limit_value IS NULL) = (limit_unit IS NULL)", name="limit_has_unit"),
        CheckConstraint(
            "actor_node_id IS NULL OR actor_party_id IS NULL", name="one_actor_at_most"
        ),
        CheckConstraint("detail_map_id <> map_id", name="not_its_own_detail"),
        not_blank("key"),
        not_blank("text"),
        Index(None, "bureau_id", "actor_node_id"),
        Index(None, "bureau_id", "detail_map_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int]
    map_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(choice(StepKind, "kind_known"))
    text: Mapped[str] = mapped_column(Text)
    actor_node_id: Mapped[int | None]
    actor_party_id: Mapped[int | None]
    duty: Mapped[Duty | None] = mapped_column(choice(Duty, "duty_known"))
    min_persons: Mapped[int] = mapped_column(default=1)
    limit_value: Mapped[int | None]
    limit_unit: Mapped[LimitUnit | None] = mapped_column(choice(LimitUnit, "limit_unit_known"))
    recording: Mapped[Recording | None] = mapped_column(choice(Recording, "recording_known"))
    limit_effect: Mapped[LimitEffect | None] = mapped_column(
        choice(LimitEffect, "limit_effect_known")
    )
    document: Mapped[str] = mapped_column(String(200), default="")
    basis_id: Mapped[int | None]
    basis_article: Mapped[str] = mapped_column(String(100), default="")
    detail_map_id: Mapped[int | None]

    map: Mapped[AccountMap] = relationship(
        primaryjoin="foreign(Step.map_id) == AccountMap.id", back_populates="steps"
    )
    detail_map: Mapped[AccountMap | None] = relationship(
        primaryjoin="foreign(Step.detail_map_id) == AccountMap.id"
    )


class Transition(Model):
    """A flow line (流向) between two steps of one map."""

    __table_args__ = (
        UniqueConstraint("map_id", "key"),
        UniqueConstraint("source_id", "target_id", "condition"),
        shared_key("bureau_id", "map_id", AccountMap),
        shared_key("map_id", "source_id", Step),
        shared_key("map_id", "target_id", Step),
        CheckConstraint("source_id <> target_id", name="no_self_loop"),
        not_blank("key"),
        Index(None, "map_id", "target_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int]
    map_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int]
    target_id: Mapped[int]
    condition: Mapped[str] = mapped_column(String(200), default="")

    map: Mapped[AccountMap] = relationship(
        primaryjoin="foreign(Transition.map_id) == AccountMap.id"
    )
    source: Mapped[Step] = relationship(primaryjoin="foreign(Transition.source_id) == Step.id")
    target: Mapped[Step] = relationship(primaryjoin="foreign(Transition.target_id) == Step.id")


class RiskPoint(Model):
    """A risk point (风险点) on a step; the item's level holds unless overridden with a reason."""

    __table_args__ = (
        UniqueConstraint("map_id", "key"),
        UniqueConstraint("map_id", "id"),
        shared_key("bureau_id", "map_id", AccountMap),
        shared_key("map_id", "step_id", Step),
        shared_key("bureau_id", "item_id", Item),
        CheckConstraint("position >= 0", name="position_range"),
        override_with_reason(),
        not_blank("key"),
        not_blank("statement"),
        Index(None, "bureau_id", "item_id"),
        Index(None, "map_id", "step_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int]
    map_id: Mapped[int]
    step_id: Mapped[int]
    item_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    statement: Mapped[str] = mapped_column(Text)
    override_level: Mapped[Level | None] = mapped_column(choice(Level, "override_level_known"))
    override_reason: Mapped[str] = mapped_column(Text, default="")

    map: Mapped[AccountMap] = relationship(primaryjoin="foreign(RiskPoint.map_id) == AccountMap.id")
    step: Mapped[Step] = relationship(primaryjoin="foreign(RiskPoint.step_id) == Step.id")


class RiskPointMeasure(Model):
    """A measure that answers a risk point of a map."""

    __table_args__ = (
        UniqueConstraint("risk_point_id", "measure_id"),
        shared_key("bureau_id", "map_id", AccountMap),
        shared_key("map_id", "risk_point_id", RiskPoint),
        shared_key("bureau_id", "measure_id", Measure),
        CheckConstraint("position >= 0", name="position_range"),
        Index(None, "bureau_id", "measure_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int]
    map_id: Mapped[int]
    risk_point_id: Mapped[int]
    measure_id: Mapped[int]
    position: Mapped[int]

    map: Mapped[AccountMap] = relationship(
        primaryjoin="foreign(RiskPointMeasure.map_id) == AccountMap.id"
    )
    risk_point: Mapped[RiskPoint] = relationship(
        primaryjoin="foreign(RiskPointMeasure.risk_point_id) == RiskPoint.id"
    )


class LimitSpan(Model):
    """A statutory limit (时限区间) from one step of a map to another."""

    __table_args__ = (
        UniqueConstraint("map_id", "statutory_limit_id", "first_id", "last_id"),
        shared_key("bureau_id", "map_id", AccountMap),
        shared_key("bureau_id", "statutory_limit_id", StatutoryLimit),
        shared_key("map_id", "first_id", Step),
        shared_key("map_id", "last_id", Step),
        Index(None, "bureau_id", "statutory_limit_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int]
    map_id: Mapped[int]
    statutory_limit_id: Mapped[int]
    first_id: Mapped[int]
    last_id: Mapped[int]

    map: Mapped[AccountMap] = relationship(primaryjoin="foreign(LimitSpan.map_id) == AccountMap.id")
    first: Mapped[Step] = relationship(primaryjoin="foreign(LimitSpan.first_id) == Step.id")
    last: Mapped[Step] = relationship(primaryjoin="foreign(LimitSpan.last_id) == Step.id")


class MapDraftRow(Model):
    """What a user is typing on a map: kept by itself, until it is saved or discarded.

    `base` is the draft that the map was at `base_version`, None where that is not known any more.
    """

    __tablename__ = "map_draft"
    __recorded__ = False
    __table_args__ = (
        UniqueConstraint("map_id", "user_id"),
        shared_key("bureau_id", "map_id", AccountMap),
        shared_key("bureau_id", "user_id", User),
        Index(None, "user_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int]
    map_id: Mapped[int]
    user_id: Mapped[int]
    base_version: Mapped[int]
    base: Mapped[str | None] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MapDraftStep(Model):
    """A state that a draft was in before, for undo; the highest number is the newest."""

    __recorded__ = False
    __table_args__ = (UniqueConstraint("draft_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey(MapDraftRow.id))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)

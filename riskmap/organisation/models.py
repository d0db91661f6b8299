"""Rows of the organisation: the bureau, its tree, its people, and outside parties."""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from riskmap.db import Model, choice, not_blank, shared_key
from riskmap.organisation.tree import DutyClass, HoldingRole, NodeLevel, PartyRole


class Bureau(Model):
    """The root and the shard: every other row belongs to one bureau."""

    __table_args__ = (not_blank("code"), not_blank("name"))
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(100))
    is_sample: Mapped[bool] = mapped_column(default=False)
    changes: Mapped[int] = mapped_column(default=0, server_default="0")  # see changes.py
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


def _level_above(context: DefaultExecutionContext) -> str | None:
    """Return the level that the parent of the node being written must have."""
    assert context.current_parameters is not None, "called for a row that is being written"
    level = context.current_parameters["level"]
    return {NodeLevel.OFFICE: "unit", NodeLevel.POST: "office"}.get(NodeLevel(level))


class Node(Model):
    """A unit, office or post; `path` lists the ids from the unit down, as /1/5/9/.

    `parent_level` is there for the foreign key: posts stand below offices, offices below units.
    """

    __table_args__ = (
        UniqueConstraint("bureau_id", "code"),
        UniqueConstraint("bureau_id", "id"),
        UniqueConstraint("bureau_id", "id", "level"),
        ForeignKeyConstraint(
            ["bureau_id", "parent_id", "parent_level"], ["node.bureau_id", "node.id", "node.level"]
        ),
        CheckConstraint("(level = 'unit') = (parent_id IS NULL)", name="only_units_are_roots"),
        CheckConstraint("(level = 'post') = (duty_class IS NOT NULL)", name="posts_have_duties"),
        CheckConstraint("(level = 'unit') = (parent_level IS NULL)", name="parent_level_known"),
        CheckConstraint(
            "level NOT IN ('office', 'post') "
            "OR parent_level = CASE level WHEN 'office' THEN 'unit' ELSE 'office' END",
            name="parent_is_one_level_up",
        ),
        CheckConstraint("parent_id <> id", name="no_own_parent"),
        CheckConstraint("position >= 0", name="position_range"),
        not_blank("code"),
        not_blank("name"),
        Index(None, "bureau_id", "path"),
        Index(None, "bureau_id", "parent_id", "position"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    parent_id: Mapped[int | None]
    parent_level: Mapped[str | None] = mapped_column(String(32), default=_level_above)
    level: Mapped[NodeLevel] = mapped_column(choice(NodeLevel, "level_known"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
    path: Mapped[str] = mapped_column(String(400), default="")
    duty_class: Mapped[DutyClass | None] = mapped_column(choice(DutyClass, "duty_class_known"))
    retired_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Person(Model):
    """Someone who holds posts."""

    __table_args__ = (
        UniqueConstraint("bureau_id", "code"),
        UniqueConstraint("bureau_id", "id"),
        not_blank("code"),
        not_blank("name"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    retired_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


class Holding(Model):
    """A person on a post from one day to another; A is the holder, B the stand-in."""

    __table_args__ = (
        UniqueConstraint("person_id", "post_id", "since"),
        shared_key("bureau_id", "person_id", Person),
        ForeignKeyConstraint(
            ["bureau_id", "post_id", "post_level"], ["node.bureau_id", "node.id", "node.level"]
        ),
        CheckConstraint("post_level = 'post'", name="posts_are_held"),
        CheckConstraint("until >= since", name="ends_after_start"),
        Index(None, "bureau_id", "post_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int]
    person_id: Mapped[int]
    post_id: Mapped[int]
    post_level: Mapped[str] = mapped_column(String(32), default=NodeLevel.POST.value)
    role: Mapped[HoldingRole] = mapped_column(choice(HoldingRole, "role_known"))
    since: Mapped[date]
    until: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}

    person: Mapped[Person] = relationship(
        primaryjoin="foreign(Holding.person_id) == Person.id", viewonly=True
    )
    post: Mapped[Node] = relationship(
        primaryjoin="foreign(Holding.post_id) == Node.id", viewonly=True
    )


class Party(Model):
    """An actor that is no post of the tree: an applicant, a leader, an outside body."""

    __table_args__ = (
        UniqueConstraint("bureau_id", "code"),
        UniqueConstraint("bureau_id", "id"),
        UniqueConstraint("bureau_id", "name"),
        CheckConstraint("position >= 0", name="position_range"),
        not_blank("code"),
        not_blank("name"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey(Bureau.id))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[PartyRole] = mapped_column(choice(PartyRole, "role_known"))
    position: Mapped[int]
    retired_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}

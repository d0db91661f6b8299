"""The base class of all rows, and the column shapes they share."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CheckConstraint, Enum, ForeignKeyConstraint, MetaData
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def choice(members: type[StrEnum], name: str) -> Enum:
    """Return a column type for a closed set: its values as text, held by a CHECK of `name`."""
    return Enum(
        members,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda each: [member.value for member in each],
    )


AnySession = Session | scoped_session[Any]
"""What queries and commands are given: a session, or the request's own."""

BLANKS = " \u3000"


def not_blank(column: str) -> CheckConstraint:
    """Return a CHECK that a text column holds more than blanks, Chinese ones included."""
    return CheckConstraint(f"trim({column}, '{BLANKS}') <> ''", name=f"{column}_not_blank")


def override_with_reason() -> CheckConstraint:
    """Return a CHECK that a level set by hand says why, and that nothing else does."""
    return CheckConstraint(
        f"(override_level IS NULL) = (trim(override_reason, '{BLANKS}') = '')",
        name="override_with_reason",
    )


def shared_key(owner: str, column: str, target: "type[Model] | str") -> ForeignKeyConstraint:
    """Return a foreign key `column` → `target`.id that stays inside one `owner`.

    The target is a model, or a table's name where a table points at itself.

    Both rows carry the owner (`bureau_id` or `map_id`), so a row of another bureau, or a step of
    another map, is refused by the database itself.
    """
    table = target if isinstance(target, str) else target.__tablename__
    return ForeignKeyConstraint([owner, column], [f"{table}.{owner}", f"{table}.id"])

"""Rows of accounts: users, what they are granted, where they are signed in, wrong passwords."""

from datetime import date, datetime

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from riskmap.accounts.roles import Role
from riskmap.db import Model, UtcDateTime, choice, not_blank, shared_key


class User(Model, UserMixin):
    """Someone who signs in; `name_key` is the name as it is compared: lookalikes are one name."""

    __recorded_as_secret__ = ("password",)
    __table_args__ = (
        UniqueConstraint("bureau_id", "id"),
        shared_key("bureau_id", "person_id", "person"),
        not_blank("name"),
        not_blank("shown"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int] = mapped_column(ForeignKey("bureau.id"))
    person_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(60))
    name_key: Mapped[str] = mapped_column(String(60), unique=True)
    shown: Mapped[str] = mapped_column(String(100))
    password: Mapped[str] = mapped_column(String(200))  # an argon2 hash
    password_set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    must_change: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    disabled_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
    token = ""  # of the session this request came with: what the cookie holds instead of an id

    def get_id(self) -> str:
        """Return what Flask-Login puts into the cookie."""
        return self.token


class Grant(Model):
    """A role of a user, at and below a node; without a node, in the whole bureau."""

    __tablename__ = "user_grant"  # "grant" is a word of SQL
    __table_args__ = (
        UniqueConstraint("user_id", "role", "node_id"),
        shared_key("bureau_id", "user_id", User),
        shared_key("bureau_id", "node_id", "node"),
        Index(None, "bureau_id", "node_id"),
        Index(
            "uq_user_grant_whole_bureau",
            "user_id",
            "role",
            unique=True,
            sqlite_where=text("node_id IS NULL"),
            postgresql_where=text("node_id IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bureau_id: Mapped[int]
    user_id: Mapped[int]
    role: Mapped[Role] = mapped_column(choice(Role, "role_known"))
    node_id: Mapped[int | None]


class UserSession(Model):
    """A browser that somebody is signed in with: the cookie holds the token, the row its hash."""

    __recorded__ = False
    __table_args__ = (Index(None, "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    origin: Mapped[str] = mapped_column(String(64), default="")
    browser: Mapped[str] = mapped_column(String(200), default="")


class Attempt(Model):
    """Wrong passwords for a name, known or not, since the last right one."""

    __recorded__ = False
    name_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

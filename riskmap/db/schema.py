"""The schema's version: make it, bring it up to date, refuse one that is not ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, Table, inspect

from riskmap.config import PACKAGE
from riskmap.db import full_text, triggers
from riskmap.db.base import Base
from riskmap.db.connections import WRITING

VERSION_TABLE = "riskmap_schema"


class SchemaError(RuntimeError):
    """A database whose tables are not the ones this riskmap works with."""


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for our migrations, on a connection if one is given."""
    config = Config()
    config.set_main_option("script_location", str(PACKAGE / "migrations"))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """Return the revision that this riskmap works with."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    if head is None:
        raise SchemaError("安装不完整：缺少数据库升级脚本；请重新安装 riskmap")
    return head


def revisions() -> frozenset[str]:
    """Return the revisions that this riskmap can bring up to date."""
    scripts = ScriptDirectory.from_config(configuration()).walk_revisions()
    return frozenset(script.revision for script in scripts)


def current(connection: Connection) -> str | None:
    """Return the revision of the database, None where riskmap never made one."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    try:
        return context.get_current_revision()
    except CommandError as error:
        raise SchemaError(f"数据库的版本记录（表 {VERSION_TABLE}）已损坏；请从备份恢复") from error


def upgrade(connection: Connection) -> None:
    """Bring the schema up to date inside the connection's transaction.

    Foreign keys must be off on an SQLite connection (see `changing`): batch migrations rebuild
    tables, and with keys on, dropping the old table would take its children along.
    """
    found = current(connection)
    if found == newest():
        return
    inside = inspect(connection)
    if found is None and (inside.get_table_names() or inside.get_view_names()):
        raise SchemaError(
            "该数据库中已有其他系统的数据表，riskmap 不会改动它；"
            "请用 RISKMAP_DATABASE_URL 指定一个空数据库"
        )
    refuse_newer(connection)
    command.upgrade(configuration(connection), "head")
    triggers.create(connection)
    full_text.create(connection)
    check_foreign_keys(connection)


def differences(connection: Connection) -> list[str]:
    """Return the tables and triggers in which a database differs from the schema of its version."""
    options = {"version_table": VERSION_TABLE, "include_name": full_text.ours}
    context = MigrationContext.configure(connection, opts=options)
    tables = {_table_of(each) for each in compare_metadata(context, Base.metadata)}
    return [*sorted(tables), *triggers.missing(connection), *full_text.missing(connection)]


def _table_of(change: Any) -> str:
    """Return the name of the table that one of Alembic's findings is about."""
    finding = change[0] if isinstance(change, list) else change
    subject = finding[1]
    if isinstance(subject, Table):
        return str(subject.name)
    table = getattr(subject, "table", None)  # an index, a constraint
    return str(table.name if table is not None else finding[2])


def refuse_newer(connection: Connection) -> None:
    """Raise `SchemaError` for a database that a newer riskmap made."""
    found = current(connection)
    if found is not None and found not in revisions():
        raise SchemaError(
            f"数据库结构版本 {found} 比本程序（{newest()}）新；请升级 riskmap 后再用这个数据库"
        )


def erase(connection: Connection) -> None:
    """Drop every riskmap table inside the connection's transaction."""
    full_text.drop(connection)
    Base.metadata.drop_all(connection)
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {VERSION_TABLE}")


def check_foreign_keys(connection: Connection) -> None:
    """Raise `SchemaError` if an SQLite row points at one that is not there."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = "、".join(sorted({str(row[0]) for row in broken}))
        raise SchemaError(f"{len(broken)} 行指向不存在的记录（表：{tables}）；未作任何改动")


@contextmanager
def changing(engine: Engine) -> Iterator[Connection]:
    """A writing transaction that may change the schema: foreign keys are checked at its end."""
    with (
        engine.connect().execution_options(**{WRITING: True}) as connection,
        _keys_off(connection),
        connection.begin(),
    ):
        yield connection
        check_foreign_keys(connection)


@contextmanager
def _keys_off(connection: Connection) -> Iterator[None]:
    """Switch SQLite's foreign keys off, and on again after whatever happens.

    Outside a transaction, where the pragma is heeded; past SQLAlchemy, which would open one.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def require_current(engine: Engine) -> None:
    """Raise `SchemaError`, naming the command that mends it, unless the schema is ours."""
    with engine.connect() as connection:
        found = current(connection)
        if found == newest():
            return
        if found is None:
            tables = inspect(connection).get_table_names()
            raise SchemaError(
                "该数据库不是 riskmap 的（已有其他数据表）；"
                "请用 RISKMAP_DATABASE_URL 指定另一个数据库"
                if tables
                else "数据库还是空的；"
                "请先运行 riskmap init（建空库）或 riskmap demo（装入示范数据）"
            )
        refuse_newer(connection)
        raise SchemaError(
            f"数据库结构版本为 {found}，本程序需要 {newest()}；请先备份，再运行 riskmap init 升级"
        )

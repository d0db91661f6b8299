"""The schema: made by migrations as by the models, upgraded wholly or not at all."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, func, inspect, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from riskmap.config import PACKAGE
from riskmap.db import connections, full_text, schema, triggers
from riskmap.db.base import Base
from riskmap.db.schema import SchemaError
from riskmap.maps.models import LimitSpan, RiskPoint, Step, Transition
from riskmap.organisation.models import Bureau
from tests.databases import closing
from tests.rows import make_bureau

NEWEST = schema.newest()
on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)

# What a database says of itself. SQLite: every statement it remembers but the tables' own, which
# the inspector takes apart below. PostgreSQL: its definitions of everything.
SQLITE_DEFINITIONS = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('index', 'trigger', 'view')"
)
POSTGRESQL_DEFINITIONS = """
    SELECT 'constraint', conname, conrelid::regclass::text, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index', indexname, tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'trigger', tgname, tgrelid::regclass::text, pg_get_triggerdef(oid)
      FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'function', proname, '', pg_get_functiondef(oid)
      FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


def definitions(connection: Connection) -> set[tuple[object, ...]]:
    sqlite = connection.dialect.name == "sqlite"
    found = connection.exec_driver_sql(SQLITE_DEFINITIONS if sqlite else POSTGRESQL_DEFINITIONS)
    return {tuple(row) for row in found if row[2] != schema.VERSION_TABLE}


def tables(connection: Connection) -> dict[str, dict[str, object]]:
    """Return what the inspector finds: columns, keys, constraints, indexes, by table."""
    look = inspect(connection)
    found = {}
    for name in look.get_table_names():
        if name == schema.VERSION_TABLE or not full_text.ours(name, "table"):
            continue
        found[name] = {
            "columns": [
                (each["name"], str(each["type"]), each["nullable"], str(each["default"]))
                for each in look.get_columns(name)
            ],
            "primary key": look.get_pk_constraint(name),
            "unique": sorted(map(str, look.get_unique_constraints(name))),
            "foreign keys": sorted(map(str, look.get_foreign_keys(name))),
            "checks": sorted(map(str, look.get_check_constraints(name))),
            "indexes": sorted(
                (str(each["name"]), str(each["column_names"]), each["unique"])
                for each in look.get_indexes(name)  # their WHERE is among the definitions
            ),
        }
    return found


def reported(engine: Engine) -> tuple[dict[str, dict[str, object]], set[tuple[object, ...]]]:
    with engine.connect() as connection:
        return tables(connection), definitions(connection)


def create_fresh(engine: Engine) -> None:
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        triggers.create(connection)
        full_text.create(connection)


def upgrade(engine: Engine) -> None:
    with schema.changing(engine) as connection:
        schema.upgrade(connection)


def test_an_upgraded_schema_is_the_one_the_models_make(
    engine: Engine, empty_engine: Engine
) -> None:
    create_fresh(empty_engine)

    upgraded, fresh = reported(engine), reported(empty_engine)

    assert upgraded[0] == fresh[0]
    assert upgraded[1] == fresh[1]


def test_what_is_compared_holds_every_constraint_and_trigger(engine: Engine) -> None:
    found, said = reported(engine)
    triggers_said = {name for kind, name, *_ in said if kind == "trigger"}

    assert set(found) == set(Base.metadata.tables)
    ours = {f"{name}_fixed" for name, _ in triggers.FIXED}
    ours |= {f"{name}_kept" for name in (*triggers.KEPT, *triggers.SEALED)}
    ours |= {f"{name}_sealed" for name in triggers.SEALED}
    ours |= {f"{name}_closed" for name, _ in triggers.CLOSED}
    ours |= {f"{name}_{each}" for name in triggers.STATES for each in ("begins", "moves")}
    if engine.dialect.name == "postgresql":  # SQLite has no TRUNCATE
        ours |= {f"{name}_emptied" for name in triggers.SEALED}
    assert triggers_said - set(full_text.TRIGGERS) == ours
    with engine.connect() as connection:
        assert full_text.missing(connection) == []
    assert "ck_step_limit_range" in str(found["step"]["checks"])
    assert "fk_step_bureau_id_actor_node_id" in str(found["step"]["foreign keys"])
    assert any(name == "uq_account_map_one_per_matter" and "WHERE" in sql
               for _, name, _, sql in said if sql)  # fmt: skip


def test_migrations_leave_nothing_that_the_models_would_change(engine: Engine) -> None:
    with engine.connect() as connection:
        options = {
            "version_table": schema.VERSION_TABLE,
            "compare_type": True,
            "include_name": full_text.ours,
        }
        context = MigrationContext.configure(connection, opts=options)

        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_an_up_to_date_database_changes_nothing(sample_engine: Engine) -> None:
    before, rows = reported(sample_engine), counts(sample_engine)

    upgrade(sample_engine)

    assert reported(sample_engine) == before
    assert counts(sample_engine) == rows
    with sample_engine.connect() as connection:
        assert schema.current(connection) == schema.newest()


def test_an_erased_database_can_be_made_anew(sample_engine: Engine) -> None:
    before = reported(sample_engine)

    with schema.changing(sample_engine) as connection:
        schema.erase(connection)
        assert inspect(connection).get_table_names() == []
        schema.upgrade(connection)

    assert reported(sample_engine) == before
    assert set(counts(sample_engine).values()) == {0}


def counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in Base.metadata.tables.items()
        }


# A later migration


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that adds a migration whose upgrade is the statements given."""
    copy = tmp_path / "riskmap" / "migrations"
    shutil.copytree(PACKAGE / "migrations", copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(schema, "PACKAGE", copy.parent)

    def write(statements: str) -> None:
        lines = "\n".join(f"    {line}" for line in statements.splitlines())
        (copy / "versions" / "9999_later.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n\n"
            f'revision = "later"\ndown_revision = "{NEWEST}"\n'
            "branch_labels = None\ndepends_on = None\n\n"
            f"def upgrade():\n{lines}\n"
        )

    return write


def test_a_later_migration_is_applied_to_a_database_in_use(
    sample_engine: Engine, later: Callable[[str], None]
) -> None:
    later('op.add_column("bureau", sa.Column("motto", sa.String(20)))')

    upgrade(sample_engine)

    with sample_engine.connect() as connection:
        assert schema.current(connection) == "later"
        assert "motto" in {each["name"] for each in inspect(connection).get_columns("bureau")}


HALF_WAY = """\
op.create_table("omen", sa.Column("id", sa.Integer, primary_key=True))
op.execute("UPDATE bureau SET name = 'half-way'")
with op.batch_alter_table("step") as batch:
    batch.alter_column("document", type_=sa.String(300))
raise RuntimeError("the power fails")
"""


def test_a_migration_that_fails_half_way_leaves_the_database_as_it_was(
    sample_engine: Engine, later: Callable[[str], None]
) -> None:
    before, rows = reported(sample_engine), counts(sample_engine)
    later(HALF_WAY)

    with pytest.raises(RuntimeError, match="the power fails"):
        upgrade(sample_engine)

    assert reported(sample_engine) == before
    assert counts(sample_engine) == rows
    with Session(sample_engine) as session:
        assert schema.current(session.connection()) == NEWEST
        assert session.scalars(select(Bureau.name)).one() != "half-way"


def test_a_first_upgrade_that_fails_leaves_an_empty_database(
    empty_engine: Engine, later: Callable[[str], None]
) -> None:
    later('raise RuntimeError("the power fails")')

    with pytest.raises(RuntimeError, match="the power fails"):
        upgrade(empty_engine)

    with empty_engine.connect() as connection:
        assert inspect(connection).get_table_names() == []


def test_a_table_rebuilt_by_a_migration_keeps_its_rows_children_and_constraints(
    sample_engine: Engine, later: Callable[[str], None]
) -> None:
    before, rows = reported(sample_engine), counts(sample_engine)
    later(
        'with op.batch_alter_table("step") as batch:\n'
        '    batch.alter_column("document", type_=sa.String(300))'
    )

    upgrade(sample_engine)

    after = reported(sample_engine)
    assert rows[Step.__tablename__] > 0
    assert counts(sample_engine) == rows
    assert "VARCHAR(300)" in str(after[0]["step"].pop("columns"))
    before[0]["step"].pop("columns")
    assert after == before


def test_a_table_rebuilt_by_a_migration_is_still_guarded(
    sample_engine: Engine, later: Callable[[str], None]
) -> None:
    later(
        'with op.batch_alter_table("step") as batch:\n'
        '    batch.alter_column("document", type_=sa.String(300))\n'
        'with op.batch_alter_table("node") as batch:\n'
        '    batch.alter_column("name", type_=sa.String(300))'
    )

    upgrade(sample_engine)

    for statement, said in (
        ("UPDATE step SET key = 'z'", "never change"),
        ("UPDATE node SET code = 'Z'", "never change"),
        ("DELETE FROM node", "retire, do not delete"),
        ("DELETE FROM step", "(?i)foreign key"),
    ):
        with pytest.raises(IntegrityError, match=said), sample_engine.begin() as connection:
            connection.exec_driver_sql(statement)


@on_sqlite
def test_a_migration_that_leaves_a_row_pointing_nowhere_is_undone(
    sample_engine: Engine, later: Callable[[str], None]
) -> None:
    rows = counts(sample_engine)
    later('op.execute("DELETE FROM transition")\nop.execute("DELETE FROM step")')

    with pytest.raises(SchemaError, match="limit_span、risk_point"):
        upgrade(sample_engine)

    assert counts(sample_engine) == rows
    assert all(rows[kind.__tablename__] for kind in (Step, Transition, RiskPoint, LimitSpan))


# Foreign keys while the schema changes


def foreign_keys(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one())


@on_sqlite
def test_foreign_keys_are_off_while_the_schema_changes_and_on_again_afterwards(
    engine: Engine,
) -> None:
    with schema.changing(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 0

    assert foreign_keys(engine) == 1


@on_sqlite
def test_foreign_keys_are_on_again_after_a_failure(engine: Engine) -> None:
    with pytest.raises(RuntimeError), schema.changing(engine):
        raise RuntimeError

    assert foreign_keys(engine) == 1


@on_sqlite
def test_foreign_keys_are_on_again_after_a_row_that_points_nowhere(engine: Engine) -> None:
    with pytest.raises(SchemaError, match="person"), schema.changing(engine) as connection:
        connection.exec_driver_sql(
            "INSERT INTO person (id, bureau_id, code, name) VALUES (1, 99, 'RY-1', '陈志远')"
        )

    assert foreign_keys(engine) == 1
    assert counts(engine)["person"] == 0


@on_sqlite
def test_foreign_keys_are_on_again_where_the_database_was_locked(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BUSY_MILLISECONDS", 50)
    with closing(database) as engine, Session(engine) as writer:
        connections.start_writing(writer)

        with pytest.raises(OperationalError, match="locked"), schema.changing(engine):
            pass

        assert foreign_keys(engine) == 1


def test_what_is_done_while_the_schema_changes_is_kept_or_undone_as_a_whole(
    engine: Engine,
) -> None:
    def add(codes: tuple[str, ...]) -> None:
        with schema.changing(engine) as connection:
            for code in codes:
                make_bureau(Session(connection), code=code)

    add(("A",))
    with pytest.raises(IntegrityError):
        add(("B", "A"))

    assert counts(engine)["bureau"] == 1


# Databases that are not ours


def set_revision(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {schema.VERSION_TABLE} SET version_num = '{revision}'")


def test_an_up_to_date_schema_is_accepted(engine: Engine) -> None:
    schema.require_current(engine)


def test_an_empty_database_is_refused_with_the_commands_that_fill_it(
    empty_engine: Engine,
) -> None:
    with pytest.raises(SchemaError, match="riskmap init.*riskmap demo"):
        schema.require_current(empty_engine)


def test_another_system_s_database_is_refused_and_left_alone(empty_engine: Engine) -> None:
    with empty_engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE salary (id INTEGER PRIMARY KEY)")

    with pytest.raises(SchemaError, match="RISKMAP_DATABASE_URL"):
        schema.require_current(empty_engine)
    with pytest.raises(SchemaError, match="RISKMAP_DATABASE_URL"):
        upgrade(empty_engine)

    with empty_engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["salary"]


def test_an_older_schema_is_refused_with_the_command_that_upgrades_it(
    engine: Engine, later: Callable[[str], None]
) -> None:
    later("pass")

    with pytest.raises(SchemaError, match=f"{NEWEST}.*later.*riskmap init"):
        schema.require_current(engine)


def test_a_newer_schema_is_refused_with_the_advice_to_upgrade_riskmap(engine: Engine) -> None:
    set_revision(engine, "9999")

    with pytest.raises(SchemaError, match="9999.*升级 riskmap"):
        schema.require_current(engine)
    with pytest.raises(SchemaError, match="9999.*升级 riskmap"):
        upgrade(engine)

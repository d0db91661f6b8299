"""The triggers: what the database itself refuses, whoever asks.

Codes and keys are issued once: diffs, workbooks and printed sheets rest on them. SQLite's batch
migrations drop triggers with the table they rebuild, so every upgrade ends by creating these anew.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

FIXED: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("account_map", ("code", "bureau_id")),
    ("basis", ("code", "bureau_id")),
    ("category", ("code", "bureau_id")),
    ("finding", ("code", "bureau_id")),
    ("item", ("code", "bureau_id")),
    ("job", ("kind", "argument", "user_id", "bureau_id")),
    ("limit_span", ("map_id",)),
    ("map_basis", ("map_id",)),
    ("matter", ("code", "bureau_id")),
    ("measure", ("code", "bureau_id")),
    ("node", ("code", "bureau_id")),
    ("party", ("code", "bureau_id")),
    ("person", ("code", "bureau_id")),
    (
        "revision",
        (
            "document", "digest", "number", "map_id", "map_version", "bureau_id", "level",
            "signed_at", "handed_in_by_id", "handed_in_by", "handed_in_at", "note",
        ),
    ),
    ("risk_point", ("key", "map_id")),
    ("risk_point_measure", ("map_id",)),
    (
        "round",
        (
            "bureau_id", "number", "title", "node_id", "due", "note", "started_on",
            "started_by_id", "started_by",
        ),
    ),
    ("round_entry", ("bureau_id", "round_id", "map_id", "revision_id")),
    ("statutory_limit", ("code", "bureau_id")),
    ("step", ("key", "map_id")),
    ("transition", ("key", "map_id")),
    ("workbook_import", ("content", "number", "user_id", "bureau_id")),
)  # fmt: skip
"""Per table, the columns that never change once written."""

KEPT: Final = (
    "account_map", "basis", "category", "finding", "item", "matter", "measure", "node", "party",
    "revision", "round", "round_entry", "statutory_limit",
)  # fmt: skip
"""Tables whose rows are retired, never deleted: their codes must not be issued again."""

SEALED: Final = (
    "audit_run", "carried_forward", "change", "edition", "evidence", "finding_entry",
    "revision_remark", "sign_off",
)  # fmt: skip
"""Tables that are only ever added to: the record of changes, audits, what was said of findings and
of revisions."""

CLOSED: Final = (("round", "closed_on"), ("round_entry", "outcome"))
"""Tables whose rows never change again once a column is set."""

STATES: Final = {
    "revision": (
        "submitted",
        (
            ("submitted", "signing"), ("submitted", "approved"), ("submitted", "returned"),
            ("submitted", "withdrawn"), ("signing", "approved"), ("signing", "returned"),
            ("signing", "withdrawn"), ("approved", "superseded"), ("approved", "retired"),
        ),
    )
}  # fmt: skip
"""Per table, the state that its rows begin in, and which state may follow which."""


def create(connection: Connection) -> None:
    """Create all triggers anew."""
    for statement in _statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def missing(connection: Connection) -> list[str]:
    """Return the triggers that the database should have and has not, by name."""
    known = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.dialect.name == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    found = {row[0] for row in connection.exec_driver_sql(known)}
    return sorted(set(names(connection.dialect.name)) - found)


def names(dialect: str) -> list[str]:
    """Return what the triggers of a database are called."""
    wanted = [f"{table}_fixed" for table, _ in FIXED]
    wanted += [f"{table}_kept" for table in (*KEPT, *SEALED)]
    wanted += [f"{table}_sealed" for table in SEALED]
    wanted += [f"{table}_closed" for table, _ in CLOSED]
    wanted += [f"{table}_{name}" for table in STATES for name in ("begins", "moves")]
    if dialect == "postgresql":
        wanted += [f"{table}_emptied" for table in SEALED]
    return wanted


def _statements(dialect: str) -> Iterator[str]:
    if dialect == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION riskmap_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '%%', TG_ARGV[0] "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    differs = "IS DISTINCT FROM" if dialect == "postgresql" else "IS NOT"  # NULL is a value too
    for table, columns in FIXED:
        yield from _trigger(
            dialect,
            f"{table}_fixed",
            table,
            f"UPDATE OF {', '.join(columns)}",
            " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns),
            f"{table}: {' and '.join(columns)} never change",
        )
    for table in KEPT:
        yield from _trigger(
            dialect, f"{table}_kept", table, "DELETE", "", f"{table}: retire, do not delete"
        )
    for table in SEALED:
        message = f"{table}: only ever added to"
        yield from _trigger(dialect, f"{table}_kept", table, "DELETE", "", message)
        yield from _trigger(dialect, f"{table}_sealed", table, "UPDATE", "", message)
        if dialect == "postgresql":
            yield from _trigger(
                dialect, f"{table}_emptied", table, "TRUNCATE", "", message, each="STATEMENT"
            )
    for table, column in CLOSED:
        yield from _trigger(
            dialect, f"{table}_closed", table, "UPDATE", f"OLD.{column} IS NOT NULL",
            f"{table}: never changes once it has its {column}",
        )  # fmt: skip
    for table, (first, steps) in STATES.items():
        allowed = " OR ".join(
            f"(OLD.state = '{old}' AND NEW.state = '{new}')" for old, new in steps
        )
        yield from _trigger(
            dialect, f"{table}_begins", table, "INSERT", f"NEW.state <> '{first}'",
            f"{table}: begins as {first}",
        )  # fmt: skip
        yield from _trigger(
            dialect, f"{table}_moves", table, "UPDATE OF state",
            f"OLD.state <> NEW.state AND NOT ({allowed})", f"{table}: no such move",
        )  # fmt: skip


def _trigger(
    dialect: str, name: str, table: str, on: str, when: str, message: str, each: str = "ROW"
) -> Iterator[str]:
    condition = f"WHEN ({when}) " if when else ""
    if dialect == "postgresql":
        yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        yield (
            f"CREATE TRIGGER {name} BEFORE {on} ON {table} FOR EACH {each} "
            f"{condition}EXECUTE FUNCTION riskmap_refuse('{message}')"
        )
    else:
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield (
            f"CREATE TRIGGER {name} BEFORE {on} ON {table} FOR EACH ROW "
            f"{condition}BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )

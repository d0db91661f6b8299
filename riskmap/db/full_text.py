"""The full-text index over `search_entry.words`: FTS5 on SQLite, GIN on PostgreSQL.

Neither can be said in the models, so every upgrade ends by creating it anew, as with the triggers.
"""

from sqlalchemy import Connection, inspect

TABLE = "search_index"
"""SQLite's virtual table, whose own tables begin with the same name; PostgreSQL's index."""

_SQLITE = (
    f"CREATE VIRTUAL TABLE {TABLE} "
    "USING fts5(words, content='search_entry', content_rowid='id', tokenize='unicode61')",
    f"INSERT INTO {TABLE}({TABLE}) VALUES ('rebuild')",
)
_POSTGRESQL = (
    f"CREATE INDEX IF NOT EXISTS {TABLE} ON search_entry USING gin (to_tsvector('simple', words))",
)
_ADD = f"INSERT INTO {TABLE}(rowid, words) VALUES (NEW.id, NEW.words);"
_DROP = f"INSERT INTO {TABLE}({TABLE}, rowid, words) VALUES ('delete', OLD.id, OLD.words);"
TRIGGERS = {
    "search_entry_added": f"AFTER INSERT ON search_entry BEGIN {_ADD} END",
    "search_entry_dropped": f"AFTER DELETE ON search_entry BEGIN {_DROP} END",
    "search_entry_changed": f"AFTER UPDATE ON search_entry BEGIN {_DROP} {_ADD} END",
}
"""What keeps SQLite's index as its table."""


def create(connection: Connection) -> None:
    """Create the index anew."""
    drop(connection)
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)
    if connection.dialect.name == "sqlite":
        for name, body in TRIGGERS.items():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(f"CREATE TRIGGER {name} {body}")


def drop(connection: Connection) -> None:
    """Drop what no table of the models brings along."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {TABLE}")


def missing(connection: Connection) -> list[str]:
    """Return what the database should have of the index and has not, by name."""
    if connection.dialect.name == "sqlite":
        found = {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master")}
        return sorted({TABLE, *TRIGGERS} - found)
    found = {each["name"] for each in inspect(connection).get_indexes("search_entry")}
    return sorted({TABLE} - found)


def ours(name: str | None, kind: str, _parents: object = None) -> bool:
    """Return whether Alembic is to look at a thing of the database: not at the index's own."""
    return not (kind in ("table", "index") and (name or "").startswith(TABLE))

"""How riskmap speaks to SQLite: pragmas, and which BEGIN a transaction opens with.

A deferred transaction that reads first and writes later fails at once when another writer has
committed in between, whatever the busy timeout says; so what means to write says so at the start.
"""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, scoped_session

BUSY_MILLISECONDS = 5000
PATIENT_MILLISECONDS = 60_000
WRITING = "riskmap_writing"

Version = tuple[int, int, int]
# Releases with the fix of the WAL reset bug (SQLite 3.7.0 to 3.51.2), per branch.
WAL_SAFE_FROM: tuple[Version, ...] = ((3, 44, 6), (3, 50, 7), (3, 51, 3))


def wal_is_safe(version: Version) -> bool:
    """Return whether this SQLite may use a write-ahead log with several connections."""
    if version >= WAL_SAFE_FROM[-1]:
        return True
    return any(version[:2] == fixed[:2] and version >= fixed for fixed in WAL_SAFE_FROM)


def journal_mode() -> str:
    """Return the journal mode for the SQLite that this Python brings."""
    return "WAL" if wal_is_safe(sqlite3.sqlite_version_info[:3]) else "TRUNCATE"


def listen(engine: Engine) -> None:
    """Give an SQLite engine our pragmas and BEGIN; leave every other database alone."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def be_patient(engine: Engine) -> None:
    """Let what an SQLite engine connects from now on wait a minute for others, not 5 seconds: for
    a command, where nobody sits before a page and giving up would undo long work."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _wait_longer)


def _wait_longer(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute(f"PRAGMA busy_timeout = {PATIENT_MILLISECONDS}")


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver opens no transaction of its own
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        f"journal_mode = {journal_mode()}",
        "synchronous = FULL",
        "foreign_keys = ON",
        "cache_size = -32768",  # KiB: SQLite's own 2 MB spill, and wait for the disk, at each chunk
        "recursive_triggers = ON",  # else INSERT OR REPLACE deletes past the triggers
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def start_writing(session: Session | scoped_session[Any]) -> None:
    """Open the session's transaction as a writing one; call before its first query."""
    session.connection(execution_options={WRITING: True})

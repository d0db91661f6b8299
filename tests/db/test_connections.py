"""How riskmap speaks to SQLite, and when a writer waits."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from riskmap.app import create_app
from riskmap.db import connections, db
from riskmap.db.connections import be_patient, journal_mode, start_writing, wal_is_safe
from riskmap.organisation.models import Bureau
from tests.databases import closing
from tests.rows import make_bureau

on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


def pragma(engine: Engine, name: str) -> object:
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


def rows(engine: Engine) -> int:
    with Session(engine) as session:
        return len(session.scalars(select(Bureau)).all())


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 37, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 44, 9), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_is_used_only_where_its_bug_is_mended(
    version: connections.Version, safe: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections.sqlite3, "sqlite_version_info", version)

    assert wal_is_safe(version) is safe
    assert journal_mode() == ("WAL" if safe else "TRUNCATE")


@on_sqlite
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("foreign_keys", 1),
        ("busy_timeout", 5000),
        ("synchronous", 2),
        ("recursive_triggers", 1),
        ("journal_mode", journal_mode().lower()),
    ],
)
def test_every_sqlite_connection_has_our_pragmas(engine: Engine, name: str, value: object) -> None:
    with engine.connect():  # the second one is a connection of its own
        assert pragma(engine, name) == value


@on_sqlite
def test_a_command_waits_longer_for_others_than_a_page(empty_database: str) -> None:
    with closing(empty_database) as engine:
        be_patient(engine)

        assert pragma(engine, "busy_timeout") == 60_000
        assert pragma(engine, "foreign_keys") == 1


@on_sqlite
@pytest.mark.parametrize("safe", [False, True])
def test_the_journal_follows_the_sqlite_there_is(
    empty_database: str, safe: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "wal_is_safe", lambda _version: safe)

    with closing(empty_database) as engine:
        assert pragma(engine, "journal_mode") == ("wal" if safe else "truncate")


@on_sqlite
def test_the_application_opens_sqlite_with_our_pragmas(database: str) -> None:
    with create_app(database).app_context():
        assert pragma(db.engine, "foreign_keys") == 1
        db.engine.dispose()


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_another_engine_is_left_alone(engine: Engine) -> None:
    assert rows(engine) == 0


def begins(engine: Engine, work: Callable[[Session], object]) -> list[str]:
    said: list[str] = []
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(said.append)
    with Session(engine) as session:
        work(session)
        session.scalars(select(Bureau)).all()
    driver.set_trace_callback(None)
    return [each for each in said if each.startswith("BEGIN")]


@on_sqlite
def test_a_reading_session_takes_no_lock_and_a_writing_one_takes_it_at_once(
    engine: Engine,
) -> None:
    assert begins(engine, lambda session: None) == ["BEGIN"]
    assert begins(engine, start_writing) == ["BEGIN IMMEDIATE"]


@on_sqlite
def test_a_connection_that_wrote_reads_again_afterwards(engine: Engine) -> None:
    begins(engine, start_writing)

    assert begins(engine, lambda session: None) == ["BEGIN"]


def test_a_second_writer_waits_for_the_first_and_sees_its_work(engine: Engine) -> None:
    waiting = Event()

    def second() -> tuple[float, int]:
        with Session(engine) as session:
            waiting.set()
            start_writing(session)
            # PostgreSQL locks the rows rather than the database.
            session.scalars(select(Bureau).with_for_update()).all()
            entered = time.monotonic()
            make_bureau(session)
            session.commit()
            return entered, rows(engine)

    with Session(engine) as session:
        make_bureau(session)
        session.commit()
    with ThreadPoolExecutor() as pool, Session(engine) as first:
        start_writing(first)
        first.scalars(select(Bureau).with_for_update()).all()
        make_bureau(first)
        other = pool.submit(second)
        waiting.wait()
        time.sleep(0.3)
        left = time.monotonic()
        first.commit()
        entered, found = other.result(timeout=10)

    assert entered > left
    assert found == 3


def test_a_reader_is_served_while_a_writer_works_and_does_not_see_its_work(engine: Engine) -> None:
    with Session(engine) as writer:
        start_writing(writer)
        make_bureau(writer)

        before = time.monotonic()
        found = rows(engine)

        assert found == 0
        assert time.monotonic() - before < 4  # a lock would cost the busy timeout
        writer.commit()
    assert rows(engine) == 1


@on_sqlite
def test_with_a_write_ahead_log_a_reader_does_not_hold_up_a_writer(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "wal_is_safe", lambda _version: True)
    monkeypatch.setattr(connections, "BUSY_MILLISECONDS", 100)
    with closing(database) as engine, Session(engine) as reader, Session(engine) as writer:
        assert reader.scalars(select(Bureau)).all() == []
        start_writing(writer)
        make_bureau(writer)

        writer.commit()

        assert reader.scalars(select(Bureau)).all() == []
        reader.rollback()
        assert len(reader.scalars(select(Bureau)).all()) == 1


@on_sqlite
def test_what_reads_first_and_writes_later_may_fail_which_is_why_writers_say_so(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BUSY_MILLISECONDS", 100)
    engine.dispose()
    with Session(engine) as careless, Session(engine) as writer:
        start_writing(writer)
        make_bureau(writer)
        careless.scalars(select(Bureau)).all()

        with pytest.raises(OperationalError, match="locked"):
            make_bureau(careless)

        writer.rollback()


@on_sqlite
def test_a_writer_that_waits_too_long_is_told_that_the_database_is_locked(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BUSY_MILLISECONDS", 100)
    with closing(database) as engine, Session(engine) as first, Session(engine) as second:
        start_writing(first)

        with pytest.raises(OperationalError, match="locked"):
            start_writing(second)


def test_listening_leaves_postgresql_alone() -> None:
    engine = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")

    connections.listen(engine)

    assert not engine.dispatch.begin

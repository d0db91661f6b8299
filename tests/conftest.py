"""A database for every test that asks for one, on SQLite and on PostgreSQL."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.databases import (
    Databases,
    PostgresDatabases,
    SqliteDatabases,
    closing,
    lent,
    undone,
)

HOW = (
    "start a PostgreSQL server (.ci/run does) and set RISKMAP_TEST_POSTGRES to a superuser's URL, "
    "as postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Databases]:
    made: Databases
    if request.param == "sqlite":
        made = SqliteDatabases(tmp_path_factory.mktemp("databases"))
    elif server := os.environ.get("RISKMAP_TEST_POSTGRES"):
        made = PostgresDatabases(server)
    elif os.environ.get("CI") == "true":
        pytest.fail(f"no PostgreSQL: {HOW}")
    else:
        pytest.skip(f"no PostgreSQL: {HOW}")
    yield made
    made.close()


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[str]:
    """The URL of a database without any table."""
    with lent(databases, "nothing") as url:
        yield url


@pytest.fixture
def database(databases: Databases) -> Iterator[str]:
    """The URL of a database with our tables and no rows."""
    with lent(databases, "schema") as url:
        yield url


@pytest.fixture
def sample_database(databases: Databases) -> Iterator[str]:
    """The URL of a database with the sample's rows."""
    with lent(databases, "sample") as url:
        yield url


@pytest.fixture
def empty_engine(empty_database: str) -> Iterator[Engine]:
    with closing(empty_database) as engine:
        yield engine


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    with closing(database) as engine:
        yield engine


@pytest.fixture
def sample_engine(sample_database: str) -> Iterator[Engine]:
    with closing(sample_database) as engine:
        yield engine


@pytest.fixture(scope="session")
def shared_engine(databases: Databases) -> Iterator[Engine]:
    with lent(databases, "schema") as url, closing(url) as engine:
        yield engine


@pytest.fixture(scope="session")
def shared_sample_engine(databases: Databases) -> Iterator[Engine]:
    with lent(databases, "sample") as url, closing(url) as engine:
        yield engine


@pytest.fixture
def session(shared_engine: Engine) -> Iterator[Session]:
    """A session on our tables without rows; what it does is undone, commits included."""
    with undone(shared_engine) as session:
        yield session


@pytest.fixture
def sample_session(shared_sample_engine: Engine) -> Iterator[Session]:
    """A session on the sample's rows; what it does is undone, commits included."""
    with undone(shared_sample_engine) as session:
        yield session

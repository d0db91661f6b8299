"""Databases for tests: per engine a template made once, and copies of it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Literal, Protocol
from uuid import uuid4

from sqlalchemy import URL, Engine, NullPool, create_engine, make_url
from sqlalchemy.orm import Session

from riskmap.config import sample_folder
from riskmap.db import schema
from riskmap.db.connections import listen
from riskmap.desk import indexing as _indexing  # noqa: F401 (listens to every session)
from riskmap.maps import touching as _touching  # noqa: F401 (as above)
from riskmap.organisation import changes as _changes  # noqa: F401 (as above)
from riskmap.sample.loader import load_into, read_sample

Content = Literal["nothing", "schema", "sample"]


class Databases(Protocol):
    """Makes databases of one engine."""

    def make(self, content: Content) -> str:
        """Return the URL of a new database that holds `content`."""

    def drop(self, url: str) -> None:
        """Remove a database that `make` made."""

    def close(self) -> None:
        """Remove the templates."""


@contextmanager
def closing(url: str) -> Iterator[Engine]:
    """Yield an engine as the application opens it, and close its connections at the end."""
    engine = create_engine(url)
    listen(engine)
    try:
        yield engine
    finally:
        engine.dispose()


def fill(url: str, content: Content) -> None:
    """Give an empty database its schema, and the sample's rows."""
    if content == "nothing":
        return
    with closing(url) as engine, schema.changing(engine) as connection:
        schema.upgrade(connection)
        if content == "sample":
            load_into(connection, read_sample(sample_folder()))


@contextmanager
def undone(engine: Engine) -> Iterator[Session]:
    """Yield a session inside a transaction that is rolled back at the end."""
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


class SqliteDatabases:
    """Files in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count(1)
        self.template: Callable[[Content], Path] = cache(self._template)

    def make(self, content: Content) -> str:
        copy = self.folder / f"{next(self.numbers)}.db"
        if content != "nothing":
            shutil.copy(self.template(content), copy)
        return f"sqlite:///{copy}"

    def _template(self, content: Content) -> Path:
        path = self.folder / f"{content}.db"
        fill(f"sqlite:///{path}", content)
        return path

    def drop(self, url: str) -> None:
        path = Path(url.removeprefix("sqlite:///"))
        for each in (path, *path.parent.glob(f"{path.name}.before-*")):
            each.unlink(missing_ok=True)

    def close(self) -> None:
        shutil.rmtree(self.folder)


class PostgresDatabases:
    """Databases of one server, under names that no other run and no other worker uses."""

    def __init__(self, server: str) -> None:
        self.server: URL = make_url(server)
        self.engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self.prefix = f"riskmap_{uuid4().hex[:12]}"
        self.numbers = count(1)
        self.templates: list[str] = []
        self.template: Callable[[Content], str] = cache(self._template)

    def make(self, content: Content) -> str:
        original = "template0" if content == "nothing" else self.template(content)
        return self._create(f"{self.prefix}_{next(self.numbers)}", original)

    def _template(self, content: Content) -> str:
        name = f"{self.prefix}_{content}"
        url = self._create(name, "template0")
        self.templates.append(url)
        fill(url, content)
        return name

    def _create(self, name: str, original: str) -> str:
        self._run(f"CREATE DATABASE {name} TEMPLATE {original}")
        return self.server.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Remove a database, and those that restoring left beside it."""
        name = make_url(url).database
        with self.engine.connect() as connection:
            beside = f"SELECT datname FROM pg_database WHERE datname ~ '^{name}_(before|restore)_'"
            for found in connection.exec_driver_sql(beside).scalars().all():
                connection.exec_driver_sql(f"DROP DATABASE {found}")
        self._run(f"DROP DATABASE IF EXISTS {name}")

    def close(self) -> None:
        for url in self.templates:
            self.drop(url)

    def _run(self, statement: str) -> None:
        with self.engine.connect() as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def lent(databases: Databases, content: Content) -> Iterator[str]:
    url = databases.make(content)
    try:
        yield url
    finally:
        databases.drop(url)

"""Backups of a PostgreSQL database: pg_dump and pg_restore; a new database, and two renames."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from riskmap.config import PG_BIN, ZONE
from riskmap.db.backup_files import BackupError, Contents, Progress
from riskmap.db.backups import contents_of, in_use, refuse_foreign

LONGEST_NAME = 63  # bytes of a name in PostgreSQL
PATIENCE = 5.0  # seconds for connections that were ended to be gone
_OTHERS = text(
    "SELECT pid, coalesce(nullif(application_name, ''), usename, '') AS who "
    "FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid() ORDER BY pid"
)


class PostgresStore:
    """A database on a server."""

    kind = "postgresql"

    def __init__(self, url: URL) -> None:
        self.url = url
        self.name = str(url.database)

    def engine(self, name: str, **options: str) -> Engine:
        return create_engine(self.url.set(database=name), poolclass=NullPool, **options)

    def server(self) -> Engine:
        """Return an engine beside the database: what is connected to is not renamed."""
        beside = "postgres" if self.name != "postgres" else "template1"
        return self.engine(beside, isolation_level="AUTOCOMMIT")

    def dump(self, folder: Path, progress: Progress) -> tuple[Path, Contents]:
        """Let pg_dump write the very state that is counted."""
        path = folder / "dump"
        engine = self.engine(self.name, isolation_level="REPEATABLE READ")
        with engine.connect() as connection, progress("读取数据库", 0):
            contents = contents_of(connection)
            snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
            self._run(
                "pg_dump",
                ["--format=custom", "--no-owner", "--no-privileges", "--no-password",
                 f"--snapshot={snapshot}", f"--file={path}"],
                self.name,
            )  # fmt: skip
        return path, contents

    @contextmanager
    def scratch(self, dump: Path, progress: Progress) -> Iterator["PostgresSwap"]:
        """Yield a new database on the same server."""
        name = _suffixed(self.name, f"_restore_{token_hex(4)}")
        with self.server().connect() as server:
            server.exec_driver_sql(f"CREATE DATABASE {_quoted(name)} {self._likeness(server)}")
        swap = PostgresSwap(self.engine(name), name, self)
        try:
            with progress("恢复到临时数据库", 0):
                self._run(
                    "pg_restore",
                    ["--no-owner", "--no-privileges", "--no-password", "--exit-on-error",
                     "--single-transaction", str(dump)],
                    name,
                )  # fmt: skip
            yield swap
        finally:
            if not swap.done:
                with self.server().connect() as server:
                    server.exec_driver_sql(f"DROP DATABASE IF EXISTS {_quoted(name)}")

    def _likeness(self, server: Connection) -> str:
        """Return how to make a database like the running one: its letters and their order."""
        found = server.execute(
            text(
                "SELECT pg_encoding_to_char(encoding) AS letters, datcollate, datctype "
                "FROM pg_database WHERE datname = :name"
            ),
            {"name": self.name},
        ).first()
        if found is None:
            return "TEMPLATE template0 ENCODING 'UTF8'"
        return (
            f"TEMPLATE template0 ENCODING '{found.letters}' "
            f"LC_COLLATE '{found.datcollate}' LC_CTYPE '{found.datctype}'"
        )

    def require_free(self, *, force: bool) -> None:
        """Raise `BackupError` if somebody is connected, unless they are to be sent away."""
        with self.server().connect() as server:
            if not self.exists(server, self.name):
                return
            if not force:
                self.refuse_others(server)
        refuse_foreign(self.engine(self.name))

    def refuse_others(self, server: Connection) -> None:
        others = server.execute(_OTHERS, {"name": self.name}).all()
        if others:
            names = "、".join(sorted({each.who for each in others if each.who}))
            raise in_use(who=f"（{len(others)} 个连接：{names}；确要断开它们，可加 --force）")

    def exists(self, server: Connection, name: str) -> bool:
        asked = text("SELECT 1 FROM pg_database WHERE datname = :name")
        return server.execute(asked, {"name": name}).first() is not None

    def _run(self, program: str, words: list[str], database: str) -> None:
        """Run one of PostgreSQL's programs; the password goes neither into words nor messages."""
        found = shutil.which(program, path=PG_BIN.read() or None)
        if found is None:
            where = PG_BIN.read() or "PATH"
            raise BackupError(
                f"在 {where} 中找不到 {program}；请安装 PostgreSQL 客户端程序，"
                f"或用 {PG_BIN.name} 指明它所在的文件夹"
            )
        environment = {**os.environ, "PGAPPNAME": "riskmap"}
        if self.url.password is not None:
            environment["PGPASSWORD"] = str(self.url.password)
        done = subprocess.run(
            [found, *words, f"--dbname={self._address(database)}"],
            env=environment, capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
        if done.returncode:
            said = (done.stderr.strip().splitlines() or [str(done.returncode)])[0]
            raise BackupError(f"{program} 没有成功（{said}）；请按它说的处理后再试")

    def _address(self, database: str) -> str:
        """Return libpq's words for a database of the server."""
        url = self.url.set(database=database, password=None)
        _, words = url.get_dialect()().create_connect_args(url)
        return " ".join(
            f"{name}='{_escaped(value)}'" for name, value in words.items() if value is not None
        )


class PostgresSwap:
    """A restored database beside the running one."""

    def __init__(self, engine: Engine, name: str, store: PostgresStore) -> None:
        self.engine = engine
        self.name = name
        self.store = store
        self.done = False

    def __call__(self, *, force: bool) -> str:
        """Rename both databases in one transaction."""
        self.engine.dispose()
        store = self.store
        with store.server().connect() as server:
            if not store.exists(server, store.name):
                server.exec_driver_sql(_rename(self.name, store.name))
                self.done = True
                return ""
            kept = _suffixed(store.name, f"_before_{datetime.now(ZONE):%Y%m%d_%H%M%S}")
            while store.exists(server, kept):  # two restores in one second
                kept = _suffixed(kept, "b")
            if not force:
                store.refuse_others(server)
                self._exchange(kept)
            else:
                with _shut(server, store.name, kept):
                    self._exchange(kept)
        return kept

    def _exchange(self, kept: str) -> None:
        beside = self.store.server().execution_options(isolation_level="READ COMMITTED")
        try:
            with beside.begin() as server:
                server.exec_driver_sql(_rename(self.store.name, kept))
                server.exec_driver_sql(_rename(self.name, self.store.name))
        except DBAPIError as error:
            raise in_use(error) from error
        self.done = True


@contextmanager
def _shut(server: Connection, name: str, later: str) -> Iterator[None]:
    """Let nobody into a database and send away who is there; open it again, whatever its name."""
    server.exec_driver_sql(f"ALTER DATABASE {_quoted(name)} ALLOW_CONNECTIONS false")
    try:
        server.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": name},
        )
        until = time.monotonic() + PATIENCE
        while server.execute(_OTHERS, {"name": name}).first() and time.monotonic() < until:
            time.sleep(0.05)
        yield
        name = later
    finally:
        server.exec_driver_sql(f"ALTER DATABASE {_quoted(name)} ALLOW_CONNECTIONS true")


def _suffixed(name: str, suffix: str) -> str:
    """Return a name with a suffix, cut to what PostgreSQL takes."""
    return name.encode()[: LONGEST_NAME - len(suffix)].decode(errors="ignore") + suffix


def _rename(old: str, new: str) -> str:
    return f"ALTER DATABASE {_quoted(old)} RENAME TO {_quoted(new)}"


def _quoted(name: str) -> str:
    """Return a name as SQL has it; its percent signs are no places for values."""
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


def _escaped(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace("'", "\\'")

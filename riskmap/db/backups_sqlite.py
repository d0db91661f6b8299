"""Backups of an SQLite file: its online backup; a file beside the running one, and a rename."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Engine, NullPool, create_engine

from riskmap.config import ZONE
from riskmap.db.backup_files import BackupError, Contents, Progress
from riskmap.db.backups import contents_of, in_use, refuse_foreign, sync_folder
from riskmap.db.connections import BUSY_MILLISECONDS, PATIENT_MILLISECONDS, listen

PAGES = 256  # copied between two words about how far it is
BESIDE = ("-journal", "-wal", "-shm")


def _connect(path: Path, milliseconds: int = BUSY_MILLISECONDS) -> sqlite3.Connection:
    """Open a file that is there, and wait so long for others; never makes one."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=milliseconds / 1000,
        isolation_level=None,
    )


def _url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def _engine(path: Path) -> Engine:
    engine = create_engine(_url(path), poolclass=NullPool)
    listen(engine)
    return engine


def _alone(path: Path) -> None:
    """Let a file need no other beside it."""
    with closing(_connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


class SqliteStore:
    """A database that is a file."""

    kind = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path

    def dump(self, folder: Path, progress: Progress) -> tuple[Path, Contents]:
        """Copy the file as it is at one moment; who writes meanwhile waits, and is not lost."""
        copy = folder / "dump"
        try:
            with (
                closing(_connect(self.path, PATIENT_MILLISECONDS)) as source,
                closing(sqlite3.connect(copy)) as target,
            ):
                source.execute("BEGIN")
                pages = source.execute("PRAGMA page_count").fetchone()[0]
                source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the moment
                with progress("读取数据库", pages) as advance:
                    left = pages

                    def told(_status: int, remaining: int, _total: int) -> None:
                        nonlocal left
                        advance(left - remaining)
                        left = remaining

                    source.backup(target, pages=PAGES, progress=told)
            _alone(copy)
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise BackupError("数据库正被另一个程序占用；请等它结束（或关掉它）再试") from error
            raise BackupError(
                f"数据库 {self.path} 读不出来（{error}）；请运行 riskmap check"
            ) from error
        engine = _engine(copy)
        with engine.connect() as connection:
            contents = contents_of(connection)
        _alone(copy)
        return copy, contents

    @contextmanager
    def scratch(self, dump: Path, _progress: Progress) -> Iterator["SqliteSwap"]:
        """Yield the dump itself, opened: it is a database already."""
        engine = _engine(dump)
        try:
            yield SqliteSwap(engine, dump, self)
        finally:
            engine.dispose()

    def require_free(self, *, force: bool) -> None:
        """Raise `BackupError` if another process has the file open."""
        if self.path.exists():
            with self.held():
                pass
            refuse_foreign(create_engine(_url(self.path), poolclass=NullPool))

    @contextmanager
    def held(self, *, for_good: bool = False) -> Iterator[sqlite3.Connection]:
        """Hold the running file so that nobody else can use it; a damaged one is nobody's.

        `for_good` brings what stands in a write-ahead log into the file itself.
        """
        with closing(_connect(self.path)) as connection:
            try:
                connection.execute("PRAGMA busy_timeout = 1000")
                if for_good:
                    connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    raise in_use(who=_in_words(_others(self.path))) from error
            except sqlite3.DatabaseError:
                pass
            if others := _others(self.path):
                raise in_use(who=_in_words(others))
            yield connection


class SqliteSwap:
    """A restored file beside the running one."""

    def __init__(self, engine: Engine, path: Path, store: SqliteStore) -> None:
        self.engine = engine
        self.path = path
        self.store = store

    def __call__(self, *, force: bool) -> str:
        """Rename the file over the running one, of which another name is kept."""
        self.engine.dispose()
        _alone(self.path)
        os.chmod(self.path, 0o600)
        running = self.store.path
        if not running.exists():
            os.replace(self.path, running)
            sync_folder(running.parent)
            return ""
        _own_as(self.path, running)
        before = running.with_name(f"{running.name}.before-{datetime.now(ZONE):%Y%m%d-%H%M%S}")
        while before.exists():  # two restores in one second
            before = before.with_name(f"{before.name}b")
        with self.store.held(for_good=True) as holding:
            if os.name == "nt":  # which renames no open file
                holding.close()
            for suffix in BESIDE:
                _set_aside(Path(f"{running}{suffix}"), Path(f"{before}{suffix}"))
            _second_name(running, before)
            os.replace(self.path, running)
        sync_folder(running.parent)
        return str(before)


def _own_as(path: Path, model: Path) -> None:
    """Give a file the owner and the rights of another, as far as we may."""
    shutil.copymode(model, path)
    if os.name != "nt":
        owner = model.stat()
        if (owner.st_uid, owner.st_gid) != (os.geteuid(), os.getegid()):
            os.chown(path, owner.st_uid, owner.st_gid)


def _set_aside(side: Path, name: Path) -> None:
    """Take a journal away from the name that it would be played back into."""
    if side.exists():
        if side.stat().st_size:
            os.replace(side, name)
        else:
            side.unlink()


def _second_name(path: Path, name: Path) -> None:
    try:
        os.link(path, name)
    except (OSError, NotImplementedError):
        shutil.copy2(path, name)  # where a file can have only one name


def _others(path: Path) -> list[tuple[int, str]]:
    """Return the other processes that have a file open, as far as this system shows them.

    An idle connection holds no lock, and would go on with the file that was renamed away.
    """
    file = path.stat()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) != os.getpid() and _has_open(process, file):
            found.append((int(process.name), _command_of(process)))
    return sorted(found)


def _has_open(process: Path, file: os.stat_result) -> bool:
    try:
        descriptors = os.listdir(process / "fd")
    except OSError:  # not ours to look at, or gone
        return False
    for each in descriptors:
        try:
            if os.path.samestat(os.stat(process / "fd" / each), file):
                return True
        except OSError:
            continue
    return False


def _command_of(process: Path) -> str:
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    return b" ".join(words).decode(errors="replace").strip()[:60]


def _in_words(others: list[tuple[int, str]]) -> str:
    return f"（{'；'.join(f'进程 {pid} {command}' for pid, command in others)}）" if others else ""

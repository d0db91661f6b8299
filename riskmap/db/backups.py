"""Backups: the database written to a file, tried out beside it, and put in its place.

Nothing touches the running database before a backup has been restored into a scratch one, compared
with what it says of itself, and found good; then the two change places.
"""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, column, func, inspect, select, table
from sqlalchemy.exc import DBAPIError

from riskmap.config import ZONE
from riskmap.db import full_text, schema
from riskmap.db.backup_files import (
    FORMAT,
    BackupError,
    Contents,
    Manifest,
    Progress,
    extract,
    peek,
    read,
    sha256_of,
    write,
)

NAMED = re.compile(r"riskmap-\d{8}-\d{6}-[0-9a-f]{12}\.zip")
WORK = ".riskmap-work-"
FORGOTTEN = 24 * 3600  # seconds after which a killed command's work folder is removed
Prepare = Callable[[Connection], None]


class Swap(Protocol):
    """A restored database that stands beside the running one."""

    engine: Engine

    def __call__(self, *, force: bool) -> str:
        """Put it in the running one's place; return where that is now, "" if there was none."""


class Store(Protocol):
    """Where the running database is."""

    kind: str

    def dump(self, folder: Path, progress: Progress) -> tuple[Path, Contents]:
        """Write the database to a file in `folder`; return it, and what it holds."""

    def scratch(self, dump: Path, progress: Progress) -> AbstractContextManager[Swap]:
        """Yield a new database made from a dump, which is removed unless it is swapped in."""

    def require_free(self, *, force: bool) -> None:
        """Raise `BackupError` if the running database cannot be replaced now."""


def contents_of(connection: Connection) -> Contents:
    """Return what a database holds, in the connection's transaction; whatever its version."""
    found = schema.current(connection)
    if found is None:
        raise BackupError("该数据库不是 riskmap 的，或者还是空的；请检查 RISKMAP_DATABASE_URL")
    names = [
        each for each in inspect(connection).get_table_names() if full_text.ours(each, "table")
    ]
    rows = {name: _count(connection, name) for name in sorted(names)}
    bureau = table("bureau", column("code"))
    head = table("chain_head", column("chain"), column("number"), column("hash"))
    heads = connection.execute(select(head).order_by("chain")).all() if head.name in rows else ()
    return Contents(
        schema=found,
        bureaus=tuple(connection.execute(select(bureau).order_by("code")).scalars()),
        rows=rows,
        heads=tuple((each.chain, each.number, each.hash) for each in heads),
    )


def _count(connection: Connection, name: str) -> int:
    return int(connection.execute(select(func.count()).select_from(table(name))).scalar_one())


def take(store: Store, target: Path, progress: Progress) -> Manifest:
    """Write a backup to a file, whole or not at all; raises `BackupError`."""
    _refuse_other_files(target)
    with _work_in(target.absolute().parent) as work:
        manifest, whole = _pack(store, work, progress)
        _place(whole, target)
    return manifest


def take_into(
    folder: Path, store: Store, good: Prepare, progress: Progress
) -> tuple[Path, Manifest]:
    """Write a backup under a dated name after trying it out: only a good one gets the name."""
    with _work_in(folder) as work:
        manifest, whole = _pack(store, work, progress)
        with tried(store, whole, manifest, work, progress) as swap, swap.engine.begin() as one:
            good(one)
        target = folder / dated_name(manifest)
        _place(whole, target)
    return target, manifest


def dated_name(manifest: Manifest) -> str:
    """Return the name of a backup: when it was made, and where the record's chain stood then."""
    moment = datetime.fromisoformat(manifest.at).astimezone(ZONE)
    return f"riskmap-{moment:%Y%m%d-%H%M%S}-{_mark(manifest.contents)}.zip"


def _mark(contents: Contents) -> str:
    """Return the first digits of the first bureau's newest hash, else of any chain's."""
    digits = [each for chain, _, each in contents.heads if chain] or [
        each for _, _, each in contents.heads
    ]
    return (digits or ["0" * 64])[0][:12]


def _pack(store: Store, work: Path, progress: Progress) -> tuple[Manifest, Path]:
    dump, contents = store.dump(work, progress)
    manifest = Manifest(
        format=FORMAT,
        riskmap=version("riskmap"),
        engine=store.kind,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        contents=contents,
        size=dump.stat().st_size,
        sha256=sha256_of(dump),
    )
    whole = work / "whole"
    write(whole, manifest, dump, progress)
    dump.unlink()
    return manifest, whole


def _place(whole: Path, target: Path) -> None:
    """Give a finished file its name, to last over a power cut, readable by its owner only."""
    os.chmod(whole, 0o600)
    os.replace(whole, target)
    sync_folder(target.absolute().parent)


def sync_folder(folder: Path) -> None:
    """Let what was renamed in a folder last over a power cut; Windows does so by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_other_files(target: Path) -> None:
    """Raise unless a backup may be written there: an older one is replaced, nothing else is."""
    if target.is_dir():
        raise BackupError(f"{target} 是文件夹；请写上文件名，或加 --keep 份数，按日期命名")
    if not target.exists():
        return
    try:
        peek(target)
    except BackupError as error:
        raise BackupError(
            f"{target} 已经存在，又不是 riskmap 的备份，不会覆盖它；请换一个文件名"
        ) from error


@contextmanager
def _work_in(folder: Path) -> Iterator[Path]:
    """Yield a folder for what is not finished, that only its owner may enter; gone at the end."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _forget_old_work(folder)
        with tempfile.TemporaryDirectory(prefix=WORK, dir=folder) as work:
            yield Path(work)
    except OSError as error:
        raise BackupError(
            f"{folder} 写不进去（{error.strerror or error}）；"
            "请换一个有写权限的位置，或腾出磁盘空间"
        ) from error


def _forget_old_work(folder: Path) -> None:
    for left in folder.glob(f"{WORK}*"):
        if time.time() - left.stat().st_mtime > FORGOTTEN:
            shutil.rmtree(left, ignore_errors=True)


def outdated(folder: Path, keep: int, newest: Path) -> list[Path]:
    """Return our backups beyond the newest `keep`, oldest last.

    Ours have a name of ours and say that they are of the same bureaus: a folder may be shared.
    """
    ours = peek(newest)
    found = []
    for path in folder.iterdir():
        if NAMED.fullmatch(path.name) is None or not path.is_file():
            continue
        try:
            other = peek(path)
        except BackupError:
            continue  # damaged: somebody should look at it
        if (other.engine, other.contents.bureaus) == (ours.engine, ours.contents.bureaus):
            found.append(path)
    found.sort(key=lambda path: (path != newest, [-ord(letter) for letter in path.name]))
    return found[keep:]


@contextmanager
def tried(
    store: Store, path: Path, manifest: Manifest, work: Path, progress: Progress
) -> Iterator[Swap]:
    """Yield a scratch database made from a backup, which holds what the backup says."""
    dump = work / "dump"
    extract(path, manifest, dump, progress)
    with store.scratch(dump, progress) as swap:
        with progress("核对内容", 0), swap.engine.connect() as connection:
            _require_intact(connection, path)
            if wrong := _differences(contents_of(connection), manifest.contents):
                raise BackupError(f"{path} 恢复后与其清单不符（{'、'.join(wrong)}）；请换一份备份")
        yield swap


def _require_intact(connection: Connection, path: Path) -> None:
    if connection.dialect.name != "sqlite":
        return
    said = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if said != "ok":
        raise BackupError(f"{path} 里的数据库已损坏（{said}）；请换一份备份")
    schema.check_foreign_keys(connection)


def _differences(found: Contents, wanted: Contents) -> list[str]:
    wrong = []
    if found.schema != wanted.schema:
        wrong.append("结构版本")
    if found.bureaus != wanted.bureaus:
        wrong.append("单位")
    if found.heads != wanted.heads:
        wrong.append("链尾")
    return wrong + [f"{name} 的行数" for name in _uneven(found.rows, wanted.rows)]


def _uneven(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def manifest_for(store: Store, path: Path, progress: Progress) -> Manifest:
    """Return what a backup says of itself; raises `BackupError` if it cannot be restored here."""
    manifest = read(path, progress)
    _require_fitting(manifest, store, path)
    return manifest


def restore(
    store: Store,
    path: Path,
    manifest: Manifest,
    beside: Path,
    prepare: Prepare,
    progress: Progress,
    *,
    force: bool,
) -> str:
    """Put a backup in the running database's place; raises `BackupError` and changes nothing.

    `prepare` makes the scratch database ready to be used, in one transaction. Return where what
    was running is kept, "" if nothing was.
    """
    store.require_free(force=force)
    with (
        _work_in(beside) as work,
        tried(store, path, manifest, work, progress) as swap,
    ):
        with progress("准备启用", 0), schema.changing(swap.engine) as connection:
            prepare(connection)
        return swap(force=force)


def _require_fitting(manifest: Manifest, store: Store, path: Path) -> None:
    """Raise unless this riskmap and this database can take the backup."""
    if manifest.engine != store.kind:
        raise BackupError(
            f"{path} 是 {manifest.engine} 数据库的备份，现在用的是 {store.kind}；"
            "请用 RISKMAP_DATABASE_URL 指定同一种数据库"
        )
    if manifest.contents.schema not in schema.revisions():
        raise BackupError(
            f"{path} 的数据库结构 {manifest.contents.schema} 比本程序（{schema.newest()}）新；"
            f"请升级到 riskmap {manifest.riskmap} 或更高版本后再恢复"
        )


def refuse_foreign(engine: Engine) -> None:
    """Raise `BackupError` for another system's database; one that cannot be read is nobody's."""
    try:
        with engine.connect() as connection:
            foreign = schema.current(connection) is None and inspect(connection).get_table_names()
    except (DBAPIError, schema.SchemaError):
        return
    if foreign:
        raise BackupError(
            "该数据库中有其他系统的数据表，riskmap 不会替换它；"
            "请用 RISKMAP_DATABASE_URL 指定另一个数据库"
        )


def in_use(error: DBAPIError | None = None, who: str = "") -> BackupError:
    """Return what to say where somebody else holds the running database."""
    said = f"（{error.orig}）".replace("\n", " ") if error else who
    return BackupError(f"数据库正被别的程序使用{said}；请先停掉网站和其他命令，再恢复")

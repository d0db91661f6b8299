"""riskmap backup and restore: the data in one file, and back from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from secrets import randbelow
from tempfile import gettempdir

import click
from sqlalchemy import Connection, update
from sqlalchemy.orm import Session

from riskmap.accounts.models import UserSession
from riskmap.cli.context import address, application, operator, store
from riskmap.cli.failures import Failure
from riskmap.cli.verifying import bureau_names, problems
from riskmap.cli.writing import folder
from riskmap.config import ZONE
from riskmap.db import AnySession, backups, db, now
from riskmap.db.backup_files import Advance, BackupError, Manifest
from riskmap.db.connections import be_patient, start_writing
from riskmap.db.schema import current, newest, upgrade
from riskmap.desk.indexing import complete
from riskmap.history.events import Kind, acting
from riskmap.history.queries import Known, check_all
from riskmap.history.recording import note
from riskmap.jobs.leases import call_off
from riskmap.organisation.queries import bureaus

MEGABYTE = 1024 * 1024
LEAP = 1_000_000


@contextmanager
def shown(said: str, length: int) -> Iterator[Advance]:
    """Show on the terminal what is going on, and how far it is."""
    if not length:
        click.echo(f"  {said}")
        yield lambda _done: None
        return
    with click.progressbar(length=length, label=f"  {said}") as bar:
        yield bar.update


@click.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="文件｜文件夹")
@click.option(
    "--keep", type=click.IntRange(1), metavar="份数",
    help="写进文件夹，按日期和链尾命名，试恢复无误后只留最新的这么多份",
)  # fmt: skip
def backup(target: Path, keep: int | None) -> None:
    """备份数据库到一个文件；网站不必停。"""
    app, source = application(), store()
    with app.app_context(), acting(operator()):
        be_patient(db.engine)  # what is recorded at the end waits behind who is saving
        try:
            if keep is None:
                manifest = backups.take(source, target, shown)
            else:
                target, manifest = backups.take_into(target, source, require_whole_record, shown)
            size = target.stat().st_size / MEGABYTE
            click.echo(f"已备份（仅本人可读）：{target}，{size:.1f} MB，结构 {_schema(manifest)}")
            _say_heads(manifest)
            _record_backup(target, manifest)
        finally:
            db.session.remove()
            db.engine.dispose()
    for old in backups.outdated(target.parent, keep, target) if keep else ():
        old.unlink()
        click.echo(f"  已删除旧备份 {old.name}")


def _schema(manifest: Manifest) -> str:
    return manifest.contents.schema


def _say_heads(manifest: Manifest) -> None:
    """Print what `riskmap verify --head` takes: kept elsewhere, it tells a cut record."""
    for head in manifest.contents.heads:
        click.echo(f"  链尾 {Known(*head)}")


def require_whole_record(connection: Connection) -> None:
    """Raise `BackupError` if a chain of the record is broken; an older schema may have none."""
    if current(connection) != newest():
        return
    broken = [each for each in check_all(connection) if each.broken]
    if broken:
        raise BackupError("；".join(problems(broken, bureau_names(connection))))


def _record_backup(target: Path, manifest: Manifest) -> None:
    """Record the backup in what was backed up, where its schema has a record."""
    with db.engine.connect() as connection:
        found = current(connection)
    if found != newest():
        click.echo(f"  数据库结构为 {found}，较旧，备份未记入变更记录；可用 riskmap init 升级")
        return
    start_writing(db.session)
    _note_everywhere(db.session, Kind.BACKED_UP, target.name, manifest)
    db.session.commit()


def _note_everywhere(session: AnySession, kind: Kind, name: str, manifest: Manifest) -> None:
    """Record something in the chain of every bureau, of none where there is none."""
    chains: list[int | None] = [bureau.id for bureau in bureaus(session)]
    heads = [str(Known(*head)) for head in manifest.contents.heads]
    for chain in chains or [None]:
        mine = [head for head in heads if head.startswith(f"{chain or 0}:")]
        note(session, kind, chain, name, made=manifest.at, schema=_schema(manifest), heads=mine)


@click.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="文件")
@click.option("--force", is_flag=True, help="断开还连着数据库的程序（PostgreSQL）")
@click.option("--broken-record", is_flag=True, help="备份里的变更记录已经断链，也照样恢复")
def restore(source: Path, force: bool, broken_record: bool) -> None:
    """从备份恢复：先恢复到临时数据库并核对，无误才换上；原数据留存。"""
    place = store()
    on_disk = place.kind == "sqlite"
    beside = folder(Path(str(address().database)).parent if on_disk else Path(gettempdir()))

    def prepare(connection: Connection) -> None:
        upgrade(connection)
        complete(connection)
        if not broken_record:
            _refuse_broken(connection)
        _begin_anew(connection, source.name, manifest)

    with acting(operator()):
        manifest = backups.manifest_for(place, source, shown)
        before = backups.restore(place, source, manifest, beside, prepare, shown, force=force)
    made = datetime.fromisoformat(manifest.at).astimezone(ZONE)
    click.echo(f"已恢复：{address()}，备份于 {made:%Y-%m-%d %H:%M:%S}")
    _say_heads(manifest)
    if _schema(manifest) != newest():
        click.echo(f"  备份的数据库结构 {_schema(manifest)} 已升级到 {newest()}")
    if before:
        click.echo(f"  恢复前的数据留存为 {before}；确认无误后可自行删除")
    click.echo("  所有用户须重新登录")


def _refuse_broken(connection: Connection) -> None:
    try:
        require_whole_record(connection)
    except BackupError as error:
        raise Failure(f"{error}；确要恢复这份备份，可加 --broken-record") from error


def _begin_anew(connection: Connection, name: str, manifest: Manifest) -> None:
    """Sign everybody out, call jobs off, record the restore: a database is about to be used.

    The bureaus' counters leap, so that no page made from the data before is taken for one of these.
    """
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        running = update(UserSession).where(UserSession.ended_at.is_(None))
        session.execute(running.values(ended_at=now()))
        call_off(session)
        for bureau in bureaus(session):
            bureau.changes += 1 + randbelow(LEAP)
        _note_everywhere(session, Kind.RESTORED, name, manifest)
        session.commit()

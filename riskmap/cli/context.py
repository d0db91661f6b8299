"""What most commands need: the application on its database, one bureau, one engine."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from riskmap.app import create_app
from riskmap.cli.writing import folder
from riskmap.config import CACHE_FOLDER, DATABASE_URL, SettingError
from riskmap.db import db
from riskmap.db.backups import Store
from riskmap.db.backups_postgres import PostgresStore
from riskmap.db.backups_sqlite import SqliteStore
from riskmap.db.schema import SchemaError, require_current
from riskmap.history.events import Actor
from riskmap.organisation.models import Bureau
from riskmap.organisation.queries import bureaus

EXPORTS = Path("exports")
draft_option = click.option("--draft", is_flag=True, help="按工作稿（未经审定）；默认按现行版")
bureau_option = click.option("--bureau", help="单位编号（库中有多个单位时）")


def application(output: Path = EXPORTS, *, create: bool = False) -> Flask:
    """Return the application on the configured database, whatever state that is in.

    An SQLite file is made only with `create`; else its absence is said in words.
    """
    url = address(output)
    if _is_file(url):
        path = Path(str(url.database))
        if create:
            folder(path.parent)
        elif not path.is_file():
            raise SchemaError(
                f"找不到数据库 {path}；"
                "请先运行 riskmap init（建空库）或 riskmap demo（装入示范数据）"
            )
    return create_app(
        url.render_as_string(hide_password=False), cache_folder(output), key_folder(output)
    )


def key_folder(output: Path = EXPORTS) -> Path:
    """Return where the key that signs cookies is kept, if the settings do not give it."""
    url = address(output)
    return Path(str(url.database)).parent if _is_file(url) else output.resolve()


def store(output: Path = EXPORTS) -> Store:
    """Return the configured database as backups see it."""
    url = address(output)
    return SqliteStore(Path(str(url.database))) if _is_file(url) else PostgresStore(url)


def operator() -> Actor:
    """Return who runs the command, as the record names them."""
    try:
        name = getpass.getuser()
    except (ImportError, KeyError, OSError):  # a user that the system has no name for
        name = ""
    return Actor(name=name, origin="command line")


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite" and bool(url.database)


def cache_folder(output: Path = EXPORTS) -> Path:
    """Return where drawn charts are kept; a relative path counts from the working folder."""
    return Path(CACHE_FOLDER.read() or output / "cache").resolve()


def address(output: Path = EXPORTS) -> URL:
    """Return where the database is; a relative SQLite path counts from the working folder."""
    try:
        url = make_url(DATABASE_URL.read() or f"sqlite:///{output / 'riskmap.db'}")
    except (ArgumentError, ValueError) as error:
        raise SettingError(
            f"设置 {DATABASE_URL.name} 不是数据库地址；"
            "SQLite 写 sqlite:///文件路径，PostgreSQL 写 postgresql+psycopg://用户:密码@主机/库"
        ) from error
    if url.get_backend_name() != "sqlite":
        return url
    if url.database in (None, "", ":memory:"):
        raise SettingError(f"设置 {DATABASE_URL.name} 指向内存，什么也存不下；请写上文件路径")
    return url.set(database=str(Path(str(url.database)).resolve()))


@contextmanager
def opened(output: Path = EXPORTS) -> Iterator[Flask]:
    """Yield the application in its context; raises `SchemaError` if the schema is not ours."""
    app = application(output)
    with app.app_context():
        try:
            require_current(db.engine)
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def the_bureau(code: str | None = None) -> Bureau:
    """Return the bureau of a code, or the only one there is."""
    found = [each for each in bureaus(db.session) if code in (None, each.code)]
    if not found:
        raise SchemaError(
            f"没有编号为 {code} 的单位"
            if code
            else "数据库里还没有单位；可运行 riskmap demo 装入示范数据"
        )
    if len(found) > 1:
        codes = "、".join(each.code for each in found)
        raise SchemaError(f"数据库里有多个单位（{codes}）；请用 --bureau 指明一个")
    return found[0]

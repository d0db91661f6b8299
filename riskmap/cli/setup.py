"""riskmap init: make the database, or bring it up to date."""

import click
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from riskmap.cli.context import address, application, operator
from riskmap.cli.failures import Failure
from riskmap.db import db
from riskmap.db.schema import changing, current, newest, upgrade
from riskmap.desk.indexing import complete
from riskmap.history.events import acting
from riskmap.organisation.models import Bureau
from riskmap.organisation.queries import bureaus
from riskmap.web.converters import is_code


@click.command()
@click.option("--bureau", "code", help="同时新建单位：编号，如 FZ")
@click.option("--name", help="单位全称")
@click.option("--short-name", help="单位简称，不写即用全称")
def init(code: str | None, name: str | None, short_name: str | None) -> None:
    """建立空数据库，或把已有数据库升级到本程序的结构；可同时新建单位。"""
    if bool(code) != bool(name):
        raise Failure("新建单位要同时写 --bureau 编号 和 --name 全称")
    if code and not is_code(code):
        raise Failure(f"编号 {code} 只能用字母、数字和短横线，最多 40 个字符")
    app = application(create=True)
    with app.app_context(), changing(db.engine) as connection:
        before = current(connection)
        upgrade(connection)
        complete(connection)
        if code and name:
            _add_bureau(connection, code, name.strip(), (short_name or name).strip())
    place = address()
    if before == newest():
        click.echo(f"数据库已是最新结构（{before}），未作改动：{place}")
    elif before:
        click.echo(f"数据库已由结构 {before} 升级到 {newest()}：{place}")
    else:
        click.echo(f"已建立空数据库（结构 {newest()}）：{place}")


def _add_bureau(connection: Connection, code: str, name: str, short_name: str) -> None:
    """Add a bureau in the connection's transaction; its first user comes with riskmap user add."""
    with (
        acting(operator()),
        Session(connection, join_transaction_mode="create_savepoint") as session,
    ):
        if any(each.code == code for each in bureaus(session)):
            raise Failure(f"已有编号为 {code} 的单位，未作改动")
        session.add(Bureau(code=code, name=name, short_name=short_name))
        session.commit()
    click.echo(f"已新建单位 {name}（{code}）；请用 riskmap user add 新增第一个用户")

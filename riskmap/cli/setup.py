"""riskmap init: make the database, or bring it up to date."""

import click

from riskmap.cli.context import address, application
from riskmap.db import db
from riskmap.db.schema import changing, current, newest, upgrade
from riskmap.desk.indexing import complete


@click.command()
def init() -> None:
    """建立空数据库，或把已有数据库升级到本程序的结构。"""
    app = application(create=True)
    with app.app_context(), changing(db.engine) as connection:
        before = current(connection)
        upgrade(connection)
        complete(connection)
    place = address()
    if before == newest():
        click.echo(f"数据库已是最新结构（{before}），未作改动：{place}")
    elif before:
        click.echo(f"数据库已由结构 {before} 升级到 {newest()}：{place}")
    else:
        click.echo(f"已建立空数据库（结构 {newest()}）：{place}")

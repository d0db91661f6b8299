"""riskmap demo: the sample bureau from nothing to a bound atlas, then the site."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from riskmap.cli.context import EXPORTS, address, application
from riskmap.cli.failures import Failure
from riskmap.cli.serving import PORT, require_loopback, run
from riskmap.cli.writing import folder, write
from riskmap.config import sample_folder
from riskmap.coverage.report import pdf, whole_report
from riskmap.coverage.report_workbook import report_workbook
from riskmap.db import db
from riskmap.db.schema import changing, current, erase, refuse_newer, upgrade
from riskmap.desk.indexing import complete
from riskmap.drawing.engine import Engine
from riskmap.maps.queries import stamps
from riskmap.maps.report import LABELS, as_json, sentence, totals
from riskmap.maps.sheets import NothingToBind, atlas_pdf, charts
from riskmap.organisation.models import Bureau
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.revisions.showing import Shown, material, shown
from riskmap.sample.loader import load_into, read_sample


@click.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=EXPORTS,
    show_default=True, help="写到哪个文件夹",
)  # fmt: skip
@click.option("--reset", is_flag=True, help="丢弃示范库中的改动，重新装入")
@click.option("--serve/--no-serve", "serving", default=True, help="完成后启动网站")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True)
def demo(output: Path, reset: bool, serving: bool, host: str, port: int) -> None:
    """装入虚构的示范单位，画出全部账图，装订汇编，然后启动网站。"""
    require_loopback(host)
    started = time.perf_counter()
    folder(output)
    app = application(output, create=True)
    with app.app_context():
        _prepare(output, reset)
        _produce(output)
        click.echo(f"合计用时 {time.perf_counter() - started:.1f} 秒")
        if serving:
            run(app, host, port)


def _prepare(output: Path, reset: bool) -> None:
    """Load the sample unless it is there; all in one transaction, so never by half."""
    click.echo("示范数据为虚构内容，仅供演示；请勿填入真实信息。")
    with _timed("示范库"):
        sample = read_sample(sample_folder())
        with changing(db.engine) as connection:
            refuse_newer(connection)
            if current(connection):
                _refuse_real_data(connection)
                if reset:
                    erase(connection)
            upgrade(connection)
            complete(connection)
            there = _bureaus(connection)
            if not there:
                load_into(connection, sample)
    kept = "已有示范数据，保留其中的改动（要重来请加 --reset）"
    click.echo(f"  {kept if there else '已装入'}：{address(output)}")


def _bureaus(connection: Connection) -> Sequence[Bureau]:
    """Return the bureaus that a transaction sees, and leave the transaction open."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        return bureaus(session)


def _refuse_real_data(connection: Connection) -> None:
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        # Two columns only: the database may be of an older schema.
        real = session.scalars(select(Bureau.name).where(Bureau.is_sample.is_(False))).all()
    if real:
        raise Failure(
            f"这个数据库里有真实单位（{'、'.join(real)}），demo 不会动它；"
            "请用 RISKMAP_DATABASE_URL 另指一个数据库"
        )


def _produce(output: Path) -> None:
    """Draw every map, bind the atlas, say what was made."""
    scope = Scope(bureaus(db.session)[0])
    edited = [code for code, (version, _) in stamps(db.session, scope).items() if version > 1]
    if edited:
        click.echo(f"  其中 {len(edited)} 张账图改动过：{'、'.join(edited)}")
    shows = shown(db.session, scope)
    maps = [each.document for each in shows]
    if not maps:
        raise NothingToBind("示范库里的账图都已停用或删去；要重来请加 --reset")
    with Engine() as engine:
        drawn = charts(engine, maps, "svg")
        with (
            _timed(f"{len(maps)} 张流程图"),
            click.progressbar(drawn, length=len(maps), label="  绘图") as pictures,
        ):
            for each, picture in zip(maps, pictures, strict=True):
                write(output / "charts" / f"{each.code}.svg", picture)
        click.echo(f"  {output / 'charts'}")
        with _timed("账图汇编"):
            book = write(output / "atlas.pdf", atlas_pdf(engine, material(db.session, scope)))
        click.echo(f"  {book}（{book.stat().st_size / 1024:,.0f} KB）")
        with _timed("审查报告"):
            report = whole_report(db.session, scope)
            written = [
                write(output / "audit.pdf", pdf(db.session, engine, report)),
                write(output / "audit.xlsx", report_workbook(report)),
            ]
        click.echo(f"  {'、'.join(map(str, written))}")
    _summarise(output, scope, shows)


def _summarise(output: Path, scope: Scope, maps: Sequence[Shown]) -> None:
    counts = totals(db.session, scope, [each.document for each in maps])
    text = sentence(scope.bureau.short_name, counts)
    content = as_json(counts, text, sum(each.number is not None for each in maps)) + "\n"
    click.echo(f"统计：{write(output / 'report.json', content.encode())}")
    click.echo("  " + "，".join(f"{LABELS[name]} {count}" for name, count in counts.items()))
    click.echo(f"  {text}")


@contextmanager
def _timed(what: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    click.echo(f"{what}：{time.perf_counter() - started:.2f} 秒")

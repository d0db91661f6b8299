"""riskmap draw, print and atlas: charts alone, sheets as filed, the bound book."""

from pathlib import Path

import click

from riskmap.cli.context import bureau_option, draft_option, opened, the_bureau
from riskmap.cli.progress import Bar
from riskmap.cli.writing import CannotWrite, folder, write
from riskmap.db import db
from riskmap.document.encoding import to_json
from riskmap.drawing import dot, layout
from riskmap.drawing.engine import Engine
from riskmap.jobs.handlers import Work
from riskmap.maps.sheets import charts, sheet_pictures, sheets_pdf
from riskmap.organisation.scope import Scope
from riskmap.revisions.binding import bind
from riskmap.revisions.showing import printables, shown

FORMATS = ("svg", "pdf", "png", "dot", "json")
grey_option = click.option("--grey", is_flag=True, help="黑白（灰度）")


@click.command()
@click.argument("codes", nargs=-1, metavar="图号…")
@click.option("--all", "everything", is_flag=True, help="全部账图")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="svg")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="文件夹")
@draft_option
@bureau_option
def draw(
    codes: tuple[str, ...],
    everything: bool,
    kind: str,
    output: Path,
    draft: bool,
    bureau: str | None,
) -> None:
    """只画流程图，一图一个文件。"""
    if bool(codes) == everything:
        raise click.UsageError("请写图号，或用 --all 表示全部（二者取一）")
    with opened():
        wanted = None if everything else codes
        found = shown(db.session, Scope(the_bureau(bureau)), wanted, draft=draft)
    maps = [each.document for each in found]
    folder(output)
    if kind == "json":
        pictures = iter([to_json(each) for each in maps])
    elif kind == "dot":
        pictures = iter([dot.source(layout.place(each)).encode() for each in maps])
    else:
        with Engine() as engine:
            pictures = iter(list(charts(engine, maps, kind)))  # type: ignore[arg-type]
    for each, picture in zip(maps, pictures, strict=True):
        click.echo(write(output / f"{each.code}.{kind}", picture))


@click.command(name="print")
@click.argument("codes", nargs=-1, required=True, metavar="图号…")
@click.option("--format", "kind", type=click.Choice(["pdf", "svg"]), default="pdf")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="文件")
@grey_option
@draft_option
@bureau_option
def print_(
    codes: tuple[str, ...], kind: str, output: Path, grey: bool, draft: bool, bureau: str | None
) -> None:
    """按存档样式打印账图；SVG 一页一个文件（文件名后加页码）。"""
    with opened(), Engine() as engine:
        maps = printables(db.session, Scope(the_bureau(bureau)), codes, draft=draft)
        if kind == "pdf":
            pages = [sheets_pdf(engine, maps, grey)]
        else:
            pages = sheet_pictures(engine, maps, grey)
    if not output.name:
        raise CannotWrite(f"{output} 是文件夹；请在 -o 后写上文件名")
    for number, content in enumerate(pages, start=1):
        name = output if len(pages) == 1 else output.with_stem(f"{output.stem}-{number}")
        click.echo(write(name, content))


@click.command()
@click.argument("code", required=False, metavar="[单位编号]")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="PDF 文件")
@draft_option
def atlas(code: str | None, output: Path, draft: bool) -> None:
    """装订账图汇编（PDF）：封面、说明、目录、各图、台账、索引。"""
    with opened(), Bar() as progress:
        work = Work(db.session, Scope(the_bureau(code)))
        content = bind(work, {"draft": draft}, progress).content
    click.echo(write(output, content))

"""riskmap draw, print, atlas and edition: charts alone, sheets as filed, the bound book, kept."""

from datetime import datetime
from pathlib import Path

import click

from riskmap.cli.context import bureau_option, draft_option, opened, operator, the_bureau
from riskmap.cli.progress import Bar
from riskmap.cli.writing import CannotWrite, folder, write
from riskmap.db import db
from riskmap.document.encoding import to_json
from riskmap.drawing import dot, layout
from riskmap.drawing.engine import Engine
from riskmap.history.events import acting
from riskmap.jobs.handlers import Work
from riskmap.maps.sheets import Printable, charts, sheet_pictures, sheets_pdf
from riskmap.organisation.scope import Scope
from riskmap.revisions import editions
from riskmap.revisions.binding import bind, freeze
from riskmap.revisions.edition_models import Edition
from riskmap.revisions.queries import LAST
from riskmap.revisions.showing import printable_revision, printables

FORMATS = ("svg", "pdf", "png", "dot", "json")
revision_option = click.option(
    "--revision", type=click.IntRange(1, LAST), help="第几版（只能写一个图号），不论是否现行"
)
grey_option = click.option("--grey", is_flag=True, help="黑白（灰度）")


@click.command()
@click.argument("codes", nargs=-1, metavar="图号…")
@click.option("--all", "everything", is_flag=True, help="全部账图")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="svg")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="文件夹")
@draft_option
@revision_option
@bureau_option
def draw(
    codes: tuple[str, ...],
    everything: bool,
    kind: str,
    output: Path,
    draft: bool,
    revision: int | None,
    bureau: str | None,
) -> None:
    """只画流程图，一图一个文件。"""
    if bool(codes) == everything:
        raise click.UsageError("请写图号，或用 --all 表示全部（二者取一）")
    _require_one(codes, revision, draft)
    with opened():
        wanted = _wanted(bureau, None if everything else codes, revision, draft)
        found = [each.document for each in wanted]
    folder(output)
    if kind == "json":
        pictures = iter([to_json(each) for each in found])
    elif kind == "dot":
        pictures = iter([dot.source(layout.place(each)).encode() for each in found])
    else:
        with Engine() as engine:
            pictures = iter(list(charts(engine, found, kind)))  # type: ignore[arg-type]
    for each, picture in zip(found, pictures, strict=True):
        click.echo(write(output / f"{each.code}.{kind}", picture))


def _require_one(codes: tuple[str, ...], revision: int | None, draft: bool) -> None:
    """Refuse a revision's number that could be of several maps, or of none."""
    if revision is not None and (len(codes) != 1 or draft):
        raise click.UsageError("--revision 要与一个图号同用，不能与 --all、--draft 同用")


def _wanted(
    bureau: str | None, codes: tuple[str, ...] | None, revision: int | None, draft: bool
) -> list[Printable]:
    """Return the maps that were asked for, of all codes with none; or the revision of the one."""
    scope = Scope(the_bureau(bureau))
    if codes and revision is not None:
        return [printable_revision(db.session, scope.bureau, codes[0], revision)]
    return printables(db.session, scope, codes, draft=draft)


@click.command(name="print")
@click.argument("codes", nargs=-1, required=True, metavar="图号…")
@click.option("--format", "kind", type=click.Choice(["pdf", "svg"]), default="pdf")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="文件")
@grey_option
@draft_option
@revision_option
@bureau_option
def print_(
    codes: tuple[str, ...],
    kind: str,
    output: Path,
    grey: bool,
    draft: bool,
    revision: int | None,
    bureau: str | None,
) -> None:
    """按存档样式打印账图；SVG 一页一个文件（文件名后加页码）。"""
    _require_one(codes, revision, draft)
    with opened(), Engine() as engine:
        maps = _wanted(bureau, codes, revision, draft)
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
@click.option("--as-of", "day", type=click.DateTime(["%Y-%m-%d"]), help="哪一天的汇编版")
@click.option("--public", is_flag=True, help="公开版：不含人员姓名（与 --as-of 同用）")
def atlas(code: str | None, output: Path, draft: bool, day: datetime | None, public: bool) -> None:
    """装订账图汇编（PDF）：封面、说明、目录、各图、台账、索引。

    --as-of 按那一天冻结的内容重新装订；同一版本的 riskmap 装订出的与存档逐字节相同。
    """
    if public and day is None:
        raise click.UsageError("--public 要与 --as-of 同用：公开版由汇编版而来")
    if draft and day is not None:
        raise click.UsageError("--draft 与 --as-of 只能用一个：汇编版只收审定的账图")
    with opened(), Bar() as progress:
        bureau = the_bureau(code)
        if day is None:
            work = Work(db.session, Scope(bureau))
            content = bind(work, {"draft": draft}, progress).content
            said = ""
        else:
            with Engine() as engine:
                edition = editions.as_of(db.session, bureau, day.date())
                content, same = editions.again(db.session, engine, edition, public=public)
            said = _compared(edition, same)
    click.echo(f"{write(output, content)}{said}")


def _compared(edition: Edition, same: bool) -> str:
    if same:
        return f"（汇编第 {edition.number} 版，重新装订，与存档逐字节相同）"
    return (
        f"（汇编第 {edition.number} 版；本机的 riskmap 与装订时的 {edition.program} 不同，"
        "重新装订的与存档有出入，给出的是存档）"
    )


@click.command()
@click.argument("code", required=False, metavar="[单位编号]")
@click.option("--note", "text", default="", help="这一版作什么用")
def edition(code: str | None, text: str) -> None:
    """把今天的账图汇编冻结为一版：版本、签批、机构、清单和 PDF 一并存档，不再改动。"""
    with opened(), acting(operator()), Bar() as progress:
        work = Work(db.session, Scope(the_bureau(code)))
        freeze(work, {"text": text}, progress)
        db.session.commit()
        made = editions.editions(db.session, the_bureau(code))[0]
        said = f"汇编第 {made.number} 版（{made.day}）：账图 {made.maps} 张"
        digest = made.pdf_digest
    click.echo(f"{said}，PDF 摘要 {digest}")

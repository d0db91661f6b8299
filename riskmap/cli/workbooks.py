"""riskmap export, riskmap import: the rows as a workbook, and a workbook back into the rows."""

import json
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext
from sqlalchemy import select

from riskmap.cli.context import bureau_option, draft_option, opened, operator, the_bureau
from riskmap.cli.failures import Failure
from riskmap.cli.progress import Bar
from riskmap.cli.writing import write
from riskmap.db import db, now, today
from riskmap.db.connections import start_writing
from riskmap.history.events import Kind, acting
from riskmap.history.recording import note
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.scope import Scope
from riskmap.revisions.showing import shown as shown_maps
from riskmap.web.access import Policy
from riskmap.web.members import shown
from riskmap.workbooks import keeping, taking_in
from riskmap.workbooks.book import Book
from riskmap.workbooks.choices import Choices
from riskmap.workbooks.columns import TABLES
from riskmap.workbooks.importing import Entry, OtherBureau, Outcome, sheet_name
from riskmap.workbooks.known import of_step
from riskmap.workbooks.ledger_sheets import measures, printed, risks
from riskmap.workbooks.opening import opened_book
from riskmap.workbooks.refusals import Refused
from riskmap.workbooks.rows import snapshot
from riskmap.workbooks.taking import is_ours
from riskmap.workbooks.writer import About, as_csv, workbook

REFUSED = 3
"""The exit code where some rows were refused."""


@click.command()
@click.argument("code", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="写到哪个文件")
@click.option(
    "--sheet", type=click.Choice([each.name for each in TABLES]), help="只导出一张表，写成 CSV"
)
@draft_option
@bureau_option
def export(
    code: str | None, output: Path, sheet: str | None, draft: bool, bureau: str | None
) -> None:
    """把各表导出为工作簿；CODE 是单位、科室、岗位的编号，只导出它和它下面的内容。"""
    with opened(), acting(operator()):
        start_writing_anew()
        owner = the_bureau(bureau)
        path, name = _below(owner, code)
        known = snapshot(db.session, Scope(owner), at=path)
        table = next((each for each in TABLES if each.name == sheet), None)
        about = About(
            owner.code, owner.name, name or owner.name, now(), operator().name, owner.is_sample
        )
        if table:
            content = as_csv(table, known)
        else:
            maps = shown_maps(db.session, Scope(owner, (path,)), draft=draft)
            more = [printed(each, owner.name, today()) for each in (risks(maps), measures(known))]
            content = workbook(about, known, more=more)
        rows = {sheet: known.rows[sheet]} if sheet else known.rows
        count = sum(map(len, rows.values()))
        note(db.session, Kind.EXPORTED, owner.id, output.name, count=count)
        db.session.commit()
    click.echo(f"已写入 {write(output, content)}（{count} 行）")


def start_writing_anew() -> None:
    """Open a writing transaction, whatever was read before."""
    db.session.rollback()
    start_writing(db.session)


def _below(owner: Bureau, code: str | None) -> tuple[str, str]:
    """Return the path at and below which rows are exported, and what stands there."""
    if code is None:
        return "/", ""
    query = select(Node).where(Node.bureau_id == owner.id, Node.code == code)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise Failure(f"没有编号为 {code} 的单位、科室或岗位；编号见网站首页")
    return found.path, found.name


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="只列出会改什么，不写入")
@click.option("--format", "kind", type=click.Choice(["text", "json"]), default="text")
@bureau_option
def import_(file: Path, dry_run: bool, kind: str, bureau: str | None) -> None:
    """读入导出后改过的工作簿（.xlsx，或一张表的 .csv）：要么整体写入，要么都不写。

    其他格式的台账也读：栏目、等级用词按常见写法认，单位岗位按名称认；认不准的行拒绝，
    可在网页上逐项指定后再导入。

    退出码：0 全部写入（或没有要改的）；3 有被拒绝的行，其余已写入；1 没能读入；2 命令写错。
    """
    content = file.read_bytes()
    with opened(), acting(operator()), Bar() as bar:
        book = _read(content, file.name)
        start_writing_anew()
        owner = the_bureau(bureau)
        choices = None if is_ours(book) else Choices()
        try:
            outcome = keeping.preview(
                db.session, Scope(owner), book, anything, choices, of_step(bar, taking_in.TRYING)
            )
        except OtherBureau as other:
            raise Failure(f"这份工作簿是从另一单位（{other.code}）导出的") from other
        if not dry_run and outcome.anything:
            row = keeping.keep(
                db.session, the_bureau(bureau).id, name=file.name, content=content,
                outcome=outcome, choices=choices,
            )  # fmt: skip
            outcome = keeping.carry_out(
                db.session, Scope(the_bureau(bureau)), row, book, anything,
                of_step(bar, taking_in.WRITING),
            )  # fmt: skip
            db.session.commit()
        said = as_json(outcome) if kind == "json" else as_text(outcome, dry_run=dry_run)
    click.echo(said)
    if outcome.rows["refused"] or outcome.balance.get("refused"):
        raise SystemExit(REFUSED)


def anything(_policy: Policy, _path: str) -> bool:
    """Let whoever runs commands on the machine change everything."""
    return True


def _read(content: bytes, name: str) -> Book:
    try:
        return opened_book(content, name)
    except Refused as refused:
        raise Failure(refused.said.text(gettext, shown)) from refused


def as_json(outcome: Outcome) -> str:
    """Return what became of a workbook, in its stable form for programs."""
    kinds: dict[str, Any] = {
        kind: [_entry(each) for each in outcome.entries if each.what == kind]
        for kind in ("added", "changed", "removed", "refused")
    }
    return json.dumps(
        {**kinds, "rows": outcome.rows, "left": outcome.left, "ledger": outcome.balance,
         "notes": outcome.notes},
        ensure_ascii=False,
        indent=2,
    )  # fmt: skip


def _entry(each: Entry) -> dict[str, str]:
    return {
        "sheet": each.sheet,
        "cell": each.cell,
        "key": each.key,
        "old": each.old,
        "new": each.new,
        "reason": each.reason,
    }


def as_text(outcome: Outcome, *, dry_run: bool) -> str:
    """Return what became of a workbook, for a person to read."""
    lines = []
    for each in outcome.of("changed"):
        lines.append(f"修改 {sheet_name(each)} {each.cell} {each.key}：{each.old} → {each.new}")
    for kind, word in (("added", "新增"), ("removed", "删除")):
        seen = dict.fromkeys(
            (sheet_name(each), each.row, each.key) for each in outcome.entries if each.what == kind
        )
        lines += [f"{word} {sheet} 第 {row} 行 {key}" for sheet, row, key in seen]
    for each in outcome.of("refused"):
        lines.append(f"拒绝 {each.sheet} {each.cell} “{each.new}”：{each.reason}")
    lines += [f"{'不收' if outcome.balance else '未读'} {each}" for each in outcome.left]
    lines += [f"留意 {each}" for each in outcome.notes]
    if found := outcome.balance:
        lines.append(
            f"台账 {found['read']} 行：收入 {found['imported']}，拒绝 {found['refused']}，"
            f"不收 {found['left']}"
        )
    rows = outcome.rows
    done = "会" if dry_run else "已"
    lines.append(
        f"读取 {rows['read']} 行：{done}新增 {rows['added']}，修改 {rows['changed']}，"
        f"删除 {rows['removed']}；拒绝 {rows['refused']}，未变 {rows['unchanged']}"
    )
    return "\n".join(lines)

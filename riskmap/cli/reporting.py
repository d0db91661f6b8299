"""riskmap report: the numbers of the annual report, recounted."""

import click

from riskmap.cli.context import bureau_option, draft_option, opened, the_bureau
from riskmap.db import db
from riskmap.maps.report import LABELS, as_json, sentence, totals
from riskmap.organisation.scope import Scope
from riskmap.revisions.showing import shown


@click.command()
@click.option("--format", "kind", type=click.Choice(["text", "json"]), default="text")
@draft_option
@bureau_option
def report(kind: str, draft: bool, bureau: str | None) -> None:
    """由明细重算类、项、条、张，给出年度报告中的那句话。"""
    with opened():
        chosen = the_bureau(bureau)
        maps = shown(db.session, Scope(chosen), draft=draft)
        signed = sum(each.number is not None for each in maps)
        counts = totals(db.session, Scope(chosen), [each.document for each in maps])
        text = sentence(chosen.short_name, counts)
    if kind == "json":
        click.echo(as_json(counts, text, signed))
        return
    click.echo(text)
    click.echo(f"  账图 {len(maps)} 张中，按现行版 {signed} 张，按工作稿 {len(maps) - signed} 张")
    for name, label in LABELS.items():
        click.echo(f"  {label}：{counts[name]}")

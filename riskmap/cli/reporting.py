"""riskmap report: the numbers of the annual report, recounted."""

import click

from riskmap.cli.context import opened, the_bureau
from riskmap.db import db
from riskmap.maps.report import LABELS, as_json, sentence, totals
from riskmap.organisation.scope import Scope


@click.command()
@click.option("--format", "kind", type=click.Choice(["text", "json"]), default="text")
@click.option("--bureau", help="单位编号（库中有多个单位时）")
def report(kind: str, bureau: str | None) -> None:
    """由明细重算类、项、条、张，给出年度报告中的那句话。"""
    with opened():
        chosen = the_bureau(bureau)
        counts = totals(db.session, Scope(chosen))
        text = sentence(chosen.short_name, counts)
    if kind == "json":
        click.echo(as_json(counts, text))
        return
    click.echo(text)
    for name, label in LABELS.items():
        click.echo(f"  {label}：{counts[name]}")

"""riskmap audit: every gap, for a person, a program or a nightly timer."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from riskmap.cli.context import bureau_option, draft_option, opened, operator, the_bureau
from riskmap.cli.failures import Failure
from riskmap.cli.writing import write
from riskmap.coverage import runs
from riskmap.coverage.auditing import counted
from riskmap.coverage.chinese import SEVERITIES, chinese, in_chinese, shows
from riskmap.coverage.gap_lines import known
from riskmap.coverage.gaps import Severity
from riskmap.coverage.listing import Row
from riskmap.coverage.live import Audit, audited
from riskmap.coverage.report import Report, report_of, state, where
from riskmap.coverage.report_workbook import report_workbook
from riskmap.db import db, today
from riskmap.db.connections import start_writing
from riskmap.history.events import acting
from riskmap.organisation.scope import Scope

FOUND = 3
"""The exit code where there are gaps as bad as `--fail-on` says, the accepted ones left out."""


@click.command()
@click.argument("code", required=False)
@click.option("--format", "kind", type=click.Choice(["text", "json", "xlsx"]), default="text")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="写到哪个文件；xlsx 必须写明")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="按哪一天审查；默认今天")
@click.option("--keep", is_flag=True, help="把这次审查存下来，供以后比较")
@click.option(
    "--fail-on", type=click.Choice(["error", "warning", "notice", "never"]), default="error",
    show_default=True, help="有这一级及以上的缺口时以 3 退出",
)  # fmt: skip
@draft_option
@bureau_option
def audit(
    code: str | None,
    kind: str,
    output: Path | None,
    day: datetime | None,
    keep: bool,
    fail_on: str,
    draft: bool,
    bureau: str | None,
) -> None:
    """逐条规则审查全局，或编号为 CODE 的单位、科室、岗位或账图。

    退出码：0 没有（未接受的）错误级缺口；3 有；1 没能审查；2 命令写错。
    """
    if kind == "xlsx" and output is None:
        raise click.UsageError("写 xlsx 要用 -o 指定文件，如 -o 审查.xlsx")
    with opened(), acting(operator()):
        report = _audited(code, day.date() if day else today(), keep, draft, bureau)
        content = FORMATS[kind](report)
    if output is None:
        click.echo(content.decode(), nl=False)
    else:
        click.echo(f"已写入 {write(output, content)}")
    worst = [row.gap.severity for row in report.rows() if row.accepted is None]
    if fail_on != "never" and any(each.rank >= Severity(fail_on).rank for each in worst):
        raise SystemExit(FOUND)


def _audited(code: str | None, day: date, keep: bool, draft: bool, bureau: str | None) -> Report:
    chosen = the_bureau(bureau)
    if keep:
        if code or draft or day != today():
            raise Failure("--keep 只存今天对全局现行版的审查；请去掉 CODE、--day 和 --draft")
        db.session.rollback()
        start_writing(db.session)
    scope = Scope(the_bureau(bureau) if keep else chosen)
    made = audited(db.session, scope.bureau, day, draft=draft)
    about = known(db.session, scope)
    gaps = _within(made, code) if code else list(made.gaps)
    report = report_of(db.session, scope, made.facts, gaps, about)
    if keep:
        runs.keep(db.session, scope.bureau, made)
        db.session.commit()
    return report


def _within(made: Audit, code: str) -> list[Any]:
    """Return the gaps of a node and what is below it, or of a map."""
    facts = made.facts
    if code in facts.nodes:
        return [
            gap
            for gap in made.gaps
            if gap.node in facts.nodes and facts.nodes[gap.node].within(code)
        ]
    if code in facts.map_by_code:
        return [gap for gap in made.gaps if gap.subject.code == code]
    raise Failure(f"没有编号为 {code} 的单位、科室、岗位或在用账图；编号见网站首页")


@in_chinese
def as_text(report: Report) -> bytes:
    """Return the gaps for a person to read."""
    lines = [
        f"{SEVERITIES[row.gap.severity.value]} {row.gap.rule} {row.gap.subject.code} "
        f"{chinese(row.gap.message)}〔{where(report.facts, row.gap)}〕"
        + (f"〔{told}〕" if (told := state(row)) else "")
        for row in report.rows()
    ]
    lines.append(shows(report.facts))
    counts = counted(report.gaps)
    total = "，".join(f"{SEVERITIES[each.value]} {counts[each]} 项" for each in counts)
    lines.append(f"{report.bureau.name} {report.facts.day.isoformat()}：{total}")

    return ("\n".join(lines) + "\n").encode()


@in_chinese
def as_json(report: Report) -> bytes:
    """Return the gaps in their stable form for programs."""
    counts = counted(report.gaps)
    content = {
        "bureau": report.bureau.code,
        "day": report.facts.day.isoformat(),
        "draft": report.facts.draft,
        "gaps": [_gap(report, row) for row in report.rows()],
        "counts": {each.value: counts[each] for each in counts},
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _gap(report: Report, row: Row) -> dict[str, Any]:
    gap = row.gap
    return {
        "rule": gap.rule,
        "severity": gap.severity.value,
        "subject": gap.subject.code,
        "message": chinese(gap.message),
        "where": where(report.facts, gap),
        "kind": gap.subject.kind.value,
        "keys": list(gap.subject.keys),
        "node": gap.node,
        "key": gap.key,
        "new": row.new,
        "accepted_until": row.accepted.until.isoformat() if row.accepted else None,
        "finding": row.finding.code if row.finding else None,
    }


FORMATS = {"text": as_text, "json": as_json, "xlsx": report_workbook}

"""The audit report: scope, method, rules, figures, gaps with their places, findings, signatures."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from riskmap.config import ZONE
from riskmap.coverage.auditing import counted
from riskmap.coverage.chinese import FIGURES, SEVERITIES, STATES, chinese, in_chinese, shows
from riskmap.coverage.facts import Facts
from riskmap.coverage.figures import figures, recount, year_before
from riskmap.coverage.finding_queries import listed
from riskmap.coverage.gap_lines import known
from riskmap.coverage.gaps import Gap, Severity
from riskmap.coverage.listing import Known, Row
from riskmap.coverage.live import audited
from riskmap.coverage.marking import keys_on, map_of
from riskmap.coverage.rules import RULES
from riskmap.coverage.subjects import name_of, parts_of, place
from riskmap.db import AnySession, now, today
from riskmap.drawing.engine import Engine
from riskmap.maps.report import sentence
from riskmap.maps.sheets import FICTIONAL, sheets
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.scope import Scope
from riskmap.printing.sheet import Sheet, chart_files, merged, sheet_data
from riskmap.printing.typesetter import typeset
from riskmap.revisions.showing import printables


@dataclass(frozen=True)
class Report:
    """What an audit report says: the facts, the gaps that its reader may see, what became of them.

    `parts` are the units or offices that it is about, empty for the whole bureau.
    """

    bureau: Bureau
    facts: Facts
    gaps: Sequence[Gap]
    known: Known
    findings: Sequence[Mapping[str, Any]]
    parts: tuple[str, ...] = ()

    def rows(self) -> list[Row]:
        return [self.known.row(gap) for gap in self.gaps]


def report_of(
    session: AnySession, scope: Scope, facts: Facts, gaps: Sequence[Gap], known: Known
) -> Report:
    """Return the report of a scope's bureau as far as the scope goes."""
    statement, sorts = listed(scope, {"state": "all"}, facts.day)
    rows = session.execute(statement.order_by(*sorts["code"]))
    parts: Sequence[str] = ()
    if not scope.whole:
        names = select(Node.name).where(scope.nodes(), Node.path.in_(scope.paths))
        parts = session.scalars(names.order_by(Node.path)).all()
    live = {gap.identity for gap in gaps}
    found = [dict(row._mapping) | {"live": row.identity in live} for row in rows]
    return Report(scope.bureau, facts, gaps, known, found, tuple(parts))


def whole_report(session: AnySession, scope: Scope) -> Report:
    """Return the report of a whole bureau as it is today."""
    audit = audited(session, scope.bureau, today())
    return report_of(session, scope, audit.facts, audit.gaps, known(session, scope))


def where(facts: Facts, gap: Gap) -> str:
    """Return where a gap is, in words: whose, on what, at which steps."""
    about = name_of(facts, gap.subject)
    parts = parts_of(facts, gap.subject)
    at = f"（步骤 {'、'.join(parts)}）" if parts else ""
    own = place(facts, gap.node)
    return f"{own}　{about}{at}" if own and own != about else f"{about}{at}"


def state(row: Row) -> str:
    """Return what has become of a gap, in words."""
    said = ["新发现"] if row.new else []
    if row.accepted:
        said.append(f"接受至{row.accepted.until.isoformat()}")
    if row.finding:
        said.append(f"{row.finding.code} {STATES[row.finding.state.value]}")
    return "，".join(said)


@in_chinese
def gap_rows(report: Report) -> list[dict[str, str]]:
    """Return the gaps as rows of a table, the worst first."""
    return [
        {
            "severity": row.gap.severity.value,
            "severity_name": SEVERITIES[row.gap.severity.value],
            "rule": row.gap.rule,
            "message": chinese(row.gap.message),
            "code": row.gap.subject.code,
            "where": where(report.facts, row.gap),
            "state": state(row),
        }
        for row in report.rows()
    ]


@in_chinese
def rule_rows(report: Report) -> list[dict[str, Any]]:
    """Return the rules as rows of a table, with how many gaps each found."""
    found = Counter(gap.rule for gap in report.gaps)
    return [
        {
            "code": rule.code,
            "severity": rule.severity.value,
            "severity_name": SEVERITIES[rule.severity.value],
            "statement": chinese(rule.statement),
            "basis": rule.basis,
            "version": rule.version,
            "settings": [
                f"{chinese(each.title)}：{report.facts.parameters.text(each)}"
                for each in rule.parameters
            ],
            "gaps": found[rule.code],
        }
        for rule in RULES
    ]


def figure_rows(report: Report) -> tuple[int | None, list[dict[str, Any]]]:
    """Return the year compared with, if one was kept, and the figures as rows of a table."""
    facts = report.facts
    year = year_before(facts, facts.day.year)
    rows = figures(recount(facts), facts.figures.get(year or 0, {}))
    return year, [
        {
            "name": FIGURES[each.name],
            "value": each.value,
            "before": each.before,
            "difference": each.difference,
        }
        for each in rows
    ]


def finding_rows(report: Report) -> list[dict[str, Any]]:
    """Return the findings as rows of a table."""
    return [
        {
            "code": row["code"],
            "title": row["title"],
            "office": row["office"],
            "severity_name": SEVERITIES[row["severity"].value],
            "due": row["due"].isoformat(),
            "state": STATES[row["state"].value],
            "live": ("仍存在" if row["live"] else "已消除") if row["identity"] else "",
        }
        for row in report.findings
    ]


def marked_sheets(session: AnySession, engine: Engine, report: Report) -> list[Sheet]:
    """Return the sheets of the maps on which errors are, with their places marked."""
    errors = [gap for gap in report.gaps if gap.severity is Severity.ERROR]
    codes = {map_of(report.facts, gap) for gap in errors}
    wanted = [each.code for each in report.facts.maps if each.code in codes]
    maps = printables(session, Scope(report.bureau), wanted, draft=report.facts.draft)
    marks = {code: keys_on(code, errors) for code in wanted}
    return list(sheets(engine, maps, marks=marks))


def pdf(session: AnySession, engine: Engine, report: Report) -> bytes:
    """Return the report as PDF; raises `DrawingFailed`, `TypesettingFailed`."""
    drawn = marked_sheets(session, engine, report)
    files = merged(chart_files(sheet, f"{number}-") for number, sheet in enumerate(drawn))
    return typeset("audit.typ", _data(report, drawn), files)


def _data(report: Report, drawn: Sequence[Sheet]) -> dict[str, Any]:
    facts, last = report.facts, report.known.last
    counts = counted(report.gaps)
    year, rows = figure_rows(report)
    return {
        "bureau": report.bureau.name,
        "title": f"{report.bureau.short_name}廉政风险防控审查报告",
        "note": FICTIONAL if report.bureau.is_sample else "",
        "day": facts.day.isoformat(),
        "made": now().astimezone(ZONE).strftime("%Y-%m-%d %H:%M"),
        "last": f"第{last.number}次审查（{last.day.isoformat()}）" if last else "",
        "shows": shows(facts),
        "scope": "、".join(report.parts) if report.parts else report.bureau.name,
        "counts": [
            {"severity": each.value, "name": SEVERITIES[each.value], "count": counts[each]}
            for each in counts
        ],
        "sentence": sentence(report.bureau.short_name, recount(facts)),
        "year": year,
        "figures": rows,
        "rules": rule_rows(report),
        "gaps": gap_rows(report),
        "findings": finding_rows(report),
        "sheets": [sheet_data(each, f"{number}-") for number, each in enumerate(drawn)],
    }

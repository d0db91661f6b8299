"""The audit report as a workbook: summary, gaps, findings, rules."""

from collections.abc import Iterator
from typing import Final

from riskmap.coverage.auditing import counted
from riskmap.coverage.chinese import SEVERITIES, shows
from riskmap.coverage.report import Report, figure_rows, finding_rows, gap_rows, rule_rows
from riskmap.maps.sheets import FICTIONAL
from riskmap.workbooks.writing import Cell, Sheet, Tone, Value, workbook

_TONES: Final = {"error": Tone.GAP}


def report_workbook(report: Report) -> bytes:
    """Return the report as a workbook."""
    return workbook([_summary(report), _gaps(report), _findings(report), _rules(report)])


def _titles(report: Report, title: str) -> list[str]:
    note = f"　{FICTIONAL}" if report.bureau.is_sample else ""
    scope = "、".join(report.parts) or report.bureau.name
    return [
        f"{report.bureau.short_name}{title}",
        f"{scope}　{report.facts.day.isoformat()}{note}",
        shows(report.facts),
    ]


def _summary(report: Report) -> Sheet:
    year, figures = figure_rows(report)
    counts = counted(report.gaps)

    def rows() -> Iterator[tuple[Value, ...]]:
        for severity in counts:
            yield f"{SEVERITIES[severity.value]}级缺口", counts[severity], "", ""
        for each in figures:
            yield each["name"], each["value"], each["before"], each["difference"]

    return Sheet(
        name="概况",
        titles=_titles(report, "廉政风险防控审查概况"),
        heads=[("项目", "现在", f"{year}年" if year else "上年", "差额")],
        rows=rows(),
        widths=[26, 12, 12, 12],
        landscape=False,
        filtered=False,
    )


def _gaps(report: Report) -> Sheet:
    return Sheet(
        name="缺口",
        titles=_titles(report, "廉政风险防控缺口清单"),
        heads=[("序号", "级别", "规则", "缺口", "对象编号", "部位", "状态")],
        rows=(
            (
                number,
                Cell(each["severity_name"], _TONES.get(each["severity"], Tone.PLAIN)),
                each["rule"],
                each["message"],
                each["code"],
                each["where"],
                each["state"],
            )
            for number, each in enumerate(gap_rows(report), start=1)
        ),
        widths=[6, 8, 7, 60, 18, 44, 24],
        frozen=3,
    )


def _findings(report: Report) -> Sheet:
    return Sheet(
        name="审计问题",
        titles=_titles(report, "审计问题及整改"),
        heads=[("编号", "级别", "问题", "责任科室", "整改期限", "状态", "规则复测")],
        rows=(
            (
                each["code"],
                each["severity_name"],
                each["title"],
                each["office"],
                each["due"],
                each["state"],
                each["live"],
            )
            for each in finding_rows(report)
        ),
        widths=[14, 8, 60, 24, 14, 16, 10],
        frozen=1,
    )


def _rules(report: Report) -> Sheet:
    return Sheet(
        name="规则",
        titles=_titles(report, "审查规则"),
        heads=[("规则", "级别", "要求", "参数", "依据", "版本", "缺口")],
        rows=(
            (
                each["code"],
                each["severity_name"],
                each["statement"],
                "\n".join(each["settings"]),
                each["basis"],
                each["version"],
                each["gaps"],
            )
            for each in rule_rows(report)
        ),
        widths=[7, 8, 56, 44, 44, 6, 6],
        frozen=1,
    )

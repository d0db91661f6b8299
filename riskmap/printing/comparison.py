"""The printed comparison of two versions of a map: what differs as a table, and on one chart."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from riskmap.document.changed_text import Runs
from riskmap.document.diff_words import Row, rows
from riskmap.drawing import style
from riskmap.drawing.marks import Mark
from riskmap.printing import legend
from riskmap.printing.chinese import name, translate
from riskmap.printing.comparison_plan import ComparisonPlan
from riskmap.printing.cropping import page_files
from riskmap.printing.typesetter import typeset, typeset_pictures


@dataclass(frozen=True, slots=True)
class Version:
    """One of the two versions, as printed: its number, its date, what else must be said."""

    version: str
    date: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison with its plan, the SVG of the plan's chart, and the versions compared.

    `note` stands beside the title, as a sheet's does; `reason` is why it was changed.
    """

    plan: ComparisonPlan
    svg: bytes
    old: Version
    new: Version
    note: str = ""
    reason: str = ""


def print_comparison(of: Comparison, grey: bool = False) -> bytes:
    """Return the PDF of a comparison; of a chart drawn in grey, in grey."""
    return typeset("comparison.typ", *_content(of, grey))


def picture_comparison(of: Comparison, grey: bool = False) -> list[bytes]:
    """Return the pages of a comparison as SVG."""
    return typeset_pictures("comparison.typ", *_content(of, grey))


def _content(of: Comparison, grey: bool) -> tuple[dict[str, object], dict[str, bytes]]:
    plan = of.plan
    document, table = plan.diff.new, rows(plan.diff, translate, name)
    data: dict[str, object] = {
        "grey": grey,
        "bureau": document.place.bureau,
        "kind": "法治账图版本对比",
        "code": document.code,
        "title": document.title,
        "whose": document.place.name,
        "note": of.note,
        "reason": of.reason,
        "old": _version(of.old),
        "new": _version(of.new),
        "count": len(table),
        "sections": [
            {"name": section, "rows": [_row(row) for row in found]}
            for section, found in groupby(table, key=lambda row: row.section)
        ],
        "marks": {mark.value: _look(mark) for mark in Mark},
        "legend": legend.data(plan.legend),
        "paper": {"width": plan.paper.width, "height": plan.paper.height},
        "charts": list(_charts(plan)),
    }
    return data, page_files(of.svg, plan.chart)


def _version(version: Version) -> dict[str, str]:
    return {"version": version.version, "date": version.date, "note": version.note}


def _row(row: Row) -> dict[str, object]:
    return {
        "where": row.where,
        "change": row.change.value,
        "word": row.change_word,
        "field": row.field,
        "old": _lines(row.old),
        "new": _lines(row.new),
    }


def _lines(runs: Runs) -> list[list[dict[str, object]]]:
    """Return runs as lines of runs: Typst is given no line ends."""
    lines: list[list[dict[str, object]]] = [[]]
    for run in runs:
        first, *others = run.text.split("\n")
        lines[-1].append({"text": first, "changed": run.changed})
        lines += [[{"text": each, "changed": run.changed}] for each in others]
    return lines


def _look(mark: Mark) -> dict[str, object]:
    look = style.MARKS[mark]
    return {"ink": look["color"], "pen": float(look["penwidth"]), "line": look["style"]}


def _charts(plan: ComparisonPlan) -> Iterator[dict[str, object]]:
    chart = plan.chart
    for page, (top, bottom) in enumerate(chart.windows):
        yield {
            "paper": {"width": plan.paper.width, "height": plan.paper.height},
            "continues": page < len(chart.windows) - 1,
            "chart": f"{page}.svg",
            "head": "head.svg" if page else "",
            "head_height": chart.head,
            "width": chart.width,
            "height": chart.height,
            "window": bottom - top,
        }

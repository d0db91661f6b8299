"""The ledgers as sheets to print: risk points by place, measures by item. They are not read back.

A cell that stands for several rows is merged over them; its text stands in every one of them, so
that a filter finds them all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any, Final
from unicodedata import east_asian_width

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from xlsxwriter.worksheet import Worksheet

from riskmap.printing.ledger import COLUMNS, entries
from riskmap.revisions.showing import Shown
from riskmap.workbooks.columns import BY_NAME
from riskmap.workbooks.rows import Snapshot
from riskmap.workbooks.showing import display
from riskmap.workbooks.writer import A3, A4, Formats

RISKS: Final = _l("Ledger of risks")
MEASURES: Final = _l("Ledger of measures")
TITLES: Final = (RISKS, MEASURES)

LINE: Final = 13.5
"""Points from one line of a cell to the next."""

POINTS: Final = 0.17
"""Characters of a sheet's column for a point of the printed ledger's."""


_MEASURE_HEADS: Final = (
    ("大类", 14.0), ("小项", 18.0), ("编号", 12.0), ("防控措施", 44.0), ("阶段", 7.0),
    ("类型", 7.0), ("频次", 12.0), ("佐证", 16.0), ("指标", 14.0), ("责任", 20.0),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ledger:
    """A sheet: heads with widths in characters, rows, and how many columns are merged downwards."""

    title: Any
    heads: Sequence[tuple[str, float]]
    rows: Sequence[Sequence[str]]
    merged: int
    paper: int
    told: str = ""


def risks(maps: Sequence[Shown]) -> Ledger:
    """Return the ledger of the risk points of some maps, in their order, as they are shown."""
    others = [column for column in COLUMNS if column.title != "单位/科室/岗位"]
    heads = [("单位", 16.0), ("科室", 16.0), ("岗位", 14.0)]
    heads += [(column.title, max(5.0, column.width * POINTS)) for column in others]
    rows = []
    for entry in entries([each.document for each in maps]):
        place = entry.document.place
        rows.append([place.unit or "", place.office or "", place.post or "",
                     *("\n".join(column.text(entry)) for column in others)])  # fmt: skip
    return Ledger(RISKS, heads, rows, 3, A3, _told(maps))


def _told(maps: Sequence[Shown]) -> str:
    """Return which texts of maps a ledger is made of."""
    drafts = sum(each.number is None for each in maps)
    if drafts == len(maps):
        return str(_("From working copies, which nobody has signed off."))
    if drafts:
        return str(
            _("As in force; %(number)s maps, not signed off yet, as drafted.", number=drafts)
        )
    return str(_("As in force."))


def measures(known: Snapshot) -> Ledger:
    """Return the ledger of the measures in use, by category and item, with who carries them out."""
    table = BY_NAME["measure"]
    owners: dict[str, list[str]] = {}
    for row in known.rows["responsibility"].values():
        if row.values["role"] == "responsible":
            owners.setdefault(row.values["measure"], []).append(
                known.label("node", row.values["node"])
            )
    rows = []
    for row in known.rows["measure"].values():
        if row.retired:
            continue
        item = known.rows["item"][row.values["item"]]
        said = {
            name: display(table.by_name[name], row.values[name], known)
            for name in ("text", "phase", "control", "frequency", "evidence", "indicator")
        }
        rows.append([
            known.label("category", item.values["category"]), f"{item.key} {item.values['name']}",
            row.key, said["text"], said["phase"], said["control"], said["frequency"],
            said["evidence"], said["indicator"], "、".join(owners.get(row.key, [])),
        ])  # fmt: skip
    return Ledger(MEASURES, _MEASURE_HEADS, rows, 2, A4)


def printed(ledger: Ledger, bureau: str, day: date) -> Callable[[Any, Formats], None]:
    """Return what writes a ledger into a workbook."""

    def write(book: Any, formats: Formats) -> None:
        page = book.add_worksheet(str(ledger.title)[:31])
        _set_up(page, ledger)
        page.write_string(0, 0, f"{bureau} {ledger.title}", formats.title)
        page.write_string(1, 0, f"{day.isoformat()} {ledger.told}".strip(), formats.empty)
        page.set_row(2, 2 * LINE + 4)
        for at, (head, _broad) in enumerate(ledger.heads):
            page.write_string(2, at, head, formats.head)
        for number, row in enumerate(ledger.rows, start=3):
            page.set_row(number, _height(ledger, row))
            for at, text in enumerate(row):
                merged = at < ledger.merged
                place = formats.top if merged else formats.text(text, locked=False)
                page.write_string(number, at, text, place)
        _merge(page, ledger)

    return write


def _set_up(page: Worksheet, ledger: Ledger) -> None:
    for at, (_head, width) in enumerate(ledger.heads):
        page.set_column(at, at, width)
    page.freeze_panes(3, ledger.merged)
    page.autofilter(2, 0, 2 + max(1, len(ledger.rows)), len(ledger.heads) - 1)
    page.set_landscape()
    page.set_paper(ledger.paper)
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)
    page.set_margins(0.4, 0.4, 0.5, 0.6)
    page.set_footer("&L&A&C第 &P 页，共 &N 页")


def _height(ledger: Ledger, row: Sequence[str]) -> float:
    """Return the height of a row in points: not every program grows rows by itself.

    What is merged downwards has the height of several rows.
    """
    lines = [
        sum(max(1, ceil(_width(line) / (width - 1))) for line in text.split("\n"))
        for (_head, width), text in list(zip(ledger.heads, row, strict=True))[ledger.merged :]
    ]
    return max(lines) * LINE + 4


def _width(text: str) -> float:
    """Return the width of a line in characters of a column: a Chinese one takes about two."""
    return sum(1.9 if east_asian_width(each) in "WFA" else 1.05 for each in text)


def _merge(page: Worksheet, ledger: Ledger) -> None:
    """Merge equal texts of the first columns downwards, each within those left of it.

    Rows are on the disk by now, so that `merge_range`, which writes its cells, comes too late:
    the ranges are named alone.
    """
    for column in range(ledger.merged):
        first = 0
        for at in range(1, len(ledger.rows) + 1):
            end = at == len(ledger.rows)
            if not end and ledger.rows[at][: column + 1] == ledger.rows[first][: column + 1]:
                continue
            if at - first > 1 and ledger.rows[first][column]:
                page.merge.append([3 + first, column, 3 + at - 1, column])
            first = at

"""A grid to take away: a workbook, and a page on A3."""

from collections.abc import Sequence
from typing import Any, Final

from riskmap.coverage.chinese import shows
from riskmap.coverage.facts import Facts
from riskmap.coverage.grid import CellState, Grid, GridKind, Head
from riskmap.maps.sheets import FICTIONAL
from riskmap.organisation.models import Bureau
from riskmap.printing.typesetter import typeset
from riskmap.workbooks.writing import Cell, Sheet, Tone, Value, workbook

GAP: Final = "缺"
EXCUSED: Final = "—"
TOTAL: Final = "合计"
_TONES: Final = {CellState.GAP: Tone.GAP, CellState.EXCUSED: Tone.EXCUSED}


def text_of(grid: Grid, row: Head, column: Head) -> str | int:
    """Return what stands in a cell."""
    cell = grid.cell(row, column)
    if cell.state is CellState.NUMBER:
        return cell.number
    return {CellState.GAP: GAP, CellState.EXCUSED: EXCUSED}.get(cell.state, "")


def head_of(grid: Grid, column: Head) -> str:
    """Return what a column is called: a measure by its code, all else by its name."""
    return column.code if grid.kind is GridKind.MEASURES else name_of(column)


def name_of(head: Head) -> str:
    own = "（单位本级）" if head.own else ""
    return f"{head.name}{own}{'（已停用）' if head.retired else ''}"


def grid_workbook(bureau: Bureau, facts: Facts, grid: Grid, title: str, said: str) -> bytes:
    """Return a grid as a workbook, with the reasons of what does not apply on a second sheet."""
    note = f"　{FICTIONAL}" if bureau.is_sample else ""
    titles = [f"{bureau.name}　{title}", said + note, shows(facts)]
    heads: list[Value] = ["", "", *(Cell(head_of(grid, each), Tone.HEAD, turned=True)
                                    for each in grid.columns)]  # fmt: skip
    heads.append(Cell(TOTAL, Tone.HEAD, turned=True))
    main = Sheet(
        name=title,
        titles=titles,
        heads=[heads],
        rows=[*(_row(grid, row) for row in grid.rows), _totals(grid)],
        widths=[16, 28, *(4.5 for _ in grid.columns), 7],
        frozen=2,
        large=len(grid.columns) > 12,
        filtered=False,
    )
    notes = Sheet(
        name="不适用的理由",
        titles=[],
        heads=[["行", "列", "理由"]],
        rows=[(name_of(row), name_of(column), reason) for row, column, reason in grid.notes],
        widths=[30, 30, 70],
    )
    return workbook([main, notes] if grid.notes else [main])


def _row(grid: Grid, row: Head) -> Sequence[Value]:
    cells = (
        Cell(
            text_of(grid, row, column),
            _TONES.get(grid.cell(row, column).state, Tone.PLAIN),
            centred=True,
        )
        for column in grid.columns
    )
    total = Cell(grid.row_totals[row.key], Tone.STRONG, centred=True)
    return [Cell(row.group_name, Tone.QUIET), name_of(row), *cells, total]


def _totals(grid: Grid) -> Sequence[Value]:
    totals = (
        Cell(grid.column_totals[each.key], Tone.STRONG, centred=True) for each in grid.columns
    )
    return [Cell("", Tone.STRONG), Cell(TOTAL, Tone.STRONG), *totals,
            Cell(grid.total, Tone.STRONG, centred=True)]  # fmt: skip


def grid_pdf(bureau: Bureau, facts: Facts, grid: Grid, title: str, said: str) -> bytes:
    """Return a grid on A3 as PDF; equal grids of a day give equal bytes."""
    return typeset("grid.typ", _data(bureau, facts, grid, title, said), {})


def _data(bureau: Bureau, facts: Facts, grid: Grid, title: str, said: str) -> dict[str, Any]:
    return {
        "bureau": bureau.name,
        "title": title,
        "said": f"{said}　{shows(facts)}",
        "note": FICTIONAL if bureau.is_sample else "",
        "day": facts.day.isoformat(),
        "columns": [head_of(grid, each) for each in grid.columns],
        "rows": [
            {
                "group": row.group_name,
                "name": name_of(row),
                "cells": [
                    {
                        "text": str(text_of(grid, row, column)),
                        "state": grid.cell(row, column).state.value,
                    }
                    for column in grid.columns
                ],
                "total": str(grid.row_totals[row.key]),
            }
            for row in grid.rows
        ],
        "totals": [str(grid.column_totals[each.key]) for each in grid.columns],
        "total": str(grid.total),
        "notes": [
            f"{name_of(row)} × {head_of(grid, column)}：{reason}"
            for row, column, reason in grid.notes
        ],
        "upright": grid.kind is not GridKind.LEVELS,
    }

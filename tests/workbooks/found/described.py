"""Ledgers described in YAML as a person sees them, and what was read of one in the same words."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from riskmap.workbooks.book import Book, Range, ReadSheet, Value
from riskmap.workbooks.found.fields import Field
from riskmap.workbooks.found.ledger import Found
from riskmap.workbooks.found.records import Row

LEDGERS = Path(__file__).parent / "ledgers"


def ledgers() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the ledgers by name; a file may hold several."""
    for path in sorted(LEDGERS.glob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            yield f"{path.stem}: {document['ledger']}", document


def book(document: dict[str, Any]) -> Book:
    """Return the workbook that a description shows."""
    if "csv" in document:
        return Book((read_csv(document["csv"].encode(document["encoding"])),))
    return Book(tuple(sheet(each) for each in document["sheets"]))


def read_csv(content: bytes) -> ReadSheet:
    """Return a CSV file as one sheet, UTF-8 with or without its mark, else GB18030."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    return ReadSheet("CSV", tuple(tuple(row) for row in csv.reader(io.StringIO(text))))


def sheet(described: dict[str, Any]) -> ReadSheet:
    """Return a sheet of rows by their numbers, cells divided by |, ⏎ for a break in a cell."""
    rows = dict(line.split(":", 1) for line in described["rows"].splitlines())
    return ReadSheet(
        str(described.get("name", "表一")),
        tuple(tuple(cells(rows[str(number)])) for number in range(1, len(rows) + 1)),
        tuple(area(each) for each in described.get("merged", ())),
        described.get("hidden", False),
    )


def cells(line: str) -> Iterator[Value]:
    """Yield the cells of a line: whole numbers as numbers, “.” for one that holds a blank."""
    for each in line.split("|"):
        text = each.strip().replace("⏎", "\n")
        yield {"": None, ".": " "}.get(text, int(text) if re.fullmatch("[0-9]+", text) else text)


def area(name: str) -> Range:
    """Return a range such as A4:B6."""
    (left, top), (right, bottom) = (
        re.fullmatch("([A-Z])([0-9]+)", corner).groups() for corner in name.split(":")
    )
    return int(top), ord(left) - 64, int(bottom), ord(right) - 64


def told(found: Found) -> dict[str, Any]:
    """Return what was read in the words of the descriptions, what is empty left away."""
    several = len({each.sheet for each in (*found.rows, *found.left_out, *found.refused)}) > 1

    def at(sheet: str, row: object) -> Any:
        return f"{sheet}!{row}" if several else row

    return without_empty(
        {
            "rows": [described(row, at) for row in found.rows],
            "left_out": {at(each.sheet, each.row): each.why.value for each in found.left_out},
            "refused": {
                at(each.sheet, number): [problem.cell for problem in each.problems]
                for each in found.refused
                for number in each.numbers
            },
            "told": {at(each.sheet, each.cell): each.said.text() for each in found.told},
        }
    )


def described(row: Row, at: Any) -> dict[str, Any]:
    number = row.numbers[0] if len(row.numbers) == 1 else list(row.numbers)
    return without_empty(
        {
            "at": at(row.sheet, number),
            **{str(field.value): text for field, text in row.fields.items() if field is not LEVEL},
            "said_level": row.fields.get(LEVEL, ""),
            "level": row.level.value if row.level else "",
            "L": row.likelihood,
            "C": row.severity,
            "manifestations": [part(each) for each in row.manifestations],
            "measures": [part(each) for each in row.measures],
            "remarks": dict(row.remarks),
            "section": row.section,
            "filled": sorted(each.value for each in row.filled),
        }
    )


LEVEL = Field.LEVEL


def part(each: Any) -> str:
    """Return a part or measure as “1.1 text ★★”, as far as it has these."""
    return " ".join(filter(None, (each.number, each.text, each.marks)))


def without_empty(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if value not in ("", None, [], {}, ())}

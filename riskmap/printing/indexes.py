"""The atlas's contents and indexes: where each map and each risk point stands."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from riskmap.document.model import MapDocument
from riskmap.drawing.text import wrap
from riskmap.organisation.tree import NodeLevel
from riskmap.printing import ledger

STATEMENT: Final = 300.0  # room for a risk point's statement in its index
TITLE: Final = 270.0  # room for a map's title in contents and index


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of contents or bookmarks: how deep it stands, what it says, where it leads."""

    depth: int
    text: str
    code: str
    target: str


def sheet_target(number: int) -> str:
    """Return the name of the place where a sheet begins."""
    return f"sheet-{number}"


def ledger_target(number: int) -> str:
    """Return the name of the place where a unit's ledger begins."""
    return f"ledger-{number}"


def headings(documents: Sequence[MapDocument]) -> Iterator[tuple[int, list[Heading]]]:
    """Yield each document's number and the headings that open on it: unit, office, map."""
    unit = office = None
    for number, document in enumerate(documents):
        place, target = document.place, sheet_target(number)
        opened: list[Heading] = []
        if place.unit != unit:
            unit, office = place.unit, None
            opened.append(Heading(1, place.unit, "", target))
        if place.office and place.office != office:
            opened.append(Heading(2, place.office, "", target))
        office = place.office
        depth = 3 if place.office else 2
        opened.append(Heading(depth, _name(document), document.code, target))
        yield number, opened


def _name(document: MapDocument) -> str:
    if document.place.level is not NodeLevel.POST or document.place.post in document.title:
        return document.title
    return f"{document.place.post}　{document.title}"


def units(documents: Iterable[MapDocument]) -> dict[str, list[int]]:
    """Return the numbers of the documents of each unit, units in reading order."""
    found: dict[str, list[int]] = {}
    for number, document in enumerate(documents):
        found.setdefault(document.place.unit, []).append(number)
    return found


def by_item(documents: Sequence[MapDocument]) -> list[dict[str, object]]:
    """Return the risk points under their items and categories, by code."""
    numbers = {document.code: number for number, document in enumerate(documents)}
    categories: dict[tuple[str, str], dict[tuple[str, str], list[ledger.Entry]]] = {}
    for entry in sorted(
        ledger.entries(documents), key=lambda e: (e.risk.item.category_code, e.risk.item.code)
    ):
        item = entry.risk.item
        items = categories.setdefault((item.category_code, item.category), {})
        items.setdefault((item.code, item.name), []).append(entry)
    return [
        {
            "name": " ".join(category),
            "items": [
                {
                    "name": " ".join(item),
                    "risks": [_risk(each, numbers[each.document.code]) for each in found],
                }
                for item, found in items.items()
            ],
        }
        for category, items in categories.items()
    ]


def _risk(entry: ledger.Entry, number: int) -> dict[str, object]:
    return {
        "code": entry.code,
        "level": entry.risk.level.value,
        "statement": wrap(entry.risk.statement, STATEMENT),
        "target": sheet_target(number),
    }


def by_post(documents: Sequence[MapDocument]) -> list[dict[str, object]]:
    """Return the posts with their maps in the order of the GB character set, which is pinyin's."""
    posts = [
        (document, number)
        for number, document in enumerate(documents)
        if document.place.level is NodeLevel.POST
    ]
    posts.sort(key=lambda each: (_alphabetical(each[0].place.post), each[1]))
    return [
        {
            "post": document.place.post,
            "place": f"{document.place.unit}　{document.place.office}".strip(),
            "title": wrap(document.title, TITLE),
            "code": document.code,
            "target": sheet_target(number),
        }
        for document, number in posts
    ]


def _alphabetical(name: str) -> bytes:
    return name.encode("gb18030", "replace")

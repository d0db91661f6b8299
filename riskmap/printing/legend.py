"""The legend of a sheet: what its signs mean, only those that it shows, in lines as needed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from riskmap.document.model import MapDocument
from riskmap.drawing import style
from riskmap.drawing.marks import Mark
from riskmap.drawing.text import width
from riskmap.printing.paper import Paper
from riskmap.register.rating import Level

LINE: Final = 15.0
TITLE: Final = 30.0  # the word at the beginning of the first line, and the room below it
BETWEEN: Final = 11.0
CONTINUES: Final = 84.0  # at the right end, where a sheet says that it goes on
SIGN: Final = {"level": 19.0, "return": 23.0, "limit": 7.0, "mark": 23.0, "note": 0.0}


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign and its meaning; `kind` says which sign, `level` of which level or mark."""

    kind: str
    text: str
    level: str = ""

    @property
    def width(self) -> float:
        bold = self.kind in ("level", "mark")
        return SIGN[self.kind] + width(self.text, style.TEXT, bold) + BETWEEN


Lines = tuple[tuple[Entry, ...], ...]


def compose(document: MapDocument, paper: Paper, marks: Iterable[Mark] = ()) -> Lines:
    """Return the lines of a document's legend on a paper; there is always one.

    What `marks` mean comes first.
    """
    lines: list[list[Entry]] = [[]]
    used, room = 0.0, paper.room - TITLE - CONTINUES
    for entry in (*_marks(marks), *_entries(document)):
        if lines[-1] and used + entry.width > room:
            lines.append([])
            used = 0.0
        lines[-1].append(entry)
        used += entry.width
    return tuple(map(tuple, lines))


def data(lines: Lines) -> list[list[dict[str, str]]]:
    """Return lines as the templates take them."""
    return [
        [{"kind": each.kind, "text": each.text, "level": each.level} for each in line]
        for line in lines
    ]


def _marks(marks: Iterable[Mark]) -> Iterator[Entry]:
    for mark in marks:
        yield Entry("mark", mark.word, mark.value)


def _entries(document: MapDocument) -> Iterator[Entry]:
    """Yield the entries in the order of a sheet's legend."""
    if document.risk_points:
        for level in Level:
            yield Entry("level", f"{style.SIGN[level]}{level.label}风险", level.value)
    places = {step.key: place for place, step in enumerate(document.steps)}
    if any(places[line.target] <= places[line.source] for line in document.transitions):
        yield Entry("return", "退回")
    if any(step.limit for step in document.steps):
        yield Entry("limit", "步骤时限")
    yield from (Entry("note", text) for text in _notes(document))


def _notes(document: MapDocument) -> Iterator[str]:
    """Yield what letters and brackets on a sheet mean."""
    if document.risk_points:
        yield "R 风险点"
    if any(risk.measures for risk in document.risk_points):
        yield "CS 防控措施"
    cited = [*document.bases, *(span.citation for span in document.limit_spans)]
    cited += [step.basis for step in document.steps if step.basis]
    if any(each.unverified for each in cited):
        yield "〔待核〕依据原文待核实"
    if any(each.fictional for each in cited):
        yield "〔虚构〕演示用依据"

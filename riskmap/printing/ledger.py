"""The risk ledger: one row a risk point, its columns a table."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from riskmap.document.model import MapDocument, Measure, RiskPoint, Step
from riskmap.drawing.style import SIGN


@dataclass(frozen=True, slots=True)
class Entry:
    """A risk point with the document and the step it belongs to."""

    document: MapDocument
    step: Step | None
    risk: RiskPoint

    @property
    def code(self) -> str:
        """Return the risk point's code: its map's and its key."""
        return f"{self.document.code}·{self.risk.key}"


Cell = tuple[str, ...]  # paragraphs


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, its share of the width, and what it says of an entry."""

    title: str
    width: float
    text: Callable[[Entry], Cell]
    centred: bool = False
    levels: bool = False  # shown in the level's own colour, besides its sign and word


def entries(documents: Iterable[MapDocument]) -> Iterator[Entry]:
    """Yield the risk points of documents in reading order."""
    for document in documents:
        for risk in document.risk_points:
            yield Entry(document, document.step_by_key.get(risk.step), risk)


def rows(documents: Iterable[MapDocument]) -> Iterator[tuple[Cell, ...]]:
    """Yield the ledger's rows: a cell for each of `COLUMNS`."""
    for entry in entries(documents):
        yield tuple(column.text(entry) for column in COLUMNS)


def _code(entry: Entry) -> Cell:
    return (entry.code,)


def _place(entry: Entry) -> Cell:
    place = entry.document.place
    return tuple(name for name in (place.unit, place.office, place.post) if name)


def _matter(entry: Entry) -> Cell:
    matter = entry.document.matter
    return (f"{matter.code} {matter.name}",) if matter else ()


def _step(entry: Entry) -> Cell:
    return (f"{entry.step.number} {entry.step.text}",) if entry.step else ()


def _item(entry: Entry) -> Cell:
    item = entry.risk.item
    return (f"{item.category_code} {item.category}", f"{item.code} {item.name}")


def _kind(entry: Entry) -> Cell:
    return (entry.risk.item.kind.value,)


def _statement(entry: Entry) -> Cell:
    return (entry.risk.statement,)


def _manifestation(entry: Entry) -> Cell:
    return (entry.risk.item.manifestation,) if entry.risk.item.manifestation else ()


def _basis(entry: Entry) -> Cell:
    if entry.step and entry.step.basis:
        return (entry.step.basis.text,)
    return tuple(each.text for each in entry.document.bases[:1])


def _likelihood(entry: Entry) -> Cell:
    return (str(entry.risk.item.likelihood),)


def _severity(entry: Entry) -> Cell:
    return (str(entry.risk.item.severity),)


def _score(entry: Entry) -> Cell:
    return (str(entry.risk.item.score),)


def _level(entry: Entry) -> Cell:
    return (f"{SIGN[entry.risk.level]}{entry.risk.level.label}",)


def _reason(entry: Entry) -> Cell:
    return (entry.risk.reason,) if entry.risk.reason else ()


def _measures(entry: Entry) -> Cell:
    return tuple(map(_measure, entry.risk.measures)) or ("未设防控措施",)


def _measure(measure: Measure) -> str:
    details = (
        measure.phase.label,
        measure.frequency,
        f"佐证：{measure.evidence}" if measure.evidence else "",
    )
    return f"{measure.code} {measure.text}（{'，'.join(filter(None, details))}）"


COLUMNS: Final[tuple[Column, ...]] = (
    Column("风险编号", 96, _code),
    Column("单位/科室/岗位", 74, _place),
    Column("权力事项", 58, _matter),
    Column("环节", 84, _step),
    Column("大类/小项", 86, _item),
    Column("风险类别", 30, _kind),
    Column("风险点", 104, _statement),
    Column("表现形式", 118, _manifestation),
    Column("依据", 90, _basis),
    Column("L", 16, _likelihood, centred=True),
    Column("C", 16, _severity, centred=True),
    Column("D", 18, _score, centred=True),
    Column("等级", 29, _level, centred=True, levels=True),
    Column("直接定级理由", 64, _reason),
    Column("防控措施（阶段，频次，佐证）", 236, _measures),
)
"""The columns of domain.md §2.2 that documents hold, in order; widths add up to an A3 page."""

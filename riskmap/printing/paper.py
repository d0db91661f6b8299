"""Sheets of paper in points, and the margins every sheet keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from riskmap.organisation.tree import NodeLevel

MILLIMETRE: Final = 72 / 25.4
LEFT: Final = 15 * MILLIMETRE  # the binding edge
RIGHT: Final = 10 * MILLIMETRE
TOP: Final = 10 * MILLIMETRE
BOTTOM: Final = 12 * MILLIMETRE


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet: its name, its size, and in how many columns its title block is set."""

    name: str
    width: float
    height: float
    columns: int

    @property
    def room(self) -> float:
        """Return the width between the margins."""
        return self.width - LEFT - RIGHT

    @property
    def body(self) -> float:
        """Return the height between the margins."""
        return self.height - TOP - BOTTOM


A4_PORTRAIT: Final = Paper("A4 纵向", 210 * MILLIMETRE, 297 * MILLIMETRE, 1)
A4_LANDSCAPE: Final = Paper("A4 横向", 297 * MILLIMETRE, 210 * MILLIMETRE, 2)
A3_PORTRAIT: Final = Paper("A3 纵向", 297 * MILLIMETRE, 420 * MILLIMETRE, 2)
A3_LANDSCAPE: Final = Paper("A3 横向", 420 * MILLIMETRE, 297 * MILLIMETRE, 3)
# GB/T 14689: sheets of A4 side by side, folded to A4's width, for charts with many lanes.
LONG: Final = tuple(
    Paper(f"A4×{times} 加长", width * MILLIMETRE, 297 * MILLIMETRE, 3)
    for times, width in ((3, 630), (4, 841), (5, 1051))
)

PAPERS: Final[Mapping[NodeLevel, tuple[tuple[Paper, int], ...]]] = {
    NodeLevel.POST: (
        (A4_PORTRAIT, 3),
        (A4_LANDSCAPE, 1),
        (A3_PORTRAIT, 1),
        (A3_LANDSCAPE, 1),
    ),
    NodeLevel.OFFICE: ((A4_LANDSCAPE, 1), (A3_LANDSCAPE, 1)),
    NodeLevel.UNIT: ((A3_LANDSCAPE, 1),),
}
"""Papers a level's sheets may be on, in order of preference, each up to a number of pages."""


GAP: Final = 9.0  # between title block, chart, legend and signatures
RUNNING: Final = 21.0  # the title's strip on the pages after the first


def wide_enough(level: NodeLevel, needed: float) -> list[tuple[Paper, int]]:
    """Return the papers of a level with `needed` points between their margins, or a long sheet."""
    wide = [each for each in PAPERS[level] if needed <= each[0].room]
    return wide or [(long(needed), 1)]


def long(needed: float) -> Paper:
    """Return the shortest long sheet with `needed` points between its margins."""
    roll = Paper("A4 卷筒", needed + LEFT + RIGHT, 297 * MILLIMETRE, 3)
    return next((each for each in LONG if needed <= each.room), roll)

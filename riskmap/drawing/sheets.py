"""Which sheet a height of the chart falls on: what does not fit one begins on the next."""

from dataclasses import dataclass

from riskmap.drawing.shapes import Frame

EDGE = 15.0  # kept free above a sheet's lower edge, for the connectors of lines that go on
TOP = 16.0  # and below the upper edge of the next, for their twins
MARGIN = 8.0  # kept free below a chart


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sheets of a frame, one below the other."""

    frame: Frame

    def sheet(self, y: float) -> int:
        """Return the number, from 0, of the sheet that a height is on."""
        return 0 if y < self.frame.first else 1 + int((y - self.frame.first) // self.frame.rest)

    def start(self, sheet: int) -> float:
        """Return the height at which a sheet begins."""
        return 0.0 if sheet == 0 else self.frame.first + (sheet - 1) * self.frame.rest

    def fit(self, top: float, tall: float, margin: float) -> float:
        """Return `top`, or the first place of the next sheet if the shape would cross an edge.

        A shape that is taller than a sheet stays where it is, and crosses edges.
        """
        sheet = self.sheet(top)
        if sheet:
            top = max(top, self.start(sheet) + TOP + margin)
        edge = self.start(sheet + 1)
        if top + tall <= edge - EDGE or TOP + margin + tall > self.frame.rest - EDGE:
            return top
        return edge + TOP + margin

    def end(self, bottom: float) -> float:
        """Return a chart's height: a margin below all shapes, if their sheet has room for it."""
        return min(bottom + MARGIN, self.start(self.sheet(bottom) + 1))

    def windows(self, bottom: float) -> tuple[tuple[float, float], ...]:
        """Return the heights from and to that each sheet shows of a chart."""
        sheets = range(self.sheet(bottom - 0.01) + 1)
        return tuple((self.start(each), min(bottom, self.start(each + 1))) for each in sheets)

"""How the comparison of two versions goes on paper: which sheets, and the chart on its pages."""

from dataclasses import dataclass

from riskmap.document.diff import Diff
from riskmap.document.model import MapDocument
from riskmap.drawing.changes import Changed, changed
from riskmap.drawing.layout import Layout
from riskmap.drawing.shapes import Chart, Frame
from riskmap.printing import legend
from riskmap.printing.paper import GAP, RUNNING, Paper, wide_enough


@dataclass(frozen=True, slots=True)
class ComparisonPlan:
    """A comparison, the paper it goes on, and the chart with the changes on its pages."""

    diff: Diff
    changed: Changed
    paper: Paper
    legend: legend.Lines
    chart: Chart

    @property
    def document(self) -> MapDocument:
        """Return the document of both that is drawn."""
        return self.changed.document


def plan(of: Diff) -> ComparisonPlan:
    """Return the plan of a comparison, on paper chosen as for the sheet of its map.

    The first paper that is wide enough and needs few enough pages; else the fewest pages. The table
    of differences has pages of its own before the chart, as many as it needs.
    """
    both = changed(of)
    layout = Layout(both.document, both.marks)
    plans: list[ComparisonPlan] = []
    for each, most_pages in wide_enough(both.document.place.level, layout.needed_width):
        plans.append(_planned(of, both, layout, each))
        if len(plans[-1].chart.windows) <= most_pages:
            return plans[-1]
    return min(plans, key=lambda one: len(one.chart.windows))


def _planned(of: Diff, both: Changed, layout: Layout, on: Paper) -> ComparisonPlan:
    signs = legend.compose(both.document, on, both.shown)
    first = on.body - RUNNING - GAP - len(signs) * legend.LINE - GAP
    frame = Frame(on.room, first, first - layout.head_height(on.room))
    return ComparisonPlan(of, both, on, signs, layout.chart(frame))

"""A line that goes on on another sheet ends in a connector there, and begins in its twin."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmap.document.model import MapDocument
from riskmap.drawing.dot import source
from riskmap.drawing.engine import Engine
from riskmap.drawing.layout import place
from riskmap.drawing.shapes import Chart, Frame, Shape
from tests.drawing.faults import faults
from tests.drawing.notation import flow
from tests.drawing.picture import Picture, part
from tests.drawing.random_flows import flows

LONG = flow(" ".join(f"{n}>{n + 1}" for n in range(1, 20)) + " 15>3[退回] 4>18[免审]", lanes="ab")
PAPERS = (Frame(525, 560, 640), Frame(1119, 300, 420))


def connectors(chart: Chart) -> list[Shape]:
    return [shape for shape in chart.shapes if part(shape.name) == "connector"]


def sheet_of(chart: Chart, shape: Shape) -> int:
    inside = [
        number
        for number, (top, bottom) in enumerate(chart.windows)
        if top <= shape.top and shape.bottom <= bottom
    ]
    assert len(inside) == 1, f"{shape.name} is cut"
    return inside[0]


def check_pairs(chart: Chart) -> None:
    """Check that each letter stands at the foot of a sheet and at the head of the next, in line."""
    letters: dict[str, list[Shape]] = {}
    for shape in connectors(chart):
        letters.setdefault(shape.lines[0], []).append(shape)
    for pair in letters.values():
        upper, lower = sorted(pair, key=lambda shape: shape.top)
        assert sheet_of(chart, lower) == sheet_of(chart, upper) + 1
        assert upper.middle[0] == lower.middle[0]


def crossing_an_edge(chart: Chart) -> list[str]:
    """Return the flow lines that run over a sheet's edge."""
    edges = [top for top, _ in chart.windows[1:]]
    return [
        line.name
        for line in chart.lines
        if part(line.name) not in ("leader", "stub")
        and any(
            min(y for _, y in line.points) < edge < max(y for _, y in line.points) for edge in edges
        )
    ]


def test_lines_over_an_edge_are_cut_and_joined_by_letters():
    chart = place(LONG, Frame(525, 400, 400))

    assert len(chart.windows) > 2
    assert connectors(chart)
    assert crossing_an_edge(chart) == []
    check_pairs(chart)


def test_one_sheet_needs_no_connector():
    assert connectors(place(LONG)) == []


@pytest.mark.parametrize("frame", PAPERS)
def test_no_line_of_the_sample_runs_over_an_edge(sample: list[MapDocument], frame: Frame):
    for document in sample:
        chart = place(document, frame)

        assert crossing_an_edge(chart) == []
        check_pairs(chart)


@settings(max_examples=120, deadline=None)
@given(document=flows(), frame=st.sampled_from(PAPERS))
def test_charts_on_several_sheets_are_drawn_without_fault(
    document: MapDocument, frame: Frame, engine: Engine
):
    chart = place(document, frame)

    assert faults(document, Picture(engine.render(source(chart), "svg"))) == []


def test_lines_that_run_together_share_a_pair():
    fork = flow("1>2 1>3[一] 1>4[二] 2>5 3>5 4>5 5>6 6>7 7>8 8>9 9>10", lanes="aabcaaaaaa")

    for height in range(120, 360, 20):
        chart = place(fork, Frame(525, height, height))
        places = Counter((shape.left, shape.top) for shape in connectors(chart))
        assert max(places.values(), default=1) == 1

"""A page's picture shows what stands on the page and no word of another."""

import re
from xml.etree import ElementTree

import pytest
from sqlalchemy.orm import Session

from riskmap.drawing.dot import source
from riskmap.drawing.engine import Engine
from riskmap.drawing.layout import place
from riskmap.drawing.shapes import Chart, Frame, Line, Shape
from riskmap.maps.queries import documents
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.printing.cropping import NoChart, crops
from tests.drawing.picture import part

SVG = b"""<?xml version="1.0"?>
<svg width="100pt" height="60pt"
 viewBox="0.00 0.00 100.00 60.00" xmlns="http://www.w3.org/2000/svg">
<g id="graph0" class="graph" transform="scale(1 1) rotate(0) translate(0 60)">
<g id="s1&#45;step" class="node">
<text x="5" y="-50" font-size="9.00">upper &lt;/g&gt;</text>
</g>
<g id="s2&#45;step" class="node">
<text x="5" y="-10" font-size="9.00">lower</text>
</g>
<g id="t1" class="edge">
<path d="M5,-55C5,-40 5,-20 5,-5"/>
</g>
</g>
</svg>
"""
CHART = Chart(
    title="",
    width=100,
    height=60,
    head=0,
    shapes=(
        Shape("s1-step", "s1", "box", "step", 0, 4, 50, 10),
        Shape("s2-step", "s2", "box", "step", 0, 44, 50, 10),
    ),
    lines=(Line("t1", "t1", "flow", "s1-step", "s2-step", ((5, 5), (5, 55))),),
    windows=((0, 30), (30, 60)),
)


def test_a_window_shows_only_what_reaches_into_it():
    upper, lower = crops(SVG, CHART, CHART.windows)

    assert b"upper" in upper
    assert b"lower" not in upper
    assert b"lower" in lower
    assert b"upper" not in lower


def test_a_line_across_the_edge_is_in_both_windows():
    assert all(b"<path" in window for window in crops(SVG, CHART, CHART.windows))


def test_a_window_has_its_own_size():
    (window,) = crops(SVG, CHART, [(30, 55)])

    assert b'viewBox="0 30.00 100.00 25.00"' in window
    assert b'height="25.00pt"' in window


def test_a_picture_rounded_up_is_counted_from_its_foot():
    rounded = Chart(**{**{n: getattr(CHART, n) for n in Chart.__slots__}, "height": 59.5})

    (window,) = crops(SVG, rounded, [(0, 30)])

    assert b'viewBox="0 0.50 100.00 30.00"' in window


@pytest.mark.parametrize(
    "svg", [b'<svg xmlns="http://www.w3.org/2000/svg"/>', SVG.replace(b"s2", b"s3")]
)
def test_a_picture_that_is_not_its_chart_s_is_refused(svg: bytes):
    with pytest.raises(NoChart):
        list(crops(svg, CHART, [(0, 5)]))


def test_the_windows_of_the_sample_hold_every_part_once_but_lanes(
    sample_session: Session, engine: Engine
):
    bureau = bureaus(sample_session)[0]
    for document in documents(sample_session, Scope(bureau))[::5]:
        chart = place(document, Frame(1119, 420, 480))
        svg = engine.render(source(chart), "svg")

        windows = [ElementTree.fromstring(each) for each in crops(svg, chart, chart.windows)]

        shown = [each.get("id", "") for window in windows for each in window.iter()]
        for shape in chart.shapes:
            count = shown.count(shape.name)
            assert count == 1 or (part(shape.name) == "lane" and count >= 1)
        for line in chart.lines:
            assert line.name in shown
        words = sum(len("".join(window.itertext()).split()) for window in windows)
        assert words == len("".join(ElementTree.fromstring(svg).itertext()).split())
        assert all(re.match(rb"<\?xml", each) for each in crops(svg, chart, chart.windows))

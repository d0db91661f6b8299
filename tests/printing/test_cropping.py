import pytest

from riskmap.printing.cropping import crops

CHART = b"""<?xml version="1.0"?>
<svg width="100pt" height="60pt" viewBox="0.00 0.00 100.00 60.00"
 xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<g id="graph0" class="graph" transform="scale(1 1) rotate(0) translate(0 60)">
<g id="a" class="node"><a xlink:title="x"><text x="5" y="-50" font-size="9.00">upper</text></a></g>
<g id="b" class="node"><text x="5" y="-10" font-size="9.00">lower</text></g>
<g id="c" class="edge"><path d="M5,-55C5,-40 5,-20 5,-5"/></g>
<g id="d" class="node"><ellipse cx="50" cy="-50" rx="5" ry="5"/></g>
</g></svg>"""


def test_a_window_shows_only_what_reaches_into_it():
    upper, lower = crops(CHART, 60.0, [(0, 30), (30, 60)])

    assert b"upper" in upper
    assert b"<ellipse" in upper
    assert b"lower" not in upper
    assert b"lower" in lower
    assert b"upper" not in lower
    assert b"<ellipse" not in lower


def test_a_line_across_the_edge_is_in_both_windows():
    assert all(b"<path" in window for window in crops(CHART, 60.0, [(0, 30), (30, 60)]))


def test_a_window_has_its_own_size():
    (window,) = crops(CHART, 60.0, [(30, 55)])

    assert b'viewBox="0 30.00 100.00 25.00"' in window
    assert b'height="25.00pt"' in window


def test_a_picture_rounded_up_is_counted_from_its_foot():
    (window,) = crops(CHART, 59.5, [(0, 30)])

    assert b'viewBox="0 0.50 100.00 30.00"' in window


def test_a_picture_that_is_no_chart_is_refused():
    with pytest.raises(ValueError, match="Graphviz"):
        list(crops(b'<svg xmlns="http://www.w3.org/2000/svg"/>', 10.0, [(0, 5)]))

"""A chart as DOT: any Graphviz can open it, and nothing the document says becomes an attribute."""

from dataclasses import replace

import pygraphviz
import pytest

from riskmap.document.model import MapDocument
from riskmap.drawing.dot import identity, source
from riskmap.drawing.layout import place
from tests.drawing.hostile import HOSTILE
from tests.drawing.notation import flow

CHART = place(flow("1>2 2>3[是] 2>1[否]", risks="2:high 3:low"))


def test_every_shape_and_line_is_a_statement_with_its_id_and_place():
    graph = pygraphviz.AGraph(string=source(CHART))

    nodes = {node.attr["id"]: node.attr["pos"] for node in graph.nodes() if node != "sheet"}
    edges = {edge.attr["id"]: edge.attr["pos"] for edge in graph.edges()}
    assert sorted(nodes) == sorted(shape.name for shape in CHART.shapes)
    assert sorted(edges) == sorted(line.name for line in CHART.lines)
    assert all([*nodes.values(), *edges.values()])
    graph.close()


def test_the_sheet_is_as_large_as_the_chart():
    graph = pygraphviz.AGraph(string=source(CHART))

    sheet = graph.get_node("sheet").attr
    assert float(sheet["width"]) * 72 == pytest.approx(CHART.width, abs=0.01)
    assert float(sheet["height"]) * 72 == pytest.approx(CHART.height, abs=0.01)
    graph.close()


def test_a_shape_outside_its_sheet_side_is_never_made():
    for shape in CHART.shapes:
        assert 0 <= shape.left <= shape.right <= CHART.width
        assert 0 <= shape.top <= shape.bottom <= CHART.height


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_an_attribute_or_a_statement(text: str):
    plain = pygraphviz.AGraph(string=source(place(flow("1>2"))))
    hostile = flow("1>2", texts={1: text})

    graph = pygraphviz.AGraph(
        string=source(place(replace(hostile, title=text))).encode("utf-8", "replace").decode()
    )

    assert sorted(graph.nodes()) == sorted(plain.nodes())
    for node in graph.nodes():
        assert node.attr.keys() == plain.get_node(node).attr.keys()
    graph.close()
    plain.close()


@pytest.mark.parametrize(
    ("name", "said"),
    [("s1-step", "s1-step"), ("FZ-U1_2", "FZ-U1_2"), ('a" onload="x', "a__onload__x"), ("步", "_")],
)
def test_an_id_holds_letters_digits_and_dashes_only(name: str, said: str):
    assert identity(name) == said


def test_a_chart_says_nothing_of_when_it_was_made(sample: list[MapDocument]):
    for document in sample:
        assert source(place(document)) == source(place(document))

"""Where a chart puts things: nothing overlaps, nothing is cut, no line crosses a box."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from riskmap.document.model import MapDocument
from riskmap.drawing.dot import source
from riskmap.drawing.engine import Engine
from riskmap.drawing.layout import Layout, place
from riskmap.drawing.shapes import Frame
from tests.drawing.faults import faults
from tests.drawing.notation import flow
from tests.drawing.picture import Picture
from tests.drawing.random_flows import flows

ODD: dict[str, MapDocument] = {
    "two steps without a line": replace(flow("1>2"), transitions=()),
    "a straight line": flow("1>2 2>3 3>4"),
    "a forward skip": flow("1>2 2>3[否] 2>6[是] 3>4 4>5 5>6"),
    "returns inside returns": flow("1>2 2>3 3>4 4>3[退] 4>5[过] 5>2[退] 5>6[过] 6>1"),
    "parallel branches and their join": flow("1>2 1>3 1>4 2>5 3>5 4>5", lanes="abcde"),
    "parallel branches in one lane": flow("1>2 2>3 2>4 2>5 3>6 4>6 5>6"),
    "labelled branches of a plain step": flow(
        "1>2 2>3[甲类申请] 2>4[乙类申请] 2>5[丙类申请] 3>6 4>6 5>6", lanes="aabca", kinds={2: "pro"}
    ),
    "a side step": flow("1>2 2>3[不齐] 2>4[齐全] 3>2 4>5"),
    "several ends": flow("1>2 2>3[不予] 2>4[受理] 4>5[撤回] 4>6[继续]", lanes="abaaca"),
    "four branches": flow("1>2 2>3[一] 2>4[二] 2>5[三] 2>6[四] 3>7 4>7 5>7 6>7", lanes="abbcda"),
    "four long labels to one side": flow(
        "1>2 2>4[申请人逾期未补正] 2>5[超过时效] 2>6[无管辖权的情形] 2>3[符合] 3>4 4>5 5>6"
    ),
    "ten risk points on one step": flow("1>2 2>3", risks="2:high " * 5 + "2:medium " * 5),
    "ten risk points on a decision": flow(
        "1>2 2>1[退] 2>3[过]", lanes="ab", risks="2:medium " * 10
    ),
    "badges and branches on one side": flow(
        "1>2 2>3[甲] 2>4[乙] 2>5[丙] 3>5 4>5", lanes="aabca", risks="2:high 2:low 3:medium"
    ),
    "every kind of step": flow(
        "1>2 2>3 3>4 4>5 5>6 6>2 5>7 4>1 3>7",
        kinds={2: "dat", 3: "doc", 4: "pre", 5: "dat", 6: "dat"},
        risks="2:high 3:low 4:medium 5:low 6:high",
        lanes="aabbaba",
    ),
    "six lanes": flow("1>2 2>3 3>4 4>5 5>6 6>1", lanes="abcdef", risks="6:medium"),
    "long texts": flow(
        "1>2 2>3[是] 2>1[否]", texts={1: "受理" * 30, 2: "是否齐全，" * 16, 3: "ABCDEFGH-" * 9}
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_maps_are_drawn_without_fault(name: str, engine: Engine):
    document = ODD[name]
    for width in (Layout(document).needed_width, 760.0):
        picture = Picture(engine.render(source(place(document, Frame(width, 1e9, 1e9))), "svg"))

        assert faults(document, picture) == []


@pytest.mark.parametrize("width", [0.0, 525.0, 760.0, 1119.0])
def test_the_sample_is_drawn_without_fault(sample: list[MapDocument], engine: Engine, width: float):
    for document in sample:
        picture = Picture(engine.render(source(place(document, Frame(width, 560, 640))), "svg"))

        assert faults(document, picture) == []


@settings(max_examples=300, deadline=None)
@given(document=flows() | flows(20, 40, 30))
def test_any_map_is_drawn_without_fault(engine: Engine, document: MapDocument):
    frame = Frame(Layout(document).needed_width, 1e9, 1e9)

    picture = Picture(engine.render(source(place(document, frame)), "svg"))

    assert faults(document, picture) == []


def test_the_main_path_is_a_straight_spine(engine: Engine):
    document = flow("1>2 2>3[不齐] 2>4[齐全] 3>2 4>5[退回] 4>6[通过] 5>4")

    picture = Picture(engine.render(source(place(document)), "svg"))

    middles = {
        round(sum(picture.figure(f"s{number}-step").box[::2]) / 2, 1) for number in (1, 2, 4, 6)
    }
    assert len(middles) == 1


def test_going_back_is_dashed_and_left_of_all_lanes(engine: Engine):
    document = flow("1>2 2>3[过] 2>1[退]", lanes="ab")

    svg = engine.render(source(place(document)), "svg")

    picture = Picture(svg)
    back = next(arrow for arrow in picture.arrows if arrow.name == "t3")
    lane = picture.figure("a-lane").box
    assert min(x for x, _ in back.path) < lane[0]
    assert b'stroke-dasharray="5,2"' in svg.split(b'<g id="t3"')[1].split(b"</g>")[0]

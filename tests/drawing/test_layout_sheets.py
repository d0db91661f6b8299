"""A chart on sheets of paper: no shape is cut, and a step put in moves only what is below it."""

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmap.document.model import MapDocument
from riskmap.drawing.dot import source
from riskmap.drawing.engine import Engine
from riskmap.drawing.layout import Layout, place
from riskmap.drawing.shapes import Frame
from tests.drawing.notation import flow, with_step_after
from tests.drawing.picture import Picture, part
from tests.drawing.random_flows import flows

PAPERS = (Frame(525, 560, 640), Frame(772, 330, 380), Frame(1119, 560, 690))


def cut(document: MapDocument, frame: Frame, engine: Engine) -> list[str]:
    """Return the figures that lie on more than one sheet: lanes are meant to."""
    chart = place(document, frame)
    picture = Picture(engine.render(source(chart), "svg"))
    assert chart.windows[0][0] == 0
    assert chart.windows[-1][1] == chart.height
    assert [bottom for _, bottom in chart.windows[:-1]] == [top for top, _ in chart.windows[1:]]
    return [
        figure.name
        for figure in picture.figures
        if part(figure.name) != "lane"
        and not any(
            top - 0.5 <= figure.box[1] and figure.box[3] <= bottom + 0.5
            for top, bottom in chart.windows
        )
    ]


@pytest.mark.parametrize("frame", PAPERS)
def test_no_shape_of_the_sample_is_cut(sample: list[MapDocument], engine: Engine, frame: Frame):
    assert [cut(document, frame, engine) for document in sample] == [[]] * len(sample)


@settings(max_examples=100, deadline=None)
@given(document=flows(), frame=st.sampled_from(PAPERS))
def test_no_shape_of_any_map_is_cut(engine: Engine, document: MapDocument, frame: Frame):
    assert cut(document, frame, engine) == []


def test_a_row_begins_on_the_sheet_of_its_first_card():
    steps = " ".join(f"{number}>{number + 1}" for number in range(1, 9))
    document = flow(steps, risks=" ".join(f"{number}:high" for number in range(1, 9)))

    chart = place(document, Frame(525, 300, 300))

    tops = {shape.name: shape.top for shape in chart.shapes}
    for number in range(1, 9):
        assert tops[f"s{number}-step"] // 300 == tops[f"r{number}-card"] // 300


@settings(max_examples=60, deadline=None)
@given(first=st.floats(300, 700), rest=st.floats(300, 700))
def test_every_sheet_shows_something(first: float, rest: float):
    steps = " ".join(f"{number}>{number + 1}" for number in range(1, 30))

    chart = place(flow(steps, risks="3:high 9:low 30:low"), Frame(525, first, rest))

    frames = ("-lane", "-head", "-connector")
    tops = [shape.top for shape in chart.shapes if not shape.name.endswith(frames)]
    for top, bottom in chart.windows:
        assert any(top <= each < bottom for each in tops)


@pytest.mark.parametrize("width", [525.0, 1119.0])
def test_a_chart_is_as_wide_as_its_frame_allows_and_never_narrower_than_needed(
    sample: list[MapDocument], width: float
):
    for document in sample:
        chart = place(document, Frame(width, 560, 640))

        assert chart.width <= max(width, Layout(document).needed_width) + 0.01
        assert chart.width >= min(width, Layout(document).needed_width) - 0.01


def tops(document: MapDocument) -> dict[str, float]:
    shapes = place(document, Frame(1119, 560, 640)).shapes
    return {shape.owner: shape.top for shape in shapes if part(shape.name) == "step"}


def lonely_gaps(document: MapDocument) -> list[str]:
    """Return the steps from which one line alone passes to what is below."""
    rows = {step.key: row for row, step in enumerate(document.steps)}
    spans = [sorted((rows[line.source], rows[line.target])) for line in document.transitions]
    keys = list(rows)
    return [
        line.source
        for line in document.transitions
        if rows[line.target] == rows[line.source] + 1
        and not line.condition
        and sum(a <= rows[line.source] < b for a, b in spans) == 1
        and keys[rows[line.source]] == line.source
    ]


def across(document: MapDocument) -> dict[str, float]:
    """Return the middle of each step's box, and where the cards begin."""
    shapes = place(document, Frame(1119, 560, 640)).shapes
    return {
        shape.owner: shape.left if part(shape.name) == "card" else shape.middle[0]
        for shape in shapes
        if part(shape.name) in ("step", "card")
    }


def check_moved_below_only(one: MapDocument, other: MapDocument, below: str) -> None:
    """Check that two documents put the same things at the same places down to a step."""
    before, after = tops(one), tops(other)
    keys = list(before)
    for above in keys[: keys.index(below) + 1]:
        assert after[above] == before[above]


def test_a_step_put_into_the_sample_moves_only_what_is_below(sample: list[MapDocument]):
    tried = 0
    for document in sample:
        for key in lonely_gaps(document):
            tried += 1
            check_moved_below_only(document, with_step_after(document, key), key)
    assert tried > 10


@settings(max_examples=100, deadline=None)
@given(document=flows())
def test_a_step_put_into_any_map_or_taken_out_moves_only_what_is_below(document: MapDocument):
    for key in lonely_gaps(document):
        longer = with_step_after(document, key)

        check_moved_below_only(document, longer, key)
        check_moved_below_only(longer, document, key)


def reworded(document: MapDocument, key: str) -> MapDocument:
    steps = [
        replace(step, text=step.text * 3) if step.key == key else step for step in document.steps
    ]
    return replace(document, steps=tuple(steps))


def test_a_reworded_step_moves_nothing_above_it_nor_to_the_side(sample: list[MapDocument]):
    for document in sample:
        sides = across(document)
        for step in document.steps[1::4]:
            other = reworded(document, step.key)

            before = document.steps[document.steps.index(step) - 1]
            check_moved_below_only(document, other, before.key)
            assert across(other) == sides


def test_a_step_put_into_a_lane_moves_nothing_to_the_side(sample: list[MapDocument]):
    for document in sample:
        before = across(document)
        for key in lonely_gaps(document):
            after = across(with_step_after(document, key))

            assert {each: after[each] for each in before} == before


def test_the_same_document_gives_the_same_bytes_in_another_process(tmp_path):
    code = (
        "import sys; sys.path.insert(0, '.');"
        "from tests.drawing.test_layout_geometry import ODD;"
        "from riskmap.drawing.dot import source; from riskmap.drawing.layout import place;"
        "from riskmap.drawing.engine import Engine;"
        "engine = Engine();"
        "[sys.stdout.buffer.write(engine.render(source(place(each)), 'svg'))"
        " for each in ODD.values()]; engine.close()"
    )

    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(outputs) == 1
    assert b"<svg" in outputs.pop()

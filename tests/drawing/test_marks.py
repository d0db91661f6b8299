"""What a comparison or an audit marks is seen: by word and line, in colour and in grey."""

import re

import pytest

from riskmap.drawing import style
from riskmap.drawing.dot import source
from riskmap.drawing.engine import Engine
from riskmap.drawing.layout import place
from riskmap.drawing.marks import Mark
from tests.drawing.faults import faults
from tests.drawing.notation import flow
from tests.drawing.picture import Picture, readable

MAP = flow(
    "1>2 2>3[是] 2>1[否] 3>4 4>5 5>6 6>7",
    lanes="ab",
    risks="2:high 3:low",
    kinds={3: "doc", 4: "dat", 5: "pre"},
)
WORDS = {
    Mark.ADDED: "新增",
    Mark.CHANGED: "修改",
    Mark.REMOVED: "删除",
    Mark.MOVED: "移动",
    Mark.GAP: "缺口",
}
KEYS = ("s1", "s2", "s3", "s4", "s5", "s6", "t2", "t3", "t4", "r1", "r2")


def drawn(engine: Engine, marks: dict[str, Mark], grey: bool = False) -> bytes:
    return engine.render(source(place(MAP, marks=marks), grey), "svg")


def said(picture: Picture, key: str) -> str:
    names = {"s": ("step", "who"), "t": ("label",), "r": ("flag",)}[key[0]]
    return "".join(figure.words for figure in picture.named(*names) if figure.name.startswith(key))


@pytest.mark.parametrize("mark", WORDS)
@pytest.mark.parametrize("grey", [False, True])
def test_a_mark_is_said_at_every_kind_of_part(engine: Engine, mark: Mark, grey: bool):
    picture = Picture(drawn(engine, dict.fromkeys(KEYS, mark), grey))

    assert [key for key in KEYS if WORDS[mark] not in said(picture, key)] == []
    assert faults(MAP, picture) == []


@pytest.mark.parametrize("key", KEYS)
def test_only_what_is_marked_says_so(engine: Engine, key: str):
    picture = Picture(drawn(engine, {key: Mark.ADDED}))

    assert sum("新增" in figure.words for figure in picture.figures) == 1


def test_marks_differ_by_pen_and_pattern_not_by_colour_alone():
    patterns = {(look["penwidth"], look["style"]) for look in style.MARKS.values()}

    assert len(patterns) == len(Mark)


def strokes(svg: bytes, name: str) -> set[tuple[str, str, str]]:
    """Return the colours, widths and patterns of the lines of a part."""
    group = readable(svg).split(f'<g id="{name}"')[1].split("</g>")[0]
    found = set()
    for tag in re.findall(r"<(?:path|polygon|ellipse)[^>]*>", group):
        colour, wide, dash = (
            re.search(rf'{attribute}="([^"]*)"', tag)
            for attribute in ("stroke", "stroke-width", "stroke-dasharray")
        )
        found.add((colour[1] if colour else "", wide[1] if wide else "", dash[1] if dash else ""))
    return found


@pytest.mark.parametrize(
    ("key", "name"),
    [("s1", "s1-step"), ("s2", "s2-step"), ("s3", "s3-step-outline"), ("t4", "t4"),
     ("r1", "r1-card")],
)  # fmt: skip
def test_each_mark_has_lines_of_its_own(engine: Engine, key: str, name: str):
    looks = [strokes(drawn(engine, marks), name) for marks in ({}, *({key: m} for m in Mark))]

    assert len({frozenset(look) for look in looks}) == 1 + len(Mark)


def test_choosing_a_step_moves_nothing(engine: Engine):
    plain, chosen = place(MAP), place(MAP, marks={"s3": Mark.SELECTED})

    places = [[shape[4:9] for shape in chart.shapes] for chart in (plain, chosen)]
    assert places[0] == places[1]


def test_a_grey_chart_has_no_colour_and_is_where_the_coloured_one_is(engine: Engine):
    colours = re.compile(r'(fill|stroke)="[^"]*"')
    grey, coloured = (readable(drawn(engine, {}, grey=each)) for each in (True, False))

    shades = set(re.findall(r'"#([0-9a-f]{6})"', grey.lower()))
    assert all(shade[:2] == shade[2:4] == shade[4:] for shade in shades)
    assert colours.sub("", grey) == colours.sub("", coloured)


def test_levels_can_be_told_in_grey_by_word_shape_and_line(engine: Engine):
    document = flow("1>2 2>3", risks="1:high 2:medium 3:low")
    svg = engine.render(source(place(document), grey=True), "svg")

    picture = Picture(svg)
    words = [picture.figure(f"r{number}-risk").words[:6] for number in (1, 2, 3)]
    corners = [len(set(picture.figure(f"r{number}-badge").outline)) for number in (1, 2, 3)]
    patterns = {frozenset(each[1:] for each in strokes(svg, f"r{n}-card")) for n in (1, 2, 3)}
    assert words == ["◆R1〔高〕", "▲R2〔中〕", "●R3〔低〕"]
    assert corners == [4, 3, 24]
    assert len(patterns) == 3

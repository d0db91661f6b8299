"""What changed is seen on one chart: what was and what is, drawn together, each with its words."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from riskmap.document.diff import diff
from riskmap.document.model import Limit, MapDocument, Office, Transition
from riskmap.drawing.changes import changed
from riskmap.drawing.dot import source
from riskmap.drawing.engine import Engine
from riskmap.drawing.layout import Layout, place
from riskmap.drawing.marks import Mark, mark_of, office_key, word
from riskmap.drawing.shapes import Frame
from riskmap.register.rating import Level
from riskmap.register.terms import LimitUnit
from tests.drawing import changing
from tests.drawing.changing import CHANGES
from tests.drawing.faults import faults
from tests.drawing.notation import flow, with_step_after
from tests.drawing.picture import Picture
from tests.drawing.random_flows import flows

MAP = flow("1>2 2>3[是] 2>4[否] 3>5 4>5 5>6 6>7", lanes="aabbaab", risks="3:low 5:medium")


def both(old: MapDocument, new: MapDocument):
    return changed(diff(old, new))


def picture(engine: Engine, old: MapDocument, new: MapDocument, grey: bool = False) -> Picture:
    of = both(old, new)
    return Picture(engine.render(source(place(of.document, marks=of.marks), grey), "svg"))


def looks(old: MapDocument, new: MapDocument) -> dict[str, tuple[str, str]]:
    """Return by key how each marked part is drawn and what is said at it."""
    marks = both(old, new).marks
    return {key: (str(mark_of(marks, key)), word(marks, key)) for key in marks}


def test_a_map_that_did_not_change_is_drawn_as_it_is():
    same = both(MAP, MAP)

    assert same.document == MAP
    assert not same.marks


def test_a_step_put_in_and_its_lines_are_new_and_nothing_else_is_marked():
    new = with_step_after(MAP, "s5")

    assert looks(MAP, new) == {
        "new": ("added", "〔新增〕"),
        "t6": ("added", ""),
        "tnew": ("added", ""),
    }
    assert both(MAP, new).document == new  # the line that it was put into explains itself


def test_a_removed_step_is_drawn_where_it_was_with_its_lines_and_its_risk_points():
    new = changing.without(MAP, "s5")

    of = both(MAP, new)

    assert [step.key for step in of.document.steps] == [step.key for step in MAP.steps]
    assert looks(MAP, new) == {
        "s5": ("removed", "〔删除 原第5步〕"),
        "r2": ("removed", "〔删除 原R2〕"),
        "t4": ("added", ""),
        "t5": ("added", ""),
        "t4-was": ("removed", ""),
        "t5-was": ("removed", ""),
        "t6": ("removed", ""),
    }


def test_what_is_removed_is_pale_and_has_no_number(engine: Engine):
    of = both(MAP, changing.without(MAP, "s5"))
    chart = place(of.document, marks=of.marks)

    gone = {shape.owner for shape in chart.shapes if shape.gone}
    assert gone == {"s5", "r2", "t4-was", "t5-was", "t6"} & {s.owner for s in chart.shapes}
    numbers = {shape.owner: shape.lines for shape in chart.shapes if shape.style == "chip"}
    assert numbers["s5"] == ("×",)
    assert [line.mark for line in chart.lines if line.name == "r2-leader"] == ["removed"]


def test_steps_and_risk_points_have_the_numbers_of_the_new_map():
    old = flow("1>2 2>3 3>4 4>5", risks="2:high 3:low 4:low")
    of = both(old, changing.without(old, "s2"))

    drawn = place(of.document, marks=of.marks).shapes

    chips = {shape.owner: shape.lines[0] for shape in drawn if shape.style == "chip"}
    heads = [shape.lines[0][:3] for shape in drawn if shape.name.endswith("-risk")]
    assert chips == {"s2": "×", "s3": "2", "s4": "3"}
    assert heads == ["◆R×", "●R1", "●R2"]


def test_a_step_that_was_moved_says_where_it_stood_and_moves_no_other():
    old = flow("1>2 2>3 3>4 4>5 5>6 6>7")
    new = changing.step_moved(old)

    assert looks(old, new)["s3"] == ("moved", "〔移动 原第3步〕")
    assert {look[0] for look in looks(old, new).values()} == {"moved"}
    assert len(both(old, new).document.transitions) == len(new.transitions)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": "核对两遍"}, "〔修改：内容〕"),
        ({"actor": "b"}, "〔修改：原由岗位a办理〕"),
        ({"limit": Limit(5, LimitUnit.DAY)}, "〔修改：时限原无〕"),
        ({"min_persons": 2}, "〔修改：原1人以上〕"),
        ({"text": "核对", "basis": None, "detail": "K9"}, "〔修改：内容，详见账图〕"),
    ],
)
def test_a_changed_step_says_what_of_it_changed(fields, said):
    assert looks(MAP, changing.changed(MAP, "s6", **fields)) == {"s6": ("changed", said)}


def test_a_raised_level_is_said_with_what_it_was(engine: Engine):
    risks = (replace(MAP.risk_points[0], level=Level.HIGH), MAP.risk_points[1])
    new = replace(MAP, risk_points=risks)

    drawn = picture(engine, MAP, new)

    assert drawn.figure("r1-flag").words == "〔修改：等级低→高〕"
    assert drawn.figure("r1-risk").words.startswith("◆R1〔高〕")


def test_a_condition_is_said_with_what_it_was(engine: Engine):
    new = changing.condition_renamed(MAP)

    assert picture(engine, MAP, new).figure("t3-label").words == "〔原：否〕材料不全"


def test_a_line_that_leads_elsewhere_is_drawn_as_it_runs_and_as_it_ran():
    lines = [replace(each, target="s7") if each.key == "t3" else each for each in MAP.transitions]
    new = replace(MAP, transitions=tuple(lines))

    assert looks(MAP, new) == {
        "t3": ("changed", "〔改向〕"),
        "t3-was": ("removed", "〔原走向〕"),
    }
    assert Transition("t3-was", "s2", "s4", "否") in both(MAP, new).document.transitions


def test_lines_that_were_added_and_removed_say_so():
    line = Transition("t9", "s5", "s7")
    more = replace(MAP, transitions=(*MAP.transitions, line))

    assert looks(MAP, more) == {"t9": ("added", "〔新增〕")}
    assert looks(more, MAP) == {"t9": ("removed", "〔删除〕")}


def test_a_line_with_another_key_that_runs_as_one_did_is_not_marked():
    first, *others = MAP.transitions

    assert looks(MAP, replace(MAP, transitions=(replace(first, key="t9"), *others))) == {}


def test_measures_say_which_of_them_changed(engine: Engine):
    risk = MAP.risk_points[0]
    (measure,) = risk.measures
    added = replace(measure, code="CS-09-09", text="按月抽查")
    rewritten = replace(risk, measures=(replace(measure, text="三人经办"), added))
    new = replace(MAP, risk_points=(rewritten, MAP.risk_points[1]))

    forth, back = picture(engine, MAP, new), picture(engine, new, MAP)

    assert forth.figure("r1-flag").words == "〔修改：措施〕"
    assert "CS-01-01〔修改〕三人经办" in forth.figure("r1-measures").words
    assert "CS-09-09〔新增〕按月抽查" in forth.figure("r1-measures").words
    assert "CS-09-09〔删除〕按月抽查" in back.figure("r1-measures").words


def test_a_lane_says_what_its_actor_was_called(engine: Engine):
    drawn = picture(engine, MAP, changing.renamed_actor(MAP, "审核岗"))

    assert drawn.figure("a-head").words == "〔原：岗位a〕审核岗"


def test_offices_say_what_became_of_them(engine: Engine):
    offices = [Office(f"K{n}", f"第{n}科", "", n, 0, 0) for n in (1, 2, 3)]
    old = replace(MAP, offices=tuple(offices[:2]))
    new = replace(MAP, offices=(replace(offices[0], high=5), offices[2]))

    assert looks(old, new) == {
        office_key("K1"): ("changed", "〔修改〕"),
        office_key("K2"): ("removed", "〔删除〕"),
        office_key("K3"): ("added", "〔新增〕"),
    }
    drawn = picture(engine, old, new)
    assert drawn.figure("K2-office").words.startswith("〔删除〕第2科")


def test_what_a_chart_shows_is_listed_for_its_legend():
    of = both(MAP, changing.several(replace(MAP, goal="目标", duties=("一", "二"))))

    assert set(of.shown) >= {Mark.ADDED, Mark.CHANGED, Mark.REMOVED}
    assert list(of.shown) == [mark for mark in Mark if mark in of.shown]


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("grey", [False, True])
def test_changes_of_the_sample_are_drawn_without_fault(
    sample: list[MapDocument], engine: Engine, name: str, grey: bool
):
    code, change = CHANGES[name]
    old = next(each for each in sample if each.code == code)
    of = both(old, change(old))

    assert of.marks
    for frame in (
        Frame(Layout(of.document, of.marks).needed_width, 1e9, 1e9),
        Frame(760, 560, 640),
    ):
        chart = place(of.document, frame, of.marks)
        drawn = Picture(engine.render(source(chart, grey), "svg"))
        assert faults(of.document, drawn) == []
        assert all(drawn.has(f"{key}-step") for key in of.marks if key in of.document.step_by_key)


@settings(max_examples=40, deadline=None)
@given(old=flows(), new=flows())
def test_any_two_maps_are_drawn_together_without_fault(
    engine: Engine, old: MapDocument, new: MapDocument
):
    drawn = picture(engine, old, new)
    of = both(old, new)

    assert faults(of.document, drawn) == []
    for document in (old, new):
        assert all(drawn.has(f"{step.key}-step") for step in document.steps)
        assert all(drawn.has(f"{risk.key}-card") for risk in document.risk_points)

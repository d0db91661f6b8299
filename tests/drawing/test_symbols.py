"""Symbols are those of GB/T 1526 (ISO 5807); a unit's chart ends with its offices."""

from dataclasses import replace

from riskmap.document.model import Actor, Limit, MapDocument, Office, Place
from riskmap.document.terms import ActorRole
from riskmap.drawing.dot import source
from riskmap.drawing.engine import Engine
from riskmap.drawing.layout import place
from riskmap.drawing.shapes import Frame
from riskmap.organisation.tree import NodeLevel
from riskmap.register.terms import LimitUnit
from tests.drawing.notation import flow
from tests.drawing.picture import Picture, bounds, readable

ALL = flow("1>2 2>3[是] 2>4[否] 3>5 4>5 5>6 6>7", kinds={3: "doc", 4: "dat", 5: "pre"})


def drawn(engine: Engine, document: MapDocument, frame: Frame | None = None) -> Picture:
    return Picture(engine.render(source(place(document, frame)), "svg"))


def test_each_kind_of_step_has_its_symbol(engine: Engine):
    svg = engine.render(source(place(ALL)), "svg")
    picture = Picture(svg)

    assert "<path" in readable(svg).split('id="s1-step"')[1].split("</g>")[0], (
        "a terminator is round"
    )
    decision = picture.figure("s2-step")
    left, top, right, bottom = decision.box
    middle = {(round((left + right) / 2, 1), round(y, 1)) for y in (top, bottom)}
    assert middle <= {(round(x, 1), round(y, 1)) for x, y in decision.outline}, "a diamond"
    slanted = {round(x, 1) for x, _ in picture.figure("s4-step").outline}
    assert len(slanted) == 4, "data lean"
    outer, inner = picture.figure("s5-step").box, picture.figure("s5-inner").box
    assert outer[0] < inner[0] < inner[2] < outer[2], "a predefined process has double sides"
    assert picture.figure("s6-step").box == bounds(picture.figure("s6-step").outline)


def test_a_document_s_foot_is_a_wave_about_its_lower_edge(engine: Engine):
    picture = drawn(engine, ALL)

    (wave,) = (each for each in picture.outlines if each.name == "s3-step-outline")
    left, top, right, foot = picture.figure("s3-step").box
    below = [(x, y) for x, y in wave.course if y > foot + 1]
    above = [(x, y) for x, y in wave.course if foot - 8 < y < foot - 1]
    assert below
    assert above
    assert max(x for x, _ in below) < (left + right) / 2 < min(x for x, _ in above)
    assert bounds(wave.course)[:3] == (left, top, right)


def test_a_limit_hangs_below_its_step_as_a_remark(engine: Engine):
    steps = [replace(step, limit=Limit(5, LimitUnit.WORKING_DAY)) for step in ALL.steps]
    picture = drawn(engine, replace(ALL, steps=tuple(steps)))

    for step in steps:
        tag, box = picture.figure(f"{step.key}-tag"), picture.figure(f"{step.key}-step").box
        assert tag.words == "5个工作日"
        assert 0 <= tag.box[1] - box[3] < 5
        assert box[0] - 8 < tag.box[0] < tag.box[2] < (box[0] + box[2]) / 2
        (bracket,) = (each for each in picture.outlines if each.name == f"{step.key}-tag-outline")
        assert bracket.course[0][0] == bracket.course[-1][0] > bounds(bracket.course)[0]


def handed_over(*lanes: str) -> MapDocument:
    """Return a post's map whose steps are carried out by some actors; `own` is the post."""
    made = flow(" ".join(f"{n}>{n + 1}" for n in range(1, len(lanes))))
    names = {"own": "受理岗", "b": "申请人", "c": "科室负责人"}
    return replace(
        made,
        place=Place("own", NodeLevel.POST, "局", "单位", "科", "受理岗"),
        actors=tuple(
            Actor(key, name, ActorRole.OWN) for key, name in names.items() if key in lanes
        ),
        steps=tuple(
            replace(step, actor=lane) for step, lane in zip(made.steps, lanes, strict=True)
        ),
    )


def test_a_post_hands_over_to_several_others_in_one_lane_where_each_step_says_who(engine: Engine):
    picture = drawn(engine, handed_over("b", "own", "c", "own", "c"))

    assert [each.words for each in picture.named("head")] == ["交接岗位与单位", "受理岗"]
    assert picture.figure("s1-step").words == "1申请人：办理第1项"
    assert picture.figure("s3-who").words == "科室负责人"
    assert not picture.has("s2-who")


def test_a_post_with_one_other_has_a_lane_for_each(engine: Engine):
    picture = drawn(engine, handed_over("own", "c", "own"))

    assert [each.words for each in picture.named("head")] == ["受理岗", "科室负责人"]


def test_a_post_s_chart_is_never_wider_than_two_lanes_for_side_steps(engine: Engine):
    made = handed_over(*["b", "own", "own", "own", "c", "own"])
    lines = flow("1>2 2>4[是] 2>3[否] 3>2 4>5 5>6").transitions
    picture = drawn(engine, replace(made, transitions=lines))

    middles = {
        round((box[0] + box[2]) / 2)
        for box in (picture.figure(f"s{n}-step").box for n in (2, 3, 4, 6))
    }
    assert len(middles) == 1


def test_a_unit_s_chart_ends_with_its_offices_and_their_counts(engine: Engine):
    offices = [Office(f"U-K0{n}", f"第{n}科", f"U-K0{n}", n, 2, 0) for n in range(1, 10)]
    offices.append(Office("U-K10", "新设科", "", 0, 0, 0))
    made = replace(ALL, offices=tuple(offices))
    picture = drawn(engine, made, Frame(700, 1e9, 1e9))

    boxes = [picture.figure(f"{office.code}-office").box for office in offices]
    assert picture.figure("U-K03-office").words == "第3科◆高3▲中2●低0见U-K03"
    assert picture.figure("U-K10-office").words == "新设科◆高0▲中0●低0未编账图"
    assert min(box[1] for box in boxes) > max(each.box[3] for each in picture.named("step"))
    assert max(box[2] for box in boxes) <= picture.width
    rows = sorted({round(box[1]) for box in boxes})
    assert len(rows) > 1
    assert all(picture.has(f"{office.code}-inner") for office in offices)


def test_cards_stand_in_one_column_and_main_paths_on_one_x_a_lane(
    sample: list[MapDocument], engine: Engine
):
    for document in sample:
        chart = place(document)
        picture = Picture(engine.render(source(chart), "svg"))
        lefts = {round(card.box[0]) for card in picture.named("card")}
        assert len(lefts) <= 1
        here, path = document.steps[0].key, []
        rows = {step.key: row for row, step in enumerate(document.steps)}
        while here not in path:
            path.append(here)
            onward = [each for each in document.after(here) if rows[each.target] > rows[here]]
            here = onward[0].target if onward else here
        spots: dict[str, set[int]] = {}
        lanes = picture.named("lane")
        for key in path:
            left, _, right, _ = picture.figure(f"{key}-step").box
            x = (left + right) / 2
            (lane,) = (each.name for each in lanes if each.box[0] < x < each.box[2])
            spots.setdefault(lane, set()).add(round(x))
        assert all(len(each) == 1 for each in spots.values()), document.code

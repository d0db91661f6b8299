"""Texts: not copied, of one level, in today's terms, short, fit to publish."""

from dataclasses import replace
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmap.coverage.gaps import Kind
from riskmap.coverage.rules.alike import copies
from riskmap.register.rating import Level
from tests.coverage import planting

CODE, EARLIER = "FZ-U1-K13-G03", "FZ-U1-K13-G01"
MEASURE = "CS-0301-01"


@given(
    texts=st.lists(st.text("ab甲乙", min_size=1, max_size=9), max_size=7),
    percent=st.integers(50, 100),
)
def test_copies_are_exactly_the_pairs_that_plain_comparison_finds(texts, percent):
    plain = {
        (place, earlier)
        for place, text in enumerate(texts)
        for earlier, other in enumerate(texts[:place])
        if SequenceMatcher(None, text, other, autojunk=False).ratio() * 100 >= percent
    }

    found = list(copies(texts, percent))
    assert set(found) == plain
    assert len(found) == len(plain)


def test_texts_without_a_character_are_nobody_s_copies():
    assert list(copies(["", "甲", ""], 50)) == []


def told(facts, text):
    return planting.risk(facts, CODE, "r1", statement=text)


def test_a_risk_point_copied_from_another_node_is_found(facts):
    text = planting.any_document(facts, EARLIER).risk_points[0].statement

    (gap,) = planting.new(facts, told(facts, text), "G27")
    assert planting.places([gap]) == [(CODE, "r1")]
    assert (gap.seen[0].code, gap.node) == (EARLIER, CODE)


def test_a_risk_point_changed_in_a_word_is_still_a_copy(facts):
    base = planting.risk(facts, EARLIER, "r1", statement="收到材料不登记，事后补填日期")
    near = planting.risk(base, CODE, "r1", statement="收到材料不登记，事后补写日期")
    far = planting.risk(base, CODE, "r1", statement="收到案卷压着不办，事后补写日期")

    assert planting.places(planting.new(base, near, "G27")) == [(CODE, "r1")]
    assert planting.new(base, far, "G27") == []


def beside(facts, code, node):
    """Return facts with a copy of the map, of some node, in which only the code differs."""
    drawn = facts.map_by_code[CODE]
    place = replace(drawn.document.place, code=node)
    other = replace(drawn, document=replace(drawn.document, code=code, place=place))
    return replace(facts, maps=(*facts.maps, other))


def test_a_map_copied_from_another_node_is_found_with_its_steps_and_risks(facts):
    gaps = planting.new(facts, beside(facts, "FZ-TEST", EARLIER), "G27")

    risks = planting.any_document(facts, CODE).risk_points
    assert {(each.subject.keys, each.about) for each in gaps} == {
        ((), "steps"),
        *(((risk.key,), "") for risk in risks),
    }
    assert {each.subject.code for each in gaps} == {"FZ-TEST"}
    assert {each.seen[0].code for each in gaps} == {CODE}


def test_two_maps_of_one_node_may_say_the_same(facts):
    assert planting.new(facts, beside(facts, "FZ-TEST", CODE), "G27") == []


def test_the_same_step_and_item_are_of_one_level(facts):
    same = beside(facts, "FZ-TEST", EARLIER)
    other = planting.risk(same, "FZ-TEST", "r1", level=Level.LOW)

    assert planting.new(facts, same, "R14") == []
    (gap,) = planting.new(same, other, "R14")
    assert planting.places([gap]) == [("FZ-TEST", "r1")]
    assert (gap.seen[0].code, gap.seen[0].keys) == (CODE, ("r1",))


def test_another_step_or_item_may_be_of_another_level(facts):
    other = planting.risk(beside(facts, "FZ-TEST", EARLIER), "FZ-TEST", "r1", level=Level.LOW)
    step = planting.step(other, "FZ-TEST", "s2", text="另一步怎么办")
    item = replace(planting.any_document(facts, CODE).risk_points[0].item, code="FX-0101")

    assert planting.new(facts, step, "R14") == []
    assert planting.new(facts, planting.risk(other, "FZ-TEST", "r1", item=item), "R14") == []


def test_a_risk_point_on_one_map_is_not_compared_with_the_map_s_own(facts):
    document = planting.any_document(facts, CODE)
    second = replace(document.risk_points[0], key="r9", level=Level.LOW)
    after = planting.document(facts, CODE, risk_points=(*document.risk_points, second))

    assert planting.new(facts, after, "R14") == []


def condition(facts, text):
    lines = planting.any_document(facts, CODE).transitions
    first = replace(lines[0], condition=text)
    return planting.document(facts, CODE, transitions=(first, *lines[1:])), first.key


PLACES = {
    "title": (lambda f, t: planting.document(f, CODE, title=t), ()),
    "goal": (lambda f, t: planting.document(f, CODE, goal=t), ()),
    "duties": (lambda f, t: planting.document(f, CODE, duties=(t,)), ()),
    "step": (lambda f, t: planting.step(f, CODE, "s2", text=t), ("s2",)),
    "paper": (lambda f, t: planting.step(f, CODE, "s2", document=t), ("s2",)),
    "risk": (lambda f, t: planting.risk(f, CODE, "r1", statement=t), ("r1",)),
    "reason": (lambda f, t: planting.risk(f, CODE, "r1", reason=t), ("r1",)),
}


@pytest.mark.parametrize(("rule", "text", "about"), [
    ("G36", "送法治审核", "法治审核"), ("G32", "联系13812345678", "mobile"),
])  # fmt: skip
@pytest.mark.parametrize("place", PLACES)
def test_every_text_of_a_map_is_looked_at(facts, place, rule, text, about):
    plant, keys = PLACES[place]

    (gap,) = planting.new(facts, plant(facts, text), rule)
    assert planting.places([gap]) == [(CODE, *keys)]
    assert (gap.about, gap.node) == (about, CODE)


@pytest.mark.parametrize(("rule", "text"), [("G36", "送法治审核"), ("G32", "打13812345678")])
def test_conditions_and_measures_are_looked_at(facts, rule, text):
    line, key = condition(facts, text)

    assert planting.places(planting.new(facts, line, rule)) == [(CODE, key)]
    for column in ("text", "frequency", "evidence", "indicator"):
        after = planting.entry(facts, "measures", MEASURE, **{column: text})
        (gap,) = planting.new(facts, after, rule)
        assert (gap.subject.kind, gap.subject.code) == (Kind.MEASURE, MEASURE)
        retired = planting.entry(after, "measures", MEASURE, retired=True)
        assert planting.new(facts, retired, rule) == []


@pytest.mark.parametrize(("text", "old"), [
    ("报劳动仲裁委裁决", "劳动仲裁委"),
    ("报劳动争议仲裁委裁决", "劳动争议仲裁委"),
    ("转原市人事局备案", "人事局"),
    ("报劳动保障局批准", "劳动保障局"),
])  # fmt: skip
def test_an_old_term_is_found(facts, text, old):
    (gap,) = planting.new(facts, planting.step(facts, CODE, "s2", text=text), "G36")

    assert (gap.subject.keys, gap.about) == (("s2",), old)


@pytest.mark.parametrize("text", [
    "报劳动仲裁委员会裁决", "报劳动人事争议仲裁委员会裁决", "送法制审核",
    "报人力资源和社会保障局批准", "查企业人事档案",
])  # fmt: skip
def test_a_term_in_use_is_not_an_old_one(facts, text):
    assert planting.new(facts, planting.step(facts, CODE, "s2", text=text), "G36") == []


@pytest.mark.parametrize(("text", "abouts"), [
    ("核对510802199001011234", ["identity"]),
    ("核对51080219900101123X", ["identity"]),
    ("致电138 1234 5678核实", ["mobile"]),
    ("致电138-1234-5678核实", ["mobile"]),
    ("付至6222020200012345678", ["account"]),
    ("付至6222 0202 0001 2345", ["account"]),
    ("510802199001011234、13812345678", ["identity", "mobile"]),
])  # fmt: skip
def test_a_private_number_is_found_and_not_said_again(facts, text, abouts):
    gaps = planting.new(facts, planting.step(facts, CODE, "s2", text=text), "G32")

    assert sorted(gap.about for gap in gaps) == abouts
    assert {gap.subject.keys for gap in gaps} == {("s2",)}
    assert not any(char.isdigit() for gap in gaps for char in gap.message.text())


@pytest.mark.parametrize("text", [
    "拨打12333咨询",                  # a hotline
    "座机0839-3261234",               # an office's line
    "文号20221500001号",              # eleven digits that begin with 2
    "编号12812345678",                # eleven digits of no mobile network
    "编号138123456789",               # twelve digits
    "流水号510802199013011234567890",  # longer than a card's or an account's
    "2026年1月5日至2026年12月31日",
    "公示期2026-01-05 2026-01-09",     # two days
])  # fmt: skip
def test_other_numbers_are_fit_to_publish(facts, text):
    assert planting.new(facts, planting.step(facts, CODE, "s2", text=text), "G32") == []


def test_a_step_of_forty_characters_fits_and_a_longer_one_does_not(facts):
    fits = planting.step(facts, CODE, "s2", text="核" * 40)
    over = planting.step(facts, CODE, "s2", text="核" * 41)

    assert planting.new(facts, fits, "R03") == []
    (gap,) = planting.new(facts, over, "R03")
    assert planting.places([gap]) == [(CODE, "s2")]
    assert "41" in gap.message.text()

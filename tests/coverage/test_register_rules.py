"""The register against the maps: measures that can be checked and are used, items that are met."""

from dataclasses import replace

import pytest

from riskmap.coverage.facts import Category
from riskmap.coverage.gaps import Kind
from tests.coverage import planting

MEASURE = "CS-0301-01"
POST = "FZ-U1-K08-G01"
"""The post that carries the measure out."""
MAP = "FZ-U1-K13-G03"


def subjects(gaps):
    return [(gap.subject.kind, gap.subject.code) for gap in gaps]


@pytest.mark.parametrize(
    "columns", [{"responsible": ()}, {"frequency": ""}, {"frequency": " "}, {"evidence": ""}]
)
def test_a_measure_without_who_how_often_or_evidence_cannot_be_checked(facts, columns):
    after = planting.entry(facts, "measures", MEASURE, **columns)

    (gap,) = planting.new(facts, after, "G08")
    assert subjects([gap]) == [(Kind.MEASURE, MEASURE)]
    assert "slogan" not in gap.message.text()
    assert gap.node == ("" if "responsible" in columns else POST)


def test_a_slogan_that_cannot_be_checked_is_called_one(facts):
    after = planting.entry(
        facts, "measures", MEASURE, text="加强教育，提高廉政意识。", frequency="", evidence=""
    )

    (gap,) = planting.new(facts, after, "G08")
    assert "is a slogan" in gap.message.text()


def test_a_retired_measure_need_not_be_checked(facts):
    after = planting.entry(facts, "measures", MEASURE, evidence="", retired=True)

    assert planting.new(facts, after, "G08") == []


def test_an_item_without_a_risk_point_is_found(facts):
    item = replace(facts.items["FX-0301"], code="FX-0399")
    lacking = replace(facts, items={**facts.items, item.code: item})
    retired = planting.entry(lacking, "items", item.code, retired=True)

    assert subjects(planting.new(facts, lacking, "G34")) == [(Kind.ITEM, "FX-0399")]
    assert planting.new(facts, retired, "G34") == []


def test_an_item_whose_last_risk_point_went_is_found(facts):
    after = facts
    for drawn in facts.maps:
        kept = tuple(r for r in drawn.document.risk_points if r.item.code != "FX-0301")
        if kept != drawn.document.risk_points:
            after = planting.document(after, drawn.code, risk_points=kept)

    assert subjects(planting.new(facts, after, "G34")) == [(Kind.ITEM, "FX-0301")]


def test_a_category_without_an_item_in_use_is_found(facts):
    empty = replace(facts, categories={**facts.categories, "FX-99": Category("FX-99", "采购")})
    retired = planting.entry(empty, "categories", "FX-99", retired=True)

    assert subjects(planting.new(facts, empty, "G34")) == [(Kind.CATEGORY, "FX-99")]
    assert planting.new(facts, retired, "G34") == []


def test_a_category_whose_items_are_all_retired_is_found(facts):
    after = facts
    for item in facts.items.values():
        if item.category == "FX-03":
            after = planting.entry(after, "items", item.code, retired=True)

    assert (Kind.CATEGORY, "FX-03") in subjects(planting.new(facts, after, "G34"))


def test_a_measure_that_no_map_uses_is_found(facts):
    measure = replace(facts.measures[MEASURE], code="CS-0301-99")
    unused = replace(facts, measures={**facts.measures, measure.code: measure})
    retired = planting.entry(unused, "measures", measure.code, retired=True)

    (gap,) = planting.new(facts, unused, "R07")
    assert subjects([gap]) == [(Kind.MEASURE, "CS-0301-99")]
    assert (gap.node, gap.seen[0].code) == (POST, "FX-0301")
    assert planting.new(facts, retired, "R07") == []


def test_a_risk_point_answered_by_a_retired_or_unknown_measure_is_found(facts):
    code = planting.any_document(facts, MAP).risk_points[0].measures[0].code
    using = {
        (drawn.code, risk.key)
        for drawn in facts.maps
        for risk in drawn.document.risk_points
        if code in {each.code for each in risk.measures}
    }
    retired = planting.entry(facts, "measures", code, retired=True)
    unknown = replace(facts, measures={c: m for c, m in facts.measures.items() if c != code})

    assert (MAP, "r1") in using
    assert planting.found(facts, "R16") == {}
    for after in (retired, unknown):
        gaps = planting.new(facts, after, "R16")
        assert set(planting.places(gaps)) == using
        assert {gap.about for gap in gaps} == {code}


def test_a_measure_that_names_nobody_is_found(facts):
    after = planting.entry(facts, "measures", MEASURE, text="由相关部门每月抽查。")
    retired = planting.entry(after, "measures", MEASURE, retired=True)

    (gap,) = planting.new(facts, after, "R06")
    assert (subjects([gap]), gap.node) == ([(Kind.MEASURE, MEASURE)], POST)
    assert "相关部门" in gap.message.text()
    assert planting.new(facts, retired, "R06") == []


def test_a_step_that_names_nobody_is_found(facts):
    after = planting.step(facts, MAP, "s2", text="交有关人员核对")

    assert planting.places(planting.new(facts, after, "R06")) == [(MAP, "s2")]


@pytest.mark.parametrize("text", ["移送税务行政管理部门处理", "送劳动关系科核对"])
def test_a_department_that_the_law_names_is_somebody(facts, text):
    after = planting.step(facts, MAP, "s2", text=text)

    assert planting.new(facts, after, "R06") == []


def test_a_measure_of_a_post_that_nobody_holds_is_found(facts):
    after = replace(facts, holdings=tuple(each for each in facts.holdings if each.post != POST))
    retired = planting.entry(after, "nodes", POST, retired=True)

    gaps = planting.new(facts, after, "R06")
    assert (Kind.MEASURE, MEASURE) in subjects(gaps)
    assert {gap.node for gap in gaps} == {POST}
    assert planting.new(facts, retired, "R06") == [], "G28 says it of nodes no longer in use"

"""Maps as lines of lists: nothing left out, nothing twice, counted as it is listed."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from riskmap.document.counting import counted
from riskmap.document.lines import Uses, map_lines, risk_lines, step_lines
from riskmap.register.rating import Level
from tests.printing.documents import document, risk

MAPS = st.lists(
    st.builds(
        lambda steps, levels: document(steps=steps, risks=[risk(level=level) for level in levels]),
        st.integers(2, 6),
        st.lists(st.sampled_from(Level), max_size=4),
    ),
    max_size=4,
)


@given(MAPS)
def test_lists_are_as_long_as_what_is_counted(maps):
    totals = counted(maps)

    assert len(list(map_lines(maps))) == totals["maps"]
    assert len(list(step_lines(maps))) == totals["steps"]
    assert len(list(risk_lines(maps))) == totals["risk_points"]
    assert sum(each.steps for each in map_lines(maps)) == totals["steps"]
    assert sum(each.risks for each in map_lines(maps)) == totals["risk_points"]
    assert sum(Uses(maps).risks.values()) == totals["risk_points"]


@given(MAPS)
def test_a_map_s_line_says_its_worst_level(maps):
    for line, each in zip(map_lines(maps), maps, strict=True):
        ranks = [one.rank for one in risk_lines([each])]
        assert line.worst == max(ranks, default=0)


@given(MAPS)
def test_a_measure_is_used_on_the_maps_whose_risk_points_it_answers(maps):
    uses = Uses(maps)

    by_hand = Counter(
        code
        for each in maps
        for code in {one for line in risk_lines([each]) for one in line.answers}
    )
    assert uses.measures == by_hand
    assert uses.measures_on({each.place.code for each in maps}) == set(by_hand)
    assert uses.measures_on(()) == set()

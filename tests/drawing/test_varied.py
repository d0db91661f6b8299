"""The maps that a person is asked to look at: few, of every level, each extreme among them."""

import pytest

from riskmap.document.model import MapDocument
from riskmap.organisation.tree import NodeLevel
from riskmap.printing.sheet import plan
from tests.drawing.notation import flow
from tests.drawing.varied import COUNT, FEATURES, WISHES, Candidate, Choice, choose


@pytest.fixture(scope="module")
def candidates(sample: list[MapDocument]) -> list[Candidate]:
    return [Candidate(each, plan(each).pages) for each in sample]


@pytest.fixture(scope="module")
def choices(candidates: list[Candidate]) -> list[Choice]:
    return choose(candidates)


def test_each_map_is_chosen_once_and_all_levels_are_there(choices):
    documents = [each.candidate.document for each in choices]

    assert len({each.code for each in documents}) == len(documents) == COUNT
    assert {each.place.level for each in documents} == set(NodeLevel)


@pytest.mark.parametrize("wish", WISHES, ids=lambda each: each.words)
def test_every_extreme_of_the_sample_is_chosen(candidates, choices, wish):
    chosen = {each.candidate.document.code for each in choices}

    assert chosen & {each.document.code for each in wish.met_by(candidates)}


@pytest.mark.parametrize("feature", ["returns", "skips", "parallel branches", "risk points"])
def test_what_is_hard_to_draw_is_there(choices, feature):
    assert max(FEATURES[feature](each.candidate) for each in choices) >= 2


def test_features_are_counted_on_the_lines():
    one = Candidate(flow("1>2 2>3[是] 2>5[否] 3>4 3>5 4>1 5>6 4>7", lanes="ab", risks="2:high"), 1)

    assert {name: amount(one) for name, amount in FEATURES.items()} == {
        "pages": 1,
        "steps": 7,
        "lanes": 2,
        "risk points": 1,
        "returns": 1,
        "skips": 3,
        "parallel branches": 2,
        "ends": 2,
        "decisions": 1,
        "longest step": 5,
        "longest return": 3,
        "measures": 1,
    }

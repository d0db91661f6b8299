"""Figures of a year's report against what is counted."""

from dataclasses import replace

import pytest

from riskmap.config import sample_folder
from riskmap.coverage.figures import figures, recount, year_before
from riskmap.coverage.gaps import Kind
from riskmap.coverage.reading import read
from riskmap.coverage.rules.figures import MESSAGES
from riskmap.maps.report import totals
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.sample.loader import read_sample
from tests.coverage import planting


def reported(facts, year=2026, **changed):
    return replace(facts, figures={year: {**recount(facts), **changed}})


def test_the_recount_gives_the_numbers_of_the_report(sample_session):
    bureau = bureaus(sample_session)[0]
    day = read_sample(sample_folder()).organisation.as_of
    facts = read(sample_session, bureau, day)
    counted = recount(facts)
    given = totals(sample_session, Scope(bureau), [each.document for each in facts.maps])

    assert counted == {name: given[name] for name in counted}
    assert (counted["units"], counted["offices"], counted["posts"]) == (9, 37, 60)


def test_what_is_retired_is_not_counted(facts):
    after = planting.entry(facts, "categories", "FX-03", retired=True)
    after = planting.entry(after, "items", "FX-0301", retired=True)
    after = planting.entry(after, "measures", "CS-0301-01", retired=True)
    after = planting.entry(after, "nodes", "FZ-U1-K13-G03", retired=True)

    lost = {name: recount(facts)[name] - number for name, number in recount(after).items()}
    assert {name for name, number in lost.items() if number} == {
        "categories", "items", "measures", "posts",
    }  # fmt: skip
    assert set(lost.values()) == {0, 1}


def test_every_figure_has_a_sentence_for_its_difference(facts):
    assert list(MESSAGES) == list(recount(facts))


@pytest.mark.parametrize("name", MESSAGES)
def test_a_figure_that_is_not_what_is_counted_is_found(facts, name):
    counted = recount(facts)[name]

    (gap,) = planting.found(reported(facts, **{name: counted + 1}), "G25").values()
    assert (gap.subject.kind, gap.subject.code, gap.about) == (Kind.BUREAU, facts.code, name)
    assert dict(gap.message.values) == {"year": 2026, "given": counted + 1, "counted": counted}


def test_figures_that_agree_or_were_not_given_are_no_gap(facts):
    assert planting.found(facts, "G25") == {}
    assert planting.found(reported(facts), "G25") == {}
    assert planting.found(replace(facts, figures={2026: {}}), "G25") == {}


def test_the_figures_of_another_year_are_not_compared(facts):
    assert planting.found(reported(facts, year=2025, maps=1), "G25") == {}


def test_this_year_s_figures_stand_beside_the_year_before(facts):
    kept = replace(facts, figures={2023: {}, 2024: {"maps": 100}, 2026: {}})

    assert year_before(kept, 2026) == 2024
    assert year_before(kept, 2023) is None
    maps, posts = figures({"maps": 106, "posts": 60}, kept.figures[2024])
    assert (maps.before, maps.difference) == (100, 6)
    assert (posts.before, posts.difference) == (None, None)

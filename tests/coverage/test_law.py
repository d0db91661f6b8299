"""Bases and matters: what is cited is in force, and every matter is drawn."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from riskmap.coverage.facts import Matter
from riskmap.coverage.gaps import Kind, Severity
from riskmap.document.model import Citation
from riskmap.register.terms import PowerKind
from tests.coverage import planting

CODE = "FZ-U1-K13-G03"
BASIS = "FG-064"
"""A basis that the map cites on its own and at its steps, in force and checked."""
STEPS = {(CODE,), (CODE, "s2")}
LIMIT_BASIS = "FG-025"
"""The basis of the limit that runs from step s11 to step s13."""


def cite(facts, code, article="第三条", title="某办法"):
    bases = planting.any_document(facts, CODE).bases
    return planting.document(facts, CODE, bases=(*bases, Citation(code, title, "", article)))


def here(gaps):
    return [gap for gap in gaps if gap.subject.code == CODE]


def test_a_citation_of_what_is_not_in_the_register_is_found(facts):
    (gap,) = planting.new(facts, cite(facts, "FG-999"), "G16")

    assert (gap.subject.code, gap.subject.keys, gap.about) == (CODE, (), "FG-999 第三条")
    assert gap.severity is Severity.ERROR


@pytest.mark.parametrize("article", ["", "  "])
def test_a_citation_without_an_article_is_found(facts, article):
    (gap,) = planting.new(facts, cite(facts, BASIS, article), "G16")

    assert gap.subject.code == CODE
    assert "without an article" in gap.message.text()


def test_a_citation_at_a_step_is_found_at_the_step(facts):
    after = planting.step(facts, CODE, "s4", basis=Citation("FG-999", "某办法", "", "第三条"))

    assert planting.places(planting.new(facts, after, "G16")) == [(CODE, "s4")]


def test_a_retired_basis_is_in_force_no_more(facts):
    after = planting.entry(facts, "bases", BASIS, retired=True)

    gaps = here(planting.new(facts, after, "G16"))
    assert set(planting.places(gaps)) >= STEPS
    assert {gap.seen[0].code for gap in gaps} == {BASIS}
    assert {gap.severity for gap in gaps} == {Severity.ERROR}


def test_a_basis_is_in_force_on_its_last_day_and_not_after_it(facts):
    last_day = planting.entry(facts, "bases", BASIS, until=facts.day)
    over = planting.entry(facts, "bases", BASIS, until=facts.day - timedelta(days=1))

    assert planting.new(facts, last_day, "G16") == []
    gaps = here(planting.new(facts, over, "G16"))
    assert set(planting.places(gaps)) >= STEPS
    assert all("2026-01-04" in gap.message.text() for gap in gaps)


def replaced(facts, since):
    after = planting.entry(facts, "bases", BASIS, replaced_by="FG-100")
    new = replace(facts.bases[BASIS], code="FG-100", title="新办法", since=since)
    return replace(after, bases={**after.bases, new.code: new})


def test_a_basis_that_another_has_replaced_is_in_force_no_more(facts):
    gaps = here(planting.new(facts, replaced(facts, facts.day), "G16"))

    assert set(planting.places(gaps)) >= STEPS
    assert all("新办法 has replaced since 2026-01-05" in gap.message.text() for gap in gaps)
    assert [each.code for each in gaps[0].seen] == [BASIS, "FG-100"]


def test_a_basis_that_is_replaced_from_a_later_day_is_in_force_until_then(facts):
    after = replaced(facts, facts.day + timedelta(days=1))

    assert planting.new(facts, after, "G16") == []


def test_a_basis_replaced_by_one_of_unknown_day_is_in_force_no_more(facts):
    gaps = here(planting.new(facts, replaced(facts, None), "G16"))

    assert set(planting.places(gaps)) >= STEPS
    assert all(gap.message.text().endswith("新办法 has replaced.") for gap in gaps)


def test_a_basis_that_is_not_in_force_yet_is_found(facts):
    tomorrow = facts.day + timedelta(days=1)
    after = planting.entry(facts, "bases", BASIS, since=tomorrow)

    gaps = here(planting.new(facts, after, "G16"))
    assert set(planting.places(gaps)) >= STEPS
    assert all("on 2026-01-06 only" in gap.message.text() for gap in gaps)


def test_a_limit_whose_basis_is_over_is_found_where_it_runs(facts):
    after = planting.entry(facts, "bases", LIMIT_BASIS, retired=True)

    assert (CODE, "s11", "s13") in planting.places(planting.new(facts, after, "G16"))


def test_a_basis_over_is_said_once_of_a_place_that_cites_it_twice(facts):
    document = planting.any_document(facts, CODE)
    (span,) = document.limit_spans
    after = planting.document(
        planting.step(facts, CODE, "s11", basis=span.citation), CODE,
        limit_spans=(replace(span, last="s11"),),
    )  # fmt: skip
    over = planting.entry(after, "bases", LIMIT_BASIS, retired=True)

    gaps = planting.new(after, over, "G16")
    assert planting.places(gaps).count((CODE, "s11")) == 1
    raw = [gap.identity for gap in planting.BY_CODE["G16"].gaps(over)]
    assert len(raw) == len(set(raw))


def test_an_article_that_stands_twice_among_the_bases_is_found(facts):
    first = planting.any_document(facts, CODE).bases[0]
    twice = cite(facts, first.code, f"{first.article} ", first.title)
    other = cite(facts, first.code, "第六十条", first.title)

    (gap,) = planting.new(facts, twice, "G16")
    assert (gap.subject.code, gap.about) == (CODE, f"twice {first.code} {first.article}")
    assert planting.new(facts, other, "G16") == []


def test_a_map_is_reviewed_after_what_it_cites_came_into_force(facts):
    reviewed = date(2025, 11, 20)
    newer = planting.entry(facts, "bases", BASIS, since=reviewed + timedelta(days=1))
    older = planting.entry(facts, "bases", BASIS, since=reviewed)

    assert facts.map_by_code[CODE].reviewed == reviewed
    (gap,) = here(planting.new(facts, newer, "G16"))
    assert (gap.about, gap.severity) == (f"since {BASIS}", Severity.WARNING)
    assert here(planting.new(facts, older, "G16")) == []


def test_bases_that_nobody_has_checked_are_one_notice_of_the_bureau(facts):
    def unverified(after):
        gaps = planting.found(after, "G16").values()
        return [gap for gap in gaps if gap.about == "unverified"]

    checked = facts
    for code in facts.bases:
        if facts.bases[code].unverified:
            checked = planting.entry(checked, "bases", code, unverified=False)
    one = planting.entry(checked, "bases", BASIS, unverified=True)
    new = replace(one.bases[BASIS], code="FG-100")
    uncited = replace(one, bases={**one.bases, "FG-100": new})

    assert unverified(checked) == []
    for after in (one, uncited):
        (gap,) = unverified(after)
        assert (gap.subject.kind, gap.subject.code) == (Kind.BUREAU, facts.code)
        assert [each.code for each in gap.seen] == [BASIS]
        assert gap.severity is Severity.NOTICE


def test_a_matter_that_no_map_shows_is_found(facts):
    matter = Matter("QL-999", "新事项", PowerKind.LICENCE)
    after = replace(facts, matters={**facts.matters, matter.code: matter})
    retired = planting.entry(after, "matters", matter.code, retired=True)

    (gap,) = planting.new(facts, after, "G17")
    assert (gap.subject.kind, gap.subject.code) == (Kind.MATTER, "QL-999")
    assert planting.new(facts, retired, "G17") == []


def test_a_map_about_a_retired_or_unknown_matter_is_found(facts):
    about = {each.code for each in facts.maps
             if each.document.matter and each.document.matter.code == "QL-001"}  # fmt: skip
    retired = planting.entry(facts, "matters", "QL-001", retired=True)
    unknown = replace(facts, matters={c: m for c, m in facts.matters.items() if c != "QL-001"})

    assert CODE in about
    for after in (retired, unknown):
        gaps = planting.new(facts, after, "G17")
        assert {gap.subject.code for gap in gaps} == about
        assert {gap.subject.kind for gap in gaps} == {Kind.MAP}

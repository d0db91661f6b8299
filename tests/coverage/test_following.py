"""Findings: put right in time, with evidence, and closed by somebody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from riskmap.coverage.facts import FindingFact
from riskmap.coverage.gaps import Kind, Severity
from tests.coverage import planting

NODE = "FZ-U1-K13"
CLOSED = FindingFact("WT-1", NODE, None, closed=True, mended_by="RY-053", closed_by="RY-054",
                     evidence=1)  # fmt: skip


def gaps(facts, finding):
    return list(planting.found(replace(facts, findings=(finding,)), "G31").values())


@pytest.mark.parametrize(("days", "closed", "late"),
                         [(0, False, False), (1, False, True), (1, True, False)])  # fmt: skip
def test_a_finding_is_closed_by_its_day(facts, days, closed, late):
    due = facts.day - timedelta(days=days)
    found = gaps(facts, replace(CLOSED, due=due, closed=closed))

    assert [gap.about for gap in found] == ["overdue"] * late
    assert all(gap.severity is Severity.ERROR and gap.node == NODE for gap in found)


def test_an_open_finding_without_a_day_is_not_overdue(facts):
    assert gaps(facts, replace(CLOSED, closed=False)) == []


def test_a_finding_closed_without_evidence_is_found(facts):
    (gap,) = gaps(facts, replace(CLOSED, evidence=0))

    assert (gap.subject.kind, gap.subject.code) == (Kind.FINDING, "WT-1")
    assert (gap.about, gap.severity) == ("evidence", Severity.WARNING)
    assert gaps(facts, CLOSED) == []
    assert gaps(facts, replace(CLOSED, closed=False, evidence=0)) == []


def test_a_finding_closed_by_who_put_it_right_is_found(facts):
    (gap,) = gaps(facts, replace(CLOSED, closed_by="RY-053"))

    assert (gap.subject.code, gap.about, gap.severity) == ("WT-1", "closer", Severity.ERROR)
    assert facts.persons["RY-053"].name in gap.message.text()


def test_nobody_is_not_one_and_the_same_person(facts):
    assert gaps(facts, replace(CLOSED, mended_by="", closed_by="")) == []

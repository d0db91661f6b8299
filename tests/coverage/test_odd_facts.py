"""Rules do not fail on facts in which something that is referred to is not there."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmap.coverage.rules import RULES

TABLES = (
    "nodes", "parties", "persons", "holdings", "matters", "categories", "items", "measures",
    "bases", "limits",
)  # fmt: skip


def without(facts, table, lost):
    """Return facts in which those rows of a table are lost for which `lost()` says so."""
    rows = getattr(facts, table)
    kept = (
        {code: row for code, row in rows.items() if not lost()}
        if isinstance(rows, dict)
        else tuple(row for row in rows if not lost())
    )
    return replace(facts, **{table: kept})


def run(facts):
    for rule in RULES:
        for gap in rule.gaps(facts):
            assert "%(" not in gap.message.text()


@pytest.mark.parametrize("table", TABLES)
def test_the_rules_run_without_any_row_of_a_table(facts, table):
    run(without(facts, table, lambda: True))


@pytest.fixture(scope="module")
def sample(facts):
    """The facts as a call, for a failure to be told without printing them all."""
    return lambda: facts


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), shares=st.tuples(*[st.sampled_from([0, 0.05, 0.5])] * 10))
def test_the_rules_run_whatever_rows_are_lost(sample, seed, shares):
    facts, random = sample(), Random(seed)
    for table, share in zip(TABLES, shares, strict=True):
        facts = without(facts, table, lambda share=share: random.random() < share)

    run(facts)

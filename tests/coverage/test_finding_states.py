"""A finding's way: only the moves of the table, and never closed by who mended it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmap.coverage.finding_states import (
    RAISED,
    FindingAct,
    FindingState,
    NotNow,
    Side,
    acts,
    move,
    overdue,
    retest,
    sides,
)

A, S = FindingAct, FindingState
TABLE = {  # by hand, from the issue: what may be done in a state, and where it leads
    S.OPEN: {A.ANSWER: S.ANSWERED, A.WITHDRAW: S.WITHDRAWN, A.CHANGE: S.OPEN},
    S.RETURNED: {A.ANSWER: S.ANSWERED, A.WITHDRAW: S.WITHDRAWN, A.CHANGE: S.RETURNED},
    S.ANSWERED: {
        A.RETURN: S.RETURNED,
        A.CLOSE: S.CLOSED,
        A.WITHDRAW: S.WITHDRAWN,
        A.CHANGE: S.ANSWERED,
    },
    S.CLOSED: {A.REOPEN: S.RETURNED},
    S.WITHDRAWN: {},
}


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("act", A)
def test_only_listed_moves_exist(state, act):
    if act in TABLE[state]:
        assert move(state, act).to is TABLE[state][act]
    else:
        with pytest.raises(NotNow):
            move(state, act)


def test_the_office_answers_and_the_auditor_does_all_else():
    for state, possible in TABLE.items():
        assert set(acts(state, {Side.OWNER})) == {A.ANSWER} & possible.keys()
        assert set(acts(state, {Side.AUDITOR})) == possible.keys() - {A.ANSWER}
        assert acts(state, ()) == ()


@given(st.lists(st.tuples(st.sampled_from(A), st.booleans(), st.booleans())))
def test_however_acts_follow_each_other_nobody_closes_what_they_mended(steps):
    """Two persons act at random, each both of the office and an auditor: one at a time."""
    state, mended = RAISED.to, set()
    for act, first, owns in steps:
        person = "one" if first else "other"
        allowed = acts(state, sides(audits=True, owns=owns, mended=person in mended))
        if act not in allowed:
            continue
        assert not (act is A.CLOSE and (owns or person in mended))
        state = move(state, act).to
        if act is A.ANSWER:
            mended.add(person)
        assert state in S


@pytest.mark.parametrize("state", S)
def test_an_office_is_late_only_while_it_owes_an_answer(state):
    late = overdue(state, date(2026, 1, 1), date(2026, 1, 2))

    assert late == (state in (S.OPEN, S.RETURNED))
    assert not overdue(state, date(2026, 1, 2), date(2026, 1, 2))


def test_the_rule_tests_a_finding_again_if_there_is_one():
    assert retest("G03|x", "G03", {"G03"}, {"G03|x"}) == "stands"
    assert retest("G03|x", "G03", {"G03"}, set()) == "gone"
    assert retest("", "", {"G03"}, {"G03|x"}) == "untested"
    assert retest("G99|x", "G99", {"G03"}, set()) == "untested"

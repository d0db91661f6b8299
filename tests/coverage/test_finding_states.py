"""The table of a finding's moves: only what is listed can be done, whoever asks for it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmap.coverage.finding_states import (
    MOVES,
    OWED,
    RAISED,
    RUNNING,
    FindingAct,
    FindingState,
    NotNow,
    Retest,
    Side,
    acts,
    days_left,
    move,
    overdue,
    retest,
    sides,
)

DAY = date(2026, 3, 2)
WAYS = {
    "open": {"answer": "answered", "withdraw": "withdrawn", "change": "open"},
    "returned": {"answer": "answered", "withdraw": "withdrawn", "change": "returned"},
    "answered": {
        "return": "returned",
        "close": "closed",
        "withdraw": "withdrawn",
        "change": "answered",
    },
    "closed": {"reopen": "returned"},
    "withdrawn": {},
}
"""Written down by hand: what leads where; everything else is refused."""


@pytest.mark.parametrize("state", FindingState)
@pytest.mark.parametrize("act", FindingAct)
def test_every_act_in_every_state_does_what_the_table_says(
    state: FindingState, act: FindingAct
) -> None:
    to = WAYS[state.value].get(act.value)

    if to is not None:
        assert move(state, act).to == to
    else:
        with pytest.raises(NotNow) as caught:
            move(state, act)
        assert (caught.value.state, caught.value.act) == (state, act)


def test_only_the_office_answers_and_only_the_auditor_does_the_rest() -> None:
    by_owner = {act for (_state, act), step in MOVES.items() if step.by is Side.OWNER}

    assert by_owner == {FindingAct.ANSWER}
    assert RAISED.by is Side.AUDITOR


def test_what_undoes_or_ends_without_a_check_needs_a_reason() -> None:
    reasoned = {act for (_state, act), step in MOVES.items() if step.reasoned}

    assert reasoned == {
        FindingAct.RETURN, FindingAct.REOPEN, FindingAct.WITHDRAW, FindingAct.CHANGE,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("audits", "owns", "mended", "found"),
    [
        (True, False, False, {Side.AUDITOR}),
        (False, True, False, {Side.OWNER}),
        (False, True, True, {Side.OWNER}),
        (True, True, False, {Side.OWNER}),
        (True, True, True, {Side.OWNER}),
        (True, False, True, set()),
        (False, False, False, set()),
    ],
)
def test_nobody_audits_their_own_office_or_what_they_mended(audits, owns, mended, found) -> None:
    assert sides(audits=audits, owns=owns, mended=mended) == found


PEOPLE = {
    "auditor": (True, False),
    "other auditor": (True, False),
    "chief": (False, True),
    "chief who audits": (True, True),
    "reader": (False, False),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(PEOPLE)), st.sampled_from(FindingAct))))
def test_whatever_is_tried_a_finding_stays_in_the_table_and_nobody_closes_their_own_work(
    tried: list[tuple[str, FindingAct]],
) -> None:
    state, answered = RAISED.to, set[str]()
    for who, act in tried:
        audits, owns = PEOPLE[who]
        before = state
        mine = sides(audits=audits, owns=owns, mended=who in answered)
        if act not in acts(state, mine):
            continue
        state = move(state, act).to

        assert state.value == WAYS[before.value][act.value]
        if act is FindingAct.ANSWER:
            answered.add(who)
            assert owns
        if state is FindingState.CLOSED:
            assert who not in answered
            assert answered
            assert not owns


@given(st.sampled_from(FindingState), st.integers(-400, 400))
def test_an_office_is_late_only_while_it_is_its_turn(state: FindingState, days: int) -> None:
    due = DAY + timedelta(days=days)

    assert overdue(state, due, DAY) == (days < 0 and state in OWED)
    assert days_left(due, DAY) == days
    assert set(OWED) < set(RUNNING)


@pytest.mark.parametrize(
    ("identity", "rule", "found"),
    [
        ("G07|map|A|r1|", "G07", Retest.STANDS),
        ("G07|map|A|r2|", "G07", Retest.GONE),
        ("G99|map|A|r2|", "G99", Retest.UNTESTED),
        ("", "", Retest.UNTESTED),
    ],
)
def test_a_gap_is_gone_only_where_a_rule_that_is_applied_finds_it_no_more(
    identity, rule, found
) -> None:
    assert retest(identity, rule, {"G07"}, {"G07|map|A|r1|"}) is found

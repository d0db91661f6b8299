"""What becomes of a map follows from its revisions; what hinders and who signs are tables."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmap.accounts.roles import Role
from riskmap.rounds.outcomes import (
    Hindrance,
    Looked,
    NotSigner,
    Outcome,
    Standing,
    hindrance,
    not_signer,
    outcome,
    overdue,
    signing_role,
    totals,
)

NUMBERS = st.one_of(st.none(), st.integers(1, 3))
STANDINGS = st.builds(Standing, NUMBERS, NUMBERS, st.booleans(), st.booleans())


@pytest.mark.parametrize(
    ("before", "now", "retired", "carried", "wanted"),
    [
        (1, 1, False, False, Outcome.DUE),
        (None, None, False, False, Outcome.DUE),
        (1, 1, False, True, Outcome.CARRIED),
        (1, 2, False, False, Outcome.CHANGED),
        (1, 2, False, True, Outcome.CHANGED),  # carried forward first, changed later
        (None, 1, False, False, Outcome.NEW),
        (1, None, False, False, Outcome.RETIRED),  # its document was taken out of force
        (1, None, False, True, Outcome.RETIRED),
        (1, 1, True, False, Outcome.RETIRED),
        (None, None, True, False, Outcome.RETIRED),
    ],
)
def test_what_became_of_a_map_follows_from_what_was_and_is_in_force(
    before, now, retired, carried, wanted
):
    assert outcome(Standing(before, now, retired, carried)) is wanted


@given(st.lists(STANDINGS, max_size=12), st.booleans())
def test_the_numbers_of_all_outcomes_add_up_to_the_maps(standings, late):
    due = date(2026, 6, 30)
    found = totals(map(outcome, standings), due, date(2026, 7, 1) if late else due)

    assert found.all == len(standings) == found.done + found.left
    assert found.late == (found.left if late else 0)
    assert (found.share == 100) == (found.left == 0 and found.all > 0)
    assert sum(length for _what, _begin, length in found.segments) == pytest.approx(
        100 if standings else 0, abs=0.1
    )


def test_a_map_is_overdue_on_the_day_after_the_due_day_and_only_without_an_outcome():
    due = date(2026, 6, 30)

    assert not overdue(Outcome.DUE, due, date(2026, 6, 30))
    assert overdue(Outcome.DUE, due, date(2026, 7, 1))
    assert not any(overdue(each, due, date(2030, 1, 1)) for each in Outcome if each != "due")


@pytest.mark.parametrize(
    ("looked", "why"),
    [
        (Looked(Outcome.DUE), None),
        (Looked(Outcome.DUE, closed=True), Hindrance.CLOSED),
        (Looked(Outcome.CARRIED), Hindrance.SETTLED),
        (Looked(Outcome.DUE, waits=True, in_force=False), Hindrance.WAITS),
        (Looked(Outcome.DUE, in_force=False), Hindrance.NOTHING_IN_FORCE),
        (Looked(Outcome.DUE, same=False, to_renew=True), Hindrance.TO_RENEW),
        (Looked(Outcome.DUE, same=False), Hindrance.DIFFERS),
        (Looked(Outcome.DUE, to_renew=True), Hindrance.TO_RENEW),
    ],
)
def test_the_first_thing_that_hinders_is_told(looked, why):
    assert hindrance(looked) is why


@pytest.mark.parametrize(
    ("held", "has_chief", "chief_holds", "role"),
    [
        (True, True, False, Role.CHIEF),
        (True, True, True, Role.LEADER),  # the chief's own post
        (False, True, False, Role.LEADER),  # an office's map, or a vacant post
        (True, False, False, Role.LEADER),
    ],
)
def test_nobody_says_of_their_own_work_alone_that_it_is_still_right(
    held, has_chief, chief_holds, role
):
    assert signing_role(held=held, has_chief=has_chief, chief_holds=chief_holds) is role


@pytest.mark.parametrize(
    ("role", "roles", "own", "keeps_it", "why"),
    [
        (Role.CHIEF, {Role.CHIEF}, False, True, None),
        (Role.CHIEF, {Role.LEADER}, False, False, NotSigner.CHIEF_SIGNS),
        (Role.CHIEF, {Role.CHIEF}, True, True, NotSigner.OWN_POST),
        (Role.LEADER, {Role.LEADER}, False, False, None),
        (Role.LEADER, {Role.CHIEF}, False, True, NotSigner.LEADER_SIGNS),
        (Role.LEADER, {Role.LEADER}, True, False, NotSigner.OWN_POST),
        (Role.LEADER, {Role.LEADER}, False, True, NotSigner.KEEPS_IT),
    ],
)
def test_who_carries_a_map_forward_and_who_does_not(role, roles, own, keeps_it, why):
    assert not_signer(role, roles=roles, own=own, keeps_it=keeps_it) is why

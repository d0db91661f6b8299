"""Which boxes have to be signed at which level, in which order, and by whom."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmap.accounts.roles import Role
from riskmap.register.rating import Level
from riskmap.revisions.sign_offs import (
    Paper,
    Signer,
    SignOffRole,
    refusal,
    required,
    signed_at,
    waits_for,
)


def test_a_low_map_is_signed_by_its_filler_and_the_head_of_its_office() -> None:
    assert required(Level.LOW) == (SignOffRole.FILLER, SignOffRole.HEAD)


def test_a_map_without_risks_is_signed_as_a_low_one() -> None:
    assert required(None) == required(Level.LOW)


def test_a_medium_map_needs_the_leader_in_charge_as_well() -> None:
    assert required(Level.MEDIUM) == (*required(Level.LOW), SignOffRole.LEADER)


def test_a_high_map_goes_on_to_legal_review_the_party_group_and_discipline_filing() -> None:
    later = required(Level.HIGH)[3:]

    assert later == (
        SignOffRole.LEGAL,
        SignOffRole.PRINCIPAL,
        SignOffRole.PARTY_GROUP,
        SignOffRole.DISCIPLINE,
    )
    assert [role for role in later if role.numbered] == [
        SignOffRole.PARTY_GROUP,
        SignOffRole.DISCIPLINE,
    ]


def test_boxes_are_signed_in_the_order_in_which_they_stand() -> None:
    assert [role.place for role in SignOffRole] == list(range(len(SignOffRole)))


# Who may sign a box


DAY = date(2026, 3, 2)
ROLES = st.frozensets(st.sampled_from(Role))
PAPERS = st.builds(
    lambda level, count, has_holder, by_chief: Paper(
        level, DAY, [(box, DAY) for box in required(level)[:count]], has_holder, by_chief
    ),
    st.sampled_from(Level), st.integers(0, 7), st.booleans(), st.booleans(),
)  # fmt: skip
SIGNERS = st.builds(Signer, ROLES, st.booleans(), st.booleans(), st.booleans())
BOXES = st.sampled_from(SignOffRole)


@given(PAPERS, BOXES, SIGNERS)
def test_own_work_is_never_signed_off(paper: Paper, box: SignOffRole, signer: Signer) -> None:
    why = refusal(paper, box, signer, DAY, DAY, "1")

    if box is not SignOffRole.FILLER and (signer.handed_in or signer.own or signer.filled):
        assert why is not None


@given(PAPERS, BOXES, SIGNERS)
def test_only_the_next_box_is_signed(paper: Paper, box: SignOffRole, signer: Signer) -> None:
    if refusal(paper, box, signer, DAY, DAY, "1") is None:
        assert box is paper.next


@given(PAPERS, SIGNERS)
def test_a_paper_waits_for_exactly_those_who_may_sign_its_next_box(
    paper: Paper, signer: Signer
) -> None:
    may = paper.next is not None and refusal(paper, paper.next, signer, DAY, DAY, "1") is None

    assert waits_for(paper, signer) == may


@pytest.mark.parametrize(
    ("before", "after", "at"),
    [
        (None, None, Level.LOW),
        (None, Level.HIGH, Level.HIGH),
        (Level.HIGH, Level.LOW, Level.HIGH),
        (Level.HIGH, None, Level.HIGH),
        (Level.MEDIUM, Level.LOW, Level.MEDIUM),
        (Level.LOW, Level.MEDIUM, Level.MEDIUM),
        (Level.MEDIUM, Level.MEDIUM, Level.MEDIUM),
    ],
)
def test_a_map_is_signed_at_the_worse_of_what_it_was_and_what_it_becomes(
    before: Level | None, after: Level | None, at: Level
) -> None:
    assert signed_at(before, after) is at


@pytest.mark.parametrize(
    ("box", "role", "for_the_chief"),
    [
        (SignOffRole.HEAD, Role.CHIEF, Role.LEADER),
        (SignOffRole.LEADER, Role.LEADER, Role.LEADER),
        (SignOffRole.LEGAL, Role.LEGAL, Role.LEGAL),
        (SignOffRole.PRINCIPAL, Role.HEAD, Role.HEAD),
        (SignOffRole.PARTY_GROUP, Role.HEAD, Role.HEAD),
        (SignOffRole.DISCIPLINE, Role.DISCIPLINE, Role.DISCIPLINE),
    ],
)
def test_a_box_is_signed_by_its_role_and_in_the_chief_s_place_by_the_leader(
    box: SignOffRole, role: Role, for_the_chief: Role
) -> None:
    before = [(each, DAY) for each in required(Level.HIGH) if each.place < box.place]

    for by_chief, right in ((False, role), (True, for_the_chief)):
        paper = Paper(Level.HIGH, DAY, before, by_chief=by_chief)
        may = {
            each
            for each in Role
            if refusal(paper, box, Signer(frozenset({each})), DAY, DAY, "1") is None
        }
        assert may == {right}


@given(st.dates(), st.dates(), st.dates())
def test_days_never_go_back_and_never_lie_ahead(last: date, day: date, today: date) -> None:
    paper = Paper(Level.HIGH, date.min, [(SignOffRole.FILLER, last)])
    chief = Signer(frozenset({Role.CHIEF}))

    why = refusal(paper, SignOffRole.HEAD, chief, day, today)

    assert (why is None) == (last <= day <= today)

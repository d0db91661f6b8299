"""Which boxes have to be signed at which level."""

from riskmap.register.rating import Level
from riskmap.revisions.sign_offs import SignOffRole, required


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

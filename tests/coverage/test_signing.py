"""Sign-off: every box that a level asks for, in order, by others; and what is in force is whole."""

from dataclasses import replace
from datetime import timedelta

import pytest

from riskmap.coverage.gaps import Kind
from riskmap.register.rating import Level
from riskmap.revisions.sign_offs import SignOffRole as Box
from tests.coverage import planting

HIGH = "FZ-U1-K02-G01"  # of level high: all seven boxes


def signed(facts, code=HIGH):
    return facts.map_by_code[code].signed


def resigned(facts, **columns):
    """Return facts in which a map was signed off otherwise."""
    how = replace(signed(facts), **columns)
    return planting.drawn(facts, HIGH, lambda each: replace(each, signed=how))


def box_signed(facts, box, **columns):
    """Return facts in which a box was signed otherwise."""
    boxes = tuple(
        replace(each, **columns) if each.box is box else each for each in signed(facts).signatures
    )
    return resigned(facts, signatures=boxes)


def abouts(facts, after, rule="G10"):
    gaps = planting.new(facts, after, rule)
    assert {(gap.subject.kind, gap.subject.code) for gap in gaps} <= {(Kind.MAP, HIGH)}
    return [gap.about for gap in gaps]


def test_a_map_that_nobody_signed_off_is_found(facts):
    after = planting.drawn(facts, HIGH, lambda each: replace(each, signed=None))

    assert abouts(facts, after) == ["unsigned"]


def test_where_nothing_is_signed_off_yet_that_is_said_once(facts):
    after = replace(facts, maps=tuple(replace(each, signed=None) for each in facts.maps))

    (gap,) = planting.found(after, "G10").values()
    assert (gap.subject.kind, gap.node) == (Kind.BUREAU, "")
    assert f"None of the {len(facts.maps)} maps" in gap.message.text()


def test_working_copies_need_no_signature(facts):
    after = replace(
        facts, draft=True, maps=tuple(replace(each, signed=None) for each in facts.maps)
    )

    assert planting.found(after, "G10") == {}


@pytest.mark.parametrize("box", Box)
def test_every_box_that_the_level_asks_for_is_signed(facts, box):
    left = tuple(each for each in signed(facts).signatures if each.box is not box)

    assert abouts(facts, resigned(facts, signatures=left)) == [box.value]


def test_the_level_that_it_was_signed_at_counts(facts):
    two = signed(facts).signatures[:2]

    assert abouts(facts, resigned(facts, signatures=two, level=Level.LOW)) == []
    assert abouts(facts, resigned(facts, signatures=two, level=Level.MEDIUM)) == [Box.LEADER.value]


@pytest.mark.parametrize("box", [each for each in Box if each is not Box.FILLER])
def test_who_filled_a_map_in_signs_no_other_box(facts, box):
    first = signed(facts).signatures[0].signer

    assert abouts(facts, box_signed(facts, box, signer=first)) == [f"own {box.value}"]


def test_two_later_boxes_may_be_signed_by_one_person(facts):
    leader = next(each for each in signed(facts).signatures if each.box is Box.LEADER)

    assert abouts(facts, box_signed(facts, Box.LEGAL, signer=leader.signer)) == []


def test_boxes_are_signed_in_their_order(facts):
    first = signed(facts).signatures[0]
    before = first.day - timedelta(days=1)

    assert abouts(facts, box_signed(facts, Box.HEAD, day=first.day)) == []
    assert abouts(facts, box_signed(facts, Box.HEAD, day=before)) == [f"order {Box.HEAD.value}"]


def test_no_signature_bears_a_day_to_come(facts):
    last = Box.DISCIPLINE

    assert abouts(facts, box_signed(facts, last, day=facts.day)) == []
    after = box_signed(facts, last, day=facts.day + timedelta(days=1))
    assert abouts(facts, after) == [f"future {last.value}"]


@pytest.mark.parametrize("box", [Box.PARTY_GROUP, Box.DISCIPLINE])
def test_a_box_of_a_paper_gives_its_number(facts, box):
    assert abouts(facts, box_signed(facts, box, number="  ")) == [f"number {box.value}"]


def test_who_fills_a_post_s_map_in_holds_the_post(facts):
    other = next(
        code
        for code in facts.persons
        if code not in {each.person for each in facts.holdings_of[HIGH]}
    )

    assert abouts(facts, box_signed(facts, Box.FILLER, person=other)) == ["holder"]
    vacant = replace(facts, holdings=tuple(each for each in facts.holdings if each.post != HIGH))
    after = replace(box_signed(facts, Box.FILLER, person=other), holdings=vacant.holdings)
    assert abouts(facts, after) == []


def test_a_text_that_is_not_what_was_approved_is_found(facts):
    assert abouts(facts, resigned(facts, whole=False), "G24") == ["altered"]


@pytest.mark.parametrize(("numbers", "found"), [((1, 2, 3), []), ((1, 3), ["numbers"])])
def test_revisions_are_numbered_one_after_another(facts, numbers, found):
    assert abouts(facts, resigned(facts, numbers=numbers, number=3), "G24") == found


def test_a_revision_after_the_first_says_what_is_new(facts):
    assert abouts(facts, resigned(facts, silent=(2,), numbers=(1, 2)), "G24") == ["silent"]

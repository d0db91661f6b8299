"""Codes are issued once: which comes next, and which may not be issued."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmap.organisation.codes import names_a_second_map, next_code, taken, usual_stem


@pytest.mark.parametrize(
    ("issued", "stem", "digits", "proposed"),
    [
        ((), "FZ-U1-K", 2, "FZ-U1-K01"),
        (("FZ-U1-K14", "FZ-U1-K02"), "FZ-U1-K", 2, "FZ-U1-K15"),
        (("FZ-U1-K99",), "FZ-U1-K", 2, "FZ-U1-K100"),
        (("RY-001", "RY-161"), "RY-", 3, "RY-162"),
        (("FZ-U9",), "FZ-U", 1, "FZ-U10"),
        (("FZ-U1-K13-G04", "FZ-U1-K13"), "FZ-U1-K13-G", 2, "FZ-U1-K13-G05"),
        (("FZ-U1-K13-G04", "FZ-U1-Kx"), "FZ-U1-K", 2, "FZ-U1-K01"),
        (("FZ-U1-K٣",), "FZ-U1-K", 2, "FZ-U1-K01"),
    ],
)
def test_the_next_code_follows_the_highest_number(issued, stem, digits, proposed):
    assert next_code(issued, stem, digits) == proposed


@given(st.sets(st.integers(0, 9999).map(lambda each: f"K{each:02}")))
def test_no_code_is_proposed_that_was_issued(issued):
    assert not taken(next_code(issued, "K", 2), issued)


def test_a_bureau_s_own_way_of_numbering_is_gone_on_with():
    assert usual_stem(["甲-1", "甲-2", "RY-001"], "RY-") == "甲-"
    assert usual_stem([], "RY-") == "RY-"


def test_capitals_make_no_other_code():
    assert taken("fz-u1-k13", {"FZ-U1-K13"})
    assert not taken("FZ-U1-K1", {"FZ-U1-K13"})


@pytest.mark.parametrize(
    ("code", "says"), [("FZ-U1-S2", True), ("fz-u1-s12", True), ("FZ-S2-K1", False), ("S2", False)]
)
def test_codes_of_second_maps_are_kept_for_maps(code, says):
    assert names_a_second_map(code) is says

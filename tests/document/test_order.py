"""What moved among things that stand in a new order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmap.document.order import joined, staying, woven

LISTS = st.lists(st.integers(0, 12), unique=True)


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ("abcdef", "abcdef", ""),
        ("abcdef", "axbcdef", ""),
        ("abcdef", "abdef", ""),
        ("abcdef", "fabcde", "f"),
        ("abcdef", "bcadef", "a"),
        ("abcdef", "axcdebf", "b"),
        ("", "abc", ""),
        ("abc", "", ""),
    ],
)
def test_only_what_was_moved_counts_as_moved(old, new, moved):
    assert set(old) & set(new) - staying(old, new) == set(moved)


@given(LISTS, LISTS)
def test_what_stays_is_in_one_order_and_nothing_can_be_added_to_it(old, new):
    kept = staying(old, new)

    assert [each for each in old if each in kept] == [each for each in new if each in kept]
    for other in set(old) & set(new) - kept:
        more = kept | {other}
        assert [each for each in old if each in more] != [each for each in new if each in more]


@given(LISTS, LISTS)
def test_joined_holds_everything_once_and_keeps_the_first_order(first, second):
    found = joined(first, second)

    assert sorted(found) == sorted({*first, *second})
    assert [each for each in found if each in first] == first


def test_what_is_put_back_stands_behind_what_it_followed():
    assert joined("abd", "abcd") == list("abcd")
    assert joined("bc", "abc") == list("abc")
    assert woven("abd", "axcd", "axd") == list("axd")

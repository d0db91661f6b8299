"""Which passwords will do, and how they are kept."""

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmap.accounts import passwords
from riskmap.accounts.passwords import Rules, generated, hashed, matches, outdated, problems

STRICT = Rules(length=8, classes=3, days=90)
LONG = Rules(length=15, classes=1, days=0)
CASES = {
    "too short by one": ("Ab3-efg", STRICT, False),
    "just long enough": ("Ab3-efgh", STRICT, True),
    "of 64 signs": ("Ab1-" * 16, STRICT, True),
    "of 128 signs": ("Ab1-" * 32, STRICT, True),
    "of more than 128 signs": ("Ab1-" * 32 + "x", STRICT, False),
    "of two kinds of sign": ("abcdefgh12", STRICT, False),
    "of three kinds of sign": ("abcdefgh12-", STRICT, True),
    "with Chinese for signs": ("窗口受理岗Ab1窗口", STRICT, True),
    "with the name in it": ("Xinren-2026-x", STRICT, False),
    "with the name in full width": ("ＸＩＮＲＥＮ-2026-x", STRICT, False),
    "of those that are tried first": ("Password123!", STRICT, False),
    "of few different signs": ("Aa1Aa1Aa1Aa1", STRICT, False),
    "long and plain where that is the rule": ("correct horse battery", LONG, True),
    "complex and short where length is the rule": ("Ab3-efgh", LONG, False),
}


@pytest.mark.parametrize(("password", "rules", "will_do"), CASES.values(), ids=CASES)
def test_a_password(own: Flask, password: str, rules: Rules, will_do: bool) -> None:
    with own.test_request_context():
        said = problems(password, "xinren", rules)

    assert (said == []) is will_do


def test_a_password_may_be_pasted_with_blanks_in_it(own: Flask) -> None:
    with own.test_request_context():
        assert problems(" Ab3 efgh ", "xinren", STRICT) == []
    kept = hashed(" Ab3 efgh ")
    assert matches(kept, " Ab3 efgh ")
    assert not matches(kept, "Ab3 efgh")


def test_a_password_is_kept_as_an_argon2_hash_with_a_salt_of_its_own() -> None:
    one, other = hashed("Ab3-efgh"), hashed("Ab3-efgh")

    assert one.startswith("$argon2id$")
    assert one != other
    assert matches(one, "Ab3-efgh")
    assert not matches(one, "ab3-efgh")
    assert not matches(None, "Ab3-efgh")
    assert not matches("no hash", "Ab3-efgh")


def test_full_width_signs_are_the_same_as_plain_ones() -> None:
    assert matches(hashed("Ａｂ３－ｅｆｇｈ"), "Ab3-efgh")


def test_a_hash_of_weaker_parameters_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = hashed("Ab3-efgh")
    assert not outdated(kept)

    monkeypatch.setattr(passwords, "_hasher", passwords.PasswordHasher(time_cost=9))

    assert outdated(kept)


@given(st.integers(1, 64), st.integers(1, 4))
@settings(max_examples=50, deadline=None)
def test_a_generated_password_keeps_the_rules(length: int, classes: int) -> None:
    rules = Rules(length=length, classes=classes)
    app = Flask("test")
    Babel(app)
    with app.test_request_context():
        found = generated("xinren", rules)

        assert problems(found, "xinren", rules) == []
    assert not set(found) & set("Il1O0")


def test_no_two_generated_passwords_are_the_same(own: Flask) -> None:
    with own.test_request_context():
        assert len({generated("xinren", STRICT) for _ in range(50)}) == 50

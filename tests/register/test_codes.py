"""The code that is proposed for a new row."""

import pytest

from riskmap.register.codes import below, next_code, picked


@pytest.mark.parametrize(
    ("stem", "taken", "digits", "siblings", "proposed"),
    [
        ("FX-01", ["FX-0101", "FX-0107", "FX-0203"], 2, (), "FX-0108"),
        ("FX-07", ["FX-0101", "FX-0603"], 2, (), "FX-0701"),
        ("FX-01", ["FX-0101", "FX-0199"], 2, (), "FX-01100"),
        ("FG-", ["FG-009", "FG-112", "FG-113"], 3, (), "FG-114"),
        ("CS-0101-", [], 2, (), "CS-0101-01"),
        ("CS-0101-", ["CS-0101-04", "CS-0102-09"], 2, (), "CS-0101-05"),
        ("FG-", ["YJ/1", "YJ/9"], 3, ["YJ/1", "YJ/9"], "YJ/10"),
        ("FG-", ["none", "other"], 3, ["none", "other"], "FG-001"),
        ("QL-", ["QL-1", "QL-0002"], 3, (), "QL-0003"),
    ],
)
def test_the_next_code_follows_the_highest_ever_issued(stem, taken, digits, siblings, proposed):
    assert next_code(stem, taken, digits, siblings) == proposed


def test_codes_of_measures_follow_the_item_s():
    assert below("FX-0101", "CS") == "CS-0101-"
    assert below("alone", "CS") == "CS-alone-"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("工伤认定受理岗 FZ-U1-K13-G01", "FZ-U1-K13-G01"),
        ("FZ-U1", "FZ-U1"),
        ("  工伤 科\u3000FZ-U1 ", "FZ-U1"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_a_picker_s_text_ends_with_the_code(typed, code):
    assert picked(typed) == code

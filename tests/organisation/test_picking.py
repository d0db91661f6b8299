"""What is typed into a picker names one row, or none."""

from dataclasses import dataclass

import pytest

from riskmap.organisation.picking import offered, picked


@dataclass(frozen=True)
class Person:
    code: str
    name: str


PEOPLE = [Person("RY-001", "纪芩"), Person("RY-002", "王伟"), Person("RY-003", "王伟")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RY-001 纪芩", "RY-001"),
        ("RY-001", "RY-001"),
        ("ry-001", "RY-001"),
        ("纪 芩", "RY-001"),
        ("RY-002 王伟", "RY-002"),
        ("王伟", None),
        ("RY-009", None),
        ("", None),
        ("　", None),
    ],
)
def test_a_row_is_picked_by_its_code_or_by_a_name_that_only_it_has(text, found):
    row = picked(text, PEOPLE)

    assert (row.code if row else None) == found


def test_what_is_offered_picks_the_row_it_was_offered_for():
    assert [picked(offered(each), PEOPLE) for each in PEOPLE] == PEOPLE

"""What the database refuses in the organisation."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from riskmap.organisation.models import Bureau
from riskmap.organisation.tree import DutyClass, NodeLevel
from tests.refusals import refused
from tests.rows import (
    make_bureau,
    make_holding,
    make_node,
    make_party,
    make_person,
    make_post,
)

Attempt = Callable[[Session, Bureau], object]


def unit_below_a_unit(session: Session, bureau: Bureau) -> object:
    return make_node(session, bureau, make_node(session, bureau), level=NodeLevel.UNIT)


def office_below_a_post(session: Session, bureau: Bureau) -> object:
    post = make_post(session, bureau)
    return make_node(session, bureau, parent_id=post.id, level=NodeLevel.OFFICE)


def post_below_a_unit(session: Session, bureau: Bureau) -> object:
    unit = make_node(session, bureau)
    return make_node(session, bureau, unit, level=NodeLevel.POST, duty_class=DutyClass.DATA)


def office_held_like_a_post(session: Session, bureau: Bureau) -> object:
    office = make_node(session, bureau, make_node(session, bureau))
    return make_holding(session, make_person(session, bureau), office)


def own_parent(session: Session, bureau: Bureau) -> object:
    return make_node(session, bureau, id=77, parent_id=77, level=NodeLevel.OFFICE)


def held_until(day: date) -> Attempt:
    def attempt(session: Session, bureau: Bureau) -> object:
        person, post = make_person(session, bureau), make_post(session, bureau)
        return make_holding(session, person, post, since=date(2026, 2, 1), until=day)

    return attempt


def held_twice_from_one_day(session: Session, bureau: Bureau) -> object:
    person, post = make_person(session, bureau), make_post(session, bureau)
    make_holding(session, person, post)
    return make_holding(session, person, post)


REFUSED: dict[str, tuple[str, Attempt]] = {
    "a unit with a parent": ("ck_node_only_units_are_roots", unit_below_a_unit),
    "an office without a parent": (
        "ck_node_only_units_are_roots",
        lambda s, b: make_node(s, b, level=NodeLevel.OFFICE),
    ),
    "an office below a post": ("fk_node_bureau_id_parent_id_parent_level", office_below_a_post),
    "a post right below a unit": ("fk_node_bureau_id_parent_id_parent_level", post_below_a_unit),
    "a holding of an office": ("fk_holding_bureau_id_post_id_post_level", office_held_like_a_post),
    "a node that is its own parent": ("ck_node_no_own_parent", own_parent),
    "a post without a duty class": (
        "ck_node_posts_have_duties",
        lambda s, b: make_post(s, b, duty_class=None),
    ),
    "a unit with a duty class": (
        "ck_node_posts_have_duties",
        lambda s, b: make_node(s, b, duty_class=DutyClass.DATA),
    ),
    "a node at a negative position": (
        "ck_node_position_range",
        lambda s, b: make_node(s, b, position=-1),
    ),
    "a node without a name": ("ck_node_name_not_blank", lambda s, b: make_node(s, b, name="  ")),
    "a node named by a Chinese blank": (
        "ck_node_name_not_blank",
        lambda s, b: make_node(s, b, name="\u3000"),
    ),
    "a node without a code": ("ck_node_code_not_blank", lambda s, b: make_node(s, b, code="")),
    "a bureau without a name": ("ck_bureau_name_not_blank", lambda s, b: make_bureau(s, name=" ")),
    "a bureau without a code": ("ck_bureau_code_not_blank", lambda s, b: make_bureau(s, code=" ")),
    "two bureaus of one code": ("uq_bureau_code", lambda s, b: make_bureau(s, code=b.code)),
    "a person without a name": (
        "ck_person_name_not_blank",
        lambda s, b: make_person(s, b, name=" "),
    ),
    "a party without a name": ("ck_party_name_not_blank", lambda s, b: make_party(s, b, name="")),
    "a party at a negative position": (
        "ck_party_position_range",
        lambda s, b: make_party(s, b, position=-1),
    ),
    "two parties of one name": (
        "uq_party_bureau_id_name",
        lambda s, b: (make_party(s, b, name="财政部门"), make_party(s, b, name="财政部门")),
    ),
    "a holding that ends before it starts": (
        "ck_holding_ends_after_start",
        held_until(date(2026, 1, 31)),
    ),
    "a post held twice by one person from one day": (
        "uq_holding_person_id_post_id_since",
        held_twice_from_one_day,
    ),
}


@pytest.mark.parametrize(("constraint", "attempt"), REFUSED.values(), ids=REFUSED)
def test_the_database_refuses(session: Session, constraint: str, attempt: Attempt) -> None:
    bureau = make_bureau(session)

    with refused(constraint):
        attempt(session, bureau)


def test_a_holding_may_end_on_the_day_it_starts(session: Session) -> None:
    assert held_until(date(2026, 2, 1))(session, make_bureau(session))


@pytest.mark.parametrize("make", [make_node, make_person, make_party])
def test_a_code_is_issued_once_in_a_bureau_but_again_in_another(
    session: Session, make: Callable[..., object]
) -> None:
    bureau, other = make_bureau(session), make_bureau(session)
    row = make(session, bureau, code="FZ-U1")

    make(session, other, code="FZ-U1")

    with refused(f"uq_{row.__tablename__}_bureau_id_code"):
        make(session, bureau, code="FZ-U1")

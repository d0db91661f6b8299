"""What the database refuses in account maps."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Bureau, Node
from riskmap.register.models import Measure, StatutoryLimit
from riskmap.register.rating import Level
from riskmap.register.terms import LimitUnit
from tests.refusals import refused
from tests.rows import (
    make_answer,
    make_basis,
    make_bureau,
    make_citation,
    make_item,
    make_limit,
    make_map,
    make_matter,
    make_measure,
    make_node,
    make_party,
    make_risk_point,
    make_span,
    make_step,
    make_transition,
)

Attempt = Callable[[Session, AccountMap], object]


def sibling(session: Session, account_map: AccountMap) -> AccountMap:
    """Return another map of the same node and bureau."""
    return make_map(session, bureau_of(session, account_map), node_of(session, account_map))


def bureau_of(session: Session, account_map: AccountMap) -> Bureau:
    return session.get_one(Bureau, account_map.bureau_id)


def node_of(session: Session, account_map: AccountMap) -> Node:
    return session.get_one(Node, account_map.node_id)


def step(**columns: object) -> Attempt:
    return lambda s, m: make_step(s, m, **columns)


def step_of_two_actors(session: Session, account_map: AccountMap) -> object:
    party = make_party(session, bureau_of(session, account_map))
    return make_step(
        session, account_map, actor_node_id=account_map.node_id, actor_party_id=party.id
    )


def own_detail(session: Session, account_map: AccountMap) -> object:
    return make_step(session, account_map, detail_map_id=account_map.id)


def keys_twice(session: Session, account_map: AccountMap) -> object:
    make_step(session, account_map, key="s1")
    return make_step(session, account_map, key="s1")


def line_keys_twice(session: Session, account_map: AccountMap) -> object:
    one, two, three = (make_step(session, account_map) for _ in range(3))
    make_transition(session, one, two, key="t1")
    return make_transition(session, two, three, key="t1")


def line(**columns: object) -> Attempt:
    return lambda s, m: make_transition(s, make_step(s, m), make_step(s, m), **columns)


def line_twice(session: Session, account_map: AccountMap) -> object:
    one, two = make_step(session, account_map), make_step(session, account_map)
    make_transition(session, one, two, condition="同意")
    return make_transition(session, one, two, condition="同意")


def line_to_itself(session: Session, account_map: AccountMap) -> object:
    one = make_step(session, account_map)
    return make_transition(session, one, one)


def line_to_another_map(session: Session, account_map: AccountMap) -> object:
    there = make_step(session, sibling(session, account_map))
    return make_transition(session, make_step(session, account_map), there)


def line_from_another_map(session: Session, account_map: AccountMap) -> object:
    there = make_step(session, sibling(session, account_map))
    here = make_step(session, account_map)
    return make_transition(session, there, here, map_id=account_map.id)


def risk(**columns: object) -> Attempt:
    def attempt(session: Session, account_map: AccountMap) -> object:
        item = make_item(session, bureau_of(session, account_map))
        return make_risk_point(session, make_step(session, account_map), item, **columns)

    return attempt


def risk_keys_twice(session: Session, account_map: AccountMap) -> object:
    risk(key="r1")(session, account_map)
    return risk(key="r1")(session, account_map)


def risk_on_another_map(session: Session, account_map: AccountMap) -> object:
    there = make_step(session, sibling(session, account_map))
    return risk(step_id=there.id)(session, account_map)


def answer(**columns: object) -> Attempt:
    def attempt(session: Session, account_map: AccountMap) -> object:
        measure = make_measure(session, bureau_of(session, account_map))
        return make_answer(session, risk()(session, account_map), measure, **columns)

    return attempt


def answered_twice(session: Session, account_map: AccountMap) -> object:
    first = answer()(session, account_map)
    measure = session.get_one(Measure, first.measure_id)
    return make_answer(session, first.risk_point, measure)


def answer_on_another_map(session: Session, account_map: AccountMap) -> object:
    there = risk()(session, sibling(session, account_map))
    return answer(risk_point_id=there.id)(session, account_map)


def cited_twice(session: Session, account_map: AccountMap) -> object:
    basis = make_basis(session, bureau_of(session, account_map))
    make_citation(session, account_map, basis)
    return make_citation(session, account_map, basis)


def cited_at_a_negative_position(session: Session, account_map: AccountMap) -> object:
    basis = make_basis(session, bureau_of(session, account_map))
    return make_citation(session, account_map, basis, position=-1)


def span(**columns: object) -> Attempt:
    def attempt(session: Session, account_map: AccountMap) -> object:
        limit = make_limit(session, bureau_of(session, account_map))
        first, last = make_step(session, account_map), make_step(session, account_map)
        return make_span(session, limit, first, last, **columns)

    return attempt


def span_twice(session: Session, account_map: AccountMap) -> object:
    first = span()(session, account_map)
    limit = session.get_one(StatutoryLimit, first.statutory_limit_id)
    return make_span(session, limit, first.first, first.last)


def span_from_another_map(session: Session, account_map: AccountMap) -> object:
    there = make_step(session, sibling(session, account_map))
    return span(first_id=there.id)(session, account_map)


def span_to_another_map(session: Session, account_map: AccountMap) -> object:
    there = make_step(session, sibling(session, account_map))
    return span(last_id=there.id)(session, account_map)


def a_map(**columns: object) -> Attempt:
    return lambda s, m: make_map(s, bureau_of(s, m), **columns)


REFUSED: dict[str, tuple[str, Attempt]] = {
    "a map without a title": ("ck_account_map_title_not_blank", a_map(title="\u3000")),
    "a map without a code": ("ck_account_map_code_not_blank", a_map(code=" ")),
    "a map that issues key 0 next": ("ck_account_map_next_key_range", a_map(next_key=0)),
    "a step without a text": ("ck_step_text_not_blank", step(text=" ")),
    "a step without a key": ("ck_step_key_not_blank", step(key="")),
    "a step numbered 0": ("ck_step_number_range", step(number=0)),
    "a step that nobody does": ("ck_step_min_persons_range", step(min_persons=0)),
    "a step with a limit of nothing": (
        "ck_step_limit_range",
        step(limit_value=0, limit_unit=LimitUnit.DAY),
    ),
    "a step with a limit without a unit": ("ck_step_limit_has_unit", step(limit_value=5)),
    "a step with a unit without a limit": (
        "ck_step_limit_has_unit",
        step(limit_unit=LimitUnit.DAY),
    ),
    "a step that a node and a party do": ("ck_step_one_actor_at_most", step_of_two_actors),
    "a step detailed by its own map": ("ck_step_not_its_own_detail", own_detail),
    "a step's key twice in a map": ("uq_step_map_id_key", keys_twice),
    "a line's key twice in a map": ("uq_transition_map_id_key", line_keys_twice),
    "a line without a key": ("ck_transition_key_not_blank", line(key=" ")),
    "the same line twice": ("uq_transition_source_id_target_id_condition", line_twice),
    "a line from a step to itself": ("ck_transition_no_self_loop", line_to_itself),
    "a line to another map's step": ("fk_transition_map_id_target_id", line_to_another_map),
    "a line from another map's step": ("fk_transition_map_id_source_id", line_from_another_map),
    "a risk point's key twice in a map": ("uq_risk_point_map_id_key", risk_keys_twice),
    "a risk point without a key": ("ck_risk_point_key_not_blank", risk(key=" ")),
    "a risk point without a statement": ("ck_risk_point_statement_not_blank", risk(statement="")),
    "a risk point at a negative position": ("ck_risk_point_position_range", risk(position=-1)),
    "a risk point's level overridden without a reason": (
        "ck_risk_point_override_with_reason",
        risk(override_level=Level.LOW),
    ),
    "a risk point on another map's step": ("fk_risk_point_map_id_step_id", risk_on_another_map),
    "a measure twice on a risk point": (
        "uq_risk_point_measure_risk_point_id_measure_id",
        answered_twice,
    ),
    "a measure at a negative position": (
        "ck_risk_point_measure_position_range",
        answer(position=-1),
    ),
    "a measure on another map's risk point": (
        "fk_risk_point_measure_map_id_risk_point_id",
        answer_on_another_map,
    ),
    "an article cited twice": ("uq_map_basis_map_id_basis_id_article", cited_twice),
    "an article at a negative position": (
        "ck_map_basis_position_range",
        cited_at_a_negative_position,
    ),
    "the same limit span twice": (
        "uq_limit_span_map_id_statutory_limit_id_first_id_last_id",
        span_twice,
    ),
    "a limit span from another map's step": (
        "fk_limit_span_map_id_first_id",
        span_from_another_map,
    ),
    "a limit span to another map's step": ("fk_limit_span_map_id_last_id", span_to_another_map),
}


@pytest.mark.parametrize(("constraint", "attempt"), REFUSED.values(), ids=REFUSED)
def test_the_database_refuses(session: Session, constraint: str, attempt: Attempt) -> None:
    account_map = make_map(session, make_bureau(session))

    with refused(constraint):
        attempt(session, account_map)


@pytest.mark.parametrize("attempt", [step(), line(), risk(), answer(), span()])
def test_the_same_rows_without_the_fault_are_accepted(session: Session, attempt: Attempt) -> None:
    assert attempt(session, make_map(session, make_bureau(session)))


def test_two_maps_may_use_the_same_keys(session: Session) -> None:
    bureau = make_bureau(session)

    for account_map in (make_map(session, bureau), make_map(session, bureau)):
        make_step(session, account_map, key="s1")


def test_a_map_s_code_is_issued_once_in_a_bureau_but_again_in_another(session: Session) -> None:
    bureau = make_bureau(session)
    make_map(session, bureau, code="FZ-U1")

    make_map(session, make_bureau(session), code="FZ-U1")

    with refused("uq_account_map_bureau_id_code"):
        make_map(session, bureau, code="FZ-U1")


def test_a_node_has_one_map_in_use_for_a_matter(session: Session) -> None:
    bureau = make_bureau(session)
    node, matter = make_node(session, bureau), make_matter(session, bureau)
    make_map(session, bureau, node, matter_id=matter.id)

    with refused("uq_account_map_one_per_matter"):
        make_map(session, bureau, node, matter_id=matter.id)


def test_a_node_may_have_a_new_map_for_a_matter_once_the_first_is_retired(session: Session) -> None:
    bureau = make_bureau(session)
    node, matter = make_node(session, bureau), make_matter(session, bureau)
    first = make_map(session, bureau, node, matter_id=matter.id)
    first.retired_on = date(2026, 7, 1)
    session.flush()

    make_map(session, bureau, node, matter_id=matter.id)

    with refused("uq_account_map_one_per_matter"):
        make_map(session, bureau, node, matter_id=matter.id)


def test_two_nodes_may_have_a_map_for_one_matter(session: Session) -> None:
    bureau = make_bureau(session)
    matter = make_matter(session, bureau)

    for _ in range(2):
        make_map(session, bureau, make_node(session, bureau), matter_id=matter.id)


def test_a_node_may_have_several_maps_without_a_matter(session: Session) -> None:
    bureau = make_bureau(session)
    node = make_node(session, bureau)

    for _ in range(2):
        make_map(session, bureau, node)

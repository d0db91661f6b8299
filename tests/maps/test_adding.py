"""Rows that are put in below a map at once are recorded, counted and found like any others."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from riskmap.desk.models import SearchEntry
from riskmap.document.terms import StepKind
from riskmap.history.queries import check_all
from riskmap.maps.adding import add_below
from riskmap.maps.models import Step
from riskmap.organisation.models import Bureau
from tests.history.record import fields, recorded
from tests.rows import make_bureau, make_map, make_step


def typed(*keys: str) -> list[dict[str, Any]]:
    return [
        {"key": key, "number": number, "kind": StepKind.PROCESS, "text": "核对申请材料"}
        for number, key in enumerate(keys, start=1)
    ]


def test_their_record_is_the_one_that_the_session_would_have_made(session: Session) -> None:
    bureau = make_bureau(session)
    by_hand = make_step(session, make_map(session, bureau), key="s1", number=1)
    owner = make_map(session, bureau)

    (number,) = add_below(session, owner, Step, typed("s1"), ("key",))

    wanted, found = recorded(session, "step")
    assert (found.row_id, found.map_id, found.name) == (number, owner.id, "s1")
    assert (wanted.row_id, wanted.name) == (by_hand.id, "s1")
    assert fields(found) == fields(wanted)
    assert [each.broken for each in check_all(session)] == [None]


def test_ids_come_back_in_the_order_of_the_rows(session: Session) -> None:
    owner = make_map(session, make_bureau(session))

    ids = add_below(session, owner, Step, typed("s9", "s2", "s5"), ("key",))

    assert [session.get_one(Step, each).key for each in ids] == ["s9", "s2", "s5"]


def test_they_raise_the_version_and_the_bureau_s_counter_and_are_found(session: Session) -> None:
    bureau = make_bureau(session)
    owner = make_map(session, bureau)
    version, changes = owner.version, session.scalars(select(Bureau.changes)).one()
    assert owner.steps == []

    add_below(session, owner, Step, typed("s1", "s2"), ("key",))
    session.flush()

    assert owner.version == version + 1
    assert session.scalars(select(Bureau.changes)).one() > changes
    assert [each.key for each in owner.steps] == ["s1", "s2"]
    query = select(SearchEntry.target_id).where(SearchEntry.kind == "step")
    assert set(session.scalars(query)) == {each.id for each in owner.steps}


def test_nothing_to_add_changes_nothing(session: Session) -> None:
    owner = make_map(session, make_bureau(session))

    assert add_below(session, owner, Step, [], ("key",)) == []
    assert owner not in session.dirty

"""The table of a revision's moves: only what is listed can be done, here and in the database."""

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from riskmap.db.triggers import STATES
from riskmap.maps.models import AccountMap
from riskmap.revisions.models import Revision
from riskmap.revisions.states import BEGINS, OPEN, STEPS, Move, NotNow, RevisionState, after
from tests.refusals import refused
from tests.rows import CHANGED, make_bureau, make_map, make_revision, make_user

WAYS = {
    "submitted": {
        "sign": "signing",
        "approve": "approved",
        "return": "returned",
        "withdraw": "withdrawn",
    },
    "signing": {
        "sign": "signing",
        "approve": "approved",
        "return": "returned",
        "withdraw": "withdrawn",
    },
    "approved": {"supersede": "superseded", "retire": "retired"},
    "returned": {},
    "withdrawn": {},
    "superseded": {},
    "retired": {},
}
"""Written down by hand: what leads where; everything else is refused."""


@pytest.mark.parametrize("state", RevisionState)
@pytest.mark.parametrize("move", Move)
def test_every_move_in_every_state_does_what_the_table_says(
    state: RevisionState, move: Move
) -> None:
    to = WAYS[state.value].get(move.value)

    if to is not None:
        assert after(state, move) == to
    else:
        with pytest.raises(NotNow) as caught:
            after(state, move)
        assert (caught.value.state, caught.value.move) == (state, move)


def test_the_database_holds_the_same_table() -> None:
    begins, steps = STATES["revision"]

    assert begins == BEGINS
    assert set(steps) == {(old.value, new.value) for old, new in STEPS}


TABLE = Revision.__table__
ENDED = ("superseded", "retired")
IN_FORCE = ("approved", *ENDED)
ROADS: dict[str, tuple[str, ...]] = {
    "submitted": (),
    "signing": ("signing",),
    "approved": ("approved",),
    "returned": ("returned",),
    "withdrawn": ("withdrawn",),
    "superseded": ("approved", "superseded"),
    "retired": ("approved", "retired"),
}


def days(state: str) -> dict[str, object]:
    """Return a state with the days that go with it."""
    day = CHANGED.date()
    return {
        "state": state,
        "approved_on": day if state in IN_FORCE else None,
        "ended_on": day if state in ENDED else None,
    }


def put(session: Session, revision: Revision, state: str) -> None:
    statement = update(TABLE).where(TABLE.c.id == revision.id).values(**days(state))
    session.connection().execute(statement)


def revision_in(session: Session, state: str) -> Revision:
    bureau = make_bureau(session)
    revision = make_revision(session, make_map(session, bureau), make_user(session, bureau))
    for each in ROADS[state]:
        put(session, revision, each)
    return revision


@pytest.mark.parametrize("old", RevisionState)
@pytest.mark.parametrize("new", RevisionState)
def test_the_database_refuses_a_state_that_does_not_follow(
    session: Session, old: RevisionState, new: RevisionState
) -> None:
    revision = revision_in(session, old.value)

    if new is old or new.value in WAYS[old.value].values():
        put(session, revision, new.value)
        session.refresh(revision)
        assert revision.state is new
    else:
        with pytest.raises(IntegrityError, match="revision: no such move"):
            put(session, revision, new.value)


@pytest.mark.parametrize("state", [each for each in RevisionState if each is not BEGINS])
def test_the_database_lets_a_revision_begin_only_as_handed_in(
    session: Session, state: RevisionState
) -> None:
    row = revision_in(session, "withdrawn")
    values = {
        each.name: getattr(row, each.name)
        for each in TABLE.columns
        if each.name not in ("id", "number", "state", "approved_on", "ended_on")
    }

    with pytest.raises(IntegrityError, match="revision: begins as submitted"):
        session.connection().execute(insert(TABLE).values(**values, number=2, **days(state.value)))


@pytest.mark.parametrize("state", OPEN)
def test_a_map_has_one_revision_that_waits_for_signatures_at_most(
    session: Session, state: RevisionState
) -> None:
    row = revision_in(session, state.value)
    user = make_user(session, make_bureau(session))

    with refused("uq_revision_one_open"):
        make_revision(
            session, row_map(session, row), user, number=2, handed_in_by_id=row.handed_in_by_id
        )


def row_map(session: Session, revision: Revision) -> AccountMap:
    return session.get_one(AccountMap, revision.map_id)


def test_a_map_has_one_revision_in_force_at_most(session: Session) -> None:
    row = revision_in(session, "approved")
    user = make_user(session, make_bureau(session))
    second = make_revision(
        session, row_map(session, row), user, number=2, handed_in_by_id=row.handed_in_by_id
    )

    with refused("uq_revision_one_in_force"):
        put(session, second, "approved")


def test_a_word_that_is_no_state_is_refused(session: Session) -> None:
    revision = revision_in(session, "submitted")

    with pytest.raises(IntegrityError, match="revision: no such move"):
        session.connection().exec_driver_sql(
            f"UPDATE revision SET state = 'gossip' WHERE id = {revision.id}"
        )


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("approved_on = '2026-01-05'", "ck_revision_approved_on_a_day"),
        ("ended_on = '2026-01-05'", "ck_revision_ended_on_a_day"),
    ],
)
def test_only_what_was_approved_has_the_days_of_it(
    session: Session, change: str, constraint: str
) -> None:
    revision = revision_in(session, "signing")

    with refused(constraint):
        session.connection().exec_driver_sql(
            f"UPDATE revision SET {change} WHERE id = {revision.id}"
        )

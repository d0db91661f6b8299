"""No row points into another bureau or another map, and none at a row that is gone."""

from collections.abc import Iterator
from itertools import count, cycle

import pytest
from sqlalchemy import ForeignKeyConstraint, delete, insert, inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from riskmap.db.base import Base
from riskmap.db.triggers import KEPT, SEALED
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Bureau
from riskmap.revisions.sign_offs import SignOffRole
from riskmap.rounds.models import Round, RoundEntry
from riskmap.rounds.outcomes import Outcome
from tests.refusals import refused
from tests.rows import (
    code,
    make_bureau,
    make_example,
    make_map,
    make_measure,
    make_node,
    make_round_entry,
)

NUMBERS = count(1_000_000)
UNSIGNED = cycle(each for each in SignOffRole if each is not SignOffRole.FILLER)
NUMBERED = ("audit_run", "edition", "revision", "round", "workbook_import")
ACROSS_BUREAUS = {
    "node": ("parent_id",),
    "holding": ("person_id", "post_id"),
    "item": ("category_id",),
    "measure": ("item_id",),
    "responsibility": ("measure_id", "node_id"),
    "not_applicable": ("item_id", "node_id"),
    "basis": ("replaced_by_id",),
    "statutory_limit": ("basis_id",),
    "account_map": ("node_id", "matter_id"),
    "map_basis": ("map_id", "basis_id"),
    "step": ("map_id", "actor_node_id", "actor_party_id", "basis_id", "detail_map_id"),
    "transition": ("map_id",),
    "risk_point": ("map_id", "item_id"),
    "risk_point_measure": ("map_id", "measure_id"),
    "limit_span": ("map_id", "statutory_limit_id"),
    "user": ("person_id",),
    "user_grant": ("node_id", "user_id"),
    "map_draft": ("map_id", "user_id"),
    "audit_run": ("user_id",),
    "acceptance": ("user_id",),
    "finding": ("node_id", "raised_by_id", "mended_by_id", "closed_by_id"),
    "finding_entry": ("finding_id", "user_id"),
    "evidence": ("finding_id", "entry_id"),
    "job": ("user_id",),
    "workbook_import": ("user_id",),
    "revision": ("map_id", "handed_in_by_id"),
    "edition": ("user_id",),
    "sign_off": ("revision_id", "user_id", "person_id"),
    "round": ("node_id", "started_by_id", "closed_by_id"),
    "round_entry": ("round_id", "map_id", "revision_id", "final_id"),
    "carried_forward": ("round_entry_id", "revision_id", "user_id", "person_id"),
    "revision_remark": ("revision_id", "user_id"),
    "revision_reading": ("revision_id", "user_id"),
}
ACROSS_MAPS = {
    "transition": ("source_id", "target_id"),
    "risk_point": ("step_id",),
    "risk_point_measure": ("risk_point_id",),
    "limit_span": ("first_id", "last_id"),
}
# These say of what level the node must be, in a third column.
LEVELLED = {"parent_id": "_parent_level", "post_id": "_post_level"}
TARGETS = {
    "parent_id": "node",
    "person_id": "person",
    "post_id": "node",
    "category_id": "category",
    "item_id": "item",
    "measure_id": "measure",
    "node_id": "node",
    "replaced_by_id": "basis",
    "basis_id": "basis",
    "matter_id": "matter",
    "map_id": "account_map",
    "actor_node_id": "node",
    "actor_party_id": "party",
    "detail_map_id": "account_map",
    "statutory_limit_id": "statutory_limit",
    "source_id": "step",
    "target_id": "step",
    "step_id": "step",
    "risk_point_id": "risk_point",
    "first_id": "step",
    "last_id": "step",
    "user_id": "user",
    "raised_by_id": "user",
    "mended_by_id": "user",
    "closed_by_id": "user",
    "finding_id": "finding",
    "entry_id": "finding_entry",
    "handed_in_by_id": "user",
    "revision_id": "revision",
    "final_id": "revision",
    "started_by_id": "user",
    "round_id": "round",
    "round_entry_id": "round_entry",
}


def pairs(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(name, column) for name, columns in table.items() for column in columns]


def another_map(session: Session, row: Base) -> AccountMap:
    bureau = session.get_one(Bureau, row.bureau_id)
    return make_map(session, bureau, make_node(session, bureau))


def not_carried(session: Session, entry_id: int) -> int:
    """Return another entry of the same round, of a map that nobody carried forward."""
    entry = session.get_one(RoundEntry, entry_id)
    held = session.get_one(Round, entry.round_id)
    return make_round_entry(session, held, another_map(session, entry)).id


def insert_copy(session: Session, row: Base, column: str, value: int) -> None:
    """Insert the row once more, pointing elsewhere; what must be unique is made so."""
    table = inspect(type(row)).local_table
    values = {each.name: getattr(row, each.name) for each in table.columns if each.name != "id"}
    unique = ("code", "key", "condition", "name_key", "identity")
    values |= {name: code("X") for name in unique if name in values}
    values |= {"number": next(NUMBERS)} if table.name in NUMBERED else {}
    values |= {"actor_node_id": None, "actor_party_id": None} if "actor_node_id" in values else {}
    if table.name == "risk_point_measure":
        values["measure_id"] = make_measure(session, session.get_one(Bureau, row.bureau_id)).id
    if table.name == "revision":  # a map has one at a time that waits
        session.connection().exec_driver_sql("UPDATE revision SET state = 'withdrawn'")
    if table.name == "sign_off":  # a box of a revision is signed once
        values["box"] = next(UNSIGNED)
    if table.name == "round_entry":  # a map is in an open round once
        values |= {"map_id": another_map(session, row).id, "outcome": Outcome.CHANGED}
    if table.name == "carried_forward":  # and is carried forward once
        values["round_entry_id"] = not_carried(session, row.round_entry_id)
        value = not_carried(session, value) if column == "round_entry_id" else value
    if table.name == "revision_reading":  # a user has one for a revision
        session.connection().exec_driver_sql("DELETE FROM revision_reading")
    session.connection().execute(insert(table).values(values | {column: value}))


@pytest.mark.parametrize(("name", "column"), pairs(ACROSS_BUREAUS))
def test_a_row_cannot_point_into_another_bureau(session: Session, name: str, column: str) -> None:
    ours, theirs = make_example(session), make_example(session)
    owner_first = f"fk_{name}_bureau_id_{column}{LEVELLED.get(column, '')}"

    if column == "map_id" and name in ACROSS_MAPS:  # its steps would be elsewhere as well
        with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
            insert_copy(session, ours[name], column, theirs[TARGETS[column]].id)
    else:
        with refused(owner_first):
            insert_copy(session, ours[name], column, theirs[TARGETS[column]].id)


@pytest.mark.parametrize(("name", "column"), pairs(ACROSS_MAPS))
def test_a_row_cannot_point_into_another_map(session: Session, name: str, column: str) -> None:
    bureau = make_bureau(session)
    ours, theirs = make_example(session, bureau), make_example(session, bureau)

    with refused(f"fk_{name}_map_id_{column}"):
        insert_copy(session, ours[name], column, theirs[TARGETS[column]].id)


def test_a_row_may_point_anywhere_in_its_bureau(session: Session) -> None:
    bureau = make_bureau(session)
    ours, theirs = make_example(session, bureau), make_example(session, bureau)
    ours["account_map"].retired_on = ours["account_map"].changed_at.date()
    session.flush()

    for name, column in pairs(ACROSS_BUREAUS):
        target = theirs[TARGETS[column]]
        if column != "map_id":  # a post's parent is an office, not another post
            value = target.parent_id if column == "parent_id" else target.id
            insert_copy(session, ours[name], column, value)


def shared_keys() -> Iterator[tuple[str, str, str]]:
    for table in Base.metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, ForeignKeyConstraint) and len(constraint.columns) > 1:
                owner, column, *_level = constraint.column_keys
                yield owner, table.name, column


def test_every_reference_inside_a_bureau_or_map_is_in_the_tables_above() -> None:
    listed = [("bureau_id", *pair) for pair in pairs(ACROSS_BUREAUS)]
    listed += [("map_id", *pair) for pair in pairs(ACROSS_MAPS)]

    assert sorted(shared_keys()) == sorted(listed)


def test_every_reference_between_rows_of_a_bureau_carries_the_bureau_or_the_map() -> None:
    single = {
        (table.name, constraint.column_keys[0])
        for table in Base.metadata.tables.values()
        for constraint in table.foreign_key_constraints
        if len(constraint.columns) == 1
    }

    # A session has no bureau but its user's, a state of a draft none but the draft's.
    within = {("user_session", "user_id"), ("map_draft_step", "draft_id")}
    assert {column for _, column in single - within} == {"bureau_id"}


REFERENCED = sorted({*TARGETS.values(), "bureau"})


@pytest.mark.parametrize("name", REFERENCED)
def test_a_row_that_another_one_names_cannot_be_deleted(session: Session, name: str) -> None:
    row = make_example(session)[name]
    connection = session.connection()
    if name in (*KEPT, *SEALED):  # the keys must hold by themselves
        on = f" ON {name}" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER {name}_kept{on}")
    table = Base.metadata.tables[name]

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        connection.execute(delete(table).where(table.c.id == row.id))


def test_no_reference_deletes_the_rows_that_hold_it() -> None:
    rules = {
        (constraint.name, constraint.ondelete)
        for table in Base.metadata.tables.values()
        for constraint in table.foreign_key_constraints
        if constraint.ondelete or constraint.onupdate
    }

    assert not rules

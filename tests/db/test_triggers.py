"""Codes and keys never change, and what is retired is never deleted, whoever asks."""

from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from riskmap.db import now
from riskmap.db.base import Base
from riskmap.db.triggers import CLOSED, FIXED, KEPT, SEALED
from riskmap.rounds.outcomes import Outcome
from tests.rows import make_bureau, make_example, make_user

CODES = (
    "account_map",
    "basis",
    "category",
    "finding",
    "item",
    "matter",
    "measure",
    "node",
    "party",
    "person",
    "statutory_limit",
)
KEYS = ("risk_point", "step", "transition")
OWNED = ("limit_span", "map_basis", "risk_point_measure")
NEVER = (
    [(name, "code") for name in CODES]
    + [(name, "bureau_id") for name in CODES]
    + [(name, "key") for name in KEYS]
    + [(name, "map_id") for name in KEYS + OWNED]
)
ASKED = ("kind", "argument", "user_id", "bureau_id")
HANDED_IN = ("content", "number", "user_id", "bureau_id")
NEVER += [("job", column) for column in ASKED]
NEVER += [("workbook_import", column) for column in HANDED_IN]
FROZEN = (
    "document", "digest", "number", "map_id", "map_version", "bureau_id", "level", "signed_at",
    "handed_in_by_id", "handed_in_by", "handed_in_at", "note",
)  # fmt: skip
NEVER += [("revision", column) for column in FROZEN]
BEGUN = (
    "bureau_id", "number", "title", "node_id", "due", "note", "started_on", "started_by_id",
    "started_by",
)  # fmt: skip
NEVER += [("round", column) for column in BEGUN]
NEVER += [("round_entry", each) for each in ("bureau_id", "round_id", "map_id", "revision_id")]
RETIRED = (
    "account_map",
    "basis",
    "category",
    "finding",
    "item",
    "matter",
    "measure",
    "node",
    "party",
    "revision",
    "round",
    "round_entry",
    "statutory_limit",
)
ADDED_TO = (
    "audit_run", "carried_forward", "edition", "evidence", "finding_entry", "revision_remark",
    "sign_off",
)  # fmt: skip
CLOSED_BY = {
    "round": {"closed_on": date(2026, 12, 31), "closed_by": "分管局领导"},
    "round_entry": {"outcome": Outcome.CARRIED},
}
"""What closes a row."""


def another(session: Session, column: str, ours: dict[str, object]) -> object:
    """Return a value of the column that nothing but the trigger refuses."""
    if column == "bureau_id":
        return make_bureau(session).id
    if column == "map_id":
        return make_example(session, ours["bureau"])["account_map"].id
    if column in ("user_id", "handed_in_by_id", "started_by_id"):
        return make_user(session, ours["bureau"]).id
    if column in ("node_id", "round_id", "revision_id"):
        return make_example(session, ours["bureau"])[column.removesuffix("_id")].id
    if column in ("due", "started_on"):
        return date(2026, 1, 9)
    others = {"number": 1_000_000, "map_version": 99, "content": b"another"}
    return others.get(column, now() if column == "handed_in_at" else "NEW-1")


def words(name: str) -> str:
    columns = next(columns for table, columns in FIXED if table == name)
    return f"{name}: {' and '.join(columns)} never change"


@pytest.mark.parametrize(("name", "column"), NEVER)
def test_a_code_or_key_never_changes_by_an_object(session: Session, name: str, column: str) -> None:
    ours = make_example(session)
    setattr(ours[name], column, another(session, column, ours))

    with pytest.raises(IntegrityError, match=words(name)):
        session.flush()


@pytest.mark.parametrize(("name", "column"), NEVER)
def test_a_code_or_key_never_changes_by_sql(session: Session, name: str, column: str) -> None:
    ours = make_example(session)
    value = another(session, column, ours)
    table = Base.metadata.tables[name]
    statement = update(table).where(table.c.id == ours[name].id).values({column: value})

    with pytest.raises(IntegrityError, match=words(name)):
        session.connection().execute(statement)


@pytest.mark.parametrize("name", RETIRED)
def test_a_row_that_is_retired_cannot_be_deleted_by_an_object(session: Session, name: str) -> None:
    session.delete(make_example(session)[name])

    with pytest.raises(IntegrityError, match=f"{name}: retire, do not delete"):
        session.flush()


@pytest.mark.parametrize("name", RETIRED)
def test_a_row_that_is_retired_cannot_be_deleted_by_sql(session: Session, name: str) -> None:
    row = make_example(session)[name]

    with pytest.raises(IntegrityError, match=f"{name}: retire, do not delete"):
        session.connection().exec_driver_sql(f"DELETE FROM {name} WHERE id = {row.id}")


def test_the_tables_above_are_the_triggers_there_are() -> None:
    assert sorted(NEVER) == sorted((name, column) for name, columns in FIXED for column in columns)
    assert sorted(RETIRED) == sorted(KEPT)
    assert set(CLOSED_BY) == {table for table, _column in CLOSED}
    assert set(SEALED) == {"change", *ADDED_TO}  # tests/history/test_append_only.py tries it


@pytest.mark.parametrize("name", ADDED_TO)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_what_is_only_added_to_is_neither_changed_nor_deleted(
    session: Session, name: str, statement: str
) -> None:
    make_example(session)

    with pytest.raises(IntegrityError, match=f"{name}: only ever added to"):
        session.connection().exec_driver_sql(statement.format(name))


@pytest.mark.parametrize("name", CLOSED_BY)
def test_what_is_closed_is_closed_once_and_never_changes_again(session: Session, name: str) -> None:
    row = make_example(session)[name]
    for column, value in CLOSED_BY[name].items():
        setattr(row, column, value)
    session.flush()

    with pytest.raises(IntegrityError, match=f"{name}: never changes once it has its"):
        session.connection().exec_driver_sql(f"UPDATE {name} SET id = id WHERE id = {row.id}")


def test_writing_the_same_code_again_is_no_change(session: Session) -> None:
    node = make_example(session)["node"]

    session.connection().exec_driver_sql(
        f"UPDATE node SET code = code, name = '稽核科' WHERE id = {node.id}"
    )

    session.refresh(node)
    assert node.name == "稽核科"


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_sqlite_s_replace_does_not_delete_past_the_trigger(session: Session) -> None:
    matter = make_example(session)["matter"]

    with pytest.raises(IntegrityError, match="retire, do not delete"):
        session.connection().exec_driver_sql(
            "INSERT OR REPLACE INTO matter (id, bureau_id, code, name, kind) "
            f"VALUES ({matter.id}, {matter.bureau_id}, 'QL-NEW', '信访', '其他')"
        )

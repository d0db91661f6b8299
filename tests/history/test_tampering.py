"""Whoever writes past riskmap, triggers dropped, into the record is found: where, and how."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.orm import Session

from riskmap.cli import main
from riskmap.db import triggers
from riskmap.db.base import Base
from riskmap.history.chain import digest
from riskmap.history.queries import Known, heads
from tests.databases import closing
from tests.rows import make_bureau, make_node

CHANGES = Base.metadata.tables["change"]
ONE, OTHER = 1, 2
LENGTH = 5
_free = count(900_000)

Run = Callable[..., Result]


@pytest.fixture
def run(database: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return how to run a command on a database with two bureaus, five entries each."""
    with closing(database) as engine, Session(engine) as session:
        for _ in (ONE, OTHER):
            bureau = make_bureau(session)
            make_node(session, bureau)
            make_node(session, bureau)
        session.commit()
        lengths = {chain: head[0] for chain, head in heads(session).items()}
    assert lengths == {ONE: LENGTH, OTHER: LENGTH}
    monkeypatch.setenv("RISKMAP_DATABASE_URL", database)
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def raw(database: str, run: Run) -> Iterator[Connection]:
    """Yield a connection that nothing of riskmap watches, on tables without their triggers."""
    engine = create_engine(database)
    on = " ON change" if engine.dialect.name == "postgresql" else ""
    with engine.connect() as connection:
        for name in triggers.names(engine.dialect.name):
            if name.startswith("change_"):
                connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
        connection.commit()
        yield connection
    engine.dispose()


def do(raw: Connection, *statements: str) -> None:
    for statement in statements:
        done = raw.execute(text(statement))
        assert done.rowcount != 0, statement
    raw.commit()


def renumber(raw: Connection, old: int, new: int) -> None:
    do(raw, f"UPDATE change SET number = {new} WHERE chain = {ONE} AND number = {old}")


def edit(raw: Connection) -> int:
    do(raw, f"UPDATE change SET who = 'nobody' WHERE chain = {ONE} AND number = 3")
    return 3


def delete_first(raw: Connection) -> int:
    do(raw, f"DELETE FROM change WHERE chain = {ONE} AND number = 1")
    return 1


def delete_middle(raw: Connection) -> int:
    do(raw, f"DELETE FROM change WHERE chain = {ONE} AND number = 3")
    return 3


def delete_last(raw: Connection) -> int:
    do(raw, f"DELETE FROM change WHERE chain = {ONE} AND number = {LENGTH}")
    return LENGTH


def reorder(raw: Connection) -> int:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        renumber(raw, old, new)
    return 3


def forged(raw: Connection, number: int) -> dict[str, object]:
    """Return an entry that follows on the one before it, hashed as it ought to be."""
    before = raw.execute(
        select(CHANGES).where(CHANGES.c.chain == ONE, CHANGES.c.number == number - 1)
    ).one()
    entry = before._asdict() | {
        "id": next(_free), "number": number, "who": "forger", "previous": before.hash,
    }  # fmt: skip
    return entry | {"hash": digest(entry)}


def insert(raw: Connection) -> int:
    for number in range(LENGTH, 2, -1):
        renumber(raw, number, number + 1)
    raw.execute(CHANGES.insert().values(forged(raw, 3)))
    do(raw, f"UPDATE chain_head SET number = {LENGTH + 1} WHERE chain = {ONE}")
    return 4  # the third is well made; the one that was third does not follow on it


def append(raw: Connection) -> int:
    raw.execute(CHANGES.insert().values(forged(raw, LENGTH + 1)))
    raw.commit()
    return LENGTH + 1


def swap_chains(raw: Connection) -> int:
    for table, bureau in (("change", ", bureau_id = :to"), ("chain_head", "")):
        for old, new in ((ONE, 99), (OTHER, ONE), (99, OTHER)):
            column = bureau.replace(":to", str(new) if new != 99 else "NULL")
            do(raw, f"UPDATE {table} SET chain = {new}{column} WHERE chain = {old}")
    return 1


def hide_from_its_bureau(raw: Connection) -> int:
    do(raw, f"UPDATE change SET bureau_id = {OTHER} WHERE chain = {ONE} AND number = 2")
    return 2


def drop_head(raw: Connection) -> int:
    do(raw, f"DELETE FROM chain_head WHERE chain = {ONE}")
    return LENGTH


def mend_head(raw: Connection) -> None:
    last = raw.execute(
        select(CHANGES).where(CHANGES.c.chain == ONE).order_by(CHANGES.c.number.desc())
    ).first()
    assert last is not None
    do(raw, f"UPDATE chain_head SET number = {last.number}, hash = '{last.hash}' WHERE chain = 1")


FOUND = (
    edit, delete_first, delete_middle, delete_last, reorder, insert, append, swap_chains,
    hide_from_its_bureau, drop_head,
)  # fmt: skip


@pytest.mark.parametrize("tamper", FOUND, ids=lambda tamper: tamper.__name__)
def test_tampering_is_found_and_the_first_broken_link_is_named(
    run: Run, raw: Connection, tamper: Callable[[Connection], int]
) -> None:
    assert run("verify").exit_code == 0
    number = tamper(raw)

    result = run("verify")

    assert result.exit_code == 1
    assert f"从第 {number} 条断开" in result.output
    assert len([line for line in result.output.splitlines() if line.startswith("错误：")]) == 1


def test_only_the_bureau_whose_chain_is_broken_is_named(run: Run, raw: Connection) -> None:
    edit(raw)

    lines = run("verify").output.splitlines()

    assert [line[:2] for line in lines[:2]] == ["断链", "完整"]
    assert lines[-1].count("条断开") == 1


def test_a_tail_cut_under_a_mended_head_is_found_by_the_head_told_earlier(
    run: Run, raw: Connection
) -> None:
    number, digits = heads(raw)[ONE]
    raw.commit()
    told = Known(ONE, number, digits)
    assert run("verify", "--head", told).exit_code == 0
    do(raw, f"DELETE FROM change WHERE chain = {ONE} AND number > {LENGTH - 2}")
    mend_head(raw)

    without, by_head = run("verify"), run("verify", "--head", told)

    assert without.exit_code == 0  # nothing in the database can tell
    assert by_head.exit_code == 1
    assert f"{ONE}:{LENGTH}" in by_head.output

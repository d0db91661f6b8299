"""A signature that carried a map forward and that somebody altered past riskmap is found."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from riskmap.db import triggers
from riskmap.rounds.verifying import Altered, verify
from tests.rounds.reviewed import Reviewed


def run(session: Session, statement: str) -> None:
    """Do something past riskmap, on tables without their triggers."""
    connection = session.connection()
    postgresql = connection.dialect.name == "postgresql"
    for name in triggers.names(connection.dialect.name):
        table = next((each for each in ("carried_forward", "change") if name.startswith(each)), "")
        if table:
            on = f" ON {table}" if postgresql else ""
            connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
    assert connection.execute(text(statement)).rowcount, statement
    session.expire_all()


WAYS = {
    "who signed": ("UPDATE carried_forward SET who = '别人'", "签字与变更记录不符"),
    "the day": ("UPDATE carried_forward SET day = '2020-01-01'", "签字与变更记录不符"),
    "a signature that is gone": ("DELETE FROM carried_forward", "变更记录里有，库中不见了"),
    "what is recorded of it": (
        "DELETE FROM change WHERE kind = 'carried_forward'",
        "变更记录里没有它",
    ),
    "what is recorded of it, spoilt": (
        "UPDATE change SET details = '{' WHERE kind = 'carried_forward'",
        "变更记录里没有它",
    ),
}


@pytest.mark.parametrize(("statement", "reason"), WAYS.values(), ids=WAYS)
def test_what_was_altered_is_found_and_named(session: Session, statement: str, reason: str) -> None:
    office = Reviewed.low(session)
    office.approved()
    office.carry(office.start())
    assert verify(session.connection()).altered == ()

    run(session, statement)

    found = verify(session.connection()).altered
    assert Altered(office.bureau.id, office.map.code, 1, reason) in found

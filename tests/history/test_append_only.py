"""The record is only ever added to: the database itself refuses the rest, on both engines."""

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from riskmap.db.base import Base
from riskmap.history.models import Change
from tests.history.record import recorded
from tests.rows import make_bureau

CHANGES = Base.metadata.tables["change"]
WAYS = {
    "an update in SQL": text("UPDATE change SET who = 'somebody else'"),
    "an update of one field to itself": text("UPDATE change SET details = details"),
    "a deletion in SQL": text("DELETE FROM change"),
    "an update of the table": update(CHANGES).values(details="{}"),
    "a deletion from the table": delete(CHANGES),
    "an update of the class": update(Change).values(who=""),
    "a deletion of the class": delete(Change),
}


@pytest.mark.parametrize("statement", WAYS.values(), ids=WAYS.keys())
def test_the_record_is_only_ever_added_to(session: Session, statement: object) -> None:
    make_bureau(session)

    with pytest.raises(IntegrityError, match="change: only ever added to"):
        session.execute(statement)  # type: ignore[call-overload]


def test_an_entry_cannot_be_changed_as_an_object(session: Session) -> None:
    make_bureau(session)
    recorded(session)[0].who = "somebody else"

    with pytest.raises(IntegrityError, match="change: only ever added to"):
        session.flush()


def test_an_entry_cannot_be_deleted_as_an_object(session: Session) -> None:
    make_bureau(session)
    session.delete(recorded(session)[0])

    with pytest.raises(IntegrityError, match="change: only ever added to"):
        session.flush()


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_sqlite_s_replace_does_not_write_over_an_entry(session: Session) -> None:
    make_bureau(session)

    with pytest.raises(IntegrityError, match="change: only ever added to"):
        session.execute(text("REPLACE INTO change SELECT * FROM change"))


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_postgresql_s_truncate_is_refused(session: Session) -> None:
    make_bureau(session)

    with pytest.raises(IntegrityError, match="change: only ever added to"):
        session.execute(text("TRUNCATE change"))

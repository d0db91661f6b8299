"""Moments are UTC in the database and aware in Python."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from riskmap.config import ZONE
from riskmap.db import now
from riskmap.maps.models import AccountMap
from tests.rows import make_bureau, make_map

NINE_IN_CHINA = datetime(2026, 1, 5, 9, 30, 15, 123456, tzinfo=ZONE)


def stored(session: Session, moment: datetime) -> AccountMap:
    account_map = make_map(session, make_bureau(session), changed_at=moment)
    session.expire(account_map)
    return account_map


@pytest.mark.parametrize(
    "moment",
    [
        NINE_IN_CHINA,
        NINE_IN_CHINA.astimezone(UTC),
        NINE_IN_CHINA.astimezone(timezone(timedelta(hours=-11))),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    ],
)
def test_a_moment_comes_back_as_the_same_moment_in_utc(session: Session, moment: datetime) -> None:
    account_map = stored(session, moment)

    assert account_map.changed_at == moment
    assert account_map.changed_at.tzinfo is UTC


def test_a_moment_is_shown_in_china_as_it_was_there(session: Session) -> None:
    account_map = stored(session, NINE_IN_CHINA.astimezone(UTC))

    shown = account_map.changed_at.astimezone(ZONE)

    assert shown.isoformat() == "2026-01-05T09:30:15.123456+08:00"


def test_a_moment_without_a_zone_is_refused(session: Session) -> None:
    with pytest.raises(StatementError, match="has no time zone"):
        stored(session, datetime(2026, 1, 5, 9, 30))


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_sqlite_keeps_the_moment_as_utc_text(session: Session) -> None:
    account_map = stored(session, NINE_IN_CHINA)

    text = session.connection().exec_driver_sql(
        f"SELECT changed_at FROM account_map WHERE id = {account_map.id}"
    )

    assert text.scalar_one() == "2026-01-05 01:30:15.123456"


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_postgresql_session_in_another_zone_reads_the_same_moment(session: Session) -> None:
    account_map = stored(session, NINE_IN_CHINA)

    session.connection().exec_driver_sql("SET LOCAL TIME ZONE 'America/New_York'")

    assert account_map.changed_at == NINE_IN_CHINA
    assert account_map.changed_at.tzinfo is UTC


def test_now_is_in_utc() -> None:
    assert now().tzinfo is UTC
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=1)

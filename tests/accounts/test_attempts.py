"""Wrong passwords that arrive at once are all counted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from riskmap.accounts import passwords
from riskmap.accounts.models import Attempt
from riskmap.accounts.signing_in import Lock, Tried, right_user
from riskmap.db.connections import start_writing
from riskmap.history.chain import first_broken
from riskmap.history.models import ChainHead, Change

LOCK = Lock(after=5, time=timedelta(minutes=20))
AT_ONCE, TIMES = 4, 3


@pytest.fixture
def guess_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return how to guess at some names at once, a few times each."""
    monkeypatch.setattr(passwords, "matches", lambda kept, password: False)

    def run(*names: str) -> None:
        together = Barrier(len(names))

        def guess(name: str) -> None:
            together.wait()
            for _ in range(TIMES):
                with Session(engine) as session:
                    start_writing(session)
                    right_user(session, Tried(name, "wrong", None, False), LOCK, here=True)
                    session.commit()

        with ThreadPoolExecutor(len(names)) as pool:
            list(pool.map(guess, names))

    return run


def test_guesses_at_several_unknown_names_at_once_are_all_recorded(
    engine: Engine, guess_at_once: Callable[..., None]
) -> None:
    guess_at_once(*(f"ming{number}" for number in range(AT_ONCE)))

    with Session(engine) as session:
        assert session.scalars(select(Attempt.failures)).all() == [TIMES] * AT_ONCE
        assert session.get_one(ChainHead, 0).number == AT_ONCE * TIMES


def test_guesses_at_one_name_at_once_are_all_counted(
    engine: Engine, guess_at_once: Callable[..., None]
) -> None:
    guess_at_once(*["wuciren"] * AT_ONCE)

    with Session(engine) as session:
        row = session.get_one(Attempt, "wuciren")
        assert row.failures == AT_ONCE * TIMES
        assert row.locked_until is not None
        kinds = session.scalars(select(Change.kind).order_by(Change.number)).all()
        assert kinds.count("sign_in_failed") == AT_ONCE * TIMES
        assert kinds.count("locked") == 1
        head = session.get_one(ChainHead, 0)
        rows = session.scalars(select(Change).order_by(Change.number))
        entries = [{**vars(each)} for each in rows]
        assert first_broken(0, entries, (head.number, head.hash)) is None

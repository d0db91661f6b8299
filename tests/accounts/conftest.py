"""A site of the test's own, and its clock."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from riskmap.db import now
from tests.cli.conftest import made
from tests.web.conftest import own

__all__ = ["made", "own"]

Clock = Callable[..., datetime]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return how to put the clock of accounts forward (or back)."""

    def put(**by: float) -> datetime:
        moment = now() + timedelta(**by)
        for module in ("sessions", "signing_in", "guard", "commands"):
            monkeypatch.setattr(f"riskmap.accounts.{module}.now", lambda: moment)
        return moment

    return put

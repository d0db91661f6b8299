"""What the printing tests share: one drawing engine."""

from collections.abc import Iterator

import pytest

from riskmap.drawing.engine import Engine


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine

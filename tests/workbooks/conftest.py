"""What tests of workbooks share: a file to be handed in, in the words of the screen."""

from collections.abc import Iterator

import pytest

from riskmap.app import create_app
from tests.workbooks.handed_in import HandedIn


@pytest.fixture(scope="session")
def words():
    """The application, for its words alone; its database is asked for nothing."""
    return create_app("sqlite://")


@pytest.fixture
def file(sample_session, words) -> Iterator[HandedIn]:
    """The workbook of the sample, to be changed and handed in."""
    with words.app_context():
        yield HandedIn(sample_session)

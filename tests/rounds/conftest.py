"""Words of rounds outside of pages."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel

from riskmap.history import recording as _recording  # noqa: F401 (listens to every session)


@pytest.fixture
def words() -> Iterator[None]:
    """Let sentences be said in English."""
    app = Flask("words")
    Babel(app, default_locale="en")
    with app.app_context(), app.test_request_context():
        yield

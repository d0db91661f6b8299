"""What the drawing tests share: the sample's documents, and one engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from riskmap.app import create_app
from riskmap.config import sample_folder
from riskmap.db import db, schema
from riskmap.document.model import MapDocument
from riskmap.drawing.engine import Engine
from riskmap.maps.queries import documents
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.sample.loader import load_into, read_sample


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> list[MapDocument]:
    """Return the sample bureau's documents."""
    file = Path(tmp_path_factory.mktemp("sample") / "sample.db")
    app = create_app(f"sqlite:///{file}")
    with app.app_context():
        with schema.changing(db.engine) as connection:
            schema.upgrade(connection)
            load_into(connection, read_sample(sample_folder()))
        found = documents(db.session, Scope(bureaus(db.session)[0]))
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine

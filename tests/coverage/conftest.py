"""The facts of the sample bureau, read once: rules are functions of values, on any database."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from riskmap.config import sample_folder
from riskmap.coverage.facts import Facts
from riskmap.coverage.reading import read
from riskmap.organisation.queries import bureaus
from riskmap.sample.loader import read_sample
from tests.databases import SqliteDatabases, closing, lent


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facts]:
    """The sample's facts on the sample's own day."""
    databases = SqliteDatabases(tmp_path_factory.mktemp("facts"))
    day = read_sample(sample_folder()).organisation.as_of
    with lent(databases, "sample") as url, closing(url) as engine, Session(engine) as session:
        yield read(session, bureaus(session)[0], day)
    databases.close()

"""The facts of the sample bureau, read once."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from riskmap.config import sample_folder
from riskmap.coverage.facts import Facts
from riskmap.coverage.reading import read
from riskmap.organisation.queries import bureaus
from riskmap.sample.loader import read_sample


@pytest.fixture(scope="session")
def facts(shared_sample_engine: Engine) -> Iterator[Facts]:
    """The sample's facts on the sample's own day."""
    with Session(shared_sample_engine) as session:
        day = read_sample(sample_folder()).organisation.as_of
        yield read(session, bureaus(session)[0], day)

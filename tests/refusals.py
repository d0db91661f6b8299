"""What a database says when it refuses a row."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import IntegrityError

SQLITE = {"ck": "CHECK", "fk": "FOREIGN KEY", "uq": "UNIQUE"}


@contextmanager
def refused(constraint: str) -> Iterator[None]:
    """Expect the database to refuse what is done inside, for the constraint of this name.

    SQLite names only its CHECK constraints; PostgreSQL names all.
    """
    with pytest.raises(IntegrityError) as caught:
        yield
    diagnosis = getattr(caught.value.orig, "diag", None)
    if diagnosis is not None:
        assert (diagnosis.constraint_name or "") == constraint
    else:
        kind = constraint[:2]
        name = f": {constraint}" if kind == "ck" else ""
        assert f"{SQLITE[kind]} constraint failed{name}" in str(caught.value.orig)

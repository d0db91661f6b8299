"""Ledgers in the forms bureaus keep them, each read as a person reads it, row by row."""

from typing import Any

import pytest

from riskmap.workbooks.found.ledger import found
from tests.workbooks.found.described import book, ledgers, told

LEDGERS = dict(ledgers())


@pytest.mark.parametrize("name", LEDGERS)
def test_a_ledger_is_read_as_a_person_reads_it(name: str) -> None:
    document: dict[str, Any] = LEDGERS[name]

    assert told(found(book(document))) == document["expected"]

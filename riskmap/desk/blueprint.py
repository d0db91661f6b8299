"""The pages that look across packages: one blueprint, and what each of its views begins with."""

from typing import TypeVar

from flask import Blueprint, abort

from riskmap.accounts.guard import not_for_you
from riskmap.db import db
from riskmap.desk import uses
from riskmap.organisation.scope import Scope

bp = Blueprint("desk", __name__)
Row = TypeVar("Row")


def found(kind: type[Row], scope: Scope, code: str, *, retired: bool = False) -> Row:
    """Return the row of a code; 404 where the bureau has none in use, or none for the reader.

    A `retired` one is shown as well where maps may still point at it.
    """
    row = uses.of_code(db.session, scope, kind, code, retired=retired)
    if row is None:
        abort(404)
    if not uses.holds(db.session, scope, row):
        not_for_you()
    assert isinstance(row, kind)
    return row

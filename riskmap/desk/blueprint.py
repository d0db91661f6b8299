"""The pages that look across packages: one blueprint, and what each of its views begins with."""

from typing import TypeVar

from flask import Blueprint, abort

from riskmap.db import db
from riskmap.desk import uses
from riskmap.organisation.models import Bureau
from riskmap.organisation.queries import bureaus

bp = Blueprint("desk", __name__)
Row = TypeVar("Row")


def bureau() -> Bureau:
    """Return the bureau whose pages are asked for; 404 where there is none yet."""
    found = bureaus(db.session)
    if not found:
        abort(404)
    return found[0]


def found(kind: type[Row], owner: Bureau, code: str) -> Row:
    """Return the row of a code; 404 where the bureau has none in use."""
    row = uses.of_code(db.session, owner, kind, code)
    if row is None:
        abort(404)
    assert isinstance(row, kind)
    return row

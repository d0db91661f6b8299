"""Which maps somebody sees: those in use, of the nodes that may be seen."""

from sqlalchemy import ColumnElement, Select, select

from riskmap.maps.models import AccountMap
from riskmap.organisation.scope import Scope

Conditions = tuple[ColumnElement[bool], ...]


def in_use(scope: Scope) -> Conditions:
    """Return the conditions that an `AccountMap` row is in use and may be seen."""
    found: Conditions = (AccountMap.bureau_id == scope.bureau.id, AccountMap.retired_on.is_(None))
    return found if scope.whole else (*found, AccountMap.node_id.in_(scope.node_ids()))


def map_ids(scope: Scope) -> Select[int]:
    """Return the ids of the maps in use that may be seen, for `column.in_(…)`."""
    return select(AccountMap.id).where(*in_use(scope))

"""Any change at or below a map raises the map's version and its time of change.

SQLAlchemy's `version_id_col` sees only the map's own row; two people who edit different steps of
one map would not meet. So the counter is ours, and changes that pass it by are refused; only
`adding` puts rows in past the session, and sees to the counter.
"""

from sqlalchemy import UpdateBase, event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from riskmap.db import now
from riskmap.maps.models import (
    AccountMap,
    LimitSpan,
    MapBasis,
    RiskPoint,
    RiskPointMeasure,
    Step,
    Transition,
)

BELOW = (LimitSpan, MapBasis, RiskPoint, RiskPointMeasure, Step, Transition)
UNCOUNTED = frozenset({"reviewed_on"})
"""What of a map may change without the map being another: who edits it now loses nothing."""


class UncountedChange(RuntimeError):
    """A bulk statement would change rows below a map without raising its version."""


def touched_maps(session: Session) -> list[AccountMap]:
    """Return the stored maps that the pending changes concern, in order of their codes."""
    maps: dict[int, AccountMap] = {}
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, (AccountMap, *BELOW)):
            continue
        if row in session.dirty and not _counts(session, row):
            continue
        owner = (
            row if isinstance(row, AccountMap) else row.map or session.get(AccountMap, row.map_id)
        )
        if owner is not None and inspect(owner).persistent:
            maps[owner.id] = owner
    return sorted(maps.values(), key=lambda each: each.code)


def _counts(session: Session, row: object) -> bool:
    """Return whether a stored row is changed, and a map in what it is."""
    if not session.is_modified(row):
        return False
    if not isinstance(row, AccountMap):
        return True
    changed = {each.key for each in inspect(row).attrs if each.history.has_changes()}
    return not changed or not changed <= UNCOUNTED


@event.listens_for(Session, "before_flush")
def raise_versions(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Raise the version of every map that this flush changes."""
    with session.no_autoflush:
        for owner in touched_maps(session):
            owner.version += 1
            owner.changed_at = now()


@event.listens_for(Session, "do_orm_execute")
def refuse_uncounted_changes(state: ORMExecuteState) -> None:
    """Refuse INSERT, UPDATE and DELETE statements on maps and what is below them."""
    if not isinstance(state.statement, UpdateBase):
        return
    for each in (AccountMap, *BELOW):
        if state.statement.table == each.__table__:
            raise UncountedChange(f"change {each.__name__} rows one by one, not in bulk")

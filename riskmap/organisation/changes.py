"""Any change of a bureau's rows raises the bureau's counter: what a page was made from, in a word.

A page shows rows of many tables. Two reads under the same counter see the same rows, so a page made
under it may be shown again without looking.
"""

from sqlalchemy import UpdateBase, event, update
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from riskmap.history.recording import bureau_of, kept
from riskmap.organisation.models import Bureau


def _raise(session: Session, bureaus: set[int | None] | None) -> None:
    statement = update(Bureau).values(changes=Bureau.changes + 1)
    if bureaus is not None:
        statement = statement.where(Bureau.id.in_(bureaus))
    session.connection().execute(statement)  # past the session: counting is no change to count


@event.listens_for(Session, "after_flush")
def count_changes(session: Session, _context: UOWTransaction) -> None:
    """Raise the counters of the bureaus whose rows this flush changed."""
    rows = [*session.new, *session.deleted]
    rows += [row for row in session.dirty if session.is_modified(row)]
    found = {bureau_of(row) for row in rows if kept(row)}
    if found:
        _raise(session, found)


@event.listens_for(Session, "do_orm_execute")
def count_statements(execution: ORMExecuteState) -> None:
    """Raise every counter for a statement that changes rows past the session."""
    mapper = execution.bind_mapper
    counts = mapper is None or kept(mapper.class_)
    if isinstance(execution.statement, UpdateBase) and counts:
        _raise(execution.session, None)

"""Imports that are kept: shown first, carried out on demand, undone as one step."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from riskmap.db import AnySession, now
from riskmap.db.connections import start_writing
from riskmap.history.events import Kind, actor
from riskmap.history.recording import note
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import Scope
from riskmap.workbooks.book import Book
from riskmap.workbooks.choices import Choices
from riskmap.workbooks.importing import Outcome, import_book
from riskmap.workbooks.known import Progress, no_progress
from riskmap.workbooks.models import ImportState, WorkbookImport
from riskmap.workbooks.plan import May
from riskmap.workbooks.undoing import undo


class NotNow(RuntimeError):
    """An import that is not in the state that something is done from."""


class Otherwise(RuntimeError):
    """An import that would do something else by now than was shown."""


def preview(
    session: AnySession,
    scope: Scope,
    book: Book,
    may: May,
    choices: Choices | None = None,
    progress: Progress = no_progress,
) -> Outcome:
    """Return what a book would do; nothing of it stays. Ends the session's transaction."""
    try:
        return import_book(session, scope, book, may, progress, choices)
    finally:
        session.rollback()
        start_writing(session)


def keep(
    session: AnySession,
    bureau_id: int,
    *,
    name: str,
    content: bytes,
    outcome: Outcome | None,
    choices: Choices | None = None,
) -> WorkbookImport:
    """Keep a file with what it would do, None where that is still to be found, and flush."""
    bureau = session.get_one(Bureau, bureau_id, with_for_update={"key_share": True})
    last = session.scalar(
        select(func.max(WorkbookImport.number)).where(WorkbookImport.bureau_id == bureau.id)
    )
    row = WorkbookImport(
        bureau_id=bureau.id,
        number=(last or 0) + 1,
        user_id=actor().user_id,
        who=actor().name[:100],
        at=now(),
        name=name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        outcome=outcome.to_json() if outcome else "",
        state=ImportState.SHOWN,
        choices=choices.to_json() if choices else "",
    )
    session.add(row)
    session.flush()
    return row


def mine(
    session: AnySession, scope: Scope, user_id: int, most: int = 50
) -> Sequence[WorkbookImport]:
    """Return the imports that a user handed in, the newest first."""
    query = select(WorkbookImport).where(
        WorkbookImport.bureau_id == scope.bureau.id, WorkbookImport.user_id == user_id
    )
    return session.scalars(query.order_by(WorkbookImport.number.desc()).limit(most)).all()


def of_number(
    session: AnySession, bureau: Bureau, number: int, *, locked: bool = False
) -> WorkbookImport | None:
    """Return a bureau's import with its outcome; `locked` until the transaction ends."""
    query = select(WorkbookImport).where(
        WorkbookImport.bureau_id == bureau.id, WorkbookImport.number == number
    )
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    wanted = undefer(WorkbookImport.outcome), undefer(WorkbookImport.choices)
    return session.scalars(query.options(*wanted)).one_or_none()


def choices_of(row: WorkbookImport) -> Choices | None:
    """Return how an import's ledger is to be read, None for a workbook of ours."""
    return Choices.from_json(row.choices) if row.choices else None


def carry_out(
    session: AnySession,
    scope: Scope,
    row: WorkbookImport,
    book: Book,
    may: May,
    progress: Progress = no_progress,
) -> Outcome:
    """Do what was shown of an import and flush.

    Raises `NotNow`; and `Otherwise`, the import then showing what it would do by now, where that
    is not what was shown: whoever asked rolls back to before and decides again.
    """
    if row.state is not ImportState.SHOWN or not row.outcome:
        raise NotNow(row.number)
    shown = Outcome.from_json(row.outcome)
    done = import_book(session, scope, book, may, progress, choices_of(row))
    if told(done) != told(shown):
        raise Otherwise(row.number)
    row.state, row.done_at, row.outcome = ImportState.DONE, now(), done.to_json()
    note(session, Kind.IMPORTED, scope.bureau.id, row.name, number=row.number, **counts(done))
    session.flush()
    return done


def told(outcome: Outcome) -> list[tuple[str, ...]]:
    """Return what an outcome says to who reads it, by which two are the same."""
    return [
        (each.what, each.sheet, each.cell, each.old, each.new, each.reason)
        for each in outcome.entries
    ]


def counts(outcome: Outcome) -> dict[str, int]:
    """Return how many rows were added, changed, removed and refused."""
    return {each: outcome.rows.get(each, 0) for each in ("added", "changed", "removed", "refused")}


def take_back(
    session: AnySession,
    scope: Scope,
    row: WorkbookImport,
    may: May,
    progress: Progress = no_progress,
) -> None:
    """Undo an import and flush; raises `NotNow` and `CannotUndo`."""
    if row.state is not ImportState.DONE:
        raise NotNow(row.number)
    undo(session, scope, Outcome.from_json(row.outcome), may, progress)
    row.state, row.undone_at = ImportState.UNDONE, now()
    note(session, Kind.IMPORT_UNDONE, scope.bureau.id, row.name, number=row.number)
    session.flush()

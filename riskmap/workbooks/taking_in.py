"""The jobs of large imports, outside the request that asked: read, carried out, undone."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm.exc import StaleDataError

from riskmap.accounts.current import me
from riskmap.db import AnySession
from riskmap.jobs.handlers import Argument, JobFailed, Page, Work, job
from riskmap.jobs.progress import Progress, say
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import visible_to_me
from riskmap.web.access import Policy
from riskmap.workbooks import keeping
from riskmap.workbooks.book import Book
from riskmap.workbooks.importing import OtherBureau
from riskmap.workbooks.known import of_step
from riskmap.workbooks.models import WorkbookImport
from riskmap.workbooks.opening import opened_book
from riskmap.workbooks.undoing import CannotUndo

PREVIEW, IMPORT, UNDO = "preview_import", "import", "undo_import"
LARGE = 2000
"""Rows that change from which an import is a job; fewer are done while their reader waits."""

LARGE_FILE = 20_000
"""Rows of a file from which it is a job to find what it would change."""

READING = say("Reading the workbook")
TRYING = say("Finding what would change")
WRITING = say("Writing the maps")
PUTTING_BACK = say("Putting back the maps")
OTHER = say("This workbook was made from the rows of another bureau.")
NOTHING = say("There is nothing to undo.")
CHANGED_AGAIN = say(
    "It cannot be undone as one step any more; nothing was changed. Mend its rows on their pages."
)
CHANGED = say("Rows have changed since the import was shown. Open it, look again, and decide anew.")
DONE = say("This import was carried out already.")


def may(policy: Policy, path: str) -> bool:
    """Return whether who is asking may do something at a path, "" being what is the bureau's."""
    return any((path or "/").startswith(each) for each in me().paths.get(policy, ()))


@job(PREVIEW, title=_l("Reading a workbook"), policy=Policy.IMPORT)
def read_in(work: Work, argument: Argument, progress: Progress) -> Page:
    """Find what the import of a `number` would do; nothing of the bureau's is changed."""
    number, book = argument["number"], _book(work, argument, progress)
    bureau = work.scope.bureau
    work.start_writing()  # what is tried is taken back
    choices = keeping.choices_of(_row(work.session, bureau, number))
    try:
        outcome = keeping.preview(
            work.session, visible_to_me(bureau), book, may, choices, of_step(progress, TRYING)
        )
    except OtherBureau as error:
        raise JobFailed(OTHER) from error
    _row(work.session, bureau, number).outcome = outcome.to_json()
    return Page(f"/workbook/imports/{number}")


@job(IMPORT, title=_l("Taking a workbook in"), policy=Policy.IMPORT)
def take_in(work: Work, argument: Argument, progress: Progress) -> Page:
    """Carry out the import of a `number`, all of it or nothing."""
    number, book = argument["number"], _book(work, argument, progress)
    work.start_writing()
    bureau = work.scope.bureau
    row = _row(work.session, bureau, number)
    try:
        keeping.carry_out(
            work.session, visible_to_me(bureau), row, book, may, of_step(progress, WRITING)
        )
    except keeping.NotNow as error:
        raise JobFailed(DONE) from error
    except (keeping.Otherwise, StaleDataError) as error:
        raise JobFailed(CHANGED) from error
    return Page(f"/workbook/imports/{number}")


@job(UNDO, title=_l("Undoing an import"), policy=Policy.IMPORT)
def take_back(work: Work, argument: Argument, progress: Progress) -> Page:
    """Undo the import of a `number`, all of it or nothing."""
    number, bureau = argument["number"], work.scope.bureau
    work.start_writing()
    row = _row(work.session, bureau, number)
    try:
        keeping.take_back(
            work.session, visible_to_me(bureau), row, may, of_step(progress, PUTTING_BACK)
        )
    except keeping.NotNow as error:
        raise JobFailed(NOTHING) from error
    except CannotUndo as error:
        raise JobFailed(CHANGED_AGAIN) from error
    return Page(f"/workbook/imports/{number}")


def _book(work: Work, argument: Argument, progress: Progress) -> Book:
    """Return what the file of an import says; nothing is held while it is read."""
    progress.report(0, 0, READING)
    row = _row(work.session, work.scope.bureau, argument["number"])
    content, name = row.content, row.name
    work.end_reading()
    return opened_book(content, name)


def _row(session: AnySession, bureau: Bureau, number: int) -> WorkbookImport:
    """Return the import, which nobody else carries out until the transaction ends."""
    found = keeping.of_number(session, bureau, number, locked=True)
    assert found is not None, "imports are kept"
    return found

"""The job that carries a large import out, outside the request that asked for it."""

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
from riskmap.workbooks.models import WorkbookImport
from riskmap.workbooks.opening import opened_book

IMPORT = "import"
LARGE = 2000
"""Rows from which an import is a job; fewer are done while their reader waits."""

READING = say("Reading the workbook")
WRITING = say("Writing the maps")
CHANGED = say("Rows have changed since the import was shown. Open it, look again, and decide anew.")
DONE = say("This import was carried out already.")


def may(policy: Policy, path: str) -> bool:
    """Return whether who is asking may do something at a path, "" being what is the bureau's."""
    return any((path or "/").startswith(each) for each in me().paths.get(policy, ()))


@job(IMPORT, title=_l("Taking a workbook in"), policy=Policy.IMPORT)
def take_in(work: Work, argument: Argument, progress: Progress) -> Page:
    """Carry out the import of a `number`, all of it or nothing."""
    number = argument["number"]
    progress.report(0, 0, READING)
    row = _row(work.session, work.scope.bureau, number)
    content, name = row.content, row.name
    work.end_reading()
    book = opened_book(content, name)
    work.start_writing()
    bureau = work.scope.bureau
    row = _row(work.session, bureau, number)
    try:
        keeping.carry_out(
            work.session, visible_to_me(bureau), row, book, may,
            lambda done, total: progress.report(done, total, WRITING),
        )  # fmt: skip
    except keeping.NotNow as error:
        raise JobFailed(DONE) from error
    except (keeping.Otherwise, StaleDataError) as error:
        raise JobFailed(CHANGED) from error
    return Page(f"/workbook/imports/{number}")


def _row(session: AnySession, bureau: Bureau, number: int) -> WorkbookImport:
    """Return the import, which nobody else carries out until the transaction ends."""
    found = keeping.of_number(session, bureau, number, locked=True)
    assert found is not None, "imports are kept"
    session.refresh(found, ["content"])
    return found

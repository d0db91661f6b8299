"""The jobs that print many maps: the bound atlas, and the sheets of a whole list."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import lazy_gettext as _l

from riskmap.db import today
from riskmap.drawing.engine import DrawingFailed, Engine
from riskmap.jobs.handlers import Argument, File, JobFailed, Page, Work, job
from riskmap.jobs.progress import Progress, say
from riskmap.maps.queries import NoSuchMap
from riskmap.maps.sheets import NothingToBind, atlas_pdf, atlas_title, sheets_pdf
from riskmap.printing.typesetter import TypesettingFailed
from riskmap.revisions import editions
from riskmap.revisions.showing import material, printables
from riskmap.web.access import Policy

ATLAS, SHEETS, EDITION = "atlas", "sheets", "edition"
READING = say("Reading the maps")
GONE = say("One of these maps is no longer in use; ask for them anew.")


@job(ATLAS, title=_l("Atlas of account maps"), policy=Policy.READ)
def bind(work: Work, argument: Argument, progress: Progress) -> File:
    """Bind the maps that who asks may read: as in force, or their working copies if `draft`."""
    progress.report(0, 0, READING)
    of = material(work.session, work.scope, draft=argument.get("draft", False))
    work.end_reading()
    with _drawing() as engine:
        content = atlas_pdf(engine, of, progress)
    kind = "（工作稿）" if argument.get("draft") else ""
    return File(f"{atlas_title(work.scope.bureau)}{kind}.pdf", "application/pdf", content)


@job(SHEETS, title=_l("Sheets of a list of maps"), policy=Policy.READ)
def print_list(work: Work, argument: Argument, progress: Progress) -> File:
    """Print the sheets of the maps whose `codes` are given, `draft`, in `grey`."""
    progress.report(0, 0, READING)
    codes, draft = argument["codes"], argument.get("draft", False)
    try:
        of = printables(work.session, work.scope, codes, draft=draft)
    except NoSuchMap as error:
        raise JobFailed(GONE) from error
    work.end_reading()
    with _drawing() as engine:
        content = sheets_pdf(engine, of, argument["grey"], progress)
    name = f"{work.scope.bureau.short_name}法治账图{len(of)}张.pdf"
    return File(name, "application/pdf", content)


@job(EDITION, title=_l("Edition of the atlas"), policy=Policy.FREEZE)
def freeze(work: Work, argument: Argument, progress: Progress) -> Page:
    """Freeze the atlas of today, and keep it; `text` says what it is for."""
    progress.report(0, 0, READING)
    day = today()
    try:
        content, documents = editions.frozen(work.session, work.scope, day)
    except editions.NothingInForce as error:
        raise JobFailed(str(error)) from error
    work.end_reading()
    with _drawing() as engine:
        made = editions.bound(engine, content, documents, progress)
    work.start_writing()
    editions.keep(work.session, work.scope.bureau, made, day, argument.get("text", ""))
    return Page("/editions")


@contextmanager
def _drawing() -> Iterator[Engine]:
    """Lend an engine of the job's own, so that no page waits for its charts behind a book's.

    Its failures have sentences of their own, and come again where they came once.
    """
    try:
        with Engine() as engine:
            yield engine
    except (DrawingFailed, NothingToBind, TypesettingFailed) as error:
        raise JobFailed(str(error)) from error

"""What a map's editor says of its revisions: what came back, and remarks."""

from collections.abc import Iterator

from flask import Flask, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from riskmap.db import db
from riskmap.document.model import MapDocument
from riskmap.maps.models import AccountMap
from riskmap.maps.notices import Notice, tell
from riskmap.organisation.scope import Scope
from riskmap.revisions import queries
from riskmap.revisions.models import Revision
from riskmap.revisions.remarks import by_step, remarks_of
from riskmap.revisions.states import OPEN, RevisionState


def install(app: Flask) -> None:
    """Let the editor of maps tell of revisions."""
    tell(app, sent_back)


def _map(scope: Scope, code: str) -> AccountMap:
    wanted = (AccountMap.bureau_id == scope.bureau.id, AccountMap.code == code)
    return db.session.scalars(select(AccountMap).where(*wanted)).one()


def sent_back(scope: Scope, code: str) -> Iterator[Notice]:
    """Yield why a map was sent back, and what was said of what was handed in last."""
    found = queries.of_map(db.session, _map(scope, code))
    if not found:
        return
    last = found[0]
    lines = remark_lines(last)
    if last.state is RevisionState.RETURNED:
        said = _("Revision %(number)s was sent back: %(reason)s", number=last.number,
                 reason=last.reason)  # fmt: skip
    elif last.state in OPEN and lines:
        said = _("Revision %(number)s waits for signatures; remarks on it:", number=last.number)
    else:
        return
    there = url_for("revisions.show", code=code, number=last.number)
    yield Notice(said, _("See it with the remarks") if lines else _("See it"), there, lines)


def remark_lines(revision: Revision) -> tuple[str, ...]:
    """Return the remarks on a revision, a line each, with the step and who left it."""
    said = remarks_of(db.session, [revision.id])[revision.id]
    if not said:
        return ()
    document = queries.document_of(revision)
    return tuple(
        _line(document, step, row.text, row.who)
        for step, rows in by_step(document, said).items()
        for row in rows
    )


def _line(document: MapDocument, step: str, text: str, who: str) -> str:
    number = document.step_by_key[step].number if step else 0
    about = _("Step %(number)s", number=number) if step else _("The whole map")
    return str(_("%(about)s: %(text)s (%(who)s)", about=about, text=text, who=who))

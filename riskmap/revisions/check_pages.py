"""Is this sheet still in force? The page that the square code on a sheet opens, for everybody.

Who has the sheet in hand knows its digest; who does not is told nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from riskmap.accounts.views import limiter
from riskmap.db import AnySession, db
from riskmap.maps.models import AccountMap
from riskmap.revisions.models import Revision
from riskmap.revisions.states import RevisionState
from riskmap.revisions.views import bp
from riskmap.web.access import Policy, allows
from riskmap.web.converters import is_code, is_key

LARGEST = 1_000_000
OFTEN = "60 per minute"
"""How often one machine may ask: nobody can try all digests."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of a sheet: how its revision stands, since when, and what came after it."""

    code: str
    title: str
    number: int
    state: RevisionState
    since: date
    ended: date | None = None
    after: int | None = None


def answer_for(session: AnySession, code: str, number: int, digits: str) -> Answer | None:
    """Return how the approved revision stands that a sheet is of, None where there is none."""
    query = (
        select(Revision, AccountMap.title)
        .join(AccountMap, AccountMap.id == Revision.map_id)
        .where(AccountMap.code == code, Revision.number == number)
        .where(Revision.approved_on.is_not(None), Revision.digest.startswith(digits))
        .order_by(Revision.id)
    )
    found = session.execute(query).first()
    if found is None:
        return None
    revision, title = found
    assert revision.approved_on is not None, "it was asked for"
    return Answer(
        code,
        title,
        number,
        revision.state,
        revision.approved_on,
        revision.ended_on,
        _after(session, revision) if revision.state is RevisionState.SUPERSEDED else None,
    )


def _after(session: AnySession, revision: Revision) -> int | None:
    """Return the number of the revision that took another one's place."""
    query = select(Revision.number).where(
        Revision.map_id == revision.map_id,
        Revision.number > revision.number,
        Revision.approved_on.is_not(None),
    )
    return session.scalars(query.order_by(Revision.number)).first()


@bp.get("/verify")
@allows(Policy.PUBLIC)
def ask() -> ResponseReturnValue:
    """Ask for what a sheet says of itself: its code, its version, the digits of its check."""
    asked = [request.args.get(name, "").strip() for name in ("code", "number", "digits")]
    if not any(asked):
        return _page(asked)
    code, number, digits = asked
    digits = digits.lower()
    if not is_code(code) or not _whole(number) or not is_key(digits):
        return _page(asked, wrong=True), 422
    return redirect(url_for(".check", code=code, number=int(number), digits=digits))


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:9]) < LARGEST and len(text) < 9


@bp.get("/verify/<code:code>/<int:number>/<key:digits>")
@allows(Policy.PUBLIC)
@limiter.limit(OFTEN)
def check(code: str, number: int, digits: str) -> ResponseReturnValue:
    """Say whether a sheet is in force, superseded since when, out of force, or not known."""
    known = number < LARGEST
    found = answer_for(db.session, code, number, digits) if known else None
    page = _page([code, str(number), digits], asked_for=True, answer=found)
    return page, 200 if found else 404


def _page(asked: Sequence[str], **more: Any) -> str:
    return render_template("revisions/check.html", asked=asked, **more)

"""What the pages that keep the register share: whose it is, a row of it, the answer to a form."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from riskmap.accounts.pages import local
from riskmap.db import db
from riskmap.desk.blueprint import bp
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import Scope, my_scope
from riskmap.register import queries
from riskmap.web.access import Policy
from riskmap.web.forms import before, finish
from riskmap.web.stale import VersionedForm, is_stale, refreshed, stale_fields

Row = TypeVar("Row")


def kept() -> Scope:
    """Return what of their own bureau's register somebody keeps: all of it."""
    return my_scope(Policy.EDIT_REGISTER)


def owner() -> Bureau:
    """Return the bureau of who is asking: nobody keeps the register of another."""
    return kept().bureau


def held(kind: type[Row], code: str, *, lock: bool = True) -> Row:
    """Return one's bureau's row of a code, locked while it is written; 404 where there is none."""
    locked = lock and request.method == "POST"
    row = queries.of_code(db.session, kind, owner().id, code, locked=locked)
    if row is None:
        abort(404)
    return row


@bp.app_template_global()
def this_page(row: str = "") -> str:
    """Return this page's address, at a row of it: what a form leads back to."""
    address = request.full_path.rstrip("?")
    return f"{address}#{row}" if row else address


LONGEST = 400
"""Of the address that a form leads back to: what the record of forms handed in can hold."""


@bp.app_template_global()
def leads(form: Any, otherwise: str) -> str:
    """Return where a form leads: back to the list that it was opened from, if it was."""
    back = local(form.back.data or otherwise)
    return back if len(back) <= LONGEST else otherwise


@bp.app_template_global()
def typed(field: Any) -> str:
    """Return what was sent for a field, to be sent again."""
    return str(field.raw_data[0]) if field.raw_data else ""


@dataclass
class Page:
    """A page with a form: its template, and what it shows beside the form."""

    template: str
    title: str
    shows: dict[str, Any] = field(default_factory=dict)

    def __call__(self, form: Any, **more: Any) -> str:
        return render_template(
            self.template, bureau=owner(), form=form, title=self.title, **self.shows, **more
        )


def answer(
    form: Any, page: Page, act: Callable[[], tuple[str, str]], row: Any = None
) -> ResponseReturnValue:
    """Answer a form: act once and lead on, or show the page again with what was typed.

    `act` does what is asked for and returns where its result is shown, and what is said of it.
    """
    if request.method != "POST":
        form.back.data = request.args.get("back", "")
        return page(form)
    again = before(form.number.data)
    if again is not None:
        return again
    good = form.accepted()
    if row is not None and is_stale(form, row):
        return stale(form, page, row)
    if not good:
        return page(form), form.status
    try:
        location, said = act()
    except IntegrityError:
        db.session.rollback()
        taken = next((form[name] for name in ("code", "node") if name in form), None)
        if taken is None:
            raise
        taken.errors = [_("Somebody else entered the same just now; look, and choose another.")]
        return page(form), 422
    return finish(form.number.data, leads(form, location), said)


def stale(form: VersionedForm, page: Page, row: Any) -> ResponseReturnValue:
    """Answer 409 with both texts; handed in again, the form knows of the newest version."""
    theirs = form.theirs() if hasattr(form, "theirs") else {}
    refreshed(form, row)
    return page(form, stale=stale_fields(form, row, theirs)), 409

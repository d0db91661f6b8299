"""Error pages in words: what happened and what to do."""

from flask import Flask, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

AGAIN = _l("Start again from the list of maps.")
MESSAGES = {
    403: (
        _l("Not from this computer"),
        _l(
            "There are no accounts yet, so the site answers only on the machine it runs on. "
            "Open it there, or ask the administrator for a print."
        ),
    ),
    404: (
        _l("There is no such page"),
        _l(
            "The address may be mistyped, or what it showed is no longer in use. "
            "Start again from the list of maps, or search for it."
        ),
    ),
    405: (_l("This address cannot be used that way"), AGAIN),
    500: (
        _l("Something went wrong"),
        _l("Try again in a moment; if it stays, tell the administrator the time and the address."),
    ),
    503: (
        _l("The chart cannot be drawn right now"),
        _l("Try again in a moment; if it stays, ask the administrator to run riskmap check."),
    ),
}


def install(app: Flask) -> None:
    """Answer every error with a page."""

    @app.errorhandler(HTTPException)
    def show(error: HTTPException) -> tuple[str, int]:
        return page(error.code or 500, error.name)


def page(code: int, name: str = "", advice: str = "") -> tuple[str, int]:
    """Return the page of a status; `name` and `advice` are its words where we have none for it."""
    said = (name or _("Something went wrong"), advice or AGAIN)
    title, advice = MESSAGES.get(code, said)
    return render_template("web/error.html", title=title, advice=advice, code=code), code

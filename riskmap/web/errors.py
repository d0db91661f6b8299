"""Error pages in words: what happened and what to do."""

from flask import Flask, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

AGAIN = _l("Start again from the list of maps.")
MESSAGES = {
    400: (
        _l("This could not be taken in"),
        _l(
            "It did not arrive whole, or the page it came from is too old. "
            "Go back, load the page anew and hand it in again."
        ),
    ),
    403: (
        _l("That is not for you"),
        _l(
            "Your roles do not allow it, and the attempt was recorded. "
            "If you need it for your work, ask the administrator for the role."
        ),
    ),
    404: (
        _l("There is no such page"),
        _l(
            "The address may be mistyped, or what it showed is no longer in use. "
            "Start again from the list of maps, or search for it."
        ),
    ),
    429: (
        _l("Too many attempts from this machine"),
        _l("Wait ten minutes and try again, or ask the administrator."),
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

UNKNOWN = (_l("Something went wrong"), AGAIN)
MEGABYTE = 1024 * 1024


def _too_large() -> tuple[str, str]:
    """Return the words for a form that is larger than its page takes."""
    most = (request.max_content_length or 0) // MEGABYTE
    advice = _("At most %(most)s MB are taken here at a time. Go back and hand in less.", most=most)
    return _("That is too large"), advice


def install(app: Flask) -> None:
    """Answer every error with a page."""

    @app.errorhandler(HTTPException)
    def show(error: HTTPException) -> tuple[str, int]:
        return page(error.code or 500)


def page(code: int, name: str = "", advice: str = "") -> tuple[str, int]:
    """Return the page of a status, in the words given or else its own."""
    title, what_to_do = _too_large() if code == 413 else MESSAGES.get(code, UNKNOWN)
    words = {"title": name or title, "advice": advice or what_to_do}
    return render_template("web/error.html", code=code, **words), code

"""The language of the screen: Chinese first, English by choice; data are in one language."""

from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, Flask, has_request_context, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel, format_date, format_time, get_locale

from riskmap.config import PACKAGE, ZONE
from riskmap.web.access import Policy, allows

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
"""The choices in an address, and the catalogue of each; English is what the sources say."""

DEFAULT = "zh"
COOKIE = "riskmap_language"
YEAR = 365 * 24 * 3600

bp = Blueprint("language", __name__)


def chosen() -> str:
    """Return the language of this request: as chosen before, else Chinese, as commands speak."""
    if not has_request_context():
        return DEFAULT
    kept = request.cookies.get(COOKIE, "")
    return kept if kept in LANGUAGES else DEFAULT


def tag() -> str:
    """Return the language as HTML names it: zh-Hans-CN or en."""
    return str(get_locale()).replace("_", "-")


def moment(when: datetime) -> str:
    """Return a point in time as the reader's language writes it, by the clock of the bureaus."""
    here = when.astimezone(ZONE)
    return f"{format_date(here, rebase=False)} {format_time(here, 'short', rebase=False)}"


@bp.get("/language/<any(zh, en):language>")
@allows(Policy.PUBLIC)
def choose(language: str) -> ResponseReturnValue:
    """Keep the choice in a cookie and go back to the page it was made on."""
    answer = redirect(back())
    answer.set_cookie(COOKIE, language, max_age=YEAR, httponly=True, samesite="Lax")
    return answer


def back(without: str = "") -> str:
    """Return the page that the visitor came from, as an address of this site only.

    `without` names a parameter of its address that is left out.
    """
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host or not came.path.startswith("/") or came.path[1:2] in "/\\":
        return "/"
    asked = "&".join(each for each in came.query.split("&") if each.partition("=")[0] != without)
    return came.path + (f"?{asked}" if asked else "")


def install(app: Flask) -> None:
    """Set up translation; templates learn the page's language."""
    Babel(
        app,
        default_locale=LANGUAGES[DEFAULT],
        default_translation_directories=str(PACKAGE / "translations"),
        locale_selector=lambda: LANGUAGES[chosen()],
    )
    app.register_blueprint(bp)
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.globals["language_tag"] = tag
    app.jinja_env.globals["language"] = chosen

"""What pages show: documents in force, or, by choice, working copies that nobody has signed off."""

from flask import Blueprint, Flask, has_request_context, redirect, request
from flask.typing import ResponseReturnValue

from riskmap.web.access import Policy, allows
from riskmap.web.language import back

COOKIE = "riskmap_shows"
DRAFT, IN_FORCE = "draft", "in-force"

bp = Blueprint("showing", __name__)


def draft() -> bool:
    """Return whether this request asks for working copies: in its address, else as chosen before.

    An address says it with `draft=1` or `draft=0`; commands do not ask here.
    """
    if not has_request_context():
        return False
    asked = request.values.get("draft", "")
    return asked == "1" if asked in ("0", "1") else request.cookies.get(COOKIE) == DRAFT


@bp.get("/shown/<any(draft, 'in-force'):which>")
@allows(Policy.READ)
def choose(which: str) -> ResponseReturnValue:
    """Keep the choice until the browser is closed and go back to the page it was made on."""
    answer = redirect(back(without="draft"))
    if which == DRAFT:
        answer.set_cookie(COOKIE, DRAFT, httponly=True, samesite="Lax")
    else:
        answer.delete_cookie(COOKIE)
    return answer


def install(app: Flask) -> None:
    """Let templates say which they show."""
    app.register_blueprint(bp)
    app.jinja_env.globals["shows_draft"] = draft

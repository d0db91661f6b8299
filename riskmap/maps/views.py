"""Pages for reading a map: its chart with its table, the chart alone, its sheet."""

from collections.abc import Callable

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    session,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from riskmap.accounts.current import asking
from riskmap.db import db, today
from riskmap.document.model import MapDocument
from riskmap.drawing import dot, layout
from riskmap.drawing.engine import DrawingFailed, Engine
from riskmap.maps.pictures import drawn, inline, last_good
from riskmap.maps.queries import NoSuchMap, documents, ended_bases, reading_order
from riskmap.maps.sheets import sheet_pdf
from riskmap.organisation.changes import first_state
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import visible_to_me
from riskmap.web import errors
from riskmap.web.access import Policy, allows
from riskmap.web.converters import is_code
from riskmap.web.headers import DRAWING_POLICY
from riskmap.web.language import chosen
from riskmap.web.remembered import Remembered

bp = Blueprint("maps", __name__)


def _engine() -> Engine:
    engine: Engine = current_app.extensions["riskmap.engine"]
    return engine


def _bureau() -> Bureau:
    return bureaus(db.session)[0]


def _document(bureau: Bureau, code: str) -> MapDocument:
    return documents(db.session, bureau, [code])[0]


def _answer(
    code: str, view: str, make: Callable[[], str | bytes], mimetype: str = "text/html"
) -> Response:
    """Return what a view makes of a map, made once a day for each state of the bureau's rows.

    A page names who reads it, and has the buttons that its reader may press.
    """
    state = first_state(db.engine)
    if state is None:
        abort(404)
    remembered: Remembered = current_app.extensions["riskmap.remembered"]
    reader = asking() if view == "page" else None
    key = (view, code, chosen(), state, today(), reader and reader.key)
    return remembered.answer(key, make, mimetype)


@bp.errorhandler(NoSuchMap)
def not_there(_error: NoSuchMap) -> ResponseReturnValue:
    """Answer for a code that no map in use has."""
    return errors.page(404)


@bp.errorhandler(DrawingFailed)
def not_drawn(error: DrawingFailed) -> ResponseReturnValue:
    """Answer for a chart that cannot be drawn; the log says why."""
    current_app.logger.error("%s: %s", request.path, error)
    return errors.page(503)


@bp.get("/maps/<code:code>")
@allows(Policy.READ)
def show(code: str) -> ResponseReturnValue:
    """Show a map: its chart, and its steps and risk points as a table beside it."""
    try:
        if not session.get("_flashes"):
            return _answer(code, "page", lambda: _page(code))
        answer = make_response(_page(code))  # with what is to be said once
    except DrawingFailed as error:
        current_app.logger.error("%s: %s", code, error)
        answer = make_response(_page(code, error))
    answer.headers["Cache-Control"] = "no-store"  # it may be drawn the next time
    return answer


def _page(code: str, failure: DrawingFailed | None = None) -> str:
    bureau = _bureau()
    document = _document(bureau, code)
    order = reading_order(db.session, bureau)
    place = next(index for index, each in enumerate(order) if each.code == code)
    last = last_good(bureau, document) if failure else None
    return render_template(
        "maps/show.html",
        bureau=bureau,
        map=document,
        chart=inline(bureau, document) if failure is None else last and last.chart,
        failure=failure,
        last=last,
        before=order[place - 1] if place else None,
        after=order[place + 1] if place + 1 < len(order) else None,
        place=place + 1,
        total=len(order),
        ended=ended_bases(db.session, bureau, today()),
        editable=visible_to_me(bureau, Policy.EDIT_MAPS).holds(_path(bureau, document)),
    )


def _path(bureau: Bureau, document: MapDocument) -> str:
    """Return the path of a map's node."""
    wanted = (Node.bureau_id == bureau.id, Node.code == document.place.code)
    return db.session.scalars(select(Node.path).where(*wanted)).one()


@bp.get("/maps/<code:code>/chart.<any(svg, png, dot):kind>")
@allows(Policy.READ)
def chart(code: str, kind: str) -> ResponseReturnValue:
    """Answer with a map's chart alone."""
    mimetype = {"svg": "image/svg+xml", "png": "image/png", "dot": "text/vnd.graphviz"}[kind]
    answer = _answer(code, kind, lambda: _picture(code, kind), mimetype)
    answer.headers["Content-Security-Policy"] = DRAWING_POLICY
    return answer


def _picture(code: str, kind: str) -> str | bytes:
    document = _document(_bureau(), code)
    if kind == "dot":
        return dot.source(layout.place(document))
    return drawn(document, "svg" if kind == "svg" else "png")


@bp.get("/maps/<code:code>/sheet.pdf")
@allows(Policy.READ)
def sheet(code: str) -> ResponseReturnValue:
    """Answer with a map's sheet, as filed; in grey if asked."""
    return _printed((code,), code)


@bp.get("/maps/sheets.pdf")
@allows(Policy.READ)
def sheets() -> ResponseReturnValue:
    """Answer with the sheets of the chosen maps one after another; in grey if asked."""
    codes = tuple(dict.fromkeys(request.args.getlist("code")))
    if not codes:
        advice = _("Tick at least one map in the list of maps, then print again.")
        return errors.page(400, _("Nothing is chosen"), advice)
    if any(not is_code(code) for code in codes):
        abort(404)
    return _printed(codes, codes[0] if len(codes) == 1 else "sheets")


def _printed(codes: tuple[str, ...], name: str) -> Response:
    grey = request.args.get("tone") == "grey"
    answer = _answer(
        " ".join(codes),
        "grey sheet" if grey else "sheet",
        lambda: sheet_pdf(db.session, _engine(), _bureau(), codes, grey),
        "application/pdf",
    )
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer

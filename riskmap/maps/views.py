"""Pages for reading maps: the list, a map, its chart and its sheet."""

import io

from flask import Blueprint, Response, abort, current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue

from riskmap.db import db
from riskmap.document.encoding import digest
from riskmap.document.model import MapDocument
from riskmap.drawing.engine import DrawingFailed, Engine
from riskmap.maps.queries import NoSuchMap, documents
from riskmap.maps.report import sentence, totals
from riskmap.maps.sheets import charts, sheet_pdf
from riskmap.organisation.models import Bureau
from riskmap.organisation.queries import bureaus
from riskmap.web import errors
from riskmap.web.headers import DRAWING_POLICY

bp = Blueprint("maps", __name__)


def _engine() -> Engine:
    engine: Engine = current_app.extensions["riskmap.engine"]
    return engine


def _bureau() -> Bureau:
    found = bureaus(db.session)
    if not found:
        abort(404)
    return found[0]


def _document(bureau: Bureau, code: str) -> MapDocument:
    return documents(db.session, bureau, [code])[0]


@bp.errorhandler(NoSuchMap)
def not_there(_error: NoSuchMap) -> ResponseReturnValue:
    """Answer for a code that no map in use has."""
    return errors.page(404)


@bp.errorhandler(DrawingFailed)
def not_drawn(error: DrawingFailed) -> ResponseReturnValue:
    """Answer for a chart that cannot be drawn; the log says why."""
    current_app.logger.error("%s: %s", request.path, error)
    return errors.page(503)


@bp.get("/")
def index() -> ResponseReturnValue:
    """Show every map in reading order."""
    found = bureaus(db.session)
    if not found:
        return render_template("maps/index.html", bureau=None, maps=(), sentence="")
    return render_template(
        "maps/index.html",
        bureau=found[0],
        maps=documents(db.session, found[0]),
        sentence=sentence(found[0].short_name, totals(db.session, found[0])),
    )


@bp.get("/maps/<code>")
def show(code: str) -> ResponseReturnValue:
    """Show a map: its chart, and its steps and risk points as a table."""
    bureau = _bureau()
    return render_template("maps/show.html", bureau=bureau, map=_document(bureau, code))


@bp.get("/maps/<code>/chart.svg")
def chart(code: str) -> ResponseReturnValue:
    """Answer with a map's chart; the browser keeps it until the map changes."""
    document = _document(_bureau(), code)
    picture = next(charts(_engine(), [document], "svg"))
    answer = Response(picture, mimetype="image/svg+xml")
    answer.headers["Content-Security-Policy"] = DRAWING_POLICY
    answer.set_etag(digest(document))
    return answer


@bp.get("/maps/<code>/sheet.pdf")
def sheet(code: str) -> ResponseReturnValue:
    """Answer with a map's sheet, as filed."""
    content = sheet_pdf(db.session, _engine(), _bureau(), [code])
    return send_file(io.BytesIO(content), "application/pdf", download_name=f"{code}.pdf")

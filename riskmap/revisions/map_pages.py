"""Pages for reading a map: its chart with its table, the chart alone, its sheet.

They show documents in force, or working copies where that is asked for, and say which.
"""

from collections.abc import Callable, Sequence

from flask import Response, abort, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from riskmap.accounts.current import asking, me
from riskmap.accounts.guard import record
from riskmap.db import db, today
from riskmap.document.encoding import digest
from riskmap.document.model import MapDocument
from riskmap.drawing import dot, layout
from riskmap.drawing.engine import DrawingFailed, Engine
from riskmap.history.events import Kind
from riskmap.jobs.commands import start
from riskmap.jobs.handlers import Argument
from riskmap.maps import listed
from riskmap.maps.blueprint import bp
from riskmap.maps.pictures import drawn, inline, last_good
from riskmap.maps.queries import documents, ended_bases, reading_order, trail
from riskmap.maps.sheets import sheets_pdf
from riskmap.organisation.models import Node
from riskmap.organisation.scope import Scope, my_scope
from riskmap.revisions.binding import ATLAS, SHEETS
from riskmap.revisions.listed import KEYS, maps_found, order_asked_for
from riskmap.revisions.showing import Shown, printables, shown
from riskmap.revisions.words import to_renew
from riskmap.web import errors
from riskmap.web.access import Policy, allows
from riskmap.web.converters import is_code
from riskmap.web.forms import Form, finish, once
from riskmap.web.headers import DRAWING_POLICY
from riskmap.web.language import chosen
from riskmap.web.listing import in_order_of
from riskmap.web.remembered import Remembered
from riskmap.web.showing import draft


def _engine() -> Engine:
    engine: Engine = current_app.extensions["riskmap.engine"]
    return engine


def _shown(scope: Scope, code: str) -> Shown:
    return shown(db.session, scope, [code], draft=draft())[0]


def _answer(
    codes: Sequence[str],
    view: str,
    make: Callable[[Scope], str | bytes],
    mimetype: str = "text/html",
) -> Response:
    """Return what a view makes of maps, made once a day for each state of the bureau's rows.

    A page also shows who reads it, and what that reader may do.
    """
    scope, reader = my_scope(), asking()
    who = reader.key if reader and mimetype == "text/html" else ()
    state = (scope.bureau.changes, today(), draft())
    key = (view, tuple(codes), chosen(), scope.key, *state, who)
    remembered: Remembered = current_app.extensions["riskmap.remembered"]
    return remembered.answer(key, lambda: make(scope), mimetype)


def _taken(answer: Response, kind: Kind, codes: Sequence[str], **details: str) -> Response:
    """Record that somebody took maps away, if this answer gives them."""
    if answer.status_code == 200 and request.method == "GET":
        name = codes[0] if len(codes) == 1 else ""
        record(kind, name, codes="、".join(codes), count=len(codes), **details)
    return answer


@bp.get("/maps/<code:code>")
@allows(Policy.READ)
def show(code: str) -> ResponseReturnValue:
    """Show a map: its chart, and its steps and risk points as a table beside it."""
    try:
        view = f"page {sorted(listed.kept().items())}"
        return _answer([code], view, lambda scope: _page(scope, code))
    except DrawingFailed as error:
        current_app.logger.error("%s: %s", code, error)
        answer = make_response(_page(my_scope(), code, error))
    answer.headers["Cache-Control"] = "no-store"  # it may be drawn the next time
    return answer


def _page(scope: Scope, code: str, failure: DrawingFailed | None = None) -> str:
    shows = _shown(scope, code)
    document = shows.document
    whole = reading_order(db.session, scope)
    linked = {each.code for each in whole}
    order, kept = order_asked_for(db.session, scope), listed.kept()
    if code not in {each.code for each in order}:
        order, kept = whole, {}
    place = next(index for index, each in enumerate(order) if each.code == code)
    last = last_good(scope, document, linked) if failure else None
    return render_template(
        "maps/show.html",
        bureau=scope.bureau,
        map=document,
        shows=shows,
        differs=shows.number is not None and _differs(scope, document),
        renewal=to_renew(scope.bureau, document) if shows.number else [],
        linked=linked,
        trail=trail(db.session, scope, document.place.code),
        chart=inline(scope, document, linked) if failure is None else last and last.chart,
        failure=failure,
        last=last,
        before=order[place - 1] if place else None,
        after=order[place + 1] if place + 1 < len(order) else None,
        place=place + 1,
        total=len(order),
        kept=kept,
        ended=ended_bases(db.session, scope.bureau, today()),
        editable=my_scope(Policy.EDIT_MAPS).holds(_path(scope, document)),
    )


def _differs(scope: Scope, document: MapDocument) -> bool:
    """Return whether the working copy says something else than the document in force."""
    (working,) = documents(db.session, scope, [document.code])
    return digest(working) != digest(document)


def _path(scope: Scope, document: MapDocument) -> str:
    """Return the path of a map's node."""
    wanted = (Node.bureau_id == scope.bureau.id, Node.code == document.place.code)
    return db.session.scalars(select(Node.path).where(*wanted)).one()


@bp.get("/maps/<code:code>/chart.<any(svg, png, dot):kind>")
@allows(Policy.READ)
def chart(code: str, kind: str) -> ResponseReturnValue:
    """Answer with a map's chart alone."""
    mimetype = {"svg": "image/svg+xml", "png": "image/png", "dot": "text/vnd.graphviz"}[kind]
    answer = _answer([code], kind, lambda scope: _picture(scope, code, kind), mimetype)
    answer.headers["Content-Security-Policy"] = DRAWING_POLICY
    return _taken(answer, Kind.EXPORTED, [code], format=kind)


def _picture(scope: Scope, code: str, kind: str) -> str | bytes:
    document = _shown(scope, code).document
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
        codes,
        "grey sheet" if grey else "sheet",
        lambda scope: sheets_pdf(
            _engine(), printables(db.session, scope, codes, draft=draft()), grey
        ),
        "application/pdf",
    )
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return _taken(answer, Kind.PRINTED, codes, format="pdf")


# What takes longer than a page may: jobs


@bp.post("/maps/atlas")
@allows(Policy.READ)
def atlas() -> ResponseReturnValue:
    """Let all maps that the reader may see be bound."""
    return _asked_for(ATLAS, {"draft": draft()})


@bp.post("/maps/sheets")
@allows(Policy.READ)
def print_found() -> ResponseReturnValue:
    """Let the sheets of all maps that the list's filters find be printed; in grey if asked."""
    found = maps_found(db.session, my_scope(), listed.asked_for_maps())
    codes = [row.code for row in in_order_of(found, KEYS)]
    grey = request.form.get("tone") == "grey"
    return _asked_for(SHEETS, {"codes": codes, "grey": grey, "draft": draft()})


def _asked_for(kind: str, argument: Argument) -> ResponseReturnValue:
    """Start a job for who is asking, and lead to its page."""
    form = Form()
    if again := once(form):
        return again
    if not form.accepted():
        abort(400)
    job = start(db.session, kind, argument, my_scope().bureau, me().user)
    return finish(form.number.data, url_for("jobs.show", number=job.id), _("It is asked for."))

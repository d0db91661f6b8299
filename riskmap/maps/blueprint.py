"""The blueprint of maps, and what all its pages answer where there is no map, or no chart."""

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from riskmap.accounts.guard import ANOTHER_OFFICE, refuse
from riskmap.db import db
from riskmap.drawing.engine import DrawingFailed
from riskmap.maps.queries import NoSuchMap, known
from riskmap.organisation.scope import my_scope
from riskmap.web import errors

bp = Blueprint("maps", __name__)


@bp.errorhandler(NoSuchMap)
def not_there(error: NoSuchMap) -> ResponseReturnValue:
    """Answer for codes that no map in use has, or none for this reader, which is recorded."""
    if hidden := known(db.session, my_scope().bureau, error.codes):
        refuse(ANOTHER_OFFICE, codes="、".join(hidden))
    return errors.page(404)


@bp.errorhandler(DrawingFailed)
def not_drawn(error: DrawingFailed) -> ResponseReturnValue:
    """Answer for a chart that cannot be drawn; the log says why."""
    current_app.logger.error("%s: %s", request.path, error)
    return errors.page(503)

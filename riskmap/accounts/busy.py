"""What is answered while the database cannot be had: nothing changed, what was typed is kept."""

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from riskmap.accounts.current import without_asking
from riskmap.accounts.guard import typed_fields, wants_json
from riskmap.db import db


def install(app: Flask) -> None:
    """Answer for a database that is locked, full or gone."""

    @app.errorhandler(OperationalError)
    def busy(error: OperationalError) -> ResponseReturnValue:
        current_app.logger.error("%s: %s", request.path, str(error.orig).splitlines()[0])
        db.session.rollback()
        without_asking()
        if wants_json():
            return {"busy": True}, 503
        target = request.full_path.rstrip("?")
        return render_template("accounts/busy.html", target=target, kept=typed_fields()), 503

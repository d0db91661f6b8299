"""What is answered while the database cannot be had: nothing changed, what was typed is kept."""

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from riskmap.db import db

LEFT_OUT = "csrf_token"  # the page that keeps the form has one of its own


def install(app: Flask) -> None:
    """Answer for a database that is locked, full or gone."""

    @app.errorhandler(OperationalError)
    def busy(error: OperationalError) -> ResponseReturnValue:
        current_app.logger.error("%s: %s", request.path, str(error.orig).splitlines()[0])
        db.session.rollback()
        g.setdefault("riskmap_asking", None)  # the bar is made without asking the database again
        if request.headers.get("Accept", "").startswith("application/json"):
            return {"busy": True}, 503
        kept = [
            (name, value)
            for name, value in request.form.items(multi=True)
            if name != LEFT_OUT and "password" not in name
        ]
        target = request.full_path.rstrip("?")
        return render_template("accounts/busy.html", target=target, kept=kept), 503

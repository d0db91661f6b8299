"""The Flask application: one factory, used by the site, the commands and the tests."""

import atexit

from flask import Flask

from riskmap.config import template_folder
from riskmap.db import db
from riskmap.db.connections import listen
from riskmap.drawing.engine import Engine
from riskmap.maps import touching as _touching  # noqa: F401 (listens to every session)
from riskmap.maps.views import bp as maps
from riskmap.web import errors, headers


def create_app(url: str) -> Flask:
    """Return the application on the database at `url`."""
    app = Flask("riskmap", template_folder=str(template_folder()))
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    db.init_app(app)
    with app.app_context():
        listen(db.engine)
    engine = Engine()
    atexit.register(engine.close)
    app.extensions["riskmap.engine"] = engine
    headers.install(app)
    errors.install(app)
    app.register_blueprint(maps)
    return app

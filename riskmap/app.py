"""The Flask application: one factory, used by the site, the commands and the tests."""

import atexit
from pathlib import Path

from flask import Flask, Response, send_from_directory

from riskmap.config import font_folder, template_folder
from riskmap.db import db
from riskmap.db.connections import listen
from riskmap.desk import (
    indexing as _indexing,  # noqa: F401 (listens to every session)
)
from riskmap.desk import list_pages, organisation_pages, register_pages, search_pages, words
from riskmap.desk.blueprint import bp as desk
from riskmap.drawing.engine import Engine
from riskmap.drawing.kept import Kept, shelf_in
from riskmap.maps import touching as _touching  # noqa: F401 (as above)
from riskmap.maps.views import bp as maps
from riskmap.organisation import changes as _changes  # noqa: F401 (as above)
from riskmap.web import access, converters, errors, headers, language
from riskmap.web.access import Policy, allows
from riskmap.web.remembered import Remembered

PAGES = (list_pages, organisation_pages, register_pages, search_pages)
"""The modules whose views belong to `desk`: importing them is what registers them."""

A_YEAR = 365 * 24 * 3600


def create_app(url: str, cache: Path | None = None) -> Flask:
    """Return the application on the database at `url`; charts are kept in `cache`, if any."""
    app = Flask("riskmap", template_folder=str(template_folder()))
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    db.init_app(app)
    with app.app_context():
        listen(db.engine)
    engine = Engine()
    atexit.register(engine.close)
    app.extensions["riskmap.engine"] = engine
    app.extensions["riskmap.kept"] = Kept(engine, shelf_in(cache) if cache else None)
    app.extensions["riskmap.remembered"] = Remembered()
    converters.install(app)
    headers.install(app)
    errors.install(app)
    access.install(app)
    language.install(app)
    words.install(app)
    app.register_blueprint(maps)
    app.register_blueprint(desk)
    app.add_url_rule(
        "/fonts/<any('NotoSansSC-Regular.ttf', 'NotoSansSC-Bold.ttf'):name>", view_func=font
    )
    return app


@allows(Policy.PUBLIC)
def font(name: str) -> Response:
    """Answer with a face that charts are measured in; it changes only with riskmap itself."""
    return send_from_directory(font_folder(), name, max_age=A_YEAR)

"""The Flask application: one factory, used by the site, the commands and the tests."""

import atexit
from pathlib import Path

from flask import Flask, Response, send_from_directory
from flask_wtf.csrf import CSRFProtect

from riskmap.accounts import busy, current, guard
from riskmap.accounts import settings as account_settings
from riskmap.accounts.views import bp as accounts
from riskmap.accounts.views import limiter
from riskmap.config import SECURE_COOKIES, font_folder, template_folder
from riskmap.coverage import (
    acceptance_views,
    figure_pages,
    finding_views,
    gap_pages,
    grid_views,
    report_pages,
    rule_pages,
    run_pages,
)
from riskmap.coverage import blueprint as coverage
from riskmap.db import db
from riskmap.db.connections import listen
from riskmap.desk import (
    basis_editing,
    bulk_editing,
    fields,
    history_pages,
    list_pages,
    matter_editing,
    measure_editing,
    mine_pages,
    organisation_editing,
    organisation_pages,
    party_editing,
    people_editing,
    register_editing,
    register_pages,
    retiring,
    search_pages,
    user_pages,
    words,
)
from riskmap.desk import (
    indexing as _indexing,  # noqa: F401 (listens to every session)
)
from riskmap.desk.blueprint import bp as desk
from riskmap.drawing.engine import Engine
from riskmap.drawing.kept import Kept, shelf_in
from riskmap.history import recording as _recording  # noqa: F401 (listens to every session)
from riskmap.jobs.views import bp as jobs
from riskmap.maps import editing_views, reviewing
from riskmap.maps import touching as _touching  # noqa: F401 (as above)
from riskmap.maps.blueprint import bp as maps
from riskmap.organisation import changes as _changes  # noqa: F401 (as above)
from riskmap.revisions import (
    check_pages,
    comparing_views,
    edition_pages,
    listed,
    map_pages,
    noticing,
    queue_views,
    remark_views,
    retiring_views,
)
from riskmap.revisions.views import bp as revisions
from riskmap.rounds.views import bp as rounds
from riskmap.web import access, converters, errors, headers, language, showing
from riskmap.web.access import Policy, allows
from riskmap.web.remembered import Remembered
from riskmap.web.secret import secret_key
from riskmap.workbooks import ledger_views as workbook_ledgers
from riskmap.workbooks import views as workbooks

PAGES = (
    basis_editing,
    bulk_editing,
    history_pages,
    list_pages,
    matter_editing,
    measure_editing,
    mine_pages,
    organisation_editing,
    organisation_pages,
    party_editing,
    people_editing,
    register_editing,
    register_pages,
    retiring,
    search_pages,
    user_pages,
    workbook_ledgers,
)
"""The modules whose views belong to `desk`: importing them is what registers them."""

AUDITS = (
    acceptance_views,
    figure_pages,
    finding_views,
    gap_pages,
    grid_views,
    report_pages,
    rule_pages,
    run_pages,
)
"""Those of `coverage`."""

MAPS = (editing_views, map_pages, reviewing)
"""The modules with the views of `maps`, for the same reason."""

SIGNING = (
    check_pages,
    comparing_views,
    edition_pages,
    queue_views,
    remark_views,
    retiring_views,
)
"""Those with more views of `revisions`."""

A_YEAR = 365 * 24 * 3600
LARGEST_FORM = 4 * 1024 * 1024  # bytes


def create_app(url: str, cache: Path | None = None, keys: Path | None = None) -> Flask:
    """Return the application on the database at `url`.

    Charts are kept in the folder `cache`, the key that signs cookies in `keys`, if there are any.
    """
    app = Flask("riskmap", template_folder=str(template_folder()))
    app.config.update(
        SQLALCHEMY_DATABASE_URI=url,
        SECRET_KEY=secret_key(keys),
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
    )
    if SECURE_COOKIES.choice(("off", "on")) == "on":
        app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_NAME="__Host-riskmap")
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
    coverage.install_limits(app)  # before the form is read, which the next line does
    workbooks.install(app)
    CSRFProtect(app)
    limiter.init_app(app)
    app.extensions["riskmap.accounts"] = account_settings.read()
    guard.install(app)
    busy.install(app)
    access.install(app, guard.guard)
    app.jinja_env.globals.update(asking=current.asking, may=current.may)
    language.install(app)
    showing.install(app)
    listed.install(app)
    words.install(app)
    fields.install(app)
    noticing.install(app)
    app.register_blueprint(accounts)
    app.register_blueprint(maps)
    app.register_blueprint(revisions)
    app.register_blueprint(rounds)
    app.register_blueprint(desk)
    app.register_blueprint(jobs)
    coverage.install(app)
    app.register_blueprint(workbooks.bp)
    app.add_url_rule(
        "/fonts/<any('NotoSansSC-Regular.ttf', 'NotoSansSC-Bold.ttf'):name>", view_func=font
    )
    return app


@allows(Policy.PUBLIC)
def font(name: str) -> Response:
    """Answer with a face that charts are measured in; it changes only with riskmap itself."""
    return send_from_directory(font_folder(), name, max_age=A_YEAR)

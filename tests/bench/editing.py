"""How fast the editor answers, side by side in one run.

uv run python tests/bench/editing.py [rounds]

Keystroke: the chart of a map of which one word has just changed, asked of the site (the time that
the server takes), against the bare drawing of the same map (layout, DOT, SVG); in turns, never
twice the same text, so that nothing is remembered. Saving a step: the time that the server takes
against the time
that its own statements and its commit take in the database. Lists: statements of a page of 5 rows
and of one of 50.
"""

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event

sys.path.insert(0, str(Path(__file__).parents[2]))

from riskmap.app import create_app
from riskmap.config import sample_folder
from riskmap.db import db
from riskmap.db.connections import listen
from riskmap.db.schema import changing, upgrade
from riskmap.drawing import dot, layout
from riskmap.maps.queries import documents
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.sample.loader import load_into, read_sample
from tests.users import sign_in

ROUNDS = 30
CODE = "FZ-U1-K13-G01"
_BODY = r'<{}[^>]*name="([^"]+)"[^>]*>(.*?)</{}>'
EDIT = f"/maps/{CODE}/edit"


@contextmanager
def site(folder: Path) -> Iterator[Flask]:
    url = f"sqlite:///{folder / 'bench.db'}"
    engine = create_engine(url)
    listen(engine)
    with changing(engine) as connection:
        upgrade(connection)
        load_into(connection, read_sample(sample_folder()))
    engine.dispose()
    app = create_app(url)
    yield app
    app.extensions["riskmap.engine"].close()


def fields(client: FlaskClient) -> dict[str, list[str]]:
    """Return what the editor's form holds, by name."""
    page = client.get(EDIT).text
    found: dict[str, list[str]] = {}
    form = page[page.index("<form") :]
    for tag in re.findall(r"<(?:input|textarea|select)[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="(\w+)"', tag)
        unticked = kind and kind[1] in ("checkbox", "radio") and " checked" not in tag
        if name and value and not unticked and not tag.startswith("<select"):
            found.setdefault(name[1], []).append(value[1])
    for name, body in re.findall(_BODY.format("select", "select"), form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"[^>]* selected', body)
        found[name] = [chosen[1] if chosen else ""]
    for name, body in re.findall(_BODY.format("textarea", "textarea"), form, re.DOTALL):
        found[name] = [body]
    return found


class Server:
    """The time that the application takes for a request, without the client's."""

    def __init__(self, app: Flask) -> None:
        self.seconds, self.answer = 0.0, app.wsgi_app
        app.wsgi_app = self  # type: ignore[method-assign]

    def __call__(self, environ: Any, start: Any) -> Any:
        started = time.perf_counter()
        answer = self.answer(environ, start)
        self.seconds = time.perf_counter() - started
        return answer


def keystroke(app: Flask, rounds: int) -> None:
    client = sign_in(app, "gongshang")
    form = fields(client)
    with app.app_context():
        document = documents(db.session, Scope(bureaus(db.session)[0]), [CODE])[0]
    engine, server = app.extensions["riskmap.engine"], Server(app)
    word = document.steps[1].text
    times: dict[str, list[float]] = {"bare drawing": [], "keystroke": []}
    for number in range(rounds):
        step = replace(document.steps[1], text=f"{word}{number}")
        steps = (document.steps[0], step, *document.steps[2:])
        started = time.perf_counter()
        engine.render(dot.source(layout.place(replace(document, steps=steps))), "svg")
        times["bare drawing"].append(time.perf_counter() - started)
        form["step-1-text"] = [f"{word}{number}"]
        answer = client.post(f"{EDIT}/chart", data=form)
        times["keystroke"].append(server.seconds)
        assert answer.status_code == 200, answer.text
        assert "<svg" in answer.get_json()["svg"]
    tell(times, "bare drawing")


def tell(times: dict[str, list[float]], base: str) -> None:
    whole = statistics.median(times[base])
    for name, taken in times.items():
        each = statistics.median(taken)
        print(f"{name:>24}: {each * 1000:6.1f} ms  {each / whole:.2f} × {base}")


class Database:
    """The time that statements and commits take, and how many there are."""

    def __init__(self, app: Flask) -> None:
        self.seconds, self.statements = 0.0, 0
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self.before)
            event.listen(db.engine, "after_cursor_execute", self.after)
            dialect = db.engine.dialect
        self.commit, dialect.do_commit = dialect.do_commit, self.timed_commit

    def before(self, *_all: object) -> None:
        self.started = time.perf_counter()

    def after(self, *_all: object) -> None:
        self.seconds += time.perf_counter() - self.started
        self.statements += 1

    def timed_commit(self, connection: object) -> None:
        started = time.perf_counter()
        self.commit(connection)
        self.seconds += time.perf_counter() - started


def saving(app: Flask, database: Database, rounds: int) -> None:
    client, server = sign_in(app, "gongshang"), Server(app)
    times: dict[str, list[float]] = {"its statements": [], "saving a step": []}
    for number in range(rounds):
        form = fields(client)
        form["step-1-text"] = [f"当日登录系统登记，打印收件回执{number}"]
        form["do"] = ["save"]
        database.seconds = 0.0
        answer = client.post(EDIT, data=form)
        times["saving a step"].append(server.seconds)
        times["its statements"].append(database.seconds)
        assert answer.status_code == 303, answer.text
    tell(times, "its statements")


def lists(app: Flask, database: Database) -> None:
    client = sign_in(app, "shenji")
    for path in ("/maps?node=FZ-U1-K13", "/maps", "/steps?map=FZ-U1-K13", "/steps", "/measures"):
        database.statements = 0
        client.get(path)
        print(f"{path:>24}: {database.statements} statements")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder, site(Path(folder)) as app:
        keystroke(app, rounds)
        database = Database(app)
        saving(app, database, rounds)
        lists(app, database)


if __name__ == "__main__":
    main()

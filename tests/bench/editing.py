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
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
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
from riskmap.db.connections import WRITING, listen
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
NAME = "bench.db"


@contextmanager
def site(folder: Path) -> Iterator[Flask]:
    url = f"sqlite:///{folder / NAME}"
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


class Statements:
    """The statements that the site executes, in their order, as the driver gets them."""

    def __init__(self, app: Flask) -> None:
        self.told: list[tuple[str, Any]] = []
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self.note)

    def note(self, _connection: object, _cursor: object, said: str, values: Any, *_: Any) -> None:
        if not said.startswith("BEGIN"):
            self.told.append((said, values))

    def taken(self) -> list[tuple[str, Any]]:
        """Return what was executed since the last time."""
        told, self.told = self.told, []
        return told


class Twin:
    """A copy of the site's database, kept equal by the same statements."""

    def __init__(self, original: Path) -> None:
        copy = original.with_name("twin.db")
        with closing(sqlite3.connect(original)) as one, closing(sqlite3.connect(copy)) as other:
            one.backup(other)
        self.engine = create_engine(f"sqlite:///{copy}")
        listen(self.engine)

    def execute(self, statements: list[tuple[str, Any]]) -> float:
        """Execute statements in one transaction; return the seconds that it took."""
        started = time.perf_counter()
        with self.engine.connect() as connection:
            writing = connection.execution_options(**{WRITING: True})
            with writing.begin():
                for said, values in statements:
                    found = writing.exec_driver_sql(said, values)
                    if found.returns_rows:
                        found.all()
        return time.perf_counter() - started


def saving(app: Flask, statements: Statements, original: Path, rounds: int) -> None:
    client, server, twin = sign_in(app, "gongshang"), Server(app), Twin(original)
    statements.taken()
    times: dict[str, list[float]] = {"its statements": [], "saving a step": []}
    for number in range(rounds):
        form = fields(client)
        form["step-1-text"] = [f"当日登录系统登记，打印收件回执{number}"]
        form["do"] = ["save"]
        twin.execute(statements.taken())  # what the page noted before
        answer = client.post(EDIT, data=form)
        times["saving a step"].append(server.seconds)
        times["its statements"].append(twin.execute(statements.taken()))
        assert answer.status_code == 303, answer.text
    twin.engine.dispose()
    tell(times, "its statements")


def lists(app: Flask, statements: Statements) -> None:
    client = sign_in(app, "shenji")
    for path in ("/maps?node=FZ-U1-K13", "/maps", "/steps?map=FZ-U1-K13", "/steps", "/measures"):
        statements.taken()
        client.get(path)
        print(f"{path:>24}: {len(statements.taken())} statements")


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder, site(Path(folder)) as app:
        keystroke(app, rounds)
        statements = Statements(app)
        saving(app, statements, Path(folder) / NAME, rounds)
        lists(app, statements)


if __name__ == "__main__":
    main()

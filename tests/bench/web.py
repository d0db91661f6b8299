"""How fast pages are answered, and how fast search is, side by side in one run.

uv run python tests/bench/web.py [seconds a round]

Pages: requests a second to waitress, in turns: an empty Flask page, a map's page that is
remembered, the same page asked for again by its ETag (304). Each request has a connection of its
own, since waitress ends the connection after every 304: on a kept one the two others would be
measured without that cost. Somebody is signed in. Search: the two-character question, of all and of
a part of the bureau, and the reading of one row by its key, over 50,000 generated steps.
"""

import http.client
import multiprocessing
import random
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import waitress
from flask import Flask
from sqlalchemy import create_engine, delete, insert
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).parents[2]))

from riskmap.app import create_app
from riskmap.config import sample_folder
from riskmap.db import db, now
from riskmap.db.connections import listen
from riskmap.db.schema import changing, upgrade
from riskmap.desk.indexing import complete
from riskmap.desk.models import SearchEntry
from riskmap.desk.search import find
from riskmap.document.terms import StepKind
from riskmap.maps.models import AccountMap, Step
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.sample.loader import load_into, read_sample
from tests.users import cookie

ROUNDS = 7
MAPS, STEPS_A_MAP = 2500, 20
PAGE = "/maps/FZ-U1-K13"
WORDS = (
    "受理审核复核审批送达公示归档调查核实支付登记补正告知听证备案材料申请单位人员待遇基金培训考试"
)


def empty() -> Flask:
    app = Flask("empty")
    app.add_url_rule("/", view_func=lambda: "")
    return app


def serve(make: Callable[[], Flask], listener: socket.socket) -> None:
    waitress.create_server(make(), sockets=[listener], threads=4).run()


class Client:
    """A server process, asked over one connection a request."""

    def __init__(self, make: Callable[[], Flask]) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.process = multiprocessing.get_context("fork").Process(
            target=serve, args=(make, listener), daemon=True
        )
        self.process.start()
        self.port = listener.getsockname()[1]

    def get(self, path: str, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", path, headers={"Connection": "close", **(headers or {})})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def rate(self, path: str, seconds: float, headers: dict[str, str] | None = None) -> float:
        """Return requests a second."""
        done, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds:
            self.get(path, headers)
            done += 1
        return done / (time.perf_counter() - started)


def pages(folder: Path, seconds: float) -> None:
    url = f"sqlite:///{folder / 'pages.db'}"
    engine = create_engine(url)
    listen(engine)
    with changing(engine) as connection:
        upgrade(connection)
        load_into(connection, read_sample(sample_folder()))
    engine.dispose()
    app = create_app(url)
    signed_in = {"Cookie": f"session={cookie(app, 'shenji')}"}
    with app.app_context():
        db.engine.dispose()  # the process that serves opens its own connections
    blank, site = Client(empty), Client(lambda: app)
    first = site.get(PAGE, signed_in)
    assert first.status == 200
    known = {"If-None-Match": first.headers["ETag"], **signed_in}
    assert site.get(PAGE, known).status == 304
    rates: dict[str, list[float]] = {"empty": [], "map": [], "304": []}
    for _ in range(ROUNDS):
        rates["empty"].append(blank.rate("/", seconds))
        rates["map"].append(site.rate(PAGE, seconds, signed_in))
        rates["304"].append(site.rate(PAGE, seconds, known))
    for client in (blank, site):
        client.process.terminate()
    base = statistics.median(rates["empty"])
    for name, found in rates.items():
        rate = statistics.median(found)
        print(f"{name:>6}: {rate:7.0f} requests/s  {rate / base:.2f} of the empty page")


def fill(session: Session) -> None:
    """Add 50,000 steps of generated text, some hundred of which hold the term asked for."""
    dice = random.Random(1)
    bureau = Bureau(code="SC", name="生成的局", short_name="生成")
    session.add(bureau)
    session.flush()
    node = Node(
        bureau_id=bureau.id, code="SC-U1", name="单位", level=NodeLevel.UNIT, position=0, path="/1/"
    )
    session.add(node)
    session.flush()
    connection = session.connection()
    connection.execute(
        insert(AccountMap),
        [
            {"bureau_id": bureau.id, "node_id": node.id, "code": f"SC-U1-S{number}", "title": "图",
             "changed_at": now()}
            for number in range(2, MAPS + 2)
        ],
    )  # fmt: skip
    connection.execute(
        insert(Step),
        [
            {"bureau_id": bureau.id, "map_id": each, "key": f"s{number}", "number": number,
             "kind": StepKind.PROCESS,
             "text": "".join(dice.choices(WORDS, k=28)) + "许可" * (dice.random() < 0.006)}
            for each in range(1, MAPS + 1)
            for number in range(1, STEPS_A_MAP + 1)
        ],
    )  # fmt: skip


def searching(folder: Path) -> None:
    engine = create_engine(f"sqlite:///{folder / 'search.db'}")
    listen(engine)
    with changing(engine) as connection:
        upgrade(connection)
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            fill(session)
            session.commit()
        connection.execute(delete(SearchEntry))  # what the bureau's own row left there
        complete(connection)

    def read(number: int) -> None:
        with Session(engine) as session:
            assert session.get(Step, number) is not None

    def search(scope: Scope) -> None:
        with Session(engine) as session:
            find(session, scope, "许可")

    with Session(engine) as session:
        bureau = session.query(Bureau).one()
        (group,) = find(session, Scope(bureau), "许可")
        session.expunge(bureau)
    tasks = {
        "row by key": read,
        "search": lambda _number: search(Scope(bureau)),
        "of a part": lambda _number: search(Scope(bureau, ("/1/",))),
    }
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(ROUNDS):
        for name, task in tasks.items():
            started = time.perf_counter()
            for number in range(1, 201):
                task(number)
            times[name].append((time.perf_counter() - started) / 200)
    base = statistics.median(times["row by key"])
    print(f"{MAPS * STEPS_A_MAP} steps, of which {group.total} hold the term")
    for name, taken in times.items():
        each = statistics.median(taken)
        print(f"{name:>10}: {each * 1000:.2f} ms  {each / base:.1f} × a row by key")
    engine.dispose()


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    with tempfile.TemporaryDirectory() as folder:
        pages(Path(folder), seconds)
        searching(Path(folder))


if __name__ == "__main__":
    main()

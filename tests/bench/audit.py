"""What an audit costs beside reading its facts, and what a bureau costs among many.

uv run python tests/bench/audit.py [bureaus]

First the sample: reading the facts, and the whole audit (reading, and all rules), in turns. Then
databases of 1, 10 and 100 bureaus (or as many as said), each a copy of the sample: one bureau of
each database is audited in turns, so that what the machine does meanwhile falls on all alike. The
memory is the most that one process has taken after auditing all bureaus of a database one by one.
"""

import copy
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).parents[2]))

from riskmap.config import sample_folder
from riskmap.coverage.auditing import audit
from riskmap.coverage.live import audited
from riskmap.coverage.reading import read
from riskmap.db import schema
from riskmap.db.connections import listen
from riskmap.organisation.queries import bureaus
from riskmap.sample.loader import load_into, read_sample

ROUNDS = 9
SIZES = (1, 10, 100)
DAY = date(2026, 1, 5)


def made(folder: Path, count: int) -> str:
    """Return the URL of a database with so many bureaus."""
    url = f"sqlite:///{folder / f'{count}.db'}"
    engine = create_engine(url)
    listen(engine)
    sample = read_sample(sample_folder())
    sample.users.users = []  # names of users are the installation's, not the bureau's
    with schema.changing(engine) as connection:
        schema.upgrade(connection)
        for number in range(count):
            one = copy.copy(sample)
            one.organisation = copy.copy(sample.organisation)
            one.organisation.bureau = copy.copy(sample.organisation.bureau)
            one.organisation.bureau.code = f"B{number:03}"
            load_into(connection, one)
    engine.dispose()
    return url


def opened(url: str) -> Session:
    engine = create_engine(url)
    listen(engine)
    return Session(engine)


def timed(work: object, *args: object) -> float:
    started = time.perf_counter()
    work(*args)  # type: ignore[operator]
    return time.perf_counter() - started


def whole(session: Session, number: int) -> None:
    """Audit a bureau as a command does: nothing is known of it before."""
    session.expunge_all()
    audited(session, bureaus(session)[number], DAY)


def facts_only(session: Session) -> None:
    session.expunge_all()
    read(session, bureaus(session)[0], DAY)


def against_reading(url: str) -> None:
    """Print the audit of the sample as a ratio to the reading of its facts."""
    with opened(url) as session:
        facts = read(session, bureaus(session)[0], DAY)
        for _ in range(2):
            facts_only(session)
            whole(session, 0)
        reading, all_of_it = [], []
        for _ in range(ROUNDS):
            reading.append(timed(facts_only, session))
            all_of_it.append(timed(whole, session, 0))
        rules = [timed(audit, facts) for _ in range(ROUNDS)]
    one, other = statistics.median(reading), statistics.median(all_of_it)
    print(
        f"reading the facts {one * 1000:.0f} ms, the rules {statistics.median(rules) * 1000:.0f} ms"
    )
    print(f"the whole audit {other * 1000:.0f} ms: {other / one:.2f} × reading (asked: 3)")


def among_many(urls: dict[int, str]) -> None:
    """Print what one bureau's audit takes among few and among many."""
    sessions = {count: opened(url) for count, url in urls.items()}
    times: dict[int, list[float]] = {count: [] for count in urls}
    for session in sessions.values():
        whole(session, 0)
    for turn in range(ROUNDS * 2):
        for count, session in sessions.items():
            times[count].append(timed(whole, session, turn % count))
    first = statistics.median(times[min(times)])
    for count, found in times.items():
        each = statistics.median(found)
        said = f"{each * 1000:.0f} ms a bureau, {each / first:.2f} × alone"
        print(f"{count} bureaus: {said} (asked: 0.85 to 1.15)")


def peak(url: str, answer: "multiprocessing.Queue[int]") -> None:
    with opened(url) as session:
        for number in range(len(bureaus(session))):
            whole(session, number)
    answer.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def memory(urls: dict[int, str]) -> None:
    """Print the most memory that auditing every bureau of a database takes."""
    spawned = multiprocessing.get_context("spawn")
    found = {}
    for count, url in urls.items():
        answer = spawned.Queue()
        process = spawned.Process(target=peak, args=(url, answer))
        process.start()
        found[count] = answer.get()
        process.join()
    first = found[min(found)]
    for count, most in found.items():
        print(f"{count} bureaus one after another: {most / 1024:.0f} MB, {most / first:.2f} × one")


def main(sizes: tuple[int, ...]) -> None:
    with tempfile.TemporaryDirectory() as name:
        urls = {count: made(Path(name), count) for count in sizes}
        against_reading(urls[min(sizes)])
        among_many(urls)
        memory(urls)


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)

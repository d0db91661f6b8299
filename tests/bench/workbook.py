"""What a large workbook costs to write and to take in, beside the plain ways of doing it.

uv run python tests/bench/workbook.py [steps [rounds]]

A bureau of as many posts as it takes, each with an empty map, gets its steps from one workbook:
once as riskmap takes it in, once read by openpyxl (read-only) and put into the session row by row
after the same checks. Then the steps are written: by riskmap, by openpyxl as usual, and by openpyxl
in its write-only mode. Every measurement has a process of its own, and they are made in turns.

The plain way of taking in makes riskmap's own checks, so that what makes them faster makes both
faster; its rows are flushed once, which is the best that the session can do, and are recorded,
counted and indexed like all rows. It does not tell what became of every cell, as riskmap does.
The plain ways of writing write the same texts, with no formats, lists or comments; none of the
three writes the ledgers that are made for printing.
"""

import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).parents[2]))

from riskmap.app import create_app
from riskmap.db import db, now, schema
from riskmap.db.connections import listen, start_writing
from riskmap.document.terms import StepKind
from riskmap.maps import commands as maps
from riskmap.maps.checking import faults
from riskmap.maps.models import AccountMap, Step
from riskmap.maps.pickers import pickers
from riskmap.organisation import commands as organisation
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import DutyClass
from riskmap.workbooks.book import Book, ReadSheet
from riskmap.workbooks.columns import BY_NAME
from riskmap.workbooks.importing import import_book
from riskmap.workbooks.map_edits import Asked, edited
from riskmap.workbooks.opening import opened_book
from riskmap.workbooks.plan import plan
from riskmap.workbooks.rows import snapshot
from riskmap.workbooks.taking import take
from riskmap.workbooks.writer import About, heads, shown_rows, workbook

STEPS = 100_000
A_MAP = 250
ROUNDS = 3
WRITTEN = ("map", "key", "number", "kind", "text", "actor")


def anybody(_policy: object, _path: str) -> bool:
    return True


def made(folder: Path, posts: int) -> Path:
    """Return a database with a bureau of so many posts, each with an empty map."""
    path = folder / "empty.db"
    engine = create_engine(f"sqlite:///{path}")
    listen(engine)
    with schema.changing(engine) as connection:
        schema.upgrade(connection)
    with Session(engine) as session:
        start_writing(session)
        bureau = Bureau(code="B1", name="量表局", short_name="量表局")
        session.add(bureau)
        session.flush()
        unit = organisation.add_node(session, bureau, None, code="U1", name="单位")
        office = organisation.add_node(session, bureau, unit, code="U1-K01", name="科室")
        for number in range(posts):
            code = f"U1-K01-G{number:04}"
            post = organisation.add_node(
                session, bureau, office, code=code, name=f"岗位{number}",
                duty_class=DutyClass.OPERATIONS,
            )  # fmt: skip
            maps.begin(session, post, title=f"第{number}号账图")
        session.commit()
    engine.dispose()
    return path


def file_of(folder: Path, steps: int) -> Path:
    """Return a workbook whose only sheet adds so many steps."""
    path = folder / "steps.xlsx"
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    table = BY_NAME["step"]
    sheet = book.add_worksheet("步骤")
    columns = heads(table)
    for at, (head, _column) in enumerate(columns):
        sheet.write_string(0, at, str(head))
    places = {column.name: at for at, (_head, column) in enumerate(columns) if column}
    for row in range(1, steps + 1):
        code = f"U1-K01-G{(row - 1) // A_MAP:04}"
        cells = (code, f"s{(row - 1) % A_MAP + 1}", (row - 1) % A_MAP + 1, "处理",
                 f"核对第{row}份材料并登记", code)  # fmt: skip
        for name, value in zip(WRITTEN, cells, strict=True):
            sheet.write(row, places[name], value)
    book.close()
    return path


def ours(content: bytes) -> int:
    """Take the workbook in as riskmap does."""
    start_writing(db.session)
    scope = Scope(bureaus(db.session)[0])
    outcome = import_book(db.session, scope, opened_book(content, "a.xlsx"), anybody)
    assert not outcome.rows["refused"], outcome.of("refused")[:3]
    return outcome.rows["added"]


def plainly(content: bytes) -> int:
    """Take the workbook in by openpyxl and one `add` a row, after the same checks."""
    read = openpyxl.load_workbook(BytesIO(content), read_only=True)
    sheets = tuple(
        ReadSheet(each.title, tuple(tuple(row) for row in each.iter_rows(values_only=True)))
        for each in read.worksheets
    )
    start_writing(db.session)
    bureau = bureaus(db.session)[0]
    known = snapshot(db.session, Scope(bureau))
    planned = plan(take(Book(sheets)).rows, known, anybody)
    assert not planned.refused, planned.refused[:3]
    codes = {row.code: row for row in db.session.query(AccountMap)}
    nodes = {row.code: row.id for row in db.session.query(Node)}
    names = pickers(db.session, bureau)
    asked: dict[str, Asked] = {}
    for each in planned.added:
        asked.setdefault(each.values["map"], Asked()).put.setdefault("step", []).append(each)
    for code, rows in asked.items():
        draft = maps.locked(db.session, codes[code]).draft(names)
        assert not faults(edited(draft, rows, names).draft, names, code, draft)
    for each in planned.added:
        values = each.values
        db.session.add(Step(
            bureau_id=bureau.id, map=codes[values["map"]], key=values["key"],
            number=int(values["number"]), kind=StepKind(values["kind"]), text=values["text"],
            actor_node_id=nodes[values["actor"]], min_persons=1,
        ))  # fmt: skip
    db.session.flush()
    return len(planned.added)


def written(_content: bytes) -> int:
    """Write the steps as riskmap does."""
    bureau = bureaus(db.session)[0]
    known = snapshot(db.session, Scope(bureau), tables=[BY_NAME["step"]])
    about = About(bureau.code, bureau.name, "", now(), "")
    return len(workbook(about, known, tables=[BY_NAME["step"]]))


def by_openpyxl(write_only: bool) -> int:
    """Write the same cells by openpyxl."""
    bureau = bureaus(db.session)[0]
    known = snapshot(db.session, Scope(bureau), tables=[BY_NAME["step"]])
    table = BY_NAME["step"]
    book = openpyxl.Workbook(write_only=write_only)
    sheet = book.create_sheet("步骤")
    sheet.append([str(head) for head, _column in heads(table)])
    for cells in shown_rows(table, known):
        sheet.append(cells)
    content = BytesIO()
    book.save(content)
    return len(content.getvalue())


def as_usual(_content: bytes) -> int:
    return by_openpyxl(False)


def write_only(_content: bytes) -> int:
    return by_openpyxl(True)


def alone(name: str, database: str, file: str, answer: Any) -> None:
    work: Callable[[bytes], int] = globals()[name]
    content = Path(file).read_bytes()
    app = create_app(f"sqlite:///{database}")
    with app.app_context():
        started = time.perf_counter()
        work(content)
        seconds = time.perf_counter() - started
        db.session.rollback()
    answer.put((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def measured(name: str, database: Path, file: Path) -> tuple[float, float]:
    """Return seconds and megabytes of a piece of work in a process of its own."""
    spawned = multiprocessing.get_context("spawn")
    answer = spawned.Queue()
    process = spawned.Process(target=alone, args=(name, str(database), str(file), answer))
    process.start()
    found: tuple[float, float] = answer.get()
    process.join()
    return found


def compared(
    names: tuple[str, ...], database: Path, file: Path, rounds: int
) -> dict[str, tuple[float, float]]:
    """Return the median seconds and the most megabytes of each, made in turns."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            found[name].append(measured(name, database, file))
    return {
        name: (statistics.median(s for s, _m in each), max(m for _s, m in each))
        for name, each in found.items()
    }


def filled(folder: Path, database: Path, file: Path) -> Path:
    """Return a database in which the workbook was taken in."""
    path = folder / "filled.db"
    path.write_bytes(database.read_bytes())
    app = create_app(f"sqlite:///{path}")
    with app.app_context():
        ours(file.read_bytes())
        db.session.commit()
    return path


def main(steps: int = STEPS, rounds: int = ROUNDS) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database, file = made(folder, -(-steps // A_MAP)), file_of(folder, steps)
        taken = compared(("ours", "plainly"), database, file, rounds)
        for name_of, (seconds, most) in taken.items():
            print(f"import of {steps} steps, {name_of}: {seconds:.1f} s, {most:.0f} MB")
        ratio = taken["plainly"][0] / taken["ours"][0]
        print(f"import: {ratio:.2f} × faster than openpyxl and one add a row (asked: 2)")
        full = filled(folder, database, file)
        out = compared(("written", "as_usual", "write_only"), full, file, rounds)
        for name_of, (seconds, most) in out.items():
            print(f"export of {steps} steps, {name_of}: {seconds:.1f} s, {most:.0f} MB")
        usual, only = (
            out[name_of][0] / out["written"][0] for name_of in ("as_usual", "write_only")
        )
        print(f"export: {usual:.2f} × openpyxl (asked: 1.3), {only:.2f} × write-only (asked: 1)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""A process that is killed in the middle of an import leaves all of it or nothing."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from riskmap.app import create_app
from riskmap.config import sample_folder
from riskmap.db import now, schema
from riskmap.db.connections import listen
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.sample.loader import load_into, read_sample
from riskmap.workbooks.rows import snapshot
from riskmap.workbooks.writer import About, workbook

KILLS = int(os.environ.get("RISKMAP_TEST_KILLS", "8"))
MARK = "改于导入"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, words) -> tuple[Path, Path]:
    """A sample database, and a workbook that changes every measure and every step of it."""
    folder = tmp_path_factory.mktemp("killing")
    database, file = folder / "sample.db", folder / "a.xlsx"
    engine = create_engine(f"sqlite:///{database}")
    listen(engine)
    with schema.changing(engine) as connection:
        schema.upgrade(connection)
        load_into(connection, read_sample(sample_folder()))
    with words.app_context(), Session(engine) as session:
        bureau = bureaus(session)[0]
        about = About(bureau.code, bureau.name, "", now(), "")
        content = workbook(about, snapshot(session, Scope(bureau)))
    engine.dispose()
    book = openpyxl.load_workbook(BytesIO(content))
    for sheet, column in (("防控措施", 3), ("步骤", 5)):
        for row in range(2, book[sheet].max_row + 1):
            book[sheet].cell(row, column).value = f"{MARK}{row}"
    book.save(file)
    return database, file


def counted(database: Path) -> tuple[int, int, int]:
    """Return how many measures and steps say what the import said, and how many it kept."""
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return tuple(
            connection.execute(query, (f"{MARK}%",) if "?" in query else ()).fetchone()[0]
            for query in (
                "SELECT count(*) FROM measure WHERE text LIKE ?",
                "SELECT count(*) FROM step WHERE text LIKE ?",
                "SELECT count(*) FROM workbook_import",
            )
        )


def started(database: Path, file: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.workbooks.importing_child", str(database), str(file)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_an_import_that_is_killed_is_there_whole_or_not_at_all(prepared, tmp_path):
    database, file = prepared
    whole = tmp_path / "whole.db"
    shutil.copy(database, whole)
    begun = time.monotonic()
    with started(whole, file) as process:
        assert process.stdout.read() == "done\n"
    seconds = time.monotonic() - begun
    measures, steps, kept = counted(whole)
    assert (measures > 100, steps > 1500, kept) == (True, True, 1)

    for number in range(KILLS):
        copy = tmp_path / f"{number}.db"
        shutil.copy(database, copy)
        with started(copy, file) as process:
            time.sleep(seconds * (number + 0.5) / KILLS)
            process.kill()
        assert counted(copy) in ((0, 0, 0), (measures, steps, 1))
        app = create_app(f"sqlite:///{copy}")
        with app.app_context():
            assert app.test_client().get("/sign-in").status_code == 200
        app.extensions["riskmap.engine"].close()

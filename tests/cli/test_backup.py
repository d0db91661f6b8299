"""The drill: backups made while people work, restored on an empty machine, and every damage."""

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from secrets import token_hex

import pytest
from alembic import command
from click.testing import CliRunner, Result
from sqlalchemy import Engine, NullPool, create_engine, inspect, make_url, select, text
from sqlalchemy.orm import Session

from riskmap.accounts.models import UserSession
from riskmap.accounts.pages import DEMO_PASSWORD
from riskmap.app import create_app
from riskmap.cli import main
from riskmap.config import SETTINGS
from riskmap.db import backup_files, schema
from riskmap.db.backup_files import BackupError, Manifest, peek, read
from riskmap.db.backups import contents_of
from riskmap.history.models import Change
from riskmap.jobs.models import Job
from riskmap.jobs.states import JobState
from riskmap.organisation.models import Bureau
from tests.databases import closing
from tests.rows import CHANGED, make_bureau, make_job, make_node, make_user
from tests.users import sign_in

on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return how to run a command in a folder of its own; the database is the first word's."""
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("RISKMAP_SECRET_KEY", token_hex(32))  # else one is made in exports/
    monkeypatch.chdir(tmp_path)

    def run_one(url: str, *words: object) -> Result:
        monkeypatch.setenv("RISKMAP_DATABASE_URL", url)
        return CliRunner().invoke(main, [str(word) for word in words])

    return run_one


def good(result: Result) -> Result:
    assert result.exit_code == 0, result.output
    return result


def refused(result: Result) -> str:
    """Return the one line in which a command failed."""
    assert result.exit_code == 1, result.output
    lines = [line for line in result.output.splitlines() if line.startswith("错误：")]
    assert len(lines) == 1
    assert result.output.rstrip().endswith(lines[0])
    return lines[0]


def state(url: str) -> object:
    """Return all that a refusal must leave as it was: an SQLite file's bytes, else the contents."""
    if url.startswith("sqlite"):
        return Path(url.removeprefix("sqlite:///")).read_bytes()
    with closing(url) as engine, engine.connect() as connection:
        names = "SELECT datname FROM pg_database WHERE datname LIKE :like ORDER BY datname"
        like = {"like": f"{make_url(url).database}%"}
        return contents_of(connection), connection.execute(text(names), like).scalars().all()


def elsewhere(url: str, folder: Path) -> str:
    """Return the URL of a database that is not there yet."""
    if url.startswith("sqlite"):
        return f"sqlite:///{folder / 'empty machine' / 'riskmap.db'}"
    return url + "_restore_elsewhere"  # a name that is removed with its neighbour


def events(url: str, kind: str) -> list[tuple[int, str, dict[str, object]]]:
    with closing(url) as engine, Session(engine) as session:
        rows = session.scalars(select(Change).where(Change.kind == kind).order_by(Change.id))
        return [(row.chain, row.name, json.loads(row.details)) for row in rows]


# The drill

WRITER = """
import sys
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from riskmap.db.connections import listen, start_writing
from tests import databases as _listeners
from riskmap.maps.models import Step
engine = create_engine(sys.argv[1])
listen(engine)
number = 0
while True:
    with Session(engine) as session:
        start_writing(session)
        for step in session.scalars(select(Step).order_by(Step.id).limit(5)):
            number += 1
            step.text = f"改写第 {number} 次"
        session.commit()
    print(number, flush=True)
"""


@contextmanager
def somebody_writing(url: str) -> Iterator[None]:
    """Let another process change rows as fast as it can."""
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, url], cwd=root, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0
        yield
        assert process.poll() is None, "the writer gave up"
        process.kill()


def test_the_drill(run: Run, sample_database: str, tmp_path: Path) -> None:
    with somebody_writing(sample_database):
        said = good(run(sample_database, "backup", tmp_path / "drill.zip")).output
    manifest = peek(tmp_path / "drill.zip")
    there = elsewhere(sample_database, tmp_path)

    good(run(there, "restore", tmp_path / "drill.zip"))

    with closing(there) as engine, engine.connect() as connection:
        found = contents_of(connection)
    wanted = manifest.contents.rows
    assert manifest.contents.rows["step"] > 1000
    assert found.rows == wanted | {"change": wanted["change"] + 1}  # that it was restored
    ((chain, number, digits),) = manifest.contents.heads
    assert number > 1  # there was a load
    head = f"{chain}:{number}:{digits}"
    assert head in said
    good(run(there, "verify", "--head", head))
    _everyday_work_goes_on(there, tmp_path)


def _everyday_work_goes_on(url: str, folder: Path) -> None:
    """Sign in with a password, and open the newest map."""
    app = create_app(url, keys=folder)
    client = app.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    hidden = dict(re.findall(r'name="(csrf_token|number|end)"[^>]*value="([^"]*)"', page))
    answer = client.post(
        "/sign-in", data={**hidden, "name": "shenji", "password": DEMO_PASSWORD, "end": "1"}
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    with closing(url) as engine, engine.connect() as connection:
        newest = "SELECT code FROM account_map ORDER BY changed_at DESC, id LIMIT 1"
        code = connection.execute(text(newest)).scalar_one()
    opened = client.get(f"/maps/{code}?draft=1")
    assert opened.status_code == 200
    assert "改写第" in opened.get_data(as_text=True)
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_restoring_over_what_is_there_keeps_it_and_signs_everybody_out(
    run: Run, sample_database: str, tmp_path: Path
) -> None:
    app = create_app(sample_database, keys=tmp_path)
    client = sign_in(app, "shenji")
    assert client.get("/").status_code == 200
    good(run(sample_database, "backup", "b.zip"))
    with closing(sample_database) as engine, Session(engine) as session:
        session.scalars(select(Bureau)).one().name = "改名之后"
        session.commit()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()  # the site is stopped

    result = good(run(sample_database, "restore", "b.zip"))

    assert client.get("/").status_code == 302
    with closing(sample_database) as engine, Session(engine) as session:
        assert session.scalars(select(Bureau.name)).one() != "改名之后"
        assert all(session.scalars(select(UserSession.ended_at)))
    kept = re.search(r"留存为 (\S+?)；", result.output)
    assert kept is not None
    before = (
        f"sqlite:///{kept[1]}"
        if sample_database.startswith("sqlite")
        else make_url(sample_database).set(database=kept[1]).render_as_string(hide_password=False)
    )
    with closing(before) as engine, Session(engine) as session:
        assert session.scalars(select(Bureau.name)).one() == "改名之后"
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_backups_and_restores_are_in_the_record_of_every_bureau(
    run: Run, database: str, tmp_path: Path
) -> None:
    with closing(database) as engine, Session(engine) as session:
        chains = [make_bureau(session).id, make_bureau(session).id]
        session.commit()

    good(run(database, "backup", "b.zip"))
    assert [(chain, name) for chain, name, _ in events(database, "backed_up")] == [
        (chain, "b.zip") for chain in chains
    ]
    good(run(database, "restore", "b.zip"))

    assert events(database, "backed_up") == []  # recorded after the moment that was kept
    restored = events(database, "restored")
    assert [(chain, name) for chain, name, _ in restored] == [(chain, "b.zip") for chain in chains]
    heads = {chain: f"{chain}:{number}:{it}" for chain, number, it in
             peek(tmp_path / "b.zip").contents.heads}  # fmt: skip
    assert [details["heads"] for _, _, details in restored] == [[heads[each]] for each in chains]
    good(run(database, "verify"))


def test_a_job_that_waited_when_the_backup_was_made_is_not_begun_after_a_restore(
    run: Run, database: str
) -> None:
    with closing(database) as engine, Session(engine) as session:
        user = make_user(session, make_bureau(session))
        ended = make_job(session, user, state=JobState.DONE, ended_at=CHANGED).id
        make_job(session, user)
        make_job(session, user, state=JobState.RUNNING, lease="x", lease_until=CHANGED)
        session.commit()

    good(run(database, "backup", "b.zip"))
    good(run(database, "restore", "b.zip"))

    with closing(database) as engine, Session(engine) as session:
        states = {job.id: job.state for job in session.scalars(select(Job))}
        assert states.pop(ended) is JobState.DONE
        assert list(states.values()) == [JobState.CANCELLED, JobState.CANCELLED]


def test_two_restores_in_a_row_keep_what_was_there_twice(run: Run, database: str) -> None:
    good(run(database, "backup", "b.zip"))

    results = [good(run(database, "restore", "b.zip")).output for _ in range(2)]

    kept = {re.findall(r"留存为 (\S+?)；", output)[0] for output in results}
    assert len(kept) == 2
    if database.startswith("sqlite"):
        assert all(Path(each).is_file() for each in kept)


def test_an_empty_register_can_be_kept_and_restored(run: Run, database: str) -> None:
    good(run(database, "backup", "b.zip"))
    good(run(database, "restore", "b.zip"))

    assert [chain for chain, _, _ in events(database, "restored")] == [0]


# What a backup is


def test_a_backup_is_for_its_owner_only_and_replaces_an_older_one(
    run: Run, database: str, tmp_path: Path
) -> None:
    path = tmp_path / "b.zip"
    good(run(database, "backup", path))
    first = peek(path)
    with closing(database) as engine, Session(engine) as session:
        make_bureau(session)
        session.commit()
    good(run(database, "backup", path))

    assert path.stat().st_mode & 0o777 == 0o600
    assert peek(path).contents.rows["bureau"] == first.contents.rows["bureau"] + 1
    assert [each.name for each in tmp_path.iterdir()] == ["b.zip"]


@on_sqlite
def test_nothing_but_a_backup_is_written_over(run: Run, database: str, tmp_path: Path) -> None:
    before = state(database)
    (tmp_path / "letter.zip").write_bytes(b"PK\x03\x04 a letter")

    for target in (database.removeprefix("sqlite:///"), tmp_path / "letter.zip"):
        assert "不会覆盖" in refused(run(database, "backup", target))

    assert state(database) == before
    assert (tmp_path / "letter.zip").read_bytes() == b"PK\x03\x04 a letter"
    assert "--keep" in refused(run(database, "backup", tmp_path))


@on_sqlite
def test_a_place_that_cannot_be_written_to_is_said_in_one_line(
    run: Run, database: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")

    assert "file" in refused(run(database, "backup", tmp_path / "file" / "b.zip"))


def test_only_our_oldest_good_backups_are_removed(run: Run, database: str, tmp_path: Path) -> None:
    with closing(database) as engine, Session(engine) as session:
        make_bureau(session)
        session.commit()
    folder = tmp_path / "kept"
    folder.mkdir()
    strangers = ["riskmap-20200101-000000-000000000000.zip", "notes.txt"]
    for name in strangers:
        (folder / name).write_text("not a backup")
    made = []
    for number in range(4):
        said = good(run(database, "backup", folder, "--keep", "2")).output
        name = re.search(r"riskmap-\d{8}-\d{6}-[0-9a-f]{12}\.zip", said)
        assert name is not None
        digits = peek(folder / name[0]).contents.heads[0][2]
        assert name[0].endswith(f"-{digits[:12]}.zip")
        made.append(folder / f"riskmap-2020010{number + 2}-000000-{digits[:12]}.zip")
        os.replace(folder / name[0], made[-1])  # as if it had been made on another day

    left = {each.name for each in folder.iterdir()}

    # Before the last was renamed, it and the newest of the others stayed.
    assert left == {*strangers, made[2].name, made[3].name}


def test_another_installation_s_backups_in_the_same_folder_stay(
    run: Run, database: str, sample_database: str, tmp_path: Path
) -> None:
    good(run(sample_database, "backup", tmp_path, "--keep", "1"))
    (theirs,) = tmp_path.glob("riskmap-*.zip")
    good(run(database, "backup", tmp_path, "--keep", "1"))

    assert theirs.exists()
    assert len(list(tmp_path.glob("riskmap-*.zip"))) == 2


def tamper(url: str) -> None:
    """Edit an entry past riskmap."""
    engine = create_engine(url, poolclass=NullPool)
    on = " ON change" if engine.dialect.name == "postgresql" else ""
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER change_sealed{on}")
        connection.exec_driver_sql("UPDATE change SET who = 'nobody' WHERE number = 1")


def test_a_backup_whose_record_is_broken_gets_no_name_and_removes_nothing(
    run: Run, sample_database: str, tmp_path: Path
) -> None:
    good(run(sample_database, "backup", tmp_path, "--keep", "1"))
    before = list(tmp_path.iterdir())
    tamper(sample_database)

    said = refused(run(sample_database, "backup", tmp_path, "--keep", "1"))

    assert "从第 1 条断开" in said
    assert list(tmp_path.iterdir()) == before


def test_a_backup_whose_record_is_broken_is_restored_only_on_purpose(
    run: Run, sample_database: str
) -> None:
    tamper(sample_database)
    good(run(sample_database, "backup", "b.zip"))
    before = state(sample_database)

    assert "--broken-record" in refused(run(sample_database, "restore", "b.zip"))
    assert state(sample_database) == before
    good(run(sample_database, "restore", "b.zip", "--broken-record"))

    assert len(events(sample_database, "restored")) == 1


# Damage


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """Return a backup of a small database, and its bytes."""
    folder = tmp_path_factory.mktemp("whole")
    url = f"sqlite:///{folder / 'riskmap.db'}"
    with closing(url) as engine, schema.changing(engine) as connection:
        schema.upgrade(connection)
        make_node(Session(connection), make_bureau(Session(connection)))
    made = CliRunner(env={"RISKMAP_DATABASE_URL": url}).invoke(
        main, ["backup", str(folder / "b.zip")]
    )
    assert made.exit_code == 0, made.output
    return folder / "b.zip", (folder / "b.zip").read_bytes()


def quiet(_said: str, _length: int) -> nullcontext[Callable[[int], None]]:
    return nullcontext(lambda _done: None)


def test_every_flipped_byte_is_found(whole: tuple[Path, bytes], tmp_path: Path) -> None:
    path, content = whole
    read(path, quiet)
    chance = random.Random(6)
    edges = [*range(40), *range(len(content) - 240, len(content))]
    damaged = tmp_path / "damaged.zip"
    for place in (*edges, *(chance.randrange(len(content)) for _ in range(200))):
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        damaged.write_bytes(changed)
        with pytest.raises(BackupError):
            read(damaged, quiet)


def test_every_cut_is_found(whole: tuple[Path, bytes], tmp_path: Path) -> None:
    content = whole[1]
    damaged = tmp_path / "damaged.zip"
    lengths = [*range(0, len(content), 4096), *range(len(content) - 100, len(content))]
    for length in lengths:
        damaged.write_bytes(content[:length])
        with pytest.raises(BackupError):
            read(damaged, quiet)
    damaged.write_bytes(content + b"\0")
    with pytest.raises(BackupError):
        read(damaged, quiet)


def damages(content: bytes) -> dict[str, bytes]:
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 4
    return {
        "half": content[: len(content) // 2],
        "flipped": bytes(flipped),
        "nothing": b"",
        "an Excel file": b"PK\x03\x04" + b"x" * 500,
        "a database": b"SQLite format 3\0" + b"\0" * 500,
    }


@pytest.mark.parametrize("damage", list(damages(b"x" * 9)))
def test_a_damaged_backup_leaves_the_running_database_as_it_is(
    run: Run, database: str, tmp_path: Path, damage: str
) -> None:
    good(run(database, "backup", "b.zip"))
    before = state(database)
    path = tmp_path / "b.zip"
    path.write_bytes(damages(path.read_bytes())[damage])

    said = refused(run(database, "restore", path))

    assert "b.zip" in said
    assert state(database) == before
    assert [each.name for each in tmp_path.iterdir()] == ["b.zip"]


def test_a_missing_backup_is_said_in_one_line(run: Run, database: str) -> None:
    before = state(database)

    assert "gone.zip" in refused(run(database, "restore", "gone.zip"))
    assert state(database) == before


def forge(path: Path, **changes: object) -> None:
    """Seal a backup anew that says something else of itself."""
    manifest = peek(path)
    dump = path.with_name("forged dump")
    backup_files.extract(path, manifest, dump, quiet)
    fields = {name: getattr(manifest, name) for name in manifest.__struct_fields__}
    path.unlink()
    backup_files.write(path, Manifest(**(fields | changes)), dump, quiet)  # type: ignore[arg-type]
    dump.unlink()


def with_contents(path: Path, **changes: object) -> object:
    contents = peek(path).contents
    fields = {name: getattr(contents, name) for name in contents.__struct_fields__}
    return backup_files.Contents(**(fields | changes))  # type: ignore[arg-type]


FORGERIES: dict[str, tuple[Callable[[Path], dict[str, object]], str]] = {
    "a newer format": (lambda _: {"format": 2}, "格式"),
    "a newer schema": (lambda path: {"contents": with_contents(path, schema="9999")}, "9999"),
    "another engine": (lambda _: {"engine": "oracle"}, "oracle"),
    "other counts": (
        lambda path: {"contents": with_contents(path, rows={"bureau": 7})}, "bureau 的行数",
    ),
    "another head": (
        lambda path: {"contents": with_contents(path, heads=((1, 9, "f" * 64),))}, "链尾",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", list(FORGERIES))
def test_a_backup_that_does_not_hold_what_it_says_is_refused(
    run: Run, database: str, tmp_path: Path, what: str
) -> None:
    path = tmp_path / "b.zip"
    good(run(database, "backup", path))
    before = state(database)
    change, said = FORGERIES[what]
    forge(path, **change(path))

    assert said in refused(run(database, "restore", path))
    assert state(database) == before


KILLED = """
import os, random, signal, sys, time
from contextlib import nullcontext
from pathlib import Path
from secrets import token_hex
from riskmap.db.backups import take
from riskmap.db.backups_sqlite import SqliteStore
store, folder = SqliteStore(Path(sys.argv[1])), Path(sys.argv[2])
def quiet(_said, _length):
    return nullcontext(lambda _done: None)
take(store, folder / "first.zip", quiet)
started = time.perf_counter()
take(store, folder / "second.zip", quiet)
needed = time.perf_counter() - started
for number in range(12):
    child = os.fork()
    if child == 0:
        take(store, folder / f"{number}.zip", quiet)
        os._exit(0)
    time.sleep(needed * (number + random.random()) / 11)
    os.kill(child, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@on_sqlite
def test_a_backup_killed_at_any_moment_leaves_its_name_or_a_whole_backup(
    sample_database: str, tmp_path: Path
) -> None:
    path = Path(sample_database.removeprefix("sqlite:///"))
    before = path.read_bytes()

    done = subprocess.run(
        [sys.executable, "-c", KILLED, path, tmp_path], capture_output=True, text=True, check=True
    )

    codes = done.stdout.split()
    assert len(codes) == 12
    assert codes.count("-9") >= 4
    for number, code in enumerate(codes):
        target = tmp_path / f"{number}.zip"
        if target.exists():
            read(target, quiet)
        assert target.exists() or code == "-9"
    assert path.read_bytes() == before


@on_sqlite
def test_what_a_killed_backup_left_is_removed_a_day_later(
    run: Run, database: str, tmp_path: Path
) -> None:
    old, new = tmp_path / ".riskmap-work-old", tmp_path / ".riskmap-work-new"
    for left in (old, new):
        left.mkdir()
        (left / "dump").write_text("half")
    os.utime(old, (1, 1))

    good(run(database, "backup", "b.zip"))

    assert not old.exists()
    assert new.exists()  # perhaps another backup is at work


# Older databases, other databases, busy databases


def older(engine: Engine) -> None:
    """Give an empty database the tables of schema 0002, and a bureau."""
    with schema.changing(engine) as connection:
        command.upgrade(schema.configuration(connection), "0002")
        connection.exec_driver_sql(
            "INSERT INTO bureau (code, name, short_name, is_sample) "
            "VALUES ('LAO', '老局', '老局', false)"
        )


def test_an_older_database_is_kept_and_restored_as_a_newer_one(
    run: Run, empty_database: str
) -> None:
    with closing(empty_database) as engine:
        older(engine)

    kept = good(run(empty_database, "backup", "old.zip")).output
    result = good(run(empty_database, "restore", "old.zip"))

    assert "0002" in kept
    assert "riskmap init" in kept
    assert f"0002 已升级到 {schema.newest()}" in result.output
    with closing(empty_database) as engine, engine.connect() as connection:
        assert schema.current(connection) == schema.newest()
        assert schema.differences(connection) == []
        assert connection.execute(select(Bureau.code)).scalar_one() == "LAO"
    assert len(events(empty_database, "restored")) == 1
    good(run(empty_database, "verify"))


def test_an_older_database_is_kept_under_a_dated_name_too(
    run: Run, empty_database: str, tmp_path: Path
) -> None:
    with closing(empty_database) as engine:
        older(engine)

    good(run(empty_database, "backup", tmp_path / "kept", "--keep", "3"))

    (path,) = (tmp_path / "kept").iterdir()
    assert path.name.endswith(f"-{'0' * 12}.zip")


def test_another_system_s_database_is_neither_kept_nor_replaced(
    run: Run, database: str, empty_database: str
) -> None:
    good(run(database, "backup", "b.zip"))
    with closing(empty_database) as engine, engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE salary (id INTEGER PRIMARY KEY)")

    assert "不是 riskmap 的" in refused(run(empty_database, "backup", "c.zip"))
    assert "其他系统" in refused(run(empty_database, "restore", "b.zip"))

    with closing(empty_database) as engine, engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["salary"]


@on_sqlite
def test_a_file_that_another_process_has_open_is_not_replaced(
    run: Run, database: str, tmp_path: Path
) -> None:
    path = database.removeprefix("sqlite:///")
    good(run(database, "backup", "b.zip"))
    before = state(database)
    idle = (
        "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1]); "
        "c.execute('SELECT 1 FROM bureau').fetchall(); print('open', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", idle, path], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        said = refused(run(database, "restore", "b.zip"))
        other.kill()

    assert f"进程 {other.pid}" in said
    assert state(database) == before
    good(run(database, "restore", "b.zip"))


@on_sqlite
def test_a_file_that_is_being_written_to_is_not_replaced(run: Run, database: str) -> None:
    good(run(database, "backup", "b.zip"))
    before = state(database)
    writer = sqlite3.connect(database.removeprefix("sqlite:///"))
    writer.execute("BEGIN IMMEDIATE")

    said = refused(run(database, "restore", "b.zip"))
    writer.close()

    assert "停掉网站" in said
    assert state(database) == before


@on_sqlite
def test_a_damaged_database_is_replaced_and_its_journals_are_not_played_back(
    run: Run, database: str
) -> None:
    path = Path(database.removeprefix("sqlite:///"))
    with closing(database) as engine, Session(engine) as session:
        make_bureau(session, code="YJRS")
        session.commit()
    good(run(database, "backup", "b.zip"))
    path.write_bytes(b"damaged" * 999)
    for suffix in ("-journal", "-wal"):
        Path(f"{path}{suffix}").write_bytes(b"left over")

    good(run(database, "restore", "b.zip"))

    with closing(database) as engine, Session(engine) as session:
        assert session.scalars(select(Bureau.code)).all() == ["YJRS"]
    (before,) = path.parent.glob(f"{path.name}.before-*[0-9]")
    assert before.read_bytes() == b"damaged" * 999
    assert not Path(f"{path}-wal").exists()


@on_sqlite
def test_a_restored_file_keeps_its_owner_s_rights(run: Run, database: str) -> None:
    path = Path(database.removeprefix("sqlite:///"))
    good(run(database, "backup", "b.zip"))
    path.chmod(0o640)

    good(run(database, "restore", "b.zip"))

    assert path.stat().st_mode & 0o777 == 0o640


@on_postgresql
def test_a_database_that_somebody_is_connected_to_is_replaced_only_by_force(
    run: Run, database: str
) -> None:
    good(run(database, "backup", "b.zip"))
    with closing(database) as engine, engine.connect() as site:
        site.exec_driver_sql("SELECT 1")
        site.commit()

        said = refused(run(database, "restore", "b.zip"))
        assert "1 个连接" in said
        assert "--force" in said
        assert events(database, "restored") == []

        good(run(database, "restore", "b.zip", "--force"))
        site.invalidate()

    assert len(events(database, "restored")) == 1


@on_postgresql
@pytest.mark.parametrize(
    ("words", "program"), [(["backup", "c.zip"], "pg_dump"), (["restore", "b.zip"], "pg_restore")]
)
def test_a_missing_program_of_postgresql_is_said_in_one_line(
    run: Run, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    words: list[str], program: str,
) -> None:  # fmt: skip
    good(run(database, "backup", "b.zip"))
    before = state(database)
    monkeypatch.setenv("RISKMAP_PG_BIN", str(tmp_path))

    said = refused(run(database, *words))

    assert program in said
    assert "RISKMAP_PG_BIN" in said
    assert state(database) == before
    assert [each.name for each in tmp_path.iterdir()] == ["b.zip"]


@on_postgresql
def test_postgresql_s_programs_are_found_where_the_setting_says(
    run: Run, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = shutil.which("pg_dump")
    assert found is not None
    monkeypatch.setenv("RISKMAP_PG_BIN", str(Path(found).parent))
    monkeypatch.setenv("PATH", str(tmp_path))

    good(run(database, "backup", "b.zip"))

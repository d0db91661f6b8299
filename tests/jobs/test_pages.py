"""The pages of jobs: from the button to the file, for who asked and nobody else."""

import hashlib
import re
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from riskmap.accounts import commands as accounts
from riskmap.accounts.models import User
from riskmap.accounts.roles import Role
from riskmap.db import db, today
from riskmap.db.connections import start_writing
from riskmap.history.models import Change
from riskmap.jobs import leases
from riskmap.jobs.handlers import File
from riskmap.jobs.models import Job
from riskmap.jobs.states import JobState
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Node
from riskmap.web.headers import FILE_POLICY, HEADERS
from tests.cli.conftest import made
from tests.jobs.conftest import running
from tests.users import post, sign_in
from tests.web.conftest import own
from tests.web.test_promises import Inline

__all__ = ["made", "own"]

MADE = File("结果.txt", "text/plain", "好".encode())


@pytest.fixture
def client(own: Flask) -> FlaskClient:
    return sign_in(own, "shenji")


@pytest.fixture
def chief(own: Flask) -> FlaskClient:
    return sign_in(own, "gongshang")


@pytest.fixture
def number(own: Flask, client: FlaskClient) -> int:
    """Return the number of an atlas that the auditor asked for, and that nobody makes yet."""
    answer = post(client, "/maps", "/maps/atlas")
    assert answer.status_code == 303
    return int(answer.location.rpartition("/")[2])


def wait_for(client: FlaskClient, number: int, words: str, seconds: float = 60) -> str:
    """Return a job's page once it says something."""
    end = time.monotonic() + seconds
    while words not in (text := client.get(f"/jobs/{number}").text):
        assert time.monotonic() < end, text
        time.sleep(0.1)
    return text


def finished(own: Flask, number: int, **columns: object) -> None:
    """Let a job have come to its end."""
    with own.app_context():
        lease = leases.take(db.engine)
        assert lease is not None
        assert lease.job == number
        assert leases.finish(db.session, lease, MADE, ("/",))
        for name, value in columns.items():
            setattr(db.session.get_one(Job, number), name, value)
        db.session.commit()


def test_the_atlas_is_made_beside_the_site_and_downloaded(own, client, number, made):
    waiting = client.get(f"/jobs/{number}").text
    with running(own):
        ready = wait_for(client, number, "已完成")
    answer = client.get(re.search(r'id="result" href="([^"]+)"', ready)[1])

    assert "排队中" in waiting
    assert "第 2 次" not in ready
    assert answer.mimetype == "application/pdf"
    assert answer.data == (made / "exports" / "atlas.pdf").read_bytes()
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == FILE_POLICY
    with own.app_context():
        last = db.session.scalars(select(Change).order_by(Change.id.desc()).limit(1)).one()
        assert (last.kind, last.who) == ("exported", "机关纪委（审计）")
        assert hashlib.sha256(answer.data).hexdigest() in last.details


def test_the_atlas_of_who_reads_a_part_holds_that_part(own):
    reader = sign_in(own, "chayue")
    number = int(post(reader, "/maps", "/maps/atlas").location.rpartition("/")[2])

    with running(own):
        wait_for(reader, number, "已完成")
    book = PdfReader(BytesIO(reader.get(f"/jobs/{number}/result").data))

    text = "".join("".join(page.extract_text().split()) for page in book.pages)
    assert "FZ-U1-K13-G01" in text
    assert "FZ-U2-K03-G01" not in text


def test_all_maps_that_a_list_finds_are_printed_beyond_its_page(own, client):
    page = client.get("/maps?level=high")
    found = int(re.search(r"共 (\d+) 条", page.text)[1])
    assert found > 50
    path = re.search(r'id="all-found" method="post" action="([^"]+)"', page.text)[1]

    number = int(post(client, "/maps?level=high", path).location.rpartition("/")[2])
    with running(own):
        wait_for(client, number, "已完成")
    answer = client.get(f"/jobs/{number}/result")

    assert quote(f"法治账图{found}张.pdf") in answer.headers["Content-Disposition"]
    assert len(PdfReader(BytesIO(answer.data)).pages) >= found


def test_a_short_list_has_no_button_for_more_than_its_page(client):
    assert 'id="all-found"' not in client.get("/maps?node=FZ-U1-K13").text


@pytest.mark.parametrize("path", ["", "/result"])
@pytest.mark.parametrize("other", ["gongshang", "guanli"])
def test_another_user_s_job_is_answered_as_one_that_is_not_there(own, number, path, other):
    finished(own, number)
    stranger = sign_in(own, other)

    answer, nothing = stranger.get(f"/jobs/{number}{path}"), stranger.get(f"/jobs/999999{path}")

    assert (answer.status_code, answer.text) == (404, nothing.text)
    assert f"/jobs/{number}" not in stranger.get("/jobs").text


@pytest.mark.parametrize("act", ["cancel", "retry"])
def test_another_user_s_job_is_neither_stopped_nor_repeated(own, number, act):
    without_token(own)

    answer = sign_in(own, "gongshang").post(f"/jobs/{number}/{act}", data={"end": "1"})

    assert answer.status_code == 404
    with own.app_context():
        assert db.session.get_one(Job, number).state is JobState.QUEUED


def without_token(own: Flask) -> None:
    """Let forms be handed in without their page."""
    own.config["WTF_CSRF_ENABLED"] = False


def test_a_job_that_waits_is_stopped_and_asked_for_once_more_by_buttons(own, client, number):
    stopped = post(client, f"/jobs/{number}", f"/jobs/{number}/cancel")
    page = client.get(stopped.location).text
    again = post(client, f"/jobs/{number}", f"/jobs/{number}/retry")

    assert "已停止" in page
    assert f'action="/jobs/{number}/retry"' in page
    assert f'action="/jobs/{number}/cancel"' not in page
    assert "排队中" in client.get(again.location).text


def test_a_button_pressed_too_late_shows_how_the_job_stands(own, client, number):
    form = re.search(r'name="csrf_token" value="([^"]+)"', client.get(f"/jobs/{number}").text)[1]
    finished(own, number)

    answer = client.post(f"/jobs/{number}/cancel", data={"csrf_token": form, "end": "1"})

    assert answer.status_code == 409
    assert "已完成" in answer.text


def test_the_same_form_handed_in_twice_starts_one_job(own, client):
    page = client.get("/maps").text
    fields = {
        name: re.search(rf'id="atlas".*?name="{name}" value="([^"]*)"', page)[1]
        for name in ("csrf_token", "number")
    }
    first, second = (client.post("/maps/atlas", data={**fields, "end": "1"}) for _ in range(2))

    assert first.location == second.location
    with own.app_context():
        assert len(db.session.scalars(select(Job)).all()) == 1


def test_a_failed_job_says_why_in_the_reader_s_language(own, client, number):
    with own.app_context():
        leases.fail(db.engine, leases.take(db.engine), leases.CUT_OFF)

    chinese = client.get(f"/jobs/{number}").text
    client.set_cookie("riskmap_language", "en")
    english = client.get(f"/jobs/{number}").text

    assert "程序都在完成前退出了" in chinese
    assert "ended before it was ready" in english
    assert f'action="/jobs/{number}/retry"' in chinese


def test_a_drawing_that_fails_is_a_failed_job_with_the_engine_s_words(own, client, monkeypatch):
    monkeypatch.setenv("RISKMAP_DRAW_MEGABYTES", "8")
    number = int(post(client, "/maps", "/maps/atlas").location.rpartition("/")[2])

    with running(own):
        page = wait_for(client, number, "失败")

    assert "绘图进程意外退出" in page


def test_a_result_that_shows_what_its_reader_may_no_longer_see_is_not_handed_out(own, client):
    number = int(post(client, "/maps", "/maps/atlas").location.rpartition("/")[2])
    finished(own, number)
    with own.app_context():
        start_writing(db.session)
        user = db.session.scalars(select(User).where(User.name == "shenji")).one()
        office = db.session.scalars(select(Node.id).where(Node.code == "FZ-U1-K13")).one()
        accounts.set_grants(db.session, user, [(Role.VIEWER, office)])
        db.session.commit()
    client = sign_in(own, "shenji")

    page, result = client.get(f"/jobs/{number}"), client.get(f"/jobs/{number}/result")

    assert result.status_code == 404
    assert "无权查看" in page.text
    assert f"/jobs/{number}/result" not in page.text
    assert f"/jobs/{number}/result" not in client.get("/jobs").text


def test_a_job_that_is_not_ready_has_no_result(client, number):
    assert client.get(f"/jobs/{number}/result").status_code == 404


def test_a_job_s_page_looks_again_by_itself_until_the_end_and_runs_nothing_inline(
    own, client, number
):
    waiting = client.get(f"/jobs/{number}")
    finished(own, number)
    ready = client.get(f"/jobs/{number}")

    refresh = '<noscript><meta http-equiv="refresh"'
    assert refresh in waiting.text
    assert "jobs.js" in waiting.text
    assert refresh not in ready.text
    assert "jobs.js" not in ready.text
    for page in (waiting, ready, client.get("/jobs")):
        parser = Inline()
        parser.feed(page.text)
        assert parser.found == []
        assert HEADERS.items() <= dict(page.headers).items()


def test_my_desk_and_my_jobs_lead_to_what_i_asked_for(own, client, number):
    assert f'href="/jobs/{number}"' in client.get("/desk").text
    assert f'href="/jobs/{number}"' in client.get("/jobs").text
    assert f'href="/jobs/{number}"' not in sign_in(own, "gongshang").get("/desk").text


def test_an_atlas_of_nothing_says_so(own, client):
    with own.app_context():
        start_writing(db.session)
        for each in db.session.scalars(select(AccountMap)):
            each.retired_on = today()
        db.session.commit()
    without_token(own)
    number = int(client.post("/maps/atlas", data={"end": "1"}).location.rpartition("/")[2])

    with running(own):
        page = wait_for(client, number, "失败")

    assert "没有可装订的内容" in page


@pytest.fixture
def busy(own: Flask, number: int) -> Iterator[threading.Event]:
    """Do three people's atlases while the test goes on; yields what is set once all are ready.

    One alone can be ready before a laden machine has answered more than a few times.
    """
    numbers = [number]
    for name in ("juzhang", "fenguan"):
        answer = post(sign_in(own, name), "/maps", "/maps/atlas")
        numbers.append(int(answer.location.rpartition("/")[2]))
    assert len(set(numbers)) == 3
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            with own.app_context():
                if all(db.session.get_one(Job, each).ended_at for each in numbers):
                    over.set()
            time.sleep(0.1)

    with running(own):
        thread = threading.Thread(target=watch)
        thread.start()
        yield over
        over.set()
        thread.join()


def test_the_site_answers_and_keeps_what_is_handed_in_while_a_job_runs(client, chief, busy):
    reads, writes = [], []

    while not busy.is_set():
        for taken, ask in (
            (reads, lambda: client.get("/maps/FZ-U1-K13-G02")),
            (writes, lambda: post(chief, "/maps/FZ-U1-K13-G01/reviewed")),
        ):
            began = time.perf_counter()
            status = ask().status_code
            taken.append((time.perf_counter() - began, status))

    assert len(reads) > 5
    assert {status for _, status in reads} == {200}
    assert {status for _, status in writes} <= {303, 409, 422}
    assert sorted(seconds for seconds, _ in reads + writes)[-1] < 3

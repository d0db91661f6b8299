"""What becomes of a job: it waits, runs, ends; is stopped, tried again, asked for once more."""

import json
import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from riskmap.accounts.models import User
from riskmap.db import db, now
from riskmap.db.connections import start_writing
from riskmap.history.events import actor
from riskmap.jobs import commands, leases
from riskmap.jobs.commands import NotNow
from riskmap.jobs.handlers import File, JobFailed, Page
from riskmap.jobs.leases import ATTEMPTS, CUT_OFF, KEPT, UNFORESEEN
from riskmap.jobs.models import Job
from riskmap.jobs.states import JobState
from riskmap.organisation.models import Bureau, Node
from tests.jobs.conftest import LEASE, ended, job_of, running, until
from tests.rows import make_bureau, make_job, make_node, make_user

MADE = File("结果.txt", "text/plain", "好".encode())


def user_of(session):
    return make_user(session, make_bureau(session))


def ask(user_id: int, kind: str, **argument: object) -> int:
    """Ask for a job as a user, and return its number."""
    db.session.rollback()
    start_writing(db.session)
    user = db.session.get_one(User, user_id)
    bureau = db.session.get_one(Bureau, user.bureau_id)
    number = commands.start(db.session, kind, argument, bureau, user).id
    db.session.commit()
    return number


def act(number: int, command) -> None:
    db.session.rollback()
    start_writing(db.session)
    command(db.session, db.session.get_one(Job, number))
    db.session.commit()


def test_a_job_is_done_and_its_result_kept(app, reader, register):
    register("write", lambda _work, argument, _progress: File(argument["name"], "text/plain", b"x"))

    number = ask(reader, "write", name="甲.txt")
    with running(app):
        until(lambda: ended(number))

    job = job_of(number)
    assert (job.state, job.name, job.content) == (JobState.DONE, "甲.txt", b"x")
    assert (job.size, len(job.sha256), job.attempts) == (1, 64, 1)
    assert job.lease is None


def test_a_result_may_be_a_page_of_the_site(app, reader, register):
    register("lead", lambda *_: Page("/maps"))

    number = ask(reader, "lead")
    with running(app):
        until(lambda: ended(number))

    assert (job_of(number).link, job_of(number).content) == ("/maps", None)


def test_a_job_asked_for_in_a_transaction_that_is_undone_was_never_asked_for(app, reader, register):
    register("write", lambda *_: MADE)
    start_writing(db.session)
    user = db.session.get_one(User, reader)
    commands.start(db.session, "write", {}, db.session.get_one(Bureau, user.bureau_id), user)
    db.session.rollback()

    assert db.session.scalar(select(func.count()).select_from(Job)) == 0
    assert leases.take(db.engine) is None


def test_who_asks_twice_for_the_same_is_given_the_one_that_waits(app, reader):
    first, second = ask(reader, "write", name="甲"), ask(reader, "write", name="甲")

    assert first == second
    assert ask(reader, "write", name="乙") != first


def test_a_job_ended_is_asked_for_anew(app, reader, register):
    register("write", lambda *_: MADE)
    number = ask(reader, "write")
    with running(app):
        until(lambda: ended(number))

    assert ask(reader, "write") != number


def test_jobs_are_done_in_the_order_they_were_asked_for(app, reader, register):
    done = []
    register("write", lambda _work, argument, _progress: done.append(argument["n"]) or MADE)

    numbers = [ask(reader, "write", n=each) for each in range(3)]
    with running(app):
        until(lambda: ended(numbers[-1]))

    assert done == [0, 1, 2]


def test_how_far_a_job_is_can_be_read_while_it_runs(app, reader, register):
    go_on = threading.Event()

    def slow(_work, _argument, progress):
        progress.report(3, 7, "Drawing the charts")
        go_on.wait(20)
        return MADE

    register("slow", slow)
    number = ask(reader, "slow")
    with running(app):
        until(lambda: job_of(number).done)
        job = job_of(number)
        seen = (job.state, job.done, job.total, job.step)
        go_on.set()
        until(lambda: ended(number))

    assert seen == (JobState.RUNNING, 3, 7, "Drawing the charts")


def test_a_job_says_no_more_done_than_there_is(app, reader):
    number = ask(reader, "write")
    lease = leases.take(db.engine)

    leases.renew(db.engine, lease, LEASE, 9, 7, "x" * 300)

    assert (job_of(number).done, job_of(number).total, len(job_of(number).step)) == (7, 7, 200)


def test_a_job_that_waits_is_stopped_at_once(app, reader):
    number = ask(reader, "write")

    act(number, commands.cancel)

    assert job_of(number).state is JobState.CANCELLED
    assert leases.take(db.engine) is None


def test_a_running_job_stops_where_it_next_says_how_far_it_is(app, reader, register):
    begun = threading.Event()

    def endless(_work, _argument, progress):
        begun.set()
        for number in range(2000):
            progress.report(number, 2000, "")
            threading.Event().wait(0.01)
        return MADE

    register("endless", endless)
    number = ask(reader, "endless")
    with running(app):
        assert begun.wait(20)
        act(number, commands.cancel)
        until(lambda: ended(number), 5)

    assert job_of(number).state is JobState.CANCELLED


def test_a_job_asked_to_stop_after_its_last_word_leaves_nothing(app, reader, register):
    begun, go_on = threading.Event(), threading.Event()

    def deaf(work, _argument, _progress):
        begun.set()
        go_on.wait(20)
        work.start_writing()
        make_node(work.session, work.scope.bureau)
        return MADE

    register("deaf", deaf)
    number = ask(reader, "deaf")
    with running(app):
        assert begun.wait(20)
        act(number, commands.cancel)
        go_on.set()
        until(lambda: ended(number))

    assert (job_of(number).state, job_of(number).content) == (JobState.CANCELLED, None)
    assert db.session.scalar(select(func.count()).select_from(Node)) == 0


def test_what_a_job_writes_is_committed_with_its_end_and_recorded_as_of_who_asked(
    app, reader, register
):
    who = []

    def write(work, _argument, _progress):
        who.append(actor())
        work.start_writing()
        make_node(work.session, work.scope.bureau, name="新科")
        return MADE

    register("write", write)
    number = ask(reader, "write")
    with running(app):
        until(lambda: ended(number))

    entry = db.session.execute(db.text("SELECT user_id, kind FROM change WHERE subject = 'node'"))
    assert job_of(number).state is JobState.DONE
    assert who[0].user_id == reader
    assert [tuple(row) for row in entry][0] == (reader, "added")


def test_a_job_that_cannot_be_done_says_why_and_is_not_tried_again(app, reader, register):
    tried = []

    def refuse(*_):
        tried.append(1)
        raise JobFailed("没有账图")

    register("refuse", refuse)
    number = ask(reader, "refuse")
    with running(app):
        until(lambda: ended(number))

    job = job_of(number)
    assert (job.state, job.error, len(tried)) == (JobState.FAILED, "没有账图", 1)


def test_a_job_that_breaks_is_tried_three_times_in_all_and_what_it_wrote_is_undone(
    app, reader, register, caplog
):
    tried = []

    def broken(work, _argument, _progress):
        tried.append(1)
        work.start_writing()
        make_node(work.session, work.scope.bureau)
        raise ZeroDivisionError

    register("broken", broken)
    number = ask(reader, "broken")
    with running(app):
        until(lambda: ended(number))

    job = job_of(number)
    assert (job.state, job.error, len(tried)) == (JobState.FAILED, UNFORESEEN, ATTEMPTS)
    assert len([each for each in caplog.records if each.exc_info]) == ATTEMPTS
    assert db.session.scalar(select(func.count()).select_from(Node)) == 0


def test_a_job_that_kills_its_process_each_time_has_failed(app, reader):
    number = ask(reader, "write")
    for _ in range(ATTEMPTS):
        assert leases.take(db.engine, -LEASE) is not None  # the lease has run out already

    assert leases.take(db.engine) is None
    assert (job_of(number).state, job_of(number).error) == (JobState.FAILED, CUT_OFF)


def test_a_failed_job_is_asked_for_once_more(app, reader, register):
    register("write", lambda *_: MADE)
    number = ask(reader, "write")
    leases.fail(db.engine, leases.take(db.engine), "没有账图")

    act(number, commands.retry)
    with running(app):
        until(lambda: ended(number))

    assert (job_of(number).state, job_of(number).error) == (JobState.DONE, "")


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED, JobState.CANCELLED])
def test_what_has_ended_is_not_stopped(session, state):
    job = make_job(session, user_of(session), state=state, ended_at=now())

    with pytest.raises(NotNow):
        commands.cancel(session, job)


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.DONE])
def test_only_what_failed_or_was_stopped_is_asked_for_once_more(session, state):
    ended_at = now() if state is JobState.DONE else None
    job = make_job(session, user_of(session), state=state, ended_at=ended_at)

    with pytest.raises(NotNow):
        commands.retry(session, job)


@pytest.mark.parametrize(
    ("columns", "check"),
    [
        ({"state": "running"}, "running_is_leased"),
        ({"state": "done"}, "ended_at_a_time"),
        ({"ended_at": now()}, "ended_at_a_time"),
        ({"done": 2, "total": 1}, "done_range"),
        ({"attempts": -1}, "attempts_range"),
        ({"lease": "x"}, "running_is_leased|lease_ends"),
        ({"content": b"x", "sha256": "0" * 64}, "result_when_done"),
        ({"sha256": "0" * 64}, "result_has_digest"),
        ({"kind": " "}, "kind_not_blank"),
    ],
)
def test_what_no_job_can_be_is_refused_by_the_database(session, columns, check):
    with pytest.raises(IntegrityError, match=check):
        make_job(session, user_of(session), **columns)


def test_a_job_of_an_unknown_kind_fails_in_words(app, reader):
    number = ask(reader, "none")
    with running(app):
        until(lambda: ended(number))

    assert "does not know this kind" in job_of(number).error


def test_jobs_are_forgotten_a_while_after_their_end(app, reader, register):
    register("write", lambda *_: MADE)
    number = ask(reader, "write")
    with running(app):
        until(lambda: ended(number))

    assert leases.forget(db.engine, now() - KEPT) == 0
    assert leases.forget(db.engine, now()) == 1
    assert db.session.get(Job, number) is None


def test_a_job_keeps_which_parts_of_the_bureau_its_result_shows(app, reader, register):
    register("write", lambda *_: MADE)
    number = ask(reader, "write")
    with running(app):
        until(lambda: ended(number))

    assert json.loads(job_of(number).paths) == ["/"]

"""One job, one worker: whoever looks at the same moment, and whoever dies in the middle."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from riskmap.db import db
from riskmap.jobs import leases
from riskmap.jobs.handlers import File
from riskmap.jobs.leases import Standing
from riskmap.jobs.models import Job
from riskmap.jobs.states import JobState
from tests.jobs.conftest import LEASE, ended, job_of, running, site, until
from tests.jobs.test_states import MADE, ask

GONE = timedelta(seconds=-1)  # a lease that has run out when it is taken


def test_many_who_look_at_once_take_each_job_once(app, reader):
    numbers = [ask(reader, "write", n=each) for each in range(20)]
    engine = db.engine
    begin = threading.Barrier(4)

    def take_all(_worker: int) -> list[int]:
        begin.wait()
        found = []
        while lease := leases.take(engine):
            found.append(lease.job)
        return found

    with ThreadPoolExecutor(4) as pool:
        taken = sorted(sum(pool.map(take_all, range(4)), []))

    assert taken == numbers


def test_two_processes_with_two_workers_each_run_every_job_once(app, database, reader, register):
    done: list[int] = []

    def slow(_work, argument, _progress):
        done.append(argument["n"])
        time.sleep(0.02)
        return MADE

    register("slow", slow)
    numbers = [ask(reader, "slow", n=each) for each in range(24)]
    with site(database) as other, running(app, 2), running(other, 2):
        until(lambda: all(ended(each) for each in numbers), 60)

    assert sorted(done) == list(range(24))
    assert {job_of(each).attempts for each in numbers} == {1}


def test_a_lease_that_has_not_run_out_is_left_to_who_holds_it(app, reader):
    ask(reader, "write")

    assert leases.take(db.engine) is not None
    assert leases.take(db.engine) is None


def test_a_job_longer_than_its_lease_is_kept_by_renewing_it(app, database, reader, register):
    begun: list[int] = []

    def long(_work, _argument, progress):
        begun.append(1)
        time.sleep(2.5 * LEASE.total_seconds())  # nothing is said: the pulse goes on by itself
        progress.report(1, 1, "")
        return MADE

    register("long", long)
    number = ask(reader, "long")
    with site(database) as other, running(app), running(other):
        until(lambda: ended(number))

    assert (job_of(number).state, job_of(number).attempts, len(begun)) == (JobState.DONE, 1, 1)


def test_what_is_left_behind_is_taken_up_again_once_its_lease_has_run_out(app, reader, register):
    register("write", lambda *_: MADE)
    number = ask(reader, "write")
    leases.take(db.engine, LEASE)  # and nothing more is heard of who took it

    began = time.monotonic()
    with running(app):
        until(lambda: ended(number))

    assert time.monotonic() - began >= LEASE.total_seconds() * 0.8
    assert (job_of(number).state, job_of(number).attempts) == (JobState.DONE, 2)


def test_who_was_thought_dead_finds_the_job_taken_and_changes_nothing(app, reader):
    number = ask(reader, "write")
    late = leases.take(db.engine, GONE)
    now_running = leases.take(db.engine)
    assert late.job == now_running.job == number

    standing = leases.renew(db.engine, late, LEASE, 5, 9, "late")
    leases.fail(db.engine, late, "late")
    leases.give_back(db.engine, late, counts=True)
    kept = leases.finish(db.session, late, File("late", "text/plain", b"late"), ())
    db.session.commit()

    job = job_of(number)
    assert (standing, kept) == (Standing.LOST, False)
    assert (job.state, job.lease, job.done) == (JobState.RUNNING, now_running.token, 0)


def test_a_job_that_was_to_stop_when_its_process_died_is_not_taken_up_again(app, reader):
    number = ask(reader, "write")
    leases.take(db.engine, GONE)
    db.session.get_one(Job, number).cancel_asked = True
    db.session.commit()

    assert leases.take(db.engine) is None
    assert job_of(number).state is JobState.CANCELLED


def test_a_site_that_is_ended_gives_back_what_it_was_doing(app, reader, register):
    begun = threading.Event()

    def endless(_work, _argument, progress):
        begun.set()
        while True:
            progress.report(0, 0, "")
            time.sleep(0.02)

    register("endless", endless)
    number = ask(reader, "endless")
    with running(app):
        assert begun.wait(20)

    job = job_of(number)
    assert (job.state, job.attempts, job.lease) == (JobState.QUEUED, 0, None)

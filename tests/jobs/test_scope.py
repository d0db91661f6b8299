"""A job sees no more than who asked for it, and hands out nothing they may no longer see."""

import json
import threading

from sqlalchemy import select

from riskmap.accounts import commands as accounts
from riskmap.accounts import current
from riskmap.accounts.models import User
from riskmap.accounts.roles import Role
from riskmap.db import db, today
from riskmap.db.connections import start_writing
from riskmap.history.events import actor
from riskmap.jobs import commands, leases
from riskmap.jobs.running import run
from riskmap.jobs.states import JobState
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.scope import EVERYTHING, my_scope, visible_to_me
from riskmap.web.access import Policy
from tests.jobs.conftest import ended, job_of, running, until
from tests.jobs.test_states import MADE, ask
from tests.rows import make_bureau, make_grant, make_node, make_user


def user_of_office() -> tuple[int, str]:
    """Add a user who reads one office of two, and return their id and the office's path."""
    session = db.session()
    bureau = make_bureau(session)
    unit = make_node(session, bureau)
    office = make_node(session, bureau, unit)
    make_node(session, bureau, unit)
    user = make_user(session, bureau)
    make_grant(session, user, node_id=office.id)
    found = user.id, office.path
    session.commit()
    return found


def test_a_handler_is_given_the_scope_of_who_asked_and_finds_it_as_a_page_would(app, register):
    user, path = user_of_office()
    seen: dict[str, object] = {}

    def look(work, _argument, _progress):
        nodes = work.session.scalars(select(Node.path).where(work.scope.nodes())).all()
        bureau = work.session.get_one(Bureau, work.scope.bureau.id)
        seen.update(
            scope=work.scope.paths,
            nodes=nodes,
            mine=my_scope().paths,
            visible=visible_to_me(bureau).paths,
            edits=visible_to_me(bureau, Policy.EDIT_MAPS).paths,
            who=actor().user_id,
        )
        return MADE

    register("look", look)
    number = ask(user, "look")
    with running(app):
        until(lambda: ended(number))

    assert seen == {
        "scope": (path,), "nodes": [path], "mine": (path,), "visible": (path,), "edits": (),
        "who": user,
    }  # fmt: skip
    assert json.loads(job_of(number).paths) == [path]


def test_a_job_of_a_command_sees_the_whole_bureau(app, register):
    seen = []
    register("look", lambda work, *_: seen.append(work.scope.paths) or MADE)
    bureau = make_bureau(db.session())
    number = commands.start(db.session, "look", {}, bureau, None).id
    db.session.commit()
    with running(app):
        until(lambda: ended(number))

    assert seen == [EVERYTHING]


def test_who_lost_the_right_meanwhile_gets_nothing(app, register):
    user, _path = user_of_office()
    register("write", lambda *_: MADE)
    number = ask(user, "write")
    start_writing(db.session)
    accounts.set_grants(db.session, db.session.get_one(User, user), [(Role.ADMIN, None)])
    db.session.commit()

    with running(app):
        until(lambda: ended(number))

    assert job_of(number).state is JobState.FAILED
    assert "may no longer" in job_of(number).error


def test_who_was_disabled_meanwhile_gets_nothing(app, register):
    user, _path = user_of_office()
    register("write", lambda *_: MADE)
    number = ask(user, "write")
    db.session.get_one(User, user).disabled_on = today()
    db.session.commit()

    with running(app):
        until(lambda: ended(number))

    assert job_of(number).state is JobState.FAILED


def test_after_a_job_whoever_asked_for_it_neither_asks_nor_acts_where_it_was_done(app, register):
    user, _path = user_of_office()
    seen = []
    register("look", lambda *_: seen.append((current.me().user.id, actor().user_id)) or MADE)

    before = current.asking(), actor()

    ask(user, "look")
    run(app, leases.take(db.engine), threading.Event())

    assert seen == [(user, user)]
    assert (current.asking(), actor()) == before
    assert actor().user_id != user

"""The pages of jobs: one's own, how far one is, its result, and the buttons that stop it or not."""

from collections.abc import Callable

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.accounts.current import me
from riskmap.accounts.files import handed_out
from riskmap.accounts.guard import not_for_you
from riskmap.db import AnySession, db
from riskmap.jobs import commands, queries
from riskmap.jobs.commands import NotNow
from riskmap.jobs.handlers import KINDS
from riskmap.jobs.leases import KEPT
from riskmap.jobs.models import Job
from riskmap.jobs.states import AGAIN, UNFINISHED
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import visible_to_me
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, finish, once

bp = Blueprint("jobs", __name__)


def title_of(job: Job) -> str:
    """Return what a job is called on the screen."""
    kind = KINDS.get(job.kind)
    return str(kind.title) if kind else job.kind


def _bureau() -> Bureau:
    return db.session.get_one(Bureau, me().user.bureau_id)


def _own(number: int) -> Job:
    """Return a job of who is asking; 404 for any other."""
    found = queries.of_number(db.session, _bureau(), number)
    if found is None:
        abort(404)
    if found.user_id != me().user.id:
        not_for_you()
    return found


def _readable(job: Job) -> bool:
    """Return whether who asked may still see all that the result shows."""
    kind = KINDS.get(job.kind)
    return kind is not None and queries.shown_within(job, visible_to_me(_bureau(), kind.policy))


@bp.get("/jobs")
@allows(Policy.SIGNED_IN)
def mine() -> ResponseReturnValue:
    """Show the jobs that one asked for, the newest first."""
    return render_template(
        "jobs/mine.html",
        bureau=_bureau(),
        jobs=queries.mine(db.session, me().user),
        title_of=title_of,
        readable=_readable,
        kept=KEPT.days,
    )


@bp.get("/jobs/<int:number>")
@allows(Policy.SIGNED_IN)
def show(number: int) -> ResponseReturnValue:
    """Show how far a job is, or what came of it; while it is not at its end, anew by itself."""
    return _page(_own(number))


def _page(job: Job) -> str:
    return render_template(
        "jobs/show.html",
        bureau=_bureau(),
        job=job,
        title=title_of(job),
        unfinished=job.state in UNFINISHED,
        again=job.state in AGAIN,
        readable=_readable(job),
        kept_until=job.ended_at + KEPT if job.ended_at else None,
        form=Form(),
    )


@bp.post("/jobs/<int:number>/cancel")
@allows(Policy.SIGNED_IN)
def cancel(number: int) -> ResponseReturnValue:
    """Let a job stop."""
    return _acted(number, commands.cancel, _("It is asked to stop."))


@bp.post("/jobs/<int:number>/retry")
@allows(Policy.SIGNED_IN)
def retry(number: int) -> ResponseReturnValue:
    """Ask for a job once more."""
    return _acted(number, commands.retry, _("It is asked for once more."))


def _acted(number: int, act: Callable[[AnySession, Job], None], said: str) -> ResponseReturnValue:
    """Answer the form of a button; one that came too late shows how the job stands by now."""
    job, form = _own(number), Form()
    if again := once(form):
        return again
    if not form.accepted():
        abort(400)
    try:
        act(db.session, job)
    except NotNow:
        return _page(job), 409
    return finish(form.number.data, url_for(".show", number=number), said)


@bp.get("/jobs/<int:number>/result")
@allows(Policy.SIGNED_IN)
def result(number: int) -> ResponseReturnValue:
    """Hand out the file that a job made, as long as its reader may see all of it; recorded."""
    job = _own(number)
    if job.content is None:
        abort(404)
    if not _readable(job):
        not_for_you()
    return handed_out(job.content, job.name, job.mimetype or "", size=job.size, sha256=job.sha256)

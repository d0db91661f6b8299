"""The pages of accounts: signing in and out, one's own password and sessions."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import login_user, logout_user

from riskmap.accounts import commands, sessions
from riskmap.accounts.current import asking, me, settings
from riskmap.accounts.forms import PasswordForm, SignInForm
from riskmap.accounts.guard import from_this_machine, kept_form, must_change
from riskmap.accounts.models import User, UserSession
from riskmap.accounts.pages import local, sign_in_page
from riskmap.accounts.signing_in import right_user, tried
from riskmap.db import db, now
from riskmap.db.connections import start_writing
from riskmap.history.events import Actor, Kind, act_as
from riskmap.history.recording import note
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, require_whole

bp = Blueprint("accounts", __name__)
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)


@bp.get("/sign-in")
@allows(Policy.PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Show the form to sign in with."""
    target = local(request.args.get("next", ""))
    return redirect(target) if asking() else sign_in_page(target=target)


@bp.post("/sign-in")
@allows(Policy.PUBLIC, writes=False)
@limiter.limit("20 per 10 minutes", deduct_when=lambda answer: answer.status_code == 422)
def signed_in() -> ResponseReturnValue:
    """Sign in, and lead on to where the user was going; a form that was typed before goes along."""
    require_whole()
    form = SignInForm()
    user = _right_user(form) if form.validate() else None
    kept = [(name[5:], value) for name, value in kept_form() if name.startswith("kept-")]
    if user is None:
        db.session.commit()
        return sign_in_page(form=form, kept=kept, wrong=True), 422
    _begin(user)
    target = local(form.target.data or "")
    if kept:
        return render_template("accounts/resume.html", target=target, kept=kept)
    return redirect(target, 303)


def _right_user(form: SignInForm) -> User | None:
    attempted = tried(db.session, form.name.data or "", form.password.data or "")
    db.session.rollback()
    start_writing(db.session)
    return right_user(db.session, attempted, settings().lock, here=from_this_machine())


def _begin(user: User) -> None:
    origin, browser = request.remote_addr or "", request.headers.get("User-Agent", "")
    act_as(Actor(user.id, user.shown, origin))
    user.token = sessions.begin(db.session, user, origin=origin, browser=browser)
    note(db.session, Kind.SIGNED_IN, user.bureau_id, user.name)
    db.session.commit()
    login_user(user)


@bp.get("/account")
@allows(Policy.SIGNED_IN)
def account() -> ResponseReturnValue:
    """Show one's own account: roles, sessions, and the way out."""
    running = sessions.running(me().user, settings().lifetime)
    return render_template(
        "accounts/account.html",
        me=me(),
        form=Form(),
        running=db.session.scalars(running).all(),
        this=g.riskmap_session,
    )


@bp.post("/sign-out")
@allows(Policy.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """End this session."""
    user = me().user
    row = db.session.get(UserSession, g.riskmap_session)
    if row is not None:
        row.ended_at = now()
    note(db.session, Kind.SIGNED_OUT, user.bureau_id, user.name)
    db.session.commit()
    logout_user()
    flash(_("You are signed out."))
    return redirect(url_for("accounts.sign_in"), 303)


@bp.post("/account/others")
@allows(Policy.SIGNED_IN)
def end_others() -> ResponseReturnValue:
    """End one's sessions in other browsers."""
    user = me().user
    ended = sessions.end_all(db.session, user, but=g.riskmap_session)
    note(db.session, Kind.SESSIONS_ENDED, user.bureau_id, user.name, ended=ended)
    db.session.commit()
    flash(_("%(number)s other sessions were ended.", number=ended))
    return redirect(url_for("accounts.account"), 303)


@bp.route("/account/password", methods=["GET", "POST"])
@allows(Policy.SIGNED_IN)
def password() -> ResponseReturnValue:
    """Change one's own password; every other session of one's ends."""
    user = me().user
    form = PasswordForm(user)
    if form.accepted():
        new = form.password_new.data or ""
        commands.set_password(db.session, user, new, must_change=False, but=g.riskmap_session)
        db.session.commit()
        flash(_("The password is changed; other browsers were signed out."))
        return redirect(url_for("desk.desk"), 303)
    page = render_template(
        "accounts/password.html",
        form=form,
        forced=must_change(user),
        rules=settings().rules,
    )
    return page, form.status

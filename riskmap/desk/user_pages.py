"""Keeping the users: who may sign in, with which roles, and what shuts them out."""

from typing import Any

from flask import Response, abort, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, or_, select

from riskmap.accounts import commands, queries, sessions
from riskmap.accounts.current import me, settings
from riskmap.accounts.guard import not_for_you
from riskmap.accounts.models import Grant, User
from riskmap.accounts.roles import Role
from riskmap.db import db
from riskmap.desk.blueprint import bp
from riskmap.desk.upkeep import own_bureau
from riskmap.desk.user_forms import GrantsForm, NewPasswordForm, NewUserForm, UserForm
from riskmap.desk.words import word
from riskmap.history.events import Kind
from riskmap.history.recording import note
from riskmap.maps.listed import contains
from riskmap.organisation import keeping
from riskmap.organisation.models import Bureau, Node, Person
from riskmap.organisation.picking import offered
from riskmap.organisation.tree import NodeLevel
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, commit_once, finish, once
from riskmap.web.listing import filters, listing
from riskmap.web.members import choices

STATES = ("active", "disabled", "locked", "must_change")


@bp.get("/users")
@allows(Policy.EDIT_USERS)
def users() -> ResponseReturnValue:
    """Show who may sign in, with roles and state."""
    return _list("desk/users.html")


@bp.get("/grants")
@allows(Policy.EDIT_GRANTS)
def grants() -> ResponseReturnValue:
    """Show the users for those who give out the roles."""
    return _list("desk/grants.html")


def _list(template: str) -> str:
    owner = own_bureau()
    asked = filters(q=None, state=STATES, role=tuple(Role), node=None)
    statement, sorts = _found(owner, asked)
    page = listing(db.session, statement, sorts)
    ids = [row.User.id for row in page.rows]
    shut = select(User.id).where(User.id.in_(ids), queries.locked())
    places = keeping.nodes_in_use(db.session, owner)
    return render_template(
        template,
        bureau=owner,
        list=page,
        asked=asked,
        roles=queries.roles_of(db.session, ids),
        locked=set(db.session.scalars(shut)),
        role_choices=choices(Role),
        places=[(each.code, offered(each)) for each in places if each.level is not NodeLevel.POST],
        states=_states(),
    )


def _states() -> list[tuple[str, str]]:
    named = (
        _("can sign in"),
        _("disabled"),
        _("shut for a while"),
        _("has to change the password"),
    )
    return list(zip(STATES, named, strict=True))


def _found(owner: Bureau, asked: dict[str, str]) -> tuple[Select[*tuple[Any, ...]], dict[str, Any]]:
    """Return the users by `q`, `state`, `role`, `node`, with their last sign-in."""
    seen = queries.last_seen()
    statement: Select[*tuple[Any, ...]] = (
        select(User, seen.c.at.label("seen"))
        .outerjoin(seen, seen.c.user_id == User.id)
        .where(User.bureau_id == owner.id)
    )
    if text := asked["q"]:
        statement = statement.where(or_(contains(User.name, text), contains(User.shown, text)))
    conditions = {
        "active": User.disabled_on.is_(None),
        "disabled": User.disabled_on.is_not(None),
        "locked": queries.locked(),
        "must_change": User.must_change,
    }
    if state := asked["state"]:
        statement = statement.where(conditions[state])
    if role := asked["role"]:
        statement = statement.where(
            User.id.in_(select(Grant.user_id).where(Grant.role == Role(role)))
        )
    if code := asked["node"]:
        top = select(Node.path).where(Node.bureau_id == owner.id, Node.code == code)
        at = select(Grant.user_id).join(Node, Grant.node_id == Node.id)
        statement = statement.where(
            User.id.in_(at.where(Node.path.startswith(top.scalar_subquery())))
        )
    return statement, {"name": (User.name,), "shown": (User.shown,), "seen": (seen.c.at,)}


def _user(number: int) -> User:
    """Return a user of one's own bureau; 404 for any other."""
    owner = own_bureau()
    user = db.session.get(User, number) if number < 2**31 else None
    if user is None:
        abort(404)
    if user.bureau_id != owner.id:
        not_for_you()
    return user


def _is_me(user: User) -> bool:
    return me().user.id == user.id


def _page(user: User) -> str:
    return url_for("desk.edit_user", number=user.id)


@bp.route("/users/add", methods=["GET", "POST"])
@allows(Policy.EDIT_USERS)
def add_user() -> ResponseReturnValue:
    """Add a user with a password that has to be changed at the first sign-in."""
    owner = own_bureau()
    people = keeping.people(db.session, owner.id)
    form = NewUserForm(people)
    if again := once(form):
        return again
    if form.accepted():
        password, person = form.chosen, form.linked
        user = commands.add_user(
            db.session,
            bureau_id=owner.id,
            name=form.name.data,
            shown=form.shown.data,
            password=password,
            person_id=person.id if person else None,
        )
        return _handed_over(form, user, password)
    names = [offered(each) for each in people]
    page = render_template(
        "desk/user_add.html", bureau=owner, form=form, people=names, rules=settings().rules
    )
    return page, form.status


def _handed_over(form: Any, user: User, password: str) -> ResponseReturnValue:
    """Commit, and show a generated password this once; one that was typed is not shown."""
    said = _("%(name)s can sign in and has to change the password first.", name=user.name)
    if form.password.data:
        return finish(form.number.data, _page(user), said)
    if again := commit_once(form.number.data, _page(user)):
        return again
    page = render_template(
        "desk/password_once.html",
        bureau=db.session.get(Bureau, user.bureau_id),
        user=user,
        password=password,
    )
    answer: Response = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.route("/users/<int:number>", methods=["GET", "POST"])
@allows(Policy.EDIT_USERS)
def edit_user(number: int) -> ResponseReturnValue:
    """Show a user, and change what it is shown as and whose it is."""
    user = _user(number)
    form = _form(user)
    if again := once(form):
        return again
    if form.accepted() and form.current(user, person=form.person.object_data):
        person = form.linked
        commands.change_user(
            db.session, user, shown=form.shown.data, person_id=person.id if person else None
        )
        return finish(form.number.data, _page(user), _("Saved."))
    return _about(user, form), form.status


def _form(user: User) -> UserForm:
    person = db.session.get(Person, user.person_id) if user.person_id else None
    return UserForm(user, person, keeping.people(db.session, user.bureau_id))


def _about(user: User, form: UserForm | None = None, refusal: str = "") -> str:
    form = form or _form(user)
    running = sessions.running(user, settings().lifetime)
    return render_template(
        "desk/user_edit.html",
        bureau=db.session.get(Bureau, user.bureau_id),
        user=user,
        form=form,
        refusal=refusal,
        people=[offered(each) for each in form.people],
        roles=queries.roles_of(db.session, [user.id]).get(user.id, []),
        locked=db.session.scalar(select(User.id).where(User.id == user.id, queries.locked())),
        running=db.session.scalars(running).all(),
        myself=_is_me(user),
    )


@bp.post("/users/<int:number>/disable")
@allows(Policy.EDIT_USERS)
def disable_user(number: int) -> ResponseReturnValue:
    """Shut a user out, now; not oneself, and not the last of a kind that must not be missed."""
    user, form = _user(number), Form()
    if again := once(form):
        return again
    if _is_me(user):
        return _about(user, refusal=_("You cannot disable yourself.")), 422
    if last := queries.last_of(db.session, user):
        said = _("Nobody else is %(role)s; give it to somebody else first.", role=word(last[0]))
        return _about(user, refusal=said), 422
    commands.disable(db.session, user)
    said = _("%(name)s is disabled and signed out everywhere.", name=user.name)
    return finish(form.number.data, _page(user), said)


@bp.post("/users/<int:number>/enable")
@allows(Policy.EDIT_USERS)
def enable_user(number: int) -> ResponseReturnValue:
    """Let a user in again."""
    user, form = _user(number), Form()
    if again := once(form):
        return again
    commands.enable(db.session, user)
    return finish(form.number.data, _page(user), _("%(name)s can sign in again.", name=user.name))


@bp.post("/users/<int:number>/unlock")
@allows(Policy.EDIT_USERS)
def unlock_user(number: int) -> ResponseReturnValue:
    """Forget a user's wrong passwords."""
    user, form = _user(number), Form()
    if again := once(form):
        return again
    commands.unlock(db.session, user)
    return finish(form.number.data, _page(user), _("%(name)s can sign in again.", name=user.name))


@bp.post("/users/<int:number>/sessions/end")
@allows(Policy.EDIT_USERS)
def end_sessions(number: int) -> ResponseReturnValue:
    """Sign a user out everywhere; oneself everywhere else."""
    user, form = _user(number), Form()
    if again := once(form):
        return again
    ended = sessions.end_all(db.session, user, but=g.riskmap_session)
    note(db.session, Kind.SESSIONS_ENDED, user.bureau_id, user.name, ended=ended)
    said = _("%(number)s sessions were ended.", number=ended)
    return finish(form.number.data, _page(user), said)


@bp.route("/users/<int:number>/password", methods=["GET", "POST"])
@allows(Policy.EDIT_USERS)
def reset_password(number: int) -> ResponseReturnValue:
    """Give a user a new password, to be changed at the next sign-in; all sessions end."""
    user = _user(number)
    if _is_me(user):
        return redirect(url_for("accounts.password"), 303)
    form = NewPasswordForm(user.name)
    if again := once(form):
        return again
    if form.accepted():
        password = form.chosen
        commands.set_password(db.session, user, password, must_change=True)
        return _handed_over(form, user, password)
    owner = db.session.get(Bureau, user.bureau_id)
    rules = settings().rules
    page = render_template(
        "desk/password_reset.html", bureau=owner, user=user, form=form, rules=rules
    )
    return page, form.status


@bp.route("/grants/<int:number>", methods=["GET", "POST"])
@allows(Policy.EDIT_GRANTS)
def edit_grants(number: int) -> ResponseReturnValue:
    """Give a user roles, each for the whole bureau or a part of it; nobody to oneself."""
    user, owner = _user(number), own_bureau()
    nodes = keeping.nodes_in_use(db.session, owner)
    held = queries.roles_of(db.session, [user.id]).get(user.id, [])
    form = GrantsForm(user, held, nodes)
    myself = _is_me(user)
    if again := once(form):
        return again
    if form.accepted() and not myself and form.current():
        commands.set_grants(db.session, user, form.wanted)
        said = _("%(name)s has these roles from the next sign-in on.", name=user.name)
        return finish(form.number.data, url_for("desk.edit_grants", number=user.id), said)
    page = render_template(
        "desk/grants_edit.html",
        bureau=owner,
        user=user,
        form=form,
        myself=myself,
        held=held,
        places=[offered(each) for each in nodes],
    )
    return page, 422 if myself and form.is_submitted() else form.status

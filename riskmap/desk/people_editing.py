"""Keeping the people: who there is, and who holds which post from when to when."""

from collections.abc import Sequence
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import or_, select

from riskmap.accounts.models import User
from riskmap.db import db, today
from riskmap.desk.blueprint import bp
from riskmap.desk.upkeep import kept, own_bureau
from riskmap.maps.listed import contains
from riskmap.organisation import codes, commands, keeping
from riskmap.organisation.forms import HoldingForm, NewPersonForm, PersonForm, RetireForm
from riskmap.organisation.models import Bureau, Holding, Node, Person
from riskmap.organisation.picking import offered
from riskmap.organisation.tenure import Tenure
from riskmap.organisation.tree import HoldingRole, NodeLevel
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, finish, once
from riskmap.web.listing import filters, listing
from riskmap.web.members import choices


@bp.get("/organisation/people")
@allows(Policy.EDIT_ORGANISATION)
def persons() -> ResponseReturnValue:
    """Show the people with the posts they hold; retired ones on demand."""
    owner = own_bureau()
    asked = filters(q=None, state=("retired",))
    retired = asked["state"] == "retired"
    statement = select(Person.id, Person.code, Person.name, Person.retired_on).where(
        Person.bureau_id == owner.id,
        Person.retired_on.is_not(None) if retired else Person.retired_on.is_(None),
    )
    if text := asked["q"]:
        statement = statement.where(or_(contains(Person.code, text), contains(Person.name, text)))
    page = listing(db.session, statement, {"code": (Person.code,), "name": (Person.name,)})
    held = _held(owner, [row.code for row in page.rows])
    return render_template("desk/persons.html", bureau=owner, list=page, asked=asked, held=held)


def _held(owner: Bureau, persons: list[str]) -> dict[str, list[tuple[Node, HoldingRole]]]:
    """Return the posts that some persons hold today, by the person's code."""
    rows = keeping.holders(db.session, owner.id, today())
    wanted = [each for each in rows if each.code in persons]
    ids = {each.post_id for each in wanted}
    posts = {row.id: row for row in db.session.scalars(select(Node).where(Node.id.in_(ids)))}
    found: dict[str, list[tuple[Node, HoldingRole]]] = {}
    for each in wanted:
        found.setdefault(each.code, []).append((posts[each.post_id], each.role))
    return found


@bp.route("/organisation/people/add", methods=["GET", "POST"])
@allows(Policy.EDIT_ORGANISATION)
def add_person() -> ResponseReturnValue:
    """Add somebody who may hold posts."""
    owner = own_bureau()
    issued = keeping.codes(db.session, Person, owner)
    proposed = codes.next_code(issued, codes.usual_stem(issued, "RY-"), 3)
    form = NewPersonForm(owner, code=proposed)
    if again := once(form):
        return again
    if form.accepted():
        person = commands.add_person(db.session, owner, code=form.code.data, name=form.name.data)
        return finish(form.number.data, _page(person), _("%(name)s was added.", name=person.name))
    return render_template("desk/person_add.html", bureau=owner, form=form), form.status


def _page(person: Person) -> str:
    return url_for("desk.edit_person", code=person.code)


@bp.route("/organisation/people/<code:code>", methods=["GET", "POST"])
@allows(Policy.EDIT_ORGANISATION)
def edit_person(code: str) -> ResponseReturnValue:
    """Show a person with the posts held and the users linked, and rename the person."""
    person = kept(Person, own_bureau(), code)
    form = PersonForm(person)
    if again := once(form):
        return again
    if form.accepted() and form.current(person):
        commands.rename(db.session, person, form.name.data)
        return finish(form.number.data, _page(person), _("Saved."))
    return _about(person, "desk/person_edit.html", form), form.status


def _about(person: Person, template: str, form: Form) -> str:
    return render_template(
        template,
        bureau=db.session.get(Bureau, person.bureau_id),
        person=person,
        holdings=keeping.holdings(db.session, person=person),
        users=db.session.scalars(
            select(User).where(User.person_id == person.id).order_by(User.name)
        ).all(),
        today=today(),
        form=form,
    )


@bp.route("/organisation/people/<code:code>/retire", methods=["GET", "POST"])
@allows(Policy.EDIT_ORGANISATION)
def retire_person(code: str) -> ResponseReturnValue:
    """Take a person out of service; whoever still holds a post cannot go."""
    person = kept(Person, own_bureau(), code)
    if person.retired_on is not None:
        abort(404)
    form = RetireForm(person, tick=False, hindrances=_hindrances(person))
    if again := once(form):
        return again
    if form.accepted() and form.current(person):
        commands.retire(db.session, person, form.retired_on.data)
        return finish(form.number.data, _page(person), _("%(name)s is retired.", name=person.name))
    return _about(person, "desk/person_retire.html", form), form.status


def _hindrances(person: Person) -> list[str]:
    day = today()
    posts = [
        f"{each.post.name}（{each.post.code}）"
        for each in keeping.holdings(db.session, person=person)
        if each.until is None or each.until >= day
    ]
    if not posts:
        return []
    return [_("%(posts)s is still held: end that holding first.", posts="、".join(posts))]


@bp.post("/organisation/people/<code:code>/bring-back")
@allows(Policy.EDIT_ORGANISATION)
def bring_back_person(code: str) -> ResponseReturnValue:
    """Take a retired person into service again."""
    person, form = kept(Person, own_bureau(), code), Form()
    if again := once(form):
        return again
    commands.bring_back(db.session, person)
    said = _("%(name)s is in service again.", name=person.name)
    return finish(form.number.data, _page(person), said)


@bp.route("/organisation/holdings/add", methods=["GET", "POST"])
@allows(Policy.EDIT_ORGANISATION)
def add_holding() -> ResponseReturnValue:
    """Let a person hold a post; the address may name either."""
    owner = own_bureau()
    posts = keeping.nodes_in_use(db.session, owner, NodeLevel.POST)
    people = keeping.people(db.session, owner.id)
    given = _given("post", posts) | _given("person", people)
    form = HoldingForm(
        choices(HoldingRole), posts=posts, people=people, role="A", since=today(), **given
    )
    if again := once(form):
        return again
    if form.accepted():
        post, person = form.held_post, form.holder
        assert post is not None
        assert person is not None, "the form has found both"
        commands.add_holding(db.session, person, post, **_typed(form))
        return finish(form.number.data, _back(person, post), _("Saved."))
    page = render_template(
        "desk/holding_edit.html",
        bureau=owner,
        holding=None,
        form=form,
        posts=[offered(each) for each in posts],
        people=[offered(each) for each in people],
    )
    return page, form.status


def _given(name: str, rows: Sequence[Node] | Sequence[Person]) -> dict[str, Any]:
    """Return what a picker begins with: the row whose code the address names."""
    code = request.args.get(name)
    row = next((each for each in rows if each.code == code), None)
    return {name: offered(row)} if row else {}


def _typed(form: HoldingForm) -> dict[str, Any]:
    role = HoldingRole(form.role.data)
    return {"role": role, "since": form.since.data, "until": form.until.data}


def _back(person: Person, post: Node) -> str:
    """Return the page that the holding was opened from: the person's, else the post's."""
    if "person" in request.args:
        return _page(person)
    return url_for("desk.edit_node", code=post.code)


@bp.route("/organisation/holdings/<int:number>", methods=["GET", "POST"])
@allows(Policy.EDIT_ORGANISATION)
def edit_holding(number: int) -> ResponseReturnValue:
    """Correct or end a holding."""
    owner = own_bureau()
    holding = _holding(owner, number)
    form = HoldingForm(choices(HoldingRole), holding=holding)
    if again := once(form):
        return again
    if form.accepted() and form.current(holding):
        commands.change_holding(db.session, holding, **_typed(form))
        return finish(form.number.data, _back(holding.person, holding.post), _("Saved."))
    over = not Tenure(holding.since, holding.until).holds(today())
    page = render_template(
        "desk/holding_edit.html", bureau=owner, holding=holding, over=over, form=form
    )
    return page, form.status


def _holding(owner: Bureau, number: int) -> Holding:
    """Return a holding of the bureau; 404 for any other."""
    holding = db.session.get(Holding, number) if number < 2**31 else None
    if holding is None or holding.bureau_id != owner.id:
        abort(404)
    return holding


@bp.post("/organisation/holdings/<int:number>/remove")
@allows(Policy.EDIT_ORGANISATION)
def remove_holding(number: int) -> ResponseReturnValue:
    """Take back a holding that was entered by mistake."""
    owner, form = own_bureau(), Form()
    if again := once(form):
        return again
    holding = _holding(owner, number)
    location = _back(holding.person, holding.post)
    commands.remove_holding(db.session, holding)
    return finish(form.number.data, location, _("The entry was taken away."))

"""The organisation: the tree with every node's maps, a node, the people, a person."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from riskmap.db import db, today
from riskmap.desk import lists, uses
from riskmap.desk.blueprint import bp, bureau, found
from riskmap.desk.tree import branch_of, tree
from riskmap.maps.report import sentence, totals
from riskmap.organisation.models import Node, Person
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import visible_to_me
from riskmap.register.rating import Level
from riskmap.web.access import Policy, allows
from riskmap.web.listing import filters, listing


@bp.get("/")
@allows(Policy.READ)
def home() -> ResponseReturnValue:
    """Show the organisation as a tree, every node with its maps."""
    known = bureaus(db.session)
    if not known:
        return render_template("desk/nothing_yet.html")
    owner = known[0]
    counts = totals(db.session, owner)
    branches = tree(db.session, owner)
    return render_template(
        "desk/home.html",
        bureau=owner,
        branches=branches,
        risks={each: sum(unit.risks(each) for unit in branches) for each in Level},
        totals=counts,
        sentence=sentence(owner.short_name, counts),
        levels=list(Level),
    )


@bp.get("/nodes/<code:code>")
@allows(Policy.READ)
def node(code: str) -> ResponseReturnValue:
    """Show a unit, office or post: its maps, who holds its posts, which measures it owes."""
    owner = bureau()
    row = found(Node, owner, code)
    at = branch_of(tree(db.session, owner), row.code)
    if at is None:
        abort(404)
    holders = uses.holders(db.session, row)
    day = today()
    held = {each.post for each in holders if uses.current(each, day)}
    return render_template(
        "desk/node.html",
        bureau=owner,
        node=row,
        above=at[0],
        branch=at[1],
        holders=sorted(holders, key=lambda each: not uses.current(each, day)),
        vacant=[each for each in at[1].posts() if each.code not in held],
        today=day,
        owed=uses.owed(db.session, row),
        levels=list(Level),
        editable=visible_to_me(owner, Policy.EDIT_MAPS).holds(row.path) and not row.retired_on,
    )


@bp.get("/people")
@allows(Policy.READ)
def people() -> ResponseReturnValue:
    """Show everybody who holds or held a post."""
    owner = bureau()
    asked = filters(q=None, node=None)
    statement, sorts = lists.people(owner, asked, today())
    page = listing(db.session, statement, sorts)
    posts = uses.posts_of(db.session, [row.id for row in page.rows])
    return render_template(
        "desk/people.html", bureau=owner, list=page, asked=asked, posts=posts, today=today()
    )


@bp.get("/people/<code:code>")
@allows(Policy.READ)
def person(code: str) -> ResponseReturnValue:
    """Show a person with the posts held, now and before."""
    owner = bureau()
    row = found(Person, owner, code)
    return render_template(
        "desk/person.html",
        bureau=owner,
        person=row,
        holdings=uses.holdings(db.session, row),
    )

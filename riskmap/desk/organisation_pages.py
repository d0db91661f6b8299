"""The organisation: the tree with every node's maps, a node, the people, a person."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from riskmap.accounts.current import may
from riskmap.db import db, today
from riskmap.desk import lists, uses
from riskmap.desk.blueprint import bp, found
from riskmap.desk.tree import branch_of, tree
from riskmap.maps.report import sentence, totals
from riskmap.organisation.models import Node, Person
from riskmap.organisation.scope import my_scope
from riskmap.register.rating import Level
from riskmap.revisions.listed import shown_here
from riskmap.web.access import Policy, allows
from riskmap.web.listing import filters, listing


@bp.get("/")
@allows(Policy.SIGNED_IN)
def home() -> ResponseReturnValue:
    """Show the organisation as a tree, every node with its maps; who reads none is led on."""
    if not may(Policy.READ):
        return redirect(url_for("desk.desk"))
    scope = my_scope()
    maps = shown_here(db.session, scope)
    counts = totals(db.session, scope, [each.document for each in maps])
    branches = tree(db.session, scope, maps)
    return render_template(
        "desk/home.html",
        bureau=scope.bureau,
        branches=branches,
        risks={each: sum(unit.risks(each) for unit in branches) for each in Level},
        totals=counts,
        sentence=sentence(scope.bureau.short_name, counts),
        whole=scope.whole,
        levels=list(Level),
    )


@bp.get("/nodes/<code:code>")
@allows(Policy.READ)
def node(code: str) -> ResponseReturnValue:
    """Show a unit, office or post: its maps, who holds its posts, which measures it owes."""
    scope = my_scope()
    row = found(Node, scope, code)
    at = branch_of(tree(db.session, scope, shown_here(db.session, scope)), row.code)
    if at is None:
        abort(404)
    holders = uses.holders(db.session, scope, row)
    day = today()
    held = {each.post for each in holders if uses.current(each, day)}
    return render_template(
        "desk/node.html",
        bureau=scope.bureau,
        node=row,
        above=at[0],
        branch=at[1],
        holders=sorted(holders, key=lambda each: not uses.current(each, day)),
        vacant=[each for each in at[1].posts() if each.code not in held],
        today=day,
        owed=uses.owed(db.session, row),
        levels=list(Level),
        editable=my_scope(Policy.EDIT_MAPS).holds(row.path) and not row.retired_on,
    )


@bp.get("/people")
@allows(Policy.READ)
def people() -> ResponseReturnValue:
    """Show everybody who holds or held a post."""
    scope = my_scope()
    asked = filters(q=None, node=None)
    statement, sorts = lists.people(scope, asked, today())
    page = listing(db.session, statement, sorts)
    posts = uses.posts_of(db.session, scope, [row.id for row in page.rows])
    return render_template(
        "desk/people.html", bureau=scope.bureau, list=page, asked=asked, posts=posts, today=today()
    )


@bp.get("/people/<code:code>")
@allows(Policy.READ)
def person(code: str) -> ResponseReturnValue:
    """Show a person with the posts held, now and before."""
    scope = my_scope()
    row = found(Person, scope, code)
    return render_template(
        "desk/person.html",
        bureau=scope.bureau,
        person=row,
        holdings=uses.holdings(db.session, scope, row),
    )

"""The map and the revision that an address names, as far as they are for who is asking."""

from flask import abort
from sqlalchemy import select

from riskmap.accounts.guard import not_for_you
from riskmap.db import db
from riskmap.document.model import MapDocument
from riskmap.maps.models import AccountMap
from riskmap.maps.queries import documents
from riskmap.organisation.models import Node
from riskmap.organisation.scope import Scope, my_scope
from riskmap.revisions import queries
from riskmap.revisions.models import Revision
from riskmap.web.access import Policy


def map_of(code: str, policy: Policy = Policy.READ) -> tuple[AccountMap, Node]:
    """Return a map that who is asking may do something to, with its place; 404 for any other."""
    scope = my_scope(policy)
    rows = db.session.execute(
        select(AccountMap, Node)
        .join(Node, Node.id == AccountMap.node_id)
        .where(AccountMap.bureau_id == scope.bureau.id, AccountMap.code == code)
    ).one_or_none()
    if rows is None:
        abort(404)
    account_map, node = rows
    if not scope.holds(node.path):
        not_for_you()
    return account_map, node


def revision_of(account_map: AccountMap, number: int) -> Revision:
    """Return a revision of a map with its document; 404 where it has none of that number."""
    if number > queries.LAST:
        abort(404)
    return queries.of_number(db.session, account_map, number) or abort(404)


def whole(number: str | None) -> int:
    """Return the version that a form was made from; 400 for what is none."""
    text = number or ""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        abort(400)
    return int(text)


def working_copy(account_map: AccountMap) -> MapDocument | None:
    """Return what a map says now, None where it is retired."""
    if account_map.retired_on is not None:
        return None
    return documents(db.session, Scope(my_scope().bureau), [account_map.code])[0]

"""What the pages that keep organisation and users begin with."""

from typing import TypeVar

from flask import abort, request
from sqlalchemy import select

from riskmap.accounts.current import me
from riskmap.accounts.guard import not_for_you
from riskmap.db import db
from riskmap.organisation.models import Bureau, Node, Party, Person

Kept = TypeVar("Kept", Node, Person, Party)


def own_bureau() -> Bureau:
    """Return the bureau of who is asking; a request that writes has it to itself.

    Paths, positions and codes rest on several rows: two changes at once would cross.
    """
    statement = select(Bureau).where(Bureau.id == me().user.bureau_id)
    if request.method == "POST":
        statement = statement.with_for_update(key_share=True)
    return db.session.scalars(statement).one()


def kept(kind: type[Kept], owner: Bureau, code: str) -> Kept:
    """Return the row of a code, retired or not; 404 for what is another bureau's or nobody's."""
    row: Kept | None = db.session.scalars(
        select(kind).filter_by(bureau_id=owner.id, code=code)
    ).one_or_none()
    if row is None:
        if db.session.scalar(select(kind.id).filter_by(code=code).limit(1)):
            not_for_you()
        abort(404)
    return row

"""What was said of revisions, step by step: read for pages."""

from collections.abc import Collection

from sqlalchemy import select

from riskmap.db import AnySession
from riskmap.document.model import MapDocument
from riskmap.revisions.models import RevisionRemark

Remarks = dict[str, list[RevisionRemark]]
"""Remarks on one revision by the key of the step; "" for the whole of it."""


def remarks_of(session: AnySession, revisions: Collection[int]) -> dict[int, list[RevisionRemark]]:
    """Return the remarks on some revisions by the revisions' ids, the oldest first."""
    found: dict[int, list[RevisionRemark]] = {each: [] for each in revisions}
    query = select(RevisionRemark).where(RevisionRemark.revision_id.in_(list(found)))
    for row in session.scalars(query.order_by(RevisionRemark.at, RevisionRemark.id)):
        found[row.revision_id].append(row)
    return found


def by_step(document: MapDocument, said: Collection[RevisionRemark]) -> Remarks:
    """Return remarks by the step that they are on: the map's first, then in the steps' order."""
    found: Remarks = {"": [], **{step.key: [] for step in document.steps}}
    for row in said:
        found[row.step].append(row)
    return found

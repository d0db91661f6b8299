"""Putting a map's working copy into force, as if all had signed it who signed the one before."""

from riskmap.db import AnySession, now, today
from riskmap.document.encoding import digest, to_json
from riskmap.maps.models import AccountMap
from riskmap.maps.queries import documents
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import Scope
from riskmap.register.rating import Level
from riskmap.revisions import queries
from riskmap.revisions.models import Revision, SignOff
from riskmap.revisions.states import BEGINS, RevisionState


def put_into_force(session: AnySession, row: AccountMap, note: str = "改写") -> Revision:
    """Freeze a map as it is now, and let that take the place of what was in force."""
    session.flush()
    bureau = session.get_one(Bureau, row.bureau_id)
    (document,) = documents(session, Scope(bureau), [row.code])
    revisions = queries.of_map(session, row)
    before = queries.in_force_of(session, row)
    if before is not None:
        before.state, before.ended_on = RevisionState.SUPERSEDED, today()
        session.flush()
    level = before.signed_at if before else document.worst_level() or Level.LOW
    revision = Revision(
        bureau_id=bureau.id, map_id=row.id, number=len(revisions) + 1, state=BEGINS, note=note,
        document=to_json(document).decode(), digest=digest(document), map_version=row.version,
        level=document.worst_level() or Level.LOW, signed_at=level, handed_in_by="试办",
        handed_in_at=now(),
    )  # fmt: skip
    session.add(revision)
    session.flush()
    for each in queries.sign_offs(session, [before])[before.id] if before else ():
        session.add(
            SignOff(
                bureau_id=bureau.id, revision_id=revision.id, box=each.box, user_id=each.user_id,
                person_id=each.person_id, who=each.who, day=each.day, number=each.number, at=now(),
            )
        )  # fmt: skip
    revision.state, revision.approved_on = RevisionState.APPROVED, today()
    session.flush()
    return revision

"""From what the maps of a bureau show, and from their signatures, to the maps of its `Facts`."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select

from riskmap.accounts.models import User
from riskmap.config import ZONE
from riskmap.coverage.facts import DrawnMap, Signature, Signed
from riskmap.db import AnySession
from riskmap.document.encoding import digest
from riskmap.maps.in_use import in_use
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Bureau, Person
from riskmap.organisation.scope import Scope
from riskmap.revisions.models import Revision, SignOff
from riskmap.revisions.showing import Shown, shown
from riskmap.revisions.states import RevisionState


def drawn_maps(session: AnySession, bureau: Bureau, *, draft: bool) -> tuple[DrawnMap, ...]:
    """Return the maps in use of a bureau as they are shown, in reading order."""
    query = select(AccountMap.code, AccountMap.changed_at, AccountMap.reviewed_on)
    rows = {row.code: row for row in session.execute(query.where(*in_use(Scope(bureau))))}
    signed = {} if draft else _signed(session, bureau)
    found = []
    for each in shown(session, Scope(bureau), draft=draft):
        row = rows[each.document.code]
        changed = each.since or row.changed_at.astimezone(ZONE).date()
        how = _told(signed, each)
        found.append(DrawnMap(each.document, changed, row.reviewed_on, how))
    return tuple(found)


def _told(signed: Mapping[str, tuple[Signed, str]], each: Shown) -> Signed | None:
    """Return how what a map shows was signed off, and whether it is what was approved."""
    if each.number is None:
        return None
    how, approved = signed[each.document.code]
    return replace(how, whole=digest(each.document) == approved)


def _signed(session: AnySession, bureau: Bureau) -> dict[str, tuple[Signed, str]]:
    """Return how the maps in force were signed off, and their digests, by code; two statements."""
    query = (
        select(
            AccountMap.code, Revision.id, Revision.number, Revision.state, Revision.signed_at,
            Revision.approved_on, Revision.note, Revision.digest,
        )
        .join(AccountMap, AccountMap.id == Revision.map_id)
        .where(Revision.bureau_id == bureau.id)
        .order_by(Revision.number)
    )  # fmt: skip
    numbers: dict[str, list[int]] = defaultdict(list)
    silent: dict[str, list[int]] = defaultdict(list)
    approved = []
    for row in session.execute(query):
        numbers[row.code].append(row.number)
        if row.number > 1 and not row.note.strip():
            silent[row.code].append(row.number)
        if row.state is RevisionState.APPROVED:
            approved.append(row)
    signatures = _signatures(session, bureau)
    return {
        row.code: (
            Signed(
                number=row.number,
                level=row.signed_at,
                since=row.approved_on,
                signatures=tuple(signatures[row.id]),
                numbers=tuple(numbers[row.code]),
                silent=tuple(silent[row.code]),
            ),
            row.digest,
        )
        for row in approved
    }


def _signatures(session: AnySession, bureau: Bureau) -> dict[int, list[Signature]]:
    """Return the signatures of the revisions in force by their ids, in the order of the boxes."""
    query = (
        select(SignOff, Person.code, User.person_id)
        .join(Revision, Revision.id == SignOff.revision_id)
        .outerjoin(User, User.id == SignOff.user_id)
        .outerjoin(Person, Person.id == SignOff.person_id)
        .where(SignOff.bureau_id == bureau.id, Revision.state == RevisionState.APPROVED)
    )
    found: dict[int, list[Signature]] = defaultdict(list)
    for row, code, person in session.execute(query):
        who = row.person_id or person
        signer = f"person {who}" if who else f"user {row.user_id}" if row.user_id else row.who
        found[row.revision_id].append(Signature(row.box, signer, row.day, row.number, code or ""))
    for signed in found.values():
        signed.sort(key=lambda each: each.box.place)
    return found

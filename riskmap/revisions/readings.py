"""In which version somebody has read the revisions that they may sign: a row for each."""

from collections.abc import Collection

from sqlalchemy import select

from riskmap.accounts.models import User
from riskmap.db import AnySession, now
from riskmap.revisions.models import Revision, RevisionReading


class NotRead(RuntimeError):
    """A revision that somebody would sign with others, and has not read as it is now."""


def versions_read(session: AnySession, user: User, revisions: Collection[int]) -> dict[int, int]:
    """Return the versions in which a user read some revisions last, by the revisions' ids."""
    query = select(RevisionReading).where(
        RevisionReading.user_id == user.id, RevisionReading.revision_id.in_(revisions)
    )
    return {each.revision_id: each.version for each in session.scalars(query)}


def read_now(session: AnySession, user: User, revisions: Collection[Revision]) -> set[int]:
    """Return those of some revisions that a user has read as they are, by their ids."""
    known = versions_read(session, user, [each.id for each in revisions])
    return {each.id for each in revisions if known.get(each.id) == each.version}


def version_read(session: AnySession, user: User, revision: Revision) -> int | None:
    """Return the version in which a user read a revision last, None where they did not."""
    return versions_read(session, user, [revision.id]).get(revision.id)


def keep(session: AnySession, user: User, revision: Revision) -> None:
    """Keep that a user has read a revision as it is now, whose map is locked."""
    row = session.scalars(
        select(RevisionReading).filter_by(revision_id=revision.id, user_id=user.id)
    ).one_or_none()
    if row is None:
        row = RevisionReading(
            bureau_id=revision.bureau_id, revision_id=revision.id, user_id=user.id
        )
        session.add(row)
    row.version, row.at = revision.version, now()
    session.flush()

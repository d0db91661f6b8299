"""The versions of a map that can be compared: its revisions, and its working copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from riskmap.config import ZONE
from riskmap.db import AnySession
from riskmap.document.encoding import digest
from riskmap.document.model import MapDocument
from riskmap.maps.models import AccountMap
from riskmap.revisions import queries
from riskmap.revisions.models import Revision
from riskmap.revisions.states import RevisionState

WORKING: Final = "working"
"""What names the working copy in an address, where a revision is named by its number."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a map: a revision, or without one the working copy; `day` is when it was
    approved, handed in, or changed last."""

    name: str
    day: date
    revision: Revision | None = None


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions of a map, the working copy first, then the revisions, the newest first."""

    account_map: AccountMap
    working: MapDocument | None
    all: Sequence[Version]

    def find(self, name: str) -> Version | None:
        """Return the version that a name is of."""
        return next((each for each in self.all if each.name == name), None)

    @property
    def in_force(self) -> Version | None:
        """Return the revision in force."""
        return next(
            (
                each
                for each in self.all
                if each.revision and each.revision.state is RevisionState.APPROVED
            ),
            None,
        )

    @property
    def differs(self) -> bool:
        """Return whether the working copy says something else than the revision in force."""
        current = self.in_force
        if current is None or current.revision is None or self.working is None:
            return False
        return digest(self.working) != current.revision.digest

    def pair(self) -> tuple[Version, Version] | None:
        """Return what is compared where nobody says: what is in force with the working copy; where
        these do not differ the last two revisions, or what there is; None of fewer than two."""
        current = self.in_force
        revisions = [each for each in self.all if each.revision]
        if current is not None and self.differs:
            return current, self.all[0]
        if len(revisions) > 1:
            return revisions[1], revisions[0]
        return (self.all[-1], self.all[0]) if len(self.all) > 1 else None

    def document(self, session: AnySession, version: Version) -> MapDocument:
        """Return what a version says."""
        if version.revision is None:
            assert self.working is not None, "it is among them only where there is one"
            return self.working
        found = queries.of_number(session, self.account_map, version.revision.number)
        assert found is not None, "revisions are never deleted"
        return queries.document_of(found)


def versions(session: AnySession, account_map: AccountMap, working: MapDocument | None) -> Versions:
    """Return the versions of a map; `working` is what it says now, None where it is retired."""
    found = [
        Version(str(each.number), each.approved_on or _day(each.handed_in_at), each)
        for each in queries.of_map(session, account_map)
    ]
    if working is not None:
        found.insert(0, Version(WORKING, _day(account_map.changed_at)))
    return Versions(account_map, working, found)


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()

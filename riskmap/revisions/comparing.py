"""Two versions of a map, chosen to be compared: any two revisions, or the working copy with one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from riskmap.config import ZONE
from riskmap.db import AnySession
from riskmap.document.diff import Diff, diff
from riskmap.document.encoding import digest
from riskmap.document.model import MapDocument
from riskmap.drawing import dot
from riskmap.drawing.engine import Engine
from riskmap.maps.models import AccountMap
from riskmap.maps.queries import documents
from riskmap.maps.sheets import DRAFT, FICTIONAL
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import Scope
from riskmap.printing.comparison import Comparison, Version, print_comparison
from riskmap.printing.comparison_plan import plan
from riskmap.revisions import queries
from riskmap.revisions.models import Revision
from riskmap.revisions.sheets import SAYS, version_of
from riskmap.revisions.states import RevisionState

WORKING: Final = "working"
"""What names the working copy among the numbers of revisions."""


class NoSuchVersion(LookupError):
    """Something that is no version of the map."""


@dataclass(frozen=True, slots=True)
class Side:
    """A version of a map: its document, and its revision unless it is the working copy."""

    key: str
    document: MapDocument
    revision: Revision | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions of a map, the old one first, and what differs."""

    old: Side
    new: Side

    @property
    def diff(self) -> Diff:
        return diff(self.old.document, self.new.document)


def usual(
    session: AnySession, account_map: AccountMap, revisions: Sequence[Revision]
) -> tuple[str, str] | None:
    """Return the two versions that are compared unless others are chosen, the old one first.

    The document in force with the working copy where they differ; else the newest two revisions,
    or the only one with the working copy. None where there is but one version.
    """
    current = next((each for each in revisions if each.state is RevisionState.APPROVED), None)
    working = _working(session, account_map)
    if current and working and digest(working) != current.digest:
        return str(current.number), WORKING
    if len(revisions) > 1:
        return str(revisions[1].number), str(revisions[0].number)
    return (str(revisions[0].number), WORKING) if revisions and working else None


def side(session: AnySession, account_map: AccountMap, key: str) -> Side:
    """Return a version of a map by its number, or `WORKING`; raises `NoSuchVersion`."""
    if key == WORKING:
        working = _working(session, account_map)
        if working is None:
            raise NoSuchVersion(key)
        return Side(key, working)
    if not (key.isascii() and key.isdigit() and len(key) < 7):
        raise NoSuchVersion(key)
    revision = queries.of_number(session, account_map, int(key))
    if revision is None:
        raise NoSuchVersion(key)
    return Side(str(revision.number), queries.document_of(revision), revision)


def _working(session: AnySession, account_map: AccountMap) -> MapDocument | None:
    if account_map.retired_on is not None:
        return None
    bureau = session.get_one(Bureau, account_map.bureau_id)
    return documents(session, Scope(bureau), [account_map.code])[0]


def comparison_pdf(
    engine: Engine, bureau: Bureau, account_map: AccountMap, of: Compared, *, grey: bool = False
) -> bytes:
    """Return the comparison on paper; raises `DrawingFailed`, `TypesettingFailed`."""
    planned = plan(of.diff)
    (picture,) = engine.render_all([dot.source(planned.chart, grey)], "svg")
    printed = Comparison(
        planned,
        picture,
        _version(of.old, account_map),
        _version(of.new, account_map),
        note=FICTIONAL if bureau.is_sample else "",
        reason=of.new.revision.note if of.new.revision else "",
    )
    return print_comparison(printed, grey)


def _version(of: Side, account_map: AccountMap) -> Version:
    if of.revision is None:
        day = account_map.changed_at.astimezone(ZONE).date()
        return Version(f"工作稿 {account_map.version}", day.isoformat(), DRAFT)
    words, day = version_of(of.revision)
    return Version(words, day.isoformat(), SAYS[of.revision.state])

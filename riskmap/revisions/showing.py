"""What maps show: their documents in force, or, where that is asked for, their working copies.

Facts, grids, ledgers, counts, sheets and the atlas are made from this. A map that nobody has signed
off yet shows its working copy, and whoever shows it says so.
"""

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

from riskmap.db import AnySession
from riskmap.document.encoding import digest as digest_of
from riskmap.document.encoding import from_json
from riskmap.document.model import MapDocument
from riskmap.maps.in_use import in_use
from riskmap.maps.models import AccountMap
from riskmap.maps.queries import NoSuchMap, documents, reading_order, stamps
from riskmap.maps.report import totals
from riskmap.maps.sheets import Material, Printable, working_stamp
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import Scope
from riskmap.revisions.models import Revision
from riskmap.revisions.queries import document_of, of_number, sign_offs
from riskmap.revisions.sheets import printable
from riskmap.revisions.states import RevisionState

KEPT: Final = 1024
"""Documents in force that are kept decoded: of ten bureaus as large as the sample."""


class NoSuchRevision(LookupError):
    """A number that no revision of a map has."""

    def __init__(self, code: str, number: int) -> None:
        super().__init__(f"账图 {code} 没有第 {number} 版；各版见网站上该图的“版本与签批”")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a map shows: its document in force with the revision's number and the day since when.

    Without a number it is the working copy.
    """

    document: MapDocument
    number: int | None = None
    since: date | None = None


def shown(
    session: AnySession,
    scope: Scope,
    codes: Collection[str] | None = None,
    *,
    draft: bool = False,
) -> list[Shown]:
    """Return what each map in use shows, in reading order; raises `NoSuchMap`.

    With `draft` that is the working copy of every map.
    """
    found = {} if draft else _in_force(session, scope, codes)
    wanted = [each.code for each in reading_order(session, scope)]
    if codes is not None:
        wanted = [*(code for code in wanted if code in codes), *sorted({*codes} - {*wanted})]
    others = [code for code in wanted if code not in found]
    if others:
        found |= {each.code: Shown(each) for each in documents(session, scope, others)}
    return [found[code] for code in wanted]


def in_force(
    session: AnySession, scope: Scope, codes: Collection[str] | None = None
) -> list[Shown]:
    """Return the documents in force of the maps in use, in reading order; a map that nobody has
    signed off yet is not among them."""
    found = _in_force(session, scope, codes)
    order = reading_order(session, scope)
    return [found[each.code] for each in order if each.code in found]


def _in_force(session: AnySession, scope: Scope, codes: Collection[str] | None) -> dict[str, Shown]:
    query = (
        select(AccountMap.code, Revision.id, Revision.digest, Revision.number, Revision.approved_on)
        .join(Revision, Revision.map_id == AccountMap.id)
        .where(*in_use(scope), Revision.state == RevisionState.APPROVED)
    )
    if codes is not None:
        query = query.where(AccountMap.code.in_(codes))
    rows = session.execute(query).all()
    texts = _DECODED.of(session, {row.id: row.digest for row in rows})
    return {row.code: Shown(texts[row.id], row.number, row.approved_on) for row in rows}


class Decoded:
    """Frozen documents by their digests, each read and decoded once: they never change."""

    def __init__(self, most: int = KEPT) -> None:
        self.most = most
        self._kept: OrderedDict[str, MapDocument] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, session: AnySession, digests: Mapping[int, str]) -> dict[int, MapDocument]:
        """Return the documents of some revisions by their ids; one statement, if any."""
        with self._lock:
            found = {key: self._kept[each] for key, each in digests.items() if each in self._kept}
        missing = [key for key in digests if key not in found]
        if missing:
            query = select(Revision.id, Revision.document).where(Revision.id.in_(missing))
            found |= {row.id: from_json(row.document.encode()) for row in session.execute(query)}
        with self._lock:
            for key, each in found.items():
                # What was tampered with past the database's guard is shown, and stays its own.
                if key not in missing or digest_of(each) == digests[key]:
                    self._kept[digests[key]] = each
                    self._kept.move_to_end(digests[key])
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
        return found


_DECODED: Final = Decoded()


# On paper


def printables(
    session: AnySession,
    scope: Scope,
    codes: Collection[str] | None = None,
    *,
    draft: bool = False,
) -> list[Printable]:
    """Return the sheets of what maps show: stamped and signed as their revisions; `NoSuchMap`."""
    return stamped(session, scope, shown(session, scope, codes, draft=draft))


def stamped(session: AnySession, scope: Scope, maps: Sequence[Shown]) -> list[Printable]:
    """Return what maps show as it goes on paper."""
    bureau = scope.bureau
    versions = stamps(session, Scope(bureau))
    revisions = revisions_in_force(session, scope) if any(each.number for each in maps) else {}
    signed = sign_offs(session, revisions.values())
    found = []
    for each in maps:
        code = each.document.code
        if each.number is None:
            found.append(Printable(each.document, working_stamp(bureau, *versions[code])))
        else:
            one = revisions[code]
            found.append(printable(bureau, one, each.document, signed[one.id]))
    return found


def printable_revision(session: AnySession, bureau: Bureau, code: str, number: int) -> Printable:
    """Return one revision of a map, in force or not, as it goes on paper; also of a retired map.

    Raises `NoSuchRevision`, and `NoSuchMap` where no map ever had the code.
    """
    wanted = select(AccountMap).where(AccountMap.bureau_id == bureau.id, AccountMap.code == code)
    account_map = session.scalars(wanted).one_or_none()
    if account_map is None:
        raise NoSuchMap(code)
    revision = of_number(session, account_map, number)
    if revision is None:
        raise NoSuchRevision(code, number)
    signed = sign_offs(session, [revision])[revision.id]
    return printable(bureau, revision, document_of(revision), signed)


def revisions_in_force(session: AnySession, scope: Scope) -> dict[str, Revision]:
    """Return the revisions in force of the maps in use, by code, without their documents."""
    query = (
        select(AccountMap.code, Revision)
        .join(Revision, Revision.map_id == AccountMap.id)
        .where(*in_use(scope), Revision.state == RevisionState.APPROVED)
    )
    return dict(session.execute(query).all())


def material(session: AnySession, scope: Scope, *, draft: bool = False) -> Material:
    """Return what an atlas is bound from."""
    maps = shown(session, scope, draft=draft)
    counts = totals(session, scope, [each.document for each in maps])
    return Material(scope.bureau, stamped(session, scope, maps), counts)

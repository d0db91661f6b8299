"""The sheet of a revision: its version, its days and its signatures as they were given."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from riskmap.config import SITE_URL, ZONE
from riskmap.document.model import MapDocument
from riskmap.drawing.engine import Engine
from riskmap.maps.sheets import FICTIONAL, Printable, sheets_pdf
from riskmap.organisation.models import Bureau
from riskmap.printing.sheet import Signature, Stamp
from riskmap.revisions.models import Revision, SignOff
from riskmap.revisions.sign_offs import SignOffRole
from riskmap.revisions.states import OPEN, RevisionState

BOXES: Final = {SignOffRole.HEAD: "科室负责人"}
"""What boxes are called on paper, where their name is too long for them."""

SAYS: Final = {
    RevisionState.SUBMITTED: "送签稿　未经审定",
    RevisionState.SIGNING: "送签稿　未经审定",
    RevisionState.RETURNED: "已退回　未经审定",
    RevisionState.WITHDRAWN: "已撤回　未经审定",
    RevisionState.APPROVED: "",
    RevisionState.SUPERSEDED: "已被新版替代",
    RevisionState.RETIRED: "已停用",
}
"""What the sheet of a revision says across its pages that is not in force."""


def revision_pdf(
    engine: Engine,
    bureau: Bureau,
    revision: Revision,
    document: MapDocument,
    signed: Sequence[SignOff],
    grey: bool = False,
) -> bytes:
    """Return the PDF of a revision's sheet: the same bytes for the same revision."""
    return sheets_pdf(engine, [printable(bureau, revision, document, signed)], grey)


def printable(
    bureau: Bureau, revision: Revision, document: MapDocument, signed: Sequence[SignOff]
) -> Printable:
    """Return a revision as it goes on paper, whether it is in force or not."""
    return Printable(document, stamp(bureau, document.code, revision), signatures(signed))


def stamp(bureau: Bureau, code: str, revision: Revision) -> Stamp:
    """Return how the sheet of a map's revision is stamped: its number, and its day in force or
    handed in; what was approved also with where to ask whether it still is in force."""
    version, day = version_of(revision)
    approved = revision.approved_on is not None
    return Stamp(
        version,
        day.isoformat(),
        FICTIONAL if bureau.is_sample else "",
        SAYS[revision.state],
        check_address(code, revision) if approved else "",
        short(revision.digest) if approved else "",
    )


def version_of(revision: Revision) -> tuple[str, date]:
    """Return what a revision is called on paper, and its day in force or handed in."""
    day = revision.approved_on or revision.handed_in_at.astimezone(ZONE).date()
    return f"第 {revision.number} 版" + ("送签稿" if revision.state in OPEN else ""), day


def check_address(code: str, revision: Revision) -> str:
    """Return the address that answers whether a revision is in force; without the site's own part
    where the settings do not give it."""
    site = SITE_URL.read().rstrip("/")
    return f"{site}/verify/{code}/{revision.number}/{short(revision.digest)}"


def short(digest: str) -> str:
    """Return as much of a digest as a sheet prints: 16 hex digits."""
    return digest[:16]


def signatures(signed: Sequence[SignOff]) -> tuple[Signature, ...]:
    """Return signatures as the sheet prints them."""
    return tuple(
        Signature(BOXES.get(each.box, each.box.value), each.who.partition("（")[0],
                  each.day.isoformat(), each.number)
        for each in signed
    )  # fmt: skip

"""The sheet of a revision: its version, its days and its signatures as they were given."""

from collections.abc import Sequence
from typing import Final

from riskmap.config import ZONE
from riskmap.document.model import MapDocument
from riskmap.drawing import dot
from riskmap.drawing.engine import Engine
from riskmap.maps.sheets import FICTIONAL
from riskmap.organisation.models import Bureau
from riskmap.printing.sheet import Sheet, Signature, Stamp, plan, print_sheets
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
"""What the sheet of a revision says that is not in force."""


def revision_pdf(
    engine: Engine,
    bureau: Bureau,
    revision: Revision,
    document: MapDocument,
    signed: Sequence[SignOff],
    grey: bool = False,
) -> bytes:
    """Return the PDF of a revision's sheet: the same bytes for the same revision."""
    planned = plan(document)
    (picture,) = engine.render_all([dot.source(planned.chart, grey)], "svg")
    sheet = Sheet(document, planned, picture, stamp(bureau, revision), signatures(signed))
    return print_sheets([sheet], grey)


def stamp(bureau: Bureau, revision: Revision) -> Stamp:
    """Return how a revision's sheet is stamped: its number, and its day in force or handed in."""
    notes = [SAYS[revision.state], FICTIONAL if bureau.is_sample else ""]
    day = revision.approved_on or revision.handed_in_at.astimezone(ZONE).date()
    version = f"第 {revision.number} 版" + ("送签稿" if revision.state in OPEN else "")
    return Stamp(
        version,
        day.isoformat(),
        "　".join(each for each in notes if each),
    )


def signatures(signed: Sequence[SignOff]) -> tuple[Signature, ...]:
    """Return signatures as the sheet prints them."""
    return tuple(
        Signature(BOXES.get(each.box, each.box.value), each.who.partition("（")[0],
                  each.day.isoformat(), each.number)
        for each in signed
    )  # fmt: skip

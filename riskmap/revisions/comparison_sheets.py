"""The printed comparison of two versions of a map: what differs, in a table and on one chart."""

from typing import Final

from riskmap.document.diff import diff
from riskmap.document.model import MapDocument
from riskmap.drawing import dot
from riskmap.drawing.engine import Engine
from riskmap.maps.sheets import FICTIONAL
from riskmap.organisation.models import Bureau
from riskmap.printing import comparison
from riskmap.printing.comparison_plan import plan
from riskmap.revisions.sheets import SAYS, version_of
from riskmap.revisions.versions import Version

WORKING_COPY: Final = "工作稿"
NOT_HANDED_IN: Final = "未送签"
IN_FORCE: Final = "现行有效"


def comparison_pdf(
    engine: Engine,
    bureau: Bureau,
    old: tuple[Version, MapDocument],
    new: tuple[Version, MapDocument],
    grey: bool = False,
) -> bytes:
    """Return the PDF of a comparison: the same bytes for the same two versions."""
    planned = plan(diff(old[1], new[1]))
    picture = engine.render(dot.source(planned.chart, grey), "svg")
    said = new[0].revision.note if new[0].revision else ""
    note = FICTIONAL if bureau.is_sample else ""
    of = comparison.Comparison(planned, picture, _printed(old[0]), _printed(new[0]), note, said)
    return comparison.print_comparison(of, grey)


def _printed(version: Version) -> comparison.Version:
    """Return how a version is called on paper: its number, its day, and how it stands."""
    revision = version.revision
    if revision is None:
        return comparison.Version(WORKING_COPY, version.day.isoformat(), NOT_HANDED_IN)
    note = SAYS[revision.state] or IN_FORCE
    return comparison.Version(version_of(revision)[0], version.day.isoformat(), note)

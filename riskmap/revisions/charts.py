"""Charts of revisions for their pages: alone, with changes drawn on one, or two side by side.

A chart that cannot be drawn is "", and the log says why.
"""

from collections.abc import Callable

from flask import current_app

from riskmap.document.diff import Diff
from riskmap.document.model import MapDocument
from riskmap.drawing.changes import Changed, kinds, on_each
from riskmap.drawing.engine import DrawingFailed
from riskmap.drawing.marks import Mark
from riskmap.maps.pictures import beside, marked


def alone(document: MapDocument) -> str:
    """Return the chart of a document, nothing being marked."""
    return _drawn(document, lambda: marked(document, (), {}))


def on_one(both: Changed, grey: bool = False) -> str:
    """Return the one chart of two documents with the changes drawn on it."""
    return _drawn(both.document, lambda: marked(both.document, (), both.marks, grey))


def side_by_side(of: Diff, both: Changed, grey: bool = False) -> tuple[str, str, tuple[Mark, ...]]:
    """Return the old chart, whose shapes lead nowhere, the new one, and the marks they show."""
    old, new = on_each(of, both)
    return (
        _drawn(of.old, lambda: beside(of.old, old, grey)),
        _drawn(of.new, lambda: marked(of.new, (), new, grey)),
        kinds(old, new),
    )


def _drawn(document: MapDocument, draw: Callable[[], str]) -> str:
    try:
        return draw()
    except DrawingFailed as error:
        current_app.logger.error("%s: %s", document.code, error)
        return ""

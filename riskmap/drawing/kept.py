"""Charts kept on disk: one drawn before is not drawn again, and each map's last good one stays."""

import hashlib
import shutil
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from riskmap.config import CACHE_MEGABYTES
from riskmap.drawing import child, engine
from riskmap.drawing.engine import Engine, Format
from riskmap.drawing.shelf import Shelf, name_of
from riskmap.drawing.widths import DIGESTS

DRAWN, LAST = "drawn", "last"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Good:
    """A map's chart as it was drawn for a page: what for, and when."""

    picture: bytes
    version: int
    document: str  # the digest of the document that it shows
    drawn_at: datetime


class _About(msgspec.Struct, frozen=True):
    version: int
    document: str
    drawn_at: datetime


def shelf_in(folder: Path) -> Shelf | None:
    """Return the shelf for charts in a folder, None where the settings want none."""
    most = int(CACHE_MEGABYTES.number() * MEGABYTE)
    return Shelf(folder, most, (DRAWN, LAST)) if most else None


class Kept:
    """An engine that looks first whether it drew the same before; without a shelf it never did."""

    def __init__(self, drawing: Engine, shelf: Shelf | None) -> None:
        self.engine = drawing
        self.shelf = shelf

    def render(self, source: str, kind: Format) -> bytes:
        """Return a chart's picture, kept or drawn; raises `DrawingFailed`."""
        if self.shelf is None:
            return self.engine.render(source, kind)
        name = name_of(hand(), kind, source)
        picture = self.shelf.get(DRAWN, name)
        if picture is None:
            picture = self.engine.render(source, kind)
            self.shelf.put(DRAWN, name, picture)
        return picture

    def last(self, *place: str) -> Good | None:
        """Return the last good chart of the map at a place, None where none is kept."""
        found = self.shelf.get(LAST, name_of(*place)) if self.shelf else None
        if found is None:
            return None
        head, _, picture = found.partition(b"\n")
        try:
            about = msgspec.json.decode(head, type=_About)
        except (msgspec.DecodeError, UnicodeDecodeError):  # of another version of riskmap
            return None
        return Good(picture, about.version, about.document, about.drawn_at)

    def keep_last(self, good: Good, *place: str) -> None:
        """Keep a map's chart as its last good one, unless it is that already."""
        if self.shelf is None:
            return
        last = self.last(*place)
        if last and (last.picture, last.version, last.document) == (
            good.picture, good.version, good.document,
        ):  # fmt: skip
            return
        about = _About(good.version, good.document, good.drawn_at)
        content = msgspec.json.encode(about) + b"\n" + good.picture
        self.shelf.put(LAST, name_of(*place), content)


@cache
def hand() -> str:
    """Return what a picture depends on besides its source: our code, the library, the faces."""
    code = [Path(str(module.__file__)).read_bytes() for module in (engine, child)]
    digests = [hashlib.sha256(each).hexdigest() for each in code]
    return name_of(_library(), *digests, *sorted(DIGESTS.values()))


def _library() -> str:
    """Return which Graphviz draws here."""
    try:
        return f"pygraphviz {version('pygraphviz')}"
    except PackageNotFoundError:
        program = Path(shutil.which("neato") or "neato").resolve()
        return f"{program} {program.stat().st_mtime_ns if program.exists() else ''}"

"""A window of a chart's SVG: what lies outside is left out, so that no page hides another's text.

Clipping alone would keep the hidden words in the PDF, where a search would find them.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

Window = tuple[float, float]  # from, to

_SVG: Final = "http://www.w3.org/2000/svg"
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_SHIFT: Final = re.compile(r"translate\(\s*(-?[\d.]+)[ ,]+(-?[\d.]+)\s*\)")

ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def crops(svg: bytes, height: float, windows: Iterable[Window]) -> Iterator[bytes]:
    """Yield what an SVG of a chart `height` points high shows in each window."""
    root = ElementTree.fromstring(svg)
    graph = root.find(f"{{{_SVG}}}g")
    if graph is None:
        raise ValueError("an SVG without the group that Graphviz draws in")
    shift, parts = _shift(graph), [(part, _extent(part)) for part in graph]
    wide = float(root.get("viewBox", "0 0 0 0").split()[2])
    for top, bottom in windows:
        # Graphviz rounds the size of its picture up to whole points, at the top.
        first, last = top + shift - height, bottom + shift - height
        graph[:] = [part for part, extent in parts if _meets(extent, first - shift, last - shift)]
        root.set("viewBox", f"0 {first:.2f} {wide:.2f} {last - first:.2f}")
        root.set("width", f"{wide:.2f}pt")
        root.set("height", f"{last - first:.2f}pt")
        yield ElementTree.tostring(root, encoding="unicode").encode()


def _meets(extent: Window | None, first: float, last: float) -> bool:
    return extent is None or (extent[1] > first + 0.01 and extent[0] < last - 0.01)


def _shift(graph: Element) -> float:
    found = _SHIFT.search(graph.get("transform", ""))
    return float(found[2]) if found else 0.0


def _extent(part: Element) -> Window | None:
    """Return the highest and the lowest place a part draws on, in its own coordinates."""
    places = [place for each in part.iter() for place in _places(each)]
    return (min(places), max(places)) if places else None


def _places(element: Element) -> Iterator[float]:
    for name in ("points", "d"):
        numbers = _NUMBER.findall(element.get(name, ""))
        yield from map(float, numbers[1::2])
    if element.tag == f"{{{_SVG}}}text":
        base, size = float(element.get("y", "0")), float(element.get("font-size", "0"))
        yield from (base - size, base + size / 3)
    elif element.tag == f"{{{_SVG}}}ellipse":
        middle, radius = float(element.get("cy", "0")), float(element.get("ry", "0"))
        yield from (middle - radius, middle + radius)

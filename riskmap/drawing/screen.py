"""A chart for a page: shapes that can be reached by keyboard, named, and lead to their row.

What Graphviz drew is taken apart and put together again from a list of allowed elements and
attributes: whatever else it may draw one day, nothing else reaches a page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
ALLOWED: dict[str, frozenset[str]] = {
    "svg": frozenset({"viewBox", "width", "height", "class", "role", "aria-label", "xmlns"}),
    "g": frozenset({"id", "class", "transform"}),
    "a": frozenset({"id", "class", "href", "data-key"}),
    "title": frozenset(),
    "polygon": frozenset({"points", "fill", "stroke", "stroke-width", "stroke-dasharray"}),
    "polyline": frozenset({"points", "fill", "stroke", "stroke-width", "stroke-dasharray"}),
    "path": frozenset({"d", "fill", "stroke", "stroke-width", "stroke-dasharray"}),
    "ellipse": frozenset(
        {"cx", "cy", "rx", "ry", "fill", "stroke", "stroke-width", "stroke-dasharray"}
    ),
    "text": frozenset({"x", "y", "text-anchor", "font-family", "font-weight", "font-size", "fill"}),
}
"""Per element, the attributes that it may have."""

_SIZE = re.compile(r"^([0-9.]+)pt$")
_DECLARED = re.compile(rb"<!DOCTYPE[^>]*>")


@dataclass(frozen=True, slots=True)
class Named:
    """How a shape is called aloud, and the address that it leads to."""

    name: str
    href: str


def for_screen(picture: bytes, title: str, shapes: Mapping[str, Named]) -> str:
    """Return a chart as SVG to stand inside a page; `shapes` by the key of step or risk point.

    Each shape of a key becomes one link, with the id `shape-` and the key.
    """
    drawn = ElementTree.fromstring(_DECLARED.sub(b"", picture))
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": SVG,
            "viewBox": drawn.attrib["viewBox"],
            "width": _pixels(drawn.attrib["width"]),
            "height": _pixels(drawn.attrib["height"]),
            "class": "chart",
            "role": "group",
            "aria-label": title,
        },
    )
    for child in drawn:
        _copy(child, root, shapes)
    return ElementTree.tostring(root, encoding="unicode")


def _pixels(size: str) -> str:
    """Return a length in points as the screen's pixels, 96 to the inch."""
    found = _SIZE.match(size)
    return f"{float(found[1]) * 96 / 72:.0f}" if found else size


def _copy(
    source: ElementTree.Element, parent: ElementTree.Element, shapes: Mapping[str, Named]
) -> None:
    """Copy what is allowed of an element; neighbouring shapes of one key go into one link."""
    tag = source.tag.removeprefix(f"{{{SVG}}}")
    if tag == "a":  # Graphviz's own, around the background for its tooltip
        for child in source:
            _copy(child, parent, shapes)
        return
    allowed = ALLOWED.get(tag)
    if allowed is None:
        return
    kept = {name: value for name, value in source.attrib.items() if name in allowed}
    identity = kept.pop("id", "")
    key = identity.rpartition("-")[0]
    if kept.get("class") == "node" and key in shapes:
        parent = _link(parent, key, shapes[key])
    copy = ElementTree.SubElement(parent, tag, kept)
    copy.text = source.text if tag == "text" else None
    for child in source:
        _copy(child, copy, shapes)


def _link(parent: ElementTree.Element, key: str, named: Named) -> ElementTree.Element:
    """Return the link of a key: the one just begun, else a new one."""
    last = parent[-1] if len(parent) else None
    if last is not None and last.get("data-key") == key:
        return last
    link = ElementTree.SubElement(
        parent,
        "a",
        {
            "id": f"shape-{key}",
            "href": named.href,
            "class": "shape",
            "data-key": key,
        },
    )
    ElementTree.SubElement(link, "title").text = named.name
    return link

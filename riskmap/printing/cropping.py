"""A window of a chart's SVG: what lies outside is left out, so that no page hides another's text.

Clipping alone would keep the hidden words in the PDF, where a search would find them.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Final

from riskmap.drawing.dot import identity
from riskmap.drawing.shapes import Chart

Window = tuple[float, float]  # from, to

# Graphviz writes each shape and each line as one group; texts are escaped, so no other group's
# end can be inside. Taking the text apart is a tenth of the work of reading it as XML; going
# from tag to tag is quicker than going from sign to sign.
_PART: Final = re.compile(r'<g id="([^"]+)" class="(?:node|edge)">[^<]*(?:<(?!/g>)[^<]*)*</g>\n')
_SHIFT: Final = re.compile(r"translate\(\s*(-?[\d.]+)[ ,]+(-?[\d.]+)\s*\)")
_WIDTH: Final = re.compile(r'viewBox="\S+ \S+ (\S+) \S+"')
_SIZE: Final = re.compile(r'width="[^"]*"\s+height="[^"]*"\s+viewBox="[^"]*"')
PEN: Final = 4.0  # by which an outline may reach beyond its shape


class NoChart(ValueError):
    """An SVG that is not the picture of its chart."""


def page_files(svg: bytes, chart: Chart, prefix: str = "") -> dict[str, bytes]:
    """Return the SVG of each page's window, and of the head that later pages repeat, as files."""
    if len(chart.windows) == 1:
        return {f"{prefix}0.svg": svg}
    names = [f"{prefix}{page}.svg" for page in range(len(chart.windows))]
    pictures = crops(svg, chart, (*chart.windows, (0.0, chart.head)))
    return dict(zip([*names, f"{prefix}head.svg"], pictures, strict=True))


def crops(svg: bytes, chart: Chart, windows: Iterable[Window]) -> Iterator[bytes]:
    """Yield what the SVG of a chart shows in each window; raises `NoChart`."""
    text = svg.decode()
    shift, wide, size = _SHIFT.search(text), _WIDTH.search(text), _SIZE.search(text)
    found = list(_PART.finditer(text))
    if not (shift and wide and size and found):
        raise NoChart("an SVG without the groups that Graphviz draws in")
    reaches = _reaches(chart)
    try:
        parts = [(each[0], reaches[unescape(each[1])]) for each in found]
    except KeyError as error:
        raise NoChart(f"an SVG that shows what its chart has not: {error}") from error
    before, start = text[: size.start()], text[size.end() : found[0].start()]
    end = text[found[-1].end() :]
    for top, bottom in windows:
        # Graphviz rounds the size of its picture up to whole points, at the top.
        first = top + float(shift[2]) - chart.height
        inside = "".join([part for part, reach in parts if _meets(reach, top, bottom)])
        tall = bottom - top
        sized = (
            f'width="{wide[1]}pt" height="{tall:.2f}pt" '
            f'viewBox="0 {first:.2f} {wide[1]} {tall:.2f}"'
        )
        yield f"{before}{sized}{start}{inside}{end}".encode()


def _meets(reach: Window, top: float, bottom: float) -> bool:
    return reach[1] > top + 0.01 and reach[0] < bottom - 0.01


def _reaches(chart: Chart) -> dict[str, Window]:
    """Return the heights from and to that each group of a chart's SVG draws on, by its id."""
    reaches: dict[str, Window] = {}
    for shape in chart.shapes:
        name = identity(shape.name)
        reaches[name] = (shape.top, shape.bottom)
        reaches[f"{name}-outline"] = (shape.top, shape.bottom + PEN)
    for line in chart.lines:
        heights = [y for _, y in line.points]
        reaches[identity(line.name)] = (min(heights) - 0.5, max(heights) + 0.5)
    return reaches

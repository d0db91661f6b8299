"""The offices below a unit at the foot of its chart: how many risk points of each level they have.

Each is drawn as a predefined process: a map of its own details it.
"""

from collections.abc import Iterator, Sequence

from riskmap.document.model import Office
from riskmap.drawing import style
from riskmap.drawing.boxes import INNER
from riskmap.drawing.marks import Marks, mark_of, office_key, word
from riskmap.drawing.shapes import Shape
from riskmap.drawing.sheets import Sheets
from riskmap.drawing.text import height, width, wrap
from riskmap.register.rating import Level

TITLE = "所属科室的账图与风险点"
NO_MAP = "未编账图"
ROOM = 150.0  # in which an office stands, at least
APART = 8.0
ABOVE = 14.0  # between the chart and the strip with the title


def place_offices(
    offices: Sequence[Office],
    wide: float,
    top: float,
    sheets: Sheets,
    marks: Marks,
) -> tuple[list[Shape], float]:
    """Return the shapes of the offices below `top`, in a chart `wide` points wide; their foot."""
    if not offices:
        return [], top
    count = max(1, int(wide // ROOM))
    each_wide = (wide - 2 - APART * (count - 1)) / count
    said = [word(marks, office_key(office.code)) for office in offices]
    room = each_wide - 2 * INNER - 4
    texts = [_lines(*each, room) for each in zip(offices, said, strict=True)]
    rows = [range(at, min(at + count, len(texts))) for at in range(0, len(texts), count)]
    heights = [max(height(len(texts[at])) + 8 for at in row) for row in rows]
    head = height(1) + 6
    top = sheets.fit(top + ABOVE, head + APART + heights[0], ABOVE)
    shapes = [Shape("offices-head", "offices", "box", "head", 1, top, wide - 2, head, (TITLE,))]
    top += head + APART
    for row, tall in zip(rows, heights, strict=True):
        top = sheets.fit(top, tall, 0.0)
        for at, number in enumerate(row):
            left = 1 + at * (each_wide + APART)
            mark = mark_of(marks, office_key(offices[number].code)) or ""
            shapes += _office(offices[number], texts[number], (left, top, each_wide, tall), mark)
        top += tall + APART
    return shapes, top - APART


def _office(
    office: Office, lines: tuple[str, ...], place: tuple[float, float, float, float], mark: str
) -> Iterator[Shape]:
    left, top, wide, tall = place
    yield Shape(
        f"{office.code}-office", office.code, "box", "office", left, top, wide, tall, lines,
        mark=mark,
    )  # fmt: skip
    inner = (left + INNER, top, wide - 2 * INNER, tall)
    yield Shape(f"{office.code}-inner", office.code, "box", "inner", *inner)


def _lines(office: Office, said: str, room: float) -> tuple[str, ...]:
    counts = " ".join(
        f"{style.SIGN[level]}{level.label}{getattr(office, level.value)}" for level in Level
    )
    where = f"见{office.map}" if office.map else NO_MAP
    both = f"{counts}　{where}"
    below = [both] if width(both, style.TEXT) <= room else [counts, where]
    return (*wrap(said + office.name, room), *below)

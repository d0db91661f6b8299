"""Sizes and colours of the chart; every level also differs by word, sign and line."""

from typing import Final

from riskmap.drawing.marks import Mark
from riskmap.register.rating import Level

FACE: Final = "Noto Sans SC"
BOLD_FACE: Final = "Noto Sans SC Bold"

INK: Final = "#22303F"
NAVY: Final = "#1F3A5F"
PALE: Final = "#D9E2EC"
RULE: Final = "#8A97A6"
RETURN: Final = "#A61B1B"
MEASURE: Final = "#17457A"

TEXT: Final = 9.0
PADDING: Final = 5.0
CHIP: Final = 16.0  # the number's bar at the left of a box
HEAD: Final = 20.0  # the strip with the actors' names
GAP: Final = 17.0  # least room between two rows: an arrow and its breath
GAP_BELOW: Final = 5.0  # the same below what hangs from the upper row: a label, a tag
TAG_OUT: Final = 2.0  # by which a tag's text may be wider than half its box: it hangs out left
TRACK: Final = 8.0
CONNECTOR: Final = 12.0  # across, as far apart as two channels
CHANNEL: Final = 12.0
BADGE: Final = 17.0
BADGE_OUTSIDE: Final = 13.0  # beyond the last lane, for badges of steps in it
LEADERS: Final = 22.0  # the strip in which leaders turn towards their cards
LEAST_PITCH: Final = 108.0
MOST_PITCH: Final = 190.0
BOX_MARGIN: Final = 8.0  # between a box and its column's edge
LEAST_CARD: Final = 150.0
MOST_CARD: Final = 290.0
LABEL: Final = 50.0  # a branch label wraps at this width
LABEL_OUTSIDE: Final = 28.0  # and at this one where it stands outside all lanes
ARROW: Final = 6.0

SIGN: Final = {Level.HIGH: "◆", Level.MEDIUM: "▲", Level.LOW: "●"}

LEVEL_INK: Final = {Level.HIGH: "#A61B1B", Level.MEDIUM: "#9A6700", Level.LOW: "#23683A"}
LEVEL_TINT: Final = {Level.HIGH: "#FBE9E7", Level.MEDIUM: "#FFF4DC", Level.LOW: "#EEF6F0"}
LEVEL_LINE: Final = {Level.HIGH: "solid", Level.MEDIUM: "dashed", Level.LOW: "dotted"}
LEVEL_PEN: Final = {Level.HIGH: "2", Level.MEDIUM: "1.4", Level.LOW: "1.1"}


def _level_shapes() -> dict[str, dict[str, str]]:
    shapes: dict[str, dict[str, str]] = {}
    for level in Level:
        ink = LEVEL_INK[level]
        shapes[f"card-{level}"] = {
            "color": ink,
            "style": LEVEL_LINE[level],
            "penwidth": LEVEL_PEN[level],
        }
        shapes[f"risk-{level}"] = {
            "color": LEVEL_TINT[level],
            "fillcolor": LEVEL_TINT[level],
            "style": "filled",
            "penwidth": "0",
            "fontcolor": INK,
        }
        dark = level is not Level.LOW
        shapes[f"badge-{level}"] = {
            "color": ink,
            "fillcolor": {"high": ink, "medium": "#F0A818", "low": "white"}[level.value],
            "style": "filled",
            "penwidth": "1.3",
            "fontname": BOLD_FACE,
            "fontcolor": "white" if level is Level.HIGH else INK if dark else ink,
        }
    return shapes


SHAPES: Final[dict[str, dict[str, str]]] = {
    "lane": {"color": RULE, "fillcolor": "#F6F8FB", "style": "filled", "penwidth": "0.7"},
    "lane-even": {"color": RULE, "fillcolor": "white", "style": "filled", "penwidth": "0.7"},
    "head": {
        "color": RULE,
        "fillcolor": PALE,
        "style": "filled",
        "penwidth": "0.7",
        "fontname": BOLD_FACE,
    },
    "step": {"color": INK, "fillcolor": "white", "style": "filled", "penwidth": "1.1"},
    "inner": {"color": INK, "style": "solid", "penwidth": "0.8"},
    "decision": {"color": INK, "fillcolor": "#FFF9DB", "style": "filled", "penwidth": "1.2"},
    "terminator": {
        "color": NAVY,
        "fillcolor": NAVY,
        "style": "filled,rounded",
        "penwidth": "1",
        "fontname": BOLD_FACE,
        "fontcolor": "white",
    },
    "chip": {
        "color": NAVY,
        "fillcolor": NAVY,
        "style": "filled",
        "penwidth": "0.5",
        "fontname": BOLD_FACE,
        "fontcolor": "white",
    },
    "text": {"style": "solid", "penwidth": "0"},
    "strip": {
        "color": PALE,
        "fillcolor": PALE,
        "style": "filled",
        "penwidth": "0",
        "fontname": BOLD_FACE,
        "fontcolor": NAVY,
    },
    "tag": {"color": PALE, "fillcolor": PALE, "style": "filled", "penwidth": "0"},
    "connector": {
        "color": INK,
        "fillcolor": "white",
        "style": "filled",
        "penwidth": "0.8",
        "fontname": BOLD_FACE,
        "fontcolor": NAVY,
    },
    "office": {"color": NAVY, "fillcolor": "white", "style": "filled", "penwidth": "1"},
    "label": {"style": "solid", "penwidth": "0", "fontname": BOLD_FACE, "fontcolor": NAVY},
    "return-label": {"style": "solid", "penwidth": "0", "fontname": BOLD_FACE, "fontcolor": RETURN},
    "measure": {"style": "solid", "penwidth": "0", "fontcolor": MEASURE},
    "unanswered": {"style": "solid", "penwidth": "0", "fontcolor": RETURN, "fontname": BOLD_FACE},
    **_level_shapes(),
}
"""DOT attributes of each style of shape; a pen of width 0 leaves text without a frame."""

LINES: Final[dict[str, dict[str, str]]] = {
    "step-outline": {"color": INK, "penwidth": "1.1", "dir": "none"},
    "tag-outline": {"color": RULE, "penwidth": "0.9", "dir": "none"},
    "flow": {"color": INK, "penwidth": "1.1"},
    "return": {"color": RETURN, "style": "dashed", "penwidth": "1.1"},
    **{
        f"leader-{level}": {
            "color": LEVEL_INK[level],
            "penwidth": "0.8",
            "dir": "none",
        }
        for level in Level
    },
}
"""DOT attributes of each style of line, and of outlines that Graphviz has no shape for."""

MARKS: Final[dict[Mark, dict[str, str]]] = {
    Mark.ADDED: {"color": "#0B7A3B", "penwidth": "2.6", "style": "solid"},
    Mark.CHANGED: {"color": "#1B5FC1", "penwidth": "2.6", "style": "dashed"},
    Mark.REMOVED: {"color": "#7A7F87", "penwidth": "2.2", "style": "dotted"},
    Mark.MOVED: {"color": "#7A3E9D", "penwidth": "3", "style": "dotted"},
    Mark.GAP: {"color": "#B0169A", "penwidth": "3.4", "style": "dashed"},
    Mark.SELECTED: {"color": "#D97706", "penwidth": "3.2", "style": "solid"},
}
"""DOT attributes that a mark puts over those of the outline or the line it is on."""


SHAPES.update(
    {
        f"flag-{mark}": {
            "color": look["color"],
            "fillcolor": look["color"],
            "style": "filled",
            "penwidth": "0",
            "fontname": BOLD_FACE,
            "fontcolor": "white",
        }
        for mark, look in MARKS.items()
    }
    | {
        f"label-{mark}": {**SHAPES["label"], "fontcolor": look["color"]}
        for mark, look in MARKS.items()
    }
)

PALE_INK: Final = "#7A7F87"
GONE: Final[dict[str, str]] = {"fontcolor": PALE_INK}
GONE_FILLED: Final[dict[str, str]] = {"fillcolor": "#EEF0F2", "color": PALE_INK, **GONE}
"""What is put over the attributes of shapes that show something removed, filled ones or not."""


def grey(colour: str) -> str:
    """Return a colour as a printer without colours shows it (luma of ITU-R BT.601)."""
    if not colour.startswith("#"):
        return colour
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    shade = round(0.299 * red + 0.587 * green + 0.114 * blue)
    return f"#{shade:02X}{shade:02X}{shade:02X}"

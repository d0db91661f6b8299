"""Text as Graphviz can bear it: no control characters, no empty first line, nothing as markup.

Graphviz 14 reads freed memory on a label whose first line is empty and ends the process on a lone
backslash; it complains of a line without width; characters that XML forbids spoil its SVG.
"""

import re

LONGEST = 2000
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BAD = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls; tabs and breaks are blanks and new lines by then
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # would turn the order of what follows
    "\ud800-\udfff\ufeff\ufffe\uffff]"  # no characters
)
_UNSEEN = re.compile(  # what Unicode says no font draws
    "[\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)


def clean(text: str) -> str:
    """Return the text that a chart shows: lines kept, what cannot be shown as U+FFFD.

    Characters that draw nothing (zero-width space, soft hyphen …) are dropped. The text is cut
    after `LONGEST` characters, with an ellipsis that says so.
    """
    if text.isascii() and text.isprintable():
        shown = text
    else:
        shown = _BREAKS.sub("\n", text).replace("\t", " ")
        shown = _UNSEEN.sub("", _BAD.sub("\ufffd", shown))
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def label(lines: tuple[str, ...], end: str) -> str:
    """Return cleaned lines as a DOT label, each closed by `end`: `\\n` centred, `\\l` left."""
    escaped = (
        (line if line.strip() else " ").replace("\\", "\\\\").replace("&", "&amp;")
        for line in lines or (" ",)
    )
    text = end.join(escaped) + (end if end == "\\l" else "")
    if text.startswith("<") and text.endswith(">"):
        text = text[:-1] + "&gt;"
    return text

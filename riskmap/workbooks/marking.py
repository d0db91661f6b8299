"""The user's own workbook back, with the cells that were not taken marked and commented."""

from collections import defaultdict
from collections.abc import Iterable
from io import BytesIO
from typing import Final

from openpyxl import load_workbook
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from riskmap.workbooks.importing import Entry

RED: Final = PatternFill("solid", fgColor="F9C9C9")


def marked(content: bytes, refused: Iterable[Entry]) -> bytes:
    """Return a workbook with the refused cells filled red, each with the reason as its comment.

    The file was read before, so it has come through the door.
    """
    book = load_workbook(BytesIO(content))
    reasons: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in refused:
        if each.sheet in book.sheetnames:
            reasons[each.sheet, each.cell or "A1"].append(each.reason)
    for (sheet, cell), said in reasons.items():
        place = book[sheet][cell]
        if isinstance(place, MergedCell):
            continue
        place.fill = RED
        place.comment = Comment("\n".join(said), "riskmap", width=320, height=120)
    answer = BytesIO()
    book.save(answer)
    return answer.getvalue()

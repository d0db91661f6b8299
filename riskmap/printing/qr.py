"""The square code on a sheet, by which anybody can ask whether the sheet is still in force."""

from functools import lru_cache
from io import BytesIO
from typing import Final

import segno

QUIET: Final = 2  # modules left white around it: the sheet has more white around that


@lru_cache(maxsize=2048)
def picture(content: str) -> bytes:
    """Return a QR code (ISO/IEC 18004) as SVG, its modules one path; equal text, equal bytes."""
    out = BytesIO()
    code = segno.make(content, error="l", micro=False)
    code.save(out, kind="svg", border=QUIET, nl=False)
    return out.getvalue()

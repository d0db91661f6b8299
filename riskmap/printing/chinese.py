"""What riskmap itself says, in Chinese whatever the screen's language is: for paper.

The catalogue is read as it is, so that no request and no application is needed.
"""

import gettext
from enum import StrEnum
from functools import cache
from pathlib import Path

import riskmap
from riskmap.register.terms import LimitUnit

LOCALE = "zh_Hans_CN"


def translate(message: str) -> str:
    """Return a message in Chinese; as it is where the catalogue lacks it."""
    return _catalogue().gettext(message)


def name(member: StrEnum) -> str:
    """Return what a member of a closed set is called: its label, or its value where that is it."""
    if member in (LimitUnit.WORKING_DAY, LimitUnit.MONTH):
        return f"个{member.value}"
    return str(getattr(member, "label", member.value))


@cache
def _catalogue() -> gettext.NullTranslations:
    folder = Path(riskmap.__file__).parent / "translations"
    return gettext.translation("messages", folder, [LOCALE])

"""What a refusal says in Chinese, as the pages say it."""

from babel.support import Translations

from riskmap.config import PACKAGE
from riskmap.workbooks.refusals import Refused

_CATALOGUE = Translations.load(PACKAGE / "translations", ["zh_Hans_CN"])


def in_chinese(refused: Refused) -> str:
    """Return the sentence of a refusal from the catalogue."""
    return refused.said.text(_CATALOGUE.gettext)

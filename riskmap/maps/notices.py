"""What packages above this one have to say on a map's page and in its editor: they ask to be asked.

`maps` knows nothing of revisions; whoever does puts a teller into `tellers` of the application.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from flask import Flask, current_app

from riskmap.document.model import MapDocument
from riskmap.organisation.scope import Scope


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, what it is about in more lines, and a link that shows it."""

    said: str
    link: str
    href: str
    lines: tuple[str, ...] = ()


class Where(StrEnum):
    """The page that a notice stands on."""

    PAGE = "page"
    EDITOR = "editor"


Teller = Callable[[Scope, str, MapDocument | None], Iterable[Notice]]
"""Asked with a bureau's scope, a map's code, and what the map says now where that is at hand."""

_KEY = "riskmap.notices"


def tell(app: Flask, where: Where, teller: Teller) -> None:
    """Let a teller be asked for a page."""
    app.extensions.setdefault(_KEY, {}).setdefault(where, []).append(teller)


def notices(
    where: Where, scope: Scope, code: str, document: MapDocument | None = None
) -> list[Notice]:
    """Return what is to be said of a map on a page, in the order in which tellers came."""
    tellers: list[Teller] = current_app.extensions.get(_KEY, {}).get(where, [])
    return [each for teller in tellers for each in teller(scope, code, document)]

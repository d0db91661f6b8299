"""What packages above this one have to say in a map's editor: they ask to be asked.

`maps` knows nothing of revisions; whoever does puts a teller into `tellers` of the application.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import Flask, current_app

from riskmap.organisation.scope import Scope


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, what it is about in more lines, and a link that shows it."""

    said: str
    link: str
    href: str
    lines: tuple[str, ...] = ()


Teller = Callable[[Scope, str], Iterable[Notice]]
"""Asked with a bureau's scope and a map's code."""

_KEY = "riskmap.notices"


def tell(app: Flask, teller: Teller) -> None:
    """Let a teller be asked."""
    app.extensions.setdefault(_KEY, []).append(teller)


def notices(scope: Scope, code: str) -> list[Notice]:
    """Return what is to be said of a map, in the order in which tellers came."""
    tellers: list[Teller] = current_app.extensions.get(_KEY, [])
    return [each for teller in tellers for each in teller(scope, code)]

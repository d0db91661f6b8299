"""The site as an old PC on a bad line meets it: scripts late, pages in two parts, each by chance.

With `RISKMAP_TEST_SLOW=1` the browser's tests run on it. It finds the test that does not wait for
the page it asked for, and the page that minds being used before all of it is there.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

LATE = 0.8  # seconds at most
"""How late a script comes, and the second part of a page; an answer begins after a third of it."""

Application = Callable[..., Iterable[bytes]]


def slow(app: Application) -> Application:
    """Return a WSGI application that answers as another does, but slowly."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path, told = environ["PATH_INFO"], []

        def begin(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            told.append(dict(headers).get("Content-Type", ""))
            return start(status, headers, *error)

        if path.startswith("/static/"):
            _wait(LATE if path.endswith(".js") else 0)
            return app(environ, start)
        _wait(LATE / 3)
        parts = app(environ, begin)
        return _halves(parts) if "html" in told[-1] else parts

    return answer


def _wait(most: float) -> None:
    time.sleep(random.uniform(0, most))


def _halves(parts: Iterable[bytes]) -> Iterator[bytes]:
    page = b"".join(parts)
    getattr(parts, "close", lambda: None)()
    cut = int(len(page) * random.random())
    yield page[:cut]
    _wait(LATE)
    yield page[cut:]

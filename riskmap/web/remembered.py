"""Pages kept from one visit to the next: made once, answered 304 to who has them already."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from flask import Response, request

KEPT = 64 * 1024 * 1024  # bytes


class Remembered:
    """The answers made last, by a key that says all that they depend on."""

    def __init__(self, most: int = KEPT) -> None:
        self.most = most
        self._answers: OrderedDict[Hashable, tuple[str, bytes]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], str | bytes]) -> tuple[str, bytes]:
        """Return the digest and the content under a key, made by `make` the first time."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        content = make()
        content = content.encode() if isinstance(content, str) else content
        answer = (hashlib.sha256(content).hexdigest(), content)
        with self._lock:
            self._forget(key)
            self._answers[key] = answer
            self._bytes += len(content)
            while self._bytes > self.most and len(self._answers) > 1:
                self._forget(next(iter(self._answers)))
        return answer

    def _forget(self, key: Hashable) -> None:
        answer = self._answers.pop(key, None)
        self._bytes -= len(answer[1]) if answer else 0

    def answer(
        self, key: Hashable, make: Callable[[], str | bytes], mimetype: str = "text/html"
    ) -> Response:
        """Return the answer to this request, with its digest as ETag; 304 if it is known."""
        digest, content = self.get(key, make)
        answer = Response(content, mimetype=mimetype)
        answer.set_etag(digest)
        answer.headers["Cache-Control"] = "no-cache"  # keep it, but ask each time
        answer.headers["Vary"] = "Cookie"
        answer.make_conditional(request)
        return answer

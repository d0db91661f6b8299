"""Pages kept from one visit to the next: made once, answered 304 to who has them already."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from flask import Response, g, request, session

Answer = tuple[str, bytes]
KEPT = 64 * 1024 * 1024  # bytes


class Remembered:
    """The answers made last, by a key that says all that they depend on."""

    def __init__(self, most: int = KEPT) -> None:
        self.most = most
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], str | bytes]) -> Answer:
        """Return the digest and the content under a key, made by `make` the first time."""
        return self._found(key) or self._keep(key, make())

    def _found(self, key: Hashable) -> Answer | None:
        with self._lock:
            if key not in self._answers:
                return None
            self._answers.move_to_end(key)
            return self._answers[key]

    def _keep(self, key: Hashable, content: str | bytes) -> Answer:
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
        """Return the answer to this request, with its digest as ETag; 304 if it is known.

        A page that says what was just done, or that holds a form, is for this visit only.
        """
        once = mimetype == "text/html" and "_flashes" in session
        found = None if once else self._found(key)
        if found is None:
            made = make()
            if once or "csrf_token" in g:  # Flask-WTF made one for a form: good in this session
                return Response(made, mimetype=mimetype, headers={"Cache-Control": "no-store"})
            found = self._keep(key, made)
        digest, content = found
        answer = Response(content, mimetype=mimetype)
        answer.set_etag(digest)
        answer.headers["Cache-Control"] = "private, no-cache"  # keep it, but ask each time
        answer.headers["Vary"] = "Cookie"
        answer.make_conditional(request)
        return answer

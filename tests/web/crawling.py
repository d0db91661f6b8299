"""Reading all of the site as a person with much patience: every link, every filter's choices."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit
from zipfile import ZipFile

from flask.testing import FlaskClient
from pypdf import PdfReader

PARAMETERS = 2
"""Filters that are set at once in the addresses followed; there is no end of more.

Nor is every order of every list: it shows the same rows.
"""


class Page(HTMLParser):
    """The addresses that a page leads to, and what a strict policy would refuse."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.inline: list[str] = []
        self._action: str | None = None
        self._fields: dict[str, list[str]] = {}
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag == "form":
            self._action = values.get("action", "") if values.get("method") != "post" else None
            self._fields = {}
        elif tag in ("input", "button") and values.get("name"):
            self._fields.setdefault(values["name"], []).append(values.get("value", ""))
        elif tag == "select":
            self._select = values.get("name", "")
        elif tag == "option" and self._select:
            self._fields.setdefault(self._select, []).append(values.get("value", ""))
        if tag == "style" or (tag == "script" and "src" not in values):
            self.inline.append(tag)
        self.inline += [name for name in values if name == "style" or name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "form" and self._action is not None:
            for name, choices in self._fields.items():
                for value in choices:
                    self.links.append(f"{self._action or '?'}?{urlencode({name: value})}"[-2000:])
            self._action = None


@dataclass
class Visit:
    """An answer, with what can be read in it."""

    address: str
    status: int
    mimetype: str
    text: str
    inline: list[str] = field(default_factory=list)


def crawl(client: FlaskClient, starts: Iterable[str]) -> Iterator[Visit]:
    """Yield what is answered to every address that some lead to, themselves first."""
    waiting = list(starts)
    seen = {key(address) for address in waiting}
    while waiting:
        address = waiting.pop(0)
        with client.get(address) as answer:
            visit = Visit(address, answer.status_code, answer.mimetype, readable(answer))
            location = answer.headers.get("Location", "")
        links = [location] if location else []
        if visit.mimetype == "text/html":
            page = Page(visit.text)
            visit.inline, links = page.inline, [*links, *page.links]
        yield visit
        for link in links:
            there = inside(address, link)
            if there and key(there) not in seen:
                seen.add(key(there))
                waiting.append(there)


def key(address: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return what tells an address from those that ask for the same in another order."""
    parts = urlsplit(address)
    return parts.path, tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))


def inside(here: str, link: str) -> str:
    """Return the address in full that a link leads to, "" for one that is not followed."""
    parts = urlsplit(urljoin("http://localhost" + here, link.replace("??", "?")))
    if parts.netloc != "localhost" or parts.path.startswith(("/static/", "/fonts/", "/language/")):
        return ""
    asked = dict(parse_qsl(parts.query))
    if len(asked) > PARAMETERS or ("sort" in asked and (len(asked) > 1 or "-" in parts.path)):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def readable(answer: object) -> str:
    """Return the text of an answer: a page, a drawing, a print."""
    mimetype, data = answer.mimetype, answer.data  # type: ignore[attr-defined]
    if mimetype == "application/pdf":
        found = "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)
        return "".join(found.split())
    if mimetype == "image/svg+xml":
        found = unescape(re.sub("<[^>]*>", "", data.decode()))
        return "".join(found.split())  # one text takes several lines
    if mimetype.endswith("spreadsheetml.sheet"):
        with ZipFile(BytesIO(data)) as parts:
            return "".join(parts.read(name).decode() for name in parts.namelist())
    return "" if mimetype == "image/png" else data.decode()

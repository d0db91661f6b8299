"""The hash chain of a bureau: what an entry's hash is made of, and the first link that is broken.

Every hash covers the entry and the hash before it, so an entry that is altered, left out, moved or
put in between breaks the chain there. What is cut off the end is told by the head, which is kept in
the database as well, and should be kept outside it: backups and `riskmap verify` print it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

FIRST = "0" * 64
"""The hash before the first entry."""

COVERED = (
    "chain", "number", "at", "user_id", "who", "origin", "request", "kind", "subject", "row_id",
    "map_id", "name", "details", "previous",
)  # fmt: skip
"""What the hash covers."""


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Broken:
    """The first broken link of a chain: its number, and why; at the end, the head's number."""

    chain: int
    number: int
    reason: str


def digest(entry: Mapping[str, Any]) -> str:
    """Return the SHA-256 of an entry, 64 hex digits; `at` is taken to the microsecond in UTC."""
    values = {name: entry[name] for name in COVERED}
    values["at"] = values["at"].astimezone(UTC).isoformat(timespec="microseconds")
    text = _JSON.encode(values)
    return hashlib.sha256(text.encode()).hexdigest()


def first_broken(
    chain: int, entries: Iterable[Mapping[str, Any]], head: tuple[int, str] | None
) -> Broken | None:
    """Return the first broken link of a chain's entries in order of number, None if it holds."""
    number, before = 0, FIRST
    for entry in entries:
        if entry["number"] != number + 1:
            return Broken(chain, number + 1, "缺少或重复")
        if entry["previous"] != before:
            return Broken(chain, entry["number"], "与前一条接不上")
        whole = (entry["bureau_id"] or 0) == chain  # where pages look for the entry
        if not whole or digest(entry) != entry["hash"]:
            return Broken(chain, entry["number"], "内容被改过")
        number, before = entry["number"], entry["hash"]
    if head is None:
        return Broken(chain, number, "链尾记录不见了") if number else None
    if head != (number, before):
        return Broken(chain, min(number, head[0]) + 1, "链尾与记录不符，可能被截短")
    return None

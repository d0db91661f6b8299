"""`Gap`: what a rule found, where, in words that can be said in either language."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from riskmap.document.sentences import Said as Said
from riskmap.document.sentences import Value as Value
from riskmap.document.sentences import plain, value
from riskmap.document.sentences import say as say


class Severity(StrEnum):
    """How bad a gap is: it must be mended, it should be, somebody should look at it."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def rank(self) -> int:
        """Return 3 for an error, 2 for a warning, 1 for a notice."""
        return {"error": 3, "warning": 2, "notice": 1}[self.value]


class Kind(StrEnum):
    """What a gap is about."""

    BUREAU = "bureau"
    NODE = "node"
    MAP = "map"
    PERSON = "person"
    CATEGORY = "category"
    ITEM = "item"
    MEASURE = "measure"
    BASIS = "basis"
    LIMIT = "limit"
    MATTER = "matter"
    FINDING = "finding"


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing by its code; of a map also the keys of the steps, lines or risk points meant."""

    kind: Kind
    code: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule saw: about what, in words, what else it looked at.

    `node` is the code of the node whose business it is, "" for the bureau as a whole; `about`
    tells two findings of one rule at one place apart; `severity` is the rule's unless said.
    """

    subject: Subject
    message: Said
    node: str = ""
    seen: tuple[Subject, ...] = ()
    about: str = ""
    severity: Severity | None = None


def key_of(identity: str) -> str:
    """Return a gap's identity as an address holds it: 16 hex digits."""
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Gap:
    """What a rule of a code found, as severe as it is."""

    rule: str
    severity: Severity
    subject: Subject
    message: Said
    node: str = ""
    seen: tuple[Subject, ...] = ()
    about: str = ""

    @property
    def identity(self) -> str:
        """Return what names this gap from one run to the next: not its words, but its place."""
        place = "+".join(self.subject.keys)
        parts = (self.rule, self.subject.kind.value, self.subject.code, place, self.about)
        return "|".join(parts)

    @property
    def key(self) -> str:
        """Return the identity as an address holds it: 16 hex digits."""
        return key_of(self.identity)

    @property
    def order(self) -> tuple[Any, ...]:
        """Return what gaps are sorted by: the worst first, then by rule and place."""
        return -self.severity.rank, self.rule, self.subject.code, self.subject.keys, self.about


def on_map(code: str, *keys: str) -> Subject:
    """Return a map as what a gap is about, at some of its parts."""
    return Subject(Kind.MAP, code, keys)


def as_data(gap: Gap) -> dict[str, Any]:
    """Return a gap in the form in which runs keep it."""
    return {
        "rule": gap.rule,
        "severity": gap.severity.value,
        "kind": gap.subject.kind.value,
        "code": gap.subject.code,
        "keys": list(gap.subject.keys),
        "message": gap.message.template,
        "values": {name: plain(each) for name, each in gap.message.values},
        "node": gap.node,
        "seen": [[each.kind.value, each.code, list(each.keys)] for each in gap.seen],
        "about": gap.about,
    }


def from_data(data: Mapping[str, Any]) -> Gap:
    """Return the gap that `as_data` wrote."""
    return Gap(
        rule=data["rule"],
        severity=Severity(data["severity"]),
        subject=Subject(Kind(data["kind"]), data["code"], tuple(data["keys"])),
        message=Said(data["message"], tuple((k, value(v)) for k, v in data["values"].items())),
        node=data["node"],
        seen=tuple(Subject(Kind(kind), code, tuple(keys)) for kind, code, keys in data["seen"]),
        about=data["about"],
    )

"""Why a document in force has to be renewed: what the register and the law say now instead.

What the map's own office has edited since is no reason: it is handed in when it is ready. Nor is
how many risks the offices of a unit have: that is of their own maps.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from riskmap.document.model import (
    Citation,
    Item,
    LimitSpan,
    MapDocument,
    Matter,
    Measure,
    RiskPoint,
)
from riskmap.document.sentences import Said, Value, say
from riskmap.register.rating import Level

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rated:
    """An item as the register has it now, with its level and the reason if that was set by hand."""

    item: Item
    level: Level
    reason: str = ""
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A measure as the register has it now."""

    measure: Measure
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Cited:
    """A basis as the register has it now; `ended` on the day that is asked about."""

    title: str
    number: str
    ended: bool = False
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class Limited:
    """A statutory limit as the register has it now: what a span shows of it."""

    shown: tuple[object, ...]
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A node or a party as it is called now."""

    name: str
    retired: bool = False


@dataclass(frozen=True, slots=True)
class RegisterNow:
    """What documents are held against, by code; `own` are the levels that the maps' offices set
    by hand on their risk points: (map, key, reason)."""

    items: Mapping[str, Rated] = field(default_factory=dict)
    measures: Mapping[str, Known] = field(default_factory=dict)
    bases: Mapping[str, Cited] = field(default_factory=dict)
    limits: Mapping[str, Limited] = field(default_factory=dict)
    matters: Mapping[str, Matter] = field(default_factory=dict)
    actors: Mapping[str, Named] = field(default_factory=dict)
    own: frozenset[tuple[str, str, str]] = frozenset()


def shown(span: LimitSpan) -> tuple[object, ...]:
    """Return what a span shows of its limit that the register may change."""
    cited = span.citation
    return span.name, span.limit, span.sense, span.binds, cited.code, cited.article


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a document is to be renewed, in a sentence, and the keys of the parts it is about."""

    said: Said
    keys: tuple[str, ...] = ()


def reasons(document: MapDocument, now: RegisterNow) -> tuple[Reason, ...]:
    """Return why a document is to be renewed; each once, with all the parts that it is about."""
    found: dict[Said, list[str]] = {}
    for check in CHECKS:
        for said, key in check(document, now):
            keys = found.setdefault(said, [])
            if key and key not in keys:
                keys.append(key)
    return tuple(Reason(said, tuple(keys)) for said, keys in found.items())


Found = Iterator[tuple[Said, str]]


def _items(document: MapDocument, now: RegisterNow) -> Found:
    for risk in document.risk_points:
        rated = now.items.get(risk.item.code)
        if rated is not None:
            for said in _item(risk, rated, own=_own(document, risk, now)):
                yield said, risk.key


def _own(document: MapDocument, risk: RiskPoint, now: RegisterNow) -> bool:
    return bool(risk.reason) and (document.code, risk.key, risk.reason) in now.own


def _item(risk: RiskPoint, rated: Rated, *, own: bool) -> Iterator[Said]:
    old, new = risk.item, rated.item
    if rated.retired:
        yield say("Item %(code)s is used no more.", code=old.code)
        return
    if (old.name, old.category) != (new.name, new.category):
        yield say("Item %(code)s is called “%(name)s” now.", code=old.code, name=new.name)
    if old.manifestation != new.manifestation:
        yield say("How the risk of item %(code)s shows is said anew.", code=old.code)
    if old.kind != new.kind:
        yield say("The kind of item %(code)s is another one.", code=old.code)
    if (old.likelihood, old.severity) != (new.likelihood, new.severity):
        yield say(
            "Item %(code)s is rated %(likelihood)s × %(severity)s now, not %(was)s.",
            code=old.code, likelihood=new.likelihood, severity=new.severity,
            was=f"{old.likelihood} × {old.severity}",
        )  # fmt: skip
    if not own and risk.level is not rated.level:
        yield say(
            "The level of item %(code)s is %(level)s now, not %(was)s.",
            code=old.code, level=rated.level, was=risk.level,
        )  # fmt: skip


def _measures(document: MapDocument, now: RegisterNow) -> Found:
    for risk in document.risk_points:
        for each in risk.measures:
            known = now.measures.get(each.code)
            if known is None:
                continue
            if known.retired:
                yield say("Measure %(code)s is used no more.", code=each.code), risk.key
            elif known.measure.text != each.text:
                yield say("The text of measure %(code)s is another one.", code=each.code), risk.key
            elif known.measure != each:
                yield (
                    say(
                        "How measure %(code)s is carried out or shown is another one.",
                        code=each.code,
                    ),
                    risk.key,
                )


def _citations(document: MapDocument) -> Iterator[tuple[Citation, str]]:
    yield from ((each, "") for each in document.bases)
    yield from ((step.basis, step.key) for step in document.steps if step.basis)
    yield from ((span.citation, span.first) for span in document.limit_spans)


def _bases(document: MapDocument, now: RegisterNow) -> Found:
    for citation, key in _citations(document):
        cited = now.bases.get(citation.code)
        if cited is None:
            continue
        values: dict[str, Value] = {"title": citation.title}
        if cited.replaced_by:
            new = cited.replaced_by
            yield say("“%(title)s” was replaced by “%(new)s”.", **values, new=new), key
        elif cited.ended:
            yield say("“%(title)s” is in force no more.", **values), key
        if (cited.title, cited.number) != (citation.title, citation.number):
            said = " ".join(filter(None, (cited.title, cited.number)))
            yield say("“%(title)s” is cited as “%(said)s” now.", **values, said=said), key


def _limits(document: MapDocument, now: RegisterNow) -> Found:
    for span in document.limit_spans:
        limit = now.limits.get(span.code)
        if limit is None:
            continue
        if limit.retired:
            yield say("The limit “%(name)s” is used no more.", name=span.name), span.first
        elif limit.shown != shown(span):
            yield say("The limit “%(name)s” is another one now.", name=span.name), span.first


def _matter(document: MapDocument, now: RegisterNow) -> Found:
    matter = now.matters.get(document.matter.code) if document.matter else None
    if matter is not None and matter != document.matter:
        code, name = matter.code, matter.name
        yield (
            say(
                "Matter %(code)s is “%(name)s” now, or of another kind of power.",
                code=code,
                name=name,
            ),
            "",
        )


def _actors(document: MapDocument, now: RegisterNow) -> Found:
    steps: dict[str, list[str]] = {actor.key: [] for actor in document.actors}
    for step in document.steps:
        steps.get(step.actor, []).append(step.key)
    for actor in document.actors:
        named = now.actors.get(actor.key)
        if named is None:
            continue
        for key in steps[actor.key]:
            if named.retired:
                yield say("“%(name)s” is there no more.", name=actor.name), key
            elif named.name != actor.name:
                yield (
                    say("“%(name)s” is called “%(new)s” now.", name=actor.name, new=named.name),
                    key,
                )


CHECKS: Final[tuple[Callable[[MapDocument, RegisterNow], Found], ...]] = (
    _items, _measures, _bases, _limits, _matter, _actors,
)  # fmt: skip

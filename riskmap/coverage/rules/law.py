"""Bases and matters: what is cited is in force, and every matter is drawn."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from riskmap.coverage.facts import Basis, DrawnMap, Facts
from riskmap.coverage.gaps import Found, Kind, Said, Severity, Subject, on_map, say
from riskmap.coverage.rule import Rule
from riskmap.document.model import Citation

Place = tuple[tuple[str, ...], Citation]


def cited(drawn: DrawnMap) -> Iterator[Place]:
    """Yield what a map cites, each with the keys of the step or steps it stands at."""
    document = drawn.document
    for citation in document.bases:
        yield (), citation
    for step in document.steps:
        if step.basis:
            yield (step.key,), step.basis


def ended(facts: Facts, basis: Basis) -> bool:
    """Return whether a basis is in force no more; one replaced is until its last day, if known."""
    if not basis.retired and basis.until and basis.until >= facts.day:
        return False
    after = facts.bases.get(basis.replaced_by)
    waiting = after is not None and after.since is not None and after.since > facts.day
    replaced = bool(basis.replaced_by) and not waiting
    return basis.retired or basis.until is not None or replaced


def _in_force(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        once = {(each.subject, each.about): each for each in _cited_wrongly(facts, drawn)}
        yield from once.values()
        yield from _twice(drawn)
        yield from _newer(facts, drawn)
    yield from _unverified(facts)


def _cited_wrongly(facts: Facts, drawn: DrawnMap) -> Iterator[Found]:
    for keys, citation in cited(drawn):
        if message := _wrong(facts, citation):
            yield _found(facts, drawn, keys, citation, message)
    for span in drawn.document.limit_spans:
        basis = facts.bases.get(span.citation.code)
        if basis and ended(facts, basis):  # that its article is not known is the register's
            keys = tuple(dict.fromkeys((span.first, span.last)))
            message = _over(facts, basis, span.citation.article)
            yield _found(facts, drawn, keys, span.citation, message)


def _found(
    facts: Facts, drawn: DrawnMap, keys: tuple[str, ...], citation: Citation, message: Said
) -> Found:
    return Found(
        on_map(drawn.code, *keys),
        message,
        node=drawn.node,
        seen=_bases(facts, citation.code),
        about=f"{citation.code} {citation.article.strip()}",
    )


def _bases(facts: Facts, code: str) -> tuple[Subject, ...]:
    basis = facts.bases.get(code)
    after = basis.replaced_by if basis else ""
    return tuple(Subject(Kind.BASIS, each) for each in (code, after) if each)


def _wrong(facts: Facts, citation: Citation) -> Said | None:
    basis = facts.bases.get(citation.code)
    if basis is None:
        return say(
            "%(code)s %(title)s is cited, and is not in the register of bases.",
            code=citation.code,
            title=citation.title,
        )
    if not citation.article.strip():
        return say("%(title)s is cited without an article.", title=basis.title)
    if ended(facts, basis):
        return _over(facts, basis, citation.article)
    if basis.since and basis.since > facts.day:
        return say(
            "%(title)s %(article)s is cited, and comes into force on %(since)s only.",
            title=basis.title,
            article=citation.article,
            since=basis.since.isoformat(),
        )
    return None


def _over(facts: Facts, basis: Basis, article: str) -> Said:
    after = facts.bases.get(basis.replaced_by)
    if after and after.since:
        return say(
            "%(title)s %(article)s is cited, which %(after)s has replaced since %(since)s.",
            title=basis.title,
            article=article,
            after=after.title,
            since=after.since.isoformat(),
        )
    if after:
        return say(
            "%(title)s %(article)s is cited, which %(after)s has replaced.",
            title=basis.title,
            article=article,
            after=after.title,
        )
    if basis.until and basis.until < facts.day:
        return say(
            "%(title)s %(article)s is cited, which was in force until %(until)s.",
            title=basis.title,
            article=article,
            until=basis.until.isoformat(),
        )
    return say(
        "%(title)s %(article)s is cited, which is no longer in use.",
        title=basis.title,
        article=article,
    )


def _twice(drawn: DrawnMap) -> Iterator[Found]:
    count: dict[tuple[str, str], int] = defaultdict(int)
    for citation in drawn.document.bases:
        if citation.article.strip():
            count[citation.code, citation.article.strip()] += 1
    for (code, article), times in count.items():
        if times > 1:
            yield Found(
                on_map(drawn.code),
                say(
                    "%(code)s %(article)s stands %(times)s times among the bases of map %(map)s.",
                    code=code,
                    article=article,
                    times=times,
                    map=drawn.code,
                ),
                node=drawn.node,
                seen=(Subject(Kind.BASIS, code),),
                about=f"twice {code} {article}",
            )


def _newer(facts: Facts, drawn: DrawnMap) -> Iterator[Found]:
    if drawn.reviewed is None:
        return
    for code in dict.fromkeys(citation.code for _, citation in cited(drawn)):
        basis = facts.bases.get(code)
        since = basis.since if basis and not ended(facts, basis) else None
        if basis and since and drawn.reviewed < since <= facts.day:
            yield Found(
                on_map(drawn.code),
                say(
                    "%(title)s came into force on %(since)s; map %(map)s, which cites it, was "
                    "last reviewed before that, on %(last)s.",
                    title=basis.title,
                    since=since.isoformat(),
                    map=drawn.code,
                    last=drawn.reviewed.isoformat(),
                ),
                node=drawn.node,
                seen=(Subject(Kind.BASIS, code),),
                about=f"since {code}",
                severity=Severity.WARNING,
            )


def _unverified(facts: Facts) -> Iterator[Found]:
    """Yield one gap for all cited bases that nobody has checked: it is one piece of work."""
    citing = {citation.code for drawn in facts.maps for _, citation in cited(drawn)}
    found = [
        basis.code
        for basis in facts.bases.values()
        if basis.unverified and not basis.retired and basis.code in citing
    ]
    if found:
        yield Found(
            Subject(Kind.BUREAU, facts.code),
            say(
                "%(count)s bases that maps cite have not been checked against their official text.",
                count=len(found),
            ),
            seen=tuple(Subject(Kind.BASIS, code) for code in found),
            about="unverified",
            severity=Severity.NOTICE,
        )


def _matters(facts: Facts) -> Iterator[Found]:
    drawn_for = {each.document.matter.code for each in facts.maps if each.document.matter}
    for matter in facts.matters.values():
        if not matter.retired and matter.code not in drawn_for:
            yield Found(
                Subject(Kind.MATTER, matter.code),
                say("No map in use shows how matter %(code)s %(name)s is handled.",
                    code=matter.code, name=matter.name),
            )  # fmt: skip
    for drawn in facts.maps:
        about = drawn.document.matter
        found = facts.matters.get(about.code) if about else None
        if about and (found is None or found.retired):
            yield Found(
                on_map(drawn.code),
                say("Map %(map)s is about matter %(code)s %(name)s, which is no longer in use.",
                    map=drawn.code, code=about.code, name=about.name),
                node=drawn.node,
                seen=(Subject(Kind.MATTER, about.code),),
            )  # fmt: skip


IN_FORCE: Final = Rule(
    code="G16",
    severity=Severity.ERROR,
    statement=say(
        "What a map cites stands in the register, with its article, once, and is in force; the map "
        "has been reviewed since it came into force, and the text has been checked."
    ),
    remedy=say("Cite the basis that is in force, with its article, and review the map by it."),
    basis="设计建议",
    check=_in_force,
)
MATTERS: Final = Rule(
    code="G17",
    severity=Severity.ERROR,
    statement=say("Every matter in use is drawn on a map, and no map is about a retired matter."),
    remedy=say("Draw how the matter is handled, or retire the matter."),
    basis="设计建议",
    check=_matters,
)
RULES: Final = (IN_FORCE, MATTERS)

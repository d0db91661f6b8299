"""Time limits: each step and the longest way of each limit span, against what the law allows."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from riskmap.coverage import paths
from riskmap.coverage.facts import DrawnMap, Facts, StatutoryLimit
from riskmap.coverage.gaps import Found, Kind, Said, Severity, Subject, on_map, say
from riskmap.coverage.paths import calendar_days, shown, working_days
from riskmap.coverage.rule import Rule
from riskmap.document.model import Citation, LimitSpan, Step
from riskmap.document.terms import Duty, LimitEffect
from riskmap.register.terms import LimitSense


def times(drawn: DrawnMap) -> dict[str, Fraction]:
    """Return the calendar days that each step takes at most.

    Steps without a limit take none; neither do those that extend or suspend one: the time they
    add is not of the limit itself.
    """
    return {
        step.key: calendar_days(step.limit) if step.limit and not step.effect else Fraction(0)
        for step in drawn.document.steps
    }


def _limited(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        bound: set[str] = set()
        for span in drawn.document.limit_spans:
            if limit := facts.limits.get(span.code):
                yield from _cited(drawn, span, limit)
                yield from _kept(drawn, span, limit)
                bound |= _between(drawn, span)
        yield from _steps(facts, drawn, bound)


def _found(
    drawn: DrawnMap, span: LimitSpan, limit: StatutoryLimit, message: Said, way: tuple[str, ...]
) -> Found:
    return Found(
        on_map(drawn.code, *dict.fromkeys((span.first, span.last))),
        message,
        node=drawn.node,
        seen=(
            on_map(drawn.code, *way),
            Subject(Kind.LIMIT, limit.code),
            Subject(Kind.BASIS, limit.basis),
        ),
        about=limit.code,
    )


def _cited(drawn: DrawnMap, span: LimitSpan, limit: StatutoryLimit) -> Iterator[Found]:
    document = drawn.document
    cited = {each.code for each in document.bases}
    cited |= {step.basis.code for step in document.steps if step.basis}
    if limit.basis not in cited:
        message = say(
            "The limit “%(limit)s” comes from %(basis)s, which the map does not cite.",
            limit=limit.name,
            basis=limit.basis,
        )
        yield _found(drawn, span, limit, message, ())


def _kept(drawn: DrawnMap, span: LimitSpan, limit: StatutoryLimit) -> Iterator[Found]:
    """Yield a span whose way is longer, or for a least time shorter, than the law says."""
    days = times(drawn)
    if limit.sense is LimitSense.AT_MOST:
        way = paths.longest(drawn.flow, span.first, span.last, days)
    else:
        way = paths.shortest(drawn.flow, span.first, span.last, days)
    if way is None:
        message = say(
            "No way leads on from step %(first)s to step %(last)s, between which the limit "
            "“%(limit)s” runs.",
            first=drawn.document.step_by_key[span.first].number,
            last=drawn.document.step_by_key[span.last].number,
            limit=limit.name,
        )
        yield _found(drawn, span, limit, message, ())
        return
    allowed, taken = calendar_days(limit.limit), way[0]
    over = taken > allowed if limit.sense is LimitSense.AT_MOST else taken < allowed
    if over:
        yield _found(drawn, span, limit, _compared(limit, taken, allowed), way[1])


def _compared(limit: StatutoryLimit, taken: Fraction, allowed: Fraction) -> Said:
    values = {
        "limit": limit.name,
        "start": limit.start_event,
        "law": limit.limit.text,
        "allowed": shown(allowed),
        "allowed_working": shown(working_days(allowed)),
        "taken": shown(taken),
        "taken_working": shown(working_days(taken)),
    }
    if limit.sense is LimitSense.AT_MOST:
        return say(
            "“%(limit)s” allows %(law)s from: %(start)s (%(allowed)s calendar or "
            "%(allowed_working)s working days); the longest way takes %(taken)s calendar or "
            "%(taken_working)s working days.",
            **values,
        )
    return say(
        "“%(limit)s” asks for %(law)s at least from: %(start)s (%(allowed)s calendar or "
        "%(allowed_working)s working days); the shortest way takes %(taken)s calendar or "
        "%(taken_working)s working days.",
        **values,
    )


def _steps(facts: Facts, drawn: DrawnMap, bound: set[str]) -> Iterator[Found]:
    """Yield the steps outside all spans that take longer than anything their article allows.

    An article may set several limits, and which of them is meant cannot be told: a notice.
    """
    for step in drawn.document.steps:
        if not step.limit or not step.basis or step.effect or step.key in bound:
            continue
        allowed = _most_allowed(facts, step.basis)
        if allowed is not None and calendar_days(step.limit) > allowed:
            yield Found(
                on_map(drawn.code, step.key),
                say(
                    "Step %(number)s takes %(taken)s; %(article)s, which it cites, allows "
                    "%(allowed)s calendar days at most.",
                    number=step.number,
                    taken=step.limit.text,
                    article=step.basis.text,
                    allowed=shown(allowed),
                ),
                node=drawn.node,
                seen=(Subject(Kind.BASIS, step.basis.code),),
                about="step",
                severity=Severity.NOTICE,
            )


def _most_allowed(facts: Facts, cited: Citation) -> Fraction | None:
    """Return the longest time that an article allows, extensions included, if it sets any."""
    return max(
        (
            calendar_days(limit.limit)
            + (calendar_days(limit.extension) if limit.extension else Fraction(0))
            for limit in facts.limits.values()
            if (limit.basis, limit.article) == (cited.code, cited.article)
            and limit.sense is LimitSense.AT_MOST
            and not limit.retired
        ),
        default=None,
    )


def _effects(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        for step in drawn.document.steps:
            if step.effect is None:
                continue
            wrong = _extended if step.effect is LimitEffect.EXTENDS else _suspended
            limits = _running(facts, drawn, step)
            for about, message in (*wrong(facts, step, limits), *_resumed(drawn, step)):
                # What the register does not say of a law may be the register's fault.
                unsure = step.effect is LimitEffect.SUSPENDS and about == "not-allowed"
                yield Found(
                    on_map(drawn.code, step.key),
                    message,
                    node=drawn.node,
                    seen=tuple(Subject(Kind.LIMIT, each.code) for each in limits),
                    about=about,
                    severity=Severity.WARNING if unsure else None,
                )


def _running(facts: Facts, drawn: DrawnMap, step: Step) -> list[StatutoryLimit]:
    """Return the limits by which the bureau is bound that run at a step of a map."""
    found = []
    for span in drawn.document.limit_spans:
        limit = facts.limits.get(span.code)
        if limit and limit.sense is LimitSense.AT_MOST and step.key in _between(drawn, span):
            found.append(limit)
    return found


def _between(drawn: DrawnMap, span: LimitSpan) -> set[str]:
    """Return the steps on the ways of a span, its first and last among them."""
    return paths.between(drawn.flow, span.first, span.last)


def _extended(facts: Facts, step: Step, limits: list[StatutoryLimit]) -> Iterator[tuple[str, Said]]:
    if step.duty is not Duty.APPROVE or not facts.leader(step.actor):
        yield (
            "approver",
            say(
                "Step %(number)s extends a time limit, which a leader or a body that decides must "
                "approve.",
                number=step.number,
            ),
        )
    if not step.document:
        yield (
            "document",
            say("Step %(number)s extends a time limit without a document.", number=step.number),
        )
    if limits and not any(each.extension for each in limits):
        yield (
            "not-allowed",
            say(
                "Step %(number)s extends “%(limit)s”, which the law does not let be extended.",
                number=step.number,
                limit=limits[0].name,
            ),
        )
    longest = max(
        (calendar_days(each.extension) for each in limits if each.extension), default=None
    )
    if step.limit and longest is not None and calendar_days(step.limit) > longest:
        yield (
            "too-long",
            say(
                "Step %(number)s extends by %(taken)s; the law allows %(allowed)s calendar days.",
                number=step.number,
                taken=step.limit.text,
                allowed=shown(longest),
            ),
        )


def _suspended(
    _facts: Facts, step: Step, limits: list[StatutoryLimit]
) -> Iterator[tuple[str, Said]]:
    if not (step.document and step.basis):
        yield (
            "grounds",
            say(
                "Step %(number)s suspends a time limit without naming grounds and document.",
                number=step.number,
            ),
        )
    if limits and not any(each.suspension for each in limits):
        yield (
            "not-allowed",
            say(
                "Step %(number)s suspends “%(limit)s”, for which the register names no grounds.",
                number=step.number,
                limit=limits[0].name,
            ),
        )


def _resumed(drawn: DrawnMap, step: Step) -> Iterator[tuple[str, Said]]:
    if not drawn.flow.after[step.key]:
        yield (
            "resumed",
            say(
                "After step %(number)s, which extends or suspends a limit, nothing goes on.",
                number=step.number,
            ),
        )


LIMITED: Final = Rule(
    code="G14",
    severity=Severity.ERROR,
    statement=say(
        "The longest way from where a limit by law starts to where it ends keeps within it, in "
        "calendar days, five working days being seven; so does each step with its own article."
    ),
    remedy=say("Shorten the limits of the steps on the marked way, or correct where it starts."),
    basis="各步骤所引法条；行政许可法第八十二条、行政处罚法第八十五条（工作日的规定）",
    check=_limited,
)
EXTENDED: Final = Rule(
    code="G15",
    severity=Severity.ERROR,
    statement=say(
        "A limit is extended only where the law lets it, by who may approve it, with a document; "
        "suspended on named grounds; and work goes on afterwards."
    ),
    remedy=say("Add the approver, the document, the grounds or the line by which work goes on."),
    basis="劳动保障监察条例第十七条；劳动争议调解仲裁法第四十三条；工伤保险条例第二十条",
    check=_effects,
)
RULES: Final = (LIMITED, EXTENDED)

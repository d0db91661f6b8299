"""Texts: not copied from another post, of one level, in today's terms, short, fit to publish."""

import re
from collections.abc import Iterator
from typing import Final

from riskmap.coverage.facts import DrawnMap, Facts
from riskmap.coverage.gaps import Found, Kind, Said, Severity, Subject, on_map, say
from riskmap.coverage.parameters import ALIKE_FROM, OLD_TERMS, STEP_LENGTH
from riskmap.coverage.rule import Rule
from riskmap.coverage.rules.alike import copies
from riskmap.coverage.rules.register import first, measures
from riskmap.coverage.rules.risks import every_risk
from riskmap.document.model import RiskPoint, Step
from riskmap.document.soundness import UNWRITTEN

Text = tuple[Subject, str, str]
"""Where a text stands, the code of the node whose business it is, and the text."""


def written(facts: Facts) -> Iterator[Text]:
    """Yield the texts of maps and measures in use, each with its place."""
    for drawn in facts.maps:
        for keys, text in _on_map(drawn):
            yield on_map(drawn.code, *keys), drawn.node, text
    for measure in measures(facts):
        text = f"{measure.text} {measure.frequency} {measure.evidence} {measure.indicator}"
        yield Subject(Kind.MEASURE, measure.code), first(measure.responsible), text


def _on_map(drawn: DrawnMap) -> Iterator[tuple[tuple[str, ...], str]]:
    document = drawn.document
    yield (), " ".join([document.title, document.goal, *document.duties])
    for step in document.steps:
        yield (step.key,), f"{step.text} {step.document}"
    for line in document.transitions:
        if line.condition:
            yield (line.key,), line.condition
    for risk in document.risk_points:
        yield (risk.key,), f"{risk.statement} {risk.reason}"


def _own(facts: Facts) -> Iterator[Found]:
    yield from _own_risks(facts)
    yield from _own_steps(facts)


def _own_risks(facts: Facts) -> Iterator[Found]:
    percent = facts.parameters.number(ALIKE_FROM)
    risks = [each for each in every_risk(facts) if _told(each[2].statement)]
    done: set[int] = set()
    for place, earlier in copies([risk.statement for _, _, risk in risks], percent):
        (drawn, step, risk), (other, _, copied) = risks[place], risks[earlier]
        if place in done or drawn.node == other.node:
            continue
        done.add(place)
        yield Found(
            on_map(drawn.code, risk.key),
            say(
                "The risk point on step %(number)s says what one on map %(other)s says: "
                "“%(text)s”.",
                number=step.number,
                other=other.code,
                text=copied.statement,
            ),
            node=drawn.node,
            seen=(on_map(other.code, copied.key),),
        )


def _told(text: str) -> bool:
    return bool(text.strip()) and text != UNWRITTEN


def _own_steps(facts: Facts) -> Iterator[Found]:
    percent = facts.parameters.number(ALIKE_FROM)
    texts = [_steps(drawn) for drawn in facts.maps]
    done: set[int] = set()
    for place, earlier in copies(texts, percent):
        drawn, other = facts.maps[place], facts.maps[earlier]
        if place in done or drawn.node == other.node:
            continue
        done.add(place)
        yield Found(
            on_map(drawn.code),
            say(
                "The steps of map %(map)s are those of map %(other)s, word for word or nearly so.",
                map=drawn.code,
                other=other.code,
            ),
            node=drawn.node,
            seen=(on_map(other.code),),
            about="steps",
        )


def _steps(drawn: DrawnMap) -> str:
    return "".join(step.text for step in drawn.document.steps if _told(step.text))


def _of_one_level(facts: Facts) -> Iterator[Found]:
    known: dict[tuple[str, str], list[tuple[DrawnMap, RiskPoint]]] = {}
    for drawn, step, risk in every_risk(facts):
        if not _told(step.text):
            continue
        before = known.setdefault((step.text, risk.item.code), [])
        for other, compared in before:
            if other.code != drawn.code and compared.level is not risk.level:
                yield _differing(drawn, step, risk, other, compared)
                break
        before.append((drawn, risk))


def _differing(
    drawn: DrawnMap, step: Step, risk: RiskPoint, other: DrawnMap, compared: RiskPoint
) -> Found:
    return Found(
        on_map(drawn.code, risk.key),
        say(
            "The risk point on step %(number)s is rated %(level)s; on map %(other)s the same step "
            "has a risk point of the same item %(item)s, which is rated %(compared)s.",
            number=step.number,
            level=risk.level,
            other=other.code,
            item=risk.item.code,
            compared=compared.level,
        ),
        node=drawn.node,
        seen=(on_map(other.code, compared.key), Subject(Kind.ITEM, risk.item.code)),
    )


def _in_terms(facts: Facts) -> Iterator[Found]:
    terms = [(old, new, _old(old)) for old, new in facts.parameters.pairs(OLD_TERMS)]
    for subject, node, text in written(facts):
        for old, new, pattern in terms:
            if old in text and pattern.search(text.replace(new, "")):
                yield Found(
                    subject,
                    say("“%(old)s” is an old term; today it is “%(new)s”.", old=old, new=new),
                    node=node,
                    about=old,
                )


def _old(term: str) -> re.Pattern[str]:
    """Return a pattern for an old term; a committee's short name is not found in its full one."""
    return re.compile(f"{re.escape(term)}(?!员会)")


def _private(facts: Facts) -> Iterator[Found]:
    for subject, node, text in written(facts):
        if _LONG.search(text):
            for about, message in _numbers(text):
                yield Found(subject, message, node=node, about=about)


def _numbers(text: str) -> Iterator[tuple[str, Said]]:
    """Yield what kind of private number stands in a text; the number itself is not said again."""
    rest = _IDENTITY.sub("#", text)
    if rest != text:
        yield "identity", say("An ID-card number stands in a text that is published.")
    bare = _MOBILE.sub("#", rest)
    if bare != rest:
        yield "mobile", say("A mobile number stands in a text that is published.")
    if _ACCOUNT.search(bare):
        yield "account", say("A bank account stands in a text that is published.")


_LONG: Final = re.compile(r"\d(?:[ -]?\d){10}")
_IDENTITY: Final = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)
_MOBILE: Final = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")
_ACCOUNT: Final = re.compile(r"(?<!\d)(?:\d{16,19}|\d{4}(?: \d{4}){3}(?: \d{1,3})?)(?!\d)")


def _short(facts: Facts) -> Iterator[Found]:
    most = facts.parameters.number(STEP_LENGTH)
    for drawn in facts.maps:
        for step in drawn.document.steps:
            if len(step.text) > most:
                yield Found(
                    on_map(drawn.code, step.key),
                    say("Step %(number)s has %(length)s characters; %(most)s are allowed.",
                        number=step.number, length=len(step.text), most=most),
                    node=drawn.node,
                )  # fmt: skip


OWN: Final = Rule(
    code="G27",
    severity=Severity.WARNING,
    statement=say("Risk points and steps are written for their own post, not copied from another."),
    remedy=say("Write what can go wrong in this post's own work, or draw its own steps."),
    basis="设计建议",
    check=_own,
    parameters=(ALIKE_FROM,),
)
OF_ONE_LEVEL: Final = Rule(
    code="R14",
    severity=Severity.WARNING,
    statement=say("The same step with a risk of the same item has one level on all maps."),
    remedy=say("Rate the risk point as on the other map, or say how the steps differ."),
    basis="设计建议",
    check=_of_one_level,
)
IN_TERMS: Final = Rule(
    code="G36",
    severity=Severity.NOTICE,
    statement=say("Maps and measures use the terms and names of today."),
    remedy=say("Write the term in use."),
    basis="行政处罚法第五十八条（法制审核）；其余为设计建议",
    check=_in_terms,
    parameters=(OLD_TERMS,),
)
PRIVATE: Final = Rule(
    code="G32",
    severity=Severity.WARNING,
    statement=say("No ID-card number, mobile number or bank account is published."),
    remedy=say("Take the number out; name the paper it stands on."),
    basis="设计建议",
    check=_private,
)
SHORT: Final = Rule(
    code="R03",
    severity=Severity.NOTICE,
    statement=say("A step fits its box: it is no longer than so many characters."),
    remedy=say("Shorten the step, or part it in two."),
    basis="设计建议",
    check=_short,
    parameters=(STEP_LENGTH,),
)
"""Whether a step begins with a verb is not looked at: that cannot be told of Chinese by rule."""
RULES: Final = (OWN, OF_ONE_LEVEL, IN_TERMS, PRIVATE, SHORT)

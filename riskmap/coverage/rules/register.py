"""The register against the maps: measures that can be checked and are used, items that are met."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from riskmap.coverage.facts import Facts, Measure
from riskmap.coverage.gaps import Found, Kind, Severity, Subject, on_map, say
from riskmap.coverage.parameters import HOLLOW_WORDS, VAGUE_WORDS
from riskmap.coverage.rule import Rule
from riskmap.coverage.rules.risks import every_risk
from riskmap.organisation.tree import NodeLevel

_CLAUSES: Final = re.compile(r"[，,。.；;、！!\s]+")
NONE: Final = "—"
"""What stands in a sentence for a value that is not there."""


def measures(facts: Facts) -> Iterator[Measure]:
    """Yield the measures in use."""
    return (each for each in facts.measures.values() if not each.retired)


def first(nodes: Sequence[str]) -> str:
    """Return the first of some nodes, "" if there is none."""
    return nodes[0] if nodes else ""


def slogans(text: str, words: Sequence[str]) -> bool:
    """Return whether every clause of a text is a slogan: a word with nothing, or little, inside.

    >>> slogans("加强监考员纪律教育，提高责任意识。", ["加强教育", "提高意识"])
    True
    >>> slogans("每月对监考员加强教育。", ["加强教育"])
    False
    """
    clauses = [clause for clause in _CLAUSES.split(text) if clause]
    return bool(clauses) and all(_slogan(clause, words) for clause in clauses)


def _slogan(clause: str, words: Sequence[str]) -> bool:
    halves = ((word[: len(word) // 2], word[len(word) // 2 :]) for word in words)
    return any(
        clause.startswith(verb) and clause.endswith(noun) and len(clause) >= len(verb + noun)
        for verb, noun in halves
    )


def _checkable(facts: Facts) -> Iterator[Found]:
    words = facts.parameters.words(HOLLOW_WORDS)
    for measure in measures(facts):
        nodes, frequency, evidence = (
            "、".join(facts.actor_name(code) or code for code in measure.responsible),
            measure.frequency.strip(),
            measure.evidence.strip(),
        )
        if nodes and frequency and evidence:
            continue
        values = {
            "code": measure.code,
            "nodes": nodes or NONE,
            "frequency": frequency or NONE,
            "evidence": evidence or NONE,
        }
        message = (
            say(
                "Measure %(code)s is a slogan, and whether it was carried out cannot be checked. "
                "Responsible: %(nodes)s; frequency: %(frequency)s; evidence: %(evidence)s.",
                **values,
            )
            if slogans(measure.text, words)
            else say(
                "Whether measure %(code)s was carried out cannot be checked. "
                "Responsible: %(nodes)s; frequency: %(frequency)s; evidence: %(evidence)s.",
                **values,
            )
        )
        yield Found(Subject(Kind.MEASURE, measure.code), message, node=first(measure.responsible))


def _met(facts: Facts) -> Iterator[Found]:
    found = {risk.item.code for _, _, risk in every_risk(facts)}
    filled = {item.category for item in facts.items.values() if not item.retired}
    for item in facts.items.values():
        if not item.retired and item.code not in found:
            yield Found(
                Subject(Kind.ITEM, item.code),
                say("No risk point belongs to item %(code)s %(name)s.",
                    code=item.code, name=item.name),
                seen=(Subject(Kind.CATEGORY, item.category),),
            )  # fmt: skip
    for category in facts.categories.values():
        if not category.retired and category.code not in filled:
            yield Found(
                Subject(Kind.CATEGORY, category.code),
                say("Category %(code)s %(name)s has no item in use.",
                    code=category.code, name=category.name),
            )  # fmt: skip


def _used(facts: Facts) -> Iterator[Found]:
    used = {each.code for _, _, risk in every_risk(facts) for each in risk.measures}
    for measure in measures(facts):
        if measure.code not in used:
            yield Found(
                Subject(Kind.MEASURE, measure.code),
                say("No map in use uses measure %(code)s.", code=measure.code),
                node=first(measure.responsible),
                seen=(Subject(Kind.ITEM, measure.item),),
            )


def _current(facts: Facts) -> Iterator[Found]:
    for drawn, step, risk in every_risk(facts):
        for each in risk.measures:
            measure = facts.measures.get(each.code)
            if measure is None or measure.retired:
                yield Found(
                    on_map(drawn.code, risk.key),
                    say(
                        "The risk point on step %(number)s is answered by measure %(code)s, "
                        "which is no longer in use.",
                        number=step.number,
                        code=each.code,
                    ),
                    node=drawn.node,
                    seen=(Subject(Kind.MEASURE, each.code),),
                    about=each.code,
                )


def vague(text: str, words: Sequence[str]) -> str:
    """Return the first word in a text that names nobody, "" if there is none.

    An administrative department (行政管理部门) is one that the law names.

    >>> vague("报相关部门处理", ["相关部门"]), vague("报告保密行政管理部门", ["管理部门"])
    ('相关部门', '')
    """
    found = (
        word for word in words if word in text and re.search(f"(?<!行政){re.escape(word)}", text)
    )
    return next(found, "")


def _named(facts: Facts) -> Iterator[Found]:
    yield from _vague_measures(facts)
    yield from _vague_steps(facts)
    yield from _unattended(facts)


def _vague_measures(facts: Facts) -> Iterator[Found]:
    words = facts.parameters.words(VAGUE_WORDS)
    for measure in measures(facts):
        if word := vague(measure.text, words):
            yield Found(
                Subject(Kind.MEASURE, measure.code),
                say("Measure %(code)s says “%(word)s”, which names nobody.",
                    code=measure.code, word=word),
                node=first(measure.responsible),
            )  # fmt: skip


def _vague_steps(facts: Facts) -> Iterator[Found]:
    words = facts.parameters.words(VAGUE_WORDS)
    for drawn in facts.maps:
        for step in drawn.document.steps:
            if word := vague(step.text, words):
                yield Found(
                    on_map(drawn.code, step.key),
                    say("Step %(number)s says “%(word)s”, which names nobody.",
                        number=step.number, word=word),
                    node=drawn.node,
                )  # fmt: skip


def _unattended(facts: Facts) -> Iterator[Found]:
    for measure in measures(facts):
        for code in measure.responsible:
            node = facts.nodes.get(code)
            post = node is not None and node.level is NodeLevel.POST and not node.retired
            if node and post and not facts.holders(code):
                yield Found(
                    Subject(Kind.MEASURE, measure.code),
                    say("Measure %(code)s is carried out by post %(post)s, which nobody holds.",
                        code=measure.code, post=node.name),
                    node=code,
                    seen=(Subject(Kind.NODE, code),),
                    about=code,
                )  # fmt: skip


CHECKABLE: Final = Rule(
    code="G08",
    severity=Severity.WARNING,
    statement=say(
        "A measure says who carries it out, how often, and what is left as evidence; "
        "a slogan is no measure."
    ),
    remedy=say("Write who does what, when, and which paper or record shows it."),
    basis="设计建议",
    check=_checkable,
    parameters=(HOLLOW_WORDS,),
)
MET: Final = Rule(
    code="G34",
    severity=Severity.WARNING,
    statement=say("Every category has items, and every item has a risk point on a map."),
    remedy=say("Put the risk point on the map where it arises, or retire the item."),
    basis="设计建议",
    check=_met,
)
USED: Final = Rule(
    code="R07",
    severity=Severity.WARNING,
    statement=say("Every measure in use answers a risk point on a map."),
    remedy=say("Tick the measure at the risk point that it answers, or retire it."),
    basis="设计建议",
    check=_used,
)
CURRENT: Final = Rule(
    code="R16",
    severity=Severity.WARNING,
    statement=say("The measures on a map are in use."),
    remedy=say("Tick another measure in place of the retired one."),
    basis="设计建议",
    check=_current,
)
NAMED: Final = Rule(
    code="R06",
    severity=Severity.NOTICE,
    statement=say("Measures and steps name who acts, and somebody holds the post that is named."),
    remedy=say("Name the post, office or body; name a holder for the post."),
    basis="设计建议",
    check=_named,
    parameters=(VAGUE_WORDS,),
)
RULES: Final = (CHECKABLE, MET, USED, CURRENT, NAMED)

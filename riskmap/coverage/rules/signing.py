"""Sign-off: who signed what is in force, at its level, in order; and whether it is whole."""

from collections.abc import Iterator
from typing import Final

from riskmap.coverage.facts import DrawnMap, Facts, Signature, Signed
from riskmap.coverage.gaps import Found, Kind, Said, Severity, Subject, on_map, say
from riskmap.coverage.rule import Rule
from riskmap.organisation.tree import NodeLevel
from riskmap.revisions.sign_offs import SignOffRole, missing


def _signed(facts: Facts) -> Iterator[Found]:
    if facts.draft:
        return  # nobody signs a working copy
    if facts.maps and not any(drawn.signed for drawn in facts.maps):
        yield Found(
            Subject(Kind.BUREAU, facts.code),
            say(
                "None of the %(count)s maps has been signed off; all show their working copies.",
                count=len(facts.maps),
            ),
            about="none signed",
        )
        return
    for drawn in facts.maps:
        for about, message in _wrong(facts, drawn):
            yield Found(on_map(drawn.code), message, node=drawn.node, about=about)


def _wrong(facts: Facts, drawn: DrawnMap) -> Iterator[tuple[str, Said]]:
    signed = drawn.signed
    if signed is None:
        yield (
            "unsigned",
            say("Map %(map)s is in use, and nobody has signed it off.", map=drawn.code),
        )
        return
    for box in missing(signed.level, [each.box for each in signed.signatures]):
        yield (
            box.value,
            say(
                "Revision %(number)s of map %(map)s is in force at level %(level)s without the "
                "signature of %(box)s.",
                number=signed.number,
                map=drawn.code,
                level=signed.level,
                box=box.value,
            ),
        )
    yield from _alone(drawn.code, signed)
    yield from _out_of_order(facts, drawn.code, signed)
    yield from _without_number(drawn.code, signed)
    yield from _not_the_holder(facts, drawn, signed)


def _alone(code: str, signed: Signed) -> Iterator[tuple[str, Said]]:
    """Yield what who filled the map in signed as well."""
    first = _box(signed, SignOffRole.FILLER)
    for each in signed.signatures:
        if first and each.box is not first.box and each.signer == first.signer:
            yield (
                f"own {each.box.value}",
                say(
                    "Who filled map %(map)s in has signed the box of %(box)s as well.",
                    map=code,
                    box=each.box.value,
                ),
            )


def _box(signed: Signed, box: SignOffRole) -> Signature | None:
    return next((each for each in signed.signatures if each.box is box), None)


def _out_of_order(facts: Facts, code: str, signed: Signed) -> Iterator[tuple[str, Said]]:
    for before, after in zip(signed.signatures, signed.signatures[1:], strict=False):
        if after.day < before.day:
            yield (
                f"order {after.box.value}",
                say(
                    "%(box)s signed map %(map)s on %(day)s, before %(earlier)s did on %(since)s.",
                    box=after.box.value,
                    map=code,
                    day=after.day.isoformat(),
                    earlier=before.box.value,
                    since=before.day.isoformat(),
                ),
            )
    for each in signed.signatures:
        if each.day > facts.day:
            yield (
                f"future {each.box.value}",
                say(
                    "The signature of %(box)s on map %(map)s bears %(day)s, a day to come.",
                    box=each.box.value,
                    map=code,
                    day=each.day.isoformat(),
                ),
            )


def _without_number(code: str, signed: Signed) -> Iterator[tuple[str, Said]]:
    for each in signed.signatures:
        if each.box.numbered and not each.number.strip():
            yield (
                f"number {each.box.value}",
                say(
                    "The signature of %(box)s on map %(map)s gives no number of its paper.",
                    box=each.box.value,
                    map=code,
                ),
            )


def _not_the_holder(facts: Facts, drawn: DrawnMap, signed: Signed) -> Iterator[tuple[str, Said]]:
    """Yield that who filled a post's map in did not hold the post on that day, if somebody did."""
    first = _box(signed, SignOffRole.FILLER)
    if first is None or not first.person or drawn.document.place.level is not NodeLevel.POST:
        return
    held = [each for each in facts.holdings_of.get(drawn.node, ()) if each.tenure.holds(first.day)]
    if held and first.person not in {each.person for each in held}:
        person = facts.persons.get(first.person)
        yield (
            "holder",
            say(
                "%(person)s filled map %(map)s in on %(day)s, and did not hold its post then.",
                person=person.name if person else first.person,
                map=drawn.code,
                day=first.day.isoformat(),
            ),
        )


def _whole(facts: Facts) -> Iterator[Found]:
    for drawn in facts.maps:
        if drawn.signed:
            for about, message in _broken(drawn.code, drawn.signed):
                yield Found(on_map(drawn.code), message, node=drawn.node, about=about)


def _broken(code: str, signed: Signed) -> Iterator[tuple[str, Said]]:
    if not signed.whole:
        yield (
            "altered",
            say(
                "Revision %(number)s of map %(map)s is not the text that was approved.",
                number=signed.number,
                map=code,
            ),
        )
    if signed.numbers != tuple(range(1, len(signed.numbers) + 1)):
        yield (
            "numbers",
            say(
                "The revisions of map %(map)s are not numbered one after another: %(numbers)s.",
                map=code,
                numbers="、".join(map(str, signed.numbers)),
            ),
        )
    if signed.silent:
        yield (
            "silent",
            say(
                "Of map %(map)s, nobody wrote what was new in revision %(numbers)s.",
                map=code,
                numbers="、".join(map(str, signed.silent)),
            ),
        )


SIGNED: Final = Rule(
    code="G10",
    severity=Severity.ERROR,
    statement=say(
        "A map is signed off by everybody its level asks for, in order, and by nobody twice over."
    ),
    remedy=say("Hand the map in, and let it be signed by all that its level asks for."),
    basis="设计建议（按风险等级签批）",
    check=_signed,
)
WHOLE: Final = Rule(
    code="G24",
    severity=Severity.ERROR,
    statement=say("What is in force is what was approved, and every revision says what is new."),
    remedy=say(
        "Find out with riskmap verify what was changed past the program; hand the map in anew, "
        "and write what is new."
    ),
    basis="设计建议（版本管理）",
    check=_whole,
)
RULES: Final = (SIGNED, WHOLE)

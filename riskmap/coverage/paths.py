"""Ways through a map's flow: what can be reached without passing some steps, the longest way."""

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import Final

from riskmap.document.model import Limit
from riskmap.document.soundness import Flow
from riskmap.register.terms import LimitUnit

DAYS: Final = {
    LimitUnit.DAY: Fraction(1),
    LimitUnit.WORKING_DAY: Fraction(7, 5),
    LimitUnit.MONTH: Fraction(30),
    LimitUnit.YEAR: Fraction(365),
}
"""Calendar days of a unit: five working days are a week; public holidays come on top of it."""


def calendar_days(limit: Limit) -> Fraction:
    """Return a limit in calendar days.

    >>> calendar_days(Limit(5, LimitUnit.WORKING_DAY))
    Fraction(7, 1)
    """
    return limit.value * DAYS[limit.unit]


def working_days(days: Fraction) -> Fraction:
    """Return calendar days in working days."""
    return days / DAYS[LimitUnit.WORKING_DAY]


def shown(days: Fraction) -> str:
    """Return a number of days with one decimal at most.

    >>> shown(Fraction(7, 5)), shown(Fraction(20))
    ('1.4', '20')
    """
    text = f"{float(days):.1f}"
    return text.removesuffix(".0")


def reached(flow: Flow, without: Collection[str] = ()) -> set[str]:
    """Return the steps that some way from a start leads to, passing none of some steps."""
    found: set[str] = set()
    waiting = [key for key in flow.starts if key not in without]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += [each for each in flow.after[key] if each not in without]
    return found


Way = tuple[Fraction, tuple[str, ...]]
"""The time from one step to another, both counted, and the steps on the way."""


def longest(flow: Flow, first: str, last: str, days: Mapping[str, Fraction]) -> Way | None:
    """Return the way from a step to another that takes longest, None where none leads on.

    A line to the same or an earlier step is a return, and is not taken: work done again is not
    bound by the limit.
    """
    return _best(flow, first, last, days, lambda one, other: one > other)


def shortest(flow: Flow, first: str, last: str, days: Mapping[str, Fraction]) -> Way | None:
    """Return the way from a step to another that takes the least time, without returns."""
    return _best(flow, first, last, days, lambda one, other: one < other)


def between(flow: Flow, first: str, last: str) -> set[str]:
    """Return the steps on the ways from a step to another, both included, without returns."""
    place = {step.key: number for number, step in enumerate(flow.document.steps)}
    onward: set[str] = {first}
    for step in flow.document.steps[place[first] :]:
        if step.key in onward:
            onward |= {key for key in flow.after[step.key] if place[key] > place[step.key]}
    back: set[str] = {last} & onward
    for step in reversed(flow.document.steps[: place[last] + 1]):
        if step.key in back:
            back |= {key for key in flow.before[step.key] if place[key] < place[step.key]} & onward
    return back


def _best(
    flow: Flow,
    first: str,
    last: str,
    days: Mapping[str, Fraction],
    better: Callable[[Fraction, Fraction], bool],
) -> Way | None:
    place = {step.key: number for number, step in enumerate(flow.document.steps)}
    best: dict[str, Fraction] = {first: days[first]}
    came: dict[str, str] = {}
    for step in flow.document.steps[place[first] :]:
        if step.key not in best:
            continue
        for following in flow.after[step.key]:
            if place[following] <= place[step.key]:
                continue
            time = best[step.key] + days[following]
            if following not in best or better(time, best[following]):
                best[following] = time
                came[following] = step.key
    if last not in best:
        return None
    way = [last]
    while way[-1] != first:
        way.append(came[way[-1]])
    return best[last], tuple(reversed(way))

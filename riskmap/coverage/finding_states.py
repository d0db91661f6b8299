"""Where a finding stands, and what may be done to it then: a table of moves."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class FindingState(StrEnum):
    """Where a finding stands on its way from being raised to its end."""

    OPEN = "open"
    ANSWERED = "answered"
    RETURNED = "returned"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class FindingAct(StrEnum):
    """What is done to a finding."""

    RAISE = "raise"
    ANSWER = "answer"
    RETURN = "return"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    CHANGE = "change"


class Side(StrEnum):
    """Who somebody is to a finding: of the office that mends it, or who audits it."""

    AUDITOR = "auditor"
    OWNER = "owner"


class Retest(StrEnum):
    """What the rule says now of the gap that a finding was made from."""

    STANDS = "stands"
    GONE = "gone"
    UNTESTED = "untested"  # made from no gap, or by a rule that is applied no more


@dataclass(frozen=True, slots=True)
class Move:
    """Where an act leads, whose it is, and whether it needs a reason."""

    to: FindingState
    by: Side
    reasoned: bool = False


_S, _A = FindingState, FindingAct
RAISED: Final = Move(_S.OPEN, Side.AUDITOR)
"""How a finding begins; nothing else is done to one that is not there yet."""

MOVES: Final[Mapping[tuple[FindingState, FindingAct], Move]] = {
    (_S.OPEN, _A.ANSWER): Move(_S.ANSWERED, Side.OWNER),
    (_S.RETURNED, _A.ANSWER): Move(_S.ANSWERED, Side.OWNER),
    (_S.ANSWERED, _A.RETURN): Move(_S.RETURNED, Side.AUDITOR, reasoned=True),
    (_S.ANSWERED, _A.CLOSE): Move(_S.CLOSED, Side.AUDITOR),
    (_S.CLOSED, _A.REOPEN): Move(_S.RETURNED, Side.AUDITOR, reasoned=True),
    (_S.OPEN, _A.WITHDRAW): Move(_S.WITHDRAWN, Side.AUDITOR, reasoned=True),
    (_S.ANSWERED, _A.WITHDRAW): Move(_S.WITHDRAWN, Side.AUDITOR, reasoned=True),
    (_S.RETURNED, _A.WITHDRAW): Move(_S.WITHDRAWN, Side.AUDITOR, reasoned=True),
    (_S.OPEN, _A.CHANGE): Move(_S.OPEN, Side.AUDITOR, reasoned=True),
    (_S.ANSWERED, _A.CHANGE): Move(_S.ANSWERED, Side.AUDITOR, reasoned=True),
    (_S.RETURNED, _A.CHANGE): Move(_S.RETURNED, Side.AUDITOR, reasoned=True),
}
"""What may be done in a state; what is not listed is refused."""

OWED: Final = (_S.OPEN, _S.RETURNED)
"""The states in which the office is to answer."""

RUNNING: Final = (_S.OPEN, _S.RETURNED, _S.ANSWERED)
"""The states of a finding that has not come to its end."""


class NotNow(ValueError):
    """Something that cannot be done to a finding as it stands."""

    def __init__(self, state: FindingState, act: FindingAct) -> None:
        super().__init__(f"{act} does not go with {state}")
        self.state, self.act = state, act


class OwnWork(ValueError):
    """Somebody would judge what they mended themselves, or what their own office has to mend."""


def move(state: FindingState, act: FindingAct) -> Move:
    """Return where an act leads from a state; raise `NotNow` where it is not listed."""
    try:
        return MOVES[state, act]
    except KeyError:
        raise NotNow(state, act) from None


def acts(state: FindingState, sides: Collection[Side]) -> tuple[FindingAct, ...]:
    """Return what somebody may do to a finding in a state."""
    return tuple(
        act for act in FindingAct if (state, act) in MOVES and MOVES[state, act].by in sides
    )


def sides(*, audits: bool, owns: bool, mended: bool) -> frozenset[Side]:
    """Return who somebody is to a finding: nobody audits their own office, or what they mended."""
    found = set()
    if owns:
        found.add(Side.OWNER)
    if audits and not owns and not mended:
        found.add(Side.AUDITOR)
    return frozenset(found)


def overdue(state: FindingState, due: date, day: date) -> bool:
    """Return whether the office is late: what it has answered waits for the auditor, not for it.

    >>> overdue(FindingState.OPEN, date(2026, 5, 1), date(2026, 5, 1))
    False
    >>> overdue(FindingState.RETURNED, date(2026, 5, 1), date(2026, 5, 2))
    True
    """
    return state in OWED and due < day


def days_left(due: date, day: date) -> int:
    """Return how many days are left until a finding is due; fewer than none where it is late.

    >>> days_left(date(2026, 5, 1), date(2026, 5, 4))
    -3
    """
    return (due - day).days


def retest(identity: str, rule: str, rules: Collection[str], gaps: Collection[str]) -> Retest:
    """Return what the rules say now of a finding's gap, by the identities of the gaps of now."""
    if not identity or rule not in rules:
        return Retest.UNTESTED
    return Retest.STANDS if identity in gaps else Retest.GONE

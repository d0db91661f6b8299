"""What became of a map in a round of review, and what keeps it from being carried forward."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from riskmap.accounts.roles import Role


class Outcome(StrEnum):
    """What became of a map; all but `CARRIED` follow from revisions, nobody chooses them."""

    DUE = "due"
    CARRIED = "carried"  # found right as it stands, and signed so
    CHANGED = "changed"  # another revision has come into force
    NEW = "new"  # nothing was in force when the round began
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a map stands: the number of its revision in force at the start and now."""

    before: int | None = None
    now: int | None = None
    retired: bool = False
    carried: bool = False


def outcome(of: Standing) -> Outcome:
    """Return what became of a map: the one outcome that its rows leave it.

    A document taken out of force without another in its place counts as retired, like a map.
    """
    if of.retired or (of.before is not None and of.now is None):
        return Outcome.RETIRED
    if of.now != of.before:
        return Outcome.NEW if of.before is None else Outcome.CHANGED
    return Outcome.CARRIED if of.carried else Outcome.DUE


def overdue(what: Outcome, due: date, day: date) -> bool:
    """Return whether a map should have had an outcome before a day."""
    return what is Outcome.DUE and due < day


DRAWN: Final = (
    Outcome.CARRIED, Outcome.CHANGED, Outcome.NEW, Outcome.RETIRED, Outcome.DUE,
)  # fmt: skip
"""In which order a bar shows outcomes: what is left comes last."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How many maps have which outcome; `late` of those that are due are overdue."""

    of: Mapping[Outcome, int]
    late: int = 0

    @property
    def all(self) -> int:
        return sum(self.of.values())

    @property
    def left(self) -> int:
        """Return how many have no outcome yet."""
        return self.of[Outcome.DUE]

    @property
    def done(self) -> int:
        return self.all - self.left

    @property
    def segments(self) -> list[tuple[Outcome, float, float]]:
        """Return where the part of each outcome begins in a bar, and how long it is, in percent."""
        found, begin = [], 0.0
        for each in DRAWN:
            length = 100 * self.of[each] / self.all if self.of[each] else 0.0
            if length:
                found.append((each, round(begin, 2), round(length, 2)))
            begin += length
        return found

    @property
    def share(self) -> int:
        """Return how many have an outcome, in percent, whole, 100 only where none is left."""
        return 100 * self.done // self.all if self.all else 0


def totals(found: Iterable[Outcome], due: date, day: date) -> Totals:
    """Count outcomes on a day."""
    counted = Counter(found)
    late = counted[Outcome.DUE] if overdue(Outcome.DUE, due, day) else 0
    return Totals({each: counted[each] for each in Outcome}, late)


class Hindrance(StrEnum):
    """Why a map cannot be carried forward as it is; something else is to be done first."""

    CLOSED = "closed"  # the round is
    SETTLED = "settled"
    WAITS = "waits"  # a revision waits for signatures
    NOTHING_IN_FORCE = "nothing-in-force"
    TO_RENEW = "to-renew"  # the register or the law says something else by now
    DIFFERS = "differs"  # the working copy says something else than the document in force


@dataclass(frozen=True, slots=True)
class Looked:
    """What carrying a map forward looks at; `same` that its working copy is what is in force."""

    outcome: Outcome
    in_force: bool = True
    waits: bool = False
    same: bool = True
    to_renew: bool = False
    closed: bool = False


def hindrance(at: Looked) -> Hindrance | None:
    """Return what keeps a map from being carried forward, None where nothing does."""
    found = (
        (at.closed, Hindrance.CLOSED),
        (at.outcome is not Outcome.DUE, Hindrance.SETTLED),
        (at.waits, Hindrance.WAITS),
        (not at.in_force, Hindrance.NOTHING_IN_FORCE),
        (at.to_renew, Hindrance.TO_RENEW),  # mostly the working copy says so too
        (not at.same, Hindrance.DIFFERS),
    )
    return next((why for holds, why in found if holds), None)


class NotSigner(StrEnum):
    """Why somebody else carries a map forward."""

    OWN_POST = "own-post"
    KEEPS_IT = "keeps-it"  # the chief by another user
    CHIEF_SIGNS = "chief-signs"
    LEADER_SIGNS = "leader-signs"


def signing_role(*, held: bool, has_chief: bool, chief_holds: bool) -> Role:
    """Return who carries a map forward: the chief of its place, if somebody else holds it.

    What the chief alone keeps (an office's own map, a post that nobody else holds) and the chief's
    own post are the leader's: nobody says of their own work alone that it is still right.
    """
    return Role.CHIEF if has_chief and held and not chief_holds else Role.LEADER


def not_signer(
    role: Role, *, roles: Iterable[Role], own: bool, keeps_it: bool = False
) -> NotSigner | None:
    """Return why somebody with some roles over a place does not carry its map forward."""
    if own:
        return NotSigner.OWN_POST
    if role not in roles:
        return NotSigner.CHIEF_SIGNS if role is Role.CHIEF else NotSigner.LEADER_SIGNS
    return NotSigner.KEEPS_IT if role is Role.LEADER and keeps_it else None

"""Who signs a map off, in which order, by the level of its worst risk."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from riskmap.accounts.roles import Role
from riskmap.register.rating import Level


class SignOffRole(StrEnum):
    """A box of the sign-off block, in the order in which the boxes are signed."""

    FILLER = "填表人"
    HEAD = "科室(单位)负责人"
    LEADER = "分管领导"
    LEGAL = "政策法规科"
    PRINCIPAL = "主要负责人"
    PARTY_GROUP = "党组会审定"
    DISCIPLINE = "纪检备案"

    @property
    def place(self) -> int:
        """Return the box's place in the order of signing, from 0."""
        return list(SignOffRole).index(self)

    @property
    def numbered(self) -> bool:
        """Return whether a paper's number is given: the minutes' or the filing's."""
        return self in (SignOffRole.PARTY_GROUP, SignOffRole.DISCIPLINE)


_REQUIRED = {
    Level.LOW: tuple(SignOffRole)[:2],
    Level.MEDIUM: tuple(SignOffRole)[:3],
    Level.HIGH: tuple(SignOffRole),
}

SIGNED_BY: Final = {
    SignOffRole.HEAD: Role.CHIEF,
    SignOffRole.LEADER: Role.LEADER,
    SignOffRole.LEGAL: Role.LEGAL,
    SignOffRole.PRINCIPAL: Role.HEAD,
    SignOffRole.PARTY_GROUP: Role.HEAD,
    SignOffRole.DISCIPLINE: Role.DISCIPLINE,
}
"""The role that signs a box; the first is signed by who holds the post, or filled the map in."""


def required(worst: Level | None) -> tuple[SignOffRole, ...]:
    """Return the boxes to be signed for a map by its worst level; without risks, as for low."""
    return _REQUIRED[worst or Level.LOW]


def signed_at(before: Level | None, after: Level | None) -> Level:
    """Return the level that a map is signed at: lowering one is signed as it was."""
    return max((before or Level.LOW, after or Level.LOW), key=lambda level: level.rank)


class Refusal(StrEnum):
    """Why somebody may not sign a box now."""

    NOT_NEXT = "not-next"  # another box comes first
    SIGNED = "signed"  # it is signed already
    NOT_NEEDED = "not-needed"
    OWN_SUBMISSION = "own-submission"
    OWN_POST = "own-post"
    FILLED_IN = "filled-in"  # signed the first box
    NOT_THE_HOLDER = "not-the-holder"
    WRONG_ROLE = "wrong-role"
    TOO_EARLY = "too-early"  # before the signature before it
    IN_THE_FUTURE = "in-the-future"
    NO_NUMBER = "no-number"

    @property
    def for_good(self) -> bool:
        """Return whether the box is not theirs to sign, whenever they come."""
        return self in (
            Refusal.OWN_SUBMISSION,
            Refusal.OWN_POST,
            Refusal.FILLED_IN,
            Refusal.NOT_THE_HOLDER,
            Refusal.WRONG_ROLE,
        )


@dataclass(frozen=True, slots=True)
class Signer:
    """Who wants to sign: the roles that they hold over the map's place, and what they are to it.

    `handed_in` says that they handed the revision in, `own` that the map is of a post that they
    hold, `filled` that they signed the first box, whatever they hold now.
    """

    roles: frozenset[Role]
    handed_in: bool = False
    own: bool = False
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A revision as its signatures see it.

    `signed` are boxes with the days they were signed on, in order. `has_holder` says that somebody
    who can sign in holds the post, `by_chief` that the chief of the place handed it in or holds
    the post, so that the leader signs in the chief's place.
    """

    level: Level
    handed_in_on: date
    signed: Sequence[tuple[SignOffRole, date]] = ()
    has_holder: bool = True
    by_chief: bool = False

    @property
    def next(self) -> SignOffRole | None:
        """Return the box that is signed next, None where all are."""
        done = {box for box, _day in self.signed}
        return next((box for box in required(self.level) if box not in done), None)

    @property
    def last_day(self) -> date:
        """Return the day that the next signature may not come before."""
        return max((self.handed_in_on, *(day for _box, day in self.signed)))

    def role_for(self, box: SignOffRole) -> Role:
        """Return the role that signs a box of this paper."""
        if box is SignOffRole.HEAD and self.by_chief:
            return Role.LEADER
        return SIGNED_BY[box]


def refusal(
    paper: Paper, box: SignOffRole, signer: Signer, day: date, today: date, number: str = ""
) -> Refusal | None:
    """Return why somebody may not sign a box on a day, None where they may.

    Nobody signs off what they handed in themselves, or their own post's map but as its holder.
    """
    return _out_of_turn(paper, box) or _of_signer(paper, box, signer) or _of_day(
        paper, box, day, today, number
    )  # fmt: skip


def _out_of_turn(paper: Paper, box: SignOffRole) -> Refusal | None:
    if box in {signed for signed, _day in paper.signed}:
        return Refusal.SIGNED
    if box not in required(paper.level):
        return Refusal.NOT_NEEDED
    return None if box is paper.next else Refusal.NOT_NEXT


def _of_signer(paper: Paper, box: SignOffRole, signer: Signer) -> Refusal | None:
    if box is SignOffRole.FILLER:
        may = signer.own if paper.has_holder else signer.handed_in
        return None if may else Refusal.NOT_THE_HOLDER
    if paper.role_for(box) not in signer.roles:
        return Refusal.WRONG_ROLE
    if signer.handed_in:
        return Refusal.OWN_SUBMISSION
    if signer.own:
        return Refusal.OWN_POST
    return Refusal.FILLED_IN if signer.filled else None


def _of_day(paper: Paper, box: SignOffRole, day: date, today: date, number: str) -> Refusal | None:
    if day > today:
        return Refusal.IN_THE_FUTURE
    if day < paper.last_day:
        return Refusal.TOO_EARLY
    return Refusal.NO_NUMBER if box.numbered and not number.strip() else None


def waits_for(paper: Paper, signer: Signer) -> bool:
    """Return whether a paper waits for somebody's signature."""
    return paper.next is not None and _of_signer(paper, paper.next, signer) is None


def may_remark(paper: Paper, signer: Signer) -> bool:
    """Return whether somebody may leave a remark on a paper: who may sign it next, who handed it
    in, and the chiefs and holders of its place."""
    kept_by = signer.own or bool(signer.roles & {Role.CHIEF, Role.HOLDER})
    return kept_by or signer.handed_in or waits_for(paper, signer)


def missing(level: Level, signed: Collection[SignOffRole]) -> tuple[SignOffRole, ...]:
    """Return the boxes that a level asks for and that are not signed, in their order."""
    return tuple(box for box in required(level) if box not in signed)


def as_text(signed: Iterable[tuple[SignOffRole, str, date, str]]) -> str:
    """Return signatures (box, who, day, number) in a line, as the record keeps them.

    >>> as_text([(SignOffRole.DISCIPLINE, "何静", date(2026, 3, 2), "备〔2026〕1号")])
    '纪检备案 何静 2026-03-02 备〔2026〕1号'
    """
    ordered = sorted(signed, key=lambda each: each[0].place)
    return "；".join(
        " ".join(filter(None, (box.value, who, day.isoformat(), number)))
        for box, who, day, number in ordered
    )

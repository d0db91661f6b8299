"""Who signs a map off, in which order, by the level of its worst risk."""

from enum import StrEnum

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


def required(worst: Level | None) -> tuple[SignOffRole, ...]:
    """Return the boxes to be signed for a map by its worst level; without risks, as for low."""
    return _REQUIRED[worst or Level.LOW]

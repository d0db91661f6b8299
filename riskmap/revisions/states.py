"""Where a revision of a map stands, and what may be done to it then: a table of moves."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class RevisionState(StrEnum):
    """Where a revision stands; a map's working copy that nobody handed in is none."""

    SUBMITTED = "submitted"
    SIGNING = "signing"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


class Move(StrEnum):
    """What is done to a revision."""

    SIGN = "sign"
    APPROVE = "approve"  # the last signature
    RETURN = "return"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"  # by the next one that is approved
    RETIRE = "retire"


_S, _M = RevisionState, Move
BEGINS: Final = _S.SUBMITTED
"""The only state that a revision begins in."""

MOVES: Final[Mapping[tuple[RevisionState, Move], RevisionState]] = {
    (_S.SUBMITTED, _M.SIGN): _S.SIGNING,
    (_S.SUBMITTED, _M.APPROVE): _S.APPROVED,
    (_S.SUBMITTED, _M.RETURN): _S.RETURNED,
    (_S.SUBMITTED, _M.WITHDRAW): _S.WITHDRAWN,
    (_S.SIGNING, _M.SIGN): _S.SIGNING,
    (_S.SIGNING, _M.APPROVE): _S.APPROVED,
    (_S.SIGNING, _M.RETURN): _S.RETURNED,
    (_S.SIGNING, _M.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED, _M.SUPERSEDE): _S.SUPERSEDED,
    (_S.APPROVED, _M.RETIRE): _S.RETIRED,
}
"""Where a move leads; what is not listed is refused, here and by the database."""

OPEN: Final = (_S.SUBMITTED, _S.SIGNING)
"""The states of a revision that waits for signatures; a map has one at most."""

STEPS: Final = tuple(
    dict.fromkeys((state, to) for (state, _move), to in MOVES.items() if state is not to)
)
"""Which state may follow which, as the database holds it."""


class NotNow(ValueError):
    """Something that cannot be done to a revision as it stands."""

    def __init__(self, state: RevisionState, move: Move) -> None:
        super().__init__(f"{move} does not go with {state}")
        self.state, self.move = state, move


def after(state: RevisionState, move: Move) -> RevisionState:
    """Return the state that a move leads to; raises `NotNow`."""
    if (state, move) not in MOVES:
        raise NotNow(state, move)
    return MOVES[state, move]

"""What rounds say on the screen, and why something was not done in one, in a sentence."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from riskmap.accounts.roles import Role
from riskmap.rounds.commands import (
    ClosedAlready,
    CoveredAlready,
    DueBefore,
    NotForYou,
    NothingToReview,
    NotNow,
    NotYourPart,
    OtherThanSeen,
)
from riskmap.rounds.outcomes import Hindrance, NotSigner, Outcome

NAMES: Final[tuple[tuple[StrEnum, str], ...]] = (
    (Outcome.DUE, _l("due for review")),
    (Outcome.CARRIED, _l("carried forward unchanged")),
    (Outcome.CHANGED, _l("changed and approved anew")),
    (Outcome.NEW, _l("new and approved")),
    (Outcome.RETIRED, _l("retired (out of use)")),
    (Hindrance.CLOSED, _l("the round is closed")),
    (Hindrance.SETTLED, _l("it has its outcome")),
    (Hindrance.WAITS, _l("waits for signatures")),
    (Hindrance.NOTHING_IN_FORCE, _l("to be handed in: nothing is in force")),
    (Hindrance.DIFFERS, _l("changed, to be handed in")),
    (Hindrance.TO_RENEW, _l("to be renewed first")),
)

_HINDERED: Final[dict[Hindrance, str]] = {
    Hindrance.CLOSED: _l("The round is closed: its outcomes are written down and stay."),
    Hindrance.SETTLED: _l("This map has its outcome already; nothing is left to be done."),
    Hindrance.WAITS: _l(
        "A revision of this map waits for signatures. With the last one the map counts as "
        "reviewed; if it was handed in by mistake, take it back first."
    ),
    Hindrance.NOTHING_IN_FORCE: _l(
        "No revision of this map is in force, so there is nothing to carry forward. Hand the map "
        "in to be signed; once approved it counts as new."
    ),
    Hindrance.DIFFERS: _l(
        "The working copy differs from the document in force. Hand it in to be signed; once "
        "approved the map counts as changed."
    ),
    Hindrance.TO_RENEW: _l(
        "The register or the law says something else by now than this document. Renew the map and "
        "hand it in to be signed; it cannot stay as it is."
    ),
}

_NOT_SIGNERS: Final[dict[NotSigner, str]] = {
    NotSigner.OWN_POST: _l(
        "Nobody carries forward the map of a post that they hold; somebody above does."
    ),
    NotSigner.KEEPS_IT: _l("You keep this map as the chief of its place: somebody else signs."),
    NotSigner.CHIEF_SIGNS: _l("This map is carried forward by the chief of its office."),
    NotSigner.LEADER_SIGNS: _l(
        "This map is carried forward by the leader in charge, in the chief's place: nobody but "
        "the chief keeps it."
    ),
}

SIGNERS: Final[dict[Role, str]] = {
    Role.CHIEF: _l("the chief of its office"),
    Role.LEADER: _l("the leader in charge, in the chief's place"),
}
"""Who carries a map forward."""


def _covered(error: CoveredAlready) -> str:
    titles = "、".join(title for _number, title in error.titles)
    return str(
        gettext(
            "Maps of this part are in a round that is open: %(titles)s. Close it first, or choose "
            "another part.",
            titles=titles,
        )
    )


_SENTENCES: Final[dict[type[Exception], Callable[[Any], str]]] = {
    NotYourPart: lambda error: gettext(
        "Rounds of this part of the bureau are somebody else's to begin and to close."
    ),
    NothingToReview: lambda error: gettext(
        "No map is drawn in this part of the bureau yet: there is nothing to review."
    ),
    DueBefore: lambda error: gettext("That day is past; choose a later day."),
    CoveredAlready: _covered,
    OtherThanSeen: lambda error: gettext(
        "It was changed since you looked at it. Look at it as it is now, then decide again."
    ),
    ClosedAlready: lambda error: gettext("The round was closed already; nothing was done."),
    NotNow: lambda error: str(_HINDERED[error.why]),
    NotForYou: lambda error: str(_NOT_SIGNERS[error.why]),
}

ERRORS: Final = tuple(_SENTENCES)
"""What the commands refuse with; `sentence` says why."""


def sentence(error: Exception) -> str:
    """Return why something was not done, for one of `ERRORS`."""
    return _SENTENCES[type(error)](error)


def hindered(why: Hindrance) -> str:
    """Return why a map is not carried forward, and what is to be done instead."""
    return str(_HINDERED[why])


def refused(why: NotSigner) -> str:
    """Return why it is somebody else who carries a map forward."""
    return str(_NOT_SIGNERS[why])

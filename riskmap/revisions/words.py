"""What revisions are called on the screen, and why something was not done to one, in a sentence."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from riskmap.db import db, today
from riskmap.document.model import MapDocument
from riskmap.maps.commands import MatterTaken
from riskmap.organisation.models import Bureau
from riskmap.revisions.commands import (
    ChangedSince,
    HandedInAlready,
    MayNotSign,
    NoReason,
    NoSuchStep,
    NoText,
    NotHere,
    NothingDrawn,
    NothingNew,
    NotYours,
)
from riskmap.revisions.readings import NotRead
from riskmap.revisions.renewal import reasons
from riskmap.revisions.renewing import register_now
from riskmap.revisions.retiring import PlaceRetired
from riskmap.revisions.sign_offs import Refusal, SignOffRole
from riskmap.revisions.states import NotNow, RevisionState
from riskmap.web.members import shown

NAMES: Final[tuple[tuple[StrEnum, str], ...]] = (
    (RevisionState.SUBMITTED, _l("handed in")),
    (RevisionState.SIGNING, _l("being signed")),
    (RevisionState.APPROVED, _l("in force")),
    (RevisionState.RETURNED, _l("sent back")),
    (RevisionState.WITHDRAWN, _l("taken back")),
    (RevisionState.SUPERSEDED, _l("superseded")),
    (RevisionState.RETIRED, _l("retired")),
    (SignOffRole.FILLER, _l("who filled it in")),
    (SignOffRole.HEAD, _l("head of the office or unit")),
    (SignOffRole.LEADER, _l("leader in charge")),
    (SignOffRole.LEGAL, _l("office of policy and law")),
    (SignOffRole.PRINCIPAL, _l("head of the bureau")),
    (SignOffRole.PARTY_GROUP, _l("approved by the party group")),
    (SignOffRole.DISCIPLINE, _l("filed with the discipline inspection")),
)
_WORDS = {(type(each), each.value): name for each, name in NAMES}

REFUSALS: Final[dict[Refusal, str]] = {
    Refusal.NOT_NEXT: _l("Another box is signed first: %(box)s."),
    Refusal.SIGNED: _l("This box is signed already. Next: %(box)s."),
    Refusal.NOT_NEEDED: _l("This box is not signed at this level. Next: %(box)s."),
    Refusal.OWN_SUBMISSION: _l("Nobody signs off what they handed in themselves."),
    Refusal.OWN_POST: _l("Nobody signs off the map of their own post; somebody above does."),
    Refusal.FILLED_IN: _l("Whoever signed as having filled it in signs none of the later boxes."),
    Refusal.NOT_THE_HOLDER: _l(
        "The first box is signed by who holds the post; where nobody does, by who handed it in."
    ),
    Refusal.WRONG_ROLE: _l("This box is signed by somebody else: your roles here do not sign it."),
    Refusal.TOO_EARLY: _l(
        "The day is before the signature before it, or before it was handed in. Give a later day."
    ),
    Refusal.IN_THE_FUTURE: _l("The day has not come yet. Give today or an earlier day."),
    Refusal.NO_NUMBER: _l("Give the number of the minutes or of the filing."),
}

_SENTENCES: Final[dict[type[Exception], Callable[[Any], str]]] = {
    NotNow: lambda error: gettext(
        "Nothing was done: this revision is now %(state)s.", state=word(error.state)
    ),
    ChangedSince: lambda error: gettext(
        "It was changed since you looked at it. Look at it as it is now, then decide again."
    ),
    HandedInAlready: lambda error: gettext(
        "Revision %(number)s of this map waits for signatures already. Take it back first, or wait "
        "until it is signed or sent back.",
        number=error.number,
    ),
    NothingNew: lambda error: gettext(
        "The map says what its document in force says: there is nothing to be signed."
    ),
    NothingDrawn: lambda error: gettext("The map has no steps yet: draw it, then hand it in."),
    NotHere: lambda error: gettext(
        "A map is handed in by who keeps it, or by who holds the post that it is of."
    ),
    MayNotSign: lambda error: str(
        REFUSALS[error.why] % {"box": word(error.wanted)} if error.wanted else REFUSALS[error.why]
    ),
    NotYours: lambda error: gettext("This is for somebody else to do: your roles here do not."),
    NoText: lambda error: gettext("Write what you have to say, then leave the remark."),
    NoSuchStep: lambda error: gettext("This revision has no such step. Load the page anew."),
    NotRead: lambda error: gettext(
        "Not signed: you have not read it as it is now. Open it, read it, say so, then sign."
    ),
    PlaceRetired: lambda error: gettext(
        "The place that it belongs to is out of use. Bring that back first, then the map."
    ),
    MatterTaken: lambda error: gettext(
        "The map %(code)s is about the same matter now. Retire that one, or give it another "
        "matter, then bring this one back.",
        code=error.code,
    ),
    NoReason: lambda error: gettext("Say why: whoever reads it has to know the reason."),
}

ERRORS: Final = tuple(_SENTENCES)
"""What the commands refuse with; `sentence` says why."""


def word(member: StrEnum) -> str:
    """Return what a state or a box is called on the screen."""
    return str(_WORDS[type(member), member.value])


def sentence(error: Exception) -> str:
    """Return why something was not done, for one of `ERRORS`."""
    return _SENTENCES[type(error)](error)


def to_renew(bureau: Bureau, document: MapDocument) -> list[str]:
    """Return why a document in force is to be renewed today, in sentences."""
    now = register_now(db.session, bureau, today())
    return [each.said.text(gettext, shown) for each in reasons(document, now)]

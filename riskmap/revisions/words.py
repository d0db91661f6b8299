"""What is said of a signature that is refused: why, and what to do."""

from typing import Final

from flask_babel import lazy_gettext as _l

from riskmap.revisions.sign_offs import Refusal

REFUSED: Final = {
    Refusal.NOT_NEXT: _l("Another box is signed before this one."),
    Refusal.SIGNED: _l("This box is signed already; nothing was changed."),
    Refusal.NOT_NEEDED: _l("A map of this level has no such box."),
    Refusal.OWN_SUBMISSION: _l("You handed it in yourself; somebody else signs it."),
    Refusal.OWN_POST: _l("It is the map of your own post; somebody else signs it."),
    Refusal.NOT_THE_HOLDER: _l("Whoever holds the post confirms it."),
    Refusal.WRONG_ROLE: _l("This box is signed by another role."),
    Refusal.TOO_EARLY: _l("The day comes before the signature before it; mend the day."),
    Refusal.IN_THE_FUTURE: _l("The day has not come yet; mend the day."),
    Refusal.NO_NUMBER: _l("Write the number of the minutes or of the filing."),
}

"""What the fields of the editor are called where a fault or a difference is told."""

import re
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

FIELDS: Final = {
    "title": _l("Title"),
    "goal": _l("Goal"),
    "duties": _l("Duties"),
    "matter": _l("Matter"),
    "major_decision": _l("Major administrative decision"),
    "steps": _l("Steps"),
    "kind": _l("kind"),
    "text": _l("what is done"),
    "actor": _l("by whom"),
    "duty": _l("duty"),
    "min_persons": _l("persons, at least"),
    "limit_value": _l("time limit"),
    "limit_unit": _l("unit of the time limit"),
    "recording": _l("recording of the process"),
    "effect": _l("effect on the limit"),
    "document": _l("document made"),
    "basis": _l("basis"),
    "article": _l("article"),
    "detail": _l("detailed on the map"),
    "next": _l("next step"),
    "to": _l("next step"),
    "condition": _l("condition"),
    "item": _l("item"),
    "statement": _l("what can go wrong"),
    "level": _l("level set by hand"),
    "reason": _l("reason for that level"),
    "measures": _l("measures"),
    "other": _l("another item’s measure"),
    "new_text": _l("new measure"),
    "new_phase": _l("phase of the new measure"),
    "new_control": _l("control of the new measure"),
    "new_frequency": _l("frequency of the new measure"),
    "new_evidence": _l("evidence of the new measure"),
    "limit": _l("limit"),
    "first": _l("first step"),
    "last": _l("last step"),
}
_NAME = re.compile(r"(step|basis|span)-(\d+)-(?:(next|risk)-(\d+)-)?([a-z_]+)")


def called(name: str) -> str:
    """Return what a field is called on the screen, with its row's number."""
    found = _NAME.fullmatch(name)
    if found is None:
        return str(FIELDS.get(name, name))
    group, at, below, number, last = found.groups()
    field = str(FIELDS.get(last, last))
    if below == "risk":
        return str(
            _("Step %(step)s, risk point %(number)s: %(field)s",
              step=int(at) + 1, number=int(number) + 1, field=field)
        )  # fmt: skip
    if group == "step":
        return str(_("Step %(number)s: %(field)s", number=int(at) + 1, field=field))
    if group == "basis":
        return str(_("Basis %(number)s: %(field)s", number=int(at) + 1, field=field))
    return str(_("Limit %(number)s: %(field)s", number=int(at) + 1, field=field))


def anchor(name: str) -> str:
    """Return the id that a fault of a field leads to; a step's lines as a whole are the first."""
    if re.fullmatch(r"step-\d+-next", name):
        return f"{name}-0-to"
    return "add-step" if name == "steps" else name

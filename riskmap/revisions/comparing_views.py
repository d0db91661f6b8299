"""Any two versions of a map held against each other: the page, and the same on paper."""

from dataclasses import dataclass, replace

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.accounts.files import handed_out
from riskmap.db import db
from riskmap.document.diff import diff
from riskmap.document.diff_words import rows
from riskmap.drawing.changes import changed
from riskmap.drawing.engine import DrawingFailed, Engine
from riskmap.organisation.scope import my_scope
from riskmap.revisions import charts
from riskmap.revisions.asked import map_of, working_copy
from riskmap.revisions.comparison_sheets import comparison_pdf
from riskmap.revisions.versions import Version, Versions, versions
from riskmap.revisions.views import bp
from riskmap.revisions.words import word
from riskmap.web import errors
from riskmap.web.access import Policy, allows
from riskmap.web.listing import asked_for
from riskmap.web.members import shown


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks to be compared; without both versions, why not, and the status."""

    old: Version | None = None
    new: Version | None = None
    refused: str = ""
    status: int = 200

    @property
    def pair(self) -> tuple[Version, Version] | None:
        """Return both versions, None where they are not to be compared."""
        return None if self.refused or not (self.old and self.new) else (self.old, self.new)


def _asked(known: Versions) -> Asked:
    """Return what is to be compared: as the address says, and as makes sense where it does not."""
    names = [request.args.get(side, "") for side in ("old", "new")]
    if not any(names):
        pair = known.pair()
        if pair is None:
            return Asked(refused=_("There is only one version yet: nothing to compare it with."))
        return Asked(*pair)
    old, new = (known.find(name) for name in names)
    if any(name and each is None for name, each in zip(names, (old, new), strict=True)):
        said = _("The map has no such version. Choose two of those that are listed.")
        return Asked(old, new, said, 404)
    old, new = _completed(known, old, new)
    if old is None or new is None or old is new:
        said = _("That is one and the same version. Choose another one on one of the sides.")
        return Asked(old, new, said, 422)
    return Asked(old, new)


def _completed(
    known: Versions, old: Version | None, new: Version | None
) -> tuple[Version | None, Version | None]:
    """Return both versions, the one that nobody asked for being the likeliest other one."""
    if old is None:
        likely = [known.in_force, *known.all]
        old = next((each for each in likely if each and each is not new), None)
    if new is None:
        new = next((each for each in known.all if each is not old), None)
    return old, new


def called(version: Version) -> str:
    """Return what a version is called on the screen."""
    if version.revision is None:
        return str(_("working copy"))
    return str(_("revision %(number)s", number=version.revision.number))


def described(version: Version) -> str:
    """Return what a version is called, with its day and its state."""
    state = word(version.revision.state) if version.revision else _("not handed in")
    return f"{called(version)} · {version.day} · {state}"


@bp.get("/maps/<code:code>/revisions/compare")
@allows(Policy.READ)
def compare(code: str) -> ResponseReturnValue:
    """Show what differs between two versions: a table, and one chart or two."""
    account_map, _node = map_of(code)
    known = versions(db.session, account_map, working_copy(account_map))
    asked = _asked(known)
    view = asked_for("view", ("one", "both")) or "one"
    grey = asked_for("grey", ("1",))
    page = render_template(
        "revisions/compare.html",
        bureau=my_scope().bureau,
        map=account_map,
        choices=[(each.name, described(each)) for each in known.all],
        old=asked.old,
        new=asked.new,
        refused=asked.refused,
        view=view,
        grey=grey,
        called=called,
        described=described,
        **(_shown(known, *asked.pair, view, bool(grey)) if asked.pair else {}),
    )
    return page, asked.status


def _shown(known: Versions, old: Version, new: Version, view: str, grey: bool) -> dict[str, object]:
    """Return what the page shows of a comparison: rows, marks, and one chart or two."""
    found = diff(known.document(db.session, old), known.document(db.session, new))
    both = changed(found)
    table = rows(found, _, shown)
    drawn: dict[str, object] = {"rows": table, "marks": both.shown}
    if view == "both":
        there = {*found.new.step_by_key, *(each.key for each in found.new.risk_points)}
        drawn["rows"] = [each if each.key in there else replace(each, key="") for each in table]
        old_chart, new_chart, marks = charts.side_by_side(found, both, grey)
        drawn |= {"old_chart": old_chart, "new_chart": new_chart, "marks": marks}
    else:
        drawn["chart"] = charts.on_one(both, grey)
    return drawn


@bp.get("/maps/<code:code>/revisions/compare.pdf")
@allows(Policy.READ)
def compare_file(code: str) -> ResponseReturnValue:
    """Hand out the comparison of two versions on paper; in grey if asked."""
    account_map, _node = map_of(code)
    known = versions(db.session, account_map, working_copy(account_map))
    asked = _asked(known)
    if asked.pair is None:
        return errors.page(asked.status if asked.status != 200 else 404, _("Nothing to compare"),
                           asked.refused)  # fmt: skip
    old, new = asked.pair
    engine: Engine = current_app.extensions["riskmap.engine"]
    grey = bool(asked_for("grey", ("1",)))
    try:
        content = comparison_pdf(
            engine, my_scope().bureau, (old, known.document(db.session, old)),
            (new, known.document(db.session, new)), grey,
        )  # fmt: skip
    except DrawingFailed as error:
        current_app.logger.error("%s: %s", code, error)
        return errors.page(503)
    name = f"{code}-{old.name}-{new.name}.pdf"
    compared = f"{old.name} → {new.name}"
    return handed_out(content, name, "application/pdf", about=code, compared=compared)

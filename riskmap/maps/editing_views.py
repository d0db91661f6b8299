"""The pages for editing a map: its rows with the chart beside them, and a new map."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from secrets import token_urlsafe
from typing import Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.db import db
from riskmap.maps import commands, drafts
from riskmap.maps.aiming import aim
from riskmap.maps.blueprint import bp
from riskmap.maps.checking import faults
from riskmap.maps.comparing import differences, merged
from riskmap.maps.draft import MapDraft, from_form, to_form
from riskmap.maps.editable import Edited, edited, lists, nameable, node_of
from riskmap.maps.editing import apply, paste
from riskmap.maps.editor import (
    BLANK_LINE,
    State,
    by_field,
    called,
    drawing,
    in_head,
    in_words,
    on_one_line,
    risks,
    saved_by,
    sets,
    targets,
    with_actors,
    with_others_ticked,
    wrong_among,
)
from riskmap.maps.forms import NewMapForm
from riskmap.maps.models import MapDraftRow
from riskmap.maps.notices import notices
from riskmap.maps.pickers import settled
from riskmap.maps.queries import trail
from riskmap.maps.stored import draft_of
from riskmap.organisation.scope import my_scope
from riskmap.web.access import Policy, allows
from riskmap.web.forms import before, finish, require_whole


@bp.get("/maps/<code:code>/edit")
@allows(Policy.EDIT_MAPS)
def edit(code: str) -> ResponseReturnValue:
    """Show a map's rows to be edited, as the user left them, with the chart beside them."""
    at = edited(code)
    row = drafts.load(db.session, at.row, at.user_id)
    draft = drafts.content(row) if row else draft_of(db.session, at.row, at.known)
    return _page(at, draft, row)


@bp.post("/maps/<code:code>/edit")
@allows(Policy.EDIT_MAPS)
def edited_so(code: str) -> ResponseReturnValue:
    """Do what a button of the editor asks for."""
    require_whole()
    at, do = edited(code), request.form.get("do", "")
    return ACTS.get(do, _operate)(at, do)


def _typed(at: Edited) -> MapDraft:
    return on_one_line(from_form(request.form.items(multi=True)))


def _version(at: Edited) -> int:
    """Return the version of the map that the form was made from."""
    return request.form.get("version", at.row.version, type=int)


def _keep(
    at: Edited, draft: MapDraft, version: int | None = None, row: MapDraftRow | None = None
) -> MapDraftRow:
    return drafts.keep(
        db.session,
        at.row,
        at.user_id,
        draft,
        base_version=version or _version(at),
        stored=lambda: draft_of(db.session, at.row, at.known),
        row=row,
    )


def _operate(at: Edited, do: str) -> ResponseReturnValue:
    """Change the draft's rows, keep it, and show it again."""
    typed = _typed(at)
    found = with_actors(typed, with_others_ticked(apply(typed, do), at.known), at)
    row = _keep(at, found)
    db.session.commit()
    return _page(at, found, row, focus=aim(typed, found, do))


def _paste(at: Edited, _do: str) -> ResponseReturnValue:
    """Put the pasted lines in as steps."""
    typed = _typed(at)
    after = typed.index(request.form.get("paste_after", ""))
    names = {each.name for each in at.known.actors}
    found = paste(typed, request.form.get("paste", ""), -1 if after is None else after, names)
    if after is not None and len(found.steps) > len(typed.steps) and not typed.steps[after].text:
        found = apply(found, f"delete:{after}")  # the row that they were pasted into
    found = with_actors(typed, found, at)
    row = _keep(at, found)
    db.session.commit()
    return _page(at, found, row, focus=aim(typed, found, "paste"))


def _undo(at: Edited, do: str) -> ResponseReturnValue:
    """Go back to what the draft was before."""
    typed = _typed(at)
    row = _keep(at, typed)
    found = drafts.undo(db.session, row) or typed
    db.session.commit()
    return _page(at, found, row, focus=aim(typed, found, do))


def _ask_to_discard(at: Edited, _do: str) -> ResponseReturnValue:
    """Ask before the draft goes; it is kept until then."""
    _keep(at, _typed(at))
    db.session.commit()
    return render_template(
        "maps/discard.html",
        bureau=at.bureau,
        map=at.row,
        version=_version(at),
        number=token_urlsafe(16),
    )


def _discard(at: Edited, _do: str) -> ResponseReturnValue:
    """Forget the draft and show the map as it is saved."""
    if row := drafts.load(db.session, at.row, at.user_id):
        drafts.discard(db.session, row)
    there = url_for("maps.edit", code=at.row.code)
    return finish(request.form.get("number"), there, _("The draft is gone; this is what is saved."))


def _save(at: Edited, _do: str) -> ResponseReturnValue:
    """Save the map, unless something is wrong or somebody else has saved it meanwhile."""
    if again := before(request.form.get("number")):
        return again
    return _saved(at, _typed(at), _version(at))


def _saved(at: Edited, draft: MapDraft, version: int) -> ResponseReturnValue:
    stored = commands.locked(db.session, at.row)
    wrong = faults(draft, at.known, at.row.code, stored.draft(at.known))
    if wrong:
        return _refused(at, draft, by_field(wrong), version)
    try:
        commands.save_map(db.session, stored, draft, at.known, version=version)
    except commands.Stale:
        return _conflict(at, draft)
    except commands.MatterTaken as error:
        said = _("Matter: the map %(code)s is about it already; choose another.", code=error.code)
        return _refused(at, draft, {"matter": said}, version)
    if row := drafts.load(db.session, at.row, at.user_id):
        drafts.discard(db.session, row)
    return finish(
        request.form.get("number"), url_for("maps.edit", code=at.row.code), _("The map is saved.")
    )


def _refused(
    at: Edited, draft: MapDraft, wrong: dict[str, str], version: int
) -> ResponseReturnValue:
    """Show what is wrong, field by field, with the text as it was typed."""
    row = _keep(at, draft, version)
    db.session.commit()
    return _page(at, draft, row, wrong=wrong), 422


def _conflict(
    at: Edited, mine: MapDraft, chosen: dict[str, str] | None = None
) -> ResponseReturnValue:
    """Show both texts of what two people changed, and let the second choose."""
    row = _keep(at, mine)
    found = differences(*_both(at, mine, row))
    db.session.commit()
    page = render_template(
        "maps/conflict.html",
        bureau=at.bureau,
        map=at.row,
        version=row.base_version,
        who=saved_by(at),
        fields=to_form(mine),
        number=token_urlsafe(16),
        conflicts=[each for each in found if each.conflict],
        others=[each for each in found if not each.conflict],
        chosen=chosen or {},
        asked=chosen is not None,
        called=called,
        in_words=in_words,
    )
    return page, 409


def _merge(at: Edited, _do: str) -> ResponseReturnValue:
    """Save what two people changed, as the second chose."""
    if again := before(request.form.get("number")):
        return again
    mine, seen = _typed(at), request.form.get("seen", 0, type=int)
    if seen != at.row.version:
        return _conflict(at, mine)  # it was saved once more
    chosen = {name[7:]: side for name, side in request.form.items() if name[:7] == "choose-"}
    both = _both(at, mine, drafts.load(db.session, at.row, at.user_id))
    if any(each.conflict and each.place not in chosen for each in differences(*both)):
        return _conflict(at, mine, chosen)
    return _saved(at, merged(*both, chosen), seen)


def _both(
    at: Edited, mine: MapDraft, row: MapDraftRow | None
) -> tuple[MapDraft | None, MapDraft, MapDraft]:
    """Return what the map was when the typing began, what was typed, and what the map is now."""
    began = drafts.base(row) if row else None
    theirs = draft_of(db.session, at.row, at.known)
    return (
        settled(began, at.known) if began else None,
        settled(mine, at.known),
        settled(theirs, at.known),
    )


ACTS: Final[dict[str, Callable[[Edited, str], ResponseReturnValue]]] = {
    "save": _save,
    "merge": _merge,
    "paste": _paste,
    "undo": _undo,
    "discard": _ask_to_discard,
    "discard-surely": _discard,
}
"""What buttons do besides changing rows."""


def _page(
    at: Edited,
    draft: MapDraft,
    row: MapDraftRow | None,
    *,
    wrong: dict[str, str] | None = None,
    focus: str = "",
) -> str:
    """Return the editor's page, or its rows alone for the script that puts them in place."""
    fragment = "X-Fragment" in request.headers
    undo = drafts.can_undo(db.session, row)
    shown = (
        {} if fragment else {"drawing": drawing(at.seen(draft)), "lists": lists(at.known, at.home)}
    )
    return render_template(
        "maps/_editor.html" if fragment else "maps/edit.html",
        fragment=fragment,
        bureau=at.bureau,
        map=at.row,
        trail=trail(db.session, my_scope(), at.above[-1].code),
        draft=draft,
        version=row.base_version if row else at.row.version,
        number=token_urlsafe(16),
        state=State.of(at.row, row, undo),
        faults=wrong or {},
        opened=partial(wrong_among, wrong or {}),
        opened_head=in_head({focus, *(wrong or {})}),
        focus=focus,
        sets=sets(),
        targets=targets(draft),
        risks=risks(draft, at.known),
        blank=BLANK_LINE,
        notices=notices(my_scope(), at.row.code),
        **shown,
    )


@bp.post("/maps/<code:code>/edit/chart")
@allows(Policy.EDIT_MAPS, writes=False)
def edit_chart(code: str) -> ResponseReturnValue:
    """Answer with the chart of what is typed, and what is wrong with its flow."""
    require_whole()
    at = edited(code)
    found = drawing(at.seen(_typed(at)))
    return {
        "svg": found.chart,
        "failed": found.failed,
        "problems": list(map(asdict, found.problems)),
    }


@bp.post("/maps/<code:code>/edit/draft")
@allows(Policy.EDIT_MAPS)
def edit_draft(code: str) -> ResponseReturnValue:
    """Keep what is typed, and answer when that was.

    Nothing is kept of what is already saved: a page that closes right after its saving hands in the
    same once more, which would stand there as a draft of the version before.
    """
    require_whole()
    at = edited(code)
    typed, row = _typed(at), drafts.load(db.session, at.row, at.user_id)
    if row or differences(*_both(at, typed, None)):
        row = _keep(at, typed, row=row)
        db.session.commit()
    state = State.of(at.row, row, drafts.can_undo(db.session, row))
    return {"saved": state.time, "said": state.said, "undo": state.undo}


@bp.route("/nodes/<code:code>/maps/new", methods=["GET", "POST"])
@allows(Policy.EDIT_MAPS)
def new(code: str) -> ResponseReturnValue:
    """Make a map of a node, from nothing or as a copy of another map."""
    scope = my_scope()
    node = node_of(scope.bureau, code)
    form = NewMapForm(nameable(scope, node.path))
    if request.method == "POST" and (again := before(form.number.data)):
        return again
    if form.accepted():
        try:
            row = form.make(node)
        except commands.MatterTaken as error:
            form.say_taken(error)
        else:
            there = url_for("maps.edit", code=row.code)
            return finish(form.number.data, there, _("The map is made; fill in its steps."))
    offered = lists(form.known, node.path)
    shown = {name: offered[name] for name in ("matters", "maps")}
    page = render_template("maps/new.html", bureau=scope.bureau, node=node, form=form, lists=shown)
    return page, form.status

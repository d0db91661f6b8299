"""The pages that take a map out of use and bring it back."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.accounts.current import me
from riskmap.db import db, today
from riskmap.maps.models import AccountMap
from riskmap.organisation.scope import my_scope
from riskmap.revisions import retiring
from riskmap.revisions.asked import map_of, whole
from riskmap.revisions.commands import NoReason, NotYours
from riskmap.revisions.forms import ReasonForm, VersionForm
from riskmap.revisions.queries import document_of
from riskmap.revisions.views import bp, index_page, status
from riskmap.revisions.words import ERRORS, sentence
from riskmap.web.access import Policy, allows
from riskmap.web.forms import finish, once


@bp.get("/maps/<code:code>/retire")
@allows(Policy.SIGN)
def ask_to_retire(code: str) -> ResponseReturnValue:
    """Show what taking a map out of use is about, and ask why."""
    account_map, _node = map_of(code, Policy.SIGN)
    if account_map.retired_on is not None:
        abort(404)
    return _page(ReasonForm(formdata=None, version=str(account_map.version)), account_map)


def _page(form: ReasonForm, account_map: AccountMap, refused: str = "") -> str:
    stake = retiring.at_stake(db.session, account_map)
    document = document_of(stake.in_force) if stake.in_force else None
    return render_template(
        "revisions/retire_map.html",
        bureau=my_scope().bureau,
        map=account_map,
        form=form,
        refused=refused,
        stake=stake,
        document=document,
        mine=retiring.may(db.session, me(), account_map),
    )


def _not_done(code: str, form: ReasonForm | VersionForm, error: Exception) -> ResponseReturnValue:
    """Answer with how the map stands now, nothing being changed and what was typed kept."""
    said = sentence(error)
    db.session.rollback()
    account_map, node = map_of(code, Policy.SIGN)
    answer = 403 if isinstance(error, NotYours) else status(error)
    if not isinstance(form, ReasonForm) or account_map.retired_on is not None:
        return index_page(account_map, node, said), answer
    form.version.data = str(account_map.version)
    if isinstance(error, NoReason):
        form.reason.errors = [said]
        said = ""
    return _page(form, account_map, said), answer


@bp.post("/maps/<code:code>/retire")
@allows(Policy.SIGN)
def retire_map(code: str) -> ResponseReturnValue:
    """Take a map out of use."""
    account_map, _node = map_of(code, Policy.SIGN)
    form = ReasonForm()
    if again := once(form):
        return again
    if not form.accepted():
        return _page(form, account_map), form.status
    try:
        retiring.retire_map(
            db.session, me(), account_map, version=whole(form.version.data), day=today(),
            reason=form.reason.data or "",
        )  # fmt: skip
    except ERRORS as error:
        return _not_done(code, form, error)
    there = url_for(".index", code=code)
    return finish(form.number.data, there, _("%(code)s is out of use.", code=code))


@bp.post("/maps/<code:code>/bring-back")
@allows(Policy.SIGN)
def bring_map_back(code: str) -> ResponseReturnValue:
    """Take a retired map into use again."""
    account_map, _node = map_of(code, Policy.SIGN)
    form = VersionForm()
    if again := once(form):
        return again
    if not form.accepted():
        abort(400)
    try:
        retiring.bring_back(db.session, me(), account_map, version=whole(form.version.data))
    except ERRORS as error:
        return _not_done(code, form, error)
    there = url_for(".index", code=code)
    return finish(form.number.data, there, _("%(code)s is in use again; sign it anew.", code=code))

"""The pages of editions: the list, making one, taking one away."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from riskmap.accounts.current import may, me
from riskmap.accounts.files import handed_out
from riskmap.accounts.guard import not_for_you
from riskmap.db import db, today
from riskmap.jobs.commands import start
from riskmap.organisation.scope import my_scope
from riskmap.revisions import editions
from riskmap.revisions.binding import EDITION
from riskmap.revisions.edition_models import Edition
from riskmap.revisions.showing import shown
from riskmap.revisions.views import bp
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, finish, once

LONGEST = 500


class EditionForm(Form):
    """What an edition is made for."""

    text = TextAreaField(_l("What it is for"), [Length(max=LONGEST)], render_kw={"rows": 2})


@bp.get("/editions", endpoint="editions")
@allows(Policy.READ)
def index() -> ResponseReturnValue:
    """Show the editions, the newest first; and the form to make one."""
    return _page(EditionForm())


def _page(form: EditionForm) -> str:
    scope = my_scope()
    maps = shown(db.session, scope)
    return render_template(
        "revisions/editions.html",
        bureau=scope.bureau,
        editions=editions.editions(db.session, scope.bureau) if scope.whole else (),
        whole=scope.whole,
        form=form if may(Policy.FREEZE) else None,
        day=today(),
        count=sum(each.number is not None for each in maps),
        left_out=[each.document for each in maps if each.number is None],
    )


@bp.post("/editions")
@allows(Policy.FREEZE)
def make_edition() -> ResponseReturnValue:
    """Let the atlas of today be frozen."""
    form = EditionForm()
    if again := once(form):
        return again
    if not form.accepted():
        return _page(form), form.status
    bureau = my_scope(Policy.FREEZE).bureau
    job = start(db.session, EDITION, {"text": form.text.data or ""}, bureau, me().user)
    return finish(form.number.data, url_for("jobs.show", number=job.id), _("It is asked for."))


@bp.get("/editions/<int:number>/<any('atlas', 'public'):form>.pdf")
@allows(Policy.READ)
def edition_file(number: int, form: str) -> ResponseReturnValue:
    """Hand out an edition as it was kept: for the bureau, or without the names of persons."""
    scope = my_scope()
    found = editions.of_number(db.session, scope.bureau, number)
    if found is None:
        abort(404)
    if not scope.whole:
        not_for_you()
    column = Edition.public_pdf if form == "public" else Edition.pdf
    db.session.refresh(found, [column.key])
    content = found.public_pdf if form == "public" else found.pdf
    suffix = "-public" if form == "public" else ""
    name = f"{scope.bureau.code}-{found.day.isoformat()}-{number}{suffix}.pdf"
    return handed_out(content, name, "application/pdf", number=number, form=form)

"""A map found right as it stands: the day of its last review."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.db import today
from riskmap.maps.blueprint import bp
from riskmap.maps.editable import edited
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, before, finish


@bp.route("/maps/<code:code>/reviewed", methods=["GET", "POST"])
@allows(Policy.EDIT_MAPS)
def reviewed(code: str) -> ResponseReturnValue:
    """Note that a map was gone through today and is right as it stands."""
    at, form = edited(code), Form()
    if again := before(form.number.data):
        return again
    if form.accepted():
        at.row.reviewed_on = today()
        return finish(form.number.data, url_for(".show", code=code), _("The review is noted."))
    return render_template("maps/reviewed.html", bureau=at.bureau, map=at.row, form=form)

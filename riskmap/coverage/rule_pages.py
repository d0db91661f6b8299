"""The rules: what each asks, on which basis, what it finds, and the settings it goes by."""

from collections import Counter

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from riskmap.coverage import settings
from riskmap.coverage.blueprint import bp, in_scope, shown_audit, visible_gaps
from riskmap.coverage.parameters import (
    BY_NAME,
    Parameter,
    ParameterError,
    ParameterKind,
    checked,
)
from riskmap.coverage.rules import RULES
from riskmap.db import db
from riskmap.organisation.scope import my_scope
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, before, finish


@bp.get("/rules")
@allows(Policy.READ_AUDIT)
def rules() -> ResponseReturnValue:
    """Show every rule with its settings and how many gaps it finds."""
    scope = in_scope()
    audit = shown_audit(scope)
    facts = audit.facts
    return render_template(
        "coverage/rules.html",
        bureau=scope.bureau,
        rules=RULES,
        counts=Counter(gap.rule for gap in visible_gaps(scope, audit)),
        parameters=facts.parameters,
    )


class ParameterForm(Form):
    """A setting of the rules, and why it is as it is."""

    known = HiddenField()  # the value that the form was made from
    value = TextAreaField(_l("Value"), [Length(max=2000)])
    reason = TextAreaField(_l("Reason"), [InputRequired(_l("Say why.")), Length(max=500)])

    def __init__(self, parameter: Parameter, **values: object) -> None:
        super().__init__(**values)
        self.parameter = parameter

    def validate_value(self, field: TextAreaField) -> None:
        """Refuse what the setting cannot be, and say how it is written."""
        try:
            field.data = checked(self.parameter, field.data or "")
        except ParameterError as error:
            raise ValidationError(self._how()) from error

    def _how(self) -> str:
        if self.parameter.kind is ParameterKind.NUMBER:
            return str(
                _(
                    "Write a whole number from %(least)s to %(most)s.",
                    least=self.parameter.least,
                    most=self.parameter.most,
                )
            )
        return str(_("Write pairs as old=new, one after another with 、 between them."))


@bp.route("/rules/settings/<string:name>", methods=["GET", "POST"])
@allows(Policy.AUDIT)
def edit_parameter(name: str) -> ResponseReturnValue:
    """Change a setting of the rules, or put it back to its default."""
    parameter = BY_NAME.get(name) or abort(404)
    bureau = my_scope(Policy.AUDIT).bureau
    row = settings.row_of(db.session, bureau, parameter)
    value = row.value if row else parameter.default
    form = ParameterForm(parameter, value=value, known=value, reason=row.reason if row else "")
    if again := before(form.number.data):
        return again

    def page(**more: object) -> str:
        return render_template(
            "coverage/parameter.html", bureau=bureau, form=form, parameter=parameter,
            value=value, row=row, **more,
        )  # fmt: skip

    good = form.accepted()
    if request.method == "POST" and form.known.data != value:
        form.known.data = value
        form.known.raw_data = [value]
        return page(changed=True), 409
    if not good:
        return page(), form.status
    if form.value.data == parameter.default:
        settings.put_back(db.session, bureau, parameter)
    else:
        settings.change(
            db.session, bureau, parameter, value=form.value.data, reason=form.reason.data
        )
    return finish(form.number.data, url_for(".rules"), _("The setting is changed."))

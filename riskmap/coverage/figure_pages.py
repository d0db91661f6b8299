"""The figures of the year: counted now, compared with an earlier year's, kept for the next."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from riskmap.coverage.blueprint import bp, in_scope, now_audited, shown_audit
from riskmap.coverage.figures import figures, recount, year_before
from riskmap.coverage.models import YearFigure
from riskmap.db import AnySession, db
from riskmap.maps.report import sentence
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import my_scope
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, before, finish

NAMES = {
    "categories": _l("categories"),
    "items": _l("items"),
    "measures": _l("measures"),
    "units": _l("units"),
    "offices": _l("offices"),
    "posts": _l("posts"),
    "maps": _l("account maps"),
    "steps": _l("steps"),
    "risk_points": _l("risk points"),
    "limit_spans": _l("limit spans"),
}


def _number(name: str) -> IntegerField:
    most = NumberRange(0, 1_000_000, _l("Write a whole number, 0 or more."))
    return IntegerField(NAMES[name], [InputRequired(most.message), most])


class YearForm(Form):
    """A year and the figures that its report gives."""

    year = IntegerField(
        _l("Year"),
        [
            InputRequired(_l("Write a year, as 2025.")),
            NumberRange(2000, 2200, _l("Write a year, as 2025.")),
        ],
    )
    categories = _number("categories")
    items = _number("items")
    measures = _number("measures")
    units = _number("units")
    offices = _number("offices")
    posts = _number("posts")
    maps = _number("maps")
    steps = _number("steps")
    risk_points = _number("risk_points")
    limit_spans = _number("limit_spans")

    def counts(self) -> dict[str, int]:
        """Return the figures by name."""
        return {name: self[name].data for name in NAMES}


@bp.get("/figures", endpoint="figures")
@allows(Policy.READ_AUDIT)
def figures_page() -> ResponseReturnValue:
    """Show the figures of now beside a year's that were kept."""
    scope = in_scope()
    facts = shown_audit(scope).facts
    year = request.args.get("year", 0, type=int) or year_before(facts, facts.day.year)
    kept = facts.figures.get(year or 0, {})
    counts = recount(facts)
    return render_template(
        "coverage/figures.html",
        bureau=scope.bureau,
        day=facts.day,
        figures=figures(counts, kept),
        names=NAMES,
        year=year if kept else None,
        years=sorted(facts.figures, reverse=True),
        sentence=sentence(scope.bureau.short_name, counts),
    )


def keep_figures(session: AnySession, bureau: Bureau, year: int, counts: dict[str, int]) -> None:
    """Keep a year's figures, in the place of those that were kept for it before."""
    rows = {
        row.name: row
        for row in session.scalars(
            select(YearFigure).filter_by(bureau_id=bureau.id, year=year).with_for_update()
        )
    }
    for name, value in counts.items():
        if name in rows:
            rows[name].value = value
        else:
            session.add(YearFigure(bureau_id=bureau.id, year=year, name=name, value=value))
    session.flush()


@bp.route("/figures/keep", methods=["GET", "POST"])
@allows(Policy.AUDIT)
def keep_year() -> ResponseReturnValue:
    """Keep the figures that a year's report gives: those of now, unless others are typed."""
    scope = my_scope(Policy.AUDIT)
    facts = now_audited(scope).facts
    year = request.args.get("year", facts.day.year, type=int)
    form = YearForm(data={"year": year, **recount(facts), **facts.figures.get(year, {})})
    if again := before(form.number.data):
        return again
    if not form.accepted():
        page = render_template(
            "coverage/keep_figures.html", bureau=scope.bureau, form=form, names=NAMES
        )
        return page, form.status
    keep_figures(db.session, scope.bureau, form.year.data, form.counts())
    said = _("The figures are kept as those of %(year)s.", year=form.year.data)
    return finish(form.number.data, url_for(".figures", year=form.year.data), said)

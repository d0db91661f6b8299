"""The grids of coverage as pages, as workbooks and on paper: the same cells, the same filters."""

from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.accounts.guard import record
from riskmap.coverage import grid
from riskmap.coverage.blueprint import bp, in_scope, shown_audit
from riskmap.coverage.facts import Facts
from riskmap.coverage.grid import CellState, Figure, Grid, GridKind, Head
from riskmap.coverage.grid_files import grid_pdf, grid_workbook
from riskmap.coverage.live import codes_seen
from riskmap.db import db
from riskmap.history.events import Kind
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.register.rating import Level
from riskmap.web.access import Policy, allows
from riskmap.web.listing import asked_for
from riskmap.web.members import shown
from riskmap.workbooks.writing import MIMETYPE

ANY = "any"
FORMATS = {
    "pdf": ("application/pdf", Kind.PRINTED),
    "xlsx": (MIMETYPE, Kind.EXPORTED),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks a grid for."""

    figure: Figure = Figure.MEASURES
    category: str = ""
    unit: str = ""
    only_gaps: bool = False


def _asked(kind: GridKind, facts: Facts) -> Asked:
    """Return the filters of the address; posts × measures are shown a category at a time."""
    category = asked_for("category", list(facts.categories))
    if kind is GridKind.MEASURES and not category and "category" not in request.args:
        category = next(iter(facts.categories), "")
    return Asked(
        figure=Figure(asked_for("figure", list(Figure)) or Figure.MEASURES),
        category=category,
        unit=asked_for("unit", [each.code for each in facts.in_use]),
        only_gaps=asked_for("gaps") == "1",
    )


def made(scope: Scope, kind: GridKind, asked: Asked) -> Grid:
    """Return a grid of what may be seen, narrowed to what is asked for."""
    facts = shown_audit(scope).facts
    within = codes_seen(db.session, scope)
    if asked.unit:
        below = {code for code, node in facts.nodes.items() if node.within(asked.unit)}
        within = below if within is None else within & below
    categories = {asked.category} if asked.category else None
    if kind is GridKind.ITEMS:
        found = grid.by_item(facts, asked.figure, within, categories)
    elif kind is GridKind.MEASURES:
        found = grid.by_measure(facts, categories, within)
    else:
        found = grid.by_level(facts, within)
    return grid.with_gaps(found) if asked.only_gaps else found


def titles() -> dict[GridKind, str]:
    return {
        GridKind.ITEMS: _("Items × offices"),
        GridKind.MEASURES: _("Posts × measures"),
        GridKind.LEVELS: _("Offices × levels"),
    }


@bp.get("/grids/<any(items, measures, levels):kind>", endpoint="grid")
@allows(Policy.READ_AUDIT)
def show(kind: str) -> ResponseReturnValue:
    """Show a grid; behind every number is its list."""
    scope, which = in_scope(), GridKind(kind)
    facts = shown_audit(scope).facts
    asked = _asked(which, facts)
    found = made(scope, which, asked)
    return render_template(
        "coverage/grid.html",
        bureau=scope.bureau,
        kind=which,
        kinds=titles(),
        grid=found,
        asked=asked,
        figures=_figures(),
        level_names={level.value: shown(level) for level in Level},
        states={state.name.lower(): found.count(state) for state in CellState},
        categories=[(each.code, each.name) for each in facts.categories.values()],
        units=_units(facts),
        link=Links(which, asked, scope.whole).to,
        excess=sum(head.retired for head in (*found.rows, *found.columns)),
        query={name: value for name, value in request.args.items() if value},
    )


def _figures() -> list[tuple[str, str]]:
    return [
        (Figure.MEASURES.value, _("measures used")),
        (Figure.RISKS.value, _("risk points")),
    ]


def _units(facts: Facts) -> list[tuple[str, str]]:
    return [(node.code, node.name) for node in facts.in_use if node.level is NodeLevel.UNIT]


@dataclass(frozen=True, slots=True)
class Links:
    """The lists that the numbers of a grid are the lengths of."""

    kind: GridKind
    asked: Asked
    whole: bool

    def to(self, row: Head | None, column: Head | None) -> str:
        """Return the address of a number's list; None for a total.

        "" for a total of what only a part of can be seen: no list is of just that part.
        """
        place = column if self.kind is GridKind.ITEMS else row
        if place is None and not self.whole and not self.asked.unit:
            return ""
        return {
            GridKind.ITEMS: self._of_items,
            GridKind.MEASURES: self._of_measures,
            GridKind.LEVELS: self._of_levels,
        }[self.kind](row, column)

    def _of_items(self, row: Head | None, column: Head | None) -> str:
        what = {"item": row.code} if row else {"category": self.asked.category}
        if self.asked.figure is Figure.RISKS:
            return url_for("desk.risk_points", **_set(self._place(column) | what))
        where = {"on" if name == "node" else "on_own": code
                 for name, code in self._place(column).items()}  # fmt: skip
        return url_for("desk.measures", **_set(where | what | {"used": "yes"}))

    def _of_measures(self, row: Head | None, column: Head | None) -> str:
        where = {"at": row.code} if row else {"node": self.asked.unit, "scale": "post"}
        what = {"measure": column.code} if column else {"answered": self.asked.category or ANY}
        return url_for("desk.risk_points", **_set(where | what))

    def _of_levels(self, row: Head | None, column: Head | None) -> str:
        what = {"level": column.code} if column else {}
        return url_for("desk.risk_points", **_set(self._place(row) | what))

    def _place(self, head: Head | None) -> dict[str, str]:
        """Return the filter for the maps of a row or column: of a unit alone, or of an office."""
        if head is None:
            return {"node": self.asked.unit}
        return {"at" if head.own else "node": head.code}


def _set(values: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


@bp.get("/grids/<any(items, measures, levels):kind>.<any(xlsx, pdf):suffix>")
@allows(Policy.READ_AUDIT)
def grid_file(kind: str, suffix: str) -> ResponseReturnValue:
    """Answer with a grid as it is shown, as a workbook or on paper."""
    scope, which = in_scope(), GridKind(kind)
    facts = shown_audit(scope).facts
    asked = _asked(which, facts)
    make = grid_pdf if suffix == "pdf" else grid_workbook
    content = make(
        scope.bureau, facts, made(scope, which, asked), titles()[which], _said(facts, asked)
    )
    mimetype, what = FORMATS[suffix]
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'inline; filename="{kind}.{suffix}"'
    record(what, "", format=suffix, codes=kind)
    return answer


def _said(facts: Facts, asked: Asked) -> str:
    """Return the filters in words."""
    parts = [facts.actor_name(asked.unit)] if asked.unit else []
    if asked.category:
        parts.append(facts.categories[asked.category].name)
    if asked.only_gaps:
        parts.append(_("only with gaps"))
    return "，".join([*parts, shown(facts.day)])

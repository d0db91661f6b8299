"""The progress of a round to take away: a workbook of its numbers and of its maps."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from riskmap.maps.sheets import FICTIONAL
from riskmap.organisation.models import Bureau
from riskmap.rounds.models import Round
from riskmap.rounds.outcomes import Outcome, overdue
from riskmap.rounds.queries import Line, Part, day_of, parts, totals_of
from riskmap.web.members import shown
from riskmap.workbooks.writing import Cell, Sheet, Tone, Value, workbook


def progress_workbook(bureau: Bureau, held: Round, of: Sequence[Line], day: date) -> bytes:
    """Return a round as a workbook: by unit and office, then map by map."""
    said = _("As of %(day)s, due on %(due)s.", day=day_of(held, day), due=held.due)
    titles = [
        f"{bureau.name}　{held.title}",
        said + (f"　{FICTIONAL}" if bureau.is_sample else ""),
    ]
    return workbook([_numbers(titles, held, of, day), _maps(titles, held, of, day)])


def _numbers(titles: Sequence[str], held: Round, of: Sequence[Line], day: date) -> Sheet:
    heads = [_("Unit"), _("Office"), _("Maps"), *(shown(each) for each in Outcome), _("overdue")]
    everything = totals_of(held, of, day)
    whole = [everything.all, *everything.of.values(), everything.late]
    return Sheet(
        name=_("Progress"),
        titles=titles,
        heads=[heads],
        rows=[
            *(_part(each) for each in parts(held, of, day)),
            _strong(_("In all"), "", *whole),
        ],
        widths=[24, 28, *(12 for _each in whole)],
        frozen=2,
        filtered=False,
    )


def _strong(*values: str | int) -> list[Value]:
    return [Cell(each, Tone.STRONG) for each in values]


def _part(part: Part) -> list[Value]:
    found = part.totals
    numbers = [found.all, *found.of.values(), found.late]
    if part.whole:
        return _strong(part.unit.name, "", *numbers)
    name = _("%(unit)s's own maps", unit=part.unit.name) if part.own else part.node.name
    return [part.unit.name, name, *numbers]


def _maps(titles: Sequence[str], held: Round, of: Sequence[Line], day: date) -> Sheet:
    heads = [
        _("Code"), _("Account map"), _("Unit"), _("Office"), _("Post"), _("Outcome"),
        _("Document in force"), _("since"), _("Signed by"), _("Day of signing"),
    ]  # fmt: skip
    return Sheet(
        name=_("Account maps"),
        titles=titles,
        heads=[heads],
        rows=[_line(held, each, day) for each in of],
        widths=[20, 36, 20, 24, 24, 16, 12, 12, 16, 12],
        frozen=2,
    )


def _line(held: Round, line: Line, day: date) -> list[Value]:
    late = overdue(line.outcome, held.due, day_of(held, day))
    post = line.node.name if line.node not in (line.unit, line.office) else ""
    return [
        line.code,
        line.title,
        line.unit.name,
        line.office.name if line.office else "",
        post,
        Cell(_("overdue"), Tone.GAP) if late else shown(line.outcome),
        line.number,
        line.since.isoformat() if line.since else "",
        line.carried_by,
        line.carried_on.isoformat() if line.carried_on else "",
    ]

"""The pages that lead a ledger of another form in: its columns and words, then its places."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import msgspec
from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from riskmap.db import db
from riskmap.organisation.scope import my_scope
from riskmap.organisation.tree import NodeLevel
from riskmap.register.rating import Level
from riskmap.register.terms import Control, RiskKind
from riskmap.web.access import Policy, allows
from riskmap.web.forms import Form, once
from riskmap.web.members import shown
from riskmap.workbooks import keeping
from riskmap.workbooks.book import Book, letters
from riskmap.workbooks.choices import CREATE, LEAVE, Choices, ColumnChoice
from riskmap.workbooks.columns import CATEGORY, NODE
from riskmap.workbooks.found.columns import Column
from riskmap.workbooks.found.fields import Field
from riskmap.workbooks.found.ledger import Found
from riskmap.workbooks.found.reasons import SENTENCES, FieldTwice, Why
from riskmap.workbooks.ledger_taking import nodes_of, places_in, read_ledger
from riskmap.workbooks.models import ImportState, WorkbookImport
from riskmap.workbooks.opening import opened_book
from riskmap.workbooks.places import Likeness, NodeName, Place, likest, settled
from riskmap.workbooks.rows import snapshot
from riskmap.workbooks.taking_in import may
from riskmap.workbooks.views import bp, my_import

NO_LEVEL: Final = "none"
"""What the pages send for a word that means no level, or no grade."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger of who is asking that may still be read otherwise, and how it is read so far."""

    row: WorkbookImport
    choices: Choices
    book: Book

    def found(self) -> Found:
        """Return what it holds by what was chosen so far."""
        return read_ledger(self.book, self.choices)


def _ledger(number: int) -> Ledger | ResponseReturnValue:
    """Return a ledger; the answer where nothing is to be chosen any more, or was cut short.

    One that was carried out stays as it was read. Of a form, it is locked until it is answered.
    """
    handed_in = request.method == "POST"
    if handed_in:
        form = Form()
        if again := once(form):
            return again
        if not form.accepted():
            abort(400)
    row = my_import(number, locked=handed_in)
    choices = keeping.choices_of(row)
    if choices is None:
        abort(404)
    if row.state is not ImportState.SHOWN:
        return redirect(url_for(".show", number=row.number), 303)
    return Ledger(row, choices, opened_book(row.content, row.name))


# Columns and words


@bp.get("/imports/<int:number>/columns")
@allows(Policy.IMPORT)
def ledger_columns(number: int) -> ResponseReturnValue:
    """Show what each column of a ledger is taken for, with samples, and the words it uses."""
    ledger = _ledger(number)
    return _columns_page(ledger.row, ledger.found()) if isinstance(ledger, Ledger) else ledger


@bp.post("/imports/<int:number>/columns")
@allows(Policy.IMPORT)
def choose_columns(number: int) -> ResponseReturnValue:
    """Keep what columns and words mean; then show them again, or the places."""
    ledger = _ledger(number)
    if not isinstance(ledger, Ledger):
        return ledger
    before, choices = ledger.found(), ledger.choices
    chosen = msgspec.structs.replace(
        choices,
        columns=tuple(_chosen_columns(before, choices)),
        levels=choices.levels | dict(_chosen_levels(before)),
        grades=choices.grades | dict(_chosen_grades(before)),
    )
    try:
        read_ledger(ledger.book, chosen)
    except FieldTwice as twice:
        return _columns_page(ledger.row, before, twice.said.text(_, shown), request.form), 422
    ledger.row.choices = chosen.to_json()
    db.session.commit()
    follows = ".ledger_places" if request.form.get("then") == "places" else ".ledger_columns"
    return redirect(url_for(follows, number=number), 303)


def _chosen_columns(before: Found, choices: Choices) -> Iterator[ColumnChoice]:
    """Yield what was chosen before and what is chosen now, where it differs from what was shown."""
    kept = {(each.sheet, each.first, each.column): each for each in choices.columns}
    for each in before.columns:
        said = request.form.get(_name(each), each.field.value)
        if said != each.field.value and said in set(Field):
            first, last = each.heads
            kept[each.sheet, first, each.column] = ColumnChoice(
                each.sheet, first, last, each.column, Field(said)
            )
    for sheet in _headless(before):
        row = request.form.get(f"heads:{sheet}", "").strip()
        if row.isascii() and row.isdigit() and 0 < int(row) < 1000:  # column 0 is none: heads only
            kept[sheet, int(row), 0] = ColumnChoice(sheet, int(row), int(row), 0, Field.REMARK)
    yield from kept.values()


def _name(column: Column) -> str:
    return f"field:{column.sheet}:{column.heads[0]}:{column.column}"


def _chosen_levels(before: Found) -> Iterator[tuple[str, str]]:
    for each in before.levels:
        said = request.form.get(f"level:{each.word}", "")
        if said == NO_LEVEL or said in set(Level):
            yield each.word, "" if said == NO_LEVEL else said


def _chosen_grades(before: Found) -> Iterator[tuple[str, int]]:
    for each in before.grades:
        said = request.form.get(f"grade:{each.word}", "")
        if said == NO_LEVEL or said in {"1", "2", "3", "4"}:
            yield each.word, 0 if said == NO_LEVEL else int(said)


def _headless(found: Found) -> list[str]:
    """Return the sheets of which no row reads like heads."""
    unread = (Why.NO_HEAD, Why.SIDEWAYS)
    return list(dict.fromkeys(each.sheet for each in found.left_out if each.why in unread))


def _columns_page(
    row: WorkbookImport, found: Found, refused: str = "", typed: Mapping[str, str] | None = None
) -> str:
    tables = [
        (sheet, heads, list(own))
        for (sheet, heads), own in groupby(found.columns, lambda each: (each.sheet, each.heads))
    ]
    return render_template(
        "workbooks/ledger_columns.html",
        bureau=my_scope().bureau,
        row=row,
        form=Form(),
        refused=refused,
        typed=typed or {},
        found=found,
        tables=tables,
        headless=_headless(found),
        name=_name,
        letters=letters,
        fields=list(Field),
        levels=list(Level),
        entries=sum(len(each.numbers) for each in found.rows),
        lost=sum(len(each.numbers) for each in found.refused),
        refusals=[
            (each.sheet, problem.cell, problem.value, problem.said.text(_, shown))
            for each in found.refused for problem in each.problems
        ],
        left=[(each.sheet, each.row, _(SENTENCES[each.why].template), each.text)
              for each in found.left_out],
        told=[(each.sheet, each.cell, each.said.text(_, shown)) for each in found.told],
    )  # fmt: skip


# Places and what is taken in


@dataclass(frozen=True, slots=True)
class Choice:
    """A place as the page offers it: the nodes that it may be, and what is chosen."""

    place: Place
    times: int
    ranked: list[Likeness]
    chosen: str
    below: str


@bp.get("/imports/<int:number>/places")
@allows(Policy.IMPORT)
def ledger_places(number: int) -> ResponseReturnValue:
    """Show which units, offices and posts a ledger names, and what is taken in."""
    ledger = _ledger(number)
    return _places_page(ledger, ledger.choices) if isinstance(ledger, Ledger) else ledger


@bp.post("/imports/<int:number>/places")
@allows(Policy.IMPORT)
def choose_places(number: int) -> ResponseReturnValue:
    """Keep which places are which nodes, and show what the ledger would change."""
    ledger = _ledger(number)
    if not isinstance(ledger, Ledger):
        return ledger
    chosen = _chosen(ledger.choices, [place.key for place, _times in places_in(ledger.found())])
    if faults := _wrong(chosen):
        return _places_page(ledger, chosen, faults), 422
    outcome = keeping.preview(db.session, my_scope(), ledger.book, may, chosen)
    row = my_import(number, locked=True)
    row.choices, row.outcome = chosen.to_json(), outcome.to_json()
    db.session.commit()
    return redirect(url_for(".show", number=number), 303)


def _chosen(choices: Choices, keys: list[str]) -> Choices:
    said = request.form
    nodes = nodes_of(snapshot(db.session, my_scope(), tables=(NODE,)))
    places, below = {}, {}
    for key in keys:
        place, under = said.get(f"place:{key}", ""), said.get(f"below:{key}", "")
        if place in (CREATE, LEAVE) or place in nodes:
            places[key] = place
        if under in nodes:
            below[key] = under
    return msgspec.structs.replace(
        choices,
        places=places,
        below=below,
        category=" ".join(said.get("category", "").split()),
        kind=_member(RiskKind, said.get("kind"), choices.kind),
        control=_member(Control, said.get("control"), choices.control),
        unrated=said.get("unrated", "") if said.get("unrated", "") in set(Level) else "",
        step=" ".join(said.get("step", "").split()),
        register="register" in said,
        maps="maps" in said,
    )


def _member(members: Any, said: str | None, otherwise: Any) -> Any:
    return members(said) if said in set(members) else otherwise


def _wrong(chosen: Choices) -> list[str]:
    """Return what is wrong with what was chosen."""
    found = []
    if not (chosen.register or chosen.maps):
        found.append(_("Choose what is taken in: the register, the maps, or both."))
    if chosen.register and not 0 < len(chosen.category) <= 200:
        found.append(_("Say which category such items get; at most 200 signs."))
    if chosen.maps and not 0 < len(chosen.step) <= 200:
        found.append(_("Say what the step is called; at most 200 signs."))
    return found


def _places_page(ledger: Ledger, choices: Choices, faults: Sequence[str] = ()) -> str:
    known = snapshot(db.session, my_scope(), tables=(NODE, CATEGORY))
    nodes = nodes_of(known)
    return render_template(
        "workbooks/ledger_places.html",
        bureau=my_scope().bureau,
        row=ledger.row,
        form=Form(),
        faults=faults,
        choices=choices,
        places=list(_offered(ledger.found(), choices, nodes)),
        nodes=list(nodes.values()),
        above=[each for each in nodes.values() if each.level is not NodeLevel.POST],
        indent={NodeLevel.UNIT: "", NodeLevel.OFFICE: "\u3000", NodeLevel.POST: "\u3000\u3000"},
        categories=[(code, each.values["name"]) for code, each in known.rows["category"].items()
                    if not each.retired],
        kinds=list(RiskKind),
        controls=list(Control),
        levels=list(Level),
        create=CREATE,
        leave=LEAVE,
    )  # fmt: skip


def _offered(ledger: Found, choices: Choices, nodes: Mapping[str, NodeName]) -> Iterator[Choice]:
    for place, times in places_in(ledger):
        ranked = likest(place, nodes)
        yield Choice(
            place,
            times,
            ranked,
            choices.places.get(place.key, settled(ranked)),
            choices.below.get(place.key) or settled(likest(place.higher, nodes)),
        )

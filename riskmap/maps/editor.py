"""What the page of the editor shows of a draft: lists, risk points, chart, faults, its state."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from riskmap.config import ZONE
from riskmap.db import db, now
from riskmap.document.terms import Duty, LimitEffect, Recording, StepKind
from riskmap.drawing.engine import DrawingFailed
from riskmap.drawing.screen import Named, for_screen
from riskmap.history.events import Kind
from riskmap.history.models import Change
from riskmap.maps.checking import LABELS, Fault
from riskmap.maps.checking import SETS as FIELD_SETS
from riskmap.maps.comparing import ORDER, Difference
from riskmap.maps.draft import MapDraft, NextRow, RiskRow, StepRow
from riskmap.maps.editable import Edited
from riskmap.maps.models import AccountMap, MapDraftRow
from riskmap.maps.pickers import Entry, ItemMeasure, Pickers
from riskmap.maps.pictures import drawn
from riskmap.maps.problem_words import sentence
from riskmap.maps.sketching import Sketch
from riskmap.organisation.tree import NodeLevel
from riskmap.register.rating import Level
from riskmap.register.terms import Control, LimitUnit, Phase
from riskmap.web.members import shown

SETS = {
    "kind": (
        StepKind.PROCESS,
        StepKind.DECISION,
        StepKind.TERMINATOR,
        StepKind.DOCUMENT,
        StepKind.DATA,
        StepKind.PREDEFINED,
    ),
    "duty": tuple(Duty),
    "limit_unit": tuple(LimitUnit),
    "recording": tuple(Recording),
    "effect": tuple(LimitEffect),
    "level": tuple(Level),
    "phase": tuple(Phase),
    "control": tuple(Control),
}
"""The closed sets in the order of their lists, the most used first."""

SHOWN = 24
"""Characters of a step's text in the list of next steps."""

BLANK_LINE = NextRow()


class Option(NamedTuple):
    """What a list of the page offers: the value that is sent, and what is shown."""

    value: str
    text: str


def sets() -> dict[str, list[Option]]:
    """Return the closed sets as lists, in the language of the page."""
    return {name: [Option(each.value, shown(each)) for each in SETS[name]] for name in SETS}


def targets(draft: MapDraft) -> list[Option]:
    """Return the steps that lines and limits may lead to: number, and how the text begins."""
    return [
        Option(step.key, f"{at} {_begun(step.text)}")
        for at, step in enumerate(draft.steps, start=1)
    ]


def _begun(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


@dataclass(frozen=True, slots=True)
class Tick:
    """A measure that a risk point may be answered by."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class RiskShown:
    """What the page shows of a risk point besides what was typed."""

    level: Level | None
    measures: tuple[Tick, ...]
    opened: bool


def risks(draft: MapDraft, known: Pickers) -> dict[str, RiskShown]:
    """Return what the page shows of the risk points, by key."""
    return {risk.key: _risk(risk, known) for step in draft.steps for risk in step.risks}


def _risk(risk: RiskRow, known: Pickers) -> RiskShown:
    item = known.items.find(risk.item)
    own = known.measures_of(risk.item)
    there = {each.code for each in own}
    others = (known.measures.entries.get(code) for code in risk.measures if code not in there)
    ticks = tuple(_tick(each) for each in [*own, *(each for each in others if each)])
    by_hand = next((each for each in Level if each.value == risk.level), None)
    opened = not (risk.measures or risk.other or risk.new_text)
    return RiskShown(by_hand or (item.value.level if item else None), ticks, opened)


def _tick(entry: Entry[ItemMeasure]) -> Tick:
    return Tick(entry.code, entry.name)


def with_others_ticked(draft: MapDraft, known: Pickers) -> MapDraft:
    """Return a draft in which a chosen measure of another item stands among those ticked."""

    def ticked(risk: RiskRow) -> RiskRow:
        code = known.measures.resolve(risk.other)
        if code is None:
            return risk
        return replace(risk, other="", measures=tuple(dict.fromkeys([*risk.measures, code])))

    steps = (replace(row, risks=tuple(map(ticked, row.risks))) for row in draft.steps)
    return replace(draft, steps=tuple(steps))


def with_actors(before: MapDraft, after: MapDraft, at: Edited) -> MapDraft:
    """Return a draft whose new steps say who carries them out, where nobody said anything yet.

    On a post's map that is the post, else who carries out the step above.
    """
    known = set(before.all_keys())
    own = at.known.actors.shown(at.above[-1].code)
    steps: list[StepRow] = []
    for row in after.steps:
        if row.key not in known and not row.actor:
            above = steps[-1].actor if steps else ""
            row = replace(row, actor=own if at.above[-1].level is NodeLevel.POST else above)
        steps.append(row)
    return replace(after, steps=tuple(steps))


def on_one_line(draft: MapDraft) -> MapDraft:
    """Return a draft without line breaks in what stands in a cell: a long text wraps by itself."""

    def joined(text: str) -> str:
        return re.sub(r"\s*\n\s*", " ", text).strip() if "\n" in text else text

    return replace(
        draft,
        steps=tuple(
            replace(
                row,
                text=joined(row.text),
                risks=tuple(replace(risk, statement=joined(risk.statement)) for risk in row.risks),
            )
            for row in draft.steps
        ),
    )


@dataclass(frozen=True, slots=True)
class ProblemShown:
    """A problem in words, and the key of the row that it leads to; none for the whole map."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A draft's chart, empty if there is nothing to draw or it cannot be drawn; its problems."""

    chart: str
    failed: bool
    problems: tuple[ProblemShown, ...]


def drawing(seen: Sketch) -> Drawing:
    """Return the chart of a draft to stand beside its rows, and its problems in words."""
    document = seen.document
    problems = tuple(ProblemShown(each.key, sentence(each, document)) for each in seen.problems)
    if not document.steps:
        return Drawing("", False, ())
    try:
        picture = drawn(document, "svg")
    except DrawingFailed as error:
        current_app.logger.error("%s: %s", document.code, error)
        return Drawing("", True, problems)
    title = _("Flow chart of %(title)s", title=document.title)
    shapes = {
        step.key: Named(
            _("Step %(number)s: %(text)s", number=step.number, text=step.text), f"#row-{step.key}"
        )
        for step in document.steps
    }
    for risk in document.risk_points:
        shapes[risk.key] = Named(_("Risk point: %(text)s", text=risk.statement), f"#row-{risk.key}")
    return Drawing(for_screen(picture, title, shapes), False, problems)


def by_field(found: Iterable[Fault]) -> dict[str, str]:
    """Return faults by the name of their field, several of one field in one text."""
    told: dict[str, str] = {}
    for each in found:
        told[each.name] = (
            f"{told[each.name]} {each.sentence}" if each.name in told else each.sentence
        )
    return told


def wrong_among(wrong: Iterable[str], before: str, names: Iterable[str]) -> bool:
    """Return whether one of a row's fields is wrong: what folds them away then stands open."""
    return not {f"{before}{name}" for name in names}.isdisjoint(wrong)


def in_head(names: Iterable[str]) -> bool:
    """Return whether some fields are among those of the head that are folded away."""
    return any(re.match("(?:add-)?(?:basis|span)|goal|duties|matter", name) for name in names)


@dataclass(frozen=True, slots=True)
class State:
    """How far what is typed has come: kept as a draft, or saved; in a few words."""

    said: str
    time: str
    undo: bool
    changed: bool

    @classmethod
    def of(cls, row: AccountMap, draft: MapDraftRow | None, undo: bool) -> "State":
        """Return the state of a map that a user edits, with the draft if there is one."""
        if draft is None:
            time = _clock(row.changed_at)
            said = _("Saved: version %(version)s, %(time)s", version=row.version, time=time)
            return cls(said, time, undo=False, changed=False)
        time = _clock(draft.saved_at)
        return cls(_("Draft, kept by itself %(time)s", time=time), time, undo, changed=True)


def _clock(moment: datetime) -> str:
    """Return the time of a moment of today, of others the day too."""
    here = moment.astimezone(ZONE)
    same = here.date() == now().astimezone(ZONE).date()
    return here.strftime("%H:%M" if same else "%Y-%m-%d %H:%M")


# Two people on one map


def called(each: Difference) -> str:
    """Return what a difference is about: which field of which step."""
    if each.field == ORDER or not each.key:
        return str(LABELS[each.field])
    step = str(_("Step %(number)s", number=each.number))
    row = step if each.key == each.step else str(_("%(step)s, a risk point", step=step))
    if not each.field:
        return row
    return str(_("%(row)s, %(field)s", row=row, field=LABELS[each.field]))


def in_words(field: str, text: str) -> str:
    """Return a value of a draft as people read it: members of closed sets by their names."""
    if field == "major_decision":
        return str(_("yes"))
    members = FIELD_SETS.get(field)
    found = next((each for each in members if each.value == text), None) if members else None
    if found is None:
        return text
    return shown(found)


def saved_by(at: Edited) -> str:
    """Return who saved a map last and when, to go on a sentence with; nothing if nobody knows."""
    newest = (
        select(Change.who, Change.at)
        .where(
            Change.map_id == at.row.id, Change.kind.in_((Kind.ADDED, Kind.CHANGED, Kind.REMOVED))
        )
        .order_by(Change.number.desc())
        .limit(1)
    )
    found = db.session.execute(newest).first()
    if found is None or not found.who:
        return ""
    return str(_(", saved by %(who)s at %(time)s", who=found.who, time=_clock(found.at)))

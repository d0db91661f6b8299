"""The chart of a draft while it is typed: half-typed rows are drawn as well as they can be."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from riskmap.document import model as document
from riskmap.document.soundness import UNWRITTEN, Problem, problems
from riskmap.document.terms import ActorRole, Duty, LimitEffect, Recording, StepKind
from riskmap.maps.composing import LANES
from riskmap.maps.draft import MapDraft, NextRow, RiskRow, StepRow, tidied
from riskmap.maps.pickers import Entry, NodeActor, PartyActor, Pickers
from riskmap.organisation.tree import NodeLevel
from riskmap.register.rating import Level
from riskmap.register.terms import Control, LimitUnit, Phase, RiskKind

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LARGEST = 1_000_000
LONGEST = 400
"""Characters of a text that are drawn; saving refuses it far below."""

Member = TypeVar("Member", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A draft as a document that can be drawn, and what is wrong with it."""

    document: document.MapDocument
    problems: list[Problem]


def look(
    draft: MapDraft,
    known: Pickers,
    place: document.Place,
    code: str,
    offices: Sequence[document.Office] = (),
) -> Sketch:
    """Return a draft as it would be drawn, and its problems; `offices` are those of a unit."""
    whole = Sketcher(tidied(draft), known, place).sketch(code, tuple(offices))
    return Sketch(replace(whole, transitions=tuple(_drawable(whole))), problems(whole))


def sketch(
    draft: MapDraft,
    known: Pickers,
    place: document.Place,
    code: str,
    offices: Sequence[document.Office] = (),
) -> document.MapDocument:
    """Return a draft as it would be drawn."""
    return look(draft, known, place, code, offices).document


def _drawable(whole: document.MapDocument) -> Iterator[document.Transition]:
    """Yield the lines that lead somewhere else, each once."""
    seen = set()
    for line in whole.transitions:
        told = (line.source, line.target, line.condition)
        if line.target in whole.step_by_key and line.source != line.target and told not in seen:
            seen.add(told)
            yield line


@dataclass(frozen=True, slots=True)
class Sketcher:
    """Makes a document of a draft of a map at a place."""

    draft: MapDraft
    known: Pickers
    place: document.Place

    def sketch(self, code: str, offices: tuple[document.Office, ...]) -> document.MapDocument:
        """Return the document, with lines that lead nowhere or back to their step."""
        draft = self.draft
        matter = self.known.matters.find(draft.matter)
        return document.MapDocument(
            code=code,
            title=_plain(draft.title) or UNWRITTEN,
            place=self.place,
            goal=CONTROL.sub("", draft.goal),
            duties=tuple(line for line in map(_plain, draft.duties.split("\n")) if line),
            matter=matter.value if matter else None,
            major_decision=bool(draft.major_decision),
            bases=tuple(_all(self._citation(row.basis, row.article) for row in draft.bases)),
            actors=tuple(self._actors()),
            steps=tuple(self._step(row, at) for at, row in enumerate(draft.steps, start=1)),
            transitions=tuple(
                document.Transition(line.key, row.key, line.to, _plain(line.condition))
                for row in draft.steps
                for line in row.next
                if line != NextRow(line.key) or len(row.next) == 1
            ),
            risk_points=tuple(
                self._risk(risk, row.key) for row in draft.steps for risk in row.risks
            ),
            limit_spans=tuple(self._spans()),
            offices=offices,
        )

    def _citation(self, basis: str, article: str) -> document.Citation | None:
        found = self.known.bases.find(basis)
        return replace(found.value, article=_plain(article)) if found else None

    def _actors(self) -> Iterator[document.Actor]:
        """Yield who acts in the order of their lanes; names that nobody has come last."""
        found: dict[str, tuple[tuple[int, int, str], document.Actor]] = {}
        for row in self.draft.steps:
            if row.actor:
                actor, place = self._actor(row.actor)
                found[actor.key] = (place, actor)
        yield from (actor for _, actor in sorted(found.values(), key=lambda each: each[0]))

    def _actor(self, text: str) -> tuple[document.Actor, tuple[int, int, str]]:
        entry = self.known.actors.find(text)
        if entry is None:
            name = _plain(text) or UNWRITTEN
            return document.Actor(f"?{name}", name, ActorRole.EXTERNAL), (len(LANES), 0, name)
        role = self._role(entry)
        actor = document.Actor(entry.code, entry.name, role)
        return actor, (LANES.index(role), entry.value.order, entry.code)

    def _role(self, entry: Entry[NodeActor | PartyActor]) -> ActorRole:
        if isinstance(entry.value, PartyActor):
            return entry.value.role
        return ActorRole.OWN if entry.value.path.startswith(self._home()) else ActorRole.OTHER

    def _home(self) -> str:
        """Return the path of the office, or of the unit, that the map belongs to."""
        own = self.known.actors.entries[self.place.code].value
        if not isinstance(own, NodeActor):
            return "/"
        if self.place.level is NodeLevel.POST:
            return own.path.rstrip("/").rpartition("/")[0] + "/"
        return own.path

    def _step(self, row: StepRow, number: int) -> document.Step:
        detail = self.known.maps.resolve(row.detail)
        return document.Step(
            key=row.key,
            number=number,
            kind=_member(StepKind, row.kind) or StepKind.PROCESS,
            text=_plain(row.text) or UNWRITTEN,
            actor=self._actor(row.actor)[0].key if row.actor else "",
            duty=_member(Duty, row.duty),
            min_persons=whole_number(row.min_persons) or 1,
            limit=_limit(row),
            recording=_member(Recording, row.recording),
            effect=_member(LimitEffect, row.effect),
            document=_plain(row.document),
            basis=self._citation(row.basis, row.article),
            detail=detail or "",
        )

    def _risk(self, row: RiskRow, step: str) -> document.RiskPoint:
        found = self.known.items.find(row.item)
        item = found.value.item if found else _unknown_item(row.item)
        level = _member(Level, row.level)
        standard = (found.value.level, found.value.reason) if found else (Level.MEDIUM, "")
        return document.RiskPoint(
            key=row.key,
            step=step,
            item=item,
            statement=_plain(row.statement) or UNWRITTEN,
            level=level or standard[0],
            reason=_plain(row.reason) if level else standard[1],
            measures=tuple(self._measures(row)),
        )

    def _measures(self, row: RiskRow) -> Iterator[document.Measure]:
        codes = dict.fromkeys([*row.measures, self.known.measures.resolve(row.other) or ""])
        for code in codes:
            if found := self.known.measures.entries.get(code):
                yield found.value.measure
        if row.new_text:
            yield document.Measure(
                code="",
                text=_plain(row.new_text) or UNWRITTEN,
                phase=_member(Phase, row.new_phase) or Phase.PREVENT,
                control=_member(Control, row.new_control) or Control.RULE,
                frequency=_plain(row.new_frequency),
                evidence=_plain(row.new_evidence),
            )

    def _spans(self) -> Iterator[document.LimitSpan]:
        keys = {row.key for row in self.draft.steps}
        for row in self.draft.spans:
            found = self.known.limits.find(row.limit)
            if found and row.first in keys and row.last in keys:
                yield replace(found.value, first=row.first, last=row.last)


def _all(found: Iterable[document.Citation | None]) -> Iterator[document.Citation]:
    return (each for each in found if each is not None)


def _plain(text: str) -> str:
    """Return a text as it can be drawn: one line, without signs that cannot, not without end."""
    return CONTROL.sub("", text).replace("\n", " ").replace("\t", " ").strip()[:LONGEST]


def _member(members: type[Member], value: str) -> Member | None:
    return next((each for each in members if each.value == value), None)


def whole_number(text: str) -> int | None:
    """Return the whole number above 0 that a text is, full-width digits included, else None."""
    if not re.fullmatch("[0-9０-９]{1,7}", text.strip()):
        return None
    found = int(text)
    return found if 0 < found <= LARGEST else None


def _limit(row: StepRow) -> document.Limit | None:
    value, unit = whole_number(row.limit_value), _member(LimitUnit, row.limit_unit)
    return document.Limit(value, unit) if value and unit else None


def _unknown_item(text: str) -> document.Item:
    name = _plain(text) or UNWRITTEN
    return document.Item("", name, "", "", RiskKind.DUTY, "", 2, 2)

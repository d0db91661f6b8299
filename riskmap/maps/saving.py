"""From a draft to the rows of its map: rows are found by their keys, and touched if they differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import select

from riskmap.db import AnySession
from riskmap.document.terms import Duty, LimitEffect, Recording, StepKind
from riskmap.maps.adding import add_below
from riskmap.maps.draft import Keys, MapDraft, NextRow, RiskRow, StepRow, key_number, renamed
from riskmap.maps.models import (
    LimitSpan,
    MapBasis,
    RiskPoint,
    RiskPointMeasure,
    Step,
    Transition,
)
from riskmap.maps.pickers import NodeActor, Picker, Pickers
from riskmap.maps.sketching import whole_number
from riskmap.maps.stored import Stored
from riskmap.register import queries
from riskmap.register.commands import add_measure
from riskmap.register.models import Item, Measure
from riskmap.register.rating import Level
from riskmap.register.terms import Control, LimitUnit, Phase

Member = TypeVar("Member", bound=StrEnum)
AHEAD = 5000
"""How far above the map's next key a draft's new keys may lie: more than it can hold."""


@dataclass
class Saved:
    """What a save did to the rows: how many, the codes of new measures, the map's version now."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    measures: list[str] = field(default_factory=list)
    version: int = 0

    @property
    def anything(self) -> bool:
        """Return whether there was anything to save."""
        return bool(self.added or self.changed or self.removed or self.measures)


class Saver:
    """Makes the rows of a map say what a draft says."""

    def __init__(self, session: AnySession, stored: Stored, known: Pickers) -> None:
        self.session = session
        self.stored = stored
        self.known = known
        self.map = stored.map
        self.keys = Keys(self.map.next_key)
        self.saved = Saved()

    def save(self, draft: MapDraft) -> Saved:
        """Change what differs and flush; return what that was."""
        draft = rekeyed(_without_empty_lines(draft), self.stored, self.keys)
        made = self._new_measures(draft)
        with self.session.no_autoflush:
            self._map(draft)
            self._bases(draft)
            steps = self._steps(draft)
            self._lines(draft, steps)
            self._risks(draft, steps, made)
            self._spans(draft, steps)
            self._remove_steps(draft)
            if self.saved.anything:
                self.map.next_key = self.keys.number
        self.session.flush()
        self.saved.version = self.map.version
        return self.saved

    # One row

    def _change(self, row: Any, **columns: Any) -> None:
        differing = {name: value for name, value in columns.items() if getattr(row, name) != value}
        for name, value in differing.items():
            setattr(row, name, value)
        self.saved.changed += bool(differing)

    def _add(self, model: Any, rows: Sequence[dict[str, Any]], *told_by: str) -> list[int]:
        """Add rows of a kind, told apart by some columns; return their ids, in their order."""
        self.saved.added += len(rows)
        return add_below(self.session, self.map, model, rows, told_by)

    def _remove(self, row: object) -> None:
        self.session.delete(row)
        self.saved.removed += 1

    # The map and its bases

    def _map(self, draft: MapDraft) -> None:
        self._change(
            self.map,
            title=draft.title,
            goal=draft.goal,
            duties=draft.duties,
            matter_id=_id(self.known.matters, draft.matter),
            major_decision=bool(draft.major_decision),
        )

    def _bases(self, draft: MapDraft) -> None:
        """Rows that say the same stay; of the others one of the same basis gets the new article."""
        wanted = [
            (found, row.article)
            for row in draft.bases
            if (found := _id(self.known.bases, row.basis)) is not None
        ]
        rows = {(row.basis_id, row.article): row for row in self.stored.bases}
        left = [row for told, row in rows.items() if told not in wanted]
        position, new = -1, []
        for basis_id, article in wanted:
            row = rows.get((basis_id, article)) or _taken(left, basis_id=basis_id)
            position = _behind(position, row)
            if row:
                self._change(row, article=article, position=position)
            else:
                new.append({"basis_id": basis_id, "article": article, "position": position})
        self._add(MapBasis, new, "basis_id", "article")
        for row in left:
            self._remove(row)

    # Steps and lines

    def _steps(self, draft: MapDraft) -> dict[str, int]:
        """Return the ids of the steps by their keys, those that are to go among them."""
        rows, new = {row.key: row for row in self.stored.steps}, []
        for number, typed in enumerate(draft.steps, start=1):
            columns = self._step_columns(typed) | {"number": number}
            if typed.key in rows:
                self._change(rows[typed.key], **columns)
            else:
                new.append(columns | {"key": typed.key})
        ids = self._add(Step, new, "key")
        there = {key: row.id for key, row in rows.items()}
        return there | {row["key"]: number for row, number in zip(new, ids, strict=True)}

    def _step_columns(self, row: StepRow) -> dict[str, Any]:
        actor = self.known.actors.find(row.actor)
        of_tree = actor is not None and isinstance(actor.value, NodeActor)
        limit = whole_number(row.limit_value)
        return {
            "kind": _member(StepKind, row.kind) or StepKind.PROCESS,
            "text": row.text,
            "actor_node_id": actor.id if actor and of_tree else None,
            "actor_party_id": -actor.id if actor and not of_tree else None,
            "duty": _member(Duty, row.duty),
            "min_persons": whole_number(row.min_persons) or 1,
            "limit_value": limit,
            "limit_unit": _member(LimitUnit, row.limit_unit) if limit else None,
            "recording": _member(Recording, row.recording),
            "limit_effect": _member(LimitEffect, row.effect),
            "document": row.document,
            "basis_id": _id(self.known.bases, row.basis),
            "basis_article": row.article,
            "detail_map_id": _id(self.known.maps, row.detail),
        }

    def _remove_steps(self, draft: MapDraft) -> None:
        kept = {row.key for row in draft.steps}
        for row in self.stored.steps:
            if row.key not in kept:
                self._remove(row)

    def _lines(self, draft: MapDraft, steps: dict[str, int]) -> None:
        """Lines that say the same stay as they are, whatever their keys in the draft.

        What is left is told apart by its keys, and no two of it say the same: so no change is in
        the way of another, in whatever order the database sees them.
        """
        keys = {number: key for key, number in steps.items()}
        rows = {
            (keys[row.source_id], keys[row.target_id], row.condition): row
            for row in self.stored.lines
        }
        wanted = {
            (step.key, line.to, line.condition): line for step in draft.steps for line in step.next
        }
        left = {row.key: row for told, row in rows.items() if told not in wanted}
        taken = {row.key for told, row in rows.items() if told in wanted}
        new = [
            self._line(steps[told[0]], steps[told[1]], line, left, taken)
            for told, line in wanted.items()
            if told not in rows
        ]
        self._add(Transition, [each for each in new if each is not None], "key")
        for row in left.values():
            self._remove(row)

    def _line(
        self, source: int, target: int, line: NextRow, left: dict[str, Transition], taken: set[str],
    ) -> dict[str, Any] | None:  # fmt: skip
        """Let a line that is left say this, or return the columns of a new one."""
        row = left.pop(line.key, None)
        if row is None and line.key in taken:  # its row says the same as another line of the draft
            row = left.pop(next((key for key in left if left[key].source_id == source), ""), None)
        if row is None:
            key = self.keys.issue("t") if line.key in taken else line.key
            ends = {"source_id": source, "target_id": target}
            return {"key": key, **ends, "condition": line.condition}
        _set(row, source_id=source, target_id=target, condition=line.condition)
        self.saved.changed += 1
        return None

    # Risk points

    def _risks(self, draft: MapDraft, steps: dict[str, int], made: dict[str, int]) -> None:
        rows = {row.key: row for row in self.stored.risks}
        answers = self.stored.answers
        typed = {risk.key for step in draft.steps for risk in step.risks}
        for key in rows.keys() - typed:
            for answer in answers.get(rows[key].id, []):
                self._remove(answer)
            self._remove(rows.pop(key))
        new, ids = [], {key: row.id for key, row in rows.items()}
        for step in draft.steps:
            position = -1
            for risk in step.risks:
                row = rows.get(risk.key)
                position = _behind(position, row)
                columns = self._risk_columns(risk) | {"position": position}
                if row is None:
                    new.append({"key": risk.key, "step_id": steps[step.key], **columns})
                else:
                    _set(row, step_id=steps[step.key])
                    self._change(row, **columns)
        added = self._add(RiskPoint, new, "key")
        ids |= {row["key"]: number for row, number in zip(new, added, strict=True)}
        answered = [
            each
            for step in draft.steps
            for risk in step.risks
            for each in self._answers(ids[risk.key], risk, made)
        ]
        self._add(RiskPointMeasure, answered, "risk_point_id", "measure_id")

    def _risk_columns(self, row: RiskRow) -> dict[str, Any]:
        level = _member(Level, row.level)
        return {
            "item_id": _id(self.known.items, row.item),
            "statement": row.statement,
            "override_level": level,
            "override_reason": row.reason if level else "",
        }

    def _answers(
        self, risk: int, typed: RiskRow, made: dict[str, int]
    ) -> Iterator[dict[str, Any]]:  # fmt: skip
        """Yield the measures that a risk point is to have anew, behind the others.

        Those that are no longer ticked are removed.
        """
        rows = self.stored.answers.get(risk, [])
        asked = [_id(self.known.measures, each) for each in (*typed.measures, typed.other)]
        wanted = dict.fromkeys(each for each in (*asked, made.get(typed.key)) if each is not None)
        for row in rows:
            if row.measure_id not in wanted:
                self._remove(row)
        position = max([-1, *(row.position for row in rows)])
        for measure_id in wanted:
            if measure_id not in {row.measure_id for row in rows}:
                position += 1
                yield {"risk_point_id": risk, "measure_id": measure_id, "position": position}

    def _new_measures(self, draft: MapDraft) -> dict[str, int]:
        """Add the measures made in place and flush; return their ids by the risk points' keys."""
        typed = [risk for step in draft.steps for risk in step.risks if risk.new_text]
        made: dict[str, Measure] = {}
        for risk in sorted(typed, key=lambda each: _id(self.known.items, each.item) or 0):
            item_id = _id(self.known.items, risk.item)
            if item_id is not None:
                made[risk.key] = self._new_measure(risk, item_id)
        return {key: row.id for key, row in made.items()}

    def _new_measure(self, typed: RiskRow, item_id: int) -> Measure:
        query = select(Item).where(Item.id == item_id).with_for_update()  # one code at a time
        item = self.session.scalars(query).one()
        row = add_measure(
            self.session,
            item,
            code=queries.next_measure_code(self.session, item),
            text=typed.new_text,
            phase=Phase(typed.new_phase),
            control=Control(typed.new_control),
            frequency=typed.new_frequency,
            evidence=typed.new_evidence,
        )
        self.saved.measures.append(row.code)
        return row

    # Limit spans

    def _spans(self, draft: MapDraft, steps: dict[str, int]) -> None:
        """Rows that say the same stay; of the others one of the same limit gets the new steps."""
        keys = {number: key for key, number in steps.items()}
        wanted = dict.fromkeys(
            (found, row.first, row.last)
            for row in draft.spans
            if (found := _id(self.known.limits, row.limit)) is not None
            and row.first in steps
            and row.last in steps
        )
        rows = {
            (row.statutory_limit_id, keys[row.first_id], keys[row.last_id]): row
            for row in self.stored.spans
        }
        left, new = [row for told, row in rows.items() if told not in wanted], []
        for limit_id, first, last in (told for told in wanted if told not in rows):
            ends = {"first_id": steps[first], "last_id": steps[last]}
            if row := _taken(left, statutory_limit_id=limit_id):
                _set(row, **ends)
                self.saved.changed += 1
            else:
                new.append({"statutory_limit_id": limit_id, **ends})
        self._add(LimitSpan, new, "statutory_limit_id", "first_id", "last_id")
        for row in left:
            self._remove(row)


def _set(row: Any, **columns: Any) -> None:
    """Let a row have some values, where it has not."""
    for name, value in columns.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _behind(position: int, row: Any) -> int:
    """Return a position behind another one: a row's own where that is, so that it is not touched.

    Only the order counts; positions may have holes.
    """
    return row.position if row is not None and row.position > position else position + 1


def _without_empty_lines(draft: MapDraft) -> MapDraft:
    if all(line.to for step in draft.steps for line in step.next):
        return draft
    steps = tuple(
        replace(step, next=tuple(line for line in step.next if line.to)) for step in draft.steps
    )
    return replace(draft, steps=steps)


def _taken(left: list[Any], **columns: Any) -> Any:
    """Take the first row that has these values out of a list; None if there is none."""
    for row in left:
        if all(getattr(row, name) == value for name, value in columns.items()):
            left.remove(row)
            return row
    return None


def _id(picker: Picker[Any], text: str) -> int | None:
    found = picker.find(text)
    return found.id if found else None


def _member(members: type[Member], value: str) -> Member | None:
    return members(value) if value else None


def rekeyed(draft: MapDraft, stored: Stored, keys: Keys) -> MapDraft:
    """Return a draft whose new rows have keys that the map never had; `keys` moves on past them.

    A key below the map's next one belongs to a row that is there, or was once.
    """
    there = {row.key for rows in (stored.steps, stored.lines, stored.risks) for row in rows}
    start = keys.number
    fresh = [key for key in draft.all_keys() if key not in there]
    usable = {key for key in fresh if start <= key_number(key) < start + AHEAD}
    keys.number = max([start, *(key_number(key) + 1 for key in usable)])
    names = {key: keys.issue(key[0]) for key in fresh if key not in usable}
    return renamed(draft, names) if names else draft

"""What keeps a draft from being saved, field by field, in sentences that say what to do.

A flow that is not sound is no fault: a half-drawn map may be saved. See `document.soundness`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from riskmap.document.terms import Duty, LimitEffect, Recording, StepKind
from riskmap.maps.draft import MapDraft, NextRow, RiskRow, StepRow, tidied, to_form
from riskmap.maps.pickers import Picker, Pickers, settled
from riskmap.maps.sketching import CONTROL, whole_number
from riskmap.register.rating import Level
from riskmap.register.terms import Control, LimitUnit, Phase

MOST_PERSONS: Final = 99
LONGEST_LIMIT: Final = 9999

LONGEST: Final = {
    "title": 200, "goal": 2000, "duties": 4000, "text": 200, "document": 200, "article": 100,
    "condition": 100, "statement": 200, "reason": 500, "new_text": 200, "new_frequency": 100,
    "new_evidence": 200,
}  # fmt: skip
"""The most signs that a field takes."""

SEVERAL_LINES: Final = frozenset({"goal", "duties", "reason"})

SETS: Final[dict[str, type[StrEnum]]] = {
    "kind": StepKind,
    "duty": Duty,
    "limit_unit": LimitUnit,
    "recording": Recording,
    "effect": LimitEffect,
    "level": Level,
    "new_phase": Phase,
    "new_control": Control,
}
"""The fields that hold a member of a closed set, or nothing."""

_VALUES: Final = {name: frozenset(each.value for each in members) for name, members in SETS.items()}

NEW: Final = ("new_text", "new_phase", "new_control", "new_frequency", "new_evidence")
"""What a measure made in place must say."""

LABELS: Final = {
    "title": _l("Title"),
    "goal": _l("Goal"),
    "duties": _l("Duties"),
    "matter": _l("Matter"),
    "major_decision": _l("Major decision"),
    "kind": _l("Kind"),
    "text": _l("Text"),
    "actor": _l("Who carries it out"),
    "duty": _l("Duty"),
    "min_persons": _l("Persons at least"),
    "limit_value": _l("Time limit"),
    "limit_unit": _l("Unit of the time limit"),
    "recording": _l("Recording"),
    "effect": _l("Effect on the time limit"),
    "document": _l("Document"),
    "basis": _l("Basis"),
    "article": _l("Article"),
    "detail": _l("Detail map"),
    "next": _l("Next step"),
    "to": _l("Next step"),
    "condition": _l("Condition"),
    "risks": _l("Risk points"),
    "item": _l("Item"),
    "statement": _l("Statement"),
    "level": _l("Level"),
    "reason": _l("Reason for the level"),
    "measures": _l("Measures"),
    "other": _l("Measure of another item"),
    "new_text": _l("New measure"),
    "new_phase": _l("Phase of the new measure"),
    "new_control": _l("Kind of control of the new measure"),
    "new_frequency": _l("Frequency of the new measure"),
    "new_evidence": _l("Evidence of the new measure"),
    "limit": _l("Statutory limit"),
    "first": _l("From step"),
    "last": _l("To step"),
    "bases": _l("Bases"),
    "spans": _l("Limit spans"),
    "order": _l("Order of the steps"),
}
"""What the fields of the editor are called."""

NOBODY: Final = {
    "actor": _l("%(place)s: no post or party is called “%(text)s”; choose one from the list."),
    "item": _l("%(place)s: no item is called “%(text)s”; choose one from the list."),
    "other": _l("%(place)s: there is no measure “%(text)s”; choose one from the list."),
    "measures": _l("%(place)s: there is no measure “%(text)s”; choose one from the list."),
    "basis": _l("%(place)s: no basis is called “%(text)s”; choose one from the list."),
    "limit": _l("%(place)s: no statutory limit is called “%(text)s”; choose one from the list."),
    "matter": _l("%(place)s: no matter is called “%(text)s”; choose one from the list."),
    "detail": _l("%(place)s: there is no map “%(text)s”; choose one from the list."),
}
"""What is said of a text that stands for no row, or for several."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A field of the form that cannot be saved, by its name there, and what to do about it."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Place:
    """A row of the form: what its fields' names begin with, and what it is called."""

    before: str = ""
    called: Any = None  # put into words only where there is something to say of it

    def of(self, name: str) -> str:
        """Return what a field of the row is called."""
        label = str(LABELS[name])
        if self.called is None:
            return label
        return str(_("%(row)s, %(field)s", row=self.called, field=label))


def faults(
    draft: MapDraft, known: Pickers, code: str, stored: MapDraft | None = None
) -> list[Fault]:
    """Return what keeps a draft of the map `code` from being saved, in the order of the form.

    What is retired may stay where `stored`, the map as it is, has it, but not be chosen anew.
    """
    used = _used(settled(stored, known)) if stored else frozenset()
    checker = Checker(tidied(draft), known, code, used)
    checker.check()
    return checker.found


def _used(stored: MapDraft) -> frozenset[str]:
    """Return the texts of a draft: those of what it refers to are among them."""
    return frozenset(value for _name, value in to_form(stored))


@dataclass
class Checker:
    """Collects the faults of a draft."""

    draft: MapDraft
    known: Pickers
    code: str
    used: frozenset[str]
    found: list[Fault] = field(default_factory=list)

    def check(self) -> None:
        """Find all faults."""
        whole = Place()
        self._texts(whole, self.draft, ("title", "goal", "duties"))
        self._required(whole, self.draft, "title")
        self._chosen(whole, "matter", self.draft.matter, self.known.matters)
        self._bases()
        for at, row in enumerate(self.draft.steps):
            called = _l("Step %(number)s", number=at + 1)
            self._step(Place(f"step-{at}-", called), row)
        self._spans()

    def _say(self, place: Place, name: str, sentence: Any, **values: object) -> None:
        text = str(sentence) % {"place": place.of(name), **values}
        self.found.append(Fault(place.before + name, text))

    # Any row

    def _texts(self, place: Place, row: Any, names: Iterable[str]) -> None:
        for name in names:
            text = getattr(row, name)
            signs = CONTROL.search(text)
            if signs or (name not in SEVERAL_LINES and ("\n" in text or "\t" in text)):
                self._say(
                    place,
                    name,
                    _l("%(place)s: there is a sign in it that cannot be printed; type it anew."),
                )
            elif len(text) > LONGEST[name]:
                self._say(
                    place,
                    name,
                    _l("%(place)s: %(found)s signs, %(most)s at most; shorten it."),
                    found=len(text),
                    most=LONGEST[name],
                )

    def _required(self, place: Place, row: Any, name: str) -> bool:
        if getattr(row, name):
            return True
        self._say(place, name, _l("%(place)s: there is nothing in it; fill it in."))
        return False

    def _sets(self, place: Place, row: Any, names: Iterable[str]) -> None:
        for name in names:
            value = getattr(row, name)
            if value and value not in _VALUES[name]:
                self._say(place, name, _l("%(place)s: choose one from the list."))

    def _chosen(self, place: Place, name: str, text: str, picker: Picker[Any]) -> str | None:
        """Return the code that a text stands for; without one, or retired, it is a fault."""
        if not text:
            return None
        found = picker.find(text)
        if found is None:
            self._say(place, name, NOBODY[name], text=text[:40])
            return None
        if found.retired and not {found.code, picker.shown(found.code)} & self.used:
            self._say(
                place,
                name,
                _l("%(place)s: “%(text)s” has been retired; choose another."),
                text=found.name[:40],
            )
        return found.code

    # Steps

    def _step(self, place: Place, row: StepRow) -> None:
        self._required(place, row, "kind")
        self._sets(place, row, ("kind", "duty", "limit_unit", "recording", "effect"))
        if self._required(place, row, "text"):
            self._texts(place, row, ("text",))
        self._texts(place, row, ("document", "article"))
        self._chosen(place, "actor", row.actor, self.known.actors)
        self._numbers(place, row)
        self._basis(place, row)
        if self._chosen(place, "detail", row.detail, self.known.maps) == self.code:
            self._say(place, "detail", _l("%(place)s: a map cannot detail itself; choose another."))
        self._lines(place, row)
        for number, risk in enumerate(row.risks):
            self._risk(place, risk, number)

    def _numbers(self, place: Place, row: StepRow) -> None:
        persons = whole_number(row.min_persons or "1")
        if persons is None or persons > MOST_PERSONS:
            self._say(
                place,
                "min_persons",
                _l("%(place)s: write a whole number from 1 to %(most)s."),
                most=MOST_PERSONS,
            )
        value = whole_number(row.limit_value) if row.limit_value else None
        if row.limit_value and (value is None or value > LONGEST_LIMIT):
            self._say(
                place,
                "limit_value",
                _l("%(place)s: write a whole number from 1 to %(most)s."),
                most=LONGEST_LIMIT,
            )
        elif value and not row.limit_unit:
            self._say(place, "limit_unit", _l("%(place)s: choose the unit of the time limit."))

    def _basis(self, place: Place, row: Any) -> None:
        self._chosen(place, "basis", row.basis, self.known.bases)
        if row.article and not row.basis:
            self._say(place, "basis", _l("%(place)s: say which basis the article belongs to."))

    def _lines(self, step: Place, row: StepRow) -> None:
        if not row.next:
            return
        keys = {each.key for each in self.draft.steps}
        seen: set[tuple[str, str]] = set()
        for number, line in enumerate(row.next):
            called = _l("%(step)s, line %(number)s", step=step.called, number=number + 1)
            place = Place(f"{step.before}next-{number}-", called)
            self._texts(place, line, ("condition",))
            if (line.to, line.condition) in seen:
                self._say(place, "to", _l("%(place)s: another line says the same; delete one."))
            seen.add((line.to, line.condition))
            self._target(place, line, row.key, keys)

    def _target(self, place: Place, line: NextRow, own: str, keys: set[str]) -> None:
        if line.to == own:
            self._say(place, "to", _l("%(place)s: a step cannot lead to itself; choose another."))
        elif (line.to and line.to not in keys) or (line.condition and not line.to):
            self._say(place, "to", _l("%(place)s: choose the step that the line leads to."))

    # Risk points

    def _risk(self, step: Place, row: RiskRow, number: int) -> None:
        called = _l("%(step)s, risk point %(number)s", step=step.called, number=number + 1)
        place = Place(f"{step.before}risk-{number}-", called)
        if self._required(place, row, "item"):
            self._chosen(place, "item", row.item, self.known.items)
        if self._required(place, row, "statement"):
            self._texts(place, row, ("statement",))
        self._level(place, row)
        for code in row.measures:
            self._chosen(place, "measures", code, self.known.measures)
        self._chosen(place, "other", row.other, self.known.measures)
        self._new_measure(place, row)

    def _level(self, place: Place, row: RiskRow) -> None:
        self._sets(place, row, ("level",))
        self._texts(place, row, ("reason",))
        if row.level and not row.reason:
            self._say(
                place, "reason", _l("%(place)s: say why the level is not the one of the item.")
            )
        elif row.reason and not row.level:
            self._say(
                place,
                "level",
                _l("%(place)s: choose the level that the reason is for, or take the reason away."),
            )

    def _new_measure(self, place: Place, row: RiskRow) -> None:
        if not any(getattr(row, name) for name in NEW if name not in SETS):
            return
        for name in NEW:
            if self._required(place, row, name) and name in LONGEST:
                self._texts(place, row, (name,))
        self._sets(place, row, ("new_phase", "new_control"))

    # Around the steps

    def _bases(self) -> None:
        seen: set[tuple[str | None, str]] = set()
        for at, row in enumerate(self.draft.bases):
            place = Place(f"basis-{at}-", _l("Basis %(number)s", number=at + 1))
            self._basis(place, row)
            self._texts(place, row, ("article",))
            told = (self.known.bases.resolve(row.basis), row.article)
            if told[0] and told in seen:
                self._say(place, "article", _l("%(place)s: another row says the same; delete one."))
            seen.add(told)

    def _spans(self) -> None:
        places = {row.key: at for at, row in enumerate(self.draft.steps)}
        seen: set[object] = set()
        for at, row in enumerate(self.draft.spans):
            if row == replace(row, limit="", first="", last=""):
                continue
            place = Place(f"span-{at}-", _l("Limit span %(number)s", number=at + 1))
            if self._required(place, row, "limit"):
                self._chosen(place, "limit", row.limit, self.known.limits)
            for name in ("first", "last"):
                if getattr(row, name) not in places:
                    self._say(place, name, _l("%(place)s: choose a step."))
            if places.get(row.first, 0) > places.get(row.last, len(places)):
                self._say(place, "last", _l("%(place)s: it ends before it begins."))
            told = replace(row, limit=self.known.limits.resolve(row.limit) or "")
            if told in seen:
                self._say(place, "limit", _l("%(place)s: another row says the same; delete one."))
            seen.add(told)

"""Two people on one map: what each changed since they began, side by side, and both put together.

A draft is compared field by field. A step, or a risk point, that only one side has is one field:
whether it is there. The lines of a step are one field, and so are the order of the steps, the
map's bases and its limit spans. Drafts should be settled first (`pickers.settled`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal

from riskmap.document.order import joined, woven
from riskmap.maps.draft import (
    Keys,
    MapDraft,
    RiskRow,
    StepRow,
    first_free,
    renamed,
    with_keys,
)

Side = Literal["mine", "theirs"]

ORDER: Final = "order"
MAP_FIELDS: Final = ("title", "goal", "duties", "matter", "major_decision", "bases", "spans")
STEP_FIELDS: Final = tuple(
    each.name for each in fields(StepRow) if each.name not in ("key", "risks")
)
RISK_FIELDS: Final = tuple(each.name for each in fields(RiskRow) if each.name != "key")


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which two drafts differ.

    `place` names it in a form. `key` is the step's or the risk point's, empty for the map; `step`
    the step that it belongs to, `number` that step's number in mine, else in theirs. The texts are
    for people; one is None where the step or risk point is not there, `base` also where nobody
    knows what the field was.
    """

    place: str
    key: str
    step: str
    number: int
    field: str  # empty: whether the step or risk point is there
    base: str | None
    mine: str | None
    theirs: str | None
    conflict: bool  # both changed it


def differences(base: MapDraft | None, mine: MapDraft, theirs: MapDraft) -> list[Difference]:
    """Return where two drafts differ, in the order of the form; without `base` all are conflicts.

    Only conflicts ask for a choice: of the others, `merged` takes what was changed.
    """
    return list(Merger(base, mine, theirs, {}).differences())


def merged(
    base: MapDraft | None,
    mine: MapDraft,
    theirs: MapDraft,
    choices: Mapping[str, str],
) -> MapDraft:
    """Return both drafts put together: what either changed, and of conflicts what is chosen.

    `choices` says "mine" or "theirs" by the places of the conflicts; of one that it does not name,
    theirs is taken.
    """
    return Merger(base, mine, theirs, choices).merged()


@dataclass(frozen=True, slots=True)
class _Field:
    """What a field was and is: each None where its step or risk point is not there."""

    place: str
    key: str
    step: str
    name: str
    base: Any
    mine: Any
    theirs: Any
    known: bool  # what it was

    @property
    def differs(self) -> bool:
        return bool(self._compared(self.mine) != self._compared(self.theirs))

    @property
    def conflict(self) -> bool:
        """Return whether both changed it, or nobody knows who did."""
        if not self.differs:
            return False
        was = self._compared(self.base)
        return not self.known or was not in (self._compared(self.mine), self._compared(self.theirs))

    def side(self, choices: Mapping[str, str]) -> Side:
        """Return whose value counts: of the one who changed it, or as chosen."""
        if self.conflict:
            return "mine" if choices.get(self.place) == "mine" else "theirs"
        kept = self.base == self.mine
        if self.differs:
            kept = bool(self._compared(self.base) == self._compared(self.mine))
        return "theirs" if self.known and kept else "mine"

    def _compared(self, value: Any) -> Any:
        """Return what is compared: of lines what they say, whatever their keys; of ticks which.

        Ticks come in the order of the page, which need not be that of the rows.
        """
        if not isinstance(value, tuple):
            return value
        if self.name == "next":
            return tuple((line.to, line.condition) for line in value)
        return tuple(sorted(value)) if self.name == "measures" else value


class Merger:
    """Compares two drafts with what both began from."""

    def __init__(
        self,
        base: MapDraft | None,
        mine: MapDraft,
        theirs: MapDraft,
        choices: Mapping[str, str],
    ) -> None:
        self.base = base
        self.mine = apart(base, mine, theirs)
        self.theirs = theirs
        self.choices = choices
        self.texts = {step.key: step.text for step in (*theirs.steps, *self.mine.steps)}

    def _rows(self, key: str) -> tuple[StepRow | None, StepRow | None, StepRow | None]:
        return _step(self.base, key), _step(self.mine, key), _step(self.theirs, key)

    def _field(self, place: str, name: str, rows: Sequence[Any], key: str, step: str) -> _Field:
        base, mine, theirs = (None if row is None else getattr(row, name) for row in rows)
        known = self.base is not None
        return _Field(f"{place}-{name}", key, step, name, base, mine, theirs, known)

    def _presence(self, place: str, rows: Sequence[Any], key: str, step: str) -> _Field:
        """Return whether a row is there, as a field: where both have it, they do not differ."""
        base, mine, theirs = rows
        both = mine is not None and theirs is not None
        if both:
            base = mine = theirs = True
        return _Field(place, key, step, "", base, mine, theirs, self.base is not None)

    # What differs

    def differences(self) -> Iterator[Difference]:
        """Yield the differences in the order of the form."""
        for each in self._fields():
            if each.differs:
                yield self._told(each)

    def _fields(self) -> Iterator[_Field]:
        for name in MAP_FIELDS:
            yield self._map_field(name)
        yield self._order_field()
        for key in joined(_keys(self.mine), _keys(self.theirs)):
            rows = self._rows(key)
            presence = self._presence(f"step-{key}", rows, key, key)
            yield presence
            if presence.differs:
                continue
            for name in STEP_FIELDS:
                yield self._field(f"step-{key}", name, rows, key, key)
            yield from self._risk_fields(key, rows)

    def _map_field(self, name: str) -> _Field:
        return self._field("map", name, (self.base, self.mine, self.theirs), "", "")

    def _order_field(self) -> _Field:
        """Return the order of the steps that all have, as a field."""
        drafts = [each for each in (self.base, self.mine, self.theirs) if each is not None]
        common = set.intersection(*(set(_keys(each)) for each in drafts))
        base, mine, theirs = (
            None if each is None else tuple(key for key in _keys(each) if key in common)
            for each in (self.base, self.mine, self.theirs)
        )
        return _Field(ORDER, "", "", ORDER, base, mine, theirs, self.base is not None)

    def _risk_fields(self, step: str, rows: Sequence[StepRow | None]) -> Iterator[_Field]:
        _base, mine, theirs = rows
        for key in joined(_risk_keys(mine), _risk_keys(theirs)):
            risks = [_risk(row, key) for row in rows]
            presence = self._presence(f"risk-{key}", risks, key, step)
            yield presence
            if not presence.differs:
                for name in RISK_FIELDS:
                    yield self._field(f"risk-{key}", name, risks, key, step)

    def _told(self, each: _Field) -> Difference:
        mine, theirs = self.mine.index(each.step), self.theirs.index(each.step)
        at = mine if mine is not None else theirs
        return Difference(
            place=each.place,
            key=each.key,
            step=each.step,
            number=0 if at is None else at + 1,
            field=each.name,
            base=self._text(each.base, self.base),
            mine=self._text(each.mine, self.mine),
            theirs=self._text(each.theirs, self.theirs),
            conflict=each.conflict,
        )

    def _text(self, value: Any, draft: MapDraft | None) -> str | None:
        """Return a value for people: steps by their texts, lists a line each."""
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, StepRow):
            return value.text
        if isinstance(value, RiskRow):
            return value.statement
        return "\n".join(self._line(each) for each in value)

    def _line(self, each: Any) -> str:
        if isinstance(each, str):
            return self.texts.get(each, each)
        words = [getattr(each, one.name) for one in fields(each) if one.name != "key"]
        return " ".join(self.texts.get(word, word) for word in words if word)

    # Both together

    def merged(self) -> MapDraft:
        """Return both drafts put together."""
        chosen = {name: self._chosen(self._map_field(name)) for name in MAP_FIELDS}
        there = [key for key in joined(_keys(self.mine), _keys(self.theirs)) if self._stays(key)]
        order_mine = self._order_field().side(self.choices) == "mine"
        first, second = (self.mine, self.theirs) if order_mine else (self.theirs, self.mine)
        keys = woven(_keys(first), _keys(second), there)
        number = max(first_free(self.mine), first_free(self.theirs))
        draft = MapDraft(**chosen, steps=tuple(map(self._step, keys)), next_key=number)
        return with_keys(draft)

    def _chosen(self, each: _Field) -> Any:
        return each.mine if each.side(self.choices) == "mine" else each.theirs

    def _stays(self, key: str) -> bool:
        return self._chosen(self._presence(f"step-{key}", self._rows(key), key, key)) is not None

    def _step(self, key: str) -> StepRow:
        rows = self._rows(key)
        _base, mine, theirs = rows
        if mine is None or theirs is None:
            found = mine or theirs
            assert found is not None
            return found
        chosen = {
            name: self._chosen(self._field(f"step-{key}", name, rows, key, key))
            for name in STEP_FIELDS
        }
        return replace(mine, **chosen, risks=tuple(self._risks(key, rows)))

    def _risks(self, step: str, rows: Sequence[StepRow | None]) -> Iterator[RiskRow]:
        base, mine, theirs = map(_risk_keys, rows)
        moved = self.base is None or mine != [key for key in base if key in mine]
        first, second = (mine, theirs) if moved else (theirs, mine)
        risks = {key: [_risk(row, key) for row in rows] for key in joined(mine, theirs)}
        there = [
            key
            for key, found in risks.items()
            if self._chosen(self._presence(f"risk-{key}", found, key, step)) is not None
        ]
        for key in woven(first, second, there):
            yield self._risk(step, key, risks[key])

    def _risk(self, step: str, key: str, rows: Sequence[RiskRow | None]) -> RiskRow:
        _base, mine, theirs = rows
        if mine is None or theirs is None:
            found = mine or theirs
            assert found is not None
            return found
        chosen = {
            name: self._chosen(self._field(f"risk-{key}", name, rows, key, step))
            for name in RISK_FIELDS
        }
        return replace(mine, **chosen)


def apart(base: MapDraft | None, mine: MapDraft, theirs: MapDraft) -> MapDraft:
    """Return mine with other keys where both sides issued the same one for something new.

    Without `base` nobody knows what is new: what has one key is taken for one thing.
    """
    if base is None:
        return mine
    old, others = set(base.all_keys()), set(theirs.all_keys())
    keys = Keys(max(first_free(mine), first_free(theirs)))
    names = {key: keys.issue(key[0]) for key in mine.all_keys() if key in others and key not in old}
    if not names or _same_news(mine, theirs, names):
        return mine
    return replace(renamed(mine, names), next_key=keys.number)


def _same_news(mine: MapDraft, theirs: MapDraft, names: Mapping[str, str]) -> bool:
    """Return whether what both sides issued keys for is the same: one save that was sent twice."""
    return all(_named(mine, key) == _named(theirs, key) for key in names)


def _named(draft: MapDraft, key: str) -> list[object]:
    found: list[object] = []
    for step in draft.steps:
        rows: tuple[Any, ...] = (step, *step.next, *step.risks)
        found += [(step.key, row) for row in rows if row.key == key]
    return found


def _step(draft: MapDraft | None, key: str) -> StepRow | None:
    at = draft.index(key) if draft else None
    return draft.steps[at] if draft and at is not None else None


def _keys(draft: MapDraft) -> list[str]:
    return [step.key for step in draft.steps]


def _risk(step: StepRow | None, key: str) -> RiskRow | None:
    return next((risk for risk in step.risks if risk.key == key), None) if step else None


def _risk_keys(step: StepRow | None) -> list[str]:
    return [risk.key for risk in step.risks] if step else []

"""An account map as somebody types it: rows of raw text, their form and their JSON.

Nothing here is checked but the shape: a half-typed map is a draft like any other. Steps, lines and
risk points carry their keys; what comes without a key, or with one that was used already, gets a
new one.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, TypeVar

import msgspec

MOST_STEPS: Final = 300
MOST_BELOW: Final = 12
"""Lines from a step, and risk points of one."""

MOST_AROUND: Final = 60
"""Bases, and limit spans, of a map."""

MOST_MEASURES: Final = 60
LAST_KEY: Final = 9_999_999

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,19}")
_NAME = re.compile(r"(step|basis|span)-([0-9]{1,6})-(?:(next|risk)-([0-9]{1,6})-)?([a-z_]+)")

Row = TypeVar("Row", "NextRow", "RiskRow", "StepRow")


class DraftError(ValueError):
    """Text that is no draft of a map."""


@dataclass(frozen=True, slots=True)
class NextRow:
    """A line to another step; `to` is that step's key."""

    key: str = ""
    to: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class RiskRow:
    """A risk point; `level` is empty where it is the item's.

    `measures` are the codes that are ticked, `other` is the text of a picker for a measure of
    another item, and the fields that begin with `new_` are a measure made in place.
    """

    key: str = ""
    item: str = ""
    statement: str = ""
    level: str = ""
    reason: str = ""
    measures: tuple[str, ...] = ()
    other: str = ""
    new_text: str = ""
    new_phase: str = ""
    new_control: str = ""
    new_frequency: str = ""
    new_evidence: str = ""


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step with the lines that leave it and its risk points."""

    key: str = ""
    kind: str = ""
    text: str = ""
    actor: str = ""
    duty: str = ""
    min_persons: str = ""
    limit_value: str = ""
    limit_unit: str = ""
    recording: str = ""
    effect: str = ""
    document: str = ""
    basis: str = ""
    article: str = ""
    detail: str = ""
    next: tuple[NextRow, ...] = ()
    risks: tuple[RiskRow, ...] = ()


@dataclass(frozen=True, slots=True)
class BasisRow:
    """An article that the map rests on."""

    basis: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class SpanRow:
    """A statutory limit from one step to another; both are steps' keys."""

    limit: str = ""
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class MapDraft:
    """A whole map as typed; `duties` one a line, `major_decision` "1" or empty."""

    title: str = ""
    goal: str = ""
    duties: str = ""
    matter: str = ""
    major_decision: str = ""
    bases: tuple[BasisRow, ...] = ()
    steps: tuple[StepRow, ...] = ()
    spans: tuple[SpanRow, ...] = ()
    next_key: int = 1

    def index(self, key: str) -> int | None:
        """Return where the step of a key stands, None if there is none."""
        return next((at for at, step in enumerate(self.steps) if step.key == key), None)

    def all_keys(self) -> Iterator[str]:
        """Yield the keys of steps, lines and risk points, in the order of the rows."""
        for step in self.steps:
            yield step.key
            yield from (line.key for line in step.next)
            yield from (risk.key for risk in step.risks)


@dataclass
class Keys:
    """Issues keys: a letter for the kind, and a number that no key of the map had."""

    number: int

    def issue(self, letter: str) -> str:
        """Return the next key of a kind: s for steps, t for lines, r for risk points."""
        found = f"{letter}{self.number}"
        self.number += 1
        return found


def key_number(key: str) -> int:
    """Return the number at the end of a key, 0 where there is none."""
    found = re.search(r"[0-9]+\Z", key)
    return int(found[0]) if found else 0


def first_free(draft: MapDraft) -> int:
    """Return the first number above those of all keys, and not below what was to come next."""
    numbers = [key_number(key) for key in draft.all_keys()]
    return max([draft.next_key, *(1 + number for number in numbers if number <= LAST_KEY)])


# Texts


def each_text(draft: MapDraft, change: Callable[[str], str]) -> MapDraft:
    """Return a draft with every text in it changed, but for empty ones."""
    found: MapDraft = _changed(draft, change)
    return found


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_changed(each, change) for each in value)
    if isinstance(value, int):
        return value
    texts = {}
    for name in _FIELDS[type(value)]:
        before = getattr(value, name)
        if before:
            after = change(before) if type(before) is str else _changed(before, change)
            if after != before:
                texts[name] = after
    return replace(value, **texts) if texts else value


_FIELDS: Final = {
    kind: tuple(each.name for each in fields(kind))
    for kind in (MapDraft, StepRow, NextRow, RiskRow, BasisRow, SpanRow)
}


def tidied(draft: MapDraft) -> MapDraft:
    """Return a draft without blanks around its texts, Chinese ones included."""
    return each_text(draft, str.strip)


def renamed(draft: MapDraft, names: dict[str, str]) -> MapDraft:
    """Return a draft with other keys: of rows, and of the steps that lines and spans name."""

    def new(key: str) -> str:
        return names.get(key, key)

    steps = tuple(
        replace(
            step,
            key=new(step.key),
            next=tuple(replace(line, key=new(line.key), to=new(line.to)) for line in step.next),
            risks=tuple(replace(risk, key=new(risk.key)) for risk in step.risks),
        )
        for step in draft.steps
    )
    spans = tuple(replace(span, first=new(span.first), last=new(span.last)) for span in draft.spans)
    return replace(draft, steps=steps, spans=spans)


# The form


def to_form(draft: MapDraft) -> list[tuple[str, str]]:
    """Return the fields of a form that holds the draft: `step-0-next-1-to` and its like."""
    return list(_to_form(draft))


def _to_form(draft: MapDraft) -> Iterator[tuple[str, str]]:
    yield from _texts(draft, "")
    yield "next_key", str(draft.next_key)
    for at, basis in enumerate(draft.bases):
        yield from _texts(basis, f"basis-{at}-")
    for at, step in enumerate(draft.steps):
        yield from _texts(step, f"step-{at}-")
        for number, line in enumerate(step.next):
            yield from _texts(line, f"step-{at}-next-{number}-")
        for number, risk in enumerate(step.risks):
            yield from _texts(risk, f"step-{at}-risk-{number}-")
            for code in risk.measures:
                yield f"step-{at}-risk-{number}-measures", code
    for at, span in enumerate(draft.spans):
        yield from _texts(span, f"span-{at}-")


def _texts(row: Any, before: str) -> Iterator[tuple[str, str]]:
    for name in _NAMES[type(row)]:
        yield before + name, getattr(row, name)


_NAMES: Final = {
    kind: tuple(each.name for each in fields(kind) if each.type is str)
    for kind in (MapDraft, BasisRow, StepRow, NextRow, RiskRow, SpanRow)
}
"""The fields of each kind of row that are texts."""


@dataclass
class _Typed:
    """What a form said of a row: its texts, what was ticked, and the rows below it by kind."""

    texts: dict[str, str] = field(default_factory=dict)
    ticked: dict[str, None] = field(default_factory=dict)
    below: dict[tuple[str, int], "_Typed"] = field(default_factory=dict)

    def row(self, kind: str, number: str) -> "_Typed":
        return self.below.setdefault((kind, int(number)), _Typed())

    def rows(self, kind: str, most: int) -> "list[_Typed]":
        """Return the rows of a kind in order of their numbers, which may have holes."""
        found = sorted(number for name, number in self.below if name == kind)
        return [self.below[kind, number] for number in found[:most]]

    def of(self, kind: type[Any]) -> dict[str, str]:
        return {name: self.texts[name] for name in _NAMES[kind] if name in self.texts}


def from_form(typed: Iterable[tuple[str, str]]) -> MapDraft:
    """Return the draft that a form holds; names that it does not know are left aside.

    Of a name that comes twice the last counts, so that an unticked box can say so by a hidden one.
    """
    whole = _Typed()
    for name, value in typed:
        _take(whole, name, value.replace("\r\n", "\n").replace("\r", "\n"))
    draft = MapDraft(
        **whole.of(MapDraft),
        bases=tuple(BasisRow(**each.of(BasisRow)) for each in whole.rows("basis", MOST_AROUND)),
        steps=tuple(_step(each) for each in whole.rows("step", MOST_STEPS)),
        spans=tuple(SpanRow(**each.of(SpanRow)) for each in whole.rows("span", MOST_AROUND)),
        next_key=_number(whole.texts.get("next_key", "")),
    )
    return with_keys(draft)


def _take(whole: _Typed, name: str, value: str) -> None:
    found = _NAME.fullmatch(name)
    if found is None:
        whole.texts[name] = value
        return
    group, number, below, below_number, last = found.groups()
    row = whole.row(group, number)
    if below:
        row = row.row(below, below_number)
    if last == "measures":
        row.ticked[value] = None
    else:
        row.texts[last] = value


def _step(typed: _Typed) -> StepRow:
    return StepRow(
        **typed.of(StepRow),
        next=tuple(NextRow(**each.of(NextRow)) for each in typed.rows("next", MOST_BELOW)),
        risks=tuple(
            RiskRow(**each.of(RiskRow), measures=tuple(each.ticked)[:MOST_MEASURES])
            for each in typed.rows("risk", MOST_BELOW)
        ),
    )


def _number(text: str) -> int:
    if not re.fullmatch("[0-9]{1,7}", text):
        return 1
    return max(1, int(text))


def with_keys(draft: MapDraft) -> MapDraft:
    """Return a draft whose rows all have a key of their own; rows with neither key nor text go.

    A page may hold an empty row for what comes next: nobody wrote it until something is in it.
    """
    used: dict[str, set[str]] = {"s": set(), "t": set(), "r": set()}
    keys = Keys(first_free(draft))

    def own(letter: str, row: Row) -> Row:
        taken = used[letter]
        key = row.key if KEY.fullmatch(row.key) and key_number(row.key) <= LAST_KEY else ""
        if not key or key in taken:
            key = keys.issue(letter)
        taken.add(key)
        return row if row.key == key else replace(row, key=key)

    steps = [
        replace(
            own("s", step),
            next=tuple(own("t", line) for line in step.next if line.key or line.to),
            risks=tuple(own("r", risk) for risk in step.risks if _written(risk)),
        )
        for step in draft.steps
        if step.key or step.text or step.actor or step.next or step.risks
    ]
    return replace(draft, steps=tuple(steps), next_key=keys.number)


def _written(risk: RiskRow) -> bool:
    return bool(risk.key or risk.item or risk.statement or risk.new_text or risk.measures)


# JSON


def to_json(draft: MapDraft) -> str:
    """Return the draft as JSON text: same value, same text."""
    return msgspec.json.encode(draft, order="sorted").decode()


def from_json(text: str) -> MapDraft:
    """Return the draft that `to_json` wrote; raises `DraftError` on anything else."""
    try:
        return msgspec.json.decode(text, type=MapDraft)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise DraftError(f"no draft of a map: {error}") from error

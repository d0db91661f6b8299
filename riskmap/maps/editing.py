"""What the buttons of the editor do to a draft: each a function from draft to draft."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from riskmap.document.terms import StepKind
from riskmap.maps import pasting
from riskmap.maps.draft import (
    MOST_AROUND,
    MOST_BELOW,
    MOST_STEPS,
    BasisRow,
    Keys,
    MapDraft,
    NextRow,
    RiskRow,
    SpanRow,
    StepRow,
    first_free,
)

Steps = tuple[StepRow, ...]
Row = TypeVar("Row")


class CannotDo(ValueError):
    """An operation that does not fit the draft: no such row, or no room for another."""


def apply(draft: MapDraft, do: str) -> MapDraft:
    """Return the draft after an operation such as "insert:2"; as it was if that cannot be done.

    The numbers count rows from 0: of steps, then of what is below the step.
    """
    name, *numbers = do.split(":")
    found = OPERATIONS.get(name)
    if found is None or len(numbers) != found.numbers:
        return draft
    if not all(each.isascii() and each.isdigit() and len(each) < 6 for each in numbers):
        return draft
    try:
        return found.act(draft, *map(int, numbers))
    except (CannotDo, IndexError):
        return draft


def paste(draft: MapDraft, text: str, after: int, actors: Collection[str] = ()) -> MapDraft:
    """Return the draft with the lines of a text as steps after a step, one leading to the next.

    With `after` -1 they come first; they never come behind the end. `actors` are the names that a
    cell of a table may hold.
    """
    at = max(0, min(after + 1, _bottom(draft)))
    for line in pasting.lines(text, actors):
        if len(draft.steps) >= MOST_STEPS:
            break
        draft = _put(draft, at, replace(_NEW, text=line.text, actor=line.actor))
        at += 1
    return draft


# Steps

_NEW: Final = StepRow(kind=StepKind.PROCESS.value, min_persons="1")


def _put(draft: MapDraft, at: int, row: StepRow) -> MapDraft:
    """Return the draft with a step put in at a place, under a new key.

    Where the step before leads to the next one only, it now leads to the new one, and that on.
    """
    if len(draft.steps) >= MOST_STEPS or at > len(draft.steps):
        raise CannotDo
    keys = Keys(first_free(draft))
    row = replace(row, key=keys.issue("s"))
    before = draft.steps[at - 1] if at else None
    behind = draft.steps[at] if at < len(draft.steps) else None
    if before and _leads_on(before, behind) and not (at > 1 and _ends(before)):
        draft = _with_step(draft, at - 1, _led_to(before, row.key, keys))
    if behind and not row.next:
        row = replace(row, next=(NextRow(keys.issue("t"), behind.key),))
    steps = (*draft.steps[:at], row, *draft.steps[at:])
    return replace(draft, steps=steps, next_key=keys.number)


def _leads_on(step: StepRow, behind: StepRow | None) -> bool:
    """Return whether a step leads to the one behind it and nowhere else, or is the open end."""
    if behind is None:
        return not step.next
    return _only(step) == behind.key


def _only(step: StepRow) -> str:
    """Return the key of the one step that a step leads to, "" if there is none or a choice."""
    return step.next[0].to if len(step.next) == 1 else ""


def _led_to(step: StepRow, key: str, keys: Keys) -> StepRow:
    if step.next:
        return replace(step, next=(replace(step.next[0], to=key),))
    return replace(step, next=(NextRow(keys.issue("t"), key),))


def _with_step(draft: MapDraft, at: int, row: StepRow) -> MapDraft:
    return replace(draft, steps=(*draft.steps[:at], row, *draft.steps[at + 1 :]))


def add(draft: MapDraft) -> MapDraft:
    """Put a step at the bottom, before the end if there is one."""
    return _put(draft, _bottom(draft), _NEW)


def _bottom(draft: MapDraft) -> int:
    """Return the place of a new last step: before the end, if the last step is one."""
    return len(draft.steps) - (len(draft.steps) > 1 and _ends(draft.steps[-1]))


def _ends(step: StepRow) -> bool:
    return step.kind == StepKind.TERMINATOR and not step.next


def insert(draft: MapDraft, at: int) -> MapDraft:
    """Put a step in before another."""
    return _put(draft, at, _NEW)


def duplicate(draft: MapDraft, at: int) -> MapDraft:
    """Put a copy right behind a step; its lines and risk points are copied under new keys."""
    step = draft.steps[at]
    keys = Keys(first_free(draft))
    follows = at + 1 < len(draft.steps) and _leads_on(step, draft.steps[at + 1])
    copy = replace(
        step,
        next=() if follows else tuple(replace(line, key=keys.issue("t")) for line in step.next),
        risks=tuple(replace(risk, key=keys.issue("r")) for risk in step.risks),
    )
    return _put(replace(draft, next_key=keys.number), at + 1, copy)


def delete(draft: MapDraft, at: int) -> MapDraft:
    """Take a step out; where it led to one step only, the lines to it lead there now."""
    gone = draft.steps[at]
    steps = draft.steps[:at] + draft.steps[at + 1 :]
    led = tuple(_without(step, gone.key, _only(gone)) for step in steps)
    return replace(draft, steps=led, spans=_spans_without(draft, at))


def _without(step: StepRow, gone: str, onward: str) -> StepRow:
    """Return a step whose lines to one that is gone lead onward, if they can, else are gone."""
    lines: list[NextRow] = []
    others = {line.to for line in step.next}
    for line in step.next:
        if line.to != gone:
            lines.append(line)
        elif onward and onward != step.key and onward not in others:
            others.add(onward)
            lines.append(replace(line, to=onward))
    return replace(step, next=tuple(lines))


def _spans_without(draft: MapDraft, at: int) -> tuple[SpanRow, ...]:
    """Return the spans, those that began or ended at a step moved inward to its neighbour."""
    gone = draft.steps[at].key
    above = draft.steps[at - 1].key if at else ""
    below = draft.steps[at + 1].key if at + 1 < len(draft.steps) else ""
    kept: dict[SpanRow, None] = {}
    for span in draft.spans:
        if span.first == gone == span.last:
            continue
        first = below if span.first == gone else span.first
        last = above if span.last == gone else span.last
        if (first or not span.first) and (last or not span.last):
            kept[replace(span, first=first, last=last)] = None
    return tuple(kept)


def move(draft: MapDraft, at: int, to: int) -> MapDraft:
    """Put a step somewhere else; one of a straight sequence leaves it there and joins it here."""
    step = draft.steps[at]
    if to == at or to >= len(draft.steps):
        raise CannotDo
    rest = draft.steps[:at] + draft.steps[at + 1 :]
    new = rest[:to] + (step, *rest[to:])
    if _in_sequence(draft.steps, at) and 0 < to < len(rest):
        led = tuple(_without(each, step.key, _only(step)) for each in rest)
        before, behind = led[to - 1], led[to]
        if _only(before) == behind.key:
            before = replace(before, next=(replace(before.next[0], to=step.key),))
            step = replace(step, next=(replace(step.next[0], to=behind.key),))
            new = led[: to - 1] + (before, step) + led[to:]
    return replace(draft, steps=new)


def _in_sequence(steps: Steps, at: int) -> bool:
    """Return whether a step is reached from the one above only, and leads to the one below only."""
    if not 0 < at < len(steps) - 1:
        return False
    key = steps[at].key
    sources = [step.key for step in steps for line in step.next if line.to == key]
    return (
        sources == [steps[at - 1].key]
        and _only(steps[at - 1]) == key
        and _only(steps[at]) == steps[at + 1].key
    )


def up(draft: MapDraft, at: int) -> MapDraft:
    """Put a step one place up."""
    if at == 0:
        raise CannotDo
    return move(draft, at, at - 1)


def down(draft: MapDraft, at: int) -> MapDraft:
    """Put a step one place down."""
    return move(draft, at, at + 1)


# What is below a step


def add_next(draft: MapDraft, at: int) -> MapDraft:
    """Give a step another line, which leads nowhere yet."""
    step, keys = draft.steps[at], Keys(first_free(draft))
    if len(step.next) >= MOST_BELOW:
        raise CannotDo
    row = replace(step, next=(*step.next, NextRow(keys.issue("t"))))
    return replace(_with_step(draft, at, row), next_key=keys.number)


def delete_next(draft: MapDraft, at: int, number: int) -> MapDraft:
    """Take a line away."""
    step = draft.steps[at]
    return _with_step(draft, at, replace(step, next=_cut(step.next, number)))


def add_risk(draft: MapDraft, at: int) -> MapDraft:
    """Give a step another risk point."""
    step, keys = draft.steps[at], Keys(first_free(draft))
    if len(step.risks) >= MOST_BELOW:
        raise CannotDo
    row = replace(step, risks=(*step.risks, RiskRow(keys.issue("r"))))
    return replace(_with_step(draft, at, row), next_key=keys.number)


def delete_risk(draft: MapDraft, at: int, number: int) -> MapDraft:
    """Take a risk point away."""
    step = draft.steps[at]
    return _with_step(draft, at, replace(step, risks=_cut(step.risks, number)))


# What is around the steps


def add_basis(draft: MapDraft) -> MapDraft:
    """Give the map another basis."""
    if len(draft.bases) >= MOST_AROUND:
        raise CannotDo
    return replace(draft, bases=(*draft.bases, BasisRow()))


def delete_basis(draft: MapDraft, number: int) -> MapDraft:
    """Take a basis away."""
    return replace(draft, bases=_cut(draft.bases, number))


def add_span(draft: MapDraft) -> MapDraft:
    """Give the map another limit span."""
    if len(draft.spans) >= MOST_AROUND:
        raise CannotDo
    return replace(draft, spans=(*draft.spans, SpanRow()))


def delete_span(draft: MapDraft, number: int) -> MapDraft:
    """Take a limit span away."""
    return replace(draft, spans=_cut(draft.spans, number))


def _cut(rows: tuple[Row, ...], number: int) -> tuple[Row, ...]:
    if number >= len(rows):
        raise CannotDo
    return rows[:number] + rows[number + 1 :]


@dataclass(frozen=True, slots=True)
class Operation:
    """How many numbers an operation takes, and what it does."""

    numbers: int
    act: Callable[..., MapDraft]


OPERATIONS: Final = {
    "add": Operation(0, add),
    "insert": Operation(1, insert),
    "duplicate": Operation(1, duplicate),
    "delete": Operation(1, delete),
    "up": Operation(1, up),
    "down": Operation(1, down),
    "move": Operation(2, move),
    "add-next": Operation(1, add_next),
    "delete-next": Operation(2, delete_next),
    "add-risk": Operation(1, add_risk),
    "delete-risk": Operation(2, delete_risk),
    "add-basis": Operation(0, add_basis),
    "delete-basis": Operation(1, delete_basis),
    "add-span": Operation(0, add_span),
    "delete-span": Operation(1, delete_span),
}

"""Two documents of one map compared: every field in which they differ, in a stated order.

Parts are told apart by their keys or codes, and one key that stands twice by which time it is.
What follows from a difference that is named is not named again: the numbers of the steps below
one that was put in, the order of lines and risk points that go with their steps.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from riskmap.document.model import Citation, Item, MapDocument, Matter, Place, Step
from riskmap.document.order import joined, staying

Identity = tuple[Hashable, int]  # what tells a part, and the how-manieth it is that this tells


class Part(StrEnum):
    """What of a document a difference is in."""

    MAP = "map"
    DUTY = "duty"
    BASIS = "basis"
    ACTOR = "actor"
    STEP = "step"
    LINE = "line"
    RISK = "risk"
    MEASURE = "measure"
    SPAN = "span"
    OFFICE = "office"


class Change(StrEnum):
    """What became of it."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    `key` is the part's key or code, a duty's number, "" for the map; `owner` the key of the risk
    point that a measure answers. `field` is what changed, with dots where it is inside another
    (`basis.title`). `old` and `new` are the field's values; of what was added or removed the whole
    part, and None where it is not; of what moved its places, counted from 1.
    """

    part: Part
    change: Change
    key: str
    owner: str = ""
    field: str = ""
    old: Any = None
    new: Any = None


@dataclass(frozen=True)
class Diff:
    """Two documents and where they differ: false where they are the same."""

    old: MapDocument
    new: MapDocument
    differences: tuple[Difference, ...]

    def __bool__(self) -> bool:
        return bool(self.differences)

    def of(self, *parts: Part) -> Iterator[Difference]:
        """Yield the differences in some kinds of parts."""
        return (each for each in self.differences if each.part in parts)

    @cached_property
    def by_key(self) -> Mapping[tuple[Part, str], tuple[Difference, ...]]:
        """The differences of each part that has a key of its own; a measure's not."""
        found: dict[tuple[Part, str], tuple[Difference, ...]] = {}
        for each in self.differences:
            if each.part is not Part.MEASURE:
                found[each.part, each.key] = (*found.get((each.part, each.key), ()), each)
        return found


def diff(old: MapDocument, new: MapDocument) -> Diff:
    """Return where two documents differ: nowhere if, and only if, their digests are equal.

    In the order of a document's fields; steps, lines and so on in the new order, what was removed
    behind what it followed; of each part whether it is there, then its place, then its fields.
    """
    return Diff(old, new, tuple(_Comparing(old, new).differences()))


@dataclass(frozen=True, slots=True)
class _Collection:
    """A kind of parts: what tells one from another, its key, and the step that it goes with."""

    part: Part
    identity: Callable[[Any], Hashable]
    key: Callable[[Any], str]
    goes_with: Callable[[Any], str] = lambda _each: ""


def _keyed(part: Part, **more: Any) -> _Collection:
    return _Collection(part, lambda each: each.key, lambda each: each.key, **more)


def _coded(part: Part) -> _Collection:
    return _Collection(part, lambda each: each.code, lambda each: each.code)


COLLECTIONS: Final[Mapping[str, _Collection]] = {
    "bases": _Collection(
        Part.BASIS, lambda each: (each.code, each.article), lambda each: each.code
    ),
    "actors": _keyed(Part.ACTOR),
    "steps": _keyed(Part.STEP),
    "transitions": _keyed(Part.LINE, goes_with=lambda line: line.source),
    "risk_points": _keyed(Part.RISK, goes_with=lambda risk: risk.step),
    "limit_spans": _coded(Part.SPAN),
    "offices": _coded(Part.OFFICE),
}
"""The fields of a document that hold parts; any other is compared as it is."""

MEASURES: Final = _coded(Part.MEASURE)

_TOLD_BY: Final[Mapping[type, tuple[str, ...]]] = {
    Place: (),
    Matter: ("code",),
    Citation: ("code", "article"),
    Item: ("code",),
}
"""Values inside others that are compared field by field while these fields of them are equal."""


class _Comparing:
    """One comparison."""

    def __init__(self, old: MapDocument, new: MapDocument) -> None:
        self.old = old
        self.new = new
        keys = [[step.key for step in each.steps] for each in (old, new)]
        self.same_order = keys[0] == keys[1]
        self.counted = (_numbers_follow(old.steps), _numbers_follow(new.steps))

    def differences(self) -> Iterator[Difference]:
        for field in fields(MapDocument):
            old, new = getattr(self.old, field.name), getattr(self.new, field.name)
            if old == new:
                continue
            if field.name in COLLECTIONS:
                yield from self._parts(COLLECTIONS[field.name], old, new)
            elif field.name == "duties":
                yield from _duties(old, new)
            else:
                for path, before, after in _changed_field(field.name, old, new):
                    yield Difference(Part.MAP, Change.CHANGED, "", "", path, before, after)

    def _parts(
        self, of: _Collection, old: Sequence[Any], new: Sequence[Any], owner: str = ""
    ) -> Iterator[Difference]:
        before, after = _identified(of, old), _identified(of, new)
        places = [
            {told: place for place, told in enumerate(each, start=1)} for each in (before, after)
        ]
        moved = self._moved(of, before, after)
        for told in joined(list(after), list(before)):
            was, now = before.get(told), after.get(told)
            key = of.key(was if now is None else now)
            if was is None or now is None:
                change = Change.ADDED if was is None else Change.REMOVED
                yield Difference(of.part, change, key, owner, "", was, now)
                continue
            if told in moved:
                old_place, new_place = (each[told] for each in places)
                yield Difference(of.part, Change.MOVED, key, owner, "", old_place, new_place)
            for path, one, other in self._fields(was, now):
                yield Difference(of.part, Change.CHANGED, key, owner, path, one, other)
            if of.part is Part.RISK:
                yield from self._parts(MEASURES, was.measures, now.measures, key)

    def _moved(
        self, of: _Collection, before: Mapping[Identity, Any], after: Mapping[Identity, Any]
    ) -> set[Identity]:
        """Return what stands elsewhere among its like, and did not go there with its step."""
        groups: dict[str, set[Identity]] = {}
        for told, now in after.items():
            step = of.goes_with(now)
            if told in before and of.goes_with(before[told]) == step:
                groups.setdefault("" if self.same_order else step, set()).add(told)
        moved: set[Identity] = set()
        for group in groups.values():
            old, new = ([told for told in each if told in group] for each in (before, after))
            moved |= group - staying(old, new)
        return moved

    def _fields(self, was: Any, now: Any) -> Iterator[tuple[str, Any, Any]]:
        """Yield what differs in two parts of one key, its measures and its place left out."""
        for path, one, other in _inside("", was, now):
            follows = isinstance(was, Step) and path == "number" and all(self.counted)
            if path != "measures" and not follows:
                yield path, one, other


def _numbers_follow(steps: Iterable[Step]) -> bool:
    """Return whether the steps' numbers say no more than their order does."""
    return all(step.number == place for place, step in enumerate(steps, start=1))


def _identified(of: _Collection, parts: Iterable[Any]) -> dict[Identity, Any]:
    found: dict[Identity, Any] = {}
    times: dict[Hashable, int] = {}
    for part in parts:
        told = of.identity(part)
        times[told] = times.get(told, 0) + 1
        found[told, times[told]] = part
    return found


def _inside(path: str, was: Any, now: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield the paths and both values of the fields in which two values differ."""
    for field in fields(was):
        one, other = getattr(was, field.name), getattr(now, field.name)
        if one != other:
            yield from _changed_field(f"{path}{field.name}", one, other)


def _changed_field(path: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield a field that differs, or the fields in it where both values are one thing's."""
    told_by = _TOLD_BY.get(type(one))
    one_thing = (
        told_by is not None
        and is_dataclass(one)
        and type(one) is type(other)
        and all(getattr(one, name) == getattr(other, name) for name in told_by)
    )
    if one_thing:
        yield from _inside(f"{path}.", one, other)
    else:
        yield path, one, other


def _duties(old: Sequence[str], new: Sequence[str]) -> Iterator[Difference]:
    """Yield the lines that were added, removed, or changed where they stand."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, first, last, begin, end in matcher.get_opcodes():
        if tag == "equal":
            continue
        both = min(last - first, end - begin)
        for at in range(both):
            yield Difference(
                Part.DUTY, Change.CHANGED, str(begin + at + 1), "", "",
                old[first + at], new[begin + at],
            )  # fmt: skip
        for at in range(first + both, last):
            yield Difference(Part.DUTY, Change.REMOVED, str(at + 1), old=old[at])
        for at in range(begin + both, end):
            yield Difference(Part.DUTY, Change.ADDED, str(at + 1), new=new[at])

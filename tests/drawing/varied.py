"""Which maps to look at: few, and yet each extreme of the whole sample is among them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from riskmap.document.model import MapDocument
from riskmap.document.terms import StepKind
from riskmap.organisation.tree import NodeLevel

COUNT = 24


@dataclass(frozen=True)
class Candidate:
    """A map, and on how many pages its sheet is."""

    document: MapDocument
    pages: int

    @cached_property
    def rows(self) -> dict[str, int]:
        return {step.key: row for row, step in enumerate(self.document.steps)}

    @cached_property
    def spans(self) -> list[int]:
        """How many rows each line goes down; 0 and less are returns."""
        rows = self.rows
        return [rows[line.target] - rows[line.source] for line in self.document.transitions]


FEATURES: dict[str, Callable[[Candidate], int]] = {
    "pages": lambda one: one.pages,
    "steps": lambda one: len(one.document.steps),
    "lanes": lambda one: len({step.actor for step in one.document.steps}),
    "risk points": lambda one: len(one.document.risk_points),
    "returns": lambda one: sum(span <= 0 for span in one.spans),
    "skips": lambda one: sum(span > 1 for span in one.spans),
    "parallel branches": lambda one: sum(
        len([line for line in one.document.after(step.key) if not line.condition]) > 1
        for step in one.document.steps
    ),
    "ends": lambda one: sum(not one.document.after(step.key) for step in one.document.steps),
    "decisions": lambda one: sum(step.kind is StepKind.DECISION for step in one.document.steps),
    "longest step": lambda one: max(len(step.text) for step in one.document.steps),
    "longest return": lambda one: -min(0, *one.spans),
    "measures": lambda one: sum(len(risk.measures) for risk in one.document.risk_points),
}
"""What may make a chart hard to draw, as a number."""

_AT_EACH_LEVEL = ("pages", "steps")


@dataclass(frozen=True)
class Wish:
    """The most or the least of a feature, of all maps or of those of a level."""

    feature: str
    most: bool
    level: NodeLevel | None = None

    @property
    def words(self) -> str:
        among = f" of {self.level.value}s" if self.level else ""
        return f"{'most' if self.most else 'least'} {self.feature}{among}"

    def met_by(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Return the candidates that share the extreme."""
        amounts = FEATURES[self.feature]
        mine = [each for each in candidates if self.level in (None, each.document.place.level)]
        if not mine:
            return []
        extreme = (max if self.most else min)(amounts(each) for each in mine)
        return [each for each in mine if amounts(each) == extreme]


WISHES = (
    *(Wish(feature, most) for feature in FEATURES for most in (True, False)),
    *(
        Wish(feature, most, level)
        for feature in _AT_EACH_LEVEL
        for level in NodeLevel
        for most in (True, False)
    ),
)


@dataclass(frozen=True)
class Choice:
    """A chosen map, and the wishes that it meets."""

    candidate: Candidate
    meets: tuple[str, ...]


def choose(candidates: Sequence[Candidate], count: int = COUNT) -> list[Choice]:
    """Return `count` maps in the given order: each wish's, then those least like all before."""
    meeting = {wish: wish.met_by(candidates) for wish in WISHES}
    chosen = _wished(meeting)
    amounts = _scaled(candidates)
    while len(chosen) < min(count, len(candidates)):
        chosen.append(_least_alike(candidates, chosen, amounts))
    told = [wish for wish in WISHES if len(meeting[wish]) <= len(candidates) / 10]
    return [
        Choice(each, tuple(wish.words for wish in told if each in meeting[wish]))
        for each in candidates
        if each in chosen
    ]


def _wished(meeting: Mapping[Wish, Sequence[Candidate]]) -> list[Candidate]:
    """Return a map for every wish, those that fewest maps meet first; one may do for several."""
    chosen: list[Candidate] = []
    for able in sorted(meeting.values(), key=len):
        if able and not any(each in chosen for each in able):
            chosen.append(able[0])
    return chosen


def _least_alike(
    candidates: Sequence[Candidate],
    chosen: Sequence[Candidate],
    amounts: Mapping[str, Sequence[float]],
) -> Candidate:
    """Return the candidate whose nearest chosen one is farthest, all features counting alike."""

    def apart(one: Candidate, other: Candidate) -> float:
        pairs = zip(amounts[one.document.code], amounts[other.document.code], strict=True)
        other_level = one.document.place.level is not other.document.place.level
        return sum((a - b) ** 2 for a, b in pairs) + other_level

    left = [each for each in candidates if each not in chosen]
    return max(left, key=lambda each: min(apart(each, other) for other in chosen))


def _scaled(candidates: Sequence[Candidate]) -> dict[str, list[float]]:
    """Return each map's features, from 0 for the least of all maps to 1 for the most."""
    found: dict[str, list[float]] = {each.document.code: [] for each in candidates}
    for amount in FEATURES.values():
        amounts = {each.document.code: amount(each) for each in candidates}
        least, most = min(amounts.values()), max(amounts.values())
        for code, value in amounts.items():
            found[code].append((value - least) / (most - least or 1))
    return found

"""The flow of a sample map as a graph of step keys: what is reached, and the longest way."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from riskmap.sample import files


class Flow:
    """A map's steps and lines; lines to an earlier step, or to itself, count as returns."""

    def __init__(self, entry: files.MapEntry) -> None:
        self.entry = entry
        self.place = {step.key: number for number, step in enumerate(entry.steps)}
        self.step = {step.key: step for step in entry.steps}
        self.after: dict[str, list[files.NextEntry]] = {}
        for index, step in enumerate(entry.steps):
            below = [each.key for each in entry.steps[index + 1 : index + 2]]
            self.after[step.key] = [
                files.NextEntry(to=line) if isinstance(line, str) else line
                for line in (below if step.next is None else step.next)
            ]

    @cached_property
    def before(self) -> dict[str, list[str]]:
        """The sources of the lines into each step."""
        found: dict[str, list[str]] = {key: [] for key in self.step}
        for source, lines in self.after.items():
            for line in lines:
                found[line.to].append(source)
        return found

    @property
    def ends(self) -> list[str]:
        return [key for key, lines in self.after.items() if not lines]

    @property
    def returns(self) -> list[tuple[str, str]]:
        return [
            (source, line.to)
            for source, lines in self.after.items()
            for line in lines
            if self.place[line.to] <= self.place[source]
        ]

    @property
    def parallels(self) -> list[str]:
        """The steps from which several lines go on at once, without a condition."""
        return [
            key
            for key, lines in self.after.items()
            if len([line for line in lines if not line.when]) > 1
        ]

    @property
    def skips(self) -> list[tuple[str, str]]:
        """The lines that pass over at least one step on their way forward."""
        return [
            (source, line.to)
            for source, lines in self.after.items()
            for line in lines
            if self.place[line.to] > self.place[source] + 1
        ]

    def reached(self, start: str, leaving_out: frozenset[str] = frozenset()) -> set[str]:
        """Return the steps on some way from `start`, without passing those left out."""
        found: set[str] = set()
        waiting = [start] if start not in leaving_out else []
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += [each.to for each in self.after[key] if each.to not in leaving_out]
        return found

    def reaching(self, ends: list[str]) -> set[str]:
        """Return the steps from which one of `ends` is reached."""
        found: set[str] = set()
        waiting = list(ends)
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += self.before[key]
        return found

    def ahead(self, key: str) -> Iterator[str]:
        """Yield the steps that follow without a return."""
        for line in self.after[key]:
            if self.place[line.to] > self.place[key]:
                yield line.to

    def longest(self, first: str, last: str, days: Mapping[str, Fraction]) -> Fraction | None:
        """Return the longest time from `first` to `last`, both counted, or None if none leads."""
        best: dict[str, Fraction] = {first: days[first]}
        for step in self.entry.steps:
            if step.key in best:
                for following in self.ahead(step.key):
                    reached = best[step.key] + days[following]
                    best[following] = max(best.get(following, reached), reached)
        return best.get(last)

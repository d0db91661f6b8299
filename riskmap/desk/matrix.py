"""Items by likelihood and severity: four by four fields, the gravest at the top right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from riskmap.register.rating import Level, level


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the matrix: the level that its score means, and the items that stand in it."""

    likelihood: int
    severity: int
    level: Level
    items: tuple[Any, ...]


def matrix(items: Sequence[Any]) -> list[list[Field]]:
    """Return the rows of the matrix, likelihood 4 first, severity 1 to 4 in each."""
    return [
        [
            Field(
                likelihood,
                severity,
                level(likelihood, severity),
                tuple(
                    each
                    for each in items
                    if (each.likelihood, each.severity) == (likelihood, severity)
                ),
            )
            for severity in range(1, 5)
        ]
        for likelihood in range(4, 0, -1)
    ]

"""How much some maps hold, under the names of the annual report's numbers."""

from collections.abc import Iterable

from riskmap.document.model import MapDocument


def counted(maps: Iterable[MapDocument]) -> dict[str, int]:
    """Return how many steps, risk points, spans and different measures some maps hold."""
    drawn = tuple(maps)
    return {
        "maps": len(drawn),
        "steps": sum(len(each.steps) for each in drawn),
        "risk_points": sum(len(each.risk_points) for each in drawn),
        "limit_spans": sum(len(each.limit_spans) for each in drawn),
        "measures_used": len(
            {one.code for each in drawn for risk in each.risk_points for one in risk.measures}
        ),
        "maps_with_return": sum(map(_returns, drawn)),
        "maps_with_branch": sum(map(_branches, drawn)),
    }


def _returns(document: MapDocument) -> bool:
    """Return whether a line leads back, or to its own step."""
    number = {step.key: step.number for step in document.steps}
    return any(number[line.target] <= number[line.source] for line in document.transitions)


def _branches(document: MapDocument) -> bool:
    """Return whether a line skips forward, or several leave a step at once, unconditioned."""
    number = {step.key: step.number for step in document.steps}
    plain = [line.source for line in document.transitions if not line.condition]
    return len(plain) > len(set(plain)) or any(
        number[line.target] > number[line.source] + 1 for line in document.transitions
    )

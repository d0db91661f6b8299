"""Where lines and risk badges touch the two sides of a step's box.

From top to bottom so that lines leaving do not cross: on the right, what comes from above, then
badges, then what goes down; on the left, what goes up, what comes back, what turns down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from riskmap.drawing import style
from riskmap.drawing.routes import Route, Way
from riskmap.drawing.text import height

LINE_ROOM = 10.0
BADGE_KEY = "badge "


class Port(NamedTuple):
    """A place on a side: what uses it, the room it takes, and its offset from the middle."""

    key: str
    entry: bool
    room: float
    offset: float = 0.0

    @property
    def has_label(self) -> bool:
        return self.room > LINE_ROOM and not self.key.startswith(BADGE_KEY)


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of both sides of one box."""

    left: tuple[Port, ...]
    right: tuple[Port, ...]

    @property
    def needed(self) -> float:
        """Return the height at which no two ports touch."""
        return max(sum([port.room for port in side]) for side in (self.left, self.right)) + 6

    def spread(self, tall: float) -> "Ports":
        """Return the ports with their offsets on a box of a height."""
        return Ports(_spread(self.left, tall), _spread(self.right, tall))

    def find(self, key: str, *, right: bool, entry: bool = False) -> Port:
        """Return a line's port on a side."""
        side = self.right if right else self.left
        return next(port for port in side if port.key == key and port.entry is entry)

    def badge(self, number: int) -> Port:
        """Return the port of the map's `number`th risk point."""
        return self.find(_badge_key(number), right=True)


NONE = Ports((), ())


def assign(
    out: Sequence[Route],
    into: Sequence[Route],
    badges: Sequence[int],
    labels: Mapping[str, tuple[str, ...]],
) -> Ports:
    """Return the ports of the lines leaving and entering a step, in order, not yet spread."""
    out = [route for route in out if not route.uses_bottom]
    into = [route for route in into if not route.uses_bottom]
    if not (out or into or badges):
        return NONE

    def leaving(routes: Sequence[Route]) -> list[Port]:
        return [
            Port(r.line.key, False, max(LINE_ROOM, height(len(labels.get(r.line.key, ()))) + 3))
            for r in routes
        ]

    back, skips = _by_channel(out, Way.RETURN), _by_channel(out, Way.SKIP)
    left = [
        *leaving(back),
        *(Port(r.line.key, True, LINE_ROOM) for r in reversed(_by_channel(into, Way.RETURN))),
        *leaving(_by_reach(out, -1)),
    ]
    right = [
        *(Port(r.line.key, True, LINE_ROOM) for r in _by_channel(into, Way.SKIP)),
        *(Port(_badge_key(number), False, _badge_room(number)) for number in badges),
        *leaving(skips[::-1]),
        *leaving(_by_reach(out, 1)),
    ]
    return Ports(tuple(left), tuple(right))


def _badge_room(number: int) -> float:
    return style.BADGE + (4 if number < 10 else 8)


def _badge_key(number: int) -> str:
    return f"{BADGE_KEY}{number}"


def _by_channel(routes: Sequence[Route], way: Way) -> list[Route]:
    mine = [route for route in routes if route.way is way]
    return sorted(mine, key=lambda route: route.channel) if len(mine) > 1 else mine


def _by_reach(routes: Sequence[Route], side: int) -> list[Route]:
    """Return the lines that turn down on a side, the furthest first: it passes over the others."""
    mine = [route for route in routes if route.side == side]
    return sorted(mine, key=lambda route: -route.reach) if len(mine) > 1 else mine


def _spread(ports: tuple[Port, ...], tall: float) -> tuple[Port, ...]:
    """Return ports with offsets, together in the middle of a side `tall` points high."""
    if not ports:
        return ports
    if len(ports) == 1:
        return (_at(ports[0], _alone(ports[0], tall)),)
    total = sum(port.room for port in ports)
    spare = max(0.0, tall - 6 - total) / (len(ports) + 1)
    top = -(total + spare * (len(ports) - 1)) / 2
    placed = []
    for port in ports:
        # A label stands on its line, so the line runs at the foot of the port's room.
        offset = top + (port.room - 3 if port.has_label else port.room / 2)
        placed.append(_at(port, offset))
        top += port.room + spare
    return tuple(placed)


def _at(port: Port, offset: float) -> Port:
    return Port(port.key, port.entry, port.room, offset)


def _alone(port: Port, tall: float) -> float:
    """Return the offset of a side's only port: the middle, or lower for a label of many lines."""
    return max(0.0, port.room - tall / 2) if port.has_label else 0.0

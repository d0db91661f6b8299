"""Which row and which column each step takes: a row a step, a lane an actor.

The main path keeps to the first column of each lane, so that it is drawn
straight; a step beside it moves to a side column of its lane: left if it only leads back, else
right. A row is one step's alone, so a level line at a step's height meets no other box.

A post's map shows the post's own steps in detail, and what it hands over to several others and
takes over from them in one lane: there each step says who acts. Where side columns would make it
too wide for A4 upright, its steps keep to the first columns, and lines pass them on the right.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from riskmap.document.model import MapDocument, Transition
from riskmap.organisation.tree import NodeLevel

UNKNOWN_ACTOR = "（未指定岗位）"
HANDOVER = "handover"
HANDOVER_NAME = "交接岗位与单位"
MOST_UPRIGHT = 2  # columns of a post's chart, which is at home on A4 upright


@dataclass(frozen=True, slots=True)
class Lane:
    """An actor's lane: its first column and how many it has."""

    actor: str
    name: str
    first: int
    columns: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Where every step stands.

    `onward` is each main-path step's next one, `said` who acts where the lane does not tell.
    """

    rows: dict[str, int]
    columns: dict[str, int]
    lanes: tuple[Lane, ...]
    onward: dict[str, str]
    said: dict[str, str]

    @property
    def width(self) -> int:
        """Return how many columns there are."""
        return sum(lane.columns for lane in self.lanes)


def arrange(document: MapDocument) -> Grid:
    """Return the grid of a document's steps."""
    rows = {step.key: row for row, step in enumerate(document.steps)}
    forward = [line for line in document.transitions if rows[line.source] < rows[line.target]]
    onward = _main_path(rows, forward)
    handed = _handed_over(document)
    actors = {step.key: HANDOVER if step.actor in handed else step.actor for step in document.steps}
    slots = _slots(document, rows, actors, forward, onward)
    used = {(actors[key], slots[key]) for key in rows}
    if document.place.level is NodeLevel.POST and len(used) > MOST_UPRIGHT:
        slots = dict.fromkeys(rows, 0)
        used = {(actors[key], 0) for key in rows}
    lanes: list[Lane] = []
    columns: dict[tuple[str, int], int] = {}
    known = [(actor.key, actor.name) for actor in document.actors]
    for actor, name in [(HANDOVER, HANDOVER_NAME), *known, ("", UNKNOWN_ACTOR)]:
        mine = sorted(slot for lane, slot in used if lane == actor)
        if mine:
            first = len(columns)
            lanes.append(Lane(actor, name, first, len(mine)))
            columns.update({(actor, slot): first + at for at, slot in enumerate(mine)})
    said = {step.key: handed[step.actor] for step in document.steps if step.actor in handed}
    standing = {key: columns[actors[key], slots[key]] for key in rows}
    return Grid(rows, standing, tuple(lanes), onward, said)


def _handed_over(document: MapDocument) -> dict[str, str]:
    """Return the names of the actors, by key, that share the lane of hand-overs."""
    own = document.place.code
    others = {actor.key: actor.name for actor in document.actors if actor.key != own}
    is_post = document.place.level is NodeLevel.POST
    return others if is_post and own in document.actor_by_key and len(others) > 1 else {}


def _main_path(rows: dict[str, int], forward: Iterable[Transition]) -> dict[str, str]:
    """Return each main-path step's next step: always the branch that its author listed first."""
    first: dict[str, str] = {}
    for line in forward:
        first.setdefault(line.source, line.target)
    onward: dict[str, str] = {}
    here = min(rows, key=rows.__getitem__, default=None)
    while here is not None and here in first:
        onward[here] = first[here]
        here = onward[here]
    return onward


def _slots(
    document: MapDocument,
    rows: dict[str, int],
    actors: dict[str, str],
    forward: list[Transition],
    onward: dict[str, str],
) -> dict[str, int]:
    """Return 0 for steps in the first column of their lane, -1 or 1 for those beside it."""
    spine = {*onward, *onward.values()}
    slots = dict.fromkeys(rows, 0)
    for key in rows:
        if key in spine:
            continue
        passed = any(
            actors[line.source] == actors[line.target] == actors[key]
            and slots[line.source] == slots[line.target] == 0
            and rows[line.source] < rows[key] < rows[line.target]
            for line in forward
        )
        if passed:
            targets = [line.target for line in document.after(key)]
            leads_back = bool(targets) and all(rows[each] < rows[key] for each in targets)
            slots[key] = -1 if leads_back else 1
    return slots

"""Two documents of a map as one: what was, what is, and marks that say what became of each part.

The document is the new one with all that was removed put back where it stood, and is laid out as
any other. A line that was led elsewhere is there twice: as it runs now, and as it ran. What an
added, a removed or a moved step explains by itself is drawn, but not said: lines that touch it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from riskmap.document.diff import Change, Diff, Difference, Part
from riskmap.document.model import Limit, MapDocument, RiskPoint, Step, Transition
from riskmap.document.order import joined
from riskmap.drawing.marks import Mark, Marks, Noted, head_key, measure_key, office_key

WAS: Final = "-was"
"""What the key of a line ends in that is drawn as it ran before."""

NOTHING: Final = "无"
GONE_LATER: Final = "〔新版删除〕"
"""What the old chart says of a part that the new one has no more, where they stand side by side."""

STEP_WORDS: Final[Mapping[str, str]] = {
    "kind": "类型",
    "text": "内容",
    "duty": "环节",
    "recording": "记录方式",
    "effect": "对时限的影响",
    "document": "文书",
    "basis": "依据",
    "detail": "详见账图",
    "number": "序号",
}
"""What a chart says of fields of a step that changed; of those left out it says what they were."""

RISK_WORDS: Final[Mapping[str, str]] = {
    "statement": "表述",
    "reason": "定级理由",
    "item": "小项",
    "measures": "措施",
}


@dataclass(frozen=True, slots=True)
class Changed:
    """The document of both, to be laid out with its marks."""

    document: MapDocument
    marks: Marks

    @property
    def shown(self) -> tuple[Mark, ...]:
        """Return the kinds of marks that the chart shows, in the order of a legend."""
        return kinds(self.marks)


def kinds(*marks: Marks) -> tuple[Mark, ...]:
    """Return the kinds of marks that some charts show, in the order of a legend."""
    found = {each.mark if isinstance(each, Noted) else each for of in marks for each in of.values()}
    return tuple(mark for mark in Mark if mark in found)


def changed(of: Diff) -> Changed:
    """Return one document of the two that were compared, and its marks."""
    return _Merging(of).changed()


def on_each(of: Diff, both: Changed) -> tuple[Marks, Marks]:
    """Return the marks of the old chart and of the new one, where they stand side by side.

    The new one says what became of each part; the old one which parts that were. Nothing is drawn
    as removed: on the chart that has it, it is there, and counted.
    """
    was, now = _marked_by(of.old), _marked_by(of.new)
    old: dict[str, Mark | Noted] = {}
    new: dict[str, Mark | Noted] = {}
    for key, mark in both.marks.items():
        kind, word = (mark.mark, mark.word) if isinstance(mark, Noted) else (mark, mark.word)
        if key in now and kind is not Mark.REMOVED:
            new[key] = mark
        before = key.removesuffix(WAS)
        if before not in was:
            continue
        if before not in now:
            old[before] = Noted(Mark.CHANGED, word and GONE_LATER)
        elif kind is Mark.ADDED:  # a line that was led elsewhere, and is new where it runs now
            old[before] = Noted(Mark.CHANGED, "")
        elif kind is not Mark.REMOVED:
            old[before] = Noted(kind, word and kind.word)
    return old, new


def _marked_by(document: MapDocument) -> set[str]:
    """Return the keys by which parts of a document's chart are marked."""
    found = {each.key for each in document.steps}
    found |= {each.key for each in document.transitions}
    found |= {each.key for each in document.risk_points}
    found |= {head_key(each.key) for each in document.actors}
    found |= {office_key(each.code) for each in document.offices}
    for risk in document.risk_points:
        found |= {measure_key(risk.key, each.code) for each in risk.measures}
    return found


class _Merging:
    """Two documents being put together."""

    def __init__(self, of: Diff) -> None:
        self.diff = of
        self.old = of.old
        self.new = of.new
        self.steps = {key: _become(found) for key, found in self._told(Part.STEP).items()}
        self.marks: dict[str, Mark | Noted] = {}

    def _told(self, part: Part) -> dict[str, tuple[Difference, ...]]:
        return {key: found for (of, key), found in self.diff.by_key.items() if of is part}

    def changed(self) -> Changed:
        for key, found in self._told(Part.STEP).items():
            self.marks[key] = self._step_mark(found)
        self._mark_risks()
        self._mark_named()
        now = _by_key(self.old.steps) | _by_key(self.new.steps)
        keys = joined([one.key for one in self.new.steps], [one.key for one in self.old.steps])
        document = replace(
            self.new,
            steps=tuple(now[key] for key in keys),
            actors=_both(self.new.actors, self.old.actors),
            transitions=tuple(self._lines()),
            risk_points=tuple(self._risks(keys)),
            offices=_both(self.new.offices, self.old.offices, "code"),
        )
        return Changed(document, self.marks)

    # Steps

    def _step_mark(self, found: tuple[Difference, ...]) -> Mark | Noted:
        become, key = _become(found), found[0].key
        if become is Change.ADDED:
            return Mark.ADDED
        if become is Change.REMOVED:
            return Noted(Mark.REMOVED, f"〔删除 原第{self._was(key).number}步〕")
        said = list(dict.fromkeys(self._said_of_step(each) for each in found if each.field))
        words = f"修改：{'，'.join(said)}" if said else ""
        if become is Change.MOVED:
            moved = f"移动 原第{self._was(key).number}步"
            return Noted(Mark.MOVED, f"〔{'；'.join(filter(None, (moved, words)))}〕")
        return Noted(Mark.CHANGED, f"〔{words}〕")

    def _was(self, key: str) -> Step:
        return self.old.step_by_key[key]

    def _said_of_step(self, each: Difference) -> str:
        """Return what a step's mark says of a field: what it was, where that is short."""
        if each.field == "actor":
            actor = self.old.actor_by_key.get(each.old)
            return f"原由{actor.name}办理" if actor else "原未指定由谁办理"
        if each.field == "limit":
            return f"时限原{_limit(each.old)}"
        if each.field == "min_persons":
            return f"原{each.old}人以上"
        return STEP_WORDS[each.field.partition(".")[0]]

    # Risk points

    def _risks(self, steps: Iterable[str]) -> Iterator[RiskPoint]:
        """Yield the risk points in reading order, removed ones behind those of their step."""
        now = _by_key(self.old.risk_points) | _by_key(self.new.risk_points)
        order = joined(
            [one.key for one in self.new.risk_points], [one.key for one in self.old.risk_points]
        )
        was = _by_key(self.old.risk_points)
        for step in steps:
            for key in order:
                if now[key].step == step:
                    yield self._with_measures(now[key], was.get(key))

    def _with_measures(self, now: RiskPoint, was: RiskPoint | None) -> RiskPoint:
        measures = _both(now.measures, was.measures, "code") if was else now.measures
        return replace(now, measures=measures)

    def _mark_risks(self) -> None:
        for each in self.diff.of(Part.MEASURE):
            word = "" if each.change is Change.MOVED else Mark(each.change.value).word
            self.marks[measure_key(each.owner, each.key)] = Noted(Mark.CHANGED, word)
        touched = dict.fromkeys(each.owner for each in self.diff.of(Part.MEASURE))
        own = self._told(Part.RISK)
        numbers = {risk.key: at for at, risk in enumerate(self.old.risk_points, start=1)}
        for key in {**own, **touched}:
            found = own.get(key, ())
            become = _become(found)
            if become is Change.ADDED:
                self.marks[key] = Mark.ADDED
            elif become is Change.REMOVED:
                self.marks[key] = Noted(Mark.REMOVED, f"〔删除 原R{numbers[key]}〕")
            else:
                said = [self._said_of_risk(each) for each in found]
                said += ["措施"] if key in touched else []
                words = "，".join(dict.fromkeys(said))
                mark = Mark.MOVED if become is Change.MOVED else Mark.CHANGED
                self.marks[key] = Noted(mark, f"〔修改：{words}〕")

    def _said_of_risk(self, each: Difference) -> str:
        if each.change is Change.MOVED:
            return "次序"
        if each.field == "level":
            return f"等级 {each.old.label}→{each.new.label}"
        if each.field == "step":
            step = self.old.step_by_key.get(each.old)
            return f"原在第{step.number}步" if step else "所在步骤"
        return RISK_WORDS[each.field.partition(".")[0]]

    # Lanes and offices

    def _mark_named(self) -> None:
        for key, found in self._told(Part.ACTOR).items():
            for each in found:
                if each.field == "name":
                    self.marks[head_key(key)] = Noted(Mark.CHANGED, f"〔原：{each.old}〕")
        for key, found in self._told(Part.OFFICE).items():
            self.marks[office_key(key)] = Mark(_become(found).value)

    # Lines

    def _lines(self) -> Iterator[Transition]:
        """Yield the lines as they run now, then as those ran that do no more, and mark them."""
        now = {_ends(line) for line in self.new.transitions}
        for line in self.new.transitions:
            mark = self._mark_now(line)
            if mark:
                self.marks[line.key] = mark
            yield line
        still = _by_key(self.new.transitions)
        for line in self.old.transitions:
            if _ends(line) in now or self._is_explained(line):
                continue
            key = f"{line.key}{WAS}" if line.key in still else line.key
            word = "〔原走向〕" if line.key in still else Mark.REMOVED.word
            self.marks[key] = Noted(Mark.REMOVED, "" if self._touches(line) else word)
            yield replace(line, key=key)

    def _mark_now(self, line: Transition) -> Mark | Noted | None:
        old = _by_key(self.old.transitions).get(line.key)
        before = self._before(line, old)
        if before is not None:
            if before.condition == line.condition:
                return None
            return Noted(Mark.CHANGED, f"〔原：{before.condition or NOTHING}〕")
        touched = self._touches(line)
        if touched:
            return Noted(touched, "")
        if self._leads(self.old, line, (Change.REMOVED,)):
            return Noted(Mark.ADDED, "")
        if self._leads(self.old, line, (Change.REMOVED, Change.MOVED)):
            return Noted(Mark.MOVED, "")
        if old is None:
            return Mark.ADDED
        other = f"，原：{old.condition or NOTHING}" if old.condition != line.condition else ""
        return Noted(Mark.CHANGED, f"〔改向{other}〕")

    def _before(self, line: Transition, old: Transition | None) -> Transition | None:
        """Return the line that ran as this one does, of the same key or one that is gone."""
        if old is not None and _ends(old) == _ends(line):
            return old
        still = _by_key(self.new.transitions)
        same = (one for one in self.old.transitions if _ends(one) == _ends(line))
        return next((one for one in same if one.key not in still), None)

    def _touches(self, line: Transition) -> Mark | None:
        """Return the mark of the step at one of a line's ends that explains the line."""
        become = {self.steps.get(key) for key in _ends(line)}
        for change in (Change.ADDED, Change.REMOVED, Change.MOVED):
            if change in become:
                return Mark(change.value)
        return None

    def _is_explained(self, line: Transition) -> bool:
        """Return whether a line went because a step was put into it, or one of its ends moved."""
        if self._touches(line) is Mark.MOVED:
            return True
        return self._leads(self.new, line, (Change.ADDED, Change.MOVED))

    def _leads(self, document: MapDocument, line: Transition, by: tuple[Change, ...]) -> bool:
        """Return whether some way leads from one end of a line to the other by such steps only."""
        seen: set[str] = set()
        waiting = [line.source]
        while waiting:
            here = waiting.pop()
            for after in document.after(here):
                if after.target == line.target and here != line.source:
                    return True
                if self.steps.get(after.target) in by and after.target not in seen:
                    seen.add(after.target)
                    waiting.append(after.target)
        return False


def _become(found: tuple[Difference, ...]) -> Change:
    """Return what became of a part as a whole: whether it is there counts before all else."""
    changes = {each.change for each in found}
    order = (Change.ADDED, Change.REMOVED, Change.MOVED)
    return next((each for each in order if each in changes), Change.CHANGED)


def _by_key(parts: Iterable[Any]) -> dict[str, Any]:
    return {part.key: part for part in parts}


def _both(now: tuple[Any, ...], was: tuple[Any, ...], key: str = "key") -> tuple[Any, ...]:
    """Return the parts of both, each once, as they are now where they still are."""
    parts = {getattr(each, key): each for each in (*was, *now)}
    order = joined([getattr(each, key) for each in now], [getattr(each, key) for each in was])
    return tuple(parts[each] for each in order)


def _ends(line: Transition) -> tuple[str, str]:
    return line.source, line.target


def _limit(limit: Limit | None) -> str:
    return limit.text if limit else NOTHING

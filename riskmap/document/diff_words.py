"""The differences of two documents as lines of a table, in words of either language."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, Final

from riskmap.document.changed_text import Runs, compared, plain
from riskmap.document.diff import Change, Diff, Difference, Part
from riskmap.document.model import Citation, Item, Limit, MapDocument, Matter, Measure
from riskmap.document.sentences import Name, Said, Translate, say
from riskmap.document.terms import ActorRole, LimitEffect, StepKind
from riskmap.register.terms import Binds, Evidence

CHANGES: Final[Mapping[Change, Said]] = {
    Change.ADDED: say("added"),
    Change.REMOVED: say("taken away"),
    Change.MOVED: say("moved"),
    Change.CHANGED: say("changed"),
}

SECTIONS: Final[Mapping[Part, Said]] = {
    Part.MAP: say("Head of the map"),
    Part.DUTY: say("Head of the map"),
    Part.BASIS: say("Head of the map"),
    Part.ACTOR: say("Who acts"),
    Part.STEP: say("Steps"),
    Part.LINE: say("Flow lines"),
    Part.RISK: say("Risk points and measures"),
    Part.MEASURE: say("Risk points and measures"),
    Part.SPAN: say("Statutory limits"),
    Part.OFFICE: say("Offices"),
}

FIELDS: Final[Mapping[str, Said]] = {
    "actor": say("carried out by"),
    "actor.name": say("name"),
    "actor.role": say("role"),
    "article": say("article"),
    "basis": say("basis"),
    "binds": say("binds"),
    "category": say("category"),
    "category_code": say("code of the category"),
    "citation": say("basis"),
    "code": say("code"),
    "condition": say("condition"),
    "control": say("how it works"),
    "detail": say("detailed on"),
    "document": say("document"),
    "duty": say("duty"),
    "effect": say("effect on the limit"),
    "evidence": say("evidence"),
    "fictional": say("fictional"),
    "first": say("from step"),
    "frequency": say("how often"),
    "goal": say("goal"),
    "high": say("high risks"),
    "indicator": say("indicator"),
    "item": say("item"),
    "kind": say("kind"),
    "last": say("to step"),
    "level": say("level"),
    "likelihood": say("likelihood"),
    "limit": say("time limit"),
    "low": say("low risks"),
    "major_decision": say("major decision"),
    "manifestation": say("how it shows"),
    "map": say("account map"),
    "matter": say("matter"),
    "measures": say("measures"),
    "medium": say("medium risks"),
    "min_persons": say("persons at least"),
    "name": say("name"),
    "number": say("number"),
    "phase": say("phase"),
    "place.bureau": say("bureau"),
    "place.level": say("level in the organisation"),
    "place.office": say("office"),
    "place.post": say("post"),
    "place.unit": say("unit"),
    "reason": say("reason for the level"),
    "recording": say("recorded how"),
    "sense": say("sense"),
    "severity": say("severity"),
    "source": say("from step"),
    "span.evidence": say("how well it is known"),
    "statement": say("statement"),
    "step": say("step"),
    "target": say("to step"),
    "text": say("text"),
    "title": say("title"),
    "unverified": say("to be checked"),
}
"""What fields are called; one inside another or of one kind of part first by its whole name."""

WITHIN: Final[Mapping[str, Said]] = {
    "place": say("place"),
    "matter": say("matter"),
    "basis": say("basis"),
    "citation": say("basis"),
    "item": say("item"),
}
"""What a field that holds others is called before their names."""

MEMBERS: Final[Mapping[StrEnum, Said]] = {
    StepKind.TERMINATOR: say("start or end"),
    StepKind.PROCESS: say("process"),
    StepKind.DECISION: say("decision"),
    StepKind.DOCUMENT: say("document"),
    StepKind.DATA: say("data"),
    StepKind.PREDEFINED: say("detailed on another map"),
    LimitEffect.EXTENDS: say("extends the limit"),
    LimitEffect.SUSPENDS: say("suspends the limit"),
    Binds.BUREAU: say("binds the bureau"),
    Binds.PARTY: say("binds the party"),
    Evidence.TEXT: say("its text was read"),
    Evidence.SECONDARY: say("from a secondary source"),
    Evidence.UNVERIFIED: say("still to be checked"),
    ActorRole.APPLICANT: say("applicant"),
    ActorRole.OWN: say("post or office of this map"),
    ActorRole.OTHER: say("other post or office"),
    ActorRole.LEADER: say("leader or body that decides"),
    ActorRole.EXTERNAL: say("outside body"),
}
"""Members whose value is no word in either language; those of other sets `name` says."""
_MEMBERS = {(type(member), member.value): said for member, said in MEMBERS.items()}

STEPS: Final = frozenset({"source", "target", "step", "first", "last"})
"""The fields that hold the key of a step."""
TOLD: Final = frozenset({"key", "number"})
"""What the name of a whole part says already."""
REFERENCES: Final = STEPS | {"actor", "detail"}


@dataclass(frozen=True, slots=True)
class Row:
    """A difference in words.

    `key` is that of the step, line or risk point on the chart, "" where it is on none. `field` is
    empty where a whole part was added or removed. `old` and `new` are texts in runs: what differs
    in them is told; empty where there is nothing to show.
    """

    section: str
    part: Part
    key: str
    where: str
    change: Change
    change_word: str
    field: str
    old: Runs
    new: Runs


def rows(of: Diff, translate: Translate = str, name: Name = str) -> list[Row]:
    """Return a comparison as the lines of a table, in its order."""
    return list(_Wording(of, translate, name).rows())


class _Wording:
    def __init__(self, of: Diff, translate: Translate, name: Name) -> None:
        self.diff = of
        self.translate = translate
        self.name = name

    def say(self, sentence: Said) -> str:
        return sentence.text(self.translate, self.name)

    def rows(self) -> Iterator[Row]:
        for each in self.diff.differences:
            old = self.text(each, each.old, self.diff.old)
            new = self.text(each, each.new, self.diff.new)
            # Two steps or two persons are not one text that was rewritten.
            one_text = each.change is Change.CHANGED and each.field not in REFERENCES
            runs = compared(old, new) if one_text else (plain(old), plain(new))
            yield Row(
                section=self.say(SECTIONS[each.part]),
                part=each.part,
                key=_key_on_chart(each),
                where=self.where(each),
                change=each.change,
                change_word=self.say(CHANGES[each.change]),
                field=self.field(each),
                old=runs[0],
                new=runs[1],
            )

    # What a field is called

    def field(self, each: Difference) -> str:
        """Return what the field of a difference is called."""
        if each.change is Change.MOVED:
            return self.say(say("place in the order"))
        return self.field_word(each.part, each.field) if each.field else ""

    def field_word(self, part: Part, path: str) -> str:
        within, _, last = path.rpartition(".")
        for known in (f"{part.value}.{path}", path):
            if known in FIELDS:
                return self.say(FIELDS[known])
        word = self.say(FIELDS[last])
        return f"{self.say(WITHIN[within])} · {word}" if within else word

    # Where it is

    def where(self, each: Difference) -> str:
        """Return what part a difference is in: by its number and text, as they are now."""
        named = {
            Part.DUTY: self._duty,
            Part.STEP: self._step,
            Part.LINE: self._line,
            Part.RISK: self._risk,
            Part.MEASURE: self._measure,
        }
        if each.part is Part.MAP:
            return ""
        if each.part in named:
            return named[each.part](each)
        return _called(self.diff, each)

    def _duty(self, each: Difference) -> str:
        return self.say(say("Duty %(number)s", number=each.key))

    def _step(self, each: Difference) -> str:
        old, new = (doc.step_by_key.get(each.key) for doc in (self.diff.old, self.diff.new))
        if new is None:
            assert old is not None
            return self.say(
                say("Former step %(number)s: %(text)s", number=old.number, text=old.text)
            )
        if old is not None and old.number != new.number:
            return self.say(
                say(
                    "Step %(number)s (was %(before)s): %(text)s",
                    number=new.number, before=old.number, text=new.text,
                )
            )  # fmt: skip
        return self.say(say("Step %(number)s: %(text)s", number=new.number, text=new.text))

    def _line(self, each: Difference) -> str:
        document = self._shown(each)
        line = next(one for one in document.transitions if one.key == each.key)
        return f"{self._number(line.source, document)} → {self._number(line.target, document)}"

    def _number(self, key: str, document: MapDocument) -> str:
        """Return a step by its number; one that is no longer there as a former one."""
        step = document.step_by_key.get(key)
        return self.say(say("step %(number)s", number=step.number)) if step else key

    def _risk(self, each: Difference) -> str:
        return self._risk_point(each.key, each.change is Change.REMOVED, with_text=True)

    def _measure(self, each: Difference) -> str:
        return f"{self._risk_point(each.owner, False)} · {each.key}"

    def _risk_point(self, key: str, gone: bool, with_text: bool = False) -> str:
        document = self.diff.old if gone else self.diff.new
        points = enumerate(document.risk_points, start=1)
        number, risk = next((number, risk) for number, risk in points if risk.key == key)
        said = f"R{number}"
        if gone:
            said = self.say(say("former %(name)s", name=said))
        return f"{said} {risk.statement}" if with_text else said

    def _shown(self, each: Difference) -> MapDocument:
        return self.diff.old if each.change is Change.REMOVED else self.diff.new

    # What it says

    def text(self, each: Difference, value: Any, document: MapDocument) -> str:
        """Return a value of a difference as a text."""
        if each.field or each.change is Change.MOVED or not is_dataclass(value):
            return self.value(each.field, value, document)
        said = [
            f"{self.field_word(each.part, field.name)}：{text}"
            for field in fields(value)
            if (field.name not in TOLD or each.part is Part.BASIS)
            and not _is_default(field, getattr(value, field.name))
            for text in [self.value(field.name, getattr(value, field.name), document)]
            if text
        ]
        return "\n".join(said)

    def value(self, field: str, value: Any, document: MapDocument) -> str:
        """Return a field's value as a text, "" where there is none."""
        if value is None:
            return ""
        if isinstance(value, StrEnum):
            said = _MEMBERS.get((type(value), value.value))
            return self.say(said) if said else self.name(value)
        if isinstance(value, bool):
            return self.say(say("yes") if value else say("no"))
        if isinstance(value, tuple):
            return "\n".join(self.value("", one, document) for one in value)
        if isinstance(value, str):
            return self._reference(field, value, document)
        return self._whole(value)

    def _reference(self, field: str, value: str, document: MapDocument) -> str:
        """Return a text; of a key, what it is the key of."""
        if field in STEPS and value in document.step_by_key:
            step = document.step_by_key[value]
            return self.say(say("Step %(number)s: %(text)s", number=step.number, text=step.text))
        if field == "actor" and value in document.actor_by_key:
            return document.actor_by_key[value].name
        return value

    def _whole(self, value: Any) -> str:
        match value:
            case Limit():
                return self.say(
                    say("%(number)s %(unit)s", number=value.value, unit=self.name(value.unit))
                )
            case Citation():
                return f"{value.text} {value.number} {value.code}"
            case Item() | Matter():
                return f"{value.code} {value.name}"
            case Measure():
                return f"{value.code} {value.text}"
        return str(value)


def _is_default(field: "Field[Any]", value: Any) -> bool:
    return field.default is not MISSING and field.default == value


def _key_on_chart(each: Difference) -> str:
    if each.part in (Part.STEP, Part.LINE, Part.RISK):
        return each.key
    return each.owner if each.part is Part.MEASURE else ""


def _called(of: Diff, each: Difference) -> str:
    """Return what an actor, a basis, a limit or an office is called, as it is now."""
    document = of.old if each.change is Change.REMOVED else of.new
    parts: Mapping[Part, Any] = {
        Part.ACTOR: (document.actors, "key", "name"),
        Part.BASIS: (document.bases, "code", "text"),
        Part.SPAN: (document.limit_spans, "code", "name"),
        Part.OFFICE: (document.offices, "code", "name"),
    }
    found, told, name = parts[each.part]
    return next(str(getattr(one, name)) for one in found if getattr(one, told) == each.key)

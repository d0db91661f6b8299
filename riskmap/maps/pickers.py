"""What the texts in the editor's pickers stand for: posts, items, measures, bases, limits, maps."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import select

from riskmap.db import AnySession
from riskmap.document import model as document
from riskmap.document.terms import ActorRole
from riskmap.maps import rows
from riskmap.maps.draft import MapDraft, RiskRow, StepRow, tidied
from riskmap.maps.models import AccountMap
from riskmap.organisation.models import Bureau, Party
from riskmap.organisation.queries import nodes
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel
from riskmap.register.models import Basis, Category, Item, Matter, Measure, StatutoryLimit
from riskmap.register.rating import Level

Value = TypeVar("Value")


class Choice(NamedTuple):
    """A row that a picker offers."""

    code: str
    name: str

    @property
    def shown(self) -> str:
        """Return what the list shows, and what stands in the field when it was chosen."""
        return f"{self.name} {self.code}"


@dataclass(frozen=True, slots=True)
class Entry(Generic[Value]):
    """A row that a text may stand for, what a document shows of it, and whether it is in use.

    A party's id stands with a minus among the nodes' ids.
    """

    code: str
    name: str
    id: int
    value: Value
    retired: bool = False


class Picker(Generic[Value]):
    """The rows of one kind, in the order in which they are offered."""

    def __init__(self, entries: Iterable[Entry[Value]]) -> None:
        self.entries = {each.code: each for each in entries}
        self.codes = {each.id: each.code for each in self.entries.values()}
        self.choices = [Choice(each.code, each.name) for each in self if not each.retired]
        self._texts = {_key(each.code): each.code for each in self}
        self._texts |= {_key(f"{each.code} {each.name}"): each.code for each in self}
        self._names = _only_ones(self)

    def __iter__(self) -> Iterator[Entry[Value]]:
        return iter(self.entries.values())

    def resolve(self, text: str) -> str | None:
        """Return the code that a text stands for, None if it is none or not plain which.

        The code itself, name and code as the list shows them, or a name that only one has. What
        was chosen from the list still stands for the same row when that has been renamed.
        """
        asked = _key(text)
        if not asked:
            return None
        return self._texts.get(asked) or self._names.get(asked) or self._texts.get(_last(asked))

    def find(self, text: str) -> Entry[Value] | None:
        """Return the row that a text stands for."""
        code = self.resolve(text)
        return self.entries[code] if code else None

    def shown(self, code: str | None) -> str:
        """Return how the list shows a code, "" for none."""
        found = self.entries.get(code or "")
        return Choice(found.code, found.name).shown if found else ""

    def shown_id(self, number: int | None) -> str:
        """Return how the list shows the row of an id, "" for none."""
        return self.shown(self.codes.get(number or 0))


def _key(text: str) -> str:
    """Return a text as it is compared: lookalikes are one."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _last(text: str) -> str:
    return text.rpartition(" ")[2] if " " in text else ""


def _only_ones(entries: Iterable[Entry[Any]]) -> dict[str, str]:
    """Return code by name, for names that one row in use has, or no row in use and one retired."""
    found: dict[str, list[Entry[Any]]] = {}
    for each in entries:
        found.setdefault(_key(each.name), []).append(each)
    ones = {}
    for name, alike in found.items():
        used = [each for each in alike if not each.retired] or alike
        if len(used) == 1:
            ones[name] = used[0].code
    return ones


class NodeActor(NamedTuple):
    """A unit, office or post that carries out steps: its level, path and place in the tree."""

    level: NodeLevel
    path: str
    order: int


class PartyActor(NamedTuple):
    """A party that carries out steps: its lane and its place in the list of parties."""

    role: ActorRole
    order: int


@dataclass(frozen=True, slots=True)
class RatedItem:
    """An item, the level that its risk points have unless overridden, and why."""

    item: document.Item
    level: Level
    reason: str


@dataclass(frozen=True, slots=True)
class ItemMeasure:
    """A measure, and the code of the item it belongs to."""

    measure: document.Measure
    item: str


@dataclass(frozen=True, slots=True)
class Pickers:
    """The pickers of a bureau: plain values, which may be kept as long as nothing changes.

    A limit's value is the span of it, but for the steps; a basis's is its citation, but for the
    article.
    """

    actors: Picker[NodeActor | PartyActor]
    items: Picker[RatedItem]
    measures: Picker[ItemMeasure]
    bases: Picker[document.Citation]
    limits: Picker[document.LimitSpan]
    matters: Picker[document.Matter]
    maps: Picker[None]

    def measures_of(self, item: str) -> list[Entry[ItemMeasure]]:
        """Return the measures of the item that a text stands for, those in use, in their order."""
        code = self.items.resolve(item)
        return [each for each in self.measures if each.value.item == code and not each.retired]


def narrowed(known: Pickers, may_name: Callable[[str], bool], maps: Collection[str]) -> Pickers:
    """Return pickers in which no other posts and maps can be named than somebody may know of.

    `may_name` says so of a node's path; `maps` are codes.
    """

    def named(entry: Entry[NodeActor | PartyActor]) -> bool:
        return not isinstance(entry.value, NodeActor) or may_name(entry.value.path)

    actors = Picker(filter(named, known.actors))
    return replace(known, actors=actors, maps=Picker(e for e in known.maps if e.code in maps))


def pickers(session: AnySession, bureau: Bureau) -> Pickers:
    """Return a bureau's pickers; eight statements, however many rows there are."""
    return Pickers(
        actors=Picker([*_nodes(session, bureau), *_parties(session, bureau)]),
        items=Picker(_items(session, bureau)),
        measures=Picker(_measures(session, bureau)),
        bases=Picker(bases := list(_bases(session, bureau))),
        limits=Picker(_limits(session, bureau, bases)),
        matters=Picker(_matters(session, bureau)),
        maps=Picker(_maps(session, bureau)),
    )


def _nodes(session: AnySession, bureau: Bureau) -> Iterator[Entry[NodeActor | PartyActor]]:
    for order, row in enumerate(nodes(session, Scope(bureau))):
        value = NodeActor(row.level, row.path, order)
        yield Entry(row.code, row.name, row.id, value, row.retired_on is not None)


def _parties(session: AnySession, bureau: Bureau) -> Iterator[Entry[NodeActor | PartyActor]]:
    query = select(Party).where(Party.bureau_id == bureau.id).order_by(Party.position, Party.code)
    for row in session.scalars(query):
        value = PartyActor(ActorRole(row.role.value), row.position)
        yield Entry(row.code, row.name, -row.id, value, row.retired_on is not None)


def _items(session: AnySession, bureau: Bureau) -> Iterator[Entry[RatedItem]]:
    query = (
        select(Item, Category)
        .join(Category, Category.id == Item.category_id)
        .where(Item.bureau_id == bureau.id)
        .order_by(Category.position, Category.code, Item.position, Item.code)
    )
    for row, category in session.execute(query):
        value = RatedItem(rows.item(row, category), rows.item_level(row), row.override_reason)
        yield Entry(row.code, row.name, row.id, value, row.retired_on is not None)


def _measures(session: AnySession, bureau: Bureau) -> Iterator[Entry[ItemMeasure]]:
    query = (
        select(Measure, Item.code)
        .join(Item, Item.id == Measure.item_id)
        .where(Measure.bureau_id == bureau.id)
        .order_by(Item.code, Measure.position, Measure.code)
    )
    for row, item in session.execute(query):
        value = ItemMeasure(rows.measure(row), item)
        yield Entry(row.code, row.text, row.id, value, row.retired_on is not None)


def _bases(session: AnySession, bureau: Bureau) -> Iterator[Entry[document.Citation]]:
    query = select(Basis).where(Basis.bureau_id == bureau.id).order_by(Basis.code)
    for row in session.scalars(query):
        value = document.Citation(
            row.code, row.title, row.number, "", row.unverified, row.fictional
        )
        yield Entry(row.code, row.title, row.id, value, row.retired_on is not None)


def _limits(
    session: AnySession, bureau: Bureau, bases: list[Entry[document.Citation]]
) -> Iterator[Entry[document.LimitSpan]]:
    citations = {each.id: each.value for each in bases}
    query = (
        select(StatutoryLimit)
        .where(StatutoryLimit.bureau_id == bureau.id)
        .order_by(StatutoryLimit.code)
    )
    for row in session.scalars(query):
        span = document.LimitSpan(
            code=row.code,
            name=row.name,
            limit=document.Limit(row.value, row.unit),
            sense=row.sense,
            binds=row.binds,
            citation=replace(citations[row.basis_id], article=row.article),
            evidence=row.evidence,
            first="",
            last="",
        )
        yield Entry(row.code, row.name, row.id, span, row.retired_on is not None)


def _matters(session: AnySession, bureau: Bureau) -> Iterator[Entry[document.Matter]]:
    query = select(Matter).where(Matter.bureau_id == bureau.id).order_by(Matter.code)
    for row in session.scalars(query):
        value = document.Matter(row.code, row.name, row.kind)
        yield Entry(row.code, row.name, row.id, value, row.retired_on is not None)


def _maps(session: AnySession, bureau: Bureau) -> Iterator[Entry[None]]:
    query = select(AccountMap).where(AccountMap.bureau_id == bureau.id).order_by(AccountMap.code)
    for row in session.scalars(query):
        yield Entry(row.code, row.title, row.id, None, row.retired_on is not None)


def settled(draft: MapDraft, known: Pickers) -> MapDraft:
    """Return a draft as it is compared: tidied, and every choice written as its list shows it."""
    draft = tidied(draft)
    return replace(
        draft,
        matter=_as_shown(known.matters, draft.matter),
        bases=tuple(replace(row, basis=_as_shown(known.bases, row.basis)) for row in draft.bases),
        steps=tuple(_settled_step(row, known) for row in draft.steps),
        spans=tuple(replace(row, limit=_as_shown(known.limits, row.limit)) for row in draft.spans),
    )


def _settled_step(row: StepRow, known: Pickers) -> StepRow:
    return replace(
        row,
        actor=_as_shown(known.actors, row.actor),
        basis=_as_shown(known.bases, row.basis),
        detail=_as_shown(known.maps, row.detail),
        min_persons=row.min_persons or "1",
        risks=tuple(_settled_risk(risk, known) for risk in row.risks),
    )


def _settled_risk(row: RiskRow, known: Pickers) -> RiskRow:
    """Return a risk point as compared; a measure chosen by its text is one of those ticked."""
    other = known.measures.resolve(row.other)
    ticked = dict.fromkeys([*row.measures, *([other] if other else [])])
    return replace(
        row,
        item=_as_shown(known.items, row.item),
        measures=tuple(ticked),
        other="" if other else row.other,
    )


def _as_shown(picker: Picker[Any], text: str) -> str:
    return picker.shown(picker.resolve(text)) or text

"""From rows to `MapDocument`: the same few statements for one map as for a whole bureau."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from riskmap.document import model as document
from riskmap.document.terms import ActorRole
from riskmap.maps.models import (
    AccountMap,
    LimitSpan,
    MapBasis,
    RiskPoint,
    RiskPointMeasure,
    Step,
    Transition,
)
from riskmap.organisation.models import Bureau, Node, Party
from riskmap.organisation.queries import AnySession, nodes
from riskmap.organisation.tree import NodeLevel
from riskmap.register import rating
from riskmap.register.models import Basis, Category, Item, Matter, Measure, StatutoryLimit

T = TypeVar("T")
S = TypeVar("S", bound="Select[*tuple[Any, ...]]")


class NoSuchMap(LookupError):
    """A code that no map in use has."""

    def __init__(self, code: str) -> None:
        super().__init__(f"没有编号为 {code} 的账图；用 riskmap report 或网页上的目录查编号")
        self.code = code


def documents(
    session: AnySession, bureau: Bureau, codes: Collection[str] | None = None
) -> list[document.MapDocument]:
    """Return the maps in use as documents, in reading order (unit, office, post, code).

    With `codes`, only those maps; raises `NoSuchMap` for a code that is not there.
    """
    rows = _Rows.read(session, bureau, codes)
    if codes is not None:
        found = {row.code for row in rows.maps}
        for code in codes:
            if code not in found:
                raise NoSuchMap(code)
    return [rows.compose(row) for row in rows.maps]


@dataclass
class _Rows:
    """What the documents of a bureau are made from, read in twelve statements."""

    bureau: Bureau
    nodes: dict[int, Node]
    order: dict[int, int]
    parties: dict[int, Party]
    maps: list[AccountMap]
    codes: dict[int, str]
    matters: dict[int, Matter]
    bases: dict[int, Basis]
    items: dict[int, document.Item]
    item_levels: dict[int, tuple[rating.Level, str]]
    steps: dict[int, list[Step]]
    transitions: dict[int, list[Transition]]
    risk_points: dict[int, list[RiskPoint]]
    measures: dict[int, list[document.Measure]]
    map_bases: dict[int, list[MapBasis]]
    spans: dict[int, list[tuple[LimitSpan, StatutoryLimit]]]

    @classmethod
    def read(cls, session: AnySession, bureau: Bureau, codes: Collection[str] | None) -> "_Rows":
        tree = nodes(session, bureau.id)
        order = {node.id: index for index, node in enumerate(tree)}
        all_codes = dict(
            session.execute(
                select(AccountMap.id, AccountMap.code).where(AccountMap.bureau_id == bureau.id)
            ).all()
        )
        wanted = select(AccountMap).where(
            AccountMap.bureau_id == bureau.id, AccountMap.retired_on.is_(None)
        )
        if codes is not None:
            wanted = wanted.where(AccountMap.code.in_(codes))
        maps = sorted(session.scalars(wanted), key=lambda row: (order[row.node_id], row.code))
        ids = [row.id for row in maps] if codes is not None else None

        def of_maps(query: S, column: InstrumentedAttribute[int]) -> S:
            return query if ids is None else query.where(column.in_(ids))

        def mine(model: Any, *sorting: Any) -> Select[Any]:
            query = select(model).where(model.bureau_id == bureau.id).order_by(*sorting)
            return of_maps(query, model.map_id)

        items = session.execute(
            select(Item, Category)
            .join(Category, Category.id == Item.category_id)
            .where(Item.bureau_id == bureau.id)
        )
        pairs = list(items)
        answers = of_maps(
            select(RiskPointMeasure.risk_point_id, Measure)
            .join(Measure, Measure.id == RiskPointMeasure.measure_id)
            .where(RiskPointMeasure.bureau_id == bureau.id)
            .order_by(RiskPointMeasure.risk_point_id, RiskPointMeasure.position),
            RiskPointMeasure.map_id,
        )
        spans = of_maps(
            select(LimitSpan, StatutoryLimit)
            .join(StatutoryLimit, StatutoryLimit.id == LimitSpan.statutory_limit_id)
            .where(LimitSpan.bureau_id == bureau.id)
            .order_by(StatutoryLimit.code, LimitSpan.id),
            LimitSpan.map_id,
        )
        return cls(
            bureau=bureau,
            nodes={node.id: node for node in tree},
            order=order,
            parties=_by_id(session, Party, bureau),
            maps=maps,
            codes=all_codes,
            matters=_by_id(session, Matter, bureau),
            bases=_by_id(session, Basis, bureau),
            items={item.id: _item(item, category) for item, category in pairs},
            item_levels={item.id: (item_level(item), item.override_reason) for item, _ in pairs},
            steps=_grouped(
                session.scalars(mine(Step, Step.number, Step.id)), lambda row: row.map_id
            ),
            transitions=_grouped(
                session.scalars(mine(Transition, Transition.id)), lambda row: row.map_id
            ),
            risk_points=_grouped(
                session.scalars(mine(RiskPoint, RiskPoint.position, RiskPoint.id)),
                lambda row: row.map_id,
            ),
            measures=_measures(session.execute(answers)),
            map_bases=_grouped(
                session.scalars(mine(MapBasis, MapBasis.position, MapBasis.id)),
                lambda row: row.map_id,
            ),
            spans=_grouped(session.execute(spans), lambda pair: pair[0].map_id),
        )

    def compose(self, row: AccountMap) -> document.MapDocument:
        """Return one map as a document."""
        steps = self.steps.get(row.id, [])
        keys = {step.id: step.key for step in steps}
        numbers = {step.id: step.number for step in steps}
        risks = sorted(
            self.risk_points.get(row.id, []),
            key=lambda risk: (numbers[risk.step_id], risk.position, risk.id),
        )
        matter = self.matters.get(row.matter_id or 0)
        return document.MapDocument(
            code=row.code,
            title=row.title,
            place=self._place(self.nodes[row.node_id]),
            goal=row.goal,
            duties=tuple(line for line in row.duties.splitlines() if line.strip()),
            matter=document.Matter(matter.code, matter.name, matter.kind) if matter else None,
            major_decision=row.major_decision,
            bases=tuple(
                self._citation(basis.basis_id, basis.article)
                for basis in self.map_bases.get(row.id, [])
            ),
            actors=self._actors(row, steps),
            steps=tuple(self._step(step) for step in steps),
            transitions=tuple(
                document.Transition(
                    line.key, keys[line.source_id], keys[line.target_id], line.condition
                )
                for line in sorted(
                    self.transitions.get(row.id, []),
                    key=lambda line: (numbers[line.source_id], line.id),
                )
            ),
            risk_points=tuple(self._risk(risk, keys[risk.step_id]) for risk in risks),
            limit_spans=tuple(
                self._span(span, limit, keys) for span, limit in self.spans.get(row.id, [])
            ),
        )

    def _place(self, node: Node) -> document.Place:
        names = dict.fromkeys(NodeLevel, "")
        above: Node | None = node
        while above:
            names[above.level] = above.name
            above = self.nodes.get(above.parent_id or 0)
        return document.Place(
            code=node.code,
            level=node.level,
            bureau=self.bureau.name,
            unit=names[NodeLevel.UNIT],
            office=names[NodeLevel.OFFICE],
            post=names[NodeLevel.POST],
        )

    def _citation(self, basis_id: int, article: str) -> document.Citation:
        basis = self.bases[basis_id]
        return document.Citation(
            code=basis.code,
            title=basis.title,
            number=basis.number,
            article=article,
            unverified=basis.unverified,
            fictional=basis.fictional,
        )

    def _actors(self, row: AccountMap, steps: Sequence[Step]) -> tuple[document.Actor, ...]:
        """Return who acts, in the order of their lanes.

        Applicants, the map's own office, other nodes, leaders, outside bodies; within each by the
        order of the organisation or of the list of parties.
        """
        own = self.nodes[row.node_id]
        home = own.path if own.level is not NodeLevel.POST else self._parent_path(own)
        actors: dict[tuple[int, int, str], document.Actor] = {}
        for step in steps:
            if node := self.nodes.get(step.actor_node_id or 0):
                role = ActorRole.OWN if node.path.startswith(home) else ActorRole.OTHER
                place = (_LANES.index(role), self.order[node.id], node.code)
                actors[place] = document.Actor(node.code, node.name, role)
            elif party := self.parties.get(step.actor_party_id or 0):
                role = ActorRole(party.role.value)
                place = (_LANES.index(role), party.position, party.code)
                actors[place] = document.Actor(party.code, party.name, role)
        return tuple(actors[place] for place in sorted(actors))

    def _parent_path(self, node: Node) -> str:
        parent = self.nodes.get(node.parent_id or 0)
        return parent.path if parent else node.path

    def _step(self, row: Step) -> document.Step:
        node = self.nodes.get(row.actor_node_id or 0)
        party = self.parties.get(row.actor_party_id or 0)
        return document.Step(
            key=row.key,
            number=row.number,
            kind=row.kind,
            text=row.text,
            actor=node.code if node else party.code if party else "",
            duty=row.duty,
            min_persons=row.min_persons,
            limit=_limit(row.limit_value, row.limit_unit),
            recording=row.recording,
            effect=row.limit_effect,
            document=row.document,
            basis=self._citation(row.basis_id, row.basis_article) if row.basis_id else None,
            detail=self.codes.get(row.detail_map_id or 0, ""),
        )

    def _risk(self, row: RiskPoint, step: str) -> document.RiskPoint:
        level, reason = self.item_levels[row.item_id]
        if row.override_level:
            level, reason = row.override_level, row.override_reason
        return document.RiskPoint(
            key=row.key,
            step=step,
            item=self.items[row.item_id],
            statement=row.statement,
            level=level,
            reason=reason,
            measures=tuple(self.measures.get(row.id, [])),
        )

    def _span(
        self, span: LimitSpan, limit: StatutoryLimit, keys: dict[int, str]
    ) -> document.LimitSpan:
        return document.LimitSpan(
            code=limit.code,
            name=limit.name,
            limit=document.Limit(limit.value, limit.unit),
            sense=limit.sense,
            binds=limit.binds,
            citation=self._citation(limit.basis_id, limit.article),
            evidence=limit.evidence,
            first=keys[span.first_id],
            last=keys[span.last_id],
        )


_LANES = (
    ActorRole.APPLICANT,
    ActorRole.OWN,
    ActorRole.OTHER,
    ActorRole.LEADER,
    ActorRole.EXTERNAL,
)


def item_level(item: Item) -> rating.Level:
    """Return an item's level: its override, else its rating."""
    return item.override_level or rating.level(item.likelihood, item.severity)


def _item(item: Item, category: Category) -> document.Item:
    return document.Item(
        code=item.code,
        name=item.name,
        category_code=category.code,
        category=category.name,
        kind=item.kind,
        manifestation=item.manifestation,
        likelihood=item.likelihood,
        severity=item.severity,
    )


def _measures(
    pairs: Iterable[tuple[int, Measure]],
) -> dict[int, list[document.Measure]]:
    values: dict[int, document.Measure] = {}
    measures: dict[int, list[document.Measure]] = defaultdict(list)
    for risk_id, row in pairs:
        if row.id not in values:
            values[row.id] = document.Measure(
                code=row.code,
                text=row.text,
                phase=row.phase,
                control=row.control,
                frequency=row.frequency,
                evidence=row.evidence,
                indicator=row.indicator,
            )
        measures[risk_id].append(values[row.id])
    return measures


def _limit(value: int | None, unit: Any) -> document.Limit | None:
    return document.Limit(value, unit) if value is not None else None


def _by_id(session: AnySession, model: Any, bureau: Bureau) -> dict[int, Any]:
    rows = session.scalars(select(model).where(model.bureau_id == bureau.id).order_by(model.id))
    return {row.id: row for row in rows}


def _grouped(rows: Iterable[T], key: Callable[[T], int]) -> dict[int, list[T]]:
    groups: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def stamps(session: AnySession, bureau: Bureau) -> dict[str, tuple[int, datetime]]:
    """Return each map's version and time of change by code: what a sheet is stamped with."""
    rows = session.execute(
        select(AccountMap.code, AccountMap.version, AccountMap.changed_at)
        .where(AccountMap.bureau_id == bureau.id)
        .order_by(AccountMap.code)
    )
    return {code: (version, changed_at) for code, version, changed_at in rows}

"""From the rows of a map to its `MapDocument`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from riskmap.document import model as document
from riskmap.document.terms import ActorRole
from riskmap.maps.models import AccountMap, LimitSpan, RiskPoint, Step
from riskmap.maps.rows import Rows
from riskmap.organisation.models import Node
from riskmap.organisation.tree import NodeLevel
from riskmap.register.models import StatutoryLimit
from riskmap.register.rating import Level

LANES = (
    ActorRole.APPLICANT,
    ActorRole.OWN,
    ActorRole.OTHER,
    ActorRole.LEADER,
    ActorRole.EXTERNAL,
)
"""The order of lanes, left to right."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Makes documents of a bureau's rows."""

    rows: Rows

    def compose(self, row: AccountMap) -> document.MapDocument:
        """Return one map as a document."""
        steps = self.rows.steps.get(row.id, [])
        keys = {step.id: step.key for step in steps}
        numbers = {step.id: step.number for step in steps}
        risks = sorted(
            self.rows.risk_points.get(row.id, []),
            key=lambda risk: (numbers[risk.step_id], risk.position, risk.id),
        )
        matter = self.rows.matters.get(row.matter_id or 0)
        return document.MapDocument(
            code=row.code,
            title=row.title,
            place=self._place(self.rows.nodes[row.node_id]),
            goal=row.goal,
            duties=tuple(line for line in row.duties.splitlines() if line.strip()),
            matter=document.Matter(matter.code, matter.name, matter.kind) if matter else None,
            major_decision=row.major_decision,
            bases=tuple(
                self._citation(basis.basis_id, basis.article)
                for basis in self.rows.map_bases.get(row.id, [])
            ),
            actors=self._actors(row, steps),
            steps=tuple(self._step(step) for step in steps),
            transitions=tuple(
                document.Transition(
                    line.key, keys[line.source_id], keys[line.target_id], line.condition
                )
                for line in sorted(
                    self.rows.transitions.get(row.id, []),
                    key=lambda line: (numbers[line.source_id], line.id),
                )
            ),
            risk_points=tuple(self._risk(risk, keys[risk.step_id]) for risk in risks),
            limit_spans=tuple(
                self._span(span, limit, keys) for span, limit in self.rows.spans.get(row.id, [])
            ),
            offices=tuple(self._offices(self.rows.nodes[row.node_id])),
        )

    def _offices(self, unit: Node) -> Iterator[document.Office]:
        """Yield the offices in use right below a unit, in the order of the organisation."""
        if unit.level is not NodeLevel.UNIT:
            return
        below = [
            node
            for node in self.rows.nodes.values()
            if node.parent_id == unit.id
            and node.level is NodeLevel.OFFICE
            and node.retired_on is None
        ]
        for node in sorted(below, key=lambda each: self.rows.order[each.id]):
            maps = [
                counts
                for counts in self.rows.counts
                if self.rows.nodes[counts.node_id].path.startswith(node.path)
            ]
            own = next((counts.code for counts in maps if counts.node_id == node.id), "")
            high, medium, low = (
                sum(getattr(counts, level.value) for counts in maps) for level in Level
            )
            yield document.Office(node.code, node.name, own, high, medium, low)

    def _place(self, node: Node) -> document.Place:
        names = dict.fromkeys(NodeLevel, "")
        above: Node | None = node
        while above:
            names[above.level] = above.name
            above = self.rows.nodes.get(above.parent_id or 0)
        return document.Place(
            code=node.code,
            level=node.level,
            bureau=self.rows.bureau.name,
            unit=names[NodeLevel.UNIT],
            office=names[NodeLevel.OFFICE],
            post=names[NodeLevel.POST],
        )

    def _citation(self, basis_id: int, article: str) -> document.Citation:
        basis = self.rows.bases[basis_id]
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
        own = self.rows.nodes[row.node_id]
        home = own.path if own.level is not NodeLevel.POST else self._parent_path(own)
        actors: dict[tuple[int, int, str], document.Actor] = {}
        for step in steps:
            if node := self.rows.nodes.get(step.actor_node_id or 0):
                role = ActorRole.OWN if node.path.startswith(home) else ActorRole.OTHER
                place = (LANES.index(role), self.rows.order[node.id], node.code)
                actors[place] = document.Actor(node.code, node.name, role)
            elif party := self.rows.parties.get(step.actor_party_id or 0):
                role = ActorRole(party.role.value)
                place = (LANES.index(role), party.position, party.code)
                actors[place] = document.Actor(party.code, party.name, role)
        return tuple(actors[place] for place in sorted(actors))

    def _parent_path(self, node: Node) -> str:
        parent = self.rows.nodes.get(node.parent_id or 0)
        return parent.path if parent else node.path

    def _step(self, row: Step) -> document.Step:
        node = self.rows.nodes.get(row.actor_node_id or 0)
        party = self.rows.parties.get(row.actor_party_id or 0)
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
            detail=self.rows.codes.get(row.detail_map_id or 0, ""),
        )

    def _risk(self, row: RiskPoint, step: str) -> document.RiskPoint:
        level, reason = self.rows.item_levels[row.item_id]
        if row.override_level:
            level, reason = row.override_level, row.override_reason
        return document.RiskPoint(
            key=row.key,
            step=step,
            item=self.rows.items[row.item_id],
            statement=row.statement,
            level=level,
            reason=reason,
            measures=tuple(self.rows.measures.get(row.id, [])),
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


def _limit(value: int | None, unit: Any) -> document.Limit | None:
    return document.Limit(value, unit) if value is not None else None

"""The rows of one map by their keys, and the draft that says the same."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, bindparam, select

from riskmap.db import AnySession
from riskmap.maps.draft import BasisRow, MapDraft, NextRow, RiskRow, SpanRow, StepRow
from riskmap.maps.models import (
    AccountMap,
    LimitSpan,
    MapBasis,
    RiskPoint,
    RiskPointMeasure,
    Step,
    Transition,
)
from riskmap.maps.pickers import Pickers


def _below(kind: Any, *sorting: Any) -> Select[Any]:
    query = select(kind).where(kind.map_id == bindparam("map")).order_by(*sorting, kind.id)
    return query.execution_options(populate_existing=True)


# Made once: putting a statement together takes longer than its few rows do.
_BASES = _below(MapBasis, MapBasis.position)
_STEPS = _below(Step, Step.number)
_LINES = _below(Transition)
_RISKS = _below(RiskPoint, RiskPoint.position)
_ANSWERS = _below(RiskPointMeasure, RiskPointMeasure.position)
_SPANS = _below(LimitSpan)


@dataclass
class Stored:
    """A map and all rows below it, each kind in reading order."""

    map: AccountMap
    bases: list[MapBasis]
    steps: list[Step]
    lines: list[Transition]
    risks: list[RiskPoint]
    answers: dict[int, list[RiskPointMeasure]]
    spans: list[LimitSpan]

    @classmethod
    def read(cls, session: AnySession, row: AccountMap) -> "Stored":
        """Return a map's rows as they are now; six statements."""

        def mine(statement: Select[Any]) -> list[Any]:
            return list(session.scalars(statement, {"map": row.id}))

        answers: dict[int, list[RiskPointMeasure]] = defaultdict(list)
        for answer in mine(_ANSWERS):
            answers[answer.risk_point_id].append(answer)
        return cls(
            map=row,
            bases=mine(_BASES),
            steps=mine(_STEPS),
            lines=mine(_LINES),
            risks=mine(_RISKS),
            answers=answers,
            spans=mine(_SPANS),
        )

    def draft(self, known: Pickers) -> MapDraft:
        """Return the rows as somebody would have typed them."""
        row, keys = self.map, {step.id: step.key for step in self.steps}
        limits = known.limits.codes
        spans = sorted(self.spans, key=lambda span: (limits[span.statutory_limit_id], span.id))
        return MapDraft(
            title=row.title,
            goal=row.goal,
            duties=row.duties,
            matter=known.matters.shown_id(row.matter_id),
            major_decision="1" if row.major_decision else "",
            bases=tuple(
                BasisRow(known.bases.shown_id(each.basis_id), each.article) for each in self.bases
            ),
            steps=tuple(self._step(step, keys, known) for step in self.steps),
            spans=tuple(
                SpanRow(
                    known.limits.shown_id(span.statutory_limit_id),
                    keys[span.first_id],
                    keys[span.last_id],
                )
                for span in spans
            ),
            next_key=row.next_key,
        )

    def _step(self, row: Step, keys: dict[int, str], known: Pickers) -> StepRow:
        actor = row.actor_node_id or (-row.actor_party_id if row.actor_party_id else None)
        return StepRow(
            key=row.key,
            kind=row.kind.value,
            text=row.text,
            actor=known.actors.shown_id(actor),
            duty=_value(row.duty),
            min_persons=str(row.min_persons),
            limit_value=str(row.limit_value or ""),
            limit_unit=_value(row.limit_unit),
            recording=_value(row.recording),
            effect=_value(row.limit_effect),
            document=row.document,
            basis=known.bases.shown_id(row.basis_id),
            article=row.basis_article,
            detail=known.maps.shown_id(row.detail_map_id),
            next=tuple(
                NextRow(line.key, keys[line.target_id], line.condition)
                for line in self.lines
                if line.source_id == row.id
            ),
            risks=tuple(self._risk(risk, known) for risk in self.risks if risk.step_id == row.id),
        )

    def _risk(self, row: RiskPoint, known: Pickers) -> RiskRow:
        return RiskRow(
            key=row.key,
            item=known.items.shown_id(row.item_id),
            statement=row.statement,
            level=_value(row.override_level),
            reason=row.override_reason,
            measures=tuple(
                known.measures.codes[each.measure_id] for each in self.answers.get(row.id, [])
            ),
        )


def _value(member: StrEnum | None) -> str:
    return member.value if member is not None else ""


def draft_of(session: AnySession, row: AccountMap, known: Pickers) -> MapDraft:
    """Return a stored map as a draft."""
    return Stored.read(session, row).draft(known)

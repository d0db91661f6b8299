"""maps/*.yaml: account maps with all below them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from riskmap.maps import models as maps
from riskmap.register import models as register
from riskmap.register.terms import LimitUnit
from riskmap.sample import files
from riskmap.sample.known import Known
from riskmap.sample.reading import Entry, SampleError

_LIMIT = re.compile(r"([1-9][0-9]*)个?(日|工作日|月|年)")
_SECOND_MAP = re.compile(r"-S\d+$")


@dataclass
class MapsLoader:
    """Adds what the files of maps/ hold, dated as one day's work.

    `reviewed` says when a map, by its code, was signed off last.
    """

    known: Known
    dated: datetime
    reviewed: Mapping[str, date] = field(default_factory=dict)

    def load(self, contents: Sequence[tuple[Path, files.MapsFile]]) -> None:
        """Add every map with all below it in one flush, so that each starts at version 1."""
        entries = [(path, entry) for path, content in contents for entry in content.maps]
        for path, entry in entries:
            self.known.maps.add(entry.code, self._map(path, entry), entry)
        for path, entry in entries:
            self.known.session.add_all(self._below(path, entry))
        self.known.add(self.known.maps.values())

    def _map(self, path: Path, entry: files.MapEntry) -> maps.AccountMap:
        matter = self.known.matters.find(entry.matter, path, entry) if entry.matter else None
        return maps.AccountMap(
            bureau_id=self.known.bureau.id,
            node_id=self.known.nodes.find(_SECOND_MAP.sub("", entry.code), path, entry).id,
            matter_id=matter.id if matter else None,
            code=entry.code,
            title=entry.title,
            goal=entry.goal,
            duties="\n".join(entry.duties),
            major_decision=entry.major_decision,
            changed_at=self.dated,
            reviewed_on=self.reviewed.get(entry.code),
        )

    def _below(self, path: Path, entry: files.MapEntry) -> Iterator[object]:
        owner = self.known.maps[entry.code]
        steps: dict[str, maps.Step] = {}
        risks: set[str] = set()
        for number, step in enumerate(entry.steps, start=1):
            if step.key in steps:
                raise SampleError(path, step.line, f"步骤标识 {step.key} 在本图中已用过")
            steps[step.key] = self._step(path, owner, step, number)
        yield from steps.values()
        yield from self._map_bases(path, owner, entry)
        yield from self._transitions(path, owner, entry, steps)
        for step in entry.steps:
            for risk in step.risks:
                if risk.key in risks:
                    raise SampleError(path, risk.line, f"风险点标识 {risk.key} 在本图中已用过")
                yield from self._risk(path, owner, steps[step.key], risk, len(risks))
                risks.add(risk.key)
        for span in entry.limit_spans:
            yield maps.LimitSpan(
                bureau_id=self.known.bureau.id,
                map=owner,
                statutory_limit_id=self.known.limits.find(span.limit, path, span).id,
                first=_step_of(steps, span.first, path, span),
                last=_step_of(steps, span.last, path, span),
            )
        owner.next_key = 1 + max(len(entry.steps), len(risks), *_numbers(entry))

    def _step(
        self, path: Path, owner: maps.AccountMap, entry: files.StepEntry, number: int
    ) -> maps.Step:
        limit = _LIMIT.fullmatch(entry.limit)
        if entry.limit and not limit:
            raise SampleError(path, entry.line, f"时限“{entry.limit}”应写成 15日 或 5个工作日")
        basis, article = self._citation(path, entry, entry.basis) if entry.basis else (None, "")
        actor = entry.actor
        party = self.known.parties.find(actor, path, entry) if actor.startswith("CY-") else None
        node = self.known.nodes.find(actor, path, entry) if actor and not party else None
        return maps.Step(
            bureau_id=self.known.bureau.id,
            map=owner,
            key=entry.key,
            number=number,
            kind=entry.kind,
            text=entry.text,
            actor_node_id=node.id if node else None,
            actor_party_id=party.id if party else None,
            duty=entry.duty,
            min_persons=entry.min_persons,
            limit_value=int(limit[1]) if limit else None,
            limit_unit=LimitUnit(limit[2]) if limit else None,
            recording=entry.recording,
            limit_effect=entry.effect,
            document=entry.document,
            basis_id=basis.id if basis else None,
            basis_article=article,
            detail_map=self.known.maps.find(entry.detail, path, entry) if entry.detail else None,
        )

    def _citation(self, path: Path, entry: Entry, text: str) -> tuple[register.Basis, str]:
        code, _, article = text.partition(" ")
        return self.known.bases.find(code, path, entry), article.strip()

    def _map_bases(
        self, path: Path, owner: maps.AccountMap, entry: files.MapEntry
    ) -> Iterator[maps.MapBasis]:
        for position, text in enumerate(entry.bases):
            basis, article = self._citation(path, entry, text)
            yield maps.MapBasis(
                bureau_id=self.known.bureau.id,
                map=owner,
                basis_id=basis.id,
                article=article,
                position=position,
            )

    def _transitions(
        self,
        path: Path,
        owner: maps.AccountMap,
        entry: files.MapEntry,
        steps: dict[str, maps.Step],
    ) -> Iterator[maps.Transition]:
        number = 0
        for index, step in enumerate(entry.steps):
            following = [each.key for each in entry.steps[index + 1 : index + 2]]
            for line in following if step.next is None else step.next:
                to, when = (line, "") if isinstance(line, str) else (line.to, line.when)
                number += 1
                yield maps.Transition(
                    bureau_id=self.known.bureau.id,
                    map=owner,
                    key=f"t{number}",
                    source=steps[step.key],
                    target=_step_of(steps, to, path, step if isinstance(line, str) else line),
                    condition=when,
                )

    def _risk(
        self,
        path: Path,
        owner: maps.AccountMap,
        step: maps.Step,
        entry: files.RiskEntry,
        position: int,
    ) -> Iterator[object]:
        risk = maps.RiskPoint(
            bureau_id=self.known.bureau.id,
            map=owner,
            step=step,
            item_id=self.known.items.find(entry.item, path, entry).id,
            key=entry.key,
            position=position,
            statement=entry.statement,
            override_level=entry.override.level if entry.override else None,
            override_reason=entry.override.reason if entry.override else "",
        )
        yield risk
        for order, code in enumerate(entry.measures):
            yield maps.RiskPointMeasure(
                bureau_id=self.known.bureau.id,
                map=owner,
                risk_point=risk,
                measure_id=self.known.measures.find(code, path, entry).id,
                position=order,
            )


def _step_of(steps: dict[str, maps.Step], key: str, path: Path, entry: Entry) -> maps.Step:
    if key not in steps:
        raise SampleError(path, entry.line, f"本图没有步骤 {key}")
    return steps[key]


def _numbers(entry: files.MapEntry) -> Iterator[int]:
    """Yield the numbers used in the keys of a map: the next key issued lies above them."""
    keys = [step.key for step in entry.steps]
    keys += [risk.key for step in entry.steps for risk in step.risks]
    for key in keys:
        yield int(re.sub(r"\D", "", key) or 0)
    yield sum(len(step.next) if step.next is not None else 1 for step in entry.steps)

"""Put the sample's files into the database: all of them, or nothing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from riskmap.config import ZONE
from riskmap.maps import models as maps
from riskmap.organisation import models as organisation
from riskmap.organisation.tree import NodeLevel
from riskmap.register import models as register
from riskmap.register.terms import LimitUnit, ResponsibilityRole
from riskmap.sample import files
from riskmap.sample.reading import Entry, SampleError, read

_LIMIT = re.compile(r"([1-9][0-9]*)个?(日|工作日|月|年)")
_SECOND_MAP = re.compile(r"-S\d+$")
Row = TypeVar("Row")


@dataclass
class Sample:
    """The sample's files, read and typed; nothing of them is in the database yet."""

    folder: Path
    organisation: files.OrganisationFile
    register: files.RegisterFile
    bases: files.BasesFile
    maps: list[tuple[Path, files.MapsFile]]


def read_sample(folder: Path) -> Sample:
    """Return the sample in `folder`; raises `SampleError` at the first fault in any file."""
    return Sample(
        folder=folder,
        organisation=read(folder / "organisation.yaml", files.OrganisationFile),
        register=read(folder / "register.yaml", files.RegisterFile),
        bases=read(folder / "bases.yaml", files.BasesFile),
        maps=[
            (path, read(path, files.MapsFile)) for path in sorted((folder / "maps").glob("*.yaml"))
        ],
    )


def load(session: Session, sample: Sample) -> organisation.Bureau:
    """Add the sample bureau's rows to the session and flush; raises `SampleError`."""
    return _Loader(session, sample).load()


class _Codes(dict[str, Row]):
    """Rows by code; refuses a code issued twice, and names one that is not there."""

    def __init__(self, path: Path, thing: str) -> None:
        super().__init__()
        self.path = path
        self.thing = thing

    def add(self, code: str, row: Row, entry: Entry) -> Row:
        if code in self:
            raise SampleError(self.path, entry.line, f"{self.thing} {code} 已经有了，编号不能重复")
        self[code] = row
        return row

    def find(self, code: str, path: Path, entry: Entry) -> Row:
        if code not in self:
            raise SampleError(
                path, entry.line, f"没有{self.thing} {code}；请先在 {self.path.name} 中登记"
            )
        return self[code]


@dataclass
class _Loader:
    session: Session
    sample: Sample
    bureau: organisation.Bureau = field(init=False)

    def __post_init__(self) -> None:
        folder = self.sample.folder
        self.organisation_path = folder / "organisation.yaml"
        self.register_path = folder / "register.yaml"
        self.bases_path = folder / "bases.yaml"
        self.nodes: _Codes[organisation.Node] = _Codes(self.organisation_path, "单位、科室或岗位")
        self.parties: _Codes[organisation.Party] = _Codes(self.organisation_path, "参与方")
        self.persons: _Codes[organisation.Person] = _Codes(self.organisation_path, "人员")
        self.matters: _Codes[register.Matter] = _Codes(self.organisation_path, "权力事项")
        self.categories: _Codes[register.Category] = _Codes(self.register_path, "大类")
        self.items: _Codes[register.Item] = _Codes(self.register_path, "小项")
        self.measures: _Codes[register.Measure] = _Codes(self.register_path, "防控措施")
        self.bases: _Codes[register.Basis] = _Codes(self.bases_path, "依据")
        self.limits: _Codes[register.StatutoryLimit] = _Codes(self.bases_path, "法定时限")
        self.maps: _Codes[maps.AccountMap] = _Codes(folder / "maps", "账图")

    def load(self) -> organisation.Bureau:
        entry = self.sample.organisation.bureau
        self.bureau = organisation.Bureau(
            code=entry.code, name=entry.name, short_name=entry.short_name, is_sample=True
        )
        self.session.add(self.bureau)
        self.session.flush()
        self._load_organisation(self.sample.organisation)
        self._load_bases(self.sample.bases)
        self._load_register(self.sample.register)
        self._load_maps()
        return self.bureau

    # organisation.yaml

    def _load_organisation(self, content: files.OrganisationFile) -> None:
        bureau = self.bureau.id
        for position, party in enumerate(content.parties):
            self.parties.add(
                party.code,
                organisation.Party(
                    bureau_id=bureau,
                    code=party.code,
                    name=party.name,
                    role=party.role,
                    position=position,
                ),
                party,
            )
        for matter in content.matters:
            self.matters.add(
                matter.code,
                register.Matter(
                    bureau_id=bureau, code=matter.code, name=matter.name, kind=matter.kind
                ),
                matter,
            )
        for person in content.persons:
            self.persons.add(
                person.code,
                organisation.Person(bureau_id=bureau, code=person.code, name=person.name),
                person,
            )
        self._add(self.parties.values(), self.matters.values(), self.persons.values())
        self._add_nodes(NodeLevel.UNIT, [(None, unit) for unit in content.units])
        offices = [(unit.code, office) for unit in content.units for office in unit.offices]
        self._add_nodes(NodeLevel.OFFICE, offices)
        posts = [(office.code, post) for _, office in offices for post in office.posts]
        self._add_nodes(NodeLevel.POST, posts)
        self._add(self._holdings(post for _, post in posts))

    def _add_nodes(
        self,
        level: NodeLevel,
        entries: Sequence[tuple[str | None, files.UnitEntry | files.OfficeEntry | files.PostEntry]],
    ) -> None:
        """Add the nodes of one level, then their paths, which need the ids of the flush."""
        added: list[tuple[organisation.Node, organisation.Node | None]] = []
        for position, (parent_code, entry) in enumerate(entries):
            parent = self.nodes[parent_code] if parent_code else None
            node = organisation.Node(
                bureau_id=self.bureau.id,
                parent_id=parent.id if parent else None,
                level=level,
                code=entry.code,
                name=entry.name,
                position=position,
                duty_class=entry.duty_class if isinstance(entry, files.PostEntry) else None,
            )
            added.append((self.nodes.add(entry.code, node, entry), parent))
        self._add(node for node, _ in added)
        for node, parent in added:
            node.path = f"{parent.path if parent else '/'}{node.id}/"
        self.session.flush()

    def _holdings(self, posts: Iterable[files.PostEntry]) -> Iterator[organisation.Holding]:
        for post in posts:
            for holder in post.holders:
                person = self.persons.find(holder.person, self.organisation_path, holder)
                yield organisation.Holding(
                    bureau_id=self.bureau.id,
                    person_id=person.id,
                    post_id=self.nodes[post.code].id,
                    role=holder.role,
                    since=holder.since,
                    until=holder.until,
                )

    # bases.yaml

    def _load_bases(self, content: files.BasesFile) -> None:
        for entry in content.bases:
            self.bases.add(
                entry.code,
                register.Basis(
                    bureau_id=self.bureau.id,
                    code=entry.code,
                    title=entry.title,
                    kind=entry.kind,
                    number=entry.number,
                    in_force_from=entry.in_force_from,
                    in_force_until=entry.in_force_until,
                    unverified=entry.unverified,
                    fictional=entry.fictional,
                ),
                entry,
            )
        self._add(self.bases.values())
        for entry in content.bases:
            if entry.replaced_by:
                newer = self.bases.find(entry.replaced_by, self.bases_path, entry)
                self.bases[entry.code].replaced_by_id = newer.id
            for limit in entry.limits:
                self.limits.add(limit.code, self._limit(entry, limit), limit)
        self._add(self.limits.values())

    def _limit(self, basis: files.BasisEntry, entry: files.LimitEntry) -> register.StatutoryLimit:
        extension = entry.extension
        return register.StatutoryLimit(
            bureau_id=self.bureau.id,
            basis_id=self.bases[basis.code].id,
            code=entry.code,
            name=entry.name,
            article=entry.article,
            value=entry.value,
            unit=entry.unit,
            sense=entry.sense,
            binds=entry.binds,
            start_event=entry.start_event,
            extension_value=extension.value if extension else None,
            extension_unit=extension.unit if extension else None,
            extension_approver=extension.approver if extension else "",
            suspension=entry.suspension,
            evidence=entry.evidence,
        )

    # register.yaml

    def _load_register(self, content: files.RegisterFile) -> None:
        bureau = self.bureau.id
        for position, category in enumerate(content.categories):
            self.categories.add(
                category.code,
                register.Category(
                    bureau_id=bureau, code=category.code, name=category.name, position=position
                ),
                category,
            )
        self._add(self.categories.values())
        for category in content.categories:
            for position, item in enumerate(category.items):
                self.items.add(item.code, self._item(category, item, position), item)
        self._add(self.items.values())
        entries = [item for category in content.categories for item in category.items]
        for item in entries:
            for position, measure in enumerate(item.measures):
                self.measures.add(measure.code, self._measure(item, measure, position), measure)
        self._add(self.measures.values())
        self._add(self._responsibilities(measure for item in entries for measure in item.measures))
        self._add(self._not_applicable(content.not_applicable))

    def _item(
        self, category: files.CategoryEntry, entry: files.ItemEntry, position: int
    ) -> register.Item:
        return register.Item(
            bureau_id=self.bureau.id,
            category_id=self.categories[category.code].id,
            code=entry.code,
            name=entry.name,
            position=position,
            kind=entry.kind,
            manifestation=entry.manifestation,
            likelihood=entry.likelihood,
            severity=entry.severity,
            override_level=entry.override.level if entry.override else None,
            override_reason=entry.override.reason if entry.override else "",
        )

    def _measure(
        self, item: files.ItemEntry, entry: files.MeasureEntry, position: int
    ) -> register.Measure:
        return register.Measure(
            bureau_id=self.bureau.id,
            item_id=self.items[item.code].id,
            code=entry.code,
            text=entry.text,
            position=position,
            phase=entry.phase,
            control=entry.control,
            frequency=entry.frequency,
            evidence=entry.evidence,
            indicator=entry.indicator,
        )

    def _responsibilities(
        self, entries: Iterable[files.MeasureEntry]
    ) -> Iterator[register.Responsibility]:
        for entry in entries:
            for role, codes in (
                (ResponsibilityRole.RESPONSIBLE, entry.responsible),
                (ResponsibilityRole.SUPERVISING, entry.supervising),
                (ResponsibilityRole.COOPERATING, entry.cooperating),
            ):
                for code in codes:
                    yield register.Responsibility(
                        bureau_id=self.bureau.id,
                        measure_id=self.measures[entry.code].id,
                        node_id=self.nodes.find(code, self.register_path, entry).id,
                        role=role,
                    )

    def _not_applicable(
        self, entries: Iterable[files.NotApplicableEntry]
    ) -> Iterator[register.NotApplicable]:
        for entry in entries:
            yield register.NotApplicable(
                bureau_id=self.bureau.id,
                item_id=self.items.find(entry.item, self.register_path, entry).id,
                node_id=self.nodes.find(entry.node, self.register_path, entry).id,
                reason=entry.reason,
                until=entry.until,
            )

    # maps/*.yaml

    def _load_maps(self) -> None:
        """Add every map with all below it in one flush, so that each starts at version 1."""
        entries = [(path, entry) for path, content in self.sample.maps for entry in content.maps]
        for path, entry in entries:
            self.maps.add(entry.code, self._map(path, entry), entry)
        for path, entry in entries:
            self.session.add_all(self._below(path, entry))
        self._add(self.maps.values())

    def _map(self, path: Path, entry: files.MapEntry) -> maps.AccountMap:
        matter = self.matters.find(entry.matter, path, entry) if entry.matter else None
        dated = datetime.combine(self.sample.organisation.as_of, time(9), ZONE)
        return maps.AccountMap(
            bureau_id=self.bureau.id,
            node_id=self.nodes.find(_SECOND_MAP.sub("", entry.code), path, entry).id,
            matter_id=matter.id if matter else None,
            code=entry.code,
            title=entry.title,
            goal=entry.goal,
            duties="\n".join(entry.duties),
            major_decision=entry.major_decision,
            changed_at=dated,
        )

    def _below(self, path: Path, entry: files.MapEntry) -> Iterator[object]:
        owner = self.maps[entry.code]
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
                bureau_id=self.bureau.id,
                map=owner,
                statutory_limit_id=self.limits.find(span.limit, path, span).id,
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
        party = self.parties.find(actor, path, entry) if actor.startswith("CY-") else None
        node = self.nodes.find(actor, path, entry) if actor and not party else None
        return maps.Step(
            bureau_id=self.bureau.id,
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
            detail_map=self.maps.find(entry.detail, path, entry) if entry.detail else None,
        )

    def _citation(self, path: Path, entry: Entry, text: str) -> tuple[register.Basis, str]:
        code, _, article = text.partition(" ")
        return self.bases.find(code, path, entry), article.strip()

    def _map_bases(
        self, path: Path, owner: maps.AccountMap, entry: files.MapEntry
    ) -> Iterator[maps.MapBasis]:
        for position, text in enumerate(entry.bases):
            basis, article = self._citation(path, entry, text)
            yield maps.MapBasis(
                bureau_id=self.bureau.id,
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
                    bureau_id=self.bureau.id,
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
            bureau_id=self.bureau.id,
            map=owner,
            step=step,
            item_id=self.items.find(entry.item, path, entry).id,
            key=entry.key,
            position=position,
            statement=entry.statement,
            override_level=entry.override.level if entry.override else None,
            override_reason=entry.override.reason if entry.override else "",
        )
        yield risk
        for order, code in enumerate(entry.measures):
            yield maps.RiskPointMeasure(
                bureau_id=self.bureau.id,
                map=owner,
                risk_point=risk,
                measure_id=self.measures.find(code, path, entry).id,
                position=order,
            )

    def _add(self, *groups: Iterable[object]) -> None:
        for group in groups:
            self.session.add_all(list(group))
        self.session.flush()


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

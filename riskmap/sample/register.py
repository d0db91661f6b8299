"""bases.yaml and register.yaml: bases with their limits, categories, items, measures."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from riskmap.register import models as register
from riskmap.register.terms import ResponsibilityRole
from riskmap.sample import files
from riskmap.sample.known import Known


@dataclass
class RegisterLoader:
    """Adds what bases.yaml and register.yaml hold; bases first, maps cite them."""

    known: Known

    def load(self, bases: files.BasesFile, content: files.RegisterFile) -> None:
        self._load_bases(bases)
        self._load_register(content)

    def _load_bases(self, content: files.BasesFile) -> None:
        for entry in content.bases:
            self.known.bases.add(
                entry.code,
                register.Basis(
                    bureau_id=self.known.bureau.id,
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
        self.known.add(self.known.bases.values())
        for entry in content.bases:
            if entry.replaced_by:
                newer = self.known.bases.find(entry.replaced_by, self.known.bases_path, entry)
                self.known.bases[entry.code].replaced_by_id = newer.id
            for limit in entry.limits:
                self.known.limits.add(limit.code, self._limit(entry, limit), limit)
        self.known.add(self.known.limits.values())

    def _limit(self, basis: files.BasisEntry, entry: files.LimitEntry) -> register.StatutoryLimit:
        extension = entry.extension
        return register.StatutoryLimit(
            bureau_id=self.known.bureau.id,
            basis_id=self.known.bases[basis.code].id,
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

    def _load_register(self, content: files.RegisterFile) -> None:
        bureau = self.known.bureau.id
        for position, category in enumerate(content.categories):
            self.known.categories.add(
                category.code,
                register.Category(
                    bureau_id=bureau, code=category.code, name=category.name, position=position
                ),
                category,
            )
        self.known.add(self.known.categories.values())
        for category in content.categories:
            for position, item in enumerate(category.items):
                self.known.items.add(item.code, self._item(category, item, position), item)
        self.known.add(self.known.items.values())
        entries = [item for category in content.categories for item in category.items]
        for item in entries:
            for position, measure in enumerate(item.measures):
                self.known.measures.add(
                    measure.code, self._measure(item, measure, position), measure
                )
        self.known.add(self.known.measures.values())
        self.known.add(
            self._responsibilities(measure for item in entries for measure in item.measures)
        )
        self.known.add(self._not_applicable(content.not_applicable))

    def _item(
        self, category: files.CategoryEntry, entry: files.ItemEntry, position: int
    ) -> register.Item:
        return register.Item(
            bureau_id=self.known.bureau.id,
            category_id=self.known.categories[category.code].id,
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
            bureau_id=self.known.bureau.id,
            item_id=self.known.items[item.code].id,
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
                        bureau_id=self.known.bureau.id,
                        measure_id=self.known.measures[entry.code].id,
                        node_id=self.known.nodes.find(code, self.known.register_path, entry).id,
                        role=role,
                    )

    def _not_applicable(
        self, entries: Iterable[files.NotApplicableEntry]
    ) -> Iterator[register.NotApplicable]:
        for entry in entries:
            yield register.NotApplicable(
                bureau_id=self.known.bureau.id,
                item_id=self.known.items.find(entry.item, self.known.register_path, entry).id,
                node_id=self.known.nodes.find(entry.node, self.known.register_path, entry).id,
                reason=entry.reason,
                until=entry.until,
            )

"""organisation.yaml: the tree, its people, parties and matters."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from riskmap.organisation import models as organisation
from riskmap.organisation.tree import NodeLevel
from riskmap.register import models as register
from riskmap.sample import files
from riskmap.sample.known import Known


@dataclass
class OrganisationLoader:
    """Adds what organisation.yaml holds."""

    known: Known

    def load(self, content: files.OrganisationFile) -> None:
        bureau = self.known.bureau.id
        for position, party in enumerate(content.parties):
            self.known.parties.add(
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
            self.known.matters.add(
                matter.code,
                register.Matter(
                    bureau_id=bureau, code=matter.code, name=matter.name, kind=matter.kind
                ),
                matter,
            )
        for person in content.persons:
            self.known.persons.add(
                person.code,
                organisation.Person(bureau_id=bureau, code=person.code, name=person.name),
                person,
            )
        self.known.add(
            self.known.parties.values(), self.known.matters.values(), self.known.persons.values()
        )
        self._add_nodes(NodeLevel.UNIT, [(None, unit) for unit in content.units])
        offices = [(unit.code, office) for unit in content.units for office in unit.offices]
        self._add_nodes(NodeLevel.OFFICE, offices)
        posts = [(office.code, post) for _, office in offices for post in office.posts]
        self._add_nodes(NodeLevel.POST, posts)
        self.known.add(self._holdings(post for _, post in posts))

    def _add_nodes(
        self,
        level: NodeLevel,
        entries: Sequence[tuple[str | None, files.UnitEntry | files.OfficeEntry | files.PostEntry]],
    ) -> None:
        """Add the nodes of one level, then their paths, which need the ids of the flush."""
        added: list[tuple[organisation.Node, organisation.Node | None]] = []
        for position, (parent_code, entry) in enumerate(entries):
            parent = self.known.nodes[parent_code] if parent_code else None
            node = organisation.Node(
                bureau_id=self.known.bureau.id,
                parent_id=parent.id if parent else None,
                level=level,
                code=entry.code,
                name=entry.name,
                position=position,
                duty_class=entry.duty_class if isinstance(entry, files.PostEntry) else None,
            )
            added.append((self.known.nodes.add(entry.code, node, entry), parent))
        self.known.add(node for node, _ in added)
        for node, parent in added:
            node.path = f"{parent.path if parent else '/'}{node.id}/"
        self.known.session.flush()

    def _holdings(self, posts: Iterable[files.PostEntry]) -> Iterator[organisation.Holding]:
        for post in posts:
            for holder in post.holders:
                person = self.known.persons.find(
                    holder.person, self.known.organisation_path, holder
                )
                yield organisation.Holding(
                    bureau_id=self.known.bureau.id,
                    person_id=person.id,
                    post_id=self.known.nodes[post.code].id,
                    role=holder.role,
                    since=holder.since,
                    until=holder.until,
                )

"""sign_offs.yaml: who leads what, and who has signed which map; as revisions that are in force."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from riskmap.config import ZONE
from riskmap.db.base import Base
from riskmap.document.encoding import digest, to_json
from riskmap.document.model import MapDocument
from riskmap.history.events import Kind
from riskmap.history.recording import note
from riskmap.maps.queries import documents
from riskmap.organisation.scope import Scope
from riskmap.register.rating import Level
from riskmap.revisions import models as _models  # noqa: F401 (the tables)
from riskmap.revisions.sign_offs import as_text
from riskmap.revisions.states import BEGINS, RevisionState
from riskmap.sample import files
from riskmap.sample.known import Known
from riskmap.sample.reading import SampleError

_REVISIONS: Table = Base.metadata.tables["revision"]
_SIGN_OFFS: Table = Base.metadata.tables["sign_off"]
MORNING = time(9)


@dataclass
class SignOffsLoader:
    """Puts into force what sign_offs.yaml says was signed; raises `SampleError` for what is not
    there.

    All in a few statements. They were signed on paper: signatures name persons, no users. What is
    wrong with some of them is wrong on purpose.
    """

    known: Known
    approved: list[tuple[files.SignOffEntry, str]] = field(default_factory=list)  # with digests

    def load(self, content: files.SignOffsFile) -> None:
        path = self.known.folder / "sign_offs.yaml"
        for leader in content.leaders:
            self.known.persons.find(leader.person, path, leader)
            self.known.parties.find(leader.party, path, leader)
            for node in leader.over:
                self.known.nodes.find(node, path, leader)
        signed: set[str] = set()
        for entry in content.sign_offs:
            self.known.maps.find(entry.map, path, entry)
            if entry.map in signed:
                raise SampleError(path, entry.line, f"账图 {entry.map} 的签批写了两次")
            signed.add(entry.map)
            for signature in entry.signatures:
                self.known.persons.find(signature.person, path, signature)
        self._put_into_force([each for each in content.sign_offs if each.signatures])

    def record(self) -> None:
        """Record of each revision that it is in force, with the digest of its document."""
        for entry, frozen in self.approved:
            note(
                self.known.session,
                Kind.APPROVED,
                self.known.bureau.id,
                entry.map,
                revision=1,
                digest=frozen,
                day=max(each.day for each in entry.signatures).isoformat(),
                signatures=as_text(
                    (each.role, self.known.persons[each.person].name, each.day, each.number)
                    for each in entry.signatures
                ),
            )

    def _put_into_force(self, entries: Sequence[files.SignOffEntry]) -> None:
        session, bureau = self.known.session, self.known.bureau
        drawn = {each.code: each for each in documents(session, Scope(bureau))}
        rows = [self._revision(entry, drawn[entry.map]) for entry in entries]
        if not rows:
            return
        connection = session.connection()
        connection.execute(insert(_REVISIONS), rows)
        asked = select(_REVISIONS.c.map_id, _REVISIONS.c.id)
        ids = dict(connection.execute(asked.where(_REVISIONS.c.bureau_id == bureau.id)).all())
        signatures = [
            self._signature(ids[self.known.maps[entry.map].id], each)
            for entry in entries
            for each in entry.signatures
        ]
        connection.execute(insert(_SIGN_OFFS), signatures)
        _approve(connection, bureau.id)
        self.approved = [(entry, row["digest"]) for entry, row in zip(entries, rows, strict=True)]

    def _revision(self, entry: files.SignOffEntry, document: MapDocument) -> dict[str, Any]:
        drawn, first = self.known.maps[entry.map], entry.signatures[0]
        level = document.worst_level() or Level.LOW
        return {
            "bureau_id": drawn.bureau_id,
            "map_id": drawn.id,
            "number": 1,
            "state": BEGINS,
            "document": to_json(document).decode(),
            "digest": digest(document),
            "map_version": drawn.version,
            "level": level,
            "signed_at": level,
            "note": "",
            "handed_in_by": self.known.persons[first.person].name,
            "handed_in_at": datetime.combine(first.day, MORNING, ZONE),
            "reason": "",
            "version": 1,
        }

    def _signature(self, revision_id: int, entry: files.SignatureEntry) -> dict[str, Any]:
        person = self.known.persons[entry.person]
        return {
            "bureau_id": person.bureau_id,
            "revision_id": revision_id,
            "box": entry.role,
            "person_id": person.id,
            "who": person.name,
            "day": entry.day,
            "number": entry.number,
            "at": datetime.combine(entry.day, MORNING, ZONE),
        }


def _approve(connection: Connection, bureau_id: int) -> None:
    """Let every revision of a bureau be approved on the day of its last signature."""
    last = select(func.max(_SIGN_OFFS.c.day)).where(_SIGN_OFFS.c.revision_id == _REVISIONS.c.id)
    statement = update(_REVISIONS).where(_REVISIONS.c.bureau_id == bureau_id)
    connection.execute(
        statement.values(
            state=RevisionState.APPROVED, approved_on=last.scalar_subquery(), version=2
        )
    )

"""sign_offs.yaml: who leads what, and who has signed which map.

No row holds these yet: the file is read and every code in it looked up, so that it stays true.
"""

from dataclasses import dataclass

from riskmap.sample import files
from riskmap.sample.known import Known
from riskmap.sample.reading import SampleError


@dataclass
class SignOffsLoader:
    """Looks up what sign_offs.yaml refers to; raises `SampleError` for what is not there."""

    known: Known

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

"""What has been loaded so far: rows by their codes, and where the codes come from."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from riskmap.maps import models as maps
from riskmap.organisation import models as organisation
from riskmap.register import models as register
from riskmap.sample.reading import Entry, SampleError

Row = TypeVar("Row")


class Codes(dict[str, Row]):
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
class Known:
    """The session, the bureau, and every row loaded so far by its code."""

    session: Session
    bureau: organisation.Bureau
    folder: Path

    def __post_init__(self) -> None:
        self.organisation_path = self.folder / "organisation.yaml"
        self.register_path = self.folder / "register.yaml"
        self.bases_path = self.folder / "bases.yaml"
        self.nodes: Codes[organisation.Node] = Codes(self.organisation_path, "单位、科室或岗位")
        self.parties: Codes[organisation.Party] = Codes(self.organisation_path, "参与方")
        self.persons: Codes[organisation.Person] = Codes(self.organisation_path, "人员")
        self.matters: Codes[register.Matter] = Codes(self.organisation_path, "权力事项")
        self.categories: Codes[register.Category] = Codes(self.register_path, "大类")
        self.items: Codes[register.Item] = Codes(self.register_path, "小项")
        self.measures: Codes[register.Measure] = Codes(self.register_path, "防控措施")
        self.bases: Codes[register.Basis] = Codes(self.bases_path, "依据")
        self.limits: Codes[register.StatutoryLimit] = Codes(self.bases_path, "法定时限")
        self.maps: Codes[maps.AccountMap] = Codes(self.folder / "maps", "账图")

    def add(self, *groups: Iterable[object]) -> None:
        """Add rows to the session and flush, so that they have their ids."""
        for group in groups:
            self.session.add_all(list(group))
        self.session.flush()

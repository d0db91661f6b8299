"""What carrying a plan out learns on its way: ids by code, and what new rows are called."""

from collections.abc import Callable, Iterable

from flask_babel import gettext as _
from sqlalchemy import select

from riskmap.db import AnySession
from riskmap.jobs.progress import Progress as Shown
from riskmap.organisation.models import Bureau
from riskmap.workbooks.columns import Kind, Table
from riskmap.workbooks.plan import Planned
from riskmap.workbooks.rows import model_of
from riskmap.workbooks.taking import Fault

Progress = Callable[[int, int], object]


def no_progress(_done: int, _total: int) -> None:
    """Say nothing."""


def of_step(shown: Shown, step: str) -> Progress:
    """Return what tells a job, or a bar on the terminal, how far a step is."""
    return lambda done, total: shown.report(done, total, step)


def pick(rows: Iterable[Planned], table: Table) -> list[Planned]:
    """Return the planned rows of a table."""
    return [each for each in rows if each.table is table]


class Known:
    """The rows of a bureau by code; `keys` are those that new rows got, by `id` of the planned."""

    def __init__(self, session: AnySession, bureau: Bureau) -> None:
        self.session, self.bureau = session, bureau
        self._ids: dict[str, dict[str, int]] = {}
        self.keys: dict[int, str] = {}

    def ids(self, table: str) -> dict[str, int]:
        """Return the ids of a table's rows by their codes, those of new rows included."""
        if table not in self._ids:
            model = model_of(table)
            rows = select(model.code, model.id).where(model.bureau_id == self.bureau.id)
            self._ids[table] = {row.code: row.id for row in self.session.execute(rows)}
        return self._ids[table]

    def learn(self, table: str, code: str) -> None:
        """Note a row that was added."""
        model = model_of(table)
        query = select(model.id).where(model.bureau_id == self.bureau.id, model.code == code)
        self.ids(table)[code] = self.session.scalars(query).one()

    def lost(self, planned: Planned) -> list[Fault]:
        """Return the cells that name a row which was refused."""
        return [
            planned.fault(column.name, _("It names a row that is refused."))
            for column in planned.table.columns
            if column.kind is Kind.CODE
            and (code := planned.values.get(column.name))
            and not any(code in self.ids(table) for table in column.to)
        ]

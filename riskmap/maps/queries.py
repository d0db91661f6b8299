"""Reading maps: as documents, and what their sheets are stamped with."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from riskmap.db import AnySession
from riskmap.document.model import MapDocument
from riskmap.maps.composing import Composer
from riskmap.maps.models import AccountMap
from riskmap.maps.rows import Rows
from riskmap.organisation.models import Bureau
from riskmap.organisation.queries import nodes
from riskmap.register.models import Basis


class NoSuchMap(LookupError):
    """A code that no map in use has."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f"没有编号为 {code} 的账图；全部编号见网站首页，或用 riskmap draw --all 画出的文件名"
        )
        self.code = code


def documents(
    session: AnySession, bureau: Bureau, codes: Collection[str] | None = None
) -> list[MapDocument]:
    """Return the maps in use as documents, in reading order (unit, office, post, code).

    With `codes`, only those maps; raises `NoSuchMap` for a code that is not there.
    """
    rows = Rows.read(session, bureau, codes)
    if codes is not None:
        found = {row.code for row in rows.maps}
        for code in codes:
            if code not in found:
                raise NoSuchMap(code)
    composer = Composer(rows)
    return [composer.compose(row) for row in rows.maps]


@dataclass(frozen=True, slots=True)
class Entry:
    """A map in a list."""

    code: str
    title: str


def reading_order(session: AnySession, bureau: Bureau) -> list[Entry]:
    """Return the maps in use in reading order (unit, office, post, code); two statements."""
    order = {node.id: index for index, node in enumerate(nodes(session, bureau.id))}
    rows = session.execute(
        select(AccountMap.node_id, AccountMap.code, AccountMap.title).where(
            AccountMap.bureau_id == bureau.id, AccountMap.retired_on.is_(None)
        )
    )
    found = sorted(rows, key=lambda row: (order[row.node_id], row.code))
    return [Entry(row.code, row.title) for row in found]


def ended_bases(session: AnySession, bureau: Bureau, day: date) -> set[str]:
    """Return the codes of the bases that were no longer in force on a day."""
    codes = select(Basis.code).where(Basis.bureau_id == bureau.id, Basis.in_force_until < day)
    return set(session.scalars(codes))


def stamps(session: AnySession, bureau: Bureau) -> dict[str, tuple[int, datetime]]:
    """Return the version and time of change of each map in use: what a sheet is stamped with."""
    rows = session.execute(
        select(AccountMap.code, AccountMap.version, AccountMap.changed_at)
        .where(AccountMap.bureau_id == bureau.id, AccountMap.retired_on.is_(None))
        .order_by(AccountMap.code)
    )
    return {code: (version, changed_at) for code, version, changed_at in rows}

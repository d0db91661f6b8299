"""Reading maps: as documents, and what their sheets are stamped with."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from riskmap.db import AnySession
from riskmap.document.model import MapDocument
from riskmap.maps.composing import Composer
from riskmap.maps.in_use import in_use
from riskmap.maps.models import AccountMap
from riskmap.maps.rows import Rows
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.queries import above, nodes
from riskmap.organisation.scope import Scope
from riskmap.register.models import Basis


class NoSuchMap(LookupError):
    """Codes that no map in use has, or none that may be seen."""

    def __init__(self, code: str, *others: str) -> None:
        super().__init__(
            f"没有编号为 {code} 的账图；全部编号见网站首页，或用 riskmap draw --all 画出的文件名"
        )
        self.codes = (code, *others)


def documents(
    session: AnySession, scope: Scope, codes: Collection[str] | None = None
) -> list[MapDocument]:
    """Return the maps in use as documents, in reading order (unit, office, post, code).

    With `codes`, only those maps; raises `NoSuchMap` for a code that is not there. A map is
    composed whole: its steps may name actors, and refer to maps, that the scope does not hold.
    """
    rows = Rows.read(session, scope, codes)
    if codes is not None:
        found = {row.code for row in rows.maps}
        if missing := [code for code in codes if code not in found]:
            raise NoSuchMap(*missing)
    composer = Composer(rows)
    return [composer.compose(row) for row in rows.maps]


@dataclass(frozen=True, slots=True)
class Above:
    """A node in a trail; without a code where the reader may not open it."""

    code: str
    name: str


def trail(session: AnySession, scope: Scope, code: str) -> list[Above]:
    """Return the node of a code with those above it, the unit first."""
    node = session.scalars(select(Node).filter_by(bureau_id=scope.bureau.id, code=code)).one()
    return [
        Above(each.code if scope.holds(each.path) else "", each.name)
        for each in above(session, node)
    ]


@dataclass(frozen=True, slots=True)
class Entry:
    """A map in a list."""

    code: str
    title: str


def known(session: AnySession, bureau: Bureau, codes: Collection[str]) -> Sequence[str]:
    """Return those of some codes that maps in use have, whoever may see them."""
    found = select(AccountMap.code).where(*in_use(Scope(bureau)), AccountMap.code.in_(codes))
    return session.scalars(found.order_by(AccountMap.code)).all()


def reading_order(session: AnySession, scope: Scope) -> list[Entry]:
    """Return the maps in use in reading order (unit, office, post, code); two statements."""
    order = {node.id: index for index, node in enumerate(nodes(session, scope))}
    rows = session.execute(
        select(AccountMap.node_id, AccountMap.code, AccountMap.title).where(*in_use(scope))
    )
    found = sorted(rows, key=lambda row: (order[row.node_id], row.code))
    return [Entry(row.code, row.title) for row in found]


def ended_bases(session: AnySession, bureau: Bureau, day: date) -> set[str]:
    """Return the codes of the bases that were no longer in force on a day."""
    codes = select(Basis.code).where(Basis.bureau_id == bureau.id, Basis.in_force_until < day)
    return set(session.scalars(codes))


def stamps(session: AnySession, scope: Scope) -> dict[str, tuple[int, datetime]]:
    """Return the version and time of change of each map in use: what a sheet is stamped with."""
    rows = session.execute(
        select(AccountMap.code, AccountMap.version, AccountMap.changed_at)
        .where(*in_use(scope))
        .order_by(AccountMap.code)
    )
    return {code: (version, changed_at) for code, version, changed_at in rows}

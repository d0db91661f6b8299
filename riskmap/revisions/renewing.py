"""Which maps in force are to be renewed, read from rows: the pure comparison is in `renewal`."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from riskmap.db import AnySession
from riskmap.document.model import Limit, Matter
from riskmap.maps import rows
from riskmap.maps.models import AccountMap, RiskPoint
from riskmap.organisation.models import Bureau, Node, Party
from riskmap.organisation.scope import Scope
from riskmap.register import models as register
from riskmap.revisions.renewal import (
    Cited,
    Known,
    Limited,
    Named,
    Rated,
    Reason,
    RegisterNow,
    reasons,
)
from riskmap.revisions.showing import in_force


@dataclass(frozen=True, slots=True)
class Renewal:
    """A map whose document in force says what the register or the law says no more."""

    code: str
    title: str
    number: int
    since: date
    reasons: tuple[Reason, ...]


def to_be_renewed(session: AnySession, scope: Scope, day: date) -> list[Renewal]:
    """Return the maps in force that are to be renewed, in reading order, each with the reasons."""
    now = register_now(session, scope.bureau, day)
    found = []
    for each in in_force(session, scope):
        assert each.number is not None, "it is in force"
        assert each.since is not None, "as above"
        if why := reasons(each.document, now):
            document = each.document
            found.append(Renewal(document.code, document.title, each.number, each.since, why))
    return found


def register_now(session: AnySession, bureau: Bureau, day: date) -> RegisterNow:
    """Return what the register of a bureau says on a day; the same few statements for any."""

    def of(model: Any) -> list[Any]:
        query = select(model).where(model.bureau_id == bureau.id).order_by(model.id)
        return list(session.scalars(query))

    categories = {each.id: each for each in of(register.Category)}
    bases = {each.id: each for each in of(register.Basis)}
    return RegisterNow(
        items={
            each.code: Rated(
                rows.item(each, categories[each.category_id]),
                rows.item_level(each),
                each.override_reason,
                each.retired_on is not None,
            )
            for each in of(register.Item)
        },
        measures={
            each.code: Known(rows.measure(each), each.retired_on is not None)
            for each in of(register.Measure)
        },
        bases={each.code: _cited(each, bases, day) for each in bases.values()},
        limits={each.code: _limited(each, bases) for each in of(register.StatutoryLimit)},
        matters={
            each.code: Matter(each.code, each.name, each.kind) for each in of(register.Matter)
        },
        actors={
            each.code: Named(each.name, each.retired_on is not None)
            for model in (Node, Party)
            for each in of(model)
        },
        own=_own(session, bureau),
    )


def _cited(row: register.Basis, bases: dict[int, register.Basis], day: date) -> Cited:
    new = bases.get(row.replaced_by_id or 0)
    ended = row.retired_on is not None or (
        row.in_force_until is not None and row.in_force_until < day
    )
    return Cited(row.title, row.number, ended, new.title if new else "")


def _limited(row: register.StatutoryLimit, bases: dict[int, register.Basis]) -> Limited:
    """Return a limit as `renewal.shown` tells one of a document."""
    code = bases[row.basis_id].code
    limit = Limit(row.value, row.unit)
    shown = (row.name, limit, row.sense, row.binds, code, row.article)
    return Limited(shown, row.retired_on is not None)


def _own(session: AnySession, bureau: Bureau) -> frozenset[tuple[str, str, str]]:
    query = (
        select(AccountMap.code, RiskPoint.key, RiskPoint.override_reason)
        .join(AccountMap, AccountMap.id == RiskPoint.map_id)
        .where(RiskPoint.bureau_id == bureau.id, RiskPoint.override_level.is_not(None))
    )
    return frozenset((row.code, row.key, row.override_reason) for row in session.execute(query))

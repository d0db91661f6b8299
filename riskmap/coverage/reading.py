"""From the rows of a bureau to its `Facts`, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from riskmap.coverage import facts
from riskmap.coverage.finding_states import FindingState
from riskmap.coverage.models import AuditParameter, Evidence, Finding, YearFigure
from riskmap.coverage.parameters import BY_NAME, Parameters
from riskmap.coverage.reading_maps import drawn_maps
from riskmap.db import AnySession
from riskmap.document.model import Limit
from riskmap.maps.rows import Rows
from riskmap.organisation.models import Bureau, Holding, Node, Person
from riskmap.organisation.scope import Scope
from riskmap.organisation.tenure import Tenure
from riskmap.register.models import (
    Category,
    Item,
    Measure,
    NotApplicable,
    Responsibility,
    StatutoryLimit,
)
from riskmap.register.terms import ResponsibilityRole


def read(session: AnySession, bureau: Bureau, day: date, *, draft: bool = False) -> facts.Facts:
    """Return the facts of a bureau on a day: its register, its organisation, its maps in use.

    Maps are their documents in force, with `draft` their working copies. The statements are the
    same few for one map as for a thousand.
    """
    maps = drawn_maps(session, bureau, draft=draft)
    rows = Rows.read(session, Scope(bureau), ())
    codes = {node.id: node.code for node in rows.nodes.values()}
    items = _of(session, Item, bureau, Item.position, Item.code)
    categories = _of(session, Category, bureau, Category.position, Category.code)
    persons = _of(session, Person, bureau, Person.code)
    return facts.Facts(
        code=bureau.code,
        name=bureau.name,
        day=day,
        draft=draft,
        parameters=parameters(session, bureau),
        nodes={node.code: _node(node, codes) for node in rows.nodes.values()},
        parties={
            each.code: facts.Party(each.code, each.name, each.role, each.retired_on is not None)
            for each in sorted(rows.parties.values(), key=lambda row: (row.position, row.code))
        },
        persons={
            each.code: facts.Person(each.code, each.name, each.retired_on is not None)
            for each in persons
        },
        holdings=_holdings(session, bureau, codes, {each.id: each.code for each in persons}),
        matters={
            each.code: facts.Matter(each.code, each.name, each.kind, each.retired_on is not None)
            for each in sorted(rows.matters.values(), key=lambda row: row.code)
        },
        categories={
            each.code: facts.Category(each.code, each.name, each.retired_on is not None)
            for each in categories
        },
        items=_items(items, categories),
        measures=_measures(session, bureau, codes, {each.id: each.code for each in items}),
        bases=_bases(rows),
        limits=_limits(session, bureau, rows),
        excuses=_excuses(session, bureau, codes, {each.id: each.code for each in items}),
        maps=maps,
        figures=_figures(session, bureau),
        findings=_findings(session, bureau, codes),
    )


def parameters(session: AnySession, bureau: Bureau) -> Parameters:
    """Return the values of a bureau's settings of the rules."""
    rows = _of(session, AuditParameter, bureau, AuditParameter.name)
    return Parameters({row.name: row.value for row in rows if row.name in BY_NAME})


def _of(session: AnySession, model: Any, bureau: Bureau, *order: Any) -> Sequence[Any]:
    return session.scalars(
        select(model).where(model.bureau_id == bureau.id).order_by(*order, model.id)
    ).all()


def _node(row: Node, codes: dict[int, str]) -> facts.Node:
    line = [codes[int(each)] for each in row.path.split("/") if each]
    return facts.Node(
        code=row.code,
        name=row.name,
        level=row.level,
        above=tuple(line[:-1]),
        duty_class=row.duty_class,
        retired=row.retired_on is not None,
    )


def _holdings(
    session: AnySession, bureau: Bureau, codes: dict[int, str], persons: dict[int, str]
) -> tuple[facts.Holding, ...]:
    rows = _of(session, Holding, bureau, Holding.post_id, Holding.role, Holding.since)
    return tuple(
        facts.Holding(
            persons[row.person_id], codes[row.post_id], row.role, Tenure(row.since, row.until)
        )
        for row in rows
    )


def _items(items: Sequence[Item], categories: Sequence[Category]) -> dict[str, facts.Item]:
    codes = {each.id: each.code for each in categories}
    place = {each.id: index for index, each in enumerate(categories)}
    return {
        row.code: facts.Item(
            code=row.code,
            name=row.name,
            category=codes[row.category_id],
            likelihood=row.likelihood,
            severity=row.severity,
            override=row.override_level,
            reason=row.override_reason,
            retired=row.retired_on is not None,
        )
        for row in sorted(items, key=lambda row: place[row.category_id])
    }


def _measures(
    session: AnySession, bureau: Bureau, codes: dict[int, str], items: dict[int, str]
) -> dict[str, facts.Measure]:
    shares: dict[tuple[int, ResponsibilityRole], list[str]] = defaultdict(list)
    for share in _of(session, Responsibility, bureau, Responsibility.node_id):
        shares[share.measure_id, share.role].append(codes[share.node_id])

    def who(row: Measure, role: ResponsibilityRole) -> tuple[str, ...]:
        return tuple(shares.get((row.id, role), ()))

    return {
        row.code: facts.Measure(
            code=row.code,
            item=items[row.item_id],
            text=row.text,
            phase=row.phase,
            control=row.control,
            frequency=row.frequency,
            evidence=row.evidence,
            indicator=row.indicator,
            responsible=who(row, ResponsibilityRole.RESPONSIBLE),
            supervising=who(row, ResponsibilityRole.SUPERVISING),
            cooperating=who(row, ResponsibilityRole.COOPERATING),
            retired=row.retired_on is not None,
        )
        for row in _of(session, Measure, bureau, Measure.code)
    }


def _bases(rows: Rows) -> dict[str, facts.Basis]:
    return {
        row.code: facts.Basis(
            code=row.code,
            title=row.title,
            kind=row.kind,
            number=row.number,
            since=row.in_force_from,
            until=row.in_force_until,
            replaced_by=rows.bases[row.replaced_by_id].code if row.replaced_by_id else "",
            unverified=row.unverified,
            retired=row.retired_on is not None,
        )
        for row in sorted(rows.bases.values(), key=lambda row: row.code)
    }


def _limits(session: AnySession, bureau: Bureau, rows: Rows) -> dict[str, facts.StatutoryLimit]:
    return {
        row.code: facts.StatutoryLimit(
            code=row.code,
            name=row.name,
            basis=rows.bases[row.basis_id].code,
            article=row.article,
            limit=Limit(row.value, row.unit),
            sense=row.sense,
            binds=row.binds,
            start_event=row.start_event,
            extension=(
                Limit(row.extension_value, row.extension_unit) if row.extension_value else None
            ),
            approver=row.extension_approver,
            suspension=row.suspension,
            evidence=row.evidence,
            retired=row.retired_on is not None,
        )
        for row in _of(session, StatutoryLimit, bureau, StatutoryLimit.code)
    }


def _excuses(
    session: AnySession, bureau: Bureau, codes: dict[int, str], items: dict[int, str]
) -> tuple[facts.Excuse, ...]:
    return tuple(
        facts.Excuse(items[row.item_id], codes[row.node_id], row.reason, row.until)
        for row in _of(session, NotApplicable, bureau, NotApplicable.item_id, NotApplicable.node_id)
    )


def _figures(session: AnySession, bureau: Bureau) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in _of(session, YearFigure, bureau, YearFigure.year, YearFigure.name):
        found[row.year][row.name] = row.value
    return found


def _findings(
    session: AnySession, bureau: Bureau, codes: dict[int, str]
) -> tuple[facts.FindingFact, ...]:
    files = dict(
        session.execute(
            select(Evidence.finding_id, func.count())
            .where(Evidence.bureau_id == bureau.id)
            .group_by(Evidence.finding_id)
        ).all()
    )
    return tuple(
        facts.FindingFact(
            code=row.code,
            node=codes[row.node_id],
            due=row.due,
            closed=row.state is FindingState.CLOSED,
            mended_by=_text(row.mended_by_id),
            closed_by=_text(row.closed_by_id),
            evidence=files.get(row.id, 0),
        )
        for row in _of(session, Finding, bureau, Finding.code)
        if row.state is not FindingState.WITHDRAWN
    )


def _text(number: int | None) -> str:
    return "" if number is None else str(number)

"""What is done to the register, on every engine."""

import json
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from riskmap.db import today
from riskmap.history.models import Change
from riskmap.register import commands, queries
from riskmap.register.models import Item, Measure, NotApplicable, Responsibility, StatutoryLimit
from riskmap.register.terms import ResponsibilityRole, RiskKind
from tests.rows import (
    make_basis,
    make_bureau,
    make_category,
    make_item,
    make_limit,
    make_matter,
    make_measure,
    make_node,
    make_responsibility,
)

RESPONSIBLE = ResponsibilityRole.RESPONSIBLE
SUPERVISING = ResponsibilityRole.SUPERVISING


def columns(**changed: object) -> dict[str, object]:
    return {
        "code": "FX-0199",
        "name": "收件",
        "kind": RiskKind.DUTY,
        "manifestation": "拖延",
        "likelihood": 2,
        "severity": 3,
    } | changed


def order(session: Session, row: Item) -> list[str]:
    return [each.name for each in queries.siblings(session, row)]


def test_a_new_item_comes_last_in_its_category(session):
    bureau = make_bureau(session)
    category = make_category(session, bureau)
    make_item(session, bureau, category, position=4, name="先")

    item = commands.add_item(session, bureau.id, category_id=category.id, **columns(name="后"))

    assert order(session, item) == ["先", "后"]


def test_an_item_changes_places_with_its_neighbour_and_no_further_than_the_end(session):
    bureau = make_bureau(session)
    category = make_category(session, bureau)
    first, second, third = (
        make_item(session, bureau, category, position=0, name=name, code=f"C-{name}")
        for name in "abc"
    )

    assert commands.move(session, third, up=True)
    assert order(session, first) == ["a", "c", "b"]
    assert commands.move(session, first, up=False)
    assert order(session, first) == ["c", "a", "b"]
    assert not commands.move(session, third, up=True)
    assert not commands.move(session, second, up=False)
    assert order(session, first) == ["c", "a", "b"]


def test_a_retired_item_is_ordered_among_none(session):
    item = make_item(session, make_bureau(session), retired_on=date(2026, 1, 1))

    assert not commands.move(session, item, up=True)


def test_an_item_put_into_another_category_comes_last_there(session):
    bureau = make_bureau(session)
    here, there = make_category(session, bureau), make_category(session, bureau)
    moved = make_item(session, bureau, here, name="移")
    make_item(session, bureau, there, position=7, name="原")

    commands.change_item(session, moved, category_id=there.id)

    assert order(session, moved) == ["原", "移"]


def test_a_measure_s_nodes_are_those_asked_for_and_no_others(session):
    bureau = make_bureau(session)
    measure = make_measure(session, bureau)
    kept, gone, new = (make_node(session, bureau) for _ in range(3))
    make_responsibility(session, measure, kept, role=RESPONSIBLE)
    make_responsibility(session, measure, gone, role=RESPONSIBLE)

    commands.set_shares(session, measure, [(RESPONSIBLE, kept.id), (SUPERVISING, new.id)])

    found = session.execute(
        select(Responsibility.role, Responsibility.node_id).where(
            Responsibility.measure_id == measure.id
        )
    )
    assert {tuple(row) for row in found} == {(RESPONSIBLE, kept.id), (SUPERVISING, new.id)}


def test_a_change_of_who_is_responsible_counts_as_a_change_of_the_measure(session):
    bureau = make_bureau(session)
    measure, node = make_measure(session, bureau), make_node(session, bureau)
    before = measure.version

    commands.set_shares(session, measure, [(RESPONSIBLE, node.id)])
    after = measure.version
    commands.set_shares(session, measure, [(RESPONSIBLE, node.id)])

    assert after == before + 1
    assert measure.version == after
    counted = select(Measure.version).where(Measure.id == measure.id)
    assert session.execute(counted).scalar_one() == after


@pytest.mark.parametrize(
    "make", [make_measure, make_category, make_item, make_basis, make_limit, make_matter]
)
def test_what_is_retired_stays_keeps_its_code_and_is_brought_back(session, make):
    bureau = make_bureau(session)
    row = make(session, bureau)

    commands.retire(session, row)

    assert row.retired_on == today()
    assert queries.code_taken(session, type(row), bureau.id, row.code.lower())
    assert not queries.code_taken(session, type(row), make_bureau(session).id, row.code)
    commands.bring_back(session, row)
    assert queries.of_code(session, type(row), bureau.id, row.code).retired_on is None


def test_nobody_overwrites_a_limit_that_changed_in_the_meantime(session):
    limit = make_limit(session, make_bureau(session))
    session.commit()
    table = StatutoryLimit.__table__
    session.connection().execute(
        table.update().where(table.c.id == limit.id).values(version=limit.version + 1)
    )

    with pytest.raises(StaleDataError):
        commands.change(session, limit, value=limit.value + 1)


def test_an_entry_that_ended_holds_again_instead_of_standing_twice(session):
    bureau = make_bureau(session)
    item, node = make_item(session, bureau), make_node(session, bureau)
    where = {"item_id": item.id, "node_id": node.id}
    first = commands.excuse(session, bureau.id, **where, reason="不办理", until=date(2020, 1, 1))

    again = commands.excuse(session, bureau.id, **where, reason="仍不办理", until=None)

    assert again is first
    assert (again.reason, again.until) == ("仍不办理", None)
    assert session.scalar(select(func.count()).select_from(NotApplicable)) == 1


def test_an_entry_is_ended_by_its_last_day(session):
    bureau = make_bureau(session)
    item, node = make_item(session, bureau), make_node(session, bureau)
    entry = commands.excuse(
        session, bureau.id, item_id=item.id, node_id=node.id, reason="不办理", until=None
    )

    commands.end_excuse(session, entry)

    assert entry.until == today()


def test_every_change_is_on_the_record_with_old_and_new(session):
    item = make_item(session, make_bureau(session), likelihood=2)

    commands.change_item(session, item, likelihood=4)

    newest = session.scalars(
        select(Change).where(Change.subject == "item").order_by(Change.id.desc())
    ).first()
    assert newest.name == item.code
    assert json.loads(newest.details) == {"likelihood": [2, 4]}


def test_a_code_of_another_bureau_or_none_at_all_finds_nothing(session):
    bureau, other = make_bureau(session), make_bureau(session)
    item = make_item(session, other)

    assert queries.of_code(session, Item, bureau.id, item.code) is None
    assert queries.of_code(session, Item, bureau.id, "\0") is None
    assert queries.of_codes(session, Item, bureau.id, [item.code, "'"], locked=False) == {}


def test_a_category_that_is_retired_is_shown_as_long_as_items_of_it_are_in_use(session):
    bureau = make_bureau(session)
    category = make_category(session, bureau)
    item = make_item(session, bureau, category)
    commands.retire(session, category)

    assert queries.categories(session, bureau.id) == []
    assert queries.categories(session, bureau.id, with_items=True) == [category]
    commands.retire(session, item)
    assert queries.categories(session, bureau.id, with_items=True) == []

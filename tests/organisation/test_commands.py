"""What is done to the organisation: everything follows, codes stay."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from riskmap.accounts.models import Grant
from riskmap.accounts.roles import Role
from riskmap.history.models import Change
from riskmap.organisation import commands, keeping
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.tree import DutyClass, HoldingRole, NodeLevel, PartyRole
from tests.refusals import refused
from tests.rows import (
    make_bureau,
    make_grant,
    make_holding,
    make_map,
    make_node,
    make_party,
    make_person,
    make_user,
)


@pytest.fixture
def bureau(session: Session) -> Bureau:
    return make_bureau(session)


def names(session: Session, bureau: Bureau, parent: Node | None) -> list[str]:
    rows = keeping.children(session, bureau.id, parent.id if parent else None)
    return [each.name for each in rows]


def test_a_new_node_is_the_last_below_its_parent_and_a_level_down(
    session: Session, bureau: Bureau
) -> None:
    unit = commands.add_node(session, bureau, None, code="U1", name="局机关")
    office = commands.add_node(session, bureau, unit, code="U1-K1", name="办公室")
    second = commands.add_node(session, bureau, unit, code="U1-K2", name="财务科")
    post = commands.add_node(
        session, bureau, second, code="U1-K2-G1", name="出纳岗", duty_class=DutyClass.FUND_FINANCE
    )

    assert [each.level for each in (unit, office, post)] == list(NodeLevel)
    assert names(session, bureau, unit) == ["办公室", "财务科"]
    assert post.path == f"/{unit.id}/{second.id}/{post.id}/"


def test_all_below_a_moved_office_follow_and_keep_their_codes(
    session: Session, bureau: Bureau
) -> None:
    old, new = make_node(session, bureau, code="U1"), make_node(session, bureau, code="U2")
    make_node(session, bureau, new, name="在先", position=7)
    office = make_node(session, bureau, old, code="U1-K1", name="移动科")
    post = make_node(session, bureau, office, code="U1-K1-G1")
    retired = make_node(session, bureau, office, code="U1-K1-G2", retired_on=date(2026, 1, 1))
    other = make_node(session, bureau, make_node(session, bureau, old))
    grant = make_grant(session, make_user(session, bureau), role=Role.CHIEF, node_id=office.id)
    account_map = make_map(session, bureau, post)
    elsewhere = other.path

    commands.move_node(session, office, new)

    assert office.path == f"/{new.id}/{office.id}/"
    assert post.path == f"{office.path}{post.id}/"
    assert retired.path == f"{office.path}{retired.id}/"
    assert other.path == elsewhere
    assert [each.code for each in (office, post, retired)] == ["U1-K1", "U1-K1-G1", "U1-K1-G2"]
    assert names(session, bureau, new) == ["在先", "移动科"]
    assert session.get_one(Grant, grant.id).node_id == office.id
    assert account_map.node_id == post.id


def test_a_move_that_the_levels_forbid_is_refused_by_the_database(
    session: Session, bureau: Bureau
) -> None:
    unit = make_node(session, bureau)
    office = make_node(session, bureau, unit)
    post = make_node(session, bureau, office)

    with refused("fk_node_bureau_id_parent_id_parent_level"):
        commands.move_node(session, post, unit)


@pytest.mark.parametrize("positions", [(0, 1, 2), (5, 20, 99), (0, 0, 0)])
def test_a_row_changes_places_with_its_neighbour(
    session: Session, bureau: Bureau, positions: tuple[int, ...]
) -> None:
    rows = [
        make_node(session, bureau, name=name, code=f"U{name}", position=position)
        for name, position in zip("123", positions, strict=True)
    ]

    commands.shift(session, rows[2], -1)
    assert names(session, bureau, None) == ["1", "3", "2"]
    commands.shift(session, rows[0], 1)
    assert names(session, bureau, None) == ["3", "1", "2"]
    commands.shift(session, rows[2], -1)
    commands.shift(session, rows[2], -1)
    assert names(session, bureau, None) == ["3", "1", "2"]


def test_what_is_retired_is_stepped_over(session: Session, bureau: Bureau) -> None:
    for position, (name, day) in enumerate([("一", None), ("旧", date(2025, 1, 1)), ("二", None)]):
        make_party(session, bureau, name=name, position=position, retired_on=day)
    second = keeping.parties(session, bureau.id)[2]

    commands.shift(session, second, -1)

    found = [each.name for each in keeping.parties(session, bureau.id) if not each.retired_on]
    assert found == ["二", "一"]


def test_what_is_retired_keeps_its_code_and_comes_back(session: Session, bureau: Bureau) -> None:
    node = make_node(session, bureau, code="U1")

    commands.retire(session, node, date(2026, 3, 1))
    assert node.retired_on == date(2026, 3, 1)
    assert keeping.codes(session, Node, bureau) == ["U1"]
    commands.bring_back(session, node)
    assert node.retired_on is None


def test_people_holdings_and_parties_are_added_and_changed(
    session: Session, bureau: Bureau
) -> None:
    post = make_node(session, bureau, make_node(session, bureau, make_node(session, bureau)))
    person = commands.add_person(session, bureau, code="RY-1", name="纪芩")
    held = commands.add_holding(
        session, person, post, role=HoldingRole.B, since=date(2026, 1, 1), until=None
    )
    commands.change_holding(
        session, held, role=HoldingRole.A, since=date(2026, 1, 1), until=date(2026, 2, 1)
    )
    party = commands.add_party(session, bureau, code="CY-1", name="法院", role=PartyRole.EXTERNAL)
    commands.change_party(session, party, name="人民法院", role=PartyRole.LEADER)
    commands.rename(session, person, "纪岑")

    assert (held.role, held.until, held.version) == (HoldingRole.A, date(2026, 2, 1), 2)
    assert (party.name, party.role, party.version) == ("人民法院", PartyRole.LEADER, 2)
    assert (person.name, person.version) == ("纪岑", 2)
    commands.remove_holding(session, held)
    assert keeping.holdings(session, post=post) == []


def test_a_move_is_on_record_with_the_old_and_the_new_parent(
    session: Session, bureau: Bureau
) -> None:
    old, new = make_node(session, bureau), make_node(session, bureau)
    office = make_node(session, bureau, old)

    commands.move_node(session, office, new)

    details = session.scalars(
        select(Change.details)
        .where(Change.subject == "node", Change.row_id == office.id, Change.kind == "changed")
        .order_by(Change.id.desc())
    ).first()
    assert f'"parent_id": [{old.id}, {new.id}]' in (details or "")


def test_a_move_that_would_put_a_chief_under_the_own_signature_is_told(
    session: Session, bureau: Bureau
) -> None:
    here, there = make_node(session, bureau), make_node(session, bureau)
    office = make_node(session, bureau, here)
    both, chief = make_user(session, bureau), make_user(session, bureau)
    make_grant(session, both, role=Role.CHIEF, node_id=office.id)
    make_grant(session, both, role=Role.LEADER, node_id=there.id)
    make_grant(session, chief, role=Role.CHIEF, node_id=office.id)

    now = keeping.clashes(session, office, office.path, three_admins=False)
    moved = keeping.clashes(session, office, f"{there.path}{office.id}/", three_admins=False)

    assert now == []
    assert [(user.id, pair) for user, pair in moved] == [(both.id, (Role.CHIEF, Role.LEADER))]


def test_names_that_look_alike_are_found_among_those_in_use(
    session: Session, bureau: Bureau
) -> None:
    known = make_node(session, bureau, name="基金 A 科")
    make_node(session, bureau, name="旧科", retired_on=date(2026, 1, 1))
    rows = keeping.children(session, bureau.id, None)

    for name in ("基金A科", "基金Ａ科", "基金a科", "基金\u200bA科", " 基金A科　"):
        assert keeping.lookalike(rows, name) is known
    assert keeping.lookalike(rows, "基金B科") is None
    assert keeping.lookalike(rows, "旧科") is None
    assert keeping.lookalike(rows, "基金A科", but=known) is None


def test_who_holds_posts_on_a_day_is_read_from_first_to_last_day(
    session: Session, bureau: Bureau
) -> None:
    post = make_node(session, bureau, make_node(session, bureau, make_node(session, bureau)))
    person = make_person(session, bureau)
    make_holding(session, person, post, since=date(2026, 2, 1), until=date(2026, 2, 28))

    def held(day: date) -> int:
        return len(keeping.holders(session, bureau.id, day))

    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)]
    assert [held(day) for day in days] == [0, 1, 1, 0]

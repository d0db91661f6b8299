"""Which documents in force are to be renewed, because the register or the law says otherwise."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from riskmap.db import today
from riskmap.maps.models import RiskPoint
from riskmap.organisation.models import Bureau
from riskmap.organisation.scope import Scope
from riskmap.register.models import Basis, Matter, Measure, StatutoryLimit
from riskmap.register.rating import Level
from riskmap.register.terms import PowerKind
from riskmap.revisions.renewing import to_be_renewed
from tests.revisions.office import Office
from tests.rows import make_basis, make_citation, make_limit, make_matter, make_span, make_step

YESTERDAY = today() - timedelta(days=1)


@pytest.fixture
def office(session: Session) -> Office:
    """An office whose map rests on a law, has a limit and a matter, and is in force."""
    office = Office.made(session, Level.LOW)
    basis = make_basis(session, office.bureau, code="FG-1", title="工伤保险条例", number="国务院令")
    make_citation(session, office.map, basis)
    limit = make_limit(session, office.bureau, basis, code="SX-1")
    steps = [make_step(session, office.map, number=number) for number in (2, 3)]
    make_span(session, limit, *steps)
    office.map.matter_id = make_matter(session, office.bureau, code="QL-1").id
    session.flush()
    office.approved()
    return office


def said(office: Office) -> list[str]:
    office.session.flush()
    found = to_be_renewed(office.session, office.scope, today())
    return [each.said.text() for renewal in found for each in renewal.reasons]


def one(office: Office, model: Any) -> Any:
    return office.session.scalars(select(model).where(model.bureau_id == office.bureau.id)).one()


def retire_item(office: Office) -> None:
    office.item.retired_on = today()


def rename_item(office: Office) -> None:
    office.item.name = "受理"


def say_anew(office: Office) -> None:
    office.item.manifestation = "超过15日不告知"


def rate(office: Office) -> None:
    office.rate(Level.HIGH)


def override(office: Office) -> None:
    office.item.override_level, office.item.override_reason = Level.HIGH, "直接接触试卷"


def change_measure(office: Office) -> None:
    one(office, Measure).text = "双人收件"


def show_measure_otherwise(office: Office) -> None:
    one(office, Measure).evidence = "收件登记簿"


def retire_measure(office: Office) -> None:
    one(office, Measure).retired_on = today()


def replace_basis(office: Office) -> None:
    new = make_basis(office.session, office.bureau, title="工伤保险条例（修订）")
    old = office.session.scalars(select(Basis).where(Basis.code == "FG-1")).one()
    old.replaced_by_id = new.id


def end_basis(office: Office) -> None:
    one(office, Basis).in_force_until = YESTERDAY


def renumber_basis(office: Office) -> None:
    one(office, Basis).number = "国务院令第586号"


def change_limit(office: Office) -> None:
    one(office, StatutoryLimit).value = 10


def retire_limit(office: Office) -> None:
    one(office, StatutoryLimit).retired_on = today()


def change_matter(office: Office) -> None:
    one(office, Matter).kind = PowerKind.LICENCE


def rename_post(office: Office) -> None:
    office.post.name = "受理岗"


def retire_post(office: Office) -> None:
    office.post.retired_on = today()


CASES: list[tuple[Callable[[Office], None], list[str]]] = [
    (retire_item, ["Item X is used no more."]),
    (rename_item, ["Item X is called “受理” now."]),
    (say_anew, ["How the risk of item X shows is said anew."]),
    (
        rate,
        [
            "Item X is rated 4 × 4 now, not 1 × 1.",
            "The level of item X is high now, not low.",
        ],
    ),
    (override, ["The level of item X is high now, not low."]),
    (change_measure, ["The text of measure X is another one."]),
    (show_measure_otherwise, ["How measure X is carried out or shown is another one."]),
    (retire_measure, ["Measure X is used no more."]),
    (replace_basis, ["“工伤保险条例” was replaced by “工伤保险条例（修订）”."]),
    (end_basis, ["“工伤保险条例” is in force no more."]),
    (renumber_basis, ["“工伤保险条例” is cited as “工伤保险条例 国务院令第586号” now."]),
    (change_limit, ["The limit “作出受理决定” is another one now."]),
    (retire_limit, ["The limit “作出受理决定” is used no more."]),
    (change_matter, ["Matter QL-1 is “工伤认定” now, or of another kind of power."]),
    (rename_post, ["“基金科” is called “受理岗” now."]),
    (retire_post, ["“基金科” is there no more."]),
]


NAMES = [change.__name__ for change, _wanted in CASES]


@pytest.mark.parametrize(("change", "wanted"), CASES, ids=NAMES)
def test_what_the_register_says_anew_is_told_in_words(
    office: Office, change: Callable[[Office], None], wanted: list[str]
) -> None:
    assert said(office) == []
    codes = (office.item.code, one(office, Measure).code)

    change(office)

    found = said(office)
    for code in codes:
        found = [each.replace(code, "X") for each in found]
    assert found == wanted


def test_a_reason_names_the_parts_that_it_is_about_and_the_revision(office: Office) -> None:
    rename_item(office)
    office.session.flush()

    (found,) = to_be_renewed(office.session, office.scope, today())

    assert (found.code, found.number, found.since) == (office.map.code, 1, today())
    (reason,) = found.reasons
    (key,) = reason.keys
    assert key.startswith("r-")


def test_what_the_office_edits_itself_is_no_reason(office: Office) -> None:
    office.edit("另一目标")
    make_step(office.session, office.map, number=4)

    assert said(office) == []


def test_a_level_that_the_office_set_by_hand_is_the_map_s_own(session: Session) -> None:
    office = Office.made(session, Level.LOW)
    risk = session.scalars(select(RiskPoint).where(RiskPoint.map_id == office.map.id)).one()
    risk.override_level, risk.override_reason = Level.MEDIUM, "近年有审计问题"
    session.flush()
    office.approved()

    assert said(office) == []


def test_once_renewed_it_is_told_no_more(office: Office) -> None:
    rename_item(office)
    assert said(office)

    office.approved()

    assert said(office) == []


def test_of_the_sample_the_map_that_cites_a_replaced_rule_is_to_be_renewed(
    sample_session: Session,
) -> None:
    scope = Scope(sample_session.scalars(select(Bureau)).one())

    (found,) = to_be_renewed(sample_session, scope, today())

    assert found.code == "FZ-U1-K13-G04"
    assert [each.keys for each in found.reasons] == [("s15",)]

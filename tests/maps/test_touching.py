"""Any change at or below a map raises its version, once a flush."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from riskmap.maps.models import (
    AccountMap,
    LimitSpan,
    MapBasis,
    RiskPoint,
    RiskPointMeasure,
    Step,
    Transition,
)
from riskmap.maps.touching import BELOW, UncountedChange
from riskmap.organisation.models import Bureau
from tests.rows import (
    CHANGED,
    make_answer,
    make_basis,
    make_bureau,
    make_citation,
    make_example,
    make_item,
    make_limit,
    make_map,
    make_measure,
    make_risk_point,
    make_span,
    make_step,
    make_transition,
)

Make = Callable[[Session, AccountMap, Bureau], Any]


def steps(session: Session, account_map: AccountMap) -> list[Step]:
    query = select(Step).where(Step.map_id == account_map.id).order_by(Step.number)
    return list(session.scalars(query))


def a_step(session: Session, account_map: AccountMap, bureau: Bureau) -> Step:
    return make_step(session, account_map)


def a_line(session: Session, account_map: AccountMap, bureau: Bureau) -> Transition:
    first, last = steps(session, account_map)
    return make_transition(session, last, first)


def a_risk(session: Session, account_map: AccountMap, bureau: Bureau) -> RiskPoint:
    item = make_item(session, bureau)
    return make_risk_point(session, steps(session, account_map)[0], item)


def an_answer(session: Session, account_map: AccountMap, bureau: Bureau) -> RiskPointMeasure:
    measure = make_measure(session, bureau)
    risk_point = session.scalars(
        select(RiskPoint).where(RiskPoint.map_id == account_map.id).order_by(RiskPoint.id)
    ).first()
    assert risk_point is not None
    return make_answer(session, risk_point, measure)


def a_citation(session: Session, account_map: AccountMap, bureau: Bureau) -> MapBasis:
    return make_citation(session, account_map, make_basis(session, bureau))


def a_span(session: Session, account_map: AccountMap, bureau: Bureau) -> LimitSpan:
    return make_span(session, make_limit(session, bureau), *steps(session, account_map))


CHILDREN: dict[type[Any], tuple[Make, str, object]] = {
    Step: (a_step, "text", "复核"),
    Transition: (a_line, "condition", "不同意"),
    RiskPoint: (a_risk, "statement", "单人到场取证"),
    RiskPointMeasure: (an_answer, "position", 7),
    MapBasis: (a_citation, "article", "第二十条"),
    LimitSpan: (a_span, "first_id", None),  # None: see `change`
}
KINDS = [(kind, *rest) for kind, rest in CHILDREN.items()]


def change(row: Any, column: str, value: object) -> None:
    setattr(row, column, row.last_id if value is None else value)


@pytest.fixture
def example(session: Session) -> dict[str, Any]:
    return make_example(session)


def test_every_kind_of_row_below_a_map_is_in_the_table_above() -> None:
    named = {
        mapper.class_
        for mapper in AccountMap.registry.mappers
        if "map_id" in mapper.columns
        and mapper.class_ is not AccountMap
        and getattr(mapper.class_, "__recorded__", True)
    }

    assert set(CHILDREN) == set(BELOW) == named


@pytest.mark.parametrize("make", [each[0] for each in CHILDREN.values()], ids=lambda f: f.__name__)
def test_adding_a_row_below_a_map_raises_its_version(
    session: Session, example: dict[str, Any], make: Make
) -> None:
    account_map = example["account_map"]
    before = account_map.version

    make(session, account_map, example["bureau"])

    session.refresh(account_map)
    assert account_map.version == before + 1


@pytest.mark.parametrize(("kind", "make", "column", "value"), KINDS)
def test_changing_a_row_below_a_map_raises_its_version(
    session: Session,
    example: dict[str, Any],
    kind: type[Any],
    make: Make,
    column: str,
    value: object,
) -> None:
    account_map = example["account_map"]
    row = make(session, account_map, example["bureau"])
    account_map.changed_at = CHANGED
    session.flush()
    before = account_map.version

    change(row, column, value)
    session.flush()

    session.refresh(account_map)
    assert account_map.version == before + 1
    assert account_map.changed_at > CHANGED


@pytest.mark.parametrize(("kind", "make", "column", "value"), KINDS)
def test_deleting_a_row_below_a_map_raises_its_version(
    session: Session,
    example: dict[str, Any],
    kind: type[Any],
    make: Make,
    column: str,
    value: object,
) -> None:
    account_map = example["account_map"]
    row = make(session, account_map, example["bureau"])
    before = account_map.version

    session.delete(row)
    session.flush()

    session.refresh(account_map)
    assert account_map.version == before + 1
    assert session.get(kind, row.id) is None


def test_a_change_of_the_map_itself_raises_its_version(
    session: Session, example: dict[str, Any]
) -> None:
    account_map = example["account_map"]
    before = account_map.version

    account_map.goal = "15日内出受理决定"
    session.flush()

    assert account_map.version == before + 1


def test_many_changes_in_one_flush_raise_the_version_once(
    session: Session, example: dict[str, Any]
) -> None:
    account_map, before = example["account_map"], example["account_map"].version
    first, last = steps(session, account_map)

    account_map.title = "工伤认定"
    first.text, last.text = "受理", "复核"
    session.add(
        Step(
            bureau_id=account_map.bureau_id,
            map=account_map,
            key="s9",
            number=9,
            kind=first.kind,
            text="归档",
        )
    )
    session.flush()

    assert account_map.version == before + 1
    assert len(steps(session, account_map)) == 3


def test_the_time_of_change_is_the_time_of_the_flush(
    session: Session, example: dict[str, Any]
) -> None:
    step = example["step"]
    before = datetime.now(UTC)

    step.text = "当场核对申请材料"
    session.flush()

    assert before <= example["account_map"].changed_at <= datetime.now(UTC)


def test_a_new_map_with_rows_below_it_starts_at_version_1(session: Session) -> None:
    bureau = make_bureau(session)
    node_id = make_map(session, bureau).node_id
    account_map = AccountMap(
        bureau_id=bureau.id, node_id=node_id, code="FZ-N", title="新图", changed_at=CHANGED
    )
    session.add(account_map)
    session.add(
        Step(bureau_id=bureau.id, map=account_map, key="s1", number=1, kind="process", text="受理")
    )

    session.flush()

    assert (account_map.version, account_map.changed_at) == (1, CHANGED)


def test_a_change_of_one_map_leaves_the_others_alone(
    session: Session, example: dict[str, Any]
) -> None:
    other = make_example(session, example["bureau"])["account_map"]
    before = (other.version, other.changed_at)

    example["step"].text = "复核"
    session.flush()

    session.refresh(other)
    assert (other.version, other.changed_at) == before


def test_pointing_at_a_map_as_detail_is_a_change_of_the_step_s_map_only(
    session: Session, example: dict[str, Any]
) -> None:
    detail = make_example(session, example["bureau"])["account_map"]
    before = detail.version, example["account_map"].version

    example["step"].detail_map = detail
    session.flush()

    assert (detail.version, example["account_map"].version) == (before[0], before[1] + 1)


def test_a_change_of_the_register_is_no_change_of_a_map(
    session: Session, example: dict[str, Any]
) -> None:
    before = example["account_map"].version

    example["measure"].text = "当日登记"
    example["node"].name = "工伤认定受理岗"
    session.flush()

    session.refresh(example["account_map"])
    assert example["account_map"].version == before


def test_a_flush_without_a_real_change_raises_nothing(
    session: Session, example: dict[str, Any]
) -> None:
    account_map, before = example["account_map"], example["account_map"].version

    example["step"].text = str(example["step"].text)
    account_map.title = str(account_map.title)
    session.flush()
    session.flush()

    session.refresh(account_map)
    assert account_map.version == before


def look(session: Session) -> tuple[AccountMap, Step, Step]:
    """Read the only map and its two steps, as a page does; no transaction stays open."""
    account_map = session.scalars(select(AccountMap)).one()
    first, last = steps(session, account_map)
    session.commit()
    return account_map, first, last


def test_two_people_who_edit_different_steps_of_one_map_meet(engine: Engine) -> None:
    with Session(engine) as session:
        account_map = make_map(session, make_bureau(session))
        make_step(session, account_map, number=1)
        make_step(session, account_map, number=2)
        session.commit()
    with (
        Session(engine, expire_on_commit=False) as one,
        Session(engine, expire_on_commit=False) as two,
    ):
        ones, twos = look(one), look(two)
        ones[1].text = "受理"
        one.commit()

        twos[2].text = "复核"

        with pytest.raises(StaleDataError):
            two.commit()
    with Session(engine) as session:
        texts = session.scalars(select(Step.text).order_by(Step.number)).all()
    assert texts == ["受理", "核对申请材料"]


@pytest.mark.parametrize("kind", [AccountMap, *BELOW])
@pytest.mark.parametrize("bare", [False, True], ids=["of a class", "of a table"])
def test_a_statement_that_would_pass_the_version_by_is_refused(
    session: Session, kind: type[Any], bare: bool
) -> None:
    target = kind.__table__ if bare else kind

    for statement in (update(target).values(bureau_id=1), delete(target), insert(target)):
        with pytest.raises(UncountedChange, match=kind.__name__):
            session.execute(statement)


def test_the_maps_of_a_fresh_sample_are_at_version_1_since_the_sample_s_date(
    sample_session: Session,
) -> None:
    stamps = sample_session.execute(select(AccountMap.version, AccountMap.changed_at)).all()

    assert {tuple(each) for each in stamps} == {(1, datetime(2026, 1, 5, 1, tzinfo=UTC))}


def test_a_review_raises_no_version_and_a_change_with_it_does(
    session: Session, example: dict[str, Any]
) -> None:
    account_map = example["account_map"]
    session.refresh(account_map)
    before = (account_map.version, account_map.changed_at)

    account_map.reviewed_on = CHANGED.date()
    session.flush()
    session.refresh(account_map)
    assert (account_map.version, account_map.changed_at) == before

    account_map.reviewed_on, account_map.goal = None, "另一目标"
    session.flush()
    session.refresh(account_map)
    assert account_map.version == before[0] + 1

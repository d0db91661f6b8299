"""A bureau's counter rises with every change of its rows, and with no other."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from riskmap.history.recording import OFF
from riskmap.maps.models import Step
from riskmap.organisation.models import Bureau, Node, Person
from riskmap.register.models import Measure


def state(session: Session, code: str) -> int:
    """Return the counter of a bureau as the database has it."""
    return session.execute(select(Bureau.changes).where(Bureau.code == code)).scalar_one()


@pytest.mark.parametrize(
    ("kind", "column"), [(Step, "text"), (Measure, "evidence"), (Node, "name"), (Person, "name")]
)
def test_a_change_of_any_row_raises_the_counter_of_its_bureau(
    sample_session: Session, kind: type, column: str
) -> None:
    before = state(sample_session, "YJRS")
    row = sample_session.scalars(select(kind)).first()
    setattr(row, column, "改过")
    sample_session.flush()

    assert state(sample_session, "YJRS") == before + 1


def test_reading_and_setting_what_is_there_already_raise_nothing(sample_session: Session) -> None:
    before = state(sample_session, "YJRS")
    row = sample_session.scalars(select(Measure)).first()
    assert row is not None
    row.evidence = str(row.evidence)
    sample_session.flush()

    assert state(sample_session, "YJRS") == before


def test_another_bureau_s_change_raises_only_its_own(sample_session: Session) -> None:
    other = Bureau(code="QT", name="另一个局", short_name="另一局")
    sample_session.add(other)
    sample_session.flush()
    before = state(sample_session, "YJRS")
    sample_session.add(Person(bureau_id=other.id, code="RY-1", name="甲"))
    sample_session.flush()

    assert state(sample_session, "YJRS") == before
    assert state(sample_session, "QT") > 0


def test_a_statement_counts_too_where_no_record_is_asked_for(sample_session: Session) -> None:
    before = state(sample_session, "YJRS")
    sample_session.info[OFF] = True
    sample_session.execute(update(Measure).values(evidence="改过"))

    assert state(sample_session, "YJRS") > before

"""What lies on a desk, on both engines."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from riskmap.desk import mine
from riskmap.history.events import Actor, acting
from riskmap.maps.models import AccountMap, Step
from riskmap.organisation.models import Node
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope

CODE = "FZ-U1-K13-G01"


def office(session: Session) -> Scope:
    path = session.scalars(select(Node.path).where(Node.code == "FZ-U1-K13")).one()
    return Scope(bureaus(session)[0], (path,))


def test_the_maps_to_keep_tell_who_changed_them_last(sample_session: Session) -> None:
    its_map = select(AccountMap.id).where(AccountMap.code == CODE).scalar_subquery()
    step = sample_session.scalars(select(Step).where(Step.map_id == its_map, Step.key == "s2"))
    row = step.one()
    for who, text in (("甲", "先改"), ("乙", "后改")):
        with acting(Actor(name=who, request=who)):
            row.text = text
            sample_session.flush()

    scope = office(sample_session)
    last = {each.code: each.who for each in mine.maps_to_keep(sample_session, scope)}
    (changed,) = mine.changed_last(sample_session, scope)

    assert {code for code, who in last.items() if who} == {CODE}
    assert last[CODE] == changed.who == "乙"
    assert changed.changes == 2
    assert len(last) == 5


def test_a_review_is_no_change_of_a_map(sample_session: Session) -> None:
    row = sample_session.scalars(select(AccountMap).where(AccountMap.code == CODE)).one()
    version = row.version
    for who, column, value in (("甲", "goal", "另一目标"), ("乙", "reviewed_on", date(2026, 3, 2))):
        with acting(Actor(name=who, request=who)):
            setattr(row, column, value)
            sample_session.flush()

    scope = office(sample_session)
    (changed,) = mine.changed_last(sample_session, scope)
    last = {each.code: each.who for each in mine.maps_to_keep(sample_session, scope)}

    assert (changed.who, last[CODE], row.version) == ("甲", "甲", version + 1)


def test_the_figures_of_the_register_and_the_open_questions_can_be_asked(
    sample_session: Session,
) -> None:
    whole = Scope(bureaus(sample_session)[0])
    day = date(2026, 1, 5)

    figures = mine.register_figures(sample_session, whole, day)

    assert (figures.unused, figures.bare_items) == (1, 0)
    assert [each.code for each in mine.vacant(sample_session, whole, day)] == ["FZ-U9-K02-G01"]
    assert mine.without_map(sample_session, whole) == []
    assert mine.retired_and_used(sample_session, whole) == []
    assert {each.basis for each in mine.ended_and_cited(sample_session, whole, day)} == {"FG-026"}
    assert len({each.code for each in mine.flaws(sample_session, whole)}) == 3

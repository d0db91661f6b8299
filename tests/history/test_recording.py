"""Every change of a row is in the record: who, when, from where, and from what to what."""

from datetime import UTC, date, timedelta

import pytest
from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from riskmap.accounts import commands, sessions
from riskmap.accounts.roles import Role
from riskmap.db import now
from riskmap.db.base import Base
from riskmap.history.events import Actor, Kind, acting
from riskmap.history.models import ChainHead, Change
from riskmap.history.recording import UnrecordedChange, note
from riskmap.organisation.models import Bureau
from riskmap.register.models import Measure, Responsibility
from tests.history.record import fields, recorded
from tests.rows import (
    make_basis,
    make_bureau,
    make_citation,
    make_example,
    make_map,
    make_measure,
    make_node,
    make_step,
    make_user,
)

CHIEF = Actor(user_id=7, name="陈志远", origin="10.0.0.8", request="4f2a")


def test_a_row_that_is_added_is_recorded_with_its_values(session: Session) -> None:
    bureau = make_bureau(session)
    basis = make_basis(session, bureau, code="FG-9", title="工伤保险条例")

    (entry,) = recorded(session, "basis")

    assert (entry.kind, entry.row_id, entry.name) == ("added", basis.id, "FG-9")
    assert entry.bureau_id == entry.chain == bureau.id
    assert fields(entry)["title"] == [None, "工伤保险条例"]
    assert "retired_on" not in fields(entry)


def test_a_row_that_is_changed_is_recorded_from_what_to_what_and_nothing_else(
    session: Session,
) -> None:
    measure = make_measure(session, make_bureau(session), evidence="收件回执存根")
    measure.evidence, measure.frequency = "收件登记簿", str(measure.frequency)
    session.flush()

    entry = recorded(session, "measure")[-1]

    assert (entry.kind, entry.row_id) == ("changed", measure.id)
    assert fields(entry) == {"evidence": ["收件回执存根", "收件登记簿"]}


def test_a_value_that_was_set_without_being_read_is_recorded_from_what_it_was(
    session: Session,
) -> None:
    measure = make_measure(session, make_bureau(session), evidence="收件回执存根")
    session.expire(measure)
    measure.evidence = "收件登记簿"
    session.flush()

    assert fields(recorded(session, "measure")[-1]) == {"evidence": ["收件回执存根", "收件登记簿"]}


def test_a_value_set_twice_is_recorded_from_the_first_to_the_last(session: Session) -> None:
    measure = make_measure(session, make_bureau(session), evidence="一")
    measure.evidence = "二"
    measure.evidence = "三"
    session.flush()

    assert fields(recorded(session, "measure")[-1]) == {"evidence": ["一", "三"]}


def test_a_row_that_is_taken_away_is_recorded_with_what_it_was(session: Session) -> None:
    bureau = make_bureau(session)
    citation = make_citation(
        session, make_map(session, bureau), make_basis(session, bureau), article="第十四条"
    )
    session.delete(citation)
    session.flush()

    entry = recorded(session, "map_basis")[-1]

    assert (entry.kind, entry.map_id) == ("removed", citation.map_id)
    assert fields(entry)["article"] == ["第十四条", None]


def test_the_record_says_who_when_from_where_and_in_what_go(session: Session) -> None:
    bureau = make_bureau(session)
    before = now()
    with acting(CHIEF):
        make_step(session, make_map(session, bureau), key="s1", text="核对申请材料")

    of_map, of_step = recorded(session, "account_map")[0], recorded(session, "step")[0]

    for entry in (of_map, of_step):
        assert (entry.user_id, entry.who, entry.origin, entry.request) == (
            7, "陈志远", "10.0.0.8", "4f2a",
        )  # fmt: skip
        assert before <= entry.at <= before + timedelta(seconds=30)
        assert entry.at.tzinfo is UTC
    assert (of_step.name, of_step.map_id) == ("s1", of_map.row_id)


def test_days_and_words_of_closed_sets_are_recorded_as_people_write_them(session: Session) -> None:
    node = make_node(session, make_bureau(session))
    node.retired_on = date(2026, 3, 1)
    session.flush()

    added, retired = recorded(session, "node")[0], recorded(session, "node")[-1]

    assert fields(added)["level"] == [None, "unit"]
    assert fields(retired) == {"retired_on": [None, "2026-03-01"]}


def test_counting_is_no_change_to_record(session: Session) -> None:
    step = make_step(session, make_map(session, make_bureau(session)), text="收件")
    before = len(recorded(session))
    step.text = "收件登记"  # raises the map's version and the bureau's counter
    session.flush()

    assert [entry.subject for entry in recorded(session)[before:]] == ["step"]


def test_setting_what_is_there_already_is_no_change(session: Session) -> None:
    measure = make_measure(session, make_bureau(session))
    before = len(recorded(session))
    measure.evidence = str(measure.evidence)
    session.flush()

    assert len(recorded(session)) == before


def test_a_flush_that_is_rolled_back_leaves_nothing_in_the_record(engine: Engine) -> None:
    with Session(engine) as session:
        bureau = make_bureau(session)
        session.commit()
        before = [(each.number, each.hash) for each in session.scalars(select(ChainHead))]
        make_node(session, bureau)
        session.rollback()

        assert recorded(session, "node") == []
        after = [(each.number, each.hash) for each in session.scalars(select(ChainHead))]
        assert after == before


def test_every_bureau_has_a_chain_of_its_own(session: Session) -> None:
    one, other = make_bureau(session), make_bureau(session)
    for bureau in (one, other, one):
        make_node(session, bureau)

    for bureau in (one, other):
        chain = session.scalars(
            select(Change).where(Change.chain == bureau.id).order_by(Change.number)
        ).all()
        assert [entry.number for entry in chain] == list(range(1, len(chain) + 1))
        assert {entry.bureau_id for entry in chain} == {bureau.id}
        assert chain[0].previous == "0" * 64
        head = session.get_one(ChainHead, bureau.id)
        assert (head.number, head.hash) == (len(chain), chain[-1].hash)


def test_what_belongs_to_no_bureau_has_a_chain_too(session: Session) -> None:
    note(session, Kind.SIGN_IN_FAILED, None, "nobody", tries=2)

    (entry,) = recorded(session, kind="sign_in_failed")

    assert (entry.chain, entry.bureau_id, entry.subject) == (0, None, "")
    assert (entry.name, fields(entry)) == ("nobody", {"tries": 2})


def test_a_password_is_recorded_as_changed_and_its_hash_is_nowhere(session: Session) -> None:
    user = make_user(session, make_bureau(session), password="$argon2id$old")
    user.password = "$argon2id$new"
    session.flush()

    added, changed = recorded(session, "user")

    assert fields(changed) == {"password": ["…", "…"]}
    assert "argon2" not in added.details + changed.details


def test_grants_and_disabling_are_recorded_and_sessions_are_not(session: Session) -> None:
    user = make_user(session, make_bureau(session))
    sessions.begin(session, user, origin="10.0.0.8", browser="test")
    commands.set_grants(session, user, [(Role.AUDITOR, None)])
    commands.disable(session, user)

    assert fields(recorded(session, "user_grant")[0])["role"] == [None, "auditor"]
    assert list(fields(recorded(session, "user")[-1])) == ["disabled_on"]
    assert recorded(session, "user_session") == []


TABLES = Base.metadata.tables
BULK = {
    "an update of a class": update(Measure).values(evidence="改过"),
    "an update of a table": update(TABLES["measure"]).values(evidence="改过"),
    "a deletion": delete(Responsibility),
    "an insertion": insert(Bureau).values(code="B", name="某局", short_name="局"),
    "an update of users": update(TABLES["user"]).values(shown="改过"),
}


@pytest.mark.parametrize("statement", BULK.values(), ids=BULK.keys())
def test_a_statement_that_would_leave_no_record_is_refused(
    session: Session, statement: object
) -> None:
    make_example(session)

    with pytest.raises(UnrecordedChange, match="one by one"):
        session.execute(statement)  # type: ignore[call-overload]


def test_rows_of_every_table_are_recorded_unless_said_otherwise(session: Session) -> None:
    rows = make_example(session)
    unsaid = {"map_draft", "job"}  # what is still being typed, and how far work is
    # Told of as events by their commands.
    unsaid |= {"edition", "revision", "sign_off", "workbook_import"}
    unsaid |= {"round", "round_entry", "carried_forward"}  # as above
    unsaid |= {"revision_remark", "revision_reading"}

    found = {entry.subject for entry in recorded(session)}

    assert found == set(rows) - unsaid

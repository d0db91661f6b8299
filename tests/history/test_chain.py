"""The chain holds over any edits, and is the same on both engines."""

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from riskmap.history import queries
from riskmap.history.chain import digest
from riskmap.history.events import Actor, Kind, acting
from riskmap.history.models import Change
from riskmap.history.queries import Known, check_all, entries, holds
from riskmap.history.recording import note
from riskmap.organisation.models import Bureau
from tests.rows import make_bureau, make_map, make_node, make_step

NASTY = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=30
).filter(lambda text: text.strip(" \u3000"))
EDITS = st.lists(
    st.tuples(st.sampled_from(["add", "change", "remove", "note"]), NASTY), max_size=12
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=EDITS, seed=st.integers(0, 1000))
def test_the_chain_holds_after_any_edits(
    session: Session, edits: list[tuple[str, str]], seed: int
) -> None:
    chance = random.Random(seed)
    account_map = make_map(session, make_bureau(session))
    steps = [make_step(session, account_map, key="s0")]
    for number, (what, text) in enumerate(edits, start=1):
        with acting(Actor(number, text, "10.0.0.8", str(number))):
            if what == "add":
                steps.append(make_step(session, account_map, key=f"s{number}", text=text))
            elif what == "change" and steps:
                chance.choice(steps).text = text
            elif what == "remove" and steps:
                session.delete(steps.pop(chance.randrange(len(steps))))
            else:
                note(session, Kind.EXPORTED, account_map.bureau_id, text, of=text)
            session.flush()

    found = check_all(session.connection())

    assert [each.broken for each in found] == [None] * len(found)
    assert account_map.bureau_id in {each.chain for each in found}


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 5, 1, 30, 15, 123456, tzinfo=UTC),
        datetime(2026, 1, 5, 1, 30, 15, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2038, 1, 19, 3, 14, 8, 1, tzinfo=UTC),
    ],
)
def test_a_moment_is_hashed_as_it_is_read_back(
    session: Session, moment: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("riskmap.history.recording.now", lambda: moment)
    bureau = make_bureau(session)
    session.connection().exec_driver_sql("SELECT 1")
    (entry,) = entries(session.connection(), bureau.id)

    assert entry["at"] == moment
    assert digest(entry) == entry["hash"]


def test_a_moment_is_hashed_in_utc_whatever_zone_it_comes_in() -> None:
    moment = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
    entry = {
        "chain": 1, "number": 1, "user_id": None, "who": "", "origin": "", "request": "",
        "kind": "added", "subject": "", "row_id": None, "map_id": None, "name": "",
        "details": "{}", "previous": "0" * 64,
    }  # fmt: skip
    in_china = moment.astimezone(timezone(timedelta(hours=8)))

    assert digest(entry | {"at": in_china}) == digest(entry | {"at": moment})


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_postgresql_session_in_another_zone_reads_the_same_chain(session: Session) -> None:
    make_bureau(session)
    session.connection().exec_driver_sql("SET LOCAL TIME ZONE 'America/New_York'")

    assert [each.broken for each in check_all(session.connection())] == [None]


@pytest.mark.parametrize(
    "text", [" 前后有空格　", "两行\r\n第二行\t", '引号"和\\反斜杠', "é 和 é", "𠮷🈚︎", "{}"]
)
def test_details_are_stored_letter_by_letter(session: Session, text: str) -> None:
    bureau = make_bureau(session)
    note(session, Kind.EXPORTED, bureau.id, "x", text=text)
    stored = session.scalars(select(Change).where(Change.kind == "exported")).one().details

    assert (
        text.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\r\n", "\\r\\n")
        .replace("\t", "\\t")
        in stored
    )
    assert [each.broken for each in check_all(session.connection())] == [None]


def test_two_sessions_in_turn_make_one_chain(engine: Engine) -> None:
    with Session(engine) as session:
        code = make_bureau(session).code
        session.commit()
    for _ in range(6):
        with Session(engine) as session:
            make_node(session, session.scalars(select(Bureau).where(Bureau.code == code)).one())
            session.commit()

    with engine.connect() as connection:
        (found,) = check_all(connection)
        assert found.broken is None
        assert found.head is not None
        assert found.head[0] == 1 + 2 * 6  # the bureau; each node, then its path
        assert not connection.in_transaction()


def test_a_long_chain_is_read_in_batches_and_whole(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "BATCH", 7)
    bureau = make_bureau(session)
    for number in range(40):
        note(session, Kind.EXPORTED, bureau.id, str(number))
    connection = session.connection()
    sizes = []

    @event.listens_for(connection, "after_cursor_execute")
    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sizes.append(statement)

    numbers = [entry["number"] for entry in entries(connection, bureau.id)]

    assert numbers == list(range(1, 42))
    assert len(sizes) == 6


def test_a_head_told_earlier_is_held_and_another_is_not(session: Session) -> None:
    bureau = make_bureau(session)
    connection = session.connection()
    number, digits = queries.heads(connection)[bureau.id]
    make_node(session, bureau)

    assert holds(connection, Known(bureau.id, number, digits))
    assert holds(connection, Known(bureau.id, 0, "0" * 64))
    assert not holds(connection, Known(bureau.id, number, "0" * 64))
    assert not holds(connection, Known(bureau.id, number + 99, digits))
    assert not holds(connection, Known(bureau.id + 1, number, digits))

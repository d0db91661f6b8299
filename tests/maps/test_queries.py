"""From rows to documents: all of them, in reading order, in the same few statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from riskmap.config import ZONE
from riskmap.document.encoding import digest
from riskmap.document.model import Limit, MapDocument
from riskmap.document.terms import ActorRole
from riskmap.maps.models import (
    AccountMap,
    LimitSpan,
    MapBasis,
    RiskPoint,
    RiskPointMeasure,
    Step,
    Transition,
)
from riskmap.maps.queries import NoSuchMap, documents, stamps
from riskmap.organisation.models import Bureau, Node
from riskmap.organisation.queries import bureaus
from riskmap.organisation.scope import Scope
from riskmap.organisation.tree import NodeLevel, PartyRole
from riskmap.register.rating import Level
from riskmap.register.terms import LimitUnit
from tests.databases import closing, fill
from tests.rows import (
    make_answer,
    make_bureau,
    make_citation,
    make_example,
    make_item,
    make_map,
    make_measure,
    make_node,
    make_party,
    make_post,
    make_risk_point,
    make_span,
    make_step,
    make_transition,
)


@pytest.fixture
def bureau(session: Session) -> Bureau:
    return make_bureau(session)


def the_document(session: Session, account_map: AccountMap) -> MapDocument:
    bureau = session.get_one(Bureau, account_map.bureau_id)
    (found,) = documents(session, Scope(bureau), [account_map.code])
    return found


def all_documents(session: Session) -> list[MapDocument]:
    (bureau,) = bureaus(session)
    return documents(session, Scope(bureau))


# Every row arrives

PARTS = [
    (Step, "steps"),
    (Transition, "transitions"),
    (RiskPoint, "risk_points"),
    (MapBasis, "bases"),
    (LimitSpan, "limit_spans"),
]


@pytest.mark.parametrize(("kind", "part"), PARTS)
def test_every_row_below_a_map_is_in_its_document(
    sample_session: Session, kind: type[Any], part: str
) -> None:
    rows = sample_session.execute(
        select(AccountMap.code, func.count(kind.id))
        .outerjoin(kind, kind.map_id == AccountMap.id)
        .group_by(AccountMap.code)
    )

    found = {each.code: len(getattr(each, part)) for each in all_documents(sample_session)}

    assert found == dict(tuple(row) for row in rows)
    assert sum(found.values()) > 0


def test_every_measure_that_answers_a_risk_point_is_in_its_document(
    sample_session: Session,
) -> None:
    rows = sample_session.scalar(select(func.count()).select_from(RiskPointMeasure))

    found = [len(risk.measures) for each in all_documents(sample_session)
             for risk in each.risk_points]  # fmt: skip

    assert sum(found) == rows


def test_a_document_holds_what_the_rows_say(session: Session, bureau: Bureau) -> None:
    rows = make_example(session, bureau)
    step, limit = rows["step"], rows["statutory_limit"]
    step.limit_value, step.limit_unit = 5, LimitUnit.WORKING_DAY
    step.basis_article = "第十七条"
    rows["account_map"].duties = "受理\n\n告知"
    session.flush()

    found = the_document(session, rows["account_map"])

    assert (found.title, found.duties) == (rows["account_map"].title, ("受理", "告知"))
    assert found.matter is not None
    assert found.matter.code == rows["matter"].code
    assert (found.place.code, found.place.name) == (rows["node"].code, rows["node"].name)
    assert found.place.bureau == bureau.name
    assert [each.code for each in found.bases] == [rows["basis"].code]
    first, last = found.steps
    assert (first.key, first.actor, first.limit) == (
        step.key,
        rows["node"].code,
        Limit(5, LimitUnit.WORKING_DAY),
    )
    assert first.basis is not None
    assert first.basis.text == "《工伤保险条例》第十七条"
    assert first.detail == session.get_one(AccountMap, step.detail_map_id).code
    assert last.actor == rows["party"].code
    (line,) = found.transitions
    assert (line.source, line.target) == (first.key, last.key)
    (risk,) = found.risk_points
    assert (risk.step, risk.item.code) == (first.key, rows["item"].code)
    assert risk.item.category_code == rows["category"].code
    assert [each.code for each in risk.measures] == [rows["measure"].code]
    (span,) = found.limit_spans
    assert (span.code, span.first, span.last) == (limit.code, first.key, last.key)
    assert span.limit == Limit(15, LimitUnit.DAY)
    assert span.citation.code == rows["basis"].code


def test_a_map_without_anything_below_it_is_a_document_too(
    session: Session, bureau: Bureau
) -> None:
    found = the_document(session, make_map(session, bureau))

    assert (found.steps, found.actors, found.matter) == ((), (), None)


# Order


def test_maps_are_read_unit_by_unit_each_office_followed_by_its_posts(
    session: Session, bureau: Bureau
) -> None:
    second = make_node(session, bureau, position=1)
    first = make_node(session, bureau, position=0)
    office = make_node(session, bureau, first)
    post = make_node(session, bureau, office)
    for node, code in ((second, "A"), (post, "B-S2"), (post, "B"), (office, "C"), (first, "D")):
        make_map(session, bureau, node, code=code)

    codes = [each.code for each in documents(session, Scope(bureau))]

    assert codes == ["D", "C", "B", "B-S2", "A"]


def test_steps_lines_and_risk_points_are_in_reading_order_whatever_order_they_were_added_in(
    session: Session, bureau: Bureau
) -> None:
    account_map, item = make_map(session, bureau), make_item(session, bureau)
    three = make_step(session, account_map, key="s3", number=3)
    one = make_step(session, account_map, key="s1", number=1)
    two = make_step(session, account_map, key="s2", number=2)
    make_transition(session, two, three, key="t2")
    make_transition(session, one, three, key="t1a", condition="否")
    make_transition(session, one, two, key="t1b", condition="是")
    make_risk_point(session, three, item, key="r4", position=0)
    make_risk_point(session, one, item, key="r2", position=2)
    make_risk_point(session, one, item, key="r1", position=1)

    found = the_document(session, account_map)

    assert [each.key for each in found.steps] == ["s1", "s2", "s3"]
    assert [each.key for each in found.transitions] == ["t1a", "t1b", "t2"]
    assert [each.key for each in found.risk_points] == ["r1", "r2", "r4"]


def test_measures_and_bases_are_in_the_order_they_were_given(
    session: Session, bureau: Bureau
) -> None:
    rows = make_example(session, bureau)
    rows["risk_point_measure"].position = 1
    rows["map_basis"].position = 1
    measure = make_measure(session, bureau)
    make_answer(session, rows["risk_point"], measure, position=0)
    make_citation(session, rows["account_map"], rows["basis"], article="第五条", position=0)

    found = the_document(session, rows["account_map"])

    measures = [each.code for each in found.risk_points[0].measures]
    assert measures == [measure.code, rows["measure"].code]
    assert [each.article for each in found.bases] == ["第五条", "第十四条"]


def test_lanes_are_applicants_own_posts_others_leaders_and_outside_bodies(
    session: Session, bureau: Bureau
) -> None:
    unit = make_node(session, bureau)
    office = make_node(session, bureau, unit, position=0)
    own, own_second = (make_node(session, bureau, office, position=place) for place in (0, 1))
    neighbour = make_node(session, bureau, unit, position=1)
    outside = make_party(session, bureau, role=PartyRole.EXTERNAL, position=0)
    leader = make_party(session, bureau, role=PartyRole.LEADER, position=1)
    worker = make_party(session, bureau, role=PartyRole.APPLICANT, position=3)
    employer = make_party(session, bureau, role=PartyRole.APPLICANT, position=2)
    account_map = make_map(session, bureau, own)
    for number, actor in enumerate((outside, leader, worker, employer), start=1):
        make_step(session, account_map, number=number, actor_party_id=actor.id)
    for number, actor in enumerate((neighbour, own_second, own, own), start=5):
        make_step(session, account_map, number=number, actor_node_id=actor.id)

    lanes = [(each.key, each.role) for each in the_document(session, account_map).actors]

    assert lanes == [
        (employer.code, ActorRole.APPLICANT),
        (worker.code, ActorRole.APPLICANT),
        (own.code, ActorRole.OWN),
        (own_second.code, ActorRole.OWN),
        (neighbour.code, ActorRole.OTHER),
        (leader.code, ActorRole.LEADER),
        (outside.code, ActorRole.EXTERNAL),
    ]


def test_a_unit_s_own_actors_are_all_below_it(session: Session, bureau: Bureau) -> None:
    unit = make_node(session, bureau)
    post = make_node(session, bureau, make_node(session, bureau, unit))
    stranger = make_post(session, bureau)
    account_map = make_map(session, bureau, unit)
    for node in (post, stranger):
        make_step(session, account_map, actor_node_id=node.id)

    roles = {each.key: each.role for each in the_document(session, account_map).actors}

    assert roles == {post.code: ActorRole.OWN, stranger.code: ActorRole.OTHER}


def test_a_step_that_nobody_is_named_for_has_no_actor(session: Session, bureau: Bureau) -> None:
    account_map = make_map(session, bureau)
    make_step(session, account_map)

    found = the_document(session, account_map)

    assert (found.steps[0].actor, found.actors) == ("", ())


# Levels

OVERRIDE = {"override_level": Level.HIGH, "override_reason": "直接接触试卷"}
LOWER = {"override_level": Level.LOW, "override_reason": "双人双锁"}


@pytest.mark.parametrize(
    ("item", "risk", "level", "reason"),
    [
        ({"likelihood": 1, "severity": 2}, {}, Level.LOW, ""),
        ({"likelihood": 3, "severity": 3}, {}, Level.HIGH, ""),
        (OVERRIDE, {}, Level.HIGH, "直接接触试卷"),
        ({"likelihood": 4, "severity": 4}, LOWER, Level.LOW, "双人双锁"),
        (OVERRIDE, LOWER, Level.LOW, "双人双锁"),
    ],
)
def test_a_risk_point_s_level_is_its_item_s_unless_overridden_with_a_reason(
    session: Session,
    bureau: Bureau,
    item: dict[str, object],
    risk: dict[str, object],
    level: Level,
    reason: str,
) -> None:
    step = make_step(session, make_map(session, bureau))
    make_risk_point(session, step, make_item(session, bureau, **item), **risk)

    (found,) = the_document(session, step.map).risk_points

    assert (found.level, found.reason) == (level, reason)


# What is not there


def test_an_unknown_code_is_named(sample_session: Session) -> None:
    (bureau,) = bureaus(sample_session)

    with pytest.raises(NoSuchMap, match="FZ-U99") as caught:
        documents(sample_session, Scope(bureau), ["FZ-U1", "FZ-U99"])

    assert caught.value.codes == ("FZ-U99",)


def test_another_bureau_s_map_is_not_there(session: Session, bureau: Bureau) -> None:
    other = make_map(session, make_bureau(session), code="FZ-B1")
    make_map(session, bureau, code="FZ-A1")

    assert [each.code for each in documents(session, Scope(bureau))] == ["FZ-A1"]
    with pytest.raises(NoSuchMap):
        documents(session, Scope(bureau), [other.code])


def test_two_bureaus_with_the_same_codes_keep_their_own_rows(
    session: Session, bureau: Bureau
) -> None:
    other = make_bureau(session)
    for owner, title in ((bureau, "甲"), (other, "乙")):
        make_step(session, make_map(session, owner, code="FZ-U1", title=title), text=title)

    (found,) = documents(session, Scope(other), ["FZ-U1"])

    assert (found.title, [step.text for step in found.steps]) == ("乙", ["乙"])


def test_a_retired_map_is_left_out(session: Session, bureau: Bureau) -> None:
    make_map(session, bureau, code="FZ-OLD", retired_on=date(2026, 1, 1))
    make_map(session, bureau, code="FZ-NEW")

    assert [each.code for each in documents(session, Scope(bureau))] == ["FZ-NEW"]
    with pytest.raises(NoSuchMap):
        documents(session, Scope(bureau), ["FZ-OLD"])


def test_no_codes_give_no_documents(sample_session: Session) -> None:
    (bureau,) = bureaus(sample_session)

    assert documents(sample_session, Scope(bureau), []) == []


# Statements


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    said: list[str] = []
    connection = session.connection()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield said
    event.remove(connection, "before_cursor_execute", note)


def test_a_bureau_is_read_in_as_many_statements_as_one_map(sample_session: Session) -> None:
    (bureau,) = bureaus(sample_session)
    bureau_id = bureau.id
    assert bureau_id

    with counted(sample_session) as for_one:
        documents(sample_session, Scope(bureau), ["FZ-U1-K13"])
    sample_session.expunge_all()
    (bureau,) = bureaus(sample_session)
    with counted(sample_session) as for_all:
        documents(sample_session, Scope(bureau))

    assert len(for_one) == len(for_all) <= 14


def test_one_map_alone_is_the_same_document_as_among_all(sample_session: Session) -> None:
    (bureau,) = bureaus(sample_session)

    for document in documents(sample_session, Scope(bureau)):
        assert documents(sample_session, Scope(bureau), [document.code]) == [document]


# The same on every engine


def test_the_same_sample_gives_the_same_digests_on_every_engine(
    sample_session: Session, tmp_path: Any
) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    fill(url, "sample")

    with closing(url) as engine, Session(engine) as other:
        expected = [digest(each) for each in all_documents(other)]

    assert [digest(each) for each in all_documents(sample_session)] == expected
    assert len(set(expected)) == 106


def test_a_map_is_stamped_with_its_version_and_time_of_change(sample_engine: Engine) -> None:
    with Session(sample_engine) as session:
        step = session.scalars(select(Step).order_by(Step.id)).first()
        assert step is not None
        step.text = "核对"
        session.commit()

        (bureau,) = bureaus(session)
        found = stamps(session, Scope(bureau))

    changed = {code for code, (version, _) in found.items() if version == 2}
    assert len(found) == 106
    assert len(changed) == 1
    times = {at.astimezone(ZONE).isoformat() for code, (_, at) in found.items()
             if code not in changed}  # fmt: skip
    assert times == {"2026-01-05T09:00:00+08:00"}


def test_a_limit_span_is_read_with_its_limit(session: Session, bureau: Bureau) -> None:
    rows = make_example(session, bureau)
    make_span(session, rows["statutory_limit"], rows["step"], rows["step"])

    spans = the_document(session, rows["account_map"]).limit_spans

    assert len(spans) == 2
    assert {each.name for each in spans} == {"作出受理决定"}


def test_a_unit_has_its_offices_with_the_counts_of_all_maps_below_them(sample_session: Session):
    maps = documents(sample_session, Scope(bureaus(sample_session)[0]))
    by_code = {each.code: each for each in maps}
    units = [each for each in maps if each.place.level is NodeLevel.UNIT]

    assert sum(len(unit.offices) for unit in units) == sum(
        each.place.level is NodeLevel.OFFICE for each in maps
    )
    for unit in units:
        for office in unit.offices:
            below = [each for each in maps if each.place.code.startswith(office.code)]
            levels = [risk.level for each in below for risk in each.risk_points]
            counted = (office.high, office.medium, office.low)
            assert counted == tuple(levels.count(level) for level in Level)
            assert by_code[office.map].place.name == office.name
    assert all(not each.offices for each in maps if each not in units)


def test_a_unit_s_offices_are_the_same_when_it_is_read_alone(sample_session: Session):
    bureau = bureaus(sample_session)[0]
    (alone,) = documents(sample_session, Scope(bureau), ["FZ-U1"])

    assert alone in documents(sample_session, Scope(bureau))


def test_a_retired_office_is_no_longer_on_its_unit_s_map(sample_session: Session):
    bureau = bureaus(sample_session)[0]
    office = sample_session.scalars(select(Node).where(Node.code == "FZ-U1-K05")).one()
    office.retired_on = date(2026, 1, 1)
    sample_session.flush()

    (unit,) = documents(sample_session, Scope(bureau), ["FZ-U1"])

    assert len(unit.offices) == 13
    assert "FZ-U1-K05" not in [each.code for each in unit.offices]

"""Beginning a round, carrying maps forward, closing it; on both engines."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from riskmap.accounts.current import Asking
from riskmap.accounts.models import Grant
from riskmap.accounts.roles import Role
from riskmap.config import ZONE
from riskmap.coverage.reading import read
from riskmap.db import today
from riskmap.db.connections import start_writing
from riskmap.document.encoding import digest
from riskmap.history.models import Change
from riskmap.maps.models import AccountMap
from riskmap.maps.queries import documents
from riskmap.organisation.models import Bureau, Holding, Person
from riskmap.register.models import Measure
from riskmap.register.rating import Level
from riskmap.revisions import commands as revisions
from riskmap.revisions import queries as in_force
from riskmap.rounds import commands, queries
from riskmap.rounds.models import CarriedForward, Round, RoundEntry
from riskmap.rounds.outcomes import Hindrance, NotSigner, Outcome
from tests.rounds.reviewed import IN_A_MONTH, Reviewed
from tests.rows import make_holding, make_round, make_round_entry, make_user
from tests.together import together

YESTERDAY, TOMORROW = today() - timedelta(days=1), today() + timedelta(days=1)


@pytest.fixture
def office(session: Session) -> Reviewed:
    return Reviewed.low(session)


@pytest.fixture
def approved(office: Reviewed) -> Reviewed:
    office.approved()
    return office


def hindered(office: Reviewed, held: Round, who: str = "chief") -> Hindrance:
    with pytest.raises(commands.NotNow) as caught:
        office.carry(held, who)
    return caught.value.why


def not_for(office: Reviewed, held: Round, who: str) -> NotSigner:
    with pytest.raises(commands.NotForYou) as caught:
        office.carry(held, who)
    return caught.value.why


def told(session: Session, kind: str) -> list[dict[str, object]]:
    rows = session.scalars(select(Change).where(Change.kind == kind).order_by(Change.id))
    return [{"name": each.name, **json.loads(each.details)} for each in rows]


# Beginning


def test_a_round_puts_every_map_in_use_of_its_part_on_the_list_with_what_was_in_force(
    approved: Reviewed,
) -> None:
    bare = approved.drawn(approved.node)
    approved.drawn(approved.elsewhere)
    approved.drawn(approved.post).retired_on = YESTERDAY
    approved.session.flush()

    held = approved.start(node=approved.node)

    lines = queries.lines(approved.session, approved.scope, [held])[held.id]
    assert [(each.code, each.before, each.outcome) for each in lines] == [
        (bare.code, None, Outcome.DUE),
        (approved.map.code, 1, Outcome.DUE),
    ]
    assert (held.number, held.started_by, held.started_on) == (1, "head", today())


def test_who_leads_a_part_begins_its_rounds_and_nobody_else(office: Reviewed) -> None:
    for who in ("chief", "holder", "discipline", "auditor", "admin", "viewer"):
        with pytest.raises(commands.NotYourPart):
            office.start(who, office.node)
    with pytest.raises(commands.NotYourPart):
        office.start("leader", None)
    with pytest.raises(commands.NotYourPart):
        office.start("other leader", office.node)

    assert office.start("leader", office.node).node_id == office.node.id


def test_a_part_without_a_map_and_a_day_that_is_past_are_refused(office: Reviewed) -> None:
    with pytest.raises(commands.NothingToReview):
        office.start(node=office.elsewhere)
    with pytest.raises(commands.DueBefore):
        office.start(due=YESTERDAY)

    assert office.start(due=today()).due == today()


def test_what_the_page_did_not_show_is_not_begun(office: Reviewed) -> None:
    with pytest.raises(commands.OtherThanSeen):
        commands.start(
            office.session, office.people["head"], office.bureau, None, title="复查",
            due=IN_A_MONTH, seen=7, day=today(),
        )  # fmt: skip


def test_two_open_rounds_never_cover_the_same_maps(office: Reviewed) -> None:
    first = office.start(node=office.node)

    for node in (office.node, None, office.post):
        with pytest.raises(commands.CoveredAlready) as caught:
            office.start(node=node)
        assert caught.value.titles == [(first.number, "2026年度复查")]
    office.close(first)

    assert office.start().number == 2


def test_the_database_itself_keeps_a_map_out_of_a_second_open_round(office: Reviewed) -> None:
    office.start()
    second = make_round(office.session, office.people["head"].user)

    with pytest.raises(IntegrityError):
        make_round_entry(office.session, second, office.map)


def committed(office: Reviewed) -> dict[str, Asking]:
    """Commit, and return the people, read once for sessions of their own."""
    office.session.commit()
    for each in office.people.values():
        office.session.refresh(each.user)
        office.session.expunge(each.user)
    return office.people


def test_of_rounds_begun_at_once_one_begins(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        people = committed(Reviewed.low(session))

    def begin(session: Session) -> int:
        bureau = session.scalars(select(Bureau)).one()
        return commands.start(
            session, people["head"], bureau, None, title="复查", due=IN_A_MONTH, seen=1,
            day=today(),
        ).number  # fmt: skip

    came = together(engine, begin)

    assert sorted(map(str, came)) == sorted(map(str, [1, *[commands.CoveredAlready] * 3]))
    with Session(engine) as session:
        assert session.scalar(select(func.count(Round.id))) == 1


# Carrying forward


def test_the_chief_of_the_place_carries_a_map_forward_that_is_right_as_it_stands(
    approved: Reviewed,
) -> None:
    held = approved.start()

    row = approved.carry(held)

    line = approved.line(held)
    assert (line.outcome, line.carried_on, line.carried_by) == (Outcome.CARRIED, today(), "chief")
    assert (row.who, row.day, row.person_id) == (
        "chief", today(), approved.people["chief"].user.person_id,
    )  # fmt: skip
    (event,) = told(approved.session, "carried_forward")
    assert (event["name"], event["round"], event["revision"]) == (approved.map.code, 1, 1)
    assert hindered(approved, held) is Hindrance.SETTLED


def test_carrying_forward_is_a_review_and_no_change_of_the_map(approved: Reviewed) -> None:
    approved.map.reviewed_on = YESTERDAY
    approved.session.flush()
    held = approved.start()
    before = (approved.map.version, approved.map.changed_at)

    approved.carry(held)
    approved.session.expire_all()

    assert (approved.map.version, approved.map.changed_at) == before
    assert approved.map.reviewed_on == today()
    (working,) = documents(approved.session, approved.scope, [approved.map.code])
    revision = in_force.in_force_of(approved.session, approved.map)
    assert revision is not None
    assert digest(working) == revision.digest
    drawn = read(approved.session, approved.bureau, today()).map_by_code[approved.map.code]
    assert (drawn.reviewed, drawn.changed) == (today(), before[1].astimezone(ZONE).date())


def test_approving_a_revision_is_a_review_of_the_day_of_its_last_signature(
    office: Reviewed,
) -> None:
    revision = office.hand_in()
    assert office.map.reviewed_on is None
    version = office.map.version

    office.sign_until(revision, None)

    assert (office.map.reviewed_on, office.map.version) == (today(), version)


def test_a_later_day_of_review_is_not_put_back(office: Reviewed) -> None:
    office.map.reviewed_on = TOMORROW
    office.session.flush()

    office.approved()

    assert office.map.reviewed_on == TOMORROW


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("holder", NotSigner.OWN_POST),
        ("leader", NotSigner.CHIEF_SIGNS),
        ("head", NotSigner.CHIEF_SIGNS),
        ("other chief", NotSigner.CHIEF_SIGNS),
        ("viewer", NotSigner.CHIEF_SIGNS),
    ],
)
def test_nobody_else_carries_it_forward(approved: Reviewed, who: str, why: NotSigner) -> None:
    held = approved.start()

    assert not_for(approved, held, who) is why


def test_the_leader_signs_for_the_chief_s_own_post(approved: Reviewed) -> None:
    chief = approved.people["chief"].user
    person = approved.session.get_one(Person, chief.person_id)
    make_holding(approved.session, person, approved.post)
    held = approved.start()

    assert not_for(approved, held, "chief") is NotSigner.OWN_POST
    assert approved.carry(held, "leader").who == "leader"


def test_the_leader_signs_where_nobody_but_the_chief_keeps_the_map(approved: Reviewed) -> None:
    for row in approved.session.scalars(select(Holding).where(Holding.post_id == approved.post.id)):
        row.since, row.until = YESTERDAY, YESTERDAY
    user = approved.people["holder"].user.id
    for grant in approved.session.scalars(select(Grant).where(Grant.user_id == user)):
        approved.session.delete(grant)
    approved.session.flush()
    held = approved.start()

    assert not_for(approved, held, "chief") is NotSigner.LEADER_SIGNS
    assert approved.carry(held, "leader").who == "leader"


def test_the_chief_by_a_second_user_is_not_the_leader_in_the_chief_s_place(
    approved: Reviewed,
) -> None:
    chief = approved.people["chief"].user
    second = make_user(approved.session, approved.bureau, person_id=chief.person_id)
    approved.people["again"] = approved.granted(second, (Role.LEADER, approved.node))
    own = approved.drawn(approved.node)
    revision = approved.hand_in_map(own)
    held = approved.start()

    assert revision.number == 1
    with pytest.raises(commands.NotForYou) as caught:
        approved.carry(held, "again", own)
    assert caught.value.why is NotSigner.KEEPS_IT
    assert approved.carry(held, "leader", own).who == "leader"


def test_a_map_without_a_document_in_force_is_not_carried_forward(office: Reviewed) -> None:
    held = office.start()

    assert hindered(office, held) is Hindrance.NOTHING_IN_FORCE
    office.hand_in()
    assert hindered(office, held) is Hindrance.WAITS


def test_a_working_copy_that_differs_is_handed_in_instead(approved: Reviewed) -> None:
    held = approved.start()
    approved.edit("另一目标")

    assert hindered(approved, held) is Hindrance.DIFFERS
    approved.edit("依法受理")
    assert approved.carry(held).who == "chief"


def test_what_is_to_be_renewed_does_not_stay_as_it_is(approved: Reviewed) -> None:
    held = approved.start()
    for measure in approved.session.scalars(select(Measure)):
        measure.retired_on = today()
    approved.session.flush()

    assert hindered(approved, held) is Hindrance.TO_RENEW


def test_a_document_that_was_not_looked_at_is_not_signed(approved: Reviewed) -> None:
    held = approved.start()

    with pytest.raises(commands.OtherThanSeen):
        commands.carry_forward(
            approved.session, approved.people["chief"], held, approved.map, number=9, day=today()
        )


def test_of_signatures_given_at_once_one_is_kept(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        office = Reviewed.low(session)
        office.approved()
        held, drawn = office.start().id, office.map.id
        people = committed(office)

    def carry(session: Session) -> str:
        one, row = session.get_one(Round, held), session.get_one(AccountMap, drawn)
        return commands.carry_forward(
            session, people["chief"], one, row, number=1, day=today()
        ).who  # fmt: skip

    came = together(engine, carry)

    assert sorted(map(str, came)) == sorted(map(str, ["chief", *[commands.NotNow] * 3]))
    with Session(engine) as session:
        assert session.scalar(select(func.count(CarriedForward.id))) == 1


# What follows from revisions


def test_a_revision_approved_since_makes_a_map_changed_even_after_it_was_carried_forward(
    approved: Reviewed,
) -> None:
    held = approved.start()
    approved.carry(held)

    approved.edit("第二版")
    approved.approved()

    line = approved.line(held)
    assert (line.outcome, line.before, line.number) == (Outcome.CHANGED, 1, 2)


def test_a_map_approved_for_the_first_time_is_new(office: Reviewed) -> None:
    held = office.start()

    office.approved()

    assert office.outcome(held) is Outcome.NEW


def test_a_map_drawn_since_the_start_joins_the_round_that_covers_its_place(
    approved: Reviewed,
) -> None:
    held = approved.start(node=approved.node)
    drawn = approved.drawn(approved.node)
    approved.drawn(approved.elsewhere)

    assert approved.totals(held).all == 2
    assert approved.outcome(held, drawn) is Outcome.DUE
    approved.hand_in_map(drawn)
    assert approved.outcome(held, drawn) is Outcome.NEW
    drawn.retired_on = today()
    approved.session.flush()
    assert approved.totals(held).all == 1


def test_a_map_or_a_document_out_of_use_is_retired(approved: Reviewed) -> None:
    second = approved.drawn(approved.node)
    held = approved.start()
    revision = in_force.in_force_of(approved.session, approved.map)
    assert revision is not None
    revisions.retire(
        approved.session, approved.people["head"], revision, version=revision.version,
        reason="事项取消",
    )  # fmt: skip
    second.retired_on = today()
    approved.session.flush()

    assert approved.outcome(held) is Outcome.RETIRED
    assert approved.outcome(held, second) is Outcome.RETIRED
    assert (approved.totals(held).left, approved.totals(held).done) == (0, 2)


def test_what_has_no_outcome_after_the_due_day_is_overdue(approved: Reviewed) -> None:
    held = approved.start(due=today())

    assert approved.totals(held, today()).late == 0
    assert approved.totals(held, TOMORROW).late == 1
    approved.carry(held, day=TOMORROW)
    assert approved.totals(held, TOMORROW).late == 0


# Closing


def test_closing_writes_down_what_became_of_every_map_and_nothing_alters_it_later(
    approved: Reviewed,
) -> None:
    left, joined = approved.drawn(approved.node), None
    held = approved.start()
    approved.carry(held)
    joined = approved.drawn(approved.elsewhere)
    approved.close(held)
    wanted = {
        approved.map.code: (Outcome.CARRIED, 1),
        left.code: (Outcome.DUE, None),
        joined.code: (Outcome.DUE, None),
    }

    def found() -> dict[str, tuple[Outcome, int | None]]:
        lines = queries.lines(approved.session, approved.scope, [held])[held.id]
        return {each.code: (each.outcome, each.number) for each in lines}

    assert found() == wanted
    approved.edit("第二版")
    approved.approved()
    approved.hand_in_map(left)
    joined.retired_on = today()
    approved.drawn(approved.node)
    approved.session.flush()
    approved.session.expire_all()

    assert found() == wanted
    assert (held.closed_by, held.closed_on) == ("head", today())
    (event,) = told(approved.session, "round_closed")
    assert (event["left"], event["carried"]) == (2, 1)


def test_a_closed_round_takes_no_signature_and_is_not_closed_again(approved: Reviewed) -> None:
    held = approved.start()
    approved.close(held)

    with pytest.raises(commands.ClosedAlready):
        approved.carry(held)
    with pytest.raises(commands.ClosedAlready):
        approved.close(held)


def test_a_round_is_closed_by_who_leads_its_part_having_seen_what_is_left(
    approved: Reviewed,
) -> None:
    held = approved.start()

    for who in ("leader", "chief", "auditor"):
        with pytest.raises(commands.NotYourPart):
            approved.close(held, who)
    with pytest.raises(commands.OtherThanSeen):
        commands.close(approved.session, approved.people["head"], held, left=0, day=today())
    approved.close(held, "head")

    rows = approved.session.scalars(select(RoundEntry.outcome)).all()
    assert rows == [Outcome.DUE]


def test_a_level_that_asks_for_more_signatures_makes_no_difference(session: Session) -> None:
    office = Reviewed.made(session, Level.HIGH)
    assert isinstance(office, Reviewed)
    office.approved()
    held = office.start()

    assert office.carry(held).who == "chief"

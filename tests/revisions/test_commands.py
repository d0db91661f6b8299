"""Handing in, signing, sending back, taking back, retiring; on both engines."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from riskmap.accounts.models import Grant
from riskmap.accounts.roles import Role
from riskmap.db import today
from riskmap.db.connections import start_writing
from riskmap.document.encoding import digest, to_json
from riskmap.history.models import Change
from riskmap.history.recording import UnrecordedChange
from riskmap.maps.queries import documents
from riskmap.organisation.models import Bureau, Holding, Person
from riskmap.register.rating import Level
from riskmap.revisions import commands, queries
from riskmap.revisions.commands import ChangedSince, HandedInAlready, MayNotSign
from riskmap.revisions.models import Revision, SignOff
from riskmap.revisions.showing import in_force, shown
from riskmap.revisions.sign_offs import Refusal, required
from riskmap.revisions.sign_offs import SignOffRole as Box
from riskmap.revisions.states import NotNow, RevisionState
from tests.revisions.office import GRADES, Office
from tests.rows import make_holding, make_item, make_map, make_risk_point, make_step, make_user
from tests.together import together

TOMORROW, YESTERDAY = today() + timedelta(days=1), today() - timedelta(days=1)


@pytest.fixture
def office(session: Session) -> Office:
    return Office.made(session)


@pytest.fixture
def low(session: Session) -> Office:
    return Office.made(session, Level.LOW)


def refused(office: Office, revision: Revision, who: str, box: Box, **asked: object) -> Refusal:
    with pytest.raises(MayNotSign) as caught:
        office.sign(revision, who, box, **asked)
    return caught.value.why


def events(session: Session) -> list[tuple[str, dict[str, object]]]:
    rows = session.scalars(select(Change).where(Change.subject == "").order_by(Change.id))
    return [(each.kind, json.loads(each.details)) for each in rows]


# What is frozen


def test_a_revision_holds_the_working_copy_as_it_was_with_the_texts_of_the_register(
    office: Office,
) -> None:
    (working,) = documents(office.session, office.scope, [office.map.code])

    revision = office.hand_in()
    office.edit("另一目标")
    office.item.manifestation = "改写后的表现形式"
    office.session.flush()
    office.session.expire_all()

    frozen = queries.document_of(revision)
    assert frozen == working
    assert frozen.goal == "依法受理"
    assert frozen.risk_points[0].item.manifestation == "超过15日不出受理决定"
    assert (revision.digest, revision.document) == (digest(working), to_json(working).decode())


def test_revisions_of_a_map_are_numbered_on_and_told_newest_first(low: Office) -> None:
    first = low.approved()
    low.edit("第二版")
    second = low.hand_in(text="  改了目标 ")

    assert [each.number for each in queries.of_map(low.session, low.map)] == [2, 1]
    assert (second.note, second.handed_in_by) == ("改了目标", "chief")
    assert queries.before(low.session, second) is first
    assert queries.before(low.session, first) is None


def test_what_was_changed_since_somebody_looked_is_not_handed_in(office: Office) -> None:
    seen = office.map.version
    office.edit("另一目标")

    with pytest.raises(ChangedSince):
        commands.hand_in(office.session, office.people["chief"], office.map, version=seen)


def test_a_map_is_handed_in_once_at_a_time(office: Office) -> None:
    office.hand_in()

    with pytest.raises(HandedInAlready) as caught:
        office.hand_in()
    assert caught.value.number == 1


def test_what_is_in_force_already_is_not_handed_in_again(low: Office) -> None:
    low.approved()

    with pytest.raises(commands.NothingNew):
        low.hand_in()


def test_a_map_without_steps_is_not_handed_in(office: Office) -> None:
    bare = make_map(office.session, office.bureau, office.node)

    with pytest.raises(commands.NothingDrawn):
        commands.hand_in(office.session, office.people["chief"], bare, version=bare.version)


# Coming into force


def test_with_the_last_signature_a_map_comes_into_force_and_the_one_before_is_superseded(
    low: Office,
) -> None:
    first = low.approved()
    assert (first.state, first.approved_on) == (RevisionState.APPROVED, today())
    low.edit("第二版")
    second = low.hand_in()
    low.sign_until(second, Box.HEAD)
    assert queries.in_force_of(low.session, low.map) is first

    low.sign(second, "leader", Box.HEAD)

    assert (first.state, first.ended_on) == (RevisionState.SUPERSEDED, today())
    assert queries.in_force_of(low.session, low.map) is second
    assert [each.document.goal for each in in_force(low.session, low.scope)] == ["第二版"]


@pytest.mark.parametrize("level", Level)
def test_every_level_asks_for_its_own_boxes(session: Session, level: Level) -> None:
    office = Office.made(session, level)

    revision = office.approved()

    signed = queries.sign_offs(session, [revision])[revision.id]
    assert [each.box for each in signed] == list(required(level))
    assert [bool(each.number) for each in signed] == [each.box.numbered for each in signed]


def test_lowering_a_level_is_signed_as_it_was_and_raising_it_as_it_becomes(office: Office) -> None:
    office.approved()
    office.rate(Level.LOW)
    lower = office.hand_in()
    assert (lower.level, lower.signed_at) == (Level.LOW, Level.HIGH)
    office.sign_until(lower, None)

    office.rate(Level.MEDIUM)
    higher = office.hand_in()

    assert (higher.level, higher.signed_at) == (Level.MEDIUM, Level.MEDIUM)


def test_retiring_a_document_first_does_not_let_its_level_be_lowered_unseen(
    office: Office,
) -> None:
    revision = office.approved()
    asked = {"version": revision.version, "reason": "重编"}
    commands.retire(office.session, office.people["head"], revision, **asked)
    office.rate(Level.LOW)

    assert office.hand_in().signed_at is Level.HIGH


def test_a_document_out_of_force_is_shown_no_more_and_says_why(low: Office) -> None:
    revision = low.approved()
    asked = {"version": revision.version, "reason": " 事项取消 "}
    commands.retire(low.session, low.people["leader"], revision, **asked)

    assert in_force(low.session, low.scope) == []
    assert (revision.reason, revision.ended_on) == ("事项取消", today())
    (found,) = shown(low.session, low.scope)
    assert (found.number, found.document.goal) == (None, "依法受理")


def test_what_a_map_shows_is_told_with_the_revision_it_is(low: Office) -> None:
    low.approved()
    low.edit("未签批的目标")

    (found,) = shown(low.session, low.scope, [low.map.code])

    assert (found.document.goal, found.number, found.since) == ("依法受理", 1, today())
    (draft,) = shown(low.session, low.scope, draft=True)
    assert (draft.document.goal, draft.number, draft.since) == ("未签批的目标", None, None)


# Own work


def test_nobody_signs_what_they_handed_in(office: Office) -> None:
    author = office.people["leader"].user
    both = office.granted(author, (Role.LEADER, office.post), (Role.CHIEF, office.post))
    office.people["both"] = both
    revision = office.hand_in("both")
    office.sign(revision, "holder", Box.FILLER)

    assert refused(office, revision, "both", Box.HEAD) is Refusal.OWN_SUBMISSION


def test_a_second_user_of_the_same_person_is_the_same_person(office: Office) -> None:
    chief = office.people["chief"].user
    second = make_user(office.session, office.bureau, person_id=chief.person_id)
    office.people["again"] = office.granted(second, (Role.LEADER, office.node))
    revision = office.hand_in()
    office.sign(revision, "holder", Box.FILLER)

    assert refused(office, revision, "again", Box.HEAD) is Refusal.OWN_SUBMISSION


def test_nobody_signs_for_their_own_post_but_as_its_holder(office: Office) -> None:
    holder = office.people["holder"].user
    office.people["holder"] = office.granted(
        holder, (Role.LEADER, office.node), (Role.LEGAL, office.node)
    )
    revision = office.hand_in()

    office.sign(revision, "holder", Box.FILLER)

    assert refused(office, revision, "holder", Box.HEAD) is Refusal.OWN_POST


def test_a_chief_s_own_post_is_signed_by_the_leader(low: Office) -> None:
    person = low.people["chief"].user.person_id
    make_holding(low.session, low.session.get_one(Person, person), low.post)
    revision = low.hand_in("holder")

    assert refused(low, revision, "chief", Box.HEAD) is Refusal.WRONG_ROLE
    low.sign(revision, "leader", Box.HEAD)
    assert revision.state is RevisionState.APPROVED


def test_who_signed_the_first_box_signs_no_later_one_after_leaving_the_post(
    office: Office,
) -> None:
    holder = office.people["holder"].user
    revision = office.hand_in()
    office.sign(revision, "holder", Box.FILLER)
    holding = office.session.scalars(
        select(Holding).where(Holding.person_id == holder.person_id)
    ).one()
    holding.since, holding.until = YESTERDAY - timedelta(days=9), YESTERDAY
    for each in office.session.scalars(select(Grant).where(Grant.user_id == holder.id)):
        office.session.delete(each)
    office.session.flush()
    office.people["holder"] = office.granted(holder, (Role.LEADER, office.node))

    assert refused(office, revision, "holder", Box.HEAD) is Refusal.FILLED_IN


def test_the_first_box_of_a_place_that_nobody_holds_is_signed_by_who_hands_it_in(
    office: Office,
) -> None:
    drawn = make_map(office.session, office.bureau, office.node)
    make_step(office.session, drawn)

    revision = commands.hand_in(
        office.session, office.people["chief"], drawn, version=drawn.version
    )

    (signed,) = queries.sign_offs(office.session, [revision])[revision.id]
    assert (signed.box, signed.who) == (Box.FILLER, "chief")
    assert revision.state is RevisionState.SIGNING


# Order, days, numbers


@pytest.mark.parametrize("box", [each for each in Box if each is not Box.FILLER])
def test_a_step_is_not_skipped(office: Office, box: Box) -> None:
    revision = office.hand_in()

    assert refused(office, revision, office.signers("chief")[box], box) is Refusal.NOT_NEXT


def test_a_box_is_signed_once(office: Office) -> None:
    revision = office.hand_in()
    seen = revision.version
    office.sign(revision, "holder", Box.FILLER, version=seen)

    assert refused(office, revision, "holder", Box.FILLER, version=seen) is Refusal.SIGNED


def test_a_box_that_the_level_does_not_ask_for_is_not_signed(low: Office) -> None:
    revision = low.hand_in()

    assert refused(low, revision, "legal", Box.LEGAL) is Refusal.NOT_NEEDED


def test_the_last_signature_counts_once(low: Office) -> None:
    revision = low.hand_in()
    low.sign(revision, "holder", Box.FILLER)
    seen = revision.version
    low.sign(revision, "leader", Box.HEAD, version=seen)

    with pytest.raises(NotNow) as caught:
        low.sign(revision, "leader", Box.HEAD, version=seen)
    assert caught.value.state is RevisionState.APPROVED


def test_what_changed_since_it_was_looked_at_is_not_signed(office: Office) -> None:
    revision = office.hand_in()

    with pytest.raises(ChangedSince):
        office.sign(revision, "holder", Box.FILLER, version=revision.version - 1)


@pytest.mark.parametrize(
    ("day", "why"), [(TOMORROW, Refusal.IN_THE_FUTURE), (YESTERDAY, Refusal.TOO_EARLY)]
)
def test_a_day_lies_between_the_signature_before_and_today(
    office: Office, day: object, why: Refusal
) -> None:
    revision = office.hand_in()

    assert refused(office, revision, "holder", Box.FILLER, day=day) is why


@pytest.mark.parametrize("box", [Box.PARTY_GROUP, Box.DISCIPLINE])
def test_minutes_and_filing_need_a_number(office: Office, box: Box) -> None:
    revision = office.hand_in()
    office.sign_until(revision, box)

    why = refused(office, revision, office.signers("chief")[box], box, number="　")
    assert why is Refusal.NO_NUMBER


# Sent back, taken back


def test_what_is_sent_back_says_why_and_can_be_handed_in_again(office: Office) -> None:
    revision = office.hand_in()
    asked = {"version": revision.version}
    with pytest.raises(commands.NoReason):
        commands.send_back(office.session, office.people["holder"], revision, reason=" ", **asked)
    commands.send_back(office.session, office.people["holder"], revision, reason="缺步骤", **asked)
    chief = office.people["chief"].user

    assert (revision.state, revision.reason) == (RevisionState.RETURNED, "缺步骤")
    assert list(queries.sent_back(office.session, chief)) == [revision]
    again = office.hand_in()
    assert again.number == 2
    assert list(queries.sent_back(office.session, chief)) == []


def test_a_map_that_was_retired_meanwhile_is_not_signed(office: Office) -> None:
    revision = office.hand_in()
    office.map.retired_on = today()
    office.session.flush()

    with pytest.raises(ChangedSince):
        office.sign(revision, "holder", Box.FILLER)


# Desks


def test_a_queue_holds_what_waits_for_somebody_the_worst_first_then_the_oldest(
    session: Session,
) -> None:
    office = Office.made(session, Level.LOW)
    codes = []
    for level in (Level.LOW, Level.HIGH, Level.LOW):
        drawn = make_map(session, office.bureau, office.node)
        step = make_step(session, drawn)
        likelihood, severity = GRADES[level]
        item = make_item(session, office.bureau, likelihood=likelihood, severity=severity)
        make_risk_point(session, step, item)
        commands.hand_in(session, office.people["chief"], drawn, version=drawn.version)
        codes.append(drawn.code)

    found = queries.waiting(session, office.people["leader"], office.scope)

    assert [each.account_map.code for each in found] == [codes[1], codes[0], codes[2]]
    assert {each.paper.next for each in found} == {Box.HEAD}
    for who in ("chief", "holder", "legal", "head", "other leader", "auditor", "viewer"):
        assert queries.waiting(session, office.people[who], office.scope) == []


# The record


def test_everything_is_recorded_with_the_digest_of_what_was_frozen(low: Office) -> None:
    revision = low.approved()

    found = events(low.session)

    assert [kind for kind, _about in found] == ["handed_in", "signed", "signed", "approved"]
    assert found[0][1] == {"revision": 1, "digest": revision.digest}
    day = today().isoformat()
    assert found[-1][1] == {
        "revision": 1,
        "digest": revision.digest,
        "day": day,
        "signatures": f"填表人 holder {day}；科室(单位)负责人 leader {day}",
    }


def test_a_page_that_shows_revisions_is_not_remembered_past_a_signature(low: Office) -> None:
    revision = low.hand_in()
    count = select(Bureau.changes).where(Bureau.id == low.bureau.id)
    before = low.session.scalar(count)

    low.sign(revision, "holder", Box.FILLER)

    assert low.session.scalar(count) > before


@pytest.mark.parametrize("model", [Revision, SignOff])
def test_revisions_are_not_changed_in_bulk(session: Session, model: type) -> None:
    with pytest.raises(UnrecordedChange):
        session.execute(update(model).values(bureau_id=1))


# Two at once


def test_a_map_handed_in_and_signed_by_several_at_once_is_so_once(engine: Engine) -> None:
    with Session(engine) as session:
        start_writing(session)
        office = Office.made(session, Level.LOW)
        people, drawn = office.people, office.map.id
        version = office.map.version
        session.commit()
        for each in people.values():  # read once, for sessions of their own
            session.refresh(each.user)
            session.expunge(each.user)

    def hand_in(session: Session) -> int:
        row = session.get_one(type(office.map), drawn)
        return commands.hand_in(session, people["chief"], row, version=version).number

    def sign(session: Session) -> str:
        revision = session.scalars(select(Revision)).one()
        return commands.sign(
            session, people["holder"], revision, Box.FILLER,
            version=revision.version, day=today(),
        ).who  # fmt: skip

    handed_in = together(engine, hand_in)
    signed = together(engine, sign)

    assert sorted(map(str, handed_in)) == sorted(map(str, [1, *[HandedInAlready] * 3]))
    assert sorted(map(str, signed)) == sorted(map(str, ["holder", *[MayNotSign] * 3]))
    with Session(engine) as session:
        assert session.scalar(select(func.count(SignOff.id))) == 1

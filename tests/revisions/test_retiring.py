"""A map goes out of use with its document and what waits, and comes back as a draft."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from riskmap.db import today
from riskmap.history.models import Change
from riskmap.maps.commands import MatterTaken
from riskmap.register.rating import Level
from riskmap.revisions import queries, retiring
from riskmap.revisions.commands import ChangedSince, NoReason, NotYours
from riskmap.revisions.showing import shown
from riskmap.revisions.states import RevisionState
from riskmap.revisions.verifying import verify
from tests.revisions.office import Office
from tests.rows import make_map, make_matter, make_step


@pytest.fixture
def office(session: Session) -> Office:
    return Office.made(session, Level.LOW)


def retire(office: Office, who: str = "leader", **others: object) -> None:
    asked = {"version": office.map.version, "day": today(), "reason": "事项取消", **others}
    retiring.retire_map(office.session, office.people[who], office.map, **asked)


def bring_back(office: Office, who: str = "leader", version: int | None = None) -> None:
    asked = version or office.map.version
    retiring.bring_back(office.session, office.people[who], office.map, version=asked)


def states(office: Office) -> list[str]:
    return [each.state.value for each in queries.of_map(office.session, office.map)]


def test_a_map_out_of_use_is_shown_no_more_and_its_document_says_why(office):
    revision = office.approved()

    retire(office)

    assert shown(office.session, office.scope) == []
    assert office.map.retired_on == today()
    assert (revision.state, revision.reason) == (RevisionState.RETIRED, "事项取消")
    assert revision.ended_on == today()


def test_what_waits_for_signatures_is_taken_back_with_it(office):
    office.approved()
    office.edit("新的目标")
    office.hand_in()

    retire(office)

    assert states(office) == ["withdrawn", "retired"]
    told = select(Change.kind).where(Change.subject == "").order_by(Change.id)
    kinds = office.session.scalars(told)
    assert list(kinds)[-2:] == ["taken_back", "revision_retired"]


def test_nothing_that_was_recorded_of_it_fails_to_hold(office):
    office.approved()
    office.edit("新的目标")
    office.hand_in()
    retire(office)
    bring_back(office)

    assert verify(office.session.connection()).altered == ()


@pytest.mark.parametrize("who", ["leader", "legal", "head"])
def test_who_takes_documents_out_of_force_takes_maps_out_of_use(office, who):
    office.approved()

    retire(office, who)

    assert office.map.retired_on == today()


@pytest.mark.parametrize(
    "who", ["chief", "holder", "discipline", "auditor", "viewer", "admin", "other leader"]
)
def test_nobody_else_does_and_nothing_happens(office, who):
    office.approved()

    with pytest.raises(NotYours):
        retire(office, who)

    assert office.map.retired_on is None
    assert states(office) == ["approved"]


def test_who_edits_a_draft_that_was_never_in_force_takes_it_out_of_use_without_a_reason(office):
    office.hand_in()

    retire(office, "chief", reason="")

    assert office.map.retired_on == today()
    assert states(office) == ["withdrawn"]


@pytest.mark.parametrize("who", ["holder", "other chief"])
def test_a_draft_of_others_is_left_alone(office, who):
    with pytest.raises(NotYours):
        retire(office, who)


def test_without_a_reason_a_document_stays_in_force(office):
    office.approved()

    with pytest.raises(NoReason):
        retire(office, reason="  ")

    assert states(office) == ["approved"]


def test_what_changed_since_it_was_looked_at_is_not_taken_out_of_use(office):
    office.approved()
    seen = office.map.version
    office.edit("新的目标")

    with pytest.raises(ChangedSince):
        retire(office, version=seen)
    with pytest.raises(ChangedSince):
        bring_back(office)


def test_brought_back_it_is_a_draft_until_it_is_signed_anew(office):
    office.approved()
    retire(office)

    bring_back(office)

    (found,) = shown(office.session, office.scope)
    assert found.number is None
    assert states(office) == ["retired"]
    office.sign_until(office.hand_in(), None)
    assert states(office) == ["approved", "retired"]


def test_it_does_not_come_back_to_a_place_that_is_out_of_use(office):
    retire(office, "chief")
    office.post.retired_on = today()
    office.session.flush()

    with pytest.raises(retiring.PlaceRetired):
        bring_back(office, "chief")


def test_it_does_not_come_back_beside_another_map_about_its_matter(office):
    matter = make_matter(office.session, office.bureau)
    office.map.matter_id = matter.id
    office.session.flush()
    retire(office, "chief")
    other = make_map(office.session, office.bureau, office.post, matter_id=matter.id)

    with pytest.raises(MatterTaken) as caught:
        bring_back(office, "chief")

    assert caught.value.code == other.code


def test_the_steps_of_other_maps_that_lead_to_it_are_named(office):
    other = make_map(office.session, office.bureau, office.elsewhere, title="另一张")
    make_step(office.session, other, number=3, detail_map_id=office.map.id)

    stake = retiring.at_stake(office.session, office.map)

    assert [tuple(each) for each in stake.leading] == [(other.code, "另一张", 3)]


def test_the_day_it_went_out_of_use_is_on_the_record(office):
    office.approved()
    retire(office)

    rows = office.session.scalars(select(Change).where(Change.subject == "account_map"))
    told = [json.loads(each.details) for each in rows]
    assert any("retired_on" in json.dumps(each) for each in told)

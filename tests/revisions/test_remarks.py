"""Remarks on an open revision: who leaves them, on what, and what they do to it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from riskmap.history.models import Change
from riskmap.revisions import commands, queries, readings
from riskmap.revisions.models import RevisionRemark
from riskmap.revisions.remarks import by_step, remarks_of
from riskmap.revisions.sign_offs import SignOffRole as Box
from riskmap.revisions.states import NotNow
from tests.revisions.office import Office

AT_EACH_BOX = {
    Box.FILLER: {"holder", "chief"},
    Box.LEADER: {"leader", "holder", "chief"},
    Box.LEGAL: {"legal", "holder", "chief"},
    Box.PARTY_GROUP: {"head", "holder", "chief"},
    Box.DISCIPLINE: {"discipline", "holder", "chief"},
}
"""Who leaves remarks on what the chief handed in, while it waits for a box."""


@pytest.fixture
def office(session: Session) -> Office:
    return Office.made(session)


@pytest.mark.parametrize("box", AT_EACH_BOX)
def test_the_next_signer_who_handed_it_in_and_who_keeps_the_place_leave_remarks(
    office: Office, box: Box
) -> None:
    revision = office.hand_in()
    office.sign_until(revision, box)
    left = set()

    for name, asking in office.people.items():
        try:
            commands.remark(office.session, asking, revision, text="一句")
        except commands.NotYours:
            continue
        left.add(name)

    assert left == AT_EACH_BOX[box]


def test_a_remark_is_on_a_step_or_on_the_whole(office: Office) -> None:
    revision = office.hand_in()
    key = queries.document_of(revision).steps[0].key
    holder, chief = office.people["holder"], office.people["chief"]

    commands.remark(office.session, holder, revision, text=" 写明期限 ", step=key)
    commands.remark(office.session, chief, revision, text="标题要改")
    commands.remark(office.session, chief, revision, text="已写明", step=key)

    said = remarks_of(office.session, [revision.id])[revision.id]
    found = by_step(queries.document_of(revision), said)
    assert {step: [(each.who, each.text) for each in rows] for step, rows in found.items()} == {
        "": [("chief", "标题要改")],
        key: [("holder", "写明期限"), ("chief", "已写明")],
    }


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"text": " \n"}, commands.NoText),
        ({"text": ""}, commands.NoText),
        ({"text": "一句", "step": "none"}, commands.NoSuchStep),
    ],
)
def test_what_says_nothing_or_is_of_no_step_is_refused(
    office: Office, asked: dict[str, str], error: type[Exception]
) -> None:
    revision = office.hand_in()

    with pytest.raises(error):
        commands.remark(office.session, office.people["holder"], revision, **asked)

    assert office.session.scalars(select(RevisionRemark)).all() == []


def test_what_is_closed_takes_none(office: Office) -> None:
    revision = office.approved()

    with pytest.raises(NotNow):
        commands.remark(office.session, office.people["chief"], revision, text="太晚了")


def test_a_remark_and_a_signature_each_raise_the_revision_s_version(office: Office) -> None:
    revision = office.hand_in()
    seen = [revision.version]

    commands.remark(office.session, office.people["chief"], revision, text="一句")
    seen.append(revision.version)
    office.sign(revision, "holder", Box.FILLER)
    seen.append(revision.version)
    office.sign(revision, "leader", Box.HEAD)
    seen.append(revision.version)

    assert seen == sorted(set(seen))
    with pytest.raises(commands.ChangedSince):
        commands.take_back(office.session, office.people["chief"], revision, version=seen[2])


def test_a_remark_is_an_event_of_the_record(office: Office) -> None:
    commands.remark(office.session, office.people["chief"], office.hand_in(), text="一句")

    kinds = list(office.session.scalars(select(Change.kind).where(Change.subject == "")))
    assert kinds[-1] == "remarked"


def test_it_is_read_by_who_may_sign_it_next_in_the_version_they_saw(office: Office) -> None:
    revision = office.hand_in()
    holder = office.people["holder"]

    for name in set(office.people) - {"holder"}:
        with pytest.raises(commands.MayNotSign):
            commands.read(office.session, office.people[name], revision, version=revision.version)
    with pytest.raises(commands.ChangedSince):
        commands.read(office.session, holder, revision, version=revision.version + 1)
    assert readings.version_read(office.session, holder.user, revision) is None

    commands.read(office.session, holder, revision, version=revision.version)

    assert readings.version_read(office.session, holder.user, revision) == revision.version
    assert readings.version_read(office.session, office.people["chief"].user, revision) is None


def test_the_remark_of_another_makes_it_unread_and_one_s_own_does_not(office: Office) -> None:
    revision = office.hand_in()
    holder = office.people["holder"]
    commands.read(office.session, holder, revision, version=revision.version)

    commands.remark(office.session, holder, revision, text="可以")
    assert readings.version_read(office.session, holder.user, revision) == revision.version

    commands.remark(office.session, office.people["chief"], revision, text="再看看")
    assert readings.version_read(office.session, holder.user, revision) != revision.version


def test_who_remarks_without_having_read_it_has_not_read_it(office: Office) -> None:
    revision = office.hand_in()
    holder = office.people["holder"]

    commands.remark(office.session, holder, revision, text="第一步不清楚")

    assert readings.version_read(office.session, holder.user, revision) is None
